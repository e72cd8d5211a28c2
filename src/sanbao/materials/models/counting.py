"""Stock-taking: what was found, blind, against what the book said at that very moment (W-07)."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.materials.models.base import StoreQuerySet
from sanbao.materials.models.places import Place
from sanbao.trace.models import Lot


class CountState(Vocabulary):
    OPEN = "open", "盘点中", "Counting"
    COUNTED = "counted", "待批准", "Awaiting approval"
    APPROVED = "approved", "已批准入账", "Approved and booked"
    CANCELLED = "cancelled", "作废", "Cancelled"


class Finding(Vocabulary):
    """What the count found of one lot."""

    SAME = "same", "相符", "As booked"
    LESS = "less", "盘亏", "Less than booked"
    MORE = "more", "盘盈", "More than booked"
    MISSING = "missing", "账有物无", "Missing"
    ELSEWHERE = "elsewhere", "位置不符", "Found elsewhere"
    UNKNOWN = "unknown", "无法识别", "Unknown code"
    MOVED = "moved", "盘点中有收发，须复盘", "Moved meanwhile; count again"


class StockCount(Subject):
    """盘点: over some places, or over a class of material wherever it lies."""

    KIND = "stock_count"

    number = models.CharField(max_length=24, unique=True)
    material_class = models.CharField(max_length=40, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        db_table = "materials_stock_count"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("materials:count", self.pk)


class CountScope(models.Model):
    """A place that is counted."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="scope")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")

    class Meta:
        db_table = "materials_count_scope"
        constraints = [models.UniqueConstraint(fields=("count", "place"), name="count_scope_once")]


class CountEntry(models.Model):
    """One scan of the count; of several of one lot at one place the last holds. Never changed.

    ``left_milli`` is the lot's account at that moment and ``book_milli`` its share at the place, so that what is used
    or shipped afterwards makes no difference. ``quantity_milli`` empty: seen, not weighed.
    """

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="entries")
    code = models.CharField(max_length=100)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    quantity_milli = models.BigIntegerField(null=True, blank=True)
    pieces = models.PositiveIntegerField(null=True, blank=True)
    left_milli = models.BigIntegerField(null=True, blank=True)
    book_milli = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "materials_count_entry"
        ordering = ("id",)
        verbose_name_plural = "count entries"


class CountLine(models.Model):
    """One lot's result, as handed in for approval: book against found, and where it lies against where it should."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=100)
    finding = models.CharField(max_length=12)
    book_milli = models.BigIntegerField(null=True, blank=True)
    found_milli = models.BigIntegerField(null=True, blank=True)
    left_milli = models.BigIntegerField(null=True, blank=True)
    places = models.JSONField(default=list)
    movement_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        db_table = "materials_count_line"
        ordering = ("id",)


protect("materials_count_entry")
