"""A trace as the ten columns that the factory thinks in: lots, and between them the papers and the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sanbao.kernel.codes import whole
from sanbao.kernel.words import Vocabulary, W
from sanbao.trace.drawing import Box, Drawing, Edge, draw
from sanbao.trace.marks import Brief
from sanbao.trace.models import LotKind, QualityStatus, RecordKind
from sanbao.trace.saying import amount
from sanbao.trace.traces import Missing, Node, Trace, shipped_milli


class Lane(Vocabulary):
    """The ten columns, left to right."""

    SUPPLIER = "supplier", "供应商", "Supplier"
    RECEIPT = "receipt", "进仓", "Receipt"
    RAW = "raw", "原料批", "Material lot"
    ISSUE = "issue", "领料", "Issue"
    BATCH = "batch", "炉次/槽次", "Heat or batch"
    BILLET = "billet", "铸棒批", "Billet lot"
    TRAVELLER = "traveller", "随行卡", "Traveller"
    REPORT = "report", "检验报告", "Inspection"
    LABEL = "label", "标签/喷码", "Label"
    CUSTOMER = "customer", "客户/工程", "Customer"


LANES = list(Lane)
_NUMBER = {lane: number for number, lane in enumerate(LANES)}
_LANE_OF = {
    LotKind.RAW: Lane.RAW,
    LotKind.HEAT: Lane.BATCH,
    LotKind.AGEING: Lane.BATCH,
    LotKind.OXIDATION: Lane.BATCH,
    LotKind.COATING: Lane.BATCH,
    LotKind.BILLET: Lane.BILLET,
    LotKind.TRAVELLER: Lane.TRAVELLER,
    LotKind.LABEL: Lane.LABEL,
    LotKind.PROCESSING: Lane.LABEL,
}
#: Captured things are of no stage of ours: they take these columns in the order in which they follow on one another.
_ITEM_LANES = [Lane.RAW, Lane.BATCH, Lane.BILLET, Lane.TRAVELLER, Lane.LABEL]
_COUNTED = {
    Lane.SUPPLIER: W("＋{n} 家", "+{n}"),
    Lane.RECEIPT: W("＋{n} 单", "+{n}"),
    Lane.RAW: W("＋{n} 批", "+{n}"),
    Lane.ISSUE: W("＋{n} 单", "+{n}"),
    Lane.BATCH: W("＋{n} 批", "+{n}"),
    Lane.BILLET: W("＋{n} 批", "+{n}"),
    Lane.TRAVELLER: W("＋{n} 张", "+{n}"),
    Lane.REPORT: W("＋{n} 份", "+{n}"),
    Lane.LABEL: W("＋{n} 个", "+{n}"),
    Lane.CUSTOMER: W("＋{n} 个客户", "+{n}"),
}
#: (kind, id) → address: kinds are ``lot``, those of RecordKind, ``supplier``, ``customer`` and ``fold``.
Addresses = Callable[[str, Any], str]


#: So many boxes of an unfolded lane are drawn at once; of more there are several parts.
OPENED_ROOM = 200


def picture(
    trace: Trace,
    *,
    href: Addresses,
    hot: Collection[int] = (),
    opened: str = "",
    room: int = 7,
    marks: Mapping[int, Brief] | None = None,
) -> Drawing:
    """The drawing of a trace. ``hot`` lots and the links between them are drawn red; ``opened`` is a lane, or a part
    of one (``label.2``); ``marks`` are the holds and permits of its lots."""
    sketch = _Sketch(trace, frozenset(hot), marks or {})
    name, _, number = opened.partition(".")
    lane = Lane(name) if name in LANES else None
    count = sum(1 for box in sketch.boxes.values() if LANES[box.column] == lane) if lane else 0
    parts = max(1, -(-count // OPENED_ROOM))
    part = min(max(whole(number) or 1, 1), parts)
    drawing = draw(
        sketch.boxes.values(),
        list(dict.fromkeys(sketch.edges)),
        columns=len(LANES),
        room=room,
        opened=LANES.index(lane) if lane else None,
        opened_room=OPENED_ROOM,
        part=part,
    )
    for box in drawing.boxes:
        sketch.note(box)
        if box.folded:
            _say_fold(box, LANES[box.column], (part, parts) if LANES[box.column] == lane else None)
        if box.opens:
            box.href = href(*box.opens)
            box.panel = box.opens[0] not in ("fold", "supplier", "customer")
    return drawing


def _say_fold(box: Box, lane: Lane, part: tuple[int, int] | None) -> None:
    """How many and how much; opening it shows them, and in an unfolded lane the next part of them."""
    box.title = str(_COUNTED[lane].format(n=f"{box.folded:,}"))
    box.sub = amount(box.milli or None, box.unit)
    box.opens = ("fold", lane.value)
    if part is not None:
        number, parts = part
        box.sub = str(W("第 {p}/{all} 段", "part {p} of {all}", p=number, all=parts))
        box.opens = ("fold", f"{lane.value}.{number % parts + 1}")


class _Sketch:
    """Boxes and edges of a trace, before anything is folded or placed."""

    def __init__(self, trace: Trace, hot: frozenset[int], signs: Mapping[int, Brief]) -> None:
        self.trace, self.hot, self.starts, self.signs = trace, hot, frozenset(trace.start), signs
        self.several, self.one_of = trace.candidates, trace.one_of
        self.boxes: dict[str, Box] = {}
        self.edges: list[Edge] = []
        self.items = _item_lanes(trace)
        self.gaps: dict[int, list[Missing]] = defaultdict(list)
        for gap in trace.gaps:
            self.gaps[gap.lot].append(gap.missing)
        for node in trace.nodes.values():
            self.lot(node)
        for card in trace.of_kind(LotKind.TRAVELLER):
            self.report(card.id)
        self.links()
        self.receipts()
        self.customers()

    def box(self, key: str, lane: Lane, title: str, sub: str = "", **more: Any) -> Box:
        if key not in self.boxes:
            self.boxes[key] = Box(key, _NUMBER[lane], title, sub, **more)
        return self.boxes[key]

    def join(self, src: str, dst: str, *lots: int, gap: bool = False) -> None:
        self.edges.append(Edge(src, dst, bool(self.hot and lots) and self.hot.issuperset(lots), gap))

    def lot(self, node: Node) -> None:
        marks = set()
        if node.id in self.starts:
            marks.add("here")
        if node.id in self.hot:
            marks.add("hot")
        if node.status == QualityStatus.FAILED:
            marks.add("bad")
        if self.missing(node.id):
            marks.add("gap")
        if sign := self.signs.get(node.id):
            marks |= ({"held"} if sign.holds else set()) | ({"permit"} if sign.permits else set())
        self.box(
            f"lot:{node.id}",
            self.items.get(node.id) or _LANE_OF[node.kind],
            node.code,
            milli=node.quantity_milli or 0,
            unit=node.unit,
            marks=marks,
            opens=("lot", node.id),
        )

    def missing(self, lot: int) -> list[Missing]:
        return [gap for gap in self.gaps[lot] if gap != Missing.REPORT] if lot in self.gaps else []

    def note(self, box: Box) -> None:
        """The second line of a box that is shown; most are folded away, and words take longer than boxes."""
        if box.column == _NUMBER[Lane.CUSTOMER] and not box.folded:
            box.sub = amount(box.milli, box.unit)
        if box.opens and box.opens[0] == "lot" and not box.sub:
            node = self.trace.nodes[box.opens[1]]
            missing = self.missing(node.id)
            box.sub = str(W("缺{what}", "no {what}", what=missing[0].title)) if missing else self.lot_note(node)

    def lot_note(self, node: Node) -> str:
        if node.status == QualityStatus.FAILED:
            return str(QualityStatus.FAILED.title)
        if sign := self.signs.get(node.id):
            return " · ".join(str(words) for words in sign.words)
        if node.id in self.one_of:
            return str(W("{n} 框之一", "one of {n} baskets", n=self.one_of[node.id]))
        if node.id in self.several:
            weight = amount(node.quantity_milli, node.unit)
            return str(W("混 {n} 框 {kg}", "{n} baskets, {kg}", n=len(self.several[node.id]), kg=weight))
        if node.kind in (LotKind.AGEING, LotKind.COATING, LotKind.OXIDATION, LotKind.HEAT):
            return str(LotKind(node.kind).title)
        return amount(node.quantity_milli, node.unit) or node.product or str(LotKind(node.kind).title)

    def links(self) -> None:
        records = self.trace.records
        for link in self.trace.links:
            src, dst = f"lot:{link.src}", f"lot:{link.dst}"
            ends = (link.src, link.dst)
            if link.kind == RecordKind.ISSUE and (issue := records.issues.get(link.record)):
                key = f"issue:{issue.id}"
                self.box(
                    key,
                    Lane.ISSUE,
                    issue.number,
                    amount(issue.quantity_milli, "kg"),
                    milli=issue.quantity_milli,
                    opens=(RecordKind.ISSUE, issue.id),
                    marks={"hot"} if set(ends) <= self.hot else set(),
                )
                self.join(src, key, *ends)
                self.join(key, dst, *ends)
            elif link.kind == RecordKind.PACKING:
                self.join(self.report(link.src), dst, *ends, gap=link.src not in records.reports)
            else:
                self.join(src, dst, *ends)

    def report(self, card: int) -> str:
        """The box of a traveller's inspection report, or of its absence; goods pass through it to the label."""
        key = f"report:{card}"
        if key not in self.boxes:
            reports = self.trace.records.reports.get(card, [])
            if not reports:
                lacking = str(W("缺记录", "no record"))
                self.box(key, Lane.REPORT, lacking, self.trace.nodes[card].code, marks={"gap"}, opens=("lot", card))
            else:
                last = reports[-1]
                failed = any(report.conclusion == QualityStatus.FAILED for report in reports)
                marks = ({"bad"} if failed else set()) | ({"hot"} if card in self.hot else set())
                title = QualityStatus.title_of(last.conclusion)
                self.box(key, Lane.REPORT, last.number, str(title), marks=marks, opens=(RecordKind.REPORT, last.id))
            self.join(f"lot:{card}", key, card, gap=not reports)
        return key

    def receipts(self) -> None:
        for lot, receipts in self.trace.records.receipts.items():
            for receipt in receipts:
                key = f"receipt:{receipt.id}"
                on = receipt.received_on
                hot = {"hot"} if lot in self.hot else set()
                self.box(
                    key,
                    Lane.RECEIPT,
                    receipt.number,
                    str(W("{m}月{d}日", "{d}/{m}", m=on.month, d=on.day)) if on else "",
                    milli=receipt.quantity_milli,
                    opens=(RecordKind.RECEIPT, receipt.id),
                    marks=set(hot),
                )
                supplier = self.box(
                    f"supplier:{receipt.supplier_id}",
                    Lane.SUPPLIER,
                    receipt.supplier__name,
                    receipt.supplier__code,
                    opens=("supplier", receipt.supplier_id),
                )
                supplier.milli += receipt.quantity_milli
                supplier.marks |= hot
                self.join(supplier.key, key, lot)
                self.join(key, f"lot:{lot}", lot)

    def customers(self) -> None:
        for lot, lines in self.trace.records.shipments.items():
            node = self.trace.nodes[lot]
            for line in lines:
                customer = self.box(
                    f"customer:{line.customer_id}",
                    Lane.CUSTOMER,
                    line.customer__name,
                    opens=("customer", line.customer_id),
                    unit=node.unit,
                )
                customer.milli += shipped_milli(line, node)
                if lot in self.hot:
                    customer.marks.add("hot")
                self.join(f"lot:{lot}", customer.key, lot)


