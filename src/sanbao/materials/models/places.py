"""Places in the store, and what lies where (W-07)."""

from __future__ import annotations

from django.db import models

from sanbao.kernel.addresses import page
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary
from sanbao.materials.models.base import StoreQuerySet
from sanbao.parties.models import Customer
from sanbao.trace.models import Lot


class PlaceKind(Vocabulary):
    RAW = "raw", "原料库", "Raw-material store"
    WAITING = "waiting", "待检区", "Waiting area"
    REJECTS = "rejects", "不合格品区", "Rejects area"
    CUSTOMER = "customer", "客供件区", "Customers' property"
    FINISHED = "finished", "成品库", "Finished-goods store"
    SHOP = "shop", "车间存放点", "Shop floor"
    OTHER = "other", "其他", "Other"


class PlaceQuerySet(StoreQuerySet):
    def in_use(self) -> PlaceQuerySet:
        return self.filter(state=InUse.IN_USE)


class Place(Subject):
    """库位: with its identification sign, the spacing that must be kept, and how many lots it takes.

    A place of one ``customer`` takes his property and nothing else (T-08).
    """

    KIND = "place"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, default=PlaceKind.RAW.value)
    sign = models.CharField(max_length=80, blank=True)
    spacing_cm = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        db_table = "materials_place"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return page("materials:places:row", self.pk)


class Lying(models.Model):
    """One lot lies at one place. ``quantity_milli`` empty: all that is left of the lot, less what lies elsewhere."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="lying")
    quantity_milli = models.BigIntegerField(null=True, blank=True)
    pieces = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "materials_lying"
        ordering = ("since", "id")
        verbose_name_plural = "lying"
        constraints = [models.UniqueConstraint(fields=("lot", "place"), name="lying_once")]
