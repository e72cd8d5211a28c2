"""What the factory makes, what it is made of, how faults are classified, what is guaranteed."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Department


class Pack(Vocabulary):
    """The trade to which a defect class belongs; a first-level class belongs to all."""

    ALL = "", "通用", "All trades"
    PROFILE = "profile", "铝型材", "Aluminium profiles"
    MACHINE = "machine", "机床", "Machine tools"


class WarrantyStart(Vocabulary):
    DELIVERY = "delivery", "交付之日", "Delivery"
    COMMISSIONING = "commissioning", "调试验收之日", "Commissioning"
    INVOICE = "invoice", "开票之日", "Invoice"


class CatalogQuerySet(models.QuerySet):
    """Products, materials, classes and terms are open to everyone who may read the catalogue."""

    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.may("catalog.see") else self.none()

    def in_use(self) -> Self:
        return self.filter(state=InUse.IN_USE)


class Product(Subject):
    """A model of the product range (型号)."""

    KIND = "product"

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    line = models.CharField(max_length=40, blank=True, db_index=True)
    surface = models.CharField(max_length=40, blank=True)
    kg_per_metre = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    alloy_temper = models.CharField(max_length=40, blank=True)
    gtin = models.CharField(max_length=14, blank=True, db_index=True)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/catalog/products/{self.pk}"


class Material(Subject):
    """A raw material or bought part. ``important`` ones need an inspection report on receipt (T-03)."""

    KIND = "material"

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    specification = models.CharField(max_length=120, blank=True)
    material_class = models.CharField(max_length=40, blank=True)
    important = models.BooleanField(default=False)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/catalog/materials/{self.pk}"


class DefectClass(models.Model):
    """A node of the fault classification (C-21): first level fixed, second level per trade."""

    code = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    pack = models.CharField(max_length=10, blank=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    # Where blame is looked for first; null where the user himself is at fault.
    responsible = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    touches_quality = models.BooleanField(default=False)
    state = models.CharField(max_length=30, default=InUse.IN_USE.value)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")

    @property
    def subject(self) -> str:
        return f"defect_class:{self.pk}"

    @property
    def level(self) -> int:
        return 1 if self.parent_id is None else 2

    @property
    def title(self) -> W:
        return W(self.name_zh, self.name_en)

    @property
    def trade(self) -> W | str:
        return Pack.title_of(self.pack)

    def __str__(self) -> str:
        return str(self.title)


class WarrantyTerm(Subject):
    """What is guaranteed for a product line, and on what basis (W-04). One edition never changes."""

    KIND = "warranty"

    line = models.CharField(max_length=40)
    start = models.CharField(max_length=20, default=WarrantyStart.DELIVERY.value)
    whole_months = models.PositiveSmallIntegerField()
    parts_months = models.PositiveSmallIntegerField(default=0)
    basis = models.CharField(max_length=300)
    edition = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ("line", "-since")
        constraints = [models.UniqueConstraint(fields=("line", "edition"), name="warranty_edition_once_per_line")]

    def __str__(self) -> str:
        return f"{self.line} {self.edition}"

    def get_absolute_url(self) -> str:
        return f"/catalog/warranties/{self.pk}"
