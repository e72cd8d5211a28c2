"""What was said, sent, promised and asked in a case. Rows are added, never edited away."""

from __future__ import annotations

from django.db import models

from sanbao.complaints.models.case import Complaint
from sanbao.complaints.models.vocabulary import Audience, PromiseKind
from sanbao.kernel.times import now
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import W
from sanbao.parties.models import Department, Person


class Entry(models.Model):
    """One line of the timeline: a heading in both languages and, where somebody spoke or wrote, his words.

    ``key`` makes a line that a handler writes exist once, however often the handler runs.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=24)
    audience = models.CharField(max_length=8, default=Audience.SYSTEM.value)
    heading = models.JSONField()
    text = models.TextField(blank=True)
    clause = models.CharField(max_length=16, blank=True)
    by = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=80, null=True)

    class Meta:
        db_table = "complaints_entry"
        ordering = ("at", "id")
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=("complaint", "key"), name="entry_key_once")]

    @property
    def words(self) -> W:
        return W(self.heading["zh"], self.heading["en"])


class Chase(models.Model):
    """催办: the user asked again, counted once; how far up that carried the case.

    ``key`` makes a chase that comes twice (a double click, a mail fetched again) exist once.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="chased")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=16, blank=True)
    words = models.TextField(blank=True)
    escalated_to = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=80, null=True)

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=("complaint", "key"), name="chase_once")]


class Transfer(models.Model):
    """C-05: passed from one department to another; the time it took is measured."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="transfers")
    from_department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    to_department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    held_since = models.DateTimeField()
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)

    @property
    def minutes_held(self) -> int:
        """How long the sender kept it before passing it on, in minutes."""
        return int((self.sent_at - self.held_since).total_seconds() // 60)


class Demand(models.Model):
    """U-08: one thing the user asks for, judged reasonable or not with its basis, and met."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="demands")
    text = models.CharField(max_length=300)
    reasonable = models.BooleanField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.CharField(max_length=80, blank=True)
    met_at = models.DateTimeField(null=True)
    met_how = models.CharField(max_length=300, blank=True)
    met_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text


class Promise(models.Model):
    """U-09: what was promised to the user, and by when. Not kept by then, it is broken."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    kept_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "id")

    @property
    def broken(self) -> bool:
        return (self.kept_at or now()) > self.due_at

    @property
    def said(self) -> W | str:
        """What was promised, in words."""
        title = PromiseKind.title_of(self.kind)
        return W("{what}：{text}", "{what}: {text}", what=title, text=self.text) if self.text else title

    @property
    def code(self) -> str:
        return f"promise.{self.pk}"


class SatisfactionAttempt(models.Model):
    """W-03: one attempt to ask the user whether he is satisfied."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    day = models.DateField()
    outcome = models.CharField(max_length=16)
    channel = models.CharField(max_length=16, blank=True)
    words = models.TextField(blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("id",)


class Link(models.Model):
    """From a case to another that it was split from, is related to, or repeats."""

    source = models.ForeignKey(Complaint, models.PROTECT, related_name="links")
    target = models.ForeignKey(Complaint, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("source", "target", "kind"), name="link_once")]


class Settlement(models.Model):
    """W-05: how a duty was dealt with, or why none is needed; the latter only when a second person agrees."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="settlements")
    duty = models.CharField(max_length=64)
    how = models.CharField(max_length=12)
    reason = models.TextField()
    reference = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True)
    rejected = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)


protect("complaints_chase")
protect("complaints_entry")
