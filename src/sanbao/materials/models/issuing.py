"""领料单: what is handed out of the store, lot by lot (T-07)."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary
from sanbao.materials.models.base import StoreQuerySet
from sanbao.materials.models.places import Place
from sanbao.parties.models import Customer, Department
from sanbao.trace.models import Lot, LotKind


class SlipState(Vocabulary):
    OPEN = "open", "待发料", "To be issued"
    ISSUED = "issued", "已发料", "Issued"
    CANCELLED = "cancelled", "作废", "Cancelled"


class IssueSlip(Subject):
    """One slip: into which heat or batch, for which department, and for which customer where the material is his."""

    KIND = "issue_slip"
    SHOWN_WITH = ("department",)

    number = models.CharField(max_length=24, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    into = models.CharField(max_length=64)
    into_kind = models.CharField(max_length=12, default=LotKind.HEAT.value)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=200, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=80, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        db_table = "materials_issue_slip"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.number} → {self.into}"

    @property
    def of_whom(self) -> str:
        return str(self.department.title)

    def get_absolute_url(self) -> str:
        return page("materials:slip", self.pk)


class SlipLine(models.Model):
    """One lot on a slip. ``reason`` says why a younger lot was taken while an older one lay there; ``record_id`` is the
    material issue that it became."""

    slip = models.ForeignKey(IssueSlip, models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    quantity_milli = models.BigIntegerField()
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    pieces = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    returned_milli = models.BigIntegerField(default=0)

    class Meta:
        db_table = "materials_slip_line"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("slip", "lot"), name="slip_line_once_per_lot")]

    def __str__(self) -> str:
        return self.lot.code
