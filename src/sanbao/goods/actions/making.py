"""What every new label needs: a number, a spray code, a public code, its lot; and what stands in the way of one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from sanbao.catalog import queries as catalog
from sanbao.catalog.models import Product
from sanbao.goods.models import Label, Origin
from sanbao.goods.policies import LABELS
from sanbao.goods.rules import milli, new_token, spray_code
from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.actions import PackingRow
from sanbao.trace.models import HandleKind, Lot, Packing, QualityStatus, Shipment


def new_code() -> str:
    """The next number of the series that no imported label bears."""
    while Lot.objects.filter(key=code_key(code := numbering.take("label"))).exists():
        continue
    return code


def next_spray_code(day: date) -> str:
    """The production date and the next number of that day, in the form that the policy lays down (T-10)."""
    rule = LABELS.decide(on=today())
    number = numbering.count(f"spray:{day:%Y%m%d}")
    return spray_code(rule["spray_code"], day, number, int(rule["spray_width"]))


def public(product: Product | None) -> dict[str, str]:
    """The two halves of a label's address: a code at random, and the GTIN that the product has now."""
    return {"token": new_token(secrets.choice), "gtin": catalog.gtin_of(product) if product else ""}


def fill(step: Step[Label], *, by: Actor, made_of: Sequence[Lot] = (), origin: Origin, **facts: Any) -> Packing:
    """Write the label's lot and put its facts on the row. ``facts``: code, spray_code, product, quantity_milli,
    unit, pieces, place, produced_on; status where it is not 合格."""
    case = step.case
    code = facts.get("code") or new_code()
    spray = facts.get("spray_code") or next_spray_code(facts["produced_on"])
    product: Product | None = facts["product"]
    row = PackingRow(
        label=code,
        travellers=tuple(lot.code for lot in made_of),
        spray_code=spray,
        product_id=product.pk if product else None,
        quantity_milli=facts["quantity_milli"],
        unit=facts["unit"],
        pieces=facts["pieces"],
        packed_on=today(),
        location=facts["place"],
        status=facts.get("status", QualityStatus.PASSED),
    )
    packing = trace.pack(row, by=by)
    case.code, case.lot, case.spray_code, case.product = packing.lot.code, packing.lot, spray, product
    case.pieces, case.weight_milli, case.unit = facts["pieces"], facts["quantity_milli"], facts["unit"]
    case.place, case.produced_on, case.origin = facts["place"], facts["produced_on"], origin
    case.packed_by, case.packed_at = by.ref, now()
    for name, value in public(product).items():
        setattr(case, name, value)
    step.insert()
    trace.name(packing.lot, HandleKind.TOKEN, case.token, by=by)
    return packing


def need_in_the_house(label: Label) -> None:
    """What has left cannot be re-inspected or repacked (T-12)."""
    book = queries.account(label.lot)
    if book.shipped > book.returned:
        sent = Shipment.standing.filter(lot=label.lot_id).order_by("-id").values_list("number", flat=True).first()
        refuse(
            "label.has_left",
            W("{label} 已随 {number} 发出，不在库里。", "{label} left with {number}; it is not in the store."),
            clause="T-12",
            label=label.code,
            number=sent or "",
        )


def left_of(label: Label) -> int:
    """What is left under a label, in thousandths; refuses where nothing is."""
    left = queries.account(label.lot).left
    if left is None or left <= 0:
        refuse(
            "label.nothing_left",
            W("{label} 名下已没有货（{left}）。", "Nothing is left under {label} ({left})."),
            clause="T-12",
            label=label.code,
            left=milli(left, label.unit) or "—",
        )
    return left or 0
