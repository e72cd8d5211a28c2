"""How a document came in: the job that a partner asks about, and what was wrong with which event."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.epcis import saying
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.times import now
from sanbao.kernel.words import Vocabulary, W


class CaptureStage(Vocabulary):
    """Where a capture stands. One that was killed goes on from its checkpoint."""

    CHECKING = "checking", "核对中", "Checking"
    TAKING = "taking", "取入中", "Taking in"
    DONE = "done", "已取入", "Taken in"
    PARTLY = "partly", "部分取入", "Partly taken in"
    REJECTED = "rejected", "已拒绝", "Rejected"


class Behaviour(Vocabulary):
    """What happens to a document when one of its events is wrong (``GS1-Capture-Error-Behaviour``)."""

    ROLLBACK = "rollback", "全有或全无", "All or nothing"
    PROCEED = "proceed", "能取则取", "As many as can be"


RUNNING = (CaptureStage.CHECKING, CaptureStage.TAKING)


class CaptureQuerySet(models.QuerySet["Capture"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who may query sees every capture; who may only capture sees his own."""
        if actor.may("epcis.query"):
            return self
        return self.filter(actor=actor.ref) if actor.may("epcis.capture") else self.none()


class Capture(models.Model):
    """One document of events. ``next_event``: events before it are dealt with; ``head``: what stood around them."""

    id = models.BigAutoField(primary_key=True)
    stage = models.CharField(max_length=10, default=CaptureStage.CHECKING.value)
    behaviour = models.CharField(max_length=10, default=Behaviour.ROLLBACK.value)
    by_worker = models.BooleanField(default=False)
    single = models.BooleanField(default=False)
    actor = models.CharField(max_length=80)
    origin = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=200, default="")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", db_index=False)
    head = models.TextField(default="")
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)
    next_event = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = CaptureQuerySet.as_manager()

    class Meta:
        db_table = "epcis_capture"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def get_absolute_url(self) -> str:
        return page("epcis:capture", self.pk)

    @property
    def subject(self) -> str:
        return f"epcis_capture:{self.pk}"

    @property
    def running(self) -> bool:
        return self.stage in RUNNING

    @property
    def success(self) -> bool:
        return self.refused == 0 and self.stage not in (CaptureStage.REJECTED, CaptureStage.PARTLY)

    @property
    def title_of_stage(self) -> W | str:
        return CaptureStage.title_of(self.stage)

    @property
    def percent(self) -> int:
        return 100 if not self.running else min(99, 100 * self.next_event // max(1, self.events))


class CaptureProblem(models.Model):
    """One thing wrong with one event of a document (``position`` counted from 1)."""

    id = models.BigAutoField(primary_key=True)
    capture = models.ForeignKey(Capture, models.CASCADE, related_name="problems", db_index=False)
    position = models.PositiveIntegerField()
    event_id = models.CharField(max_length=500, default="")
    code = models.CharField(max_length=40)
    path = models.CharField(max_length=300, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "epcis_problem"
        ordering = ("capture", "position", "id")
        indexes = [models.Index(fields=["capture", "position"], name="epcis_problem_of")]

    @property
    def sentence(self) -> W:
        return saying.sentence(self.code, {**self.facts, "path": self.path})


class Reservation(models.Model):
    """An event of a large document that is still being checked: nobody else takes its eventID meanwhile."""

    event_id = models.CharField(max_length=500, primary_key=True)
    digest = models.CharField(max_length=64)
    capture = models.ForeignKey(Capture, models.CASCADE, related_name="reservations")

    class Meta:
        db_table = "epcis_reservation"
