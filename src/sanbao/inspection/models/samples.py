"""Samples, who held them, and what QC found (C-17, C-22)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from sanbao.inspection.models.base import InspectionQuerySet
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Person
from sanbao.trace.models import Lot


class SampleState(Vocabulary):
    REQUESTED = "requested", "待取样", "Requested"
    IN_TRANSIT = "in_transit", "在途", "In transit"
    RECEIVED = "received", "已收样", "Received"
    INSPECTED = "inspected", "已检验", "Inspected"
    STORED = "stored", "留样", "Stored"
    RETURNED = "returned", "已退还", "Returned"
    SCRAPPED = "scrapped", "已报废", "Scrapped"
    LOST = "lost", "遗失", "Lost"


class InspectionState(Vocabulary):
    CONCLUDED = "concluded", "已出结论", "Concluded"


class Severity(Vocabulary):
    """What the inspection found, in the steps of the grading table (C-12)."""

    S4 = "S4", "安全性不合格", "Safety fault"
    S3 = "S3", "严重不合格，不能使用", "Major nonconformity, unusable"
    S2 = "S2", "轻微不合格，可以使用", "Minor nonconformity, usable"
    S1 = "S1", "未证实，或属使用、保管、运输原因", "Not confirmed, or due to use, storage or transport"


class Finding(Vocabulary):
    """Answers to "is it our product" and "was it stored and used rightly"."""

    YES = "yes", "是", "Yes"
    NO = "no", "否", "No"
    UNCLEAR = "unclear", "无法判断", "Cannot be told"


class Sample(Subject):
    """A specimen taken for inspection. ``about`` is the subject it was asked for (``complaint:12``).

    A sample that never comes or disappears is ``lost``: a state, so that nothing vanishes in silence. ``kept_until`` is
    the last day of its retention, once it is on the shelf.
    """

    KIND = "sample"

    number = models.CharField(max_length=24, unique=True)
    about = models.CharField(max_length=80, db_index=True)
    wanted = models.CharField(max_length=300)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=80, blank=True)
    asked_of = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="samples_asked")
    due_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    waybill = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateField(null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="sample_waiting")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("inspection:sample", self.pk)

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state in (SampleState.REQUESTED, SampleState.IN_TRANSIT) else None


class Custody(models.Model):
    """One hand-over of a sample: from whom to whom, where, under which label (C-22). Never changed."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="custody")
    act = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    given_by = models.CharField(max_length=80, blank=True)
    taken_by = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=80, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "inspection_custody"
        ordering = ("id",)
        verbose_name_plural = "custody"


class Inspection(Subject):
    """What QC concluded about one sample. A second inspection is a second row; both stand side by side."""

    KIND = "inspection"

    number = models.CharField(max_length=24, unique=True)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="inspections")
    ours = models.CharField(max_length=8)
    used_rightly = models.CharField(max_length=8)
    severity = models.CharField(max_length=2)
    basis = models.CharField(max_length=200)
    measured = models.TextField(blank=True)
    sheet = models.ForeignKey(
        "inspection.InspectionSheet", models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    conclusion = models.TextField()
    opinion = models.TextField()
    inspector = models.ForeignKey(Person, models.PROTECT, null=True, related_name="inspections")
    concluded_at = models.DateTimeField()

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return self.sample.get_absolute_url()


protect("inspection_custody")
