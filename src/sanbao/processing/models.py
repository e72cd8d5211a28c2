"""深加工单: doors, windows or curtain wall made of our goods for a customer; what went in, what came out (W-09)."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.catalog.models import Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Customer
from sanbao.trace.models import Lot, RecordKind


class OrderState(Vocabulary):
    ORDERED = "ordered", "待加工", "To be made"
    IN_WORK = "in_work", "加工中", "In work"
    DONE = "done", "已完工", "Finished"
    CANCELLED = "cancelled", "已取消", "Cancelled"


OPEN = (OrderState.ORDERED, OrderState.IN_WORK)


class Way(Vocabulary):
    """Whether a line went into the work or came out of it."""

    IN = "in", "投入", "Put in"
    OUT = "out", "产出", "Came out"


class OrderQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.may("processing.see") else self.none()


class ProcessingOrder(Subject):
    """What a customer wants made, from which case it follows, and the batch that stands between inputs and outputs.

    ``about`` is the case behind it (``complaint:12``). ``lot`` comes with the first input; what is left under it at the
    end is what nobody accounts for.
    """

    KIND = "processing_order"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    about = models.CharField(max_length=80, blank=True, db_index=True)
    wanted = models.TextField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    lot = models.OneToOneField(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    ordered_by = models.CharField(max_length=80)
    ordered_at = models.DateTimeField()
    scrap_milli = models.BigIntegerField(default=0)
    finished_by = models.CharField(max_length=80, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "processing_order"
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "due_on"], name="processing_work")]

    def __str__(self) -> str:
        return f"{self.number} {self.customer.name}"

    def get_absolute_url(self) -> str:
        return page("processing:order", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name


class ProcessingLine(models.Model):
    """So much of ``lot`` went into ``into``: an input into the order's batch, or the batch into an output's label.

    ``number`` is the order's, as its paper says. A struck line stays, and its link in the trace is gone.
    """

    kind = RecordKind.PROCESSING

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(ProcessingOrder, models.PROTECT, related_name="lines")
    number = models.CharField(max_length=24)
    what = models.CharField(max_length=4)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    into = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    quantity_milli = models.BigIntegerField()
    pieces = models.PositiveIntegerField(null=True)
    permits = models.CharField(max_length=200, blank=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    struck_by = models.CharField(max_length=80, blank=True)
    struck_at = models.DateTimeField(null=True)
    struck_why = models.CharField(max_length=300, blank=True)

    objects = models.Manager()

    class Meta:
        db_table = "processing_line"
        ordering = ("id",)
