"""Once a day the newest seal's head leaves the house: told and mailed to whom the policy names (M-03).

Whoever owns the database can recompute every hash in it, but not the line that lies in somebody's mailbox or folder.
``sanbao verify --head HASH`` holds the record against such a line. A deposit is due at the policy's time of day; when
the house slept then, it is made as soon as it wakes.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from sanbao.kernel import journal, notices, seals
from sanbao.kernel.actor import Actor
from sanbao.kernel.decision_tables import Several, Shape, Text
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.notices import Addressee, Notice, Sending
from sanbao.kernel.policies import Decision, Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.refusals import in_force
from sanbao.kernel.seals import Seal
from sanbao.kernel.times import factory, local, now, today
from sanbao.kernel.words import W
from sanbao.kernel.worker import chore

ACTION = "seal.deposited"
CLOCKWORK = Actor.clockwork("deposit")
#: How long after its time a deposit may still be on its way before it is called late.
GRACE = timedelta(hours=1)
LINE = W(
    "第 {number} 次封存 {head}（封 {count} 条，{at}）",
    "Seal no. {number} {head} ({count} entries, {at})",
)
KEEP = W(
    "流水封存寄存：{line}。请在系统之外保存这一行，核对时用 sanbao verify --head",
    "Deposit of the record: {line}. Keep this line outside the system; sanbao verify --head compares it",
)

DEPOSIT = Policy(
    "deposit",
    title=W("封存值每日寄存", "Daily deposit of the seal"),
    clause="M-03",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("at", r"([01]\d|2[0-3]):[0-5]\d", ("每天几点", "Time of day")),
            Several("to", ROLE, title=("寄给（角色）", "To (roles)")),
            Several("outside", r"[^\s|@]+@[^\s|@]+", title=("厂外邮箱", "Addresses outside the house")),
        ],
    ),
)
notices.PAGES["seal"] = "/journal/verify"


def line(seal: Seal) -> W:
    """A seal in one line, to be printed, mailed or written into a book."""
    return LINE.format(
        number=seal.number, head=seal.hash, count=seal.count, at=f"{local(seal.sealed_at):%Y-%m-%d %H:%M}"
    )


def newest() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def due_at() -> datetime:
    """The moment of the deposit that should have been made last."""
    moment = factory(f"{today()} {DEPOSIT.setting('at', on=today())}")
    return moment if moment <= now() else moment - timedelta(days=1)


def last() -> JournalEntry | None:
    return JournalEntry.objects.filter(action=ACTION).order_by("-at", "-id").first()


def owed() -> bool:
    """Whether a deposit is due. A house that had sealed nothing at that time owes none."""
    moment, made = due_at(), last()
    if made is not None and made.at >= moment:
        return False
    return Seal.objects.filter(sealed_at__lte=moment).exists()


@chore("deposit", every=60)
def deposit_daily() -> int:
    """Seal what is new and deposit the head, once a day."""
    if not in_force("M-03") or not owed():
        return 0
    while seals.seal():
        pass
    return 1 if deposit() else 0


def deposit() -> JournalEntry | None:
    """Deposit the newest seal's head now; None when somebody else has just done so."""
    with transaction.atomic():
        seals.one_sealer()
        seal = newest()
        if seal is None or not owed():
            return None
        rule = DEPOSIT.decide(on=today())
        people, about = _addressees(rule), f"deposit:{seal.number}"
        sentence = KEEP.format(line=line(seal))
        notices.tell_these(people, about=about, subject=f"seal:{seal.number}", sentence=sentence, clause="M-03")
        facts = {
            "seal": seal.number,
            "head": seal.hash,
            "to": sorted(people),
            "mailed": letters(seal.number).exclude(sending=Sending.NONE).count(),
            # The addresses themselves stand in the policy; the record names its version.
            "decision": {"policy": DEPOSIT.code, "version": rule.version, "row": rule.row},
        }
        return journal.append(subject=f"seal:{seal.number}", action=ACTION, by=CLOCKWORK, clause="M-03", facts=facts)


