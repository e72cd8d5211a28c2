"""国家监督抽查不合格 (C-10): the lots, who holds them, what went to the departments, the joint answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sanbao.complaints.models.case import Complaint
from sanbao.parties.models import Customer, Department, Person, Site
from sanbao.trace.models import Lot


class SpotCheck(models.Model):
    """What C-10 asks for on one case. ``due_at`` is the earlier of the authority's day and the policy's clock."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="spot_check")
    lots = models.ManyToManyField(Lot, related_name="+")
    authority_due = models.DateField(null=True)
    due_at = models.DateTimeField()
    located_at = models.DateTimeField()
    located_by = models.CharField(max_length=80)
    in_store_milli = models.BigIntegerField(default=0)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=80, blank=True)
    handed = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answer_basis = models.CharField(max_length=200, blank=True)
    answer_by = models.CharField(max_length=80, blank=True)
    answer_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "complaints_spot_check"
        ordering = ("id",)


class SpotHolding(models.Model):
    """One holder of the lots: how much, whom to call there, who of sales goes, and what he found."""

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="holdings")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    unit = models.CharField(max_length=8)
    quantity_milli = models.BigIntegerField()
    labels = models.PositiveIntegerField()
    contact = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=200, blank=True)
    owed_by = models.CharField(max_length=80)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=80, blank=True)
    found = models.TextField(blank=True)
    left_milli = models.BigIntegerField(null=True)
    sampled = models.BooleanField(null=True)

    class Meta:
        db_table = "complaints_spot_holding"
        ordering = ("-quantity_milli", "id")
        constraints = [
            models.UniqueConstraint(fields=("check_of", "customer", "site", "unit"), name="spot_holding_once"),
            models.UniqueConstraint(
                fields=("check_of", "customer", "unit"), condition=Q(site=None), name="spot_holding_once_without_site"
            ),
        ]

    @property
    def complaint_id(self) -> int:
        return self.check_of.complaint_id  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.customer, self.site) if part)


class SpotSignature(models.Model):
    """One department's signature under the joint answer; a changed answer makes it void."""

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="signatures")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    void = models.BooleanField(default=False)

    class Meta:
        db_table = "complaints_spot_signature"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("check_of", "department"), condition=Q(void=False), name="spot_signed_once")
        ]
