"""拆包并包: one package becomes several, or several become one; every new label says what is under it (T-12)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.goods.actions.making import left_of, need_in_the_house
from sanbao.goods.actions.renewing import Part, renew
from sanbao.goods.lifecycle import LABEL, RELABEL
from sanbao.goods.models import Label, Relabel, RelabelReason
from sanbao.goods.rules import differ, milli
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace.models import Purpose


def repack(
    *, by: Actor, labels: Sequence[Label], parts: Sequence[tuple[int, int | None]], place: str = "", reason: str = ""
) -> Relabel:
    """Split one package into ``parts`` (thousandths, pieces), or merge several into one part. The old codes are void.

    The weights must add up to what is left under the old labels; a difference is a count, not a repacking.
    """
    with trace.writing(), RELABEL.opening("repack", by=by) as step:
        _need_shape(labels, parts)
        _need_alike(labels)
        trace.pass_gate([label.lot for label in labels], Purpose.PACK)
        left = {label.lot_id: _left(label) for label in labels}
        _need_balance(labels, left, parts)
        case = step.case
        case.why = RelabelReason.SPLIT if len(labels) == 1 else RelabelReason.MERGE
        case.number, case.reason = numbering.take("relabel"), reason
        case.entered_by, case.entered_at = by.ref, now()
        step.insert()
        oldest = min(labels, key=lambda label: (label.produced_on is None, label.produced_on))
        made = [
            renew(
                case,
                _part(quantity, pieces, left),
                like=oldest,
                product=oldest.product,
                place=place or oldest.place,
                signed_by=oldest.signed_by,
                by=by,
            )
            for quantity, pieces in parts
        ]
        for label in labels:
            with LABEL.move("supersede", label, by=by) as ended:
                ended.case.ended_by = case
        step.record(ended=[label.code for label in labels], made=[label.code for label in made])
    return case


def _part(quantity: int, pieces: int | None, left: dict[int, int]) -> Part:
    """Of one old package each part takes its own weight; of several the one new package takes all."""
    sources = tuple(left.items()) if len(left) > 1 else ((next(iter(left)), quantity),)
    return Part(quantity, pieces, sources)


def _left(label: Label) -> int:
    need_in_the_house(label)
    return left_of(label)


def _need_shape(labels: Sequence[Label], parts: Sequence[tuple[int, int | None]]) -> None:
    if (len(labels) == 1 and len(parts) > 1) or (len(labels) > 1 and len(parts) == 1):
        return
    refuse(
        "repack.shape",
        W(
            "拆包是一张变几张，并包是几张变一张；这里是 {old} 张变 {new} 张。",
            "A split makes several of one, a merge one of several; this makes {new} of {old}.",
        ),
        clause="T-12",
        status=422,
        field="parts",
        old=len(labels),
        new=len(parts),
    )


def _need_alike(labels: Sequence[Label]) -> None:
    """T-10: sorted, so one label holds one product, also after repacking."""
    if len({(label.product_id, label.unit) for label in labels}) > 1:
        refuse(
            "label.several_products",
            W("一张标签只装一种产品；这些标签是 {codes}。", "One label holds one product; these are {codes}."),
            clause="T-10",
            status=422,
            field="labels",
            codes=" ".join(sorted({label.product.code for label in labels if label.product})),
        )


def _need_balance(labels: Sequence[Label], left: dict[int, int], parts: Sequence[tuple[int, int | None]]) -> None:
    over = differ([quantity for quantity, _ in parts], sum(left.values()))
    if over:
        refuse(
            "repack.weights",
            W(
                "新标签合计比原来多（少）{over}，应为 {whole}。",
                "The new labels are {over} off; they must hold {whole}.",
            ),
            clause="T-12",
            status=422,
            field="parts",
            over=milli(over, labels[0].unit),
            whole=milli(sum(left.values()), labels[0].unit),
        )
