"""From the words of a letter to a registered complaint; a person accepts each fact on the way (C-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint, Source
from sanbao.kernel import attachments, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.letters import reading, rules
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.letters.models import Fact, UserLetter, UserLetterState

#: The duty of whoever entered a letter: it is not forgotten between reading and registering (U-07).
CHECK = "user_letter.check"


def read(
    *, by: Actor, channel: str, text: str = "", received_at: datetime | None = None, files: Sequence[Any] = ()
) -> UserLetter:
    """Keep a letter's words and its original, and propose facts, each with the words that it came from.

    Without words they are read from the scan by the worker, offline; whoever entered it corrects what was misread.
    """
    with USER_LETTER.opening("read", by=by, channel=channel, text=text) as step:
        letter = step.case
        letter.received_at, letter.number = received_at or now(), numbering.take("user_letter")
        step.to(UserLetterState.READ if text.strip() else UserLetterState.READING)
        if not text.strip():
            _need_legible(files)
        step.insert()
        step.private(text=text)
        attachments.attach(files, subject=letter.subject, by=by)
        step.record(proposed=_propose(letter))
        to = f"person:{by.person_id}" if by.person_id else "sales"
        sentence = W("核对来函 {number} 并受理", "Check the letter {number} and register it", number=letter.number)
        obligations.owe(subject=letter.subject, code=CHECK, sentence=sentence, to=to, by=by, clause="U-07")
    return letter


def _need_legible(files: Sequence[Any]) -> None:
    if not files:
        sentence = W("请键入全文，或附上扫描件。", "Type the letter, or attach its scan.")
        refuse("user_letter.no_words", sentence, clause="C-03", status=422, field="text")
    if not reading.available():
        refuse(
            "user_letter.not_read",
            W(
                "本机没有安装文字识别（scripts/bootstrap ocr），请键入全文。",
                "Text recognition is not installed here (scripts/bootstrap ocr); type the letter.",
            ),
            clause="C-03",
            status=422,
            field="text",
        )
    if not reading.legible(files):
        sentence = W("附件里没有图片或 PDF，请键入全文。", "No picture or PDF is attached; type the letter.")
        refuse("user_letter.no_scan", sentence, clause="C-03", status=422, field="text")


def _propose(letter: UserLetter) -> int:
    """The facts that the words tell, in the place of those that were proposed before."""
    letter.facts.all().delete()
    found = rules.read(letter.text, received=local(letter.received_at).date())
    Fact.objects.bulk_create(
        Fact(letter=letter, kind=f.kind, value=f.value, on=f.on, start=f.start, end=f.end) for f in found
    )
    return len(found)


def recognise(letter: UserLetter, *, by: Actor, text: str, trouble: W | None = None) -> UserLetter:
    """The words of a scan, as the recogniser read them; what it could not do is said."""
    with USER_LETTER.move("recognise", letter, by=by) as step:
        case = step.case
        case.text, case.trouble = text, plain(trouble) if trouble else {}
        step.private(text=text)
        step.record(proposed=_propose(case))
    return step.case


def correct_text(letter: UserLetter, *, by: Actor, text: str, expect: int | None = None) -> UserLetter:
    """What was misread or mistyped is put right, by the original; the facts are proposed anew and judged anew."""
    with USER_LETTER.move("correct_text", letter, by=by, expect=expect) as step:
        step.case.text, step.case.trouble = text, {}
        step.private(text=text)
        step.record(proposed=_propose(step.case))
    return step.case


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
