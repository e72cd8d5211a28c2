"""通知持有人: a letter to each, calls and visits, what came of them, and what the holder answers himself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W
from sanbao.recall import concerns, letters, rules
from sanbao.recall.actions.common import HOUSE, NOTIFY, need, need_words
from sanbao.recall.actions.ledger import book, in_milli
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.recall.models import (
    EntryKind,
    HolderState,
    Posting,
    Recall,
    RecallContact,
    RecallHolder,
    RecallState,
    Way,
)
from sanbao.recall.policies import decided

H = HolderState


def send_letters(recall: Recall, *, by: Actor, expect: int | None = None) -> Recall:
    """One letter to each holder with an address who has not had it; queued at once, sent by the worker.

    Whoever is listed later gets his by itself. Those without an address are told by telephone, letter or visit.
    """
    with RECALL.move("send_letters", recall, by=by, expect=expect) as step:
        step.case.letters_at = step.case.letters_at or now()
        waiting = RecallHolder.objects.filter(recall=step.case, posted_at=None, issued_milli__gt=0)
        queued = waiting.exclude(email="").exclude(state=H.ACKNOWLEDGED).update(posting=Posting.QUEUED, trouble="")
        step.record(queued=queued, without_address=waiting.filter(email="").count())
    return step.case


def post_due(limit: int = 20) -> int:
    """Write the letters that wait; how many were handed over. What is refused stays with its reason."""
    waiting = RecallHolder.objects.filter(posting=Posting.QUEUED, recall__state=RecallState.IN_FORCE)
    found = list(waiting.select_related("recall", "customer", "site").order_by("pk")[:limit])
    return sum(_post(holder) for holder in found)


def _post(holder: RecallHolder) -> int:
    try:
        with HOLDER.move("post", holder, by=HOUSE) as step:
            case = step.case
            if case.posting != Posting.QUEUED:
                return 0
            days = int(decided(today(), case.recall.statutory)["link_days"])
            case.link_until = now() + timedelta(days=days)
            subject, text = letters.mail(case)
            case.letter = concerns.carry(to=case.email, subject=subject, text=text)
            case.posting, case.posted_at, case.told_digest, case.trouble = Posting.WRITTEN, now(), case.digest, ""
            step.record(letter=case.letter, labels=case.labels)
    except Refusal as refusal:
        if refusal.code == "stale":
            return 0
        undelivered(holder, str(refusal))
        return 0
    return 1


def posted(holder: RecallHolder) -> RecallHolder:
    """The mail server has taken the letter: he counts as notified, nothing more is claimed."""
    with HOLDER.move("posted", holder, by=HOUSE) as step:
        case = step.case
        case.posting = Posting.SENT
        step.to(H.ACKNOWLEDGED if case.state == H.ACKNOWLEDGED else H.NOTIFIED)
        _notified(step, Way.EMAIL)
        _contact(step, Way.EMAIL, reached=True, words="")
    return step.case


def undelivered(holder: RecallHolder, trouble: str) -> RecallHolder:
    """The letter could not be sent or came back: it is shown with its reason, and he is told in another way."""
    with HOLDER.move("undelivered", holder, by=HOUSE) as step:
        step.case.posting, step.case.trouble = Posting.FAILED, trouble[:300]
        step.private(trouble=trouble)
        if step.case.state != H.ACKNOWLEDGED:
            _contact(step, Way.EMAIL, reached=False, words=trouble[:300])
    return step.case


def send_again(holder: RecallHolder, *, by: Actor, email: str = "", expect: int | None = None) -> RecallHolder:
    """Send the letter once more, to the same or to a corrected address."""
    with HOLDER.move("send_again", holder, by=by, expect=expect) as step:
        case = step.case
        if email:
            case.email = email
        need(case.email, "recall.no_address", "没有邮件地址。", "There is no e-mail address.", field="email")
        case.posting, case.trouble = Posting.QUEUED, ""
        step.private(email=case.email)
    return step.case


def notify(holder: RecallHolder, *, by: Actor, way: str, words: str = "", expect: int | None = None) -> RecallHolder:
    """He was told by telephone, letter, visit or message: whom one spoke to, and what was said."""
    with HOLDER.move("notify", holder, by=by, expect=expect) as step:
        _notified(step, way)
        _contact(step, way, reached=True, words=words)
    return step.case


def attempt(holder: RecallHolder, *, by: Actor, way: str, words: str, expect: int | None = None) -> RecallHolder:
    """Somebody tried in vain. Only attempts on different days lead to unreachable."""
    with HOLDER.move("attempt", holder, by=by, expect=expect) as step:
        need_words(words, "words", "请写明怎样联系、为什么没有联系上。", "State how you tried and why in vain.")
        _contact(step, way, reached=False, words=words)
    return step.case


def give_up(holder: RecallHolder, *, by: Actor, words: str, expect: int | None = None) -> RecallHolder:
    """He cannot be reached: only after as many vain attempts on different days as the policy says."""
    with HOLDER.move("give_up", holder, by=by, expect=expect) as step:
        case = step.case
        needed = int(decided(today(), case.recall.statutory)["attempts"])
        vain = RecallContact.objects.filter(holder=case, reached=False).values_list("at", flat=True)
        days = {local(at).date() for at in vain}
        need(
            rules.tried_enough(days, needed),
            "recall.tried_too_little",
            "须在 {needed} 个不同的日子联系不上，现有 {n} 个。",
            "It takes vain attempts on {needed} different days; there are {n}.",
            needed=needed,
            n=len(days),
        )
        step.record(days=len(days), needed=needed)
        step.private(words=words)
        _still_to_notify(step)
    return step.case


def acknowledge(
    holder: RecallHolder,
    *,
    by: Actor,
    name: str,
    held: Decimal | None = None,
    installed: Decimal | None = None,
    returned: Decimal | None = None,
    expect: int | None = None,
) -> RecallHolder:
    """He has understood, and says what he has: by his link, or through whoever spoke to him."""
    with HOLDER.move("acknowledge", holder, by=by, expect=expect) as step:
        case = step.case
        need(name.strip(), "recall.nobody", "请写明由谁确认。", "State who acknowledges.", field="name")
        case.acknowledged_at, case.acknowledged_by = now(), name
        if case.notified_at is None:
            _notified(step, Way.LINK if by.kind == "customer" else Way.PHONE)
        _state(step, held, installed, returned)
        _still_to_notify(step)
    return step.case


def declare(
    holder: RecallHolder,
    *,
    by: Actor,
    held: Decimal | None = None,
    installed: Decimal | None = None,
    returned: Decimal | None = None,
    expect: int | None = None,
) -> RecallHolder:
    """He says again what he has; what he sent back counts when it has come in."""
    with HOLDER.move("declare", holder, by=by, expect=expect) as step:
        _state(step, held, installed, returned)
    return step.case


def _state(step: Step[RecallHolder], held: Decimal | None, installed: Decimal | None, returned: Decimal | None) -> None:
    """His own word, as totals: what is more than before is entered; what is less is struck by us, after a call."""
    case = step.case
    for kind, told, field in ((EntryKind.INSTALLED, installed, "installed"), (EntryKind.HELD, held, "held")):
        if told is None:
            continue
        more = in_milli(told, field, least=0) - getattr(case, f"{kind}_milli")
        need(
            more >= 0,
            "recall.less_than_before",
            "“{what}”比先前填报的少，请电话告知，由我厂更正。",
            "“{what}” is less than stated before: please call, and we correct it.",
            field=field,
            what=EntryKind.title_of(kind),
        )
        if more > 0:
            book(step, kind, more, field=field, reference="", note=str(W("持有人填报", "Stated by the holder")))
    if returned is not None:
        case.declared_milli = in_milli(returned, "returned", least=0)


# -- common --------------------------------------------------------------------------------------------------------


def _notified(step: Step[RecallHolder], way: str) -> None:
    step.case.notified_at, step.case.notified_way = now(), way
    _still_to_notify(step)


def _contact(step: Step[RecallHolder], way: str, *, reached: bool, words: str) -> None:
    RecallContact.objects.create(holder=step.case, at=now(), way=way, reached=reached, words=words, by=step.by.ref)
    step.record(way=way, reached=reached)
    step.private(words=words)


def _still_to_notify(step: Step[RecallHolder]) -> None:
    """When the last holder of a salesperson has been told, what he owed is done."""
    case = step.case
    left = RecallHolder.objects.filter(recall=case.recall_id, owed_by=case.owed_by, issued_milli__gt=0)
    if not left.filter(state=H.NOT_NOTIFIED).exclude(pk=case.pk).exists():
        subject = f"{Recall.KIND}:{case.recall_id}"
        if obligations.open_on(subject).filter(code=NOTIFY, owed_by=case.owed_by).exists():
            Recall.objects.select_for_update().get(pk=case.recall_id)
            obligations.discharge(subject=subject, code=NOTIFY, to=case.owed_by, by=step.by)
