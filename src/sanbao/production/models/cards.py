"""生产随行卡 as a living card, its steps, and what is poured from basket to basket (T-09, W-06)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Person
from sanbao.production.models.base import ProductionQuerySet
from sanbao.production.models.vocabulary import Operation, StepState, TransferKind
from sanbao.trace.models import Lot, Record, RecordKind, Traveller


class Card(Subject):
    """One basket's card. The lot holds its product, weight and quality status, the trace's record its dates.

    ``route`` is what the policy laid down when the card was opened; ``brought`` are the operations that were done
    before that (a card that came by import, or a basket filled from others). ``round`` counts how often it was sent
    back to rework, the last time to ``rework_to``. ``at`` is the operation that it waits for.
    """

    KIND = "card"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=64, unique=True)
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="card")
    record = models.OneToOneField(Traveller, models.PROTECT, related_name="+")
    order = models.CharField(max_length=60, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    die = models.CharField(max_length=40, blank=True)
    alloy_temper = models.CharField(max_length=40, blank=True)
    pieces = models.PositiveIntegerField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    route = models.JSONField(default=list)
    brought = models.JSONField(default=list)
    round = models.PositiveSmallIntegerField(default=0)
    rework_to = models.CharField(max_length=16, blank=True)
    at = models.CharField(max_length=16)
    since = models.DateTimeField()

    objects = ProductionQuerySet.as_manager()

    class Meta:
        db_table = "production_card"
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "at", "since"), name="production_board")]

    def __str__(self) -> str:
        return self.number

    @property
    def of_whom(self) -> str:
        return self.customer.name if self.customer else ""

    def get_absolute_url(self) -> str:
        return page("production:card", self.pk)


class Step(Subject):
    """One operation on one basket: what, where, by whom, how much went in and came out, and who checked it.

    ``lead_needed`` and ``qc_needed`` are what the policy asked for when it was recorded. ``filled`` is what the step
    wrote on the trace's card, so that striking it takes just that away. Quantities are thousandths of the lot's unit.
    """

    KIND = "step"
    SHOWN_WITH = ("card",)
    kind = RecordKind.STEP

    card = models.ForeignKey(Card, models.PROTECT, related_name="steps")
    operation = models.CharField(max_length=16)
    round = models.PositiveSmallIntegerField(default=0)
    machine = models.CharField(max_length=40)
    shift = models.CharField(max_length=20)
    operator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_on = models.DateField()
    treatment = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    in_milli = models.BigIntegerField(null=True, blank=True)
    out_milli = models.BigIntegerField(null=True, blank=True)
    scrap_milli = models.BigIntegerField(default=0)
    measured = models.JSONField(default=dict)
    remark = models.CharField(max_length=300, blank=True)
    filled = models.JSONField(default=dict)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    lead_needed = models.BooleanField(default=True)
    lead_outcome = models.CharField(max_length=8, blank=True)
    lead_by = models.CharField(max_length=80, blank=True)
    lead_at = models.DateTimeField(null=True, blank=True)
    lead_remark = models.CharField(max_length=300, blank=True)
    qc_needed = models.BooleanField(default=True)
    qc_outcome = models.CharField(max_length=8, blank=True)
    qc_by = models.CharField(max_length=80, blank=True)
    qc_at = models.DateTimeField(null=True, blank=True)
    qc_remark = models.CharField(max_length=300, blank=True)

    objects = ProductionQuerySet.as_manager()

    class Meta:
        db_table = "production_step"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("card", "operation", "round"),
                condition=~Q(state=StepState.STRUCK.value),
                name="production_step_once",
            )
        ]
        indexes = [
            models.Index(fields=("done_on", "shift"), name="production_step_shift"),
            models.Index(fields=("state", "id"), name="production_step_check"),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.title}"

    @property
    def title(self) -> W | str:
        return Operation.title_of(self.operation)

    @property
    def unaccounted(self) -> int | None:
        """What went in and neither came out nor was scrapped; negative where more came out (coating adds weight)."""
        if self.in_milli is None or self.out_milli is None:
            return None
        return self.in_milli - self.out_milli - self.scrap_milli

    def get_absolute_url(self) -> str:
        return page("production:step", self.pk)


class Transfer(Record):
    """拆框、并框: what ``lot`` got from other baskets. ``sources`` keeps the codes and kilograms as written."""

    kind = RecordKind.TRANSFER
    number = models.CharField(max_length=24, unique=True)
    what = models.CharField(max_length=8)
    sources = models.CharField(max_length=2000)
    quantity_milli = models.BigIntegerField()
    moved_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "production_transfer"
        ordering = ("id",)
        indexes = [models.Index(fields=["lot"], name="production_transfer_lot")]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> W | str:
        return TransferKind.title_of(self.what)


protect("production_transfer")
