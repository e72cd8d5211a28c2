"""熔铸: a heat of issued material cast into a billet lot (T-09)."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.parties.models import Person
from sanbao.production.models.base import ProductionQuerySet
from sanbao.trace.models import Heat


class Casting(Subject):
    """What the casting shop writes down beside the trace's record: furnace, team, operator, dross."""

    KIND = "casting"
    SHOWN_WITH = ("record__billet",)

    number = models.CharField(max_length=24, unique=True)
    record = models.OneToOneField(Heat, models.PROTECT, related_name="+")
    machine = models.CharField(max_length=40)
    shift = models.CharField(max_length=20)
    operator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    scrap_milli = models.BigIntegerField(default=0)
    remark = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=80)

    objects = ProductionQuerySet.as_manager()

    class Meta:
        db_table = "production_casting"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("production:casting", self.pk)
