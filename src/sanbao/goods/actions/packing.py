"""成品入库: passed goods are packed under a label, sorted, and signed by the store and by QC (T-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sanbao.catalog.models import Product
from sanbao.goods.actions.making import fill, public
from sanbao.goods.lifecycle import LABEL
from sanbao.goods.models import Label, LabelState, Origin
from sanbao.goods.policies import LABELS
from sanbao.kernel import journal, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import HandleKind, Lot, LotKind, Packing, QualityStatus, Traveller


def pack(
    *,
    by: Actor,
    travellers: Sequence[Lot],
    weight: Decimal,
    place: str,
    sorted_by_kind: bool,
    pieces: int | None = None,
    product: Product | None = None,
    code: str = "",
    spray_code: str = "",
) -> Label:
    """Passed travellers are packed under one label, sorted, in a named place; the storekeeper's act (T-10).

    Number and spray code are given by the house unless they are given here. QC signs afterwards: ``sign``.
    """
    with trace.writing(), LABEL.opening("pack", by=by) as step:
        _need_travellers(travellers)
        product = _one_product(travellers, product)
        _need_order(place, sorted_by_kind)
        _need_free_spray_code(spray_code)
        quantity = int(weight * 1000)
        _need_enough(travellers, quantity)
        packing = fill(
            step,
            by=by,
            made_of=travellers,
            origin=Origin.PACKED,
            code=code,
            spray_code=spray_code,
            product=product,
            quantity_milli=quantity,
            unit=travellers[0].unit if travellers else "kg",
            pieces=pieces,
            place=place,
            produced_on=_production_date(travellers),
        )
        step.record(packing=packing.pk, travellers=[lot.code for lot in travellers], sorted=sorted_by_kind)
    return step.case


def sign(label: Label, *, by: Actor, expect: int | None = None) -> Label:
    """QC signs for goods that entered the store; never the one who packed them (T-10)."""
    with LABEL.move("sign", label, by=by, expect=expect) as step:
        if by.ref == step.case.packed_by:
            refuse(
                "label.same_hand",
                W("{label} 由您入库，须由另一人签收。", "You packed {label}; somebody else signs for it."),
                clause="T-10",
                label=step.case.code,
            )
        _need_not_failed(step.case)
        step.case.signed_by, step.case.signed_at = by.ref, now()
    return step.case


@dataclass(frozen=True)
class Signed:
    """What became of one label of many that were to be signed; ``refusal`` says why not."""

    label: Label
    refusal: Refusal | None = None


def sign_many(labels: Iterable[Label], *, by: Actor) -> list[Signed]:
    """Sign each by itself: those that may not be signed stay as they are and say why (convention 11)."""
    by.need("goods.sign", clause="T-10")
    results = []
    for label in labels:
        try:
            results.append(Signed(sign(label, by=by)))
        except Refusal as refusal:
            results.append(Signed(label, refusal))
    return results


# -- labels that were there before -----------------------------------------------------------------------------


def take_up(*, by: Actor, lot: Lot) -> Label:
    """A label that came by import gets its public code, so that it can be printed, reported and replaced."""
    return take_up_many([lot], by=by)[0]


def take_up_many(lots: Sequence[Lot], *, by: Actor) -> list[Label]:
    """One label for each of these lots, in their order; those that stand already are given back as they are.

    Set-wise: the new ones are written together, each with the first entry of its chain.
    """
    move = LABEL.moves["take_up"]
    by.need(move.permission, clause=move.clause)
    ids = [lot.pk for lot in lots]
    with trace.writing():
        standing = {label.lot_id: label for label in Label.objects.filter(lot__in=queries.among(ids))}
        fresh = [lot for lot in lots if lot.pk not in standing]
        packings = {
            row.lot_id: row
            for row in Packing.standing.filter(lot__in=queries.among([lot.pk for lot in fresh])).order_by("-id")
        }
        for lot in fresh:
            _need_packed(lot, packings.get(lot.pk))
        products = Product.objects.in_bulk({lot.product_id for lot in fresh if lot.product_id})
        made = [_as_imported(lot, packings[lot.pk], products.get(lot.product_id or 0), by) for lot in fresh]
        _write_down(made, by)
    standing |= {label.lot_id: label for label in made}
    return [standing[pk] for pk in ids]


def _as_imported(lot: Lot, packing: Packing, product: Product | None, by: Actor) -> Label:
    return Label(
        state=LabelState.IN_FORCE,
        code=lot.code,
        lot=lot,
        product=product,
        spray_code=packing.spray_code,
        pieces=packing.pieces,
        weight_milli=lot.quantity_milli,
        unit=lot.unit,
        place=packing.location,
        produced_on=packing.packed_on or lot.made_on,
        origin=Origin.TAKEN_UP,
        packed_by=by.ref,
        packed_at=now(),
        **public(product),
    )


def _write_down(labels: list[Label], by: Actor) -> None:
    """Rows, the first entry of each chain, search and handles, each at once."""
    Label.objects.bulk_create(labels, batch_size=500)
    first = {
        label.subject: {
            "set": {n: [None, v] for n in LABEL.tracked if (v := plain(getattr(label, n))) not in (None, "")},
            "version": label.version,
        }
        for label in labels
    }
    journal.begin(first, action="label.take_up", by=by, clause=LABEL.moves["take_up"].clause)
    assert LABEL.searched is not None
    search.write_many(LABEL.kind, {label.pk: LABEL.searched(label) for label in labels})
    trace.name_many([(label.lot_id, HandleKind.TOKEN, label.token) for label in labels], by=by)


# -- what is asked of goods that enter the store ----------------------------------------------------------------


def _need_travellers(travellers: Sequence[Lot]) -> None:
    if not travellers:
        refuse(
            "label.no_travellers",
            W("请指明装的是哪几张随行卡的货。", "Say which travellers' goods are packed."),
            clause="T-10",
            status=422,
            field="travellers",
        )
    if wrong := [lot.code for lot in travellers if lot.kind != LotKind.TRAVELLER]:
        refuse(
            "label.not_a_traveller",
            W("{lot} 不是随行卡。", "{lot} is no traveller."),
            clause="T-10",
            status=422,
            field="travellers",
            lot=wrong[0],
        )


def _one_product(travellers: Sequence[Lot], product: Product | None) -> Product | None:
    """T-10: sorted, so one label holds one product."""
    products = {lot.product_id for lot in travellers if lot.product_id}
    if product is not None:
        products.add(product.pk)
    if len(products) > 1:
        refuse(
            "label.several_products",
            W("一张标签只装一种产品；这些随行卡是 {codes}。", "One label holds one product; these are {codes}."),
            clause="T-10",
            status=422,
            field="product",
            codes=" ".join(Product.objects.filter(pk__in=products).order_by("code").values_list("code", flat=True)),
        )
    return product or Product.objects.filter(pk__in=products).first()


def _need_order(place: str, sorted_by_kind: bool) -> None:
    if not place.strip():
        refuse(
            "label.no_place",
            W("请写明放在哪个库位。", "Say in which place of the store it stands."),
            clause="T-10",
            status=422,
            field="place",
        )
    if not sorted_by_kind:
        refuse(
            "label.not_sorted",
            W("分类放置好再入库，并在此确认。", "Sort the goods first, and confirm it here."),
            clause="T-10",
            status=422,
            field="sorted_by_kind",
        )


def _need_free_spray_code(spray_code: str) -> None:
    taken = Label.objects.filter(spray_code=spray_code).values_list("code", flat=True).first() if spray_code else None
    if taken:
        refuse(
            "label.spray_code_taken",
            W("喷码 {spray} 已在标签 {label} 上。", "The spray code {spray} is on label {label} already."),
            clause="T-10",
            status=422,
            field="spray_code",
            spray=spray_code,
            label=taken,
        )


def _need_enough(travellers: Sequence[Lot], quantity: int) -> None:
    """Of one traveller the store itself counts; of several nobody weighed the shares, but together they must do."""
    books = queries.accounts([lot.pk for lot in travellers]) if len(travellers) > 1 else {}
    left = [book.left for book in books.values()]
    if left and None not in left and quantity > sum(part or 0 for part in left):
        refuse(
            "label.more_than_left",
            W("这些随行卡一共只剩 {left} kg，不够 {wanted} kg。", "Only {left} kg is left of these, not {wanted} kg."),
            clause="T-10",
            status=422,
            field="weight",
            left=sum(part or 0 for part in left) / 1000,
            wanted=quantity / 1000,
        )


def _need_not_failed(label: Label) -> None:
    if label.lot.status == QualityStatus.FAILED:
        refuse(
            "label.failed",
            W("{label} 已判为不合格，不能签收。", "{label} has failed; it cannot be signed for."),
            clause="T-10",
            label=label.code,
        )


def _need_packed(lot: Lot, packing: Packing | None) -> None:
    if lot.kind != LotKind.LABEL:
        refuse(
            "label.not_a_label",
            W("{lot} 是{kind}，不是成品标签。", "{lot} is a {kind}, not a product label."),
            clause="T-10",
            status=422,
            field="lot",
            lot=lot.code,
            kind=LotKind.title_of(lot.kind),
        )
    if packing is None:
        refuse(
            "label.no_packing",
            W("{lot} 没有成品入库记录，请先补登。", "{lot} has no packing record; enter that first."),
            clause="T-10",
            status=422,
            field="lot",
            lot=lot.code,
        )


def _production_date(travellers: Sequence[Lot]) -> date:
    """The day that the policy takes for the date of production; the latest of several, today where it is unknown."""
    which = LABELS.setting("produced_on", on=today())
    column = {"extruded": "extruded_on", "finished": "finished_on"}.get(which)
    if column is None:
        return today()
    cards = Traveller.standing.filter(lot__in=[lot.pk for lot in travellers])
    days = [day for day in cards.values_list(column, flat=True) if day]
    return max(days, default=today())
