"""The house speaks: who owes is told, who is late is reminded, what stays late is laid before somebody higher (M-04).

Everything is told once for one reason and is over when the reason has gone (``clocks.stop``,
``obligations.discharge``). Handlers may run twice, and late: each looks first whether what it would tell still holds.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sanbao.kernel import notices, obligations, ownership, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.clocks import Clock
from sanbao.kernel.clocks.models import Rung
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.ownership import Charge
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.kernel.worker import chore

log = logging.getLogger("sanbao.clocks")
CLOCKWORK = Actor.clockwork("clocks")


@chore("duties", every=15)
def late_duties() -> int:
    return obligations.announce_late(CLOCKWORK) if in_force("M-04") else 0


@listens("obligation.opened")
def who_owes_is_told(entry: JournalEntry) -> None:
    """By the bell and by mail; whoever opened the duty himself knows of it."""
    if duty := _open_duty(entry):
        _tell_debtor(duty, "owed", _named(duty.subject, duty.words), but=entry.actor)


@listens("obligation.late")
def who_is_late_is_told(entry: JournalEntry) -> None:
    if duty := _open_duty(entry):
        late = W("{what}（已超时，应于 {due} 前完成）", "{what} (late; it was due {due})")
        _tell_debtor(duty, "late", _named(duty.subject, late.format(what=duty.words, due=_minute(duty.due_at))))


def _open_duty(entry: JournalEntry) -> Obligation | None:
    return rows.first(Obligation, pk=entry.facts["obligation"], done_at=None) if in_force("M-04") else None


def _tell_debtor(duty: Obligation, why: str, sentence: W, *, but: str = "") -> None:
    notices.tell(
        to=duty.owed_by,
        about=f"duty:{duty.pk}:{why}",
        subject=duty.subject,
        sentence=sentence,
        clause=duty.clause,
        but=but,
    )


@listens("clock.warned", "clock.late")
def owner_and_next_party_are_told(entry: JournalEntry) -> None:
    """A clock runs out, or has run out: the owner hears of it, and who has the ball."""
    clock, charge = _running(entry), ownership.of(entry.subject)
    if clock is None or charge is None or not in_force(_clause(clock, charge)):
        return
    words = {
        "clock.warned": W("“{clock}”将于 {due} 到期", "“{clock}” is due {due}"),
        "clock.late": W("“{clock}”已超时，应于 {due} 前完成", "“{clock}” is late; it was due {due}"),
    }[entry.action]
    for to in dict.fromkeys((charge.owner, charge.next_party)):
        if to:
            notices.tell(
                to=to,
                about=f"clock:{clock.pk}:{entry.pk}",
                subject=clock.subject,
                sentence=_named(clock.subject, words.format(clock=clock.title, due=_minute(clock.due_at)), charge),
                clause=_clause(clock, charge),
            )


@listens("clock.escalated")
def superior_gets_the_duty(entry: JournalEntry) -> None:
    """What stays late lies on the desk of the role that the policy names, until the clock stops."""
    hold(entry.subject)
    clock, charge = _running(entry), ownership.of(entry.subject)
    clause = _clause(clock, charge) if clock else ""
    if clock is None or clock.due_at is None or clock.level < entry.facts["level"] or not in_force(clause):
        return
    sentence = W("“{clock}”已超时，请督办", "“{clock}” is late: see that it is done", clock=clock.title)
    for role in _held(clock, charge, entry.facts["level"]):
        obligations.owe(
            subject=clock.subject,
            code=clock.duty,
            sentence=sentence,
            to=role,
            clause=clause,
            due=clock.due_at,
            by=CLOCKWORK,
        )


def _held(clock: Clock, charge: Charge | None, level: int) -> list[str]:
    """The roles of this step of the ladder, or of the next one that anybody holds: a vacant post is passed over."""

    def roles(rung: Rung) -> list[str]:
        return [charge.role(role) if charge else role for role in rung.to]

    rungs = clock.ladder[level - 1 :]
    for rung in rungs:
        if any(notices.behind(role) for role in roles(rung)):
            return roles(rung)
    log.warning("clock %s: nobody holds any of the posts that it escalates to", clock.pk)
    return roles(rungs[-1])


def _running(entry: JournalEntry) -> Clock | None:
    return rows.first(Clock, pk=entry.facts["clock"], stopped_at=None)


def _clause(clock: Clock, charge: Charge | None) -> str:
    return charge.clauses.get(clock.kind, "M-04") if charge else "M-04"


def _named(subject: str, sentence: W, charge: Charge | None = None) -> W:
    """A sentence that says what it is about: on the bell and in the mail nothing else does."""
    charge = charge or ownership.of(subject)
    return W("{name}：{what}", "{name}: {what}", name=charge.name, what=sentence) if charge else sentence


def _minute(moment: datetime | None) -> str:
    return f"{local(moment):%m-%d %H:%M}" if moment else ""
