"""The people of the house, their departments and posts, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.times import today
from sanbao.kernel.words import Vocabulary, W


class PersonState(Vocabulary):
    EMPLOYED = "employed", "在用", "Active"
    DEACTIVATED = "deactivated", "已停用", "Deactivated"


class Dated(models.QuerySet[Any]):
    """Rows that hold from a first day to a last day, both included; an open end is null."""

    def on(self, day: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def unended(self) -> Self:
        """Those that hold today or will."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=today()))


def period(since: date, until: date | None) -> str:
    """``2026-05-01 – 2026-05-31``; an open end stays open."""
    return f"{since:%Y-%m-%d} – {until:%Y-%m-%d}" if until else f"{since:%Y-%m-%d} –"


class Bilingual(models.Model):
    """A row of a small table that people read in both languages."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    class Meta:
        abstract = True

    @property
    def title(self) -> W:
        return W(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return str(self.title)


class Department(Bilingual):
    """A department or a group in one; members of a group count as members of its department."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="groups")
    aliases = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")


class Post(Bilingual):
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see the whole house; anyone else only himself."""
        return self.all() if actor.may("parties.see") else self.filter(pk=actor.person_id)

    def employed(self) -> Self:
        return self.filter(state=PersonState.EMPLOYED)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Log-in looks people up here; people are made by ``actions.hire`` only."""


class Person(Subject, AbstractBaseUser):
    """One who logs in: an employee, or an outsider who acts for one dealer, supplier or customer."""

    KIND = "person"

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    # True while the password is one that an administrator handed out; the next log-in must change it.
    one_time_password = models.BooleanField(default=False)
    dealer = models.ForeignKey("Dealer", models.PROTECT, null=True, blank=True, related_name="people")
    supplier = models.ForeignKey("Supplier", models.PROTECT, null=True, blank=True, related_name="people")
    customer = models.ForeignKey("Customer", models.PROTECT, null=True, blank=True, related_name="people")
    # Django's log-in asks the database for ``is_active``; the state is the truth.
    is_active = models.GeneratedField(
        expression=models.Case(models.When(state="employed", then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    #: The one-time password, in clear, on the instance that the action returns; never stored.
    handed_out: str = ""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                name="person_acts_for_one_outsider",
                condition=Q(dealer=None, supplier=None)
                | Q(dealer=None, customer=None)
                | Q(supplier=None, customer=None),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/parties/people/{self.pk}"

    @property
    def outsider(self) -> bool:
        return bool(self.dealer_id or self.supplier_id or self.customer_id)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Assignment(models.Model):
    """A person holds a post in a department from a first day to a last day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    department = models.ForeignKey(Department, models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ("department__position", "post__position", "person__name", "pk")

    def __str__(self) -> str:
        return f"{self.department} · {self.post} {period(self.since, self.until)}"

    @property
    def role(self) -> str:
        return f"{self.department.code}.{self.post.code}"


class Delegation(models.Model):
    """While ``absent`` is away, ``substitute`` holds his posts as well (convention 31, R-11)."""

    absent = models.ForeignKey(Person, models.PROTECT, related_name="substitutes")
    substitute = models.ForeignKey(Person, models.PROTECT, related_name="standing_in")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ("-since", "pk")

    def __str__(self) -> str:
        return f"{self.substitute} {period(self.since, self.until)}"
