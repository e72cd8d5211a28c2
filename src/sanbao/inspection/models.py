"""Samples, who held them, and what QC found (C-17, C-22)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
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


class InspectionQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with samples see all of them; nobody else sees any."""
        return self.all() if actor.may("inspection.see") else self.none()


class Sample(Subject):
    """A specimen taken for inspection. ``about`` is the subject it was asked for (``complaint:12``).

    A sample that never comes or disappears is ``lost``: a state, so that nothing vanishes in silence.
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

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="sample_waiting")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inspection:sample", args=[self.pk])


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


class UnknownState(Vocabulary):
    OPEN = "open", "待查明", "To be cleared up"
    CLEARED = "cleared", "已查明", "Cleared up"


class Origin(Vocabulary):
    """What a label that nobody knew turned out to be."""

    RECORDED = "recorded", "本厂标签，记录已补", "Ours, and now on record"
    RELABELLED = "relabelled", "本厂产品，已复检换新标签", "Ours, inspected again and relabelled"
    MISREAD = "misread", "误读或污损", "Misread or damaged"
    FOREIGN = "foreign", "非本厂标签", "Not our label"
    COUNTERFEIT = "counterfeit", "疑似假冒", "Suspected counterfeit"


class UnknownLabel(Subject):
    """A code found on goods that the house does not know (T-12): a lost record, a lost label, or a counterfeit.

    QC clears it up; until then every further sighting is added to it. ``true_code`` is the code that it should bear.
    """

    KIND = "unknown_label"

    number = models.CharField(max_length=24, unique=True)
    code = models.CharField(max_length=120)
    key = models.CharField(max_length=120, db_index=True)
    due_at = models.DateTimeField()
    origin = models.CharField(max_length=12, blank=True)
    true_code = models.CharField(max_length=64, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    finding = models.TextField(blank=True)
    cleared_at = models.DateTimeField(null=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        db_table = "inspection_unknown_label"
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(state="open"), name="unknown_label_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("inspection:unknown_label", args=[self.pk])

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state == UnknownState.OPEN else None


class Sighting(models.Model):
    """Once that an unknown label was found: by whom, where, in whose hands. Never changed."""

    label = models.ForeignKey(UnknownLabel, models.PROTECT, related_name="sightings")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    place = models.CharField(max_length=120, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        db_table = "inspection_sighting"
        ordering = ("id",)


protect("inspection_custody")
protect("inspection_sighting")
