"""What a trace is: lots, links, the records behind them, and what can be read off them. Plain values, no database.

Quantities are integer thousandths (``*_milli``) of the unit that stands beside them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sanbao.kernel.words import Vocabulary
from sanbao.trace.models import LotKind, RecordKind


class Direction(Vocabulary):
    BACK = "back", "溯源", "Back"
    FORWARD = "forward", "追踪", "Forward"
    BOTH = "both", "来龙去脉", "Both ways"
    SIDE = "side", "旁溯", "Side"


class Missing(Vocabulary):
    """A record or a fact that the procedures ask for and that nobody wrote down: a gap, shown in red."""

    RECEIPT = "receipt", "进仓记录", "Goods receipt"
    CERTIFICATE = "certificate", "合格证", "Certificate"
    SUPPLIER_LOT = "supplier_lot", "供方批号", "Supplier's lot"
    ISSUE = "issue", "领料记录", "Issue record"
    HEAT = "heat", "熔铸记录", "Casting record"
    TRAVELLER = "traveller", "随行卡", "Traveller"
    BILLET = "billet", "铸棒批号", "Billet lot"
    EXTRUSION_DATE = "extrusion_date", "挤压日期", "Extrusion date"
    AGEING_DATE = "ageing_date", "时效日期", "Ageing date"
    FINISH_DATE = "finish_date", "氧化/喷涂日期", "Anodising or coating date"
    REPORT = "report", "检验报告", "Inspection report"
    PACKING = "packing", "成品入库记录", "Packing record"
    SPRAY_CODE = "spray_code", "喷码", "Spray code"
    TRAVELLERS = "travellers", "随行卡号", "Traveller number"
    WHEREABOUTS = "whereabouts", "库位或发货记录", "Location or shipment"


@dataclass(slots=True)
class Node:
    """One lot of a trace."""

    id: int
    code: str
    kind: str
    quantity_milli: int | None
    unit: str
    status: str
    made_on: date | None
    product: str = ""
    material: str = ""


class Link(NamedTuple):
    """``quantity_milli`` is None where nobody weighed it: a treatment, or a share of several baskets."""

    src: int
    dst: int
    kind: RecordKind
    record: int
    quantity_milli: int | None


@dataclass(slots=True, frozen=True)
class Gap:
    lot: int
    code: str
    missing: Missing


@dataclass(slots=True)
class Held:
    """What one customer holds of a trace's labels."""

    customer: int
    code: str
    name: str
    unit: str
    quantity_milli: int = 0
    labels: list[str] = field(default_factory=list)
    sites: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Records:
    """The records behind a trace, as named rows: by the lot they are about, issues by their id."""

    receipts: dict[int, list[Any]] = field(default_factory=dict)
    issues: dict[int, Any] = field(default_factory=dict)
    heats: dict[int, list[Any]] = field(default_factory=dict)
    travellers: dict[int, Any] = field(default_factory=dict)
    reports: dict[int, list[Any]] = field(default_factory=dict)
    packings: dict[int, Any] = field(default_factory=dict)
    shipments: dict[int, list[Any]] = field(default_factory=dict)

    def of(self, lots: Container[int], issues: Container[int]) -> Records:
        """Only those about these lots, and these issues."""
        kept = {
            column.name: {lot: rows for lot, rows in getattr(self, column.name).items() if lot in lots}
            for column in fields(self)
        }
        return Records(**kept | {"issues": {id: row for id, row in self.issues.items() if id in issues}})


@dataclass
class Trace:
    """An answer: complete, never cut.

    ``upstream`` are the lots whose inputs were looked up, ``downstream`` those whose outputs were; the starts are in
    both when both were asked.
    """

    start: list[int]
    direction: Direction
    nodes: dict[int, Node]
    links: list[Link]
    records: Records
    upstream: frozenset[int]
    downstream: frozenset[int]
    milliseconds: float = 0.0
    #: Lots of which an event from outside says how they came to be; no record of ours is missed for them.
    witnessed: frozenset[int] = frozenset()

    @cached_property
    def gaps(self) -> list[Gap]:
        return gaps_of(self)

    @cached_property
    def customers(self) -> list[Held]:
        return holders(self.nodes, self.records.shipments)

    def part(self, direction: Direction) -> Trace:
        """The backward or the forward half of an answer that holds both."""
        if direction in (Direction.BOTH, self.direction):
            return self
        up = self.upstream if direction == Direction.BACK else frozenset[int]()
        down = self.downstream if direction == Direction.FORWARD else frozenset[int]()
        nodes = {lot: node for lot, node in self.nodes.items() if lot in up or lot in down}
        links = [link for link in self.links if link.dst in up or link.src in down]
        return replace(
            self,
            direction=direction,
            nodes=nodes,
            links=links,
            records=self.records.of(nodes, {link.record for link in links if link.kind == RecordKind.ISSUE}),
            upstream=up,
            downstream=down,
        )

    def of_kind(self, *kinds: str) -> list[Node]:
        """Lots of these kinds in the order of their codes."""
        return sorted((node for node in self.nodes.values() if node.kind in kinds), key=lambda node: node.code)

    @property
    def starts(self) -> list[Node]:
        return [self.nodes[lot] for lot in self.start]

    @property
    def suppliers(self) -> dict[str, str]:
        """Code → name of everyone who supplied a lot of this trace."""
        return {
            receipt.supplier__code: receipt.supplier__name
            for receipts in self.records.receipts.values()
            for receipt in receipts
        }

    @property
    def candidates(self) -> dict[int, list[str]]:
        """Labels that hold several baskets → the baskets' codes: which of them a piece came from nobody can say."""
        found = {}
        for lot, packing in self.records.packings.items():
            codes = packing.travellers.split()
            if len(codes) > 1:
                found[lot] = codes
        return found

    @property
    def one_of(self) -> dict[int, int]:
        """Baskets that are candidates only → of how many, at the start that leaves it most open."""
        found: dict[int, int] = {}
        for label in self.start:
            codes = set(self.candidates.get(label, ()))
            for link in self.links:
                if link.dst == label and codes and self.nodes[link.src].code in codes:
                    found[link.src] = max(found.get(link.src, 0), len(codes))
        return found

    @property
    def width(self) -> tuple[int, int]:
        """Supplier lots and customers at the two ends; narrow means a small recall."""
        return len(self.of_kind(LotKind.RAW)), len({held.customer for held in self.customers})


