"""What stands at the gate: the delivery, and each supplier's lot in it on its way in or back (T-02 – T-06)."""

from __future__ import annotations

from django.db import models

from sanbao.catalog.models import Material
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.materials.models.base import StoreQuerySet
from sanbao.materials.models.marking import Report
from sanbao.parties.models import Customer, Supplier
from sanbao.trace.models import Lot, Permit


class DeliveryState(Vocabulary):
    OPEN = "open", "核对中", "Being checked"
    CLOSED = "closed", "已核对", "Checked"


class IncomingState(Vocabulary):
    COMPLETE = "complete", "标识齐全，待收", "Complete, to be taken in"
    REFUSED = "refused", "拒收", "Refused"
    SAMPLING = "sampling", "待质检同意加严抽样", "Tightened sampling asked"
    NONCONFORMING = "nonconforming", "按不合格品办理", "With the nonconforming procedure"
    URGENT = "urgent", "紧急放行", "Urgent release"
    ACCEPTED = "accepted", "已收进", "Accepted"
    RETURNED = "returned", "已退供方", "Sent back"
    CANCELLED = "cancelled", "作废", "Cancelled"


class Way(Vocabulary):
    """T-04: what may be done about material whose marking is missing or incomplete."""

    HISTORY = "history", "甲 补查该批来历", "A The lot's history"
    SUPPLIED = "supplied", "乙 供方补合格证和标识", "B Certificate and marking from the supplier"
    SAMPLING = "sampling", "丙 加严抽样", "C Tightened sampling"
    NONCONFORMING = "nonconforming", "丁 按不合格品程序", "D Nonconforming procedure"


class Delivery(Subject):
    """来料登记: what one vehicle brought from one supplier, or from the customer whose property it stays (T-08)."""

    KIND = "delivery"
    SHOWN_WITH = ("supplier", "owner")

    number = models.CharField(max_length=24, unique=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.CharField(max_length=40, blank=True)
    vehicle = models.CharField(max_length=40, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    registered_by = models.CharField(max_length=80)
    registered_at = models.DateTimeField()

    objects = StoreQuerySet.as_manager()

    class Meta:
        db_table = "materials_delivery"
        ordering = ("-id",)
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return self.number

    @property
    def of_whom(self) -> str:
        return str(self.owner or self.supplier or "")

    def get_absolute_url(self) -> str:
        return page("materials:delivery", self.pk)


class IncomingLot(Subject):
    """来料批: one supplier's lot of one material in a delivery, with what of its marking is there.

    ``missing`` is what the marking rule demands and nobody has brought yet (codes of ``MarkingContent``, and
    ``report``); ``cleared`` is the way by which the gap was closed without it. Accepted, it has a ``lot`` of ours.
    """

    KIND = "incoming"
    SHOWN_WITH = ("delivery__supplier", "delivery__owner", "material")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lots")
    position = models.PositiveSmallIntegerField()
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    model = models.CharField(max_length=60, blank=True)
    specification = models.CharField(max_length=80, blank=True)
    supplier_lot = models.CharField(max_length=64, blank=True)
    made_on = models.DateField(null=True, blank=True)
    quantity_milli = models.BigIntegerField()
    unit = models.CharField(max_length=8, default="kg")
    pieces = models.PositiveIntegerField(null=True, blank=True)
    present = models.JSONField(default=list)
    certificate = models.CharField(max_length=64, blank=True)
    inspector = models.CharField(max_length=40, blank=True)
    report = models.CharField(max_length=12, default=Report.NONE.value)
    report_number = models.CharField(max_length=64, blank=True)
    rule_version = models.PositiveIntegerField(default=0)
    missing = models.JSONField(default=list)
    cleared = models.CharField(max_length=16, blank=True)
    tightened = models.BooleanField(default=False)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    receipt_id = models.BigIntegerField(null=True, blank=True)
    permit = models.ForeignKey(Permit, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        db_table = "materials_incoming"
        ordering = ("delivery_id", "position")
        constraints = [models.UniqueConstraint(fields=("delivery", "position"), name="incoming_position_once")]
        indexes = [models.Index(fields=("state", "due_at"), name="incoming_waiting")]

    def __str__(self) -> str:
        return f"{self.delivery.number}/{self.position} {self.material.name} {self.incoming_lot}".strip()

    @property
    def of_whom(self) -> str:
        return self.delivery.of_whom

    @property
    def next_due_at(self):  # type: ignore[no-untyped-def]
        return self.due_at

    @property
    def quantity(self) -> Quantity:
        return Quantity.of_milli(self.quantity_milli, self.unit)

    @property
    def incoming_lot(self) -> str:
        """The lot as the supplier calls it: his number, or the day on which he made it."""
        return self.supplier_lot or (self.made_on.isoformat() if self.made_on else "")

    def get_absolute_url(self) -> str:
        return page("materials:incoming", self.pk)


class IncomingStep(models.Model):
    """What was done about an incoming lot on one of the four ways, with its evidence. Never changed."""

    incoming = models.ForeignKey(IncomingLot, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "materials_incoming_step"
        ordering = ("id",)


protect("materials_incoming_step")
