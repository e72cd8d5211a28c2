"""售前咨询 (U-02): a draft contract, an order or an inquiry; which departments were asked, and what each answered."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.parties.models import Customer, Department, Person


class ConsultationQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Sales, export and the leaders see all; a department sees what it was asked."""
        if actor.may("complaints.see_consultations"):
            return self.all()
        if not actor.may("complaints.answer_consultation"):
            return self.none()
        asked = Opinion.objects.filter(department__code__in=actor.departments).values("consultation")
        return self.filter(pk__in=asked)


class Consultation(Subject):
    """One paper of a user before the sale. Nothing is promised outside while a department has not answered."""

    KIND = "consultation"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    paper = models.CharField(max_length=10)
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=120)
    wanted = models.TextField()
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    inquirer = models.CharField(max_length=120, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    reply = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)
    unanswered = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="consultation_work")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("complaints:consultation", self.pk)

    @property
    def of_whom(self) -> str:
        return self.customer.name if self.customer else self.inquirer

    @property
    def next_due_at(self) -> datetime | None:
        return None if self.closed_at else self.due_at


class Opinion(models.Model):
    """What one department was asked and what it answered, and when."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="opinions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    able = models.CharField(max_length=12, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("consultation", "department"), name="opinion_once")]
