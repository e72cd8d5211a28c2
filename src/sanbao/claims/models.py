"""Losses that users claim: how much, on what basis, what was accepted, and how it was made good (W-02)."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary


class ClaimState(Vocabulary):
    FILED = "filed", "待评估", "To be assessed"
    ASSESSED = "assessed", "待批准赔付", "Payment to be approved"
    APPROVED = "approved", "待结清", "To be settled"
    SETTLED = "settled", "已结清", "Settled"
    REFUSED = "refused", "已拒赔", "Refused"
    WITHDRAWN = "withdrawn", "已撤回", "Taken back"


OPEN = (ClaimState.FILED, ClaimState.ASSESSED, ClaimState.APPROVED)


class Loss(Vocabulary):
    """What the loss consists of."""

    GOODS = "goods", "货物损失", "Loss of goods"
    REWORK = "rework", "返工费用", "Cost of rework"
    DELAY = "delay", "误工停工", "Idle time"
    TRANSPORT = "transport", "运输费用", "Cost of transport"
    THIRD_PARTY = "third_party", "第三方索赔", "Claim of a third party"
    OTHER = "other_loss", "其他损失", "Other loss"


class Payment(Vocabulary):
    """How an accepted loss is made good."""

    MONEY = "money", "付款", "Money"
    CREDIT = "credit", "抵减货款", "Set off against an invoice"
    GOODS = "goods", "以货抵偿", "Goods"


class ClaimQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever deals with claims sees those on the cases that he may see."""
        if not actor.may("claims.see"):
            return self.none()
        return self.filter(complaint__in=Complaint.objects.visible_to(actor).order_by().values("pk"))


class Claim(Subject):
    """One loss claimed on a case. ``accepted`` may be less than ``claimed``: partly accepted."""

    KIND = "claim"
    SHOWN_WITH = ("complaint",)

    number = models.CharField(max_length=24, unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="claims")
    loss = models.CharField(max_length=12)
    claimed = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    description = models.TextField()
    basis = models.CharField(max_length=200)
    filed_by = models.CharField(max_length=80)
    filed_on = models.DateField()

    accepted = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    assessment = models.TextField(blank=True)
    assessment_basis = models.CharField(max_length=200, blank=True)
    assessed_by = models.CharField(max_length=80, blank=True)
    assessed_at = models.DateTimeField(null=True)

    approver = models.CharField(max_length=80, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    decision_basis = models.CharField(max_length=200, blank=True)

    payment = models.CharField(max_length=8, blank=True)
    settled_on = models.DateField(null=True)
    reference = models.CharField(max_length=120, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "settled_on"], name="claim_settled")]

    def __str__(self) -> str:
        return f"{self.number} {self.claimed} {self.currency}"

    def get_absolute_url(self) -> str:
        return page("claims:claim", self.pk)

    @property
    def of_whom(self) -> str:
        return self.complaint.complainant

    @property
    def partly(self) -> bool:
        return self.accepted is not None and self.accepted < self.claimed
