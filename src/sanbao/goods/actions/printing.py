"""Printing: counted and recorded. Once is printing; again needs a reason; a dead code is never printed (T-10, T-12)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.goods.actions.packing import take_up_many
from sanbao.goods.lifecycle import LABEL_PRINT
from sanbao.goods.models import STANDING, Label, LabelPrint, LabelState, PrintedLabel
from sanbao.goods.policies import LABEL_SIZES, LABELS
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import Lot


def print_labels(
    *, by: Actor, lots: Sequence[Lot], size: str, copies: int = 1, why: str = "", remark: str = ""
) -> LabelPrint:
    """Print the labels of these lots together, in their order; imported ones get their public code now.

    Refuses ``label.reprint_reason`` where one was printed before and nobody says why, ``label.dead`` and
    ``label.reported`` for what may not be printed, ``print.too_many`` beyond the policy.
    """
    with trace.writing(), LABEL_PRINT.opening("print", by=by) as step:
        LABEL_SIZES.decide(on=today(), size=size)
        _need_some(lots)
        labels = take_up_many(lots, by=by)
        for label in labels:
            need_standing(label)
        again = set(PrintedLabel.objects.filter(label__in=queries.among([label.pk for label in labels])).values_list(
            "label_id", flat=True
        ))  # fmt: skip
        _need_reason(labels, again, why)
        case = step.case
        case.number, case.size, case.copies = numbering.take("label_print"), size, copies
        case.labels, case.again, case.why = len(labels), len(again), why if again else ""
        case.remark, case.digest = remark, digest("\n".join(label.code for label in labels))
        case.printed_by, case.printed_at = by.ref, now()
        step.insert()
        PrintedLabel.objects.bulk_create(
            [PrintedLabel(label=label, run=case, again=label.pk in again) for label in labels], batch_size=500
        )
        step.record(codes=[label.code for label in labels[:20]])
    return step.case


def need_standing(label: Label) -> None:
    """A code that was voided or whose label is reported is never printed; the goods get a new one (T-12)."""
    if label.dead:
        refuse(
            "label.dead",
            W("标签 {label} {state}，不再打印。", "The label {label} is void ({state}); it is not printed again."),
            clause="T-12",
            label=label.code,
            state=LabelState.title_of(label.state),
        )
    if label.state not in STANDING:
        refuse(
            "label.reported",
            W(
                "标签 {label} 已报失，复检后换发新标签，不补打旧的。",
                "The label {label} is reported: the goods are re-inspected and get a new one, not the old again.",
            ),
            clause="T-12",
            label=label.code,
        )


def _need_some(lots: Sequence[Lot]) -> None:
    most = int(LABELS.setting("at_once", on=today()))
    if not lots:
        refuse(
            "print.nothing",
            W("没有选标签。", "No label was chosen."),
            clause="T-10",
            status=422,
            field="lots",
        )
    if len(lots) > most:
        refuse(
            "print.too_many",
            W("一次最多打印 {most} 张，这里有 {count} 张。", "At most {most} in one print; these are {count}."),
            clause="T-10",
            status=422,
            field="lots",
            most=most,
            count=len(lots),
        )


def _need_reason(labels: Sequence[Label], again: set[int], why: str) -> None:
    if again and not why:
        first = next(label for label in labels if label.pk in again)
        refuse(
            "label.reprint_reason",
            W(
                "{count} 张已经打印过（如 {label}），请写明为什么再打；从货上丢失的请报失，不要补打。",
                "{count} were printed before ({label} for one); say why again. One lost from the goods is reported "
                "instead.",
            ),
            clause="T-12",
            status=422,
            field="why",
            count=len(again),
            label=first.code,
        )
