"""What is measured with, and whether it may be (Q-07)."""

from __future__ import annotations

from datetime import date

from django.db import models

from sanbao.inspection.models.base import InspectionQuerySet
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W


class CalibrationResult(Vocabulary):
    PASSED = "passed", "校准合格", "Calibrated, fit for use"
    FAILED = "failed", "校准不合格", "Calibrated, not fit for use"


class Instrument(Subject):
    """计量器具: ``number`` is the one that it bears. ``due_on`` is the last day of its calibration."""

    KIND = "instrument"

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, db_index=True)
    measures = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=80, blank=True)
    calibrated_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    certificate = models.CharField(max_length=80, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return page("inspection:instrument", self.pk)

    def overdue(self, on: date) -> bool:
        """Never calibrated counts as overdue."""
        return self.due_on is None or self.due_on < on


class Calibration(models.Model):
    """One calibration of an instrument: by whom, with what result, valid until when. Never changed."""

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="calibrations")
    on = models.DateField()
    due_on = models.DateField(null=True)
    result = models.CharField(max_length=8)
    certificate = models.CharField(max_length=80, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "inspection_calibration"
        ordering = ("on", "id")

    @property
    def title(self) -> W | str:
        return CalibrationResult.title_of(self.result)


protect("inspection_calibration")
