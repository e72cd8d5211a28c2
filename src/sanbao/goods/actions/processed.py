"""深加工产出: doors, windows and curtain wall that were made of our goods enter the store under labels of their own."""

from __future__ import annotations

from typing import Any

from sanbao.catalog.models import Product
from sanbao.goods.actions.making import fill
from sanbao.goods.lifecycle import LABEL
from sanbao.goods.models import Label, Origin
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.trace.models import QualityStatus


def processed(
    *,
    by: Actor,
    product: Product | None,
    milli: int,
    pieces: int | None,
    place: str,
    status: QualityStatus,
    **facts: Any,
) -> Label:
    """One new label of so many thousandths of a kilogram, to be signed by QC as packed goods are. What links it to its
    inputs is written by the room that keeps the order; ``facts`` say which."""
    with LABEL.opening("process", by=by) as step:
        packing = fill(
            step, by=by, origin=Origin.PROCESSED, product=product, quantity_milli=milli, unit="kg", pieces=pieces,
            place=place, produced_on=today(), status=status,
        )  # fmt: skip
        step.record(packing=packing.pk, **facts)
    return step.case
