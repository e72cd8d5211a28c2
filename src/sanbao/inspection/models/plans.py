"""What is inspected of a product or a material, within which limits, by which sample (Q-07)."""

from __future__ import annotations

from django.db import models

from sanbao.catalog.models import Material, Product
from sanbao.inspection.models.base import InspectionQuerySet
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary, W


class PlanState(Vocabulary):
    DRAFT = "draft", "待批准", "To be approved"
    IN_FORCE = "in_force", "已批准", "Approved"
    REPLACED = "replaced", "已换版", "Replaced by a later edition"
    WITHDRAWN = "withdrawn", "已撤销", "Withdrawn"


class Weight(Vocabulary):
    """How grave a nonconformity is. What is critical may not fail once."""

    CRITICAL = "critical", "致命", "Critical"
    MAJOR = "major", "严重", "Major"
    MINOR = "minor", "轻微", "Minor"


class InspectionPlan(Subject):
    """检验计划: for one product, one material or a class of materials. An approved edition never changes.

    ``since`` is the first day of an approved edition; the one before it is replaced when this one is approved and in
    force. ``digest`` is over its characteristics, so that the record shows what was approved.
    """

    KIND = "inspection_plan"
    SHOWN_WITH = ("product", "material")

    number = models.CharField(max_length=24)
    edition = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    material_class = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=4, default="II")
    since = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    drafted_by = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        db_table = "inspection_plan"
        ordering = ("number", "-edition")
        constraints = [models.UniqueConstraint(fields=("number", "edition"), name="inspection_plan_edition_once")]

    def __str__(self) -> str:
        return f"{self.number}/{self.edition} {self.title}"

    def get_absolute_url(self) -> str:
        return page("inspection:plan", self.pk)

    @property
    def of_what(self) -> W | str:
        """For what it holds, in words."""
        if self.product is not None:
            return str(self.product)
        if self.material is not None:
            return str(self.material)
        return W("材料类别 {name}", "Material class {name}", name=self.material_class)


class Characteristic(models.Model):
    """One line of a plan: measured where it has a limit, otherwise judged by looking. Decimal, in ``unit``."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="characteristics")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    weight = models.CharField(max_length=10)
    aql = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    nominal = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    low = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    method = models.CharField(max_length=120, blank=True)
    instrument_kind = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "inspection_characteristic"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("plan", "position"), name="characteristic_place_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def measured(self) -> bool:
        return self.low is not None or self.high is not None
