"""What lies where: put away, moved, handed out (W-07). A lot's rows change only while the lot's own row is locked."""

from __future__ import annotations

from typing import Any

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import fill, insert, restoring, retiring
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.materials.actions.telling import need, one_lot
from sanbao.materials.lifecycle import PLACE
from sanbao.materials.models import Lying, Place
from sanbao.materials.rules import shares
from sanbao.materials.stock import left_of
from sanbao.trace.models import Lot, Property

retire_place, restore_place = retiring(PLACE), restoring(PLACE)


def open_place(*, by: Actor, code: str, name: str, **values: Any) -> Place:
    """A new place in the store: kind, sign, spacing_cm, capacity, customer."""
    with PLACE.opening(by=by) as step:
        fill(step, {"code": code_key(code), "name": name.strip(), **values})
        insert(step)
    return step.case


def edit_place(place: Place, *, by: Actor, expect: int | None = None, **values: Any) -> Place:
    """Change a place; its code stays, because signs bear it."""
    with PLACE.move("edit", place, by=by, expect=expect) as step:
        fill(step, values)
    return step.case


def put(
    place: Place,
    *,
    by: Actor,
    code: str,
    quantity: Quantity | None = None,
    pieces: int | None = None,
    expect: int | None = None,
) -> Place:
    """Put a lot here, found by any of its codes: all of it, or a part while the rest stays where it lies."""
    with PLACE.move("put", place, by=by, expect=expect) as step:
        lot = one_lot(code, by=by, clause="W-07")
        before = dict(Lying.objects.filter(lot=lot).values_list("place__code", "quantity_milli"))
        milli = part_of(lot, quantity)
        lay(lot, step.case, by=by, milli=milli, pieces=pieces)
        step.record(lot=lot.code, milli=milli, pieces=pieces, before=before)
    return step.case


def lay(lot: Lot, place: Place, *, by: Actor, milli: int | None = None, pieces: int | None = None) -> Lying:
    """Write down that a lot (or ``milli`` of it) lies at a place now."""
    Lot.objects.select_for_update().get(pk=lot.pk)
    _whose_place(lot, place)
    rows = {row.place_id: row for row in Lying.objects.filter(lot=lot)}
    if place.pk not in rows:
        _room(place)
    if milli is None:
        Lying.objects.filter(lot=lot).exclude(place=place).delete()
    else:
        _part(lot, place, rows, milli)
        milli += (rows[place.pk].quantity_milli or 0) if place.pk in rows else 0
    facts = {"quantity_milli": milli, "pieces": pieces, "since": now(), "by": by.ref}
    if place.pk in rows and milli is not None:
        facts["since"] = rows[place.pk].since
    row, _ = Lying.objects.update_or_create(lot=lot, place=place, defaults=facts)
    return row


def take(lot: Lot, *, milli: int, place: Place | None = None, pieces: int | None = None) -> None:
    """So much was handed out: what lies at the named place, or at the oldest, becomes less."""
    Lot.objects.select_for_update().get(pk=lot.pk)
    rows = list(Lying.objects.filter(lot=lot).order_by("since", "id"))
    rows.sort(key=lambda row: place is not None and row.place_id != place.pk)
    for row in rows:
        if pieces and row.pieces is not None:
            row.pieces, pieces = max(row.pieces - pieces, 0), max(pieces - row.pieces, 0)
        if row.quantity_milli is None:
            row.save(update_fields=["pieces"])
            return
        part = min(row.quantity_milli, milli)
        row.quantity_milli, milli = row.quantity_milli - part, milli - part
        if row.quantity_milli:
            row.save(update_fields=["quantity_milli", "pieces"])
        else:
            row.delete()
        if milli <= 0:
            return


def part_of(lot: Lot, quantity: Quantity | None) -> int | None:
    """A part in the lot's own unit; None for the whole."""
    if quantity is None:
        return None
    same_unit(lot, quantity)
    return quantity.milli


def same_unit(lot: Lot, quantity: Quantity, field: str = "quantity") -> None:
    need(
        quantity.base == lot.unit, "lot.other_unit", "{lot} 按 {unit} 记账，不能填 {typed}。",
        "{lot} is booked in {unit}, not in {typed}.", clause="T-06", field=field, lot=lot.code, unit=lot.unit,
        typed=quantity.unit,
    )  # fmt: skip


def _part(lot: Lot, place: Place, rows: dict[int, Lying], milli: int) -> None:
    """A part comes from where the lot lies; there may not be more moved than lies elsewhere."""
    left = left_of([lot.pk])[lot.pk]
    there = shares(left, [(row.place_id, row.quantity_milli) for row in rows.values()])
    elsewhere = (left or 0) - (there.get(place.pk) or 0)
    need(
        left is None or 0 < milli <= elsewhere, "place.more_than_there_is",
        "{lot} 在别处只有 {there}，移不了这么多。", "Elsewhere only {there} of {lot} is left; no more can be moved.",
        clause="W-07", field="quantity", lot=lot.code, there=str(Quantity.of_milli(max(elsewhere, 0), lot.unit)),
    )  # fmt: skip
    for row in sorted(rows.values(), key=lambda row: row.since):
        if row.place_id == place.pk or row.quantity_milli is None or milli <= 0:
            continue
        part = min(row.quantity_milli, milli)
        row.quantity_milli, milli = row.quantity_milli - part, milli - part
        if row.quantity_milli:
            row.save(update_fields=["quantity_milli"])
        else:
            row.delete()


def _whose_place(lot: Lot, place: Place) -> None:
    """T-08: a customer's property is stored by customer, and nothing else lies with it."""
    owned = Property.objects.select_related("customer").filter(lot=lot).first()
    owner = owned.customer_id if owned else None
    if place.customer_id is not None and place.customer_id != owner:
        refuse(
            "place.of_a_customer",
            W("库位 {place} 只放 {customer} 的客供件，{lot} 不能放这里。",
              "The place {place} is kept for {customer}'s property; {lot} may not lie there."),
            clause="T-08", status=422, field="code", place=place.code, customer=place.customer.name, lot=lot.code,
        )  # fmt: skip
    if owned is not None and place.customer_id is None:
        refuse(
            "place.not_the_owners",
            W("{lot} 是 {customer} 的客供件，须放在该客户的库位，不能放 {place}。",
              "{lot} is {customer}'s property and is stored at a place of his, not at {place}."),
            clause="T-08", status=422, field="code", place=place.code, customer=owned.customer.name, lot=lot.code,
        )  # fmt: skip


def _room(place: Place) -> None:
    """W-07: no more lots than the place takes with its spacing kept."""
    if place.capacity is None:
        return
    lying = list(Lying.objects.filter(place=place).values_list("lot_id", flat=True))
    there = sum(1 for left in left_of(lying).values() if left is None or left > 0)
    if there >= place.capacity:
        refuse(
            "place.full",
            W("库位 {place} 只放 {capacity} 批，已经放满。", "The place {place} takes {capacity} lots and is full."),
            clause="W-07", status=422, field="code", place=place.code, capacity=place.capacity,
        )  # fmt: skip