def holders(nodes: dict[int, Node], shipments: dict[int, list[Any]]) -> list[Held]:
    """Who has labels of these, largest first; several units of one customer stand apart."""
    held: dict[tuple[int, str], Held] = {}
    for lot, lines in shipments.items():
        node = nodes[lot]
        for line in lines:
            at = held.setdefault(
                (line.customer_id, node.unit),
                Held(line.customer_id, line.customer__code, line.customer__name, node.unit),
            )
            at.quantity_milli += shipped_milli(line, node)
            at.labels.append(node.code)
            if line.site__name:
                at.sites.add(line.site__name)
    return sorted(held.values(), key=lambda at: (-at.quantity_milli, at.code))


def shipped_milli(line: Any, node: Node) -> int:
    """The weight on the pick list, else that of the label."""
    return (line.quantity_milli if line.quantity_milli is not None else node.quantity_milli) or 0


def gaps_of(trace: Trace) -> list[Gap]:
    """Every record or fact that the chain asks for and that is not there, in the order of the chain."""
    fed = {link.dst for link in trace.links}
    renewed = {link.dst for link in trace.links if link.kind in (RecordKind.RELABEL, RecordKind.PROCESSING)}
    order = list(LotKind)
    found = [
        Gap(node.id, node.code, missing)
        for node in trace.nodes.values()
        if node.id not in trace.witnessed
        for missing in _missing(node, trace.records, node.id in trace.upstream and node.id not in fed)
        # What is under a new label stands on the old one, and what was processed further on its order.
        if not (missing == Missing.TRAVELLERS and node.id in renewed)
    ]
    return sorted(found, key=lambda gap: (order.index(LotKind(trace.nodes[gap.lot].kind)), gap.code))


def _missing(node: Node, records: Records, unfed: bool) -> Iterable[Missing]:
    """``unfed``: its inputs were looked up and there are none."""
    match node.kind:
        case LotKind.RAW:
            yield from _missing_at_receipt(records.receipts.get(node.id, []))
        case LotKind.HEAT:
            if unfed:
                yield Missing.ISSUE
            if node.id not in records.heats:
                yield Missing.HEAT
        case LotKind.BILLET if unfed:
            yield Missing.HEAT
        case LotKind.COATING | LotKind.OXIDATION if unfed:
            yield Missing.ISSUE
        case LotKind.TRAVELLER:
            yield from _missing_on_card(records.travellers.get(node.id))
            if node.id not in records.reports:
                yield Missing.REPORT
        case LotKind.LABEL:
            packing = records.packings.get(node.id)
            yield from _missing_at_packing(packing)
            if node.id not in records.shipments and not (packing and packing.location):
                yield Missing.WHEREABOUTS


def _missing_at_receipt(receipts: list[Any]) -> Iterable[Missing]:
    if not receipts:
        yield Missing.RECEIPT
    elif not all(receipt.certificate for receipt in receipts):
        yield Missing.CERTIFICATE
    elif not all(receipt.supplier_lot for receipt in receipts):
        yield Missing.SUPPLIER_LOT


def _missing_on_card(card: Any) -> Iterable[Missing]:
    if card is None:
        yield Missing.TRAVELLER
        return
    if not card.billets:
        yield Missing.BILLET
    if card.extruded_on is None:
        yield Missing.EXTRUSION_DATE
    if card.aged_on is None:
        yield Missing.AGEING_DATE
    if card.finish and card.finished_on is None:
        yield Missing.FINISH_DATE


def _missing_at_packing(packing: Any) -> Iterable[Missing]:
    if packing is None:
        yield Missing.PACKING
        return
    if not packing.travellers:
        yield Missing.TRAVELLERS
    if not packing.spray_code:
        yield Missing.SPRAY_CODE
