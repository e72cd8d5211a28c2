"""What befell a customer's property, and that he was told (T-08; ISO 9001 8.5.3)."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary
from sanbao.materials.models.base import StoreQuerySet
from sanbao.parties.models import Customer
from sanbao.trace.models import Lot


class PropertyEvent(Vocabulary):
    LOST = "lost", "丢失", "Lost"
    DAMAGED = "damaged", "损坏", "Damaged"
    UNSUITABLE = "unsuitable", "不适用", "Unsuitable"


class PropertyState(Vocabulary):
    REPORTED = "reported", "待告知客户", "Owner to be told"
    TOLD = "told", "已告知客户", "Owner told"


class PropertyReport(Subject):
    """顾客财产报告: lost, damaged or unsuitable, told to its owner by sales."""

    KIND = "property_report"
    SHOWN_WITH = ("lot", "customer")

    number = models.CharField(max_length=24, unique=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)
    quantity_milli = models.BigIntegerField(null=True, blank=True)
    description = models.CharField(max_length=500)
    movement_id = models.BigIntegerField(null=True, blank=True)
    reported_by = models.CharField(max_length=80)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    told_by = models.CharField(max_length=80, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_how = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        db_table = "materials_property_report"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.number} {self.lot.code}"

    @property
    def of_whom(self) -> str:
        return self.customer.name

    @property
    def next_due_at(self):  # type: ignore[no-untyped-def]
        return self.due_at if self.state == PropertyState.REPORTED else None

    def get_absolute_url(self) -> str:
        return page("materials:property_report", self.pk)
