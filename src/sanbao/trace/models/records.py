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


_EVENTS = (RecordKind.ISSUE, RecordKind.HEAT, RecordKind.TRAVELLER, RecordKind.PACKING)


def event_of(kind: RecordKind, record_id: int) -> int:
    """A link's ``event``: which record made it, in one integer (the low four bits tell the kind)."""
    return record_id << 4 | _EVENTS.index(kind)


def record_of(event: int) -> tuple[RecordKind, int]:
    """The record behind a link's ``event``."""
    return _EVENTS[event & 15], event >> 4


class Record(models.Model):
    """Common to all: the lot it is about, and where it was written down.

    ``source`` is the actor (``person:7``) or the import (``import:12``) with the sheet's ``row``, counted from 1.
    Records are reached from the graph (by lot, or by a link's event) and from paper by ``Handle``; the unique
    constraints therefore begin with the lot and serve as the only index.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=40)
    row = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True


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
        constraints = [models.UniqueConstraint(fields=["lot", "number_key"], name="trace_receipt_once")]


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
        constraints = [models.UniqueConstraint(fields=["into", "lot", "number_key"], name="trace_issue_once")]


class Heat(Record):
    """熔铸记录: the heat ``lot`` was cast into the billet lot ``billet``."""

    kind = RecordKind.HEAT
    billet = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    pieces = models.PositiveIntegerField(null=True)
    quantity_milli = models.BigIntegerField(null=True)
    cast_on = models.DateField(null=True)

    class Meta:
        db_table = "trace_heat"
        constraints = [models.UniqueConstraint(fields=["lot", "billet"], name="trace_heat_once")]


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
        constraints = [models.UniqueConstraint(fields=["lot"], name="trace_traveller_once")]


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
        constraints = [models.UniqueConstraint(fields=["lot", "number_key"], name="trace_report_once")]


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
        constraints = [models.UniqueConstraint(fields=["lot"], name="trace_packing_once")]


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
        constraints = [models.UniqueConstraint(fields=["lot", "number_key"], name="trace_shipment_once")]
