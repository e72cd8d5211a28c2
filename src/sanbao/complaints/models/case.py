"""The complaint itself: one row, whose every change is a move of its lifecycle."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints.models.vocabulary import ENDED, Matter, Widespread
from sanbao.inspection.models import Inspection
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Department, Person, Region, Supplier, Territory
from sanbao.trace.models import Lot


class ComplaintQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Leaders, QC and the office see all; others what their department, their region or they themselves are in."""
        if actor.may("complaints.see_all"):
            return self.all()
        if not actor.may("complaints.see"):
            return self.none()
        regions = Territory.objects.on(today()).filter(person=actor.person_id).values("region")
        involved = Participant.objects.filter(department__code__in=actor.departments).values("complaint")
        return self.filter(
            Q(owner=actor.person_id) | Q(received_by=actor.person_id) | Q(region__in=regions) | Q(pk__in=involved)
        )

    def open(self) -> Self:
        return self.exclude(state__in=ENDED)


class Complaint(Subject):
    """A user's expression of dissatisfaction that expects an answer (GB/T 19012).

    Personal data (``contact_*``, ``description``) stands here only; the journal keeps salted digests of it.
    ``next_step`` is one sentence in both languages; an open case without owner, step and date cannot be stored.
    """

    KIND = "complaint"
    SHOWN_WITH = ("customer",)

    number = models.CharField(max_length=24, unique=True)
    matter = models.CharField(max_length=10, default=Matter.COMPLAINT.value)
    light = models.BooleanField(default=False)
    legacy = models.CharField(max_length=80, null=True, blank=True, unique=True)

    # Where it came from (C-02, C-03, U-07)
    source = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    authority = models.CharField(max_length=120, blank=True)
    authority_document = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="complaints_received")
    received_in = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")

    # Who complains; any one way to reach him is enough
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="complaints", db_index=False)
    category = models.CharField(max_length=10)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    contact_name = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=60, blank=True)
    contact_key = models.CharField(max_length=20, blank=True)
    contact_address = models.CharField(max_length=200, blank=True)
    contact_fax = models.CharField(max_length=60, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_unknown = models.BooleanField(default=False)

    # What about
    title = models.CharField(max_length=120)
    description = models.TextField()
    contract = models.CharField(max_length=80, blank=True)
    stage = models.CharField(max_length=8, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    product_text = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=80, blank=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    unit = models.CharField(max_length=8, blank=True)
    quality_related = models.BooleanField(default=False)
    widespread = models.CharField(max_length=12, default=Widespread.NO.value)
    widespread_facts = models.JSONField(default=dict)
    reported_class = models.ForeignKey(DefectClass, models.PROTECT, null=True, related_name="+")
    confirmed_class = models.ForeignKey(DefectClass, models.PROTECT, null=True, related_name="+")

    # Read back (C-06)
    read_back_at = models.DateTimeField(null=True)
    read_back_by = models.CharField(max_length=120, blank=True)
    read_back_asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    read_back_missing = models.CharField(max_length=200, blank=True)

    # Who answers for it, and what comes next
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="complaints_owned")
    owner_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    next_step = models.JSONField(default=dict)
    next_party = models.CharField(max_length=80, blank=True)
    next_clause = models.CharField(max_length=16, blank=True)
    next_due = models.DateTimeField(null=True)
    planned = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True)
    chases = models.PositiveSmallIntegerField(default=0)
    # Handled under another case about the same matter (U-07); set and taken back by a move of each.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    escalated_to = models.CharField(max_length=80, blank=True)

    # Inspection, grade, responsibility (C-12, C-16)
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="+")
    severity = models.CharField(max_length=2, blank=True)
    spread = models.CharField(max_length=2, blank=True)
    grade = models.CharField(max_length=1, blank=True)
    grade_proposed = models.CharField(max_length=1, blank=True)
    provisional = models.BooleanField(default=False)
    grade_reason = models.CharField(max_length=300, blank=True)
    graded_by = models.CharField(max_length=80, blank=True)
    decision = models.JSONField(default=dict)
    blame = models.CharField(max_length=12, blank=True)
    responsible_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    responsible_supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, related_name="+")
    blame_basis = models.CharField(max_length=300, blank=True)

    # Opinion, answer, view, satisfaction (C-11, C-15, C-21, W-03)
    opinion = models.TextField(blank=True)
    opinion_basis = models.CharField(max_length=200, blank=True)
    d_choice = models.CharField(max_length=10, blank=True)
    d_reason = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    care = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=10, blank=True)
    view = models.TextField(blank=True)
    attitude = models.CharField(max_length=12, blank=True)
    satisfaction = models.CharField(max_length=16, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=16, blank=True)
    closing_basis = models.CharField(max_length=300, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            # All that the work list counts, so that it reads no case for that.
            models.Index(fields=("state", "light", "next_due", "owner"), name="complaint_work"),
            # The order of the list page: 25 of 20,000 in 1 ms instead of 125.
            models.Index(fields=("next_due", "-id"), name="complaint_due"),
            models.Index(fields=("received_at",), name="complaint_received"),
            models.Index(fields=("product", "received_at"), name="complaint_alike"),
            # A user's cases, and how many of them are recent.
            models.Index(fields=("customer", "received_at"), name="complaint_customer"),
            # While the phone rings: whose number, whose name.
            models.Index(fields=("contact_key",), name="complaint_contact"),
            models.Index(fields=("contact_name",), name="complaint_caller"),
        ]
        constraints = [
            # Nothing is ever ownerless: an open case has an owner, a next step and a date. Old cases are history.
            models.CheckConstraint(
                name="complaint_open_has_owner_step_and_date",
                condition=Q(state__in=sorted(s.value for s in ENDED))
                | Q(legacy__isnull=False)
                | Q(owner__isnull=False, owner_department__isnull=False, next_due__isnull=False) & ~Q(next_party=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("complaints:case", self.pk)

    @property
    def step_words(self) -> W:
        return W(self.next_step.get("zh", ""), self.next_step.get("en", ""))

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_question(self) -> bool:
        return self.matter == Matter.QUESTION

    @property
    def imported(self) -> bool:
        return self.legacy is not None

    @property
    def of_whom(self) -> str:
        return self.complainant

    @property
    def next_due_at(self) -> datetime | None:
        return self.next_due

    @property
    def complainant(self) -> str:
        """The customer's name, or what the user called himself."""
        return self.customer.name if self.customer else self.contact_name


class Participant(models.Model):
    """A department that is in a case, and therefore sees it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="participants")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("department__position", "id")
        constraints = [models.UniqueConstraint(fields=("complaint", "department"), name="participant_once")]
