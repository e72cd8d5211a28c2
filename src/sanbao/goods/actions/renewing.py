"""A new label in the place of old ones: its lot, the links that carry the quantity over, its own codes (T-12)."""

from __future__ import annotations

from dataclasses import dataclass

from sanbao.catalog.models import Product
from sanbao.goods.actions.making import fill
from sanbao.goods.lifecycle import LABEL
from sanbao.goods.models import Label, Origin, Relabel
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now, today
from sanbao.trace import actions as trace
from sanbao.trace.models import RecordKind


@dataclass(frozen=True)
class Part:
    """What goes under one new label: how much, how many, and how much of it from which old lot (thousandths)."""

    quantity_milli: int
    pieces: int | None
    sources: tuple[tuple[int, int], ...]


def renew(
    relabel: Relabel,
    part: Part,
    *,
    like: Label,
    product: Product | None,
    place: str,
    signed_by: str,
    by: Actor,
) -> Label:
    """The new label, linked from the old ones; it keeps their production date and gets codes of its own."""
    with LABEL.opening("renew", by=by, born_of=relabel, signed_by=signed_by, signed_at=now()) as step:
        packing = fill(
            step,
            by=by,
            origin=Origin.RELABELLED,
            product=product,
            quantity_milli=part.quantity_milli,
            unit=like.unit,
            pieces=part.pieces,
            place=place,
            produced_on=like.produced_on or today(),
        )
        links = [(source, packing.lot_id, quantity) for source, quantity in part.sources]
        trace.connect(RecordKind.RELABEL, relabel.pk, links, by=by)
        step.record(packing=packing.pk, relabel=relabel.number)
    return step.case
