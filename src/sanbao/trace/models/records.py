"""What happened to material: each record is what one line of paper said, and it made lots and links.

A record keeps the codes as written (``Traveller.billets``, ``Packing.travellers``), so that it stays readable and
comparable when a link is voided later. Quantities are integer thousandths of ``unit``; dates are factory dates.
"""

from __future__ import annotations

from django.db import models

from sanbao.kernel.words import Vocabulary
from sanbao.trace.models.lots import Lot


class RecordKind(Vocabulary):
    """The kinds of record, in the order of the chain."""

    RECEIPT = "receipt", "进仓", "Goods receipt"
    ISSUE = "issue", "领料", "Material issue"
    HEAT = "heat", "熔铸记录", "Casting record"
    TRAVELLER = "traveller", "随行卡", "Traveller"
    REPORT = "report", "检验报告", "Inspection report"
    PACKING = "packing", "成品入库", "Packing"
    SHIPMENT = "shipment", "发货", "Shipment"
    MOVEMENT = "movement", "库存变动", "Stock movement"
    STEP = "step", "工序记录", "Process step"
    TRANSFER = "transfer", "拆框并框", "Transfer between baskets"
    RELABEL = "relabel", "换发标签", "Relabelling"
    CAPTURE = "capture", "EPCIS 事件", "EPCIS event"
    PROCESSING = "processing", "深加工", "Further processing"


#: The kinds whose records make links. Only ever added to at the end: a kind's place is stored in every link's event.
_EVENTS = (
    RecordKind.ISSUE,
    RecordKind.HEAT,
    RecordKind.TRAVELLER,
    RecordKind.PACKING,
    RecordKind.STEP,
    RecordKind.RELABEL,
    RecordKind.CAPTURE,
    RecordKind.TRANSFER,
    RecordKind.PROCESSING,
)


def event_of(kind: RecordKind, record_id: int) -> int:
    """A link's ``event``: which record made it, in one integer (the low four bits tell the kind)."""
    return record_id << 4 | _EVENTS.index(kind)


def record_of(event: int) -> tuple[RecordKind, int]:
    """The record behind a link's ``event``."""
    return _EVENTS[event & 15], event >> 4


class StandingManager(models.Manager["Record"]):
    """The records that hold; those that were struck by a counter-entry (冲销) are left out."""

    def get_queryset(self) -> models.QuerySet[Record]:
        return super().get_queryset().filter(voided="")


class Record(models.Model):
    """Common to all: the lot it is about, and where it was written down.

    ``source`` is the actor (``person:7``) or the import (``import:12``) with the sheet's ``row``, counted from 1.
    Records are reached from the graph (by lot, or by a link's event) and from paper by ``Handle``; the unique
    constraints therefore begin with the lot and serve as the only index. ``voided`` names the counter-entry that struck
    the record (``reversal:12``); the record stays, and the right one may be written beside it.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=40)
    row = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, default="")
    voided = models.CharField(max_length=40, default="")

    objects = models.Manager()
    standing = StandingManager()

    class Meta:
        abstract = True


def _once(name: str, *fields: str) -> models.UniqueConstraint:
    """One record that holds per paper, and any number that were struck. Not a conditional constraint: SQLite would not
    use its index for a bound value."""
    return models.UniqueConstraint(fields=(*fields, "voided"), name=name)


class Receipt(Record):
    """进仓: material of a supplier's lot came in and got our own lot code."""

    kind = RecordKind.RECEIPT
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    supplier = models.ForeignKey("parties.Supplier", models.PROTECT, related_name="+")
    material_name = models.CharField(max_length=80, default="")
    specification = models.CharField(max_length=80, default="")
    supplier_lot = models.CharField(max_length=64, default="")
    quantity_milli = models.BigIntegerField()
    certificate = models.CharField(max_length=64, default="")
    inspector = models.CharField(max_length=40, default="")
    received_on = models.DateField(null=True)

    class Meta:
        db_table = "trace_receipt"
        constraints = [_once("trace_receipt_once", "lot", "number_key")]


