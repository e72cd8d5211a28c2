"""进出存卡 (T-06): every movement of a lot with its balance, the struck ones beside their counter-entries.

A card is no table: it is read from the records of the trace store each time, so that it can never differ from the book.
Set-wise: a constant number of queries whatever the number of lots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.times import local, start_of
from sanbao.kernel.words import W
from sanbao.materials import rules
from sanbao.materials.models import IncomingLot, Lying, Place
from sanbao.trace import queries as trace
from sanbao.trace.models import (
    Lot,
    LotLink,
    MaterialIssue,
    Movement,
    MovementKind,
    QualityStatus,
    Receipt,
    RecordKind,
    Reversal,
    record_of,
)

INWARD = (MovementKind.RETURNED, MovementKind.COUNTED)


@dataclass(slots=True)
class CardLine:
    """One line: when, by which paper, in or out, for whom. ``struck`` names the counter-entry that struck it;
    ``reversal`` is set on the counter-entry's own line. ``unweighed``: nobody weighed what went out."""

    on: date | None
    at: datetime | None
    what: W | str
    paper: str
    change: int
    unit: str
    into: str = ""
    remark: str = ""
    by: str = ""
    kind: str = ""
    record: int = 0
    struck: str = ""
    reversal: bool = False
    unweighed: bool = False
    balance: int = 0

    @property
    def order(self) -> tuple[date, datetime, int, int]:
        day = self.on or date.min
        moment = self.at or start_of(day)
        return local(moment).date() if self.at else day, moment, 0 if self.change > 0 else 1, self.record

    @property
    def incoming(self) -> str:
        return said(self.change, self.unit) if self.change > 0 else ""

    @property
    def outgoing(self) -> str:
        return said(-self.change, self.unit) if self.change < 0 else ""

    @property
    def left(self) -> str:
        return said(self.balance, self.unit)


@dataclass(slots=True)
class StockCard:
    """The head of the card as T-06 wants it, and its lines. ``owner``: a 物料卡 for a customer's property (T-08)."""

    lot: Lot
    name: str = ""
    model: str = ""
    specification: str = ""
    supplier: str = ""
    incoming_lot: str = ""
    received_on: date | None = None
    owner: str = ""
    status: W | str = ""
    marks: trace.Marks = field(default_factory=trace.Marks)
    incoming: IncomingLot | None = None
    places: list[tuple[Place, str, int | None]] = field(default_factory=list)
    lines: list[CardLine] = field(default_factory=list)

    @property
    def quantity(self) -> str:
        return said(self.lot.quantity_milli or 0, self.lot.unit)

    @property
    def left(self) -> int:
        return self.lines[-1].balance if self.lines else self.lot.quantity_milli or 0

    @property
    def left_said(self) -> str:
        return said(self.left, self.lot.unit)

    @property
    def urgent(self) -> bool:
        return any(permit.kind == "urgent" for permit in self.marks.permits)


def said(milli: int, unit: str) -> str:
    return str(Quantity.of_milli(milli, unit))


def cards_of(lots: Iterable[Lot]) -> list[StockCard]:
    """The cards of these lots, in their order."""
    rows = list(lots)
    ids = [lot.pk for lot in rows]
    cards = {lot.pk: StockCard(lot, status=QualityStatus.title_of(lot.status)) for lot in rows}
    receipts = list(Receipt.objects.filter(lot__in=ids).select_related("supplier").order_by("id"))
    _heads(cards, receipts)
    _whereabouts(cards)
    lines = _lines(cards, receipts)
    for pk, card in cards.items():
        card.lines = sorted(lines[pk], key=lambda line: line.order)
        for line, balance in zip(card.lines, rules.balances(line.change for line in card.lines), strict=True):
            line.balance = balance
    return [cards[pk] for pk in ids]


def _heads(cards: dict[int, StockCard], receipts: list[Receipt]) -> None:
    for receipt in receipts:
        card = cards[receipt.lot_id]
        if not receipt.voided or not card.name:
            card.name, card.specification = receipt.material_name, receipt.specification
            card.supplier = f"{receipt.supplier.name} {receipt.supplier.code}"
            card.incoming_lot, card.received_on = receipt.supplier_lot, receipt.received_on
    incoming = IncomingLot.objects.filter(lot__in=cards).select_related("delivery", "material").order_by("pk")
    for gate in incoming:
        card = cards[gate.lot_id]
        card.incoming, card.model = gate, gate.model
        card.name = card.name or gate.material.name
    marks = trace.marks(cards)
    for pk, card in cards.items():
        card.marks = marks.get(pk, card.marks)
        card.owner = card.marks.owner
        if card.lot.material is not None:
            card.name = card.name or card.lot.material.name
            card.specification = card.specification or card.lot.material.specification


