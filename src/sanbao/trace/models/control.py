"""What stands in a lot's way, and what lets it through: holds, verdicts, permits, counter-entries, whose property.

Each is a subject of its own with a chain in the journal; its lots are rows beside it, written set-wise, so that a hold
over a hundred thousand labels is one entry with their count and digest (design §7).
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.trace.models.lots import Lot


class Purpose(Vocabulary):
    """What is about to happen to a lot at a gate."""

    ISSUE = "issue", "领用", "Issue"
    CONSUME = "consume", "转入下道工序", "Next step"
    PACK = "pack", "入库", "Packing"
    SHIP = "ship", "发货", "Shipment"
    CONTINUE = "continue", "继续加工", "Further work"
    REWORK = "rework", "返工", "Rework"
    TRANSFER = "transfer", "拆框并框", "Split or merge"


class HoldState(Vocabulary):
    IN_FORCE = "in_force", "冻结中", "On hold"
    LIFTED = "lifted", "已解除", "Lifted"


class VerdictState(Vocabulary):
    GIVEN = "given", "已判定", "Given"


class PermitKind(Vocabulary):
    """Why a lot that is not 合格 may pass all the same."""

    URGENT = "urgent", "紧急放行", "Urgent release"
    CONCESSION = "concession", "让步放行", "Concession"


class PermitState(Vocabulary):
    APPLIED = "applied", "待批准", "Applied for"
    IN_FORCE = "in_force", "有效", "In force"
    REFUSED = "refused", "未批准", "Not approved"
    ENDED = "ended", "已了结", "Settled"


class ReversalState(Vocabulary):
    ENTERED = "entered", "已冲销", "Entered"


class ControlQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may trace sees what stands in a lot's way; nobody else does."""
        return self.all() if actor.may("trace.see") else self.none()


class Hold(Subject):
    """冻结: its lots may neither be used nor leave until QC lifts it (T-13).

    ``forward``: whatever is made from them is held too, also what will be linked later. ``about`` is the subject for
    whose sake it was set (``verdict:7``, ``complaint:12``).
    """

    KIND = "hold"

    number = models.CharField(max_length=24, unique=True)
    reason = models.CharField(max_length=300)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    forward = models.BooleanField(default=True)
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    lots = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    lifted_by = models.CharField(max_length=80, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    basis = models.CharField(max_length=300, blank=True)

    objects = ControlQuerySet.as_manager()

    class Meta:
        db_table = "trace_hold"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("trace:hold", self.pk)


class HeldLot(models.Model):
    """One lot of a hold that is in force; ``released`` alone, while the rest stays held. Gone when the hold is lifted
    would lose who was held, so the row stays and the hold's state decides."""

    pk = models.CompositePrimaryKey("lot_id", "hold_id")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="+")
    released = models.BooleanField(default=False)

    class Meta:
        db_table = "trace_held_lot"


class Verdict(Subject):
    """质量判定: QC gives lots one of the four statuses, with its basis (T-06, T-13)."""

    KIND = "verdict"

    number = models.CharField(max_length=24, unique=True)
    status = models.CharField(max_length=12)
    basis = models.CharField(max_length=300)
    remark = models.CharField(max_length=300, blank=True)
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    lots = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    objects = ControlQuerySet.as_manager()

    class Meta:
        db_table = "trace_verdict"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("trace:verdict", self.pk)


class JudgedLot(models.Model):
    """One lot of a verdict, with the status that it had before. Never changed."""

    pk = models.CompositePrimaryKey("lot_id", "verdict_id")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+", db_index=False)
    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="+")
    before = models.CharField(max_length=12)

    class Meta:
        db_table = "trace_judged_lot"


class Permit(Subject):
    """A lot that is not 合格 may pass: urgent release of incoming material (T-05), or a concession (W-06, Q-01).

    It is a debt: it stays open, and is shown in red, until QC has judged the lot. ``marked`` is what the warehouse
    wrote on the material in place of the missing marking; without it an urgent release opens no gate.
    """

    KIND = "permit"

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=200)
    applied_by = models.CharField(max_length=80)
    applied_at = models.DateTimeField()
    approver = models.CharField(max_length=80)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    marked = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    objects = ControlQuerySet.as_manager()

    class Meta:
        db_table = "trace_permit"
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="trace_permit_open")]

    def __str__(self) -> str:
        return self.number

    @property
    def next_due_at(self):  # type: ignore[no-untyped-def]
        return self.due_at if self.state == PermitState.IN_FORCE else None

    def get_absolute_url(self) -> str:
        return page("trace:permit", self.pk)


class Reversal(Subject):
    """冲销: a record of material was wrong. It stays, struck through; what it moved is moved back; the right one is
    written anew. ``record_kind`` and ``record_id`` name the record that was struck."""

    KIND = "reversal"

    number = models.CharField(max_length=24, unique=True)
    record_kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    objects = ControlQuerySet.as_manager()

    class Meta:
        db_table = "trace_reversal"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["record_kind", "record_id"], name="trace_reversal_once")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("trace:record", args=[self.record_kind, self.record_id])


class Property(models.Model):
    """Material that a customer supplied; it is never used for another (T-08)."""

    lot = models.OneToOneField(Lot, models.PROTECT, primary_key=True, related_name="+")
    customer = models.ForeignKey("parties.Customer", models.PROTECT, related_name="+")

    class Meta:
        db_table = "trace_property"
        verbose_name_plural = "property"


protect("trace_judged_lot")
