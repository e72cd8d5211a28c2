"""What is in store: what is left of material lots, and which of them may be handed out in whose turn (T-07)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from sanbao.catalog.models import Material
from sanbao.materials.rules import Offer, in_turn
from sanbao.trace import queries as trace
from sanbao.trace.models import (
    Lot,
    LotKind,
    LotLink,
    Movement,
    MovementKind,
    PermitKind,
    PermitState,
    Property,
    QualityStatus,
    Receipt,
)

INWARD = (MovementKind.RETURNED.value, MovementKind.COUNTED.value)


def raw() -> QuerySet[Any]:
    """Every material lot, with what is left of it by the book as ``left``; the database reckons it."""
    used = LotLink.objects.filter(src=OuterRef("pk")).order_by().values("src").annotate(t=Sum("quantity_milli"))
    moved = Movement.standing.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(t=Sum(_signed()))
    return Lot.objects.filter(kind=LotKind.RAW).annotate(
        left=Coalesce(F("quantity_milli"), 0)
        - Coalesce(Subquery(used.values("t"), output_field=BigIntegerField()), 0)
        + Coalesce(Subquery(moved.values("t"), output_field=BigIntegerField()), 0)
    )


def _signed() -> Case:
    return Case(When(what__in=INWARD, then=F("quantity_milli")), default=-F("quantity_milli"))


def name_of(lot: Lot) -> str:
    """What the material or the product is called: by the catalogue, or as the receipt wrote it."""
    if (known := lot.material or lot.product) is not None:
        return known.name
    receipt = Receipt.standing.filter(lot=lot).order_by("id").values_list("material_name", flat=True).first()
    return receipt or ""


def named(name: str) -> QuerySet[Any]:
    """The material lots of this name; imported ones know only the name that their receipt wrote."""
    written = Receipt.standing.filter(material_name=name).values("lot")
    return raw().filter(Q(material__name=name) | Q(material=None, pk__in=written))


def of_material(material: Material) -> QuerySet[Any]:
    written = Receipt.standing.filter(material_name=material.name).values("lot")
    return raw().filter(Q(material=material) | Q(material=None, pk__in=written))


def offers(rows: QuerySet[Any], *, customer: int | None = None, taken: dict[int, int] | None = None) -> list[Offer]:
    """Which of these lots may be handed out now, in turn: something left, 合格 or released and re-marked, not on hold,
    and no other customer's property. ``taken`` is what the lines of the slip take already."""
    found = list(rows.filter(left__gt=0).only("pk", "status", "made_on", "unit"))
    if not found:
        return []
    marks = trace.marks(lot.pk for lot in found)
    owners = dict(Property.objects.filter(lot__in=[lot.pk for lot in found]).values_list("lot_id", "customer_id"))
    free = [
        Offer(lot.pk, lot.made_on, lot.left - (taken or {}).get(lot.pk, 0), owners.get(lot.pk))
        for lot in found
        if may_go(lot, marks.get(lot.pk)) and owners.get(lot.pk, customer) == customer
    ]
    return in_turn(free, customer)


def may_go(lot: Lot, marks: trace.Marks | None) -> bool:
    """Whether the gate would let a lot out, as far as its status, holds and permits go."""
    if marks is not None and marks.holds:
        return False
    if lot.status == QualityStatus.PASSED:
        return True
    return any(
        permit.state == PermitState.IN_FORCE and (permit.kind != PermitKind.URGENT or permit.marked)
        for permit in (marks.permits if marks else [])
    )


def left_of(lots: Iterable[int]) -> dict[int, int | None]:
    """What is left of lots of any kind, by the book; None where nobody weighed."""
    return {pk: account.left for pk, account in trace.accounts(lots).items()}
