"""Pick lists and what happened at the gate (W-08): scanned, weighed, refused; and what got away all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.catalog.models import Product
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Contact, Customer, Site
from sanbao.trace.models import Lot


class PickListState(Vocabulary):
    DRAFT = "draft", "草拟", "Draft"
    RELEASED = "released", "待拣货", "To be picked"
    PICKING = "picking", "拣货中", "Being picked"
    READY = "ready", "待出门", "Ready to leave"
    SHIPPED = "shipped", "已出门", "Left"
    CANCELLED = "cancelled", "已取消", "Cancelled"


#: Lists on which goods may stand that nobody else may take.
OPEN = (PickListState.RELEASED, PickListState.PICKING, PickListState.READY)


class EscapeState(Vocabulary):
    REPORTED = "reported", "待更正", "To be corrected"
    CORRECTED = "corrected", "已更正", "Corrected"


class Fate(Vocabulary):
    """What became of a scanned label."""

    PICKED = "picked", "在单上", "On the list"
    UNDONE = "undone", "已撤销", "Undone"
    FREED = "freed", "已放回", "Freed"
    SHIPPED = "shipped", "已出门", "Left"


class GateQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with deliveries see all of them; nobody else sees any."""
        return self.all() if actor.may("dispatch.see") else self.none()


@dataclass(frozen=True)
class Scanned:
    """What a scan that was taken came to; ``again``: it stood on the list already."""

    lot: Lot
    lots: int = 1
    again: bool = False


class PickList(Subject):
    """提货单: what a customer is to get, at which place, by whom received (N-04), and whether it has left.

    ``storekeeper`` checked it out, ``checker`` looked again and let it go; ``labels``, ``net_milli`` and ``digest`` are
    what the two signed.
    """

    KIND = "pick_list"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.CharField(max_length=80, blank=True)
    vehicle = models.CharField(max_length=40, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    drafted_by = models.CharField(max_length=80, blank=True)
    released_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    storekeeper = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    short_reason = models.CharField(max_length=300, blank=True)
    checker = models.CharField(max_length=80, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    labels = models.PositiveIntegerField(default=0)
    net_milli = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    cancelled_because = models.CharField(max_length=300, blank=True)

    objects = GateQuerySet.as_manager()

    #: What the scan came to that just returned this list; not stored.
    scanned: Scanned | None = None

    class Meta:
        db_table = "dispatch_pick_list"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("state", "planned_on"), name="dispatch_waiting"),
            models.Index(fields=("shipped_at",), name="dispatch_shipped"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("dispatch:pick_list", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name

    @property
    def planned_until(self) -> datetime | None:
        """The end of the planned day."""
        return times.end_of(self.planned_on) if self.planned_on else None

    @property
    def next_due_at(self) -> datetime | None:
        return self.planned_until if self.state in OPEN else None


class PickLine(models.Model):
    """So many pieces or kilograms of a product, or one named label. It changes only while the list is a draft."""

    id = models.BigAutoField(primary_key=True)
    pick_list = models.ForeignKey(PickList, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    label = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    pieces = models.PositiveIntegerField(null=True)
    quantity_milli = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dispatch_line"
        ordering = ("pick_list", "position")
        constraints = [models.UniqueConstraint(fields=["pick_list", "position"], name="dispatch_line_once")]

    @property
    def wanted(self) -> str:
        return str(self.label or self.product)


class Pick(models.Model):
    """A label that was scanned onto a list. While it is ``picked`` no other list can have it.

    ``through`` is the package whose code was scanned; ``shipment`` the trace store's record once it has left.
    """

    id = models.BigAutoField(primary_key=True)
    pick_list = models.ForeignKey(PickList, models.PROTECT, related_name="picks")
    line = models.ForeignKey(PickLine, models.PROTECT, related_name="picks")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    through = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    quantity_milli = models.BigIntegerField(default=0)
    pieces = models.PositiveIntegerField(null=True)
    fate = models.CharField(max_length=8, default=Fate.PICKED.value)
    scanned_by = models.CharField(max_length=80)
    scanned_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    shipment = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dispatch_pick"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=Q(fate="picked"), name="dispatch_label_on_one_list")
        ]


class Weighing(models.Model):
    """One weighing of a label, or of the whole vehicle (``lot`` is null). Never changed; the last one counts."""

    id = models.BigAutoField(primary_key=True)
    pick_list = models.ForeignKey(PickList, models.PROTECT, related_name="weighings")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    gross_milli = models.BigIntegerField()
    tare_milli = models.BigIntegerField()
    net_milli = models.BigIntegerField()
    expected_milli = models.BigIntegerField()
    allowed_milli = models.BigIntegerField()
    within = models.BooleanField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "dispatch_weighing"
        ordering = ("id",)

    @property
    def off_milli(self) -> int:
        return self.net_milli - self.expected_milli


class Acceptance(models.Model):
    """A weight out of tolerance that the warehouse's manager took upon himself, with his reason. Never changed."""

    weighing = models.OneToOneField(Weighing, models.PROTECT, primary_key=True, related_name="acceptance")
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "dispatch_acceptance"


class Caught(models.Model):
    """One wrong shipment that the gate stopped: what was tried, why it was refused, when, by whom. Never changed."""

    id = models.BigAutoField(primary_key=True)
    pick_list = models.ForeignKey(PickList, models.PROTECT, related_name="caught")
    code = models.CharField(max_length=80)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    mistake = models.CharField(max_length=16)
    refusal = models.CharField(max_length=40)
    clause = models.CharField(max_length=16)
    sentence = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "dispatch_caught"
        ordering = ("-id",)
        verbose_name_plural = "caught"

    @property
    def words(self) -> W:
        return W(self.sentence["zh"], self.sentence["en"])


class Escape(Subject):
    """错发: a wrong shipment that got past the gate, found later by a customer or by staff, and how it was put right.

    ``shipment`` is the trace store's record that was wrong; ``about`` the complaint by which it came to light.
    """

    KIND = "escape"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    shipment = models.BigIntegerField()
    delivery = models.CharField(max_length=40)
    pick_list = models.ForeignKey(PickList, models.PROTECT, null=True, blank=True, related_name="escapes")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    mistake = models.CharField(max_length=16)
    found_on = models.DateField(db_index=True)
    found_at = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    reported_by = models.CharField(max_length=80)
    reported_at = models.DateTimeField()
    measure = models.CharField(max_length=300, blank=True)
    reversal = models.CharField(max_length=80, blank=True)
    right_shipment = models.BigIntegerField(null=True, blank=True)
    replacement = models.ForeignKey(PickList, models.PROTECT, null=True, blank=True, related_name="+")
    corrected_by = models.CharField(max_length=80, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    objects = GateQuerySet.as_manager()

    class Meta:
        db_table = "dispatch_escape"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("dispatch:escape", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name


for table in ("dispatch_weighing", "dispatch_acceptance", "dispatch_caught"):
    protect(table)
