"""补货额度: what is owed to a customer for goods that came back, by double entry (R-02)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from sanbao.dispatch.models import PickList
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.parties.models import Customer
from sanbao.returns.models.cases import Return, ReturnsQuerySet


def _money() -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))


class Credit(Subject):
    """The account of one customer in one currency. Its figures are the sums of its entries, kept in the row that
    whoever books must lock, so that no two acts spend the same credit."""

    KIND = "credit"
    SHOWN_WITH = ("customer",)

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    returned = _money()
    replaced = _money()
    refunded = _money()
    returned_milli = models.BigIntegerField(default=0)
    replaced_milli = models.BigIntegerField(default=0)

    objects = ReturnsQuerySet.as_manager()

    class Meta:
        db_table = "returns_credit"
        ordering = ("customer", "currency")
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency"], name="returns_credit_once"),
            models.CheckConstraint(
                name="returns_credit_not_overdrawn", condition=Q(returned__gte=F("replaced") + F("refunded"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer.name} {self.currency}"

    def get_absolute_url(self) -> str:
        return page("returns:credit", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name

    @property
    def open(self) -> Decimal:
        return self.returned - self.replaced - self.refunded


class Entry(models.Model):
    """One booking: goods came back, goods went out for them, or a refund that was allowed. Never changed."""

    id = models.BigAutoField(primary_key=True)
    credit = models.ForeignKey(Credit, models.PROTECT, related_name="entries")
    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12)
    on = models.DateField()
    case = models.ForeignKey(Return, models.PROTECT, null=True, related_name="entries")
    pick_list = models.OneToOneField(PickList, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=200)
    payment = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "returns_entry"
        ordering = ("id",)
        verbose_name_plural = "entries"


class Posting(models.Model):
    """One side of an entry; ``case`` says whose return a customer's credit comes from or was used up. Never changed."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.CharField(max_length=16)
    case = models.ForeignKey(Return, models.PROTECT, null=True, related_name="posted")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    milli = models.BigIntegerField(default=0)

    class Meta:
        db_table = "returns_posting"
        ordering = ("id",)


for table in ("returns_entry", "returns_posting"):
    protect(table)
