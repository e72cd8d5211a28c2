"""不合格: what does not conform, in which lots and quantities, and what becomes of every part (Q-01, Q-02).

A record holds lines (a lot, or words where no lot is known, with a quantity); dispositions split each line by quantity.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.trace.models import Lot, Permit


class Origin(Vocabulary):
    """Where the nonconformity was found (Q-01)."""

    COMPLAINT = "complaint", "投诉", "Complaint"
    RETURN = "return", "退货", "Return"
    RECEIPT = "receipt", "进货", "Receipt"
    PROCESS = "process", "过程", "Process"
    STOCK = "stock", "库存", "Stock"
    COMMISSIONING = "commissioning", "调试", "Commissioning"


class NcState(Vocabulary):
    CONTAINED = "contained", "待处置", "To be disposed of"
    CLOSED = "closed", "处置完毕", "Disposed of"
    WITHDRAWN = "withdrawn", "已撤销", "Withdrawn"


class Way(Vocabulary):
    """What is done with nonconforming product (Q-01)."""

    REWORK = "rework", "返工", "Rework"
    REPAIR = "repair", "返修", "Repair"
    CONCESSION = "concession", "让步", "Concession"
    REGRADE = "regrade", "降级", "Regrade"
    SUPPLIER = "supplier", "退供方", "Return to supplier"
    SCRAP = "scrap", "报废", "Scrap"


class DispositionState(Vocabulary):
    PROPOSED = "proposed", "待批准", "To be approved"
    APPROVED = "approved", "待执行", "To be carried out"
    EXECUTED = "executed", "待复检", "To be re-inspected"
    DONE = "done", "已完成", "Done"
    REFUSED = "refused", "未批准", "Not approved"
    CANCELLED = "cancelled", "已取消", "Cancelled"


D = DispositionState
#: Dispositions that hold a part of the line, and those of them that still wait for somebody.
STANDING = (D.PROPOSED, D.APPROVED, D.EXECUTED, D.DONE)
PENDING = (D.PROPOSED, D.APPROVED, D.EXECUTED)


class NcQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with product see every record; nobody else sees any."""
        return self.all() if actor.may("nonconformity.see") else self.none()


class Nonconformity(Subject):
    """不合格记录. ``about`` is the subject in which it was found (``complaint:12``, ``return:5``)."""

    KIND = "nonconformity"

    number = models.CharField(max_length=24, unique=True)
    source = models.CharField(max_length=16)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    title = models.CharField(max_length=120)
    description = models.TextField()
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True)
    conclusion = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=200, blank=True)

    objects = NcQuerySet.as_manager()

    class Meta:
        db_table = "nonconformity_record"
        ordering = ("-id",)
        verbose_name_plural = "nonconformities"
        indexes = [models.Index(fields=("state", "due_at"), name="nonconformity_work")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("nonconformity:record", self.pk)

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state == NcState.CONTAINED else None

    @property
    def open(self) -> bool:
        return self.state == NcState.CONTAINED


class Line(models.Model):
    """One lot of a record, or words where no lot is known, and how much of it does not conform.

    Never changed. ``gaps`` are the records that the chain of the lot lacks (C-16), as found when it was written.
    """

    record = models.ForeignKey(Nonconformity, models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)
    quantity_milli = models.BigIntegerField()
    unit = models.CharField(max_length=8)
    gaps = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="nonconformity_line_has_quantity", condition=Q(quantity_milli__gt=0)),
            models.UniqueConstraint(
                fields=("record", "lot"), condition=Q(lot__isnull=False), name="nonconformity_lot_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.quantity}"

    @property
    def name(self) -> str:
        return self.lot.code if self.lot else self.words

    @property
    def quantity(self) -> Quantity:
        return Quantity.of_milli(self.quantity_milli, self.unit)


class Disposition(Subject):
    """处置: what becomes of a part of a line. Its number is that of its notice, 《待处理品处理通知书》.

    Of ``quantity_milli``, ``good`` came out of the work to be re-inspected, ``scrapped`` was lost in it, ``released``
    passed, ``failed`` did not and is open again. ``approvals`` are the roles that must sign, with who did.
    """

    KIND = "disposition"
    SHOWN_WITH = ("record",)

    number = models.CharField(max_length=24, unique=True, null=True)
    record = models.ForeignKey(Nonconformity, models.PROTECT, related_name="dispositions")
    line = models.ForeignKey(Line, models.PROTECT, related_name="dispositions")
    way = models.CharField(max_length=12)
    quantity_milli = models.BigIntegerField()
    kg = models.DecimalField(max_digits=14, decimal_places=3)
    estimate = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    instruction = models.TextField()
    basis = models.CharField(max_length=200)
    consent = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=40)
    due_on = models.DateField()
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    approvals = models.JSONField(default=list)
    reinspect = models.BooleanField(default=False)
    permit = models.ForeignKey(Permit, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    executed_by = models.CharField(max_length=80, blank=True)
    executed_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    paper = models.CharField(max_length=80, blank=True)
    good_milli = models.BigIntegerField(default=0)
    scrapped_milli = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3, blank=True)

    verified_by = models.CharField(max_length=80, blank=True)
    verified_at = models.DateTimeField(null=True)
    sheet = models.CharField(max_length=24, blank=True)
    verdict = models.CharField(max_length=300, blank=True)
    released_milli = models.BigIntegerField(default=0)
    failed_milli = models.BigIntegerField(default=0)

    objects = NcQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=("state", "due_on"), name="disposition_work")]
        constraints = [
            models.CheckConstraint(name="disposition_has_quantity", condition=Q(quantity_milli__gt=0)),
            models.CheckConstraint(
                name="disposition_balances",
                condition=Q(quantity_milli__gte=F("good_milli") + F("scrapped_milli"))
                & Q(good_milli__gte=0, scrapped_milli__gte=0, released_milli__gte=0, failed_milli__gte=0)
                & Q(quantity_milli__gte=F("released_milli") + F("failed_milli") + F("scrapped_milli")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.record.number} {Way.title_of(self.way)} {self.quantity}"

    def get_absolute_url(self) -> str:
        return page("nonconformity:disposition", self.pk)

    @property
    def quantity(self) -> Quantity:
        return self.of(self.quantity_milli)

    def of(self, milli: int) -> Quantity:
        return Quantity.of_milli(milli, self.line.unit)

    @property
    def unsigned(self) -> list[str]:
        """The roles whose signature is still missing, in the order of the policy."""
        return [one["role"] for one in self.approvals if not one["by"]]

    @property
    def signers(self) -> list[str]:
        return [one["by"] for one in self.approvals if one["by"]]


# What was found, and how much of it, is never rewritten: more of it is another line.
protect("nonconformity_line")
