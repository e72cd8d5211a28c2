"""Signals: what the stream of complaints proposes as fairly widespread, and what a person said of it (C-09, U-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from sanbao.catalog.models import DefectClass
from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W


class SignalState(Vocabulary):
    PROPOSED = "proposed", "待判定", "To be judged"
    CONFIRMED = "confirmed", "已确认", "Confirmed"
    SETTLED = "settled", "已定措施", "Measures laid down"
    REJECTED = "rejected", "已否定", "Rejected"


class Level(Vocabulary):
    """Amber is a count that reached the line; red is more than chance explains."""

    AMBER = "amber", "黄色提示", "Amber"
    RED = "red", "红色提示", "Red"


class Dimension(Vocabulary):
    """Along what cases of one fault may gather, the most telling first."""

    FINISH = "finish", "氧化/喷涂批", "Coating or anodising batch"
    AGEING = "ageing", "时效炉次", "Ageing load"
    CASTING = "casting", "铸棒批", "Billet lot"
    MATERIAL = "material", "来料批", "Material lot"
    BASKET = "basket", "随行卡", "Traveller"
    FURNACE = "furnace", "时效炉", "Ageing furnace"
    BATH = "bath", "氧化/喷涂线", "Coating or anodising line"
    PRESS = "press", "挤压机台", "Press"
    SHIFT = "shift", "班次", "Shift"
    PRODUCT = "product", "产品", "Product"
    REGION = "region", "地区", "Region"


class SignalQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever deals with signals sees all of them; the cases behind one only as far as he may see cases."""
        return self.all() if actor.may("signals.see") else self.none()


class Signal(Subject):
    """One matter: a fault, the cases that share it, what was found, and the verdict.

    ``told`` is the sentence that people read; ``findings`` holds for each place the figures behind it and ``decision``
    the versions of the policies that were in force when it was raised.
    """

    KIND = "signal"
    SHOWN_WITH = ("defect",)

    number = models.CharField(max_length=24, unique=True)
    defect = models.ForeignKey(DefectClass, models.PROTECT, related_name="+")
    level = models.CharField(max_length=8)
    raised_on = models.DateField()
    red_on = models.DateField(null=True)
    grown_on = models.DateField()
    told = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    decision = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=0)
    users = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    judged_by = models.CharField(max_length=80, blank=True)
    judged_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    rejected_at = models.PositiveIntegerField(null=True)
    analysis = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="signal_waiting")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("signals:signal", self.pk)

    @property
    def words(self) -> W:
        return W(self.told["zh"], self.told["en"])

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state in (SignalState.PROPOSED, SignalState.CONFIRMED) else None


class SignalCase(models.Model):
    """A complaint that belongs to a signal, and since which day. Never taken away."""

    signal = models.ForeignKey(Signal, models.PROTECT, related_name="cases")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+")
    added_on = models.DateField()

    class Meta:
        db_table = "signals_case"
        ordering = ("complaint__received_at", "complaint_id")
        constraints = [models.UniqueConstraint(fields=("signal", "complaint"), name="signal_case_once")]


class SignalRun(models.Model):
    """That the stream was looked at: up to which day, when, and what was seen. The house's proof that it listens."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(unique=True)
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    unclassed = models.PositiveIntegerField()
    newest = models.BigIntegerField(default=0)
    found = models.PositiveIntegerField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        db_table = "signals_run"
        ordering = ("-day",)


protect("signals_case")
