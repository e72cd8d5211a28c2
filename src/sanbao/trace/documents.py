"""A trace as JSON (command line, API, export) and as the rows of a table. Quantities are numbers beside their unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanbao.kernel.words import W
from sanbao.trace.models import LotKind, QualityStatus
from sanbao.trace.traces import Gap, Held, Node, Trace


def document(trace: Trace, asked: str = "") -> dict[str, Any]:
    """``start`` is the lot's code, or the number asked for when it names several lots (``starts``)."""
    starts = [node.code for node in trace.starts]
    unit_of = {node.id: node.unit for node in trace.nodes.values()}
    code_of = {node.id: node.code for node in trace.nodes.values()}
    return {
        "start": starts[0] if len(starts) == 1 else asked,
        "starts": starts,
        "direction": trace.direction.value,
        "nodes": [_node(trace, node) for node in trace.nodes.values()],
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
        "suppliers": [{"code": code, "name": name} for code, name in sorted(trace.suppliers.items())],
        "milliseconds": round(trace.milliseconds, 3),
    }


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
]
CUSTOMER_HEADS = [
    W("客户代码", "Customer code"),
    W("客户", "Customer"),
    W("工程", "Sites"),
    W("数量", "Quantity"),
    W("单位", "Unit"),
    W("标签数", "Labels"),
    W("标签", "Label codes"),
]


def lot_rows(trace: Trace, kind: str = "") -> Iterator[list[Any]]:
    """One line per lot in the order of the chain; of one kind, or of all."""
    missing: dict[int, list[str]] = {}
    for gap in trace.gaps:
        missing.setdefault(gap.lot, []).append(str(gap.missing.title))
    order = list(LotKind)
    for node in sorted(trace.nodes.values(), key=lambda node: (order.index(LotKind(node.kind)), node.code)):
        if kind in ("", node.kind):
            yield [
                str(LotKind.title_of(node.kind)),
                node.code,
                node.product or node.material,
                number(node.quantity_milli),
                node.unit,
                str(QualityStatus.title_of(node.status)),
                node.made_on,
                "、".join(missing.get(node.id, [])),
            ]


def customer_rows(trace: Trace) -> Iterator[list[Any]]:
    """One line per customer and unit, with every label he holds."""
    for held in trace.customers:
        yield [
            held.code,
            held.name,
            "、".join(sorted(held.sites)),
            number(held.quantity_milli),
            held.unit,
            len(held.labels),
            " ".join(held.labels),
        ]
