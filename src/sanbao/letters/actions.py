"""From the words of a letter to a registered complaint; a person accepts each fact on the way (C-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint, Source
from sanbao.kernel import attachments, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.letters import rules
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.letters.models import Fact, UserLetter

#: The duty of whoever entered a letter: it is not forgotten between reading and registering (U-07).
CHECK = "user_letter.check"


def read(
    *, by: Actor, channel: str, text: str, received_at: datetime | None = None, files: Sequence[Any] = ()
) -> UserLetter:
    """Keep a letter's words and its original, and propose facts, each with the words that it came from."""
    with USER_LETTER.opening("read", by=by, channel=channel, text=text) as step:
        letter = step.case
        letter.received_at, letter.number = received_at or now(), numbering.take("user_letter")
        step.insert()
        step.private(text=text)
        attachments.attach(files, subject=letter.subject, by=by)
        found = rules.read(text, received=local(letter.received_at).date())
        Fact.objects.bulk_create(
            Fact(letter=letter, kind=f.kind, value=f.value, on=f.on, start=f.start, end=f.end) for f in found
        )
        step.record(proposed=len(found))
        to = f"person:{by.person_id}" if by.person_id else "sales"
        sentence = W("核对来函 {number} 并受理", "Check the letter {number} and register it", number=letter.number)
        obligations.owe(subject=letter.subject, code=CHECK, sentence=sentence, to=to, by=by, clause="U-07")
    return letter


def judge_facts(letter: UserLetter, *, by: Actor, accepted: Sequence[Fact], expect: int | None = None) -> UserLetter:
    """A person says which of the proposed facts hold; the others are kept as not accepted."""
    with USER_LETTER.move("judge_facts", letter, by=by, expect=expect) as step:
        _judge(step.case, accepted, by)
        step.record(accepted=sorted(fact.pk for fact in accepted))
    return step.case


def _judge(letter: UserLetter, accepted: Sequence[Fact], by: Actor) -> None:
    yes = [fact.pk for fact in accepted]
    letter.facts.update(accepted=False, judged_by=by.ref)
    letter.facts.filter(pk__in=yes).update(accepted=True)


def take_in(
    letter: UserLetter,
    *,
    by: Actor,
    description: str,
    source: str = Source.USER,
    expect: int | None = None,
    **facts: Any,
) -> Complaint:
    """Register the complaint that the letter makes; its original goes with it, the letter says what became of it.

    Before that a person has looked at every proposed fact.
    """
    with USER_LETTER.move("take_in", letter, by=by, expect=expect) as step:
        waiting = step.case.facts.filter(accepted=None).count()
        if waiting:
            refuse(
                "user_letter.facts_unjudged",
                W("还有 {count} 条事实没有核对。", "{count} proposed facts have not been checked."),
                clause="C-03",
                count=waiting,
            )
        case = complaints.register(
            by=by,
            source=source,
            channel=step.case.channel,
            description=description,
            received_at=step.case.received_at,
            files=attachments.copied(attachments.of(step.case.subject), by=by),
            **facts,
        )
        step.case.complaint = case
        step.record(into=case.subject)
        obligations.discharge(subject=step.case.subject, code=CHECK, by=by, outcome=case.number)
    return case


def put_away(letter: UserLetter, *, by: Actor, reason: str, expect: int | None = None) -> UserLetter:
    """The letter is no complaint; why, is kept with it, so that nothing is lost in silence (U-07)."""
    with USER_LETTER.move("put_away", letter, by=by, expect=expect) as step:
        step.case.reason = reason
        obligations.discharge(subject=step.case.subject, code=CHECK, by=by, outcome=reason)
    return step.case