class MaterialIssue(Record):
    """领料: ``lot`` was handed out into a heat or a coating/oxidation batch (``into``)."""

    kind = RecordKind.ISSUE
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    into = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    department = models.CharField(max_length=40, default="")
    material_name = models.CharField(max_length=80, default="")
    quantity_milli = models.BigIntegerField()
    issued_on = models.DateField(null=True)

    class Meta:
        db_table = "trace_issue"
        constraints = [_once("trace_issue_once", "into", "lot", "number_key")]


class Heat(Record):
    """熔铸记录: the heat ``lot`` was cast into the billet lot ``billet``."""

    kind = RecordKind.HEAT
    billet = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    pieces = models.PositiveIntegerField(null=True)
    quantity_milli = models.BigIntegerField(null=True)
    cast_on = models.DateField(null=True)

    class Meta:
        db_table = "trace_heat"
        constraints = [_once("trace_heat_once", "lot", "billet")]


class Traveller(Record):
    """生产随行卡 (T-09): one card per basket, from extrusion on. Its weight and status stand on the lot."""

    kind = RecordKind.TRAVELLER
    basket = models.CharField(max_length=20, default="")
    billets = models.CharField(max_length=200, default="")
    press = models.CharField(max_length=40, default="")
    shift = models.CharField(max_length=20, default="")
    extruded_on = models.DateField(null=True)
    ageing = models.CharField(max_length=200, default="")
    aged_on = models.DateField(null=True)
    finish = models.CharField(max_length=200, default="")
    finished_on = models.DateField(null=True)

    class Meta:
        db_table = "trace_traveller"
        constraints = [_once("trace_traveller_once", "lot")]
        # Side trace asks for the other baskets of a press and day.
        indexes = [models.Index(fields=["extruded_on"], name="trace_traveller_day")]


class InspectionReport(Record):
    """检验报告 of a traveller. ``measured`` maps the property (``wall_mm``, ``film_um``, ``hardness_hw``) to text."""

    kind = RecordKind.REPORT
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    inspected_on = models.DateField(null=True)
    measured = models.JSONField(default=dict)
    appearance = models.CharField(max_length=40, default="")
    conclusion = models.CharField(max_length=12)
    inspector = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "trace_report"
        constraints = [_once("trace_report_once", "lot", "number_key")]


class Packing(Record):
    """成品入库 (T-10): the label with its spray code, and the travellers packed under it."""

    kind = RecordKind.PACKING
    spray_code = models.CharField(max_length=64, default="")
    travellers = models.CharField(max_length=400, default="")
    pieces = models.PositiveIntegerField(null=True)
    packed_on = models.DateField(null=True)
    location = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "trace_packing"
        constraints = [_once("trace_packing_once", "lot")]


class Shipment(Record):
    """发货: one line of a pick list 提货单. The label went to a customer, and where known to a site and a contact."""

    kind = RecordKind.SHIPMENT
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    customer = models.ForeignKey("parties.Customer", models.PROTECT, related_name="+")
    site = models.ForeignKey("parties.Site", models.PROTECT, null=True, related_name="+", db_index=False)
    contact = models.ForeignKey("parties.Contact", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity_milli = models.BigIntegerField(null=True)
    shipped_on = models.DateField(null=True)
    vehicle = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "trace_shipment"
        constraints = [_once("trace_shipment_once", "lot", "number_key")]


class MovementKind(Vocabulary):
    """What else may become of a quantity than being made, used or shipped."""

    RETURNED = "returned", "退回", "Returned"
    SCRAPPED = "scrapped", "报废", "Scrapped"
    SAMPLED = "sampled", "取样", "Sampled"
    COUNTED = "counted", "盘点差异", "Count difference"
    SENT_BACK = "sent_back", "退供方", "Sent back to the supplier"


class Movement(Record):
    """A quantity came back, was scrapped, sampled, sent back to its supplier, or found more or less at stock-taking.

    ``quantity_milli`` is positive, but for a count difference (found less book). ``about`` is the subject behind it.
    """

    kind = RecordKind.MOVEMENT
    number = models.CharField(max_length=40, default="")
    what = models.CharField(max_length=12)
    quantity_milli = models.BigIntegerField()
    moved_on = models.DateField()
    about = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "trace_movement"
        indexes = [models.Index(fields=["lot"], name="trace_movement_lot")]
