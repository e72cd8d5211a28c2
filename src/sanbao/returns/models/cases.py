"""A return 退换, what is to come back, what proves that it may, and what the warehouse counted (R-01 … R-09)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.catalog.models import Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.parties.models import Customer
from sanbao.returns.models.vocabulary import Disposal
from sanbao.trace.models import Lot


class ReturnsQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with returns see all of them; nobody else sees any."""
        return self.all() if actor.may("returns.see") else self.none()


class Return(Subject):
    """《产品退换审批表》: one request of one customer, from the application until its value is made good.

    ``about`` is the case behind it (``complaint:12``). ``applied_milli`` and ``accepted_milli`` are sums of the lines;
    ``together_milli`` is what the approver was found by, with ``together_with`` the other requests added to it (R-03).
    """

    KIND = "return"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    category = models.CharField(max_length=10)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    reason = models.CharField(max_length=16)
    exchange = models.BooleanField(default=False)
    description = models.TextField()
    exception = models.TextField(blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    applied_by = models.CharField(max_length=80)
    applied_on = models.DateField(db_index=True)
    applied_milli = models.BigIntegerField(default=0)

    inspection = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    report_verified_by = models.CharField(max_length=80, blank=True)
    agreed_by = models.CharField(max_length=80, blank=True)
    agreed_at = models.DateTimeField(null=True)

    form_number = models.CharField(max_length=24, blank=True)
    responsible = models.CharField(max_length=120, blank=True)
    disposal = models.CharField(max_length=12, default=Disposal.SEND_BACK.value)
    freight = models.CharField(max_length=120, blank=True)
    handling = models.CharField(max_length=300, blank=True)
    filled_by = models.CharField(max_length=80, blank=True)
    filled_at = models.DateTimeField(null=True)
    together_milli = models.BigIntegerField(default=0)
    together_with = models.JSONField(default=list)
    approver = models.CharField(max_length=80, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    decision_basis = models.CharField(max_length=200, blank=True)

    place = models.CharField(max_length=80, blank=True)
    sign = models.CharField(max_length=80, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    valuation = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    accepted_milli = models.BigIntegerField(default=0)
    difference = models.CharField(max_length=300, blank=True)
    accepted_by = models.CharField(max_length=80, blank=True)
    accepted_at = models.DateTimeField(null=True)
    receipt_number = models.CharField(max_length=24, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    open_value = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))

    refund_reason = models.CharField(max_length=300, blank=True)
    refund_basis = models.CharField(max_length=200, blank=True)
    refund_asked_by = models.CharField(max_length=80, blank=True)
    refund_consent = models.CharField(max_length=80, blank=True)

    objects = ReturnsQuerySet.as_manager()

    #: The label that was scanned by the act that just returned this case, and whether it lay there before; not stored.
    scanned: tuple[Lot, bool] | None = None

    class Meta:
        db_table = "returns_return"
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "applied_on"), name="returns_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.customer.name}"

    def get_absolute_url(self) -> str:
        return page("returns:return", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name

    @property
    def local(self) -> bool:
        return self.disposal == Disposal.LOCAL


class ReturnLine(models.Model):
    """So many kilograms of a label or a product at a price per kilogram, with where the price stands written.

    ``code`` is what was typed. What the books do not know keeps neither lot nor product, and says why in ``note``.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=80)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    quantity_milli = models.BigIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=4)
    price_source = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "returns_line"
        ordering = ("case", "position")
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="returns_line_once"),
            models.CheckConstraint(name="returns_line_weighs", condition=Q(quantity_milli__gt=0)),
        ]

    @property
    def goods(self) -> str:
        return str(self.lot or self.product or self.code)


class Evidence(models.Model):
    """Something that proves the request, with the files that came with it (R-06, R-09). Never changed."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Return, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=16)
    remark = models.CharField(max_length=300)
    files = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "returns_evidence"
        ordering = ("id",)
        verbose_name_plural = "evidence"


class Counted(models.Model):
    """One label scanned, or one weighing of what bears none. ``undone`` once it was taken off again (R-07)."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Return, models.PROTECT, related_name="counted")
    line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="counted")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    quantity_milli = models.BigIntegerField()
    remark = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=80)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    undone = models.BooleanField(default=False)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "returns_counted"
        ordering = ("id",)
        verbose_name_plural = "counted"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "lot"], condition=Q(undone=False, lot__isnull=False), name="returns_label_once"
            ),
            models.CheckConstraint(name="returns_counted_weighs", condition=Q(quantity_milli__gt=0)),
        ]


protect("returns_evidence")
