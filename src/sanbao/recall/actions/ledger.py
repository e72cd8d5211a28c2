"""去向登记: what became of a holder's goods, entry by entry; the balance always adds up to what he was issued."""

from __future__ import annotations

from decimal import Decimal

from sanbao.kernel import signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.recall import rules
from sanbao.recall.actions.common import need, need_words
from sanbao.recall.lifecycle import HOLDER
from sanbao.recall.models import EntryKind, RecallEntry, RecallHolder
from sanbao.recall.rules import Balance, Excess


def enter(
    holder: RecallHolder,
    *,
    by: Actor,
    kind: str,
    quantity: Decimal,
    reference: str = "",
    note: str = "",
    expect: int | None = None,
) -> RecallHolder:
    """A quantity came back, was destroyed on the spot, is installed, or is still with the holder (登记去向)."""
    with HOLDER.move("enter", holder, by=by, expect=expect) as step:
        book(step, kind, in_milli(quantity, "quantity"), field="quantity", reference=reference, note=note)
    return step.case


def strike(
    holder: RecallHolder, *, by: Actor, entry: RecallEntry, reason: str, expect: int | None = None
) -> RecallHolder:
    """A wrong entry is struck by another (冲销); both stay."""
    with HOLDER.move("strike", holder, by=by, expect=expect) as step:
        case = step.case
        need_words(reason, "reason", "请写明为什么冲销。", "State why the entry is struck.")
        struck = RecallEntry.objects.filter(reverses=entry).exists() or entry.reverses_id is not None
        need(
            entry.holder_id == case.pk and not struck,
            "recall.not_to_strike",
            "这一笔不能冲销：不是该持有人的，或已冲销。",
            "This entry cannot be struck: it is another holder's, or was struck already.",
            field="entry",
        )
        try:
            after = rules.undo(case.balance, entry.kind, entry.taken)
        except Excess as excess:
            raise _used_since(case, excess) from None
        _keep(case, after)
        RecallEntry.objects.create(
            holder=case,
            kind=entry.kind,
            quantity_milli=-entry.quantity_milli,
            taken={name: -part for name, part in entry.taken.items()},
            note=reason,
            by=by.ref,
            at=now(),
            reverses=entry,
        )
        step.record(struck=entry.pk, kind=entry.kind, quantity_milli=-entry.quantity_milli)
    return step.case


def explain(holder: RecallHolder, *, by: Actor, explanation: str, expect: int | None = None) -> RecallHolder:
    """Why a quantity cannot be accounted for; it counts once the general manager has approved it."""
    with HOLDER.move("explain", holder, by=by, expect=expect) as step:
        case = step.case
        need_words(explanation, "explanation", "请写明原因。", "State the reason.")
        case.explanation, case.explained_by = explanation, by.ref
        case.excused_milli, case.excused_by = 0, ""
        step.private(explanation=explanation)
    return step.case


def excuse(holder: RecallHolder, *, by: Actor, expect: int | None = None) -> RecallHolder:
    """The general manager accepts the explanation for what is unaccounted now; more than that needs another."""
    with HOLDER.move("excuse", holder, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=[case.explained_by], code="recall.own")
        content = {"holder": case.pk, "out": case.balance.out, "why": case.explanation}
        signatures.sign(subject=case.subject, meaning="excuse", content=content, by=by, clause="Q-06")
        case.excused_milli, case.excused_by = case.balance.out, by.ref
    return step.case


def book(
    step: Step[RecallHolder], kind: str, milli: int, *, field: str, reference: str = "", note: str = ""
) -> RecallEntry:
    """Write one entry and the balance after it. More than there is, is refused with how much there is."""
    case = step.case
    try:
        after, taken = rules.post(case.balance, kind, milli)
    except Excess as excess:
        raise _too_much(case, kind, milli, field, excess) from None
    _keep(case, after)
    step.record(kind=kind, quantity_milli=milli, taken=taken, reference=reference)
    return RecallEntry.objects.create(
        holder=case, kind=kind, quantity_milli=milli, taken=taken, reference=reference, note=note, by=step.by.ref,
        at=now(),
    )  # fmt: skip


def in_milli(quantity: Decimal, field: str, *, least: int = 1) -> int:
    """Thousandths; nothing and less than nothing are refused."""
    try:
        milli = rules.milli(quantity)
    except ValueError:
        milli = -1
    need(
        milli >= least,
        "recall.bad_quantity",
        "数量须大于零，最多三位小数。",
        "A quantity is more than nought and has at most three decimals.",
        field=field,
    )
    return milli


def _keep(case: RecallHolder, balance: Balance) -> None:
    for name in ("held", "installed", "disposed", "returned", "scrapped"):
        setattr(case, f"{name}_milli", getattr(balance, name))


def _too_much(case: RecallHolder, kind: str, milli: int, field: str, excess: Excess) -> Refusal:
    return Refusal(
        "recall.more_than_there_is",
        W(
            "“{what}”{asked} {unit}，但该持有人只剩 {left} {unit} 可登记（发出 {issued}）。",
            "“{what}” {asked} {unit}, but only {left} {unit} of this holder are left to enter (issued {issued}).",
        ),
        clause="Q-06",
        status=422,
        field=field,
        facts={
            "what": EntryKind.title_of(kind),
            "asked": f"{milli / 1000:g}",
            "left": f"{max(excess.left, 0) / 1000:g}",
            "unit": case.unit,
            "issued": f"{case.issued_milli / 1000:g}",
        },
    )


def _used_since(case: RecallHolder, excess: Excess) -> Refusal:
    return Refusal(
        "recall.entry_used",
        W(
            "这一笔的货后来又有登记，现只剩 {left} {unit}；请先冲销后面的。",
            "The goods of this entry have gone on since and only {left} {unit} are left; strike the later one first.",
        ),
        clause="Q-06",
        facts={"left": f"{max(excess.left, 0) / 1000:g}", "unit": case.unit},
    )
