"""The store on paper: stock and material cards, labels, signs of places, issue slips, count sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import segno

from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.materials import cards, stock
from sanbao.materials.counts import difference
from sanbao.materials.models import Finding, IssueSlip, Place, PlaceKind, StockCount
from sanbao.parties import queries as parties
from sanbao.trace.models import Lot, LotKind, MaterialIssue, Receipt

SHIPPED = W("随产品提供", "as shipped")


def stock_cards_pdf(lots: Iterable[Lot], by: Actor) -> bytes:
    """进出存卡, one to a page and more where it goes over; of a customer's property the 物料卡 (T-06, T-08)."""
    found = cards.cards_of(lots)
    owned = bool(found) and all(card.owner for card in found)
    facts = {"cards": [_card(card) for card in found]}
    return _drawn("stock_card", "material_card" if owned else "stock_card", facts, by)


def labels_pdf(lots: Iterable[Lot], by: Actor) -> bytes:
    """The same card as a label of 80 × 60 mm, to stick on the material: what T-06 wants on it, with the lot's code."""
    facts = {"cards": [_card(card) for card in cards.cards_of(lots)]}
    return _drawn("lot_label", "stock_card", facts, by)


def signs_pdf(places: Sequence[Place], by: Actor) -> bytes:
    """标识牌 of places: code, name, what belongs there, the spacing, and the code to be scanned (W-07)."""
    signs = [
        {
            "code": place.code,
            "name": place.name,
            "kind": PlaceKind.title_of(place.kind),
            "sign": place.sign,
            "spacing": place.spacing_cm or "",
            "capacity": place.capacity or "",
            "customer": place.customer.name if place.customer else "",
            "qr": qr(place.code),
        }
        for place in places
    ]
    return _drawn("place_sign", "place_sign", {"signs": signs}, by)


def slip_pdf(slip: IssueSlip, by: Actor) -> bytes:
    """领料单: with the incoming lot of every line (T-07)."""
    lines = list(slip.lines.select_related("lot__material", "place").order_by("id"))
    receipts = {r.lot_id: r for r in Receipt.standing.filter(lot__in=[line.lot_id for line in lines])}
    struck = set(
        MaterialIssue.objects.filter(pk__in=[line.record_id for line in lines if line.record_id])
        .exclude(voided="")
        .values_list("pk", flat=True)
    )
    facts = {
        "number": slip.number,
        "into": slip.into,
        "into_kind": LotKind.title_of(slip.into_kind),
        "department": slip.department.title,
        "customer": slip.customer.name if slip.customer else "",
        "opened_by": _who(slip.opened_by),
        "opened_at": minute(slip.opened_at),
        "issued_by": _who(slip.issued_by) if slip.issued_by else "",
        "issued_at": minute(slip.issued_at),
        "taken_by": slip.taken_by,
        "remark": slip.remark,
        "state": slip.state,
        "qr": qr(slip.number),
        "lines": [
            {
                "lot": line.lot.code,
                "material": stock.name_of(line.lot) if line.lot.material is None else line.lot.material.name,
                "incoming_lot": receipts[line.lot_id].supplier_lot if line.lot_id in receipts else "",
                "quantity": cards.said(line.quantity_milli, line.lot.unit),
                "returned": cards.said(line.returned_milli, line.lot.unit) if line.returned_milli else "",
                "pieces": line.pieces if line.pieces is not None else "",
                "place": line.place.code if line.place else "",
                "reason": line.reason,
                "struck": line.record_id in struck,
            }
            for line in lines
        ],
    }
    return _drawn("issue_slip", "issue_slip", facts, by)


def count_pdf(count: StockCount, by: Actor) -> bytes:
    """盘点表: as it was handed in, with every difference."""
    lines = list(count.lines.select_related("lot__material").order_by("id"))
    facts = {
        "number": count.number,
        "scope": count.material_class or "、".join(count.scope.values_list("place__code", flat=True)),
        "opened_by": _who(count.opened_by),
        "opened_at": minute(count.opened_at),
        "submitted_by": _who(count.submitted_by) if count.submitted_by else "",
        "submitted_at": minute(count.submitted_at),
        "decided_by": _who(count.decided_by) if count.decided_by else "",
        "decided_at": minute(count.decided_at),
        "digest": count.digest,
        "remark": count.remark,
        "lines": [
            {
                "code": line.code,
                "finding": Finding.title_of(line.finding),
                "same": line.finding == Finding.SAME,
                "book": _amount(line.book_milli, line.lot),
                "found": _amount(line.found_milli, line.lot),
                "difference": _difference(line),
            }
            for line in lines
        ],
    }
    return _drawn("count_sheet", "count_sheet", facts, by)


def qr(text: str) -> str:
    """The code as SVG, with the quiet zone that a reader needs."""
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=2, xmldecl=False, nl=False, omitsize=True)
    return target.getvalue().decode()


def minute(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def _card(card: cards.StockCard) -> dict[str, Any]:
    people: dict[str, W] = {}
    facts = cards.document(card)
    for line in facts["lines"]:
        line["by"] = people.setdefault(line["by"], _who(line["by"]))
    return facts | {"qr": qr(card.lot.code), "urgent": card.urgent}


def _difference(line: Any) -> str:
    change = difference(line)
    return f"{'+' if change > 0 else ''}{cards.said(change, line.lot.unit)}" if line.lot and change else ""


def _amount(milli: int | None, lot: Lot | None) -> str:
    return cards.said(milli, lot.unit) if milli is not None and lot is not None else ""


def _who(ref: str) -> W:
    """The name behind ``person:3``; an imported line was written by its sheet."""
    if ref.startswith("clockwork:policies"):
        return SHIPPED
    if ref.startswith("clockwork:"):
        return W("系统", "system")
    if ref.startswith("import:"):
        return W("导入", "import")
    return parties.titled(ref)


def _drawn(template: str, form: str, facts: dict[str, Any], by: Actor) -> bytes:
    printed = {**facts, "printed_by": _who(by.ref)}
    return documents.pdf(f"materials/typst/{template}.typ", documents.controlled(form), printed, who=_who)
