"""Labels that nobody knows (T-12)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from sanbao.inspection.models.base import InspectionQuerySet
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary


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
        return page("inspection:unknown_label", self.pk)

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


protect("inspection_sighting")
