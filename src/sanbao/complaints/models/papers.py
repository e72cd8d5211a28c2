"""信息反馈表 (C-08, C-19): numbered without a gap, every revision kept, nothing deletable."""

from __future__ import annotations

from django.db import models

from sanbao.complaints.models.case import Complaint
from sanbao.kernel.triggers import protect
from sanbao.parties.models import Department


class FeedbackForm(models.Model):
    """The form of one case. Its content stands in the revisions."""

    number = models.CharField(max_length=24, unique=True)
    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="feedback_form")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        db_table = "complaints_feedback_form"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.number


class FormRevision(models.Model):
    """What the form said from one moment on: a snapshot of the case, never changed afterwards."""

    form = models.ForeignKey(FeedbackForm, models.PROTECT, related_name="revisions")
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "complaints_form_revision"
        ordering = ("revision",)
        constraints = [models.UniqueConstraint(fields=("form", "revision"), name="form_revision_once")]


class FormRecipient(models.Model):
    """A department that the form was sent to, and when it acknowledged."""

    form = models.ForeignKey(FeedbackForm, models.PROTECT, related_name="recipients")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("department__position",)
        constraints = [models.UniqueConstraint(fields=("form", "department"), name="form_recipient_once")]


protect("complaints_feedback_form")
protect("complaints_form_revision")
