"""One inspection as it is carried out: the sample, piece by piece, and the series of lots behind it (Q-07)."""

from __future__ import annotations

from typing import Any

from django.db import models

from sanbao.catalog.models import Material, Product
from sanbao.inspection.models.base import InspectionQuerySet
from sanbao.inspection.models.instruments import Instrument
from sanbao.inspection.models.plans import Characteristic, InspectionPlan, Weight
from sanbao.inspection.models.samples import Sample
from sanbao.inspection.sampling import said
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Person, Supplier
from sanbao.trace.models import Lot, Verdict


class SamplingState(Vocabulary):
    """How hard the next lot of a series is looked at."""

    NORMAL = "normal", "正常检验", "Normal inspection"
    TIGHTENED = "tightened", "加严检验", "Tightened inspection"
    REDUCED = "reduced", "放宽检验", "Reduced inspection"
    STOPPED = "stopped", "暂停检验", "Inspection discontinued"


class SheetState(Vocabulary):
    OPEN = "open", "检验进行中", "Being inspected"
    ACCEPTED = "accepted", "接收", "Accepted"
    REJECTED = "rejected", "不接收", "Not accepted"
    CANCELLED = "cancelled", "检验单作废", "Sheet cancelled"


class SamplingSeries(Subject):
    """批系列: the lots of one product or material from one source, for one weight and AQL, one after the other.

    ``facts`` is where the switching rules stand (``switching.Series``); the state says it in one word.
    """

    KIND = "sampling_series"
    SHOWN_WITH = ("product", "material", "supplier")

    key = models.CharField(max_length=120, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    weight = models.CharField(max_length=10)
    aql = models.DecimalField(max_digits=7, decimal_places=3)
    facts = models.JSONField(default=dict)
    lots = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=24, blank=True)
    since = models.DateTimeField()

    objects = InspectionQuerySet.as_manager()

    class Meta:
        db_table = "inspection_series"
        ordering = ("id",)

    def __str__(self) -> str:
        of = self.product or self.material
        source = f" · {self.supplier.name}" if self.supplier else ""
        return f"{of}{source} · {Weight.title_of(self.weight)} · AQL {said(self.aql)}"

    def get_absolute_url(self) -> str:
        return page("inspection:series", self.pk)


class InspectionSheet(Subject):
    """检验单: of a lot, of a part of it, or of a sample that came with a complaint.

    ``units`` is how many were submitted; ``rest_follows`` says that more of the lot comes on another sheet, so that
    the lot is not judged by this one. ``original``: not a lot that was refused before and comes again. ``scheme`` is
    what the sampling came to (one entry for each weight and AQL), ``found`` what was counted when it was concluded.
    """

    KIND = "inspection_sheet"
    SHOWN_WITH = ("plan", "lot", "sample")

    number = models.CharField(max_length=24, unique=True)
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="sheets")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, blank=True, related_name="sheets")
    units = models.PositiveIntegerField()
    rest_follows = models.BooleanField(default=False)
    original = models.BooleanField(default=True)
    scheme = models.JSONField(default=list)
    found = models.JSONField(default=list)
    remark = models.CharField(max_length=300, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    inspector = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    concluded_by = models.CharField(max_length=80, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.CharField(max_length=300, blank=True)
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        db_table = "inspection_sheet"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("inspection:sheet", self.pk)

    @property
    def of_what(self) -> Any:
        return self.lot if self.lot_id else self.sample

    @property
    def pieces(self) -> int:
        """How many pieces are looked at: the largest sample of the scheme."""
        return max((group["size"] for group in self.scheme), default=0)


class Result(models.Model):
    """What was found at one piece; a correction is a later row, and the latest counts. Never changed."""

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(InspectionSheet, models.PROTECT, related_name="results")
    characteristic = models.ForeignKey(Characteristic, models.PROTECT, related_name="+")
    piece = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    good = models.BooleanField()
    instrument = models.ForeignKey(Instrument, models.PROTECT, null=True, related_name="results")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "inspection_result"
        ordering = ("id",)


protect("inspection_result")