def _whereabouts(cards: dict[int, StockCard]) -> None:
    left = {pk: account.left for pk, account in trace.accounts(cards).items()}
    found: dict[int, list[Lying]] = defaultdict(list)
    for row in Lying.objects.filter(lot__in=cards).select_related("place").order_by("since", "id"):
        found[row.lot_id].append(row)
    for pk, rows in found.items():
        shares = rules.shares(left[pk], [(row.place_id, row.quantity_milli) for row in rows])
        unit = cards[pk].lot.unit
        cards[pk].places = [
            (row.place, said(share, unit) if (share := shares[row.place_id]) is not None else "", row.pieces)
            for row in rows
            if shares[row.place_id] != 0
        ]


def _lines(cards: dict[int, StockCard], receipts: list[Receipt]) -> dict[int, list[CardLine]]:
    struck = {
        (reversal.record_kind, reversal.record_id): reversal for reversal in Reversal.objects.filter(lot__in=cards)
    }
    moments = _moments(cards)
    lines: dict[int, list[CardLine]] = defaultdict(list)

    def enter(record: Any, change: int, on: date | None, what: W | str, **more: Any) -> None:
        kind, card = str(record.kind), cards[record.lot_id]
        at, by = moments.get((record.lot_id, f"trace.{kind}", record.pk), (None, record.source))
        line = CardLine(on, at, what, change=change, unit=card.lot.unit, by=by, kind=kind, record=record.pk, **more)
        lines[record.lot_id].append(line)
        if (reversal := struck.get((kind, record.pk))) is not None:
            line.struck = reversal.number
            lines[record.lot_id].append(
                CardLine(
                    local(reversal.entered_at).date(), reversal.entered_at, W("冲销", "Counter-entry"),
                    paper=reversal.number, change=-change, unit=card.lot.unit, into=line.into, remark=reversal.reason,
                    by=reversal.entered_by, kind=kind, record=record.pk, reversal=True,
                )
            )  # fmt: skip

    for receipt in receipts:
        enter(receipt, receipt.quantity_milli, receipt.received_on, RecordKind.RECEIPT.title, paper=receipt.number)
    for issue in _issues(cards, struck):
        enter(
            issue, -issue.quantity_milli, issue.issued_on, RecordKind.ISSUE.title, paper=issue.number,
            into=f"{issue.department} {issue.into.code}".strip(),
        )  # fmt: skip
    for moved in Movement.objects.filter(lot__in=cards).order_by("id"):
        sign = 1 if moved.what in INWARD else -1
        title = MovementKind.title_of(moved.what)
        enter(moved, sign * moved.quantity_milli, moved.moved_on, title, paper=moved.number, remark=moved.reason)
    return lines


def _issues(cards: dict[int, StockCard], struck: dict[tuple[str, int], Reversal]) -> Iterable[MaterialIssue]:
    """Issues are found by the links that they made; the struck ones have none, but their counter-entry names them."""
    events = LotLink.objects.filter(src__in=list(cards)).values_list("event", flat=True)
    ids = {pk for kind, pk in map(record_of, events) if kind == RecordKind.ISSUE}
    ids |= {pk for kind, pk in struck if kind == RecordKind.ISSUE}
    return MaterialIssue.objects.filter(pk__in=sorted(ids)).select_related("into").order_by("id")


def _moments(cards: dict[int, StockCard]) -> dict[tuple[int, str, int], tuple[datetime, str]]:
    """When each record was written, and by whom: the journal knows; imported ledgers know the day only."""
    actions = [f"trace.{kind}" for kind in (RecordKind.RECEIPT, RecordKind.ISSUE, RecordKind.MOVEMENT)]
    subjects = [f"lot:{pk}" for pk in cards]
    found = JournalEntry.objects.filter(subject__in=subjects, action__in=actions)
    return {
        (int(entry.subject.partition(":")[2]), entry.action, entry.facts["record"]): (entry.at, entry.actor)
        for entry in found
    }


def document(card: StockCard) -> dict[str, Any]:
    """A card for programs, and for the template that prints it."""
    lot = card.lot
    return {
        "id": lot.pk,
        "lot": lot.code,
        "name": card.name,
        "model": card.model,
        "specification": card.specification,
        "quantity": card.quantity,
        "unit": lot.unit,
        "left": card.left_said,
        "received_on": card.received_on,
        "supplier": card.supplier,
        "incoming_lot": card.incoming_lot,
        "status": lot.status,
        "status_title": card.status,
        "owner": card.owner,
        "holds": [hold.number for hold in card.marks.holds],
        "permits": [{"number": one.number, "kind": one.kind, "state": one.state} for one in card.marks.permits],
        "places": [{"place": place.code, "quantity": share, "pieces": pieces} for place, share, pieces in card.places],
        "lines": [
            {
                "on": line.on,
                "what": line.what,
                "paper": line.paper,
                "in": line.incoming,
                "out": line.outgoing,
                "balance": line.left,
                "into": line.into,
                "remark": line.remark,
                "by": line.by,
                "record": f"{line.kind}:{line.record}",
                "struck_by": line.struck,
                "counter_entry": line.reversal,
            }
            for line in card.lines
        ],
    }  # fmt: skip
