"""综合分析: what the register of a period comes to, what was found in it, what is done about it, and what the
management review makes of it (U-01, U-11, U-12)."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary


class AnalysisState(Vocabulary):
    OPEN = "open", "待分析", "To be analysed"
    MEASURES = "measures", "已定措施", "Measures laid down"
    NOTHING = "nothing", "无需措施", "No measures needed"


class AnalysisQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees the register sees what it comes to; figures are of all complaints, names of none."""
        return self.all() if actor.may("tallies.see") else self.none()


class Analysis(Subject):
    """One period. ``figures`` are those of the day on which it was opened, so that what was concluded stays provable;
    the page shows beside them what the register says now."""

    KIND = "analysis"

    number = models.CharField(max_length=24, unique=True)
    first = models.DateField()
    last = models.DateField()
    figures = models.JSONField(default=dict)
    regular = models.BooleanField(default=False)
    occasion = models.CharField(max_length=200, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    findings = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    concluded_by = models.CharField(max_length=80, blank=True)
    concluded_at = models.DateTimeField(null=True)
    plan = models.TextField(blank=True)
    organised_by = models.CharField(max_length=80, blank=True)
    organised_at = models.DateTimeField(null=True)
    review = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("first", "last"), condition=models.Q(regular=True), name="analysis_of_a_period_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return page("tallies:analysis", self.pk)