def _addressees(rule: Decision) -> dict[str, Addressee]:
    people = {ref: a for to in rule["to"] for ref, a in notices.behind(to).items()}
    outside = [Addressee(f"mail:{number}", address, "zh-hans") for number, address in enumerate(rule["outside"], 1)]
    return people | {a.ref: a for a in outside}


def letters(number: int) -> models.QuerySet[Notice]:
    """What was told of a seal's deposit, with how the mail fared."""
    return Notice.objects.filter(subject=f"seal:{number}", about=f"deposit:{number}")


@dataclass(frozen=True)
class Deposit:
    """One deposit and how its mail fared: ``refused`` are the reasons of what is not accepted yet."""

    at: datetime
    number: int
    head: str
    to: tuple[str, ...]
    accepted: int
    waiting: int
    refused: tuple[str, ...]

    @property
    def outside(self) -> bool:
        """Whether a mail server has taken at least one letter: only then the head has left the house."""
        return self.accepted > 0


def latest(count: int = 7) -> list[Deposit]:
    """The latest deposits, newest first; two queries."""
    entries = list(JournalEntry.objects.filter(action=ACTION).order_by("-at", "-id")[:count])
    told: dict[str, list[Notice]] = {}
    for notice in Notice.objects.filter(subject__in=[e.subject for e in entries], about__startswith="deposit:"):
        told.setdefault(notice.subject, []).append(notice)
    return [_deposit(entry, told.get(entry.subject, [])) for entry in entries]


def _deposit(entry: JournalEntry, told: list[Notice]) -> Deposit:
    facts = entry.facts
    waiting = [n for n in told if n.sending in (Sending.QUEUED, Sending.FAILED)]
    return Deposit(
        at=entry.at,
        number=facts["seal"],
        head=facts["head"],
        to=tuple(facts["to"]),
        accepted=sum(1 for n in told if n.sending == Sending.ACCEPTED),
        waiting=len(waiting),
        refused=tuple(sorted({n.trouble for n in waiting if n.trouble})),
    )


def trouble() -> tuple[bool, W] | None:
    """What is wrong with the deposits, for the doctor: (whether it is grave, the sentence); None when all is well."""
    if owed() and now() - due_at() > GRACE:
        at = f"{local(due_at()):%Y-%m-%d %H:%M}"
        return True, W("封存值应于 {at} 寄存，至今没有", "the deposit of {at} has not been made", at=at)
    made = next(iter(latest(1)), None)
    if made is None or made.outside:
        return None
    if made.refused:
        said = made.refused[0]
        return True, W("第 {n} 次封存寄不出去：{why}", "seal {n} cannot be mailed: {why}", n=made.number, why=said)
    if made.waiting and now() - made.at <= GRACE:
        return None
    return False, W(
        "第 {n} 次封存只在站内通知，没有出系统：请设邮件服务器和收件人（规则表 deposit），或打印保存",
        "seal {n} was told inside the house only: set a mail server and addressees (policy deposit), or print it",
        n=made.number,
    )


def main(argv: list[str]) -> int:
    """``sanbao seal [--json]``: seal what is new and print the newest seal; exit 1 when there is nothing at all."""
    parser = ArgumentParser(prog="sanbao seal", description="封存并打印封存值 · seal, and print the head")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args(argv).json
    while seals.seal():
        pass
    seal = newest()
    if seal is None:
        print("还没有流水可封存 · nothing to seal yet")
        return 1
    if as_json:
        sealed_at = local(seal.sealed_at).isoformat(timespec="seconds")
        print(json.dumps({"number": seal.number, "head": seal.hash, "count": seal.count, "sealed_at": sealed_at}))
    else:
        said = line(seal)
        print(f"{said.said_in('zh-hans')}\n{said.said_in('en')}")
    return 0
