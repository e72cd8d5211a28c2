"""Letters and faxes read into facts, each with the words that it came from (C-03)."""

from __future__ import annotations

from typing import Self

from django.db import models

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary


class UserLetterState(Vocabulary):
    READING = "reading", "识别中", "Being read"
    READ = "read", "待核对", "To be checked"
    TAKEN_IN = "taken_in", "已受理", "Taken in"
    PUT_AWAY = "put_away", "不作投诉", "Not a complaint"


class FactKind(Vocabulary):
    WRITER = "writer", "写信人", "Writer"
    COMPANY = "company", "单位", "Company"
    PHONE = "phone", "电话", "Phone"
    MODEL = "model", "产品型号", "Product model"
    CODE = "code", "编号、标签、批号", "Serial, label, lot"
    FAULT = "fault", "部位和故障", "Part and fault"
    EVENT = "event", "经过", "Event"
    DEMAND = "demand", "要求", "Demand"
    RISK = "risk", "影响订货的意向", "Order at risk"


class UserLetterQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever deals with letters sees all that wait; what was taken in goes with its case."""
        if not actor.may("letters.see"):
            return self.none()
        cases = Complaint.objects.visible_to(actor).order_by().values("pk")
        return self.filter(models.Q(complaint=None) | models.Q(complaint__in=cases))


class UserLetter(Subject):
    """What a user wrote, word for word; the scan or PDF that it came as is attached and unchangeable."""

    KIND = "user_letter"

    number = models.CharField(max_length=24, unique=True)
    channel = models.CharField(max_length=16)
    text = models.TextField()
    received_at = models.DateTimeField()
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="user_letters")
    reason = models.CharField(max_length=300, blank=True)
    #: What the recognition of a scan could not do; nobody hides it.
    trouble = models.JSONField(default=dict)

    objects = UserLetterQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return page("letters:letter", self.pk)


class Fact(models.Model):
    """One fact that was proposed: ``text[start:end]`` is where it was read. A person accepts it, or not."""

    id = models.BigAutoField(primary_key=True)
    letter = models.ForeignKey(UserLetter, models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=300)
    on = models.DateField(null=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    accepted = models.BooleanField(null=True)
    judged_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "letters_fact"
        ordering = ("start", "id")

    @property
    def words(self) -> str:
        """The words that it came from."""
        return self.letter.text[self.start : self.end]
