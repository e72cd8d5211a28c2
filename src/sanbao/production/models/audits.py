"""Marking audits in the shops (T-09, T-11): which baskets were looked at, what was found, who put it right."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.production.models.base import ProductionQuerySet
from sanbao.trace.models import Lot


class MarkingAudit(Subject):
    """标识检查: one walk through a shop."""

    KIND = "marking_audit"

    number = models.CharField(max_length=24, unique=True)
    place = models.CharField(max_length=80)
    audited_on = models.DateField()
    audited_by = models.CharField(max_length=80)
    remark = models.CharField(max_length=300, blank=True)
    seen = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = ProductionQuerySet.as_manager()

    class Meta:
        db_table = "production_marking_audit"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("production:audit", self.pk)


class MarkSeen(models.Model):
    """One basket of an audit. ``code`` is what could be read on it, ``lot`` what that names; both may be missing."""

    audit = models.ForeignKey(MarkingAudit, models.PROTECT, related_name="marks")
    code = models.CharField(max_length=64, blank=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    found = models.CharField(max_length=12)
    remark = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField()
    corrected_by = models.CharField(max_length=80, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    correction = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "production_mark_seen"
        ordering = ("id",)
        verbose_name_plural = "marks seen"

    def __str__(self) -> str:
        return self.code or f"№ {self.pk}"