def _item_lanes(trace: Trace) -> dict[int, Lane]:
    """A column for each captured thing: what it was made from or taken out of stands to its left, as far as can be."""
    items = {node.id for node in trace.of_kind(LotKind.ITEM)}
    if not items:
        return {}
    onward: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    least = dict.fromkeys(items, 0)
    feeding = set()
    for link in trace.links:
        if link.src in items and link.dst in items:
            onward[link.src].add(link.dst)
            before[link.dst].add(link.src)
        elif link.dst in items:
            ours = _NUMBER[_LANE_OF[trace.nodes[link.src].kind]]
            least[link.dst] = max(least[link.dst], sum(_NUMBER[lane] <= ours for lane in _ITEM_LANES))
        elif link.src in items:
            feeding.add(link.src)
    depth = dict.fromkeys(items, 0)
    waiting = {item: len(before[item]) for item in items}
    ready = [item for item in sorted(items) if not waiting[item]]
    while ready:
        item = ready.pop()
        for following in onward[item]:
            depth[following] = max(depth[following], depth[item] + 1)
            least[following] = max(least[following], least[item])
            waiting[following] -= 1
            if not waiting[following]:
                ready.append(following)
    deepest, last = max(depth.values()), len(_ITEM_LANES) - 1
    if not deepest:
        return {item: Lane.RAW if item in feeding else Lane.LABEL for item in items}
    return {
        item: _ITEM_LANES[min(last, max(least[item], round(depth[item] * last / deepest)))] for item in sorted(items)
    }


def hot_path(trace: Trace, suspect: str) -> set[int]:
    """The lots on the ways from a suspected lot to the starts, or from the starts to it; empty when it is not here."""
    origin = next((node.id for node in trace.nodes.values() if node.code == suspect), None)
    if origin is None:
        return set()
    onward: dict[int, set[int]] = defaultdict(set)
    back: dict[int, set[int]] = defaultdict(set)
    for link in trace.links:
        onward[link.src].add(link.dst)
        back[link.dst].add(link.src)
    down = _walk({origin}, onward) & _walk(set(trace.start), back)
    up = _walk({origin}, back) & _walk(set(trace.start), onward)
    return down | up


def _walk(found: set[int], steps: dict[int, set[int]]) -> set[int]:
    found, frontier = set(found), list(found)
    while frontier:
        for lot in steps[frontier.pop()]:
            if lot not in found:
                found.add(lot)
                frontier.append(lot)
    return found
