"""A trace as JSON (command line, API, export) and as the rows of a table. Quantities are numbers beside their unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanbao.kernel.words import W
from sanbao.trace.balances import Balance, Term
from sanbao.trace.chains import Chain, Entry
from sanbao.trace.models import LotKind, QualityStatus
from sanbao.trace.places import Place
from sanbao.trace.sides import Group
from sanbao.trace.telling import Told
from sanbao.trace.traces import Direction, Gap, Held, Node, Trace


def document(told: Told, asked: str = "", *, contacts: bool = False) -> dict[str, Any]:
    """``start`` is the lot's code, or the number asked for when it names several lots (``starts``).

    ``contacts``: who is met at the places at its end, with telephone; for staff only.
    """
    trace = told.trace
    starts = [node.code for node in trace.starts]
    unit_of = {node.id: node.unit for node in trace.nodes.values()}
    code_of = {node.id: node.code for node in trace.nodes.values()}
    several, one_of = trace.candidates, trace.one_of
    nodes = []
    for node in trace.nodes.values():
        entry = _node(trace, node)
        if node.id in several:
            entry["candidates"] = several[node.id]
        if node.id in one_of:
            entry["one_of"] = one_of[node.id]
        if mark := told.marks.get(node.id):
            entry |= {"holds": list(mark.holds), "permits": [number for _, number in mark.permits]}
        nodes.append(entry)
    answer = {
        "start": starts[0] if len(starts) == 1 else asked,
        "starts": starts,
        "direction": trace.direction.value,
        "nodes": nodes,
        "links": [
            {
                "from": code_of[link.src],
                "to": code_of[link.dst],
                "quantity": number(link.quantity_milli),
                "unit": unit_of[link.src],
                "record": link.kind.value,
            }
            for link in trace.links
        ],
        "gaps": [gap_document(gap) for gap in trace.gaps],
        "customers": [customer_document(held) for held in trace.customers],
        "places": [place_document(place, contacts=contacts) for place in told.places],
        "suppliers": [{"code": code, "name": name} for code, name in sorted(trace.suppliers.items())],
        "balances": [balance_document(balance) for balance in told.balances],
        "milliseconds": round(trace.milliseconds, 3),
    }
    if trace.direction == Direction.SIDE:
        answer["groups"] = [group_document(group, trace) for group in told.groups]
    return answer


def chain_document(chain: Chain, asked: str) -> dict[str, Any]:
    """The ten stages of C-16, each with its records and what is missing, and where the chain ends."""
    proposal = chain.proposal
    return {
        "start": asked,
        "stages": [
            {
                "number": stage.number,
                "stage": stage.stage.value,
                "title": str(stage.stage.title),
                "asked": stage.asked,
                "missing": stage.missing,
                "entries": [_entry(entry) for entry in stage.entries],
                "gaps": [gap_document(gap) for gap in stage.gaps],
            }
            for stage in chain.stages
        ],
        "proposal": {
            "kind": proposal.kind,
            "code": proposal.ref,
            "stage": proposal.stage.value,
            "reason": str(proposal.reason),
        }
        if proposal
        else None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"title": entry.title, "detail": str(entry.detail), "status": entry.status}
    told |= {"on": entry.on.isoformat() if entry.on else None, "quantity": number(entry.quantity_milli)}
    if entry.quantity_milli is not None:
        told["unit"] = entry.unit
    if entry.record:
        told["record"] = {"kind": entry.record[0], "id": entry.record[1]}
    return told | {name: value for name, value in (("lot", entry.lot), ("supplier", entry.supplier)) if value}


def _node(trace: Trace, node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": node.code,
        "kind": node.kind,
        "title": str(LotKind.title_of(node.kind)),
        "quantity": number(node.quantity_milli),
        "unit": node.unit,
        "status": node.status,
        "made_on": node.made_on.isoformat() if node.made_on else None,
    }
    if node.product:
        told["product"] = node.product
    records = trace.records
    if receipts := records.receipts.get(node.id):
        told |= {
            "material": receipts[0].material_name or node.material,
            "supplier": receipts[0].supplier__code,
            "supplier_lot": receipts[0].supplier_lot,
            "receipt": receipts[0].number,
        }
    if packing := records.packings.get(node.id):
        told |= {"spray_code": packing.spray_code, "location": packing.location}
    if shipments := records.shipments.get(node.id):
        told["customer"] = shipments[0].customer__code
    return told


def group_document(group: Group, trace: Trace) -> dict[str, Any]:
    """One thing in common, and who else has it."""
    return {
        "shared": group.shared.value,
        "title": str(group.shared.title),
        "code": group.code,
        "lots": [trace.nodes[lot].code for lot in group.lots],
        "labels": len(group.labels),
        "quantity": number(group.quantity_milli),
        "unit": group.unit,
        "gaps": group.gaps,
        "customers": [customer_document(held) for held in group.held],
    }


def balance_document(balance: Balance) -> dict[str, Any]:
    terms = {term.value: number(milli) for term, milli in balance.terms.items()}
    return {"of": list(balance.of), "unit": balance.unit} | terms | {"unweighed": balance.unweighed}


def place_document(place: Place, *, contacts: bool) -> dict[str, Any]:
    told = {
        "code": place.code,
        "name": place.name,
        "site": place.site,
        "quantity": number(place.quantity_milli),
        "unit": place.unit,
        "labels": place.labels,
    }
    return told | {"address": place.address, "contact": place.contact, "phone": place.phone} if contacts else told


def gap_document(gap: Gap) -> dict[str, str]:
    return {"code": gap.code, "missing": gap.missing.value, "sentence": str(gap_sentence(gap))}


def gap_sentence(gap: Gap) -> W:
    return W("{code} 缺{what}", "{code}: {what} is missing", code=gap.code, what=gap.missing.title)


def customer_document(held: Held) -> dict[str, Any]:
    return {
        "code": held.code,
        "name": held.name,
        "quantity": number(held.quantity_milli),
        "unit": held.unit,
        "labels": held.labels,
        "sites": sorted(held.sites),
    }


def number(milli: int | None) -> float | int | None:
    """Thousandths as a plain number; whole ones without a point."""
    if milli is None:
        return None
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


LOT_HEADS = [
    W("类别", "Kind"),
    W("编号", "Code"),
    W("产品/材料", "Product or material"),
    W("数量", "Quantity"),
    W("单位", "Unit"),
    W("质量状态", "Status"),
    W("日期", "Date"),
    W("缺口", "Gaps"),
    W("冻结/放行", "Holds and permits"),
    W("候选", "Candidates"),
]
#: One more column of a side trace.
SHARED_HEAD = W("共同点", "In common")
CUSTOMER_HEADS = [
    W("客户代码", "Customer code"),
    W("客户", "Customer"),
    W("工程", "Site"),
    W("地址", "Address"),
    W("联系人", "Contact"),
    W("电话", "Telephone"),
    W("数量", "Quantity"),
    W("单位", "Unit"),
    W("标签数", "Labels"),
    W("标签", "Label codes"),
]
GROUP_HEADS = [
    W("共同点", "In common"),
    W("编号", "Code"),
    W("其他批次", "Other lots"),
    W("其中标签", "Labels among them"),
    W("数量", "Quantity"),
    W("单位", "Unit"),
    W("缺口", "Gaps"),
    W("客户", "Customers"),
]


def lot_heads(told: Told) -> list[W]:
    return [*LOT_HEADS, SHARED_HEAD] if told.groups else LOT_HEADS


def lot_rows(told: Told, kind: str = "") -> Iterator[list[Any]]:
    """One line per lot in the order of the chain; of one kind, or of all."""
    trace = told.trace
    missing: dict[int, list[str]] = {}
    for gap in trace.gaps:
        missing.setdefault(gap.lot, []).append(str(gap.missing.title))
    shared: dict[int, list[str]] = {}
    for group in told.groups:
        for lot in group.lots:
            shared.setdefault(lot, []).append(f"{group.shared.title} {group.code}")
    several, one_of, order = trace.candidates, trace.one_of, list(LotKind)
    for node in sorted(trace.nodes.values(), key=lambda node: (order.index(LotKind(node.kind)), node.code)):
        if kind not in ("", node.kind):
            continue
        mark = told.marks.get(node.id)
        row = [
            str(LotKind.title_of(node.kind)),
            node.code,
            node.product or node.material,
            number(node.quantity_milli),
            node.unit,
            str(QualityStatus.title_of(node.status)),
            node.made_on,
            "、".join(missing.get(node.id, [])),
            "、".join(str(words) for words in mark.words) if mark else "",
            candidates_words(several.get(node.id, []), one_of.get(node.id, 0)),
        ]
        yield [*row, "、".join(shared.get(node.id, []))] if told.groups else row


def candidates_words(several: list[str], one_of: int) -> str:
    """``3 框之一`` of a basket that is a candidate only; of a label all its baskets."""
    if one_of:
        return str(W("{n} 框之一", "one of {n} baskets", n=one_of))
    return " ".join(several)


def customer_rows(told: Told, *, contacts: bool) -> Iterator[list[Any]]:
    """One line per customer, place and unit, with every label that stands there; who is met there for staff only."""
    for place in told.places:
        yield [
            place.code,
            place.name,
            place.site,
            *((place.address, place.contact, place.phone) if contacts else ("", "", "")),
            number(place.quantity_milli),
            place.unit,
            len(place.labels),
            " ".join(place.labels),
        ]


def group_rows(told: Told) -> Iterator[list[Any]]:
    """One line per thing in common."""
    for group in told.groups:
        yield [
            str(group.shared.title),
            group.code,
            len(group.lots),
            len(group.labels),
            number(group.quantity_milli),
            group.unit,
            group.gaps,
            "、".join(held.name for held in group.held),
        ]


def balance_heads() -> list[W]:
    return [W("批次", "Lots"), W("单位", "Unit"), *(term.title for term in Term)]


def balance_rows(told: Told) -> Iterator[list[Any]]:
    """One line per balance: made and returned, and where it is."""
    for balance in told.balances:
        yield [" ".join(balance.of), balance.unit, *(number(milli) for milli in balance.terms.values())]
