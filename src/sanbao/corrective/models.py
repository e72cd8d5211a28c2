"""纠正、预防与供方纠正措施: a problem, its cause, what is done about it, and whether that helped (Q-03, Q-04, Q-05)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from sanbao.catalog.models import DefectClass, Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.codes import whole
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Person, Supplier


class ActionKind(Vocabulary):
    CORRECTIVE = "corrective", "纠正措施", "Corrective action"
    PREVENTIVE = "preventive", "预防措施", "Preventive action"
    SUPPLIER = "supplier", "供方纠正措施", "Supplier corrective action"


class ActionState(Vocabulary):
    ANALYSING = "analysing", "分析原因", "Cause being sought"
    ASKED = "asked", "待供方答复", "Awaiting the supplier's answer"
    ANSWERED = "answered", "待评审答复", "Answer to be reviewed"
    PLANNING = "planning", "待定措施", "Measures to be laid down"
    DOING = "doing", "实施中", "Being implemented"
    WAITING = "waiting", "待验证效果", "Effect to be verified"
    EFFECTIVE = "effective", "有效关闭", "Closed as effective"
    CANCELLED = "cancelled", "已取消", "Cancelled"


A = ActionState
OPEN = (A.ANALYSING, A.ASKED, A.ANSWERED, A.PLANNING, A.DOING, A.WAITING)


class Metric(Vocabulary):
    """By what the effect is judged; fixed when the action is opened."""

    RATE = "rate", "每吨起数下降（精确检验）", "Cases per tonne fall (exact test)"
    EVIDENCE = "evidence", "按约定的证据", "By evidence that was agreed"


class Branch(Vocabulary):
    """The six branches of the fishbone."""

    MAN = "man", "人", "Man"
    MACHINE = "machine", "机", "Machine"
    MATERIAL = "material", "料", "Material"
    METHOD = "method", "法", "Method"
    MEASUREMENT = "measurement", "测", "Measurement"
    ENVIRONMENT = "environment", "环", "Environment"


class ActionQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with quality see all; whoever came in by a supplier's link sees that supplier's own."""
        if actor.kind == "supplier":
            return self.filter(supplier=whole(actor.ref.removeprefix("supplier:")))
        return self.all() if actor.may("corrective.see") else self.none()


class CorrectiveAction(Subject):
    """One problem from its description to the verified effect (8D).

    ``origin`` is the subject that it comes from (``complaint:12``, ``nonconformity:3``, ``signal:4``). ``before`` and
    ``threshold`` are fixed at opening, so that nobody chooses afterwards by what he is judged. ``round`` counts how
    often it was taken up again. The supplier's link is kept as a hash only, like that of a marking notice.
    """

    KIND = "corrective_action"
    SHOWN_WITH = ("supplier",)

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12)
    origin = models.CharField(max_length=80, blank=True, db_index=True)
    title = models.CharField(max_length=120)
    problem = models.TextField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    defect = models.ForeignKey(DefectClass, models.PROTECT, null=True, related_name="+")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+")
    team = models.ManyToManyField(Person, through="Member", related_name="+")
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)

    # How the effect will be judged, fixed at opening
    metric = models.CharField(max_length=10)
    threshold = models.CharField(max_length=200)
    window_days = models.PositiveSmallIntegerField()
    before = models.JSONField(default=dict)

    # D3, D4
    containment = models.TextField(blank=True)
    occurrence_whys = models.JSONField(default=list)
    occurrence_cause = models.CharField(max_length=300, blank=True)
    escape_whys = models.JSONField(default=list)
    escape_cause = models.CharField(max_length=300, blank=True)
    bones = models.JSONField(default=dict)
    cause_basis = models.CharField(max_length=200, blank=True)
    similar = models.TextField(blank=True)
    found_by = models.CharField(max_length=80, blank=True)
    found_at = models.DateTimeField(null=True)

    # D5 to D8
    planned_by = models.CharField(max_length=80, blank=True)
    approver = models.CharField(max_length=80, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    implemented_at = models.DateTimeField(null=True)
    verify_on = models.DateField(null=True)
    after = models.JSONField(default=dict)
    outcome = models.CharField(max_length=12, blank=True)
    verdict = models.TextField(blank=True)
    verdict_basis = models.CharField(max_length=200, blank=True)
    verified_by = models.CharField(max_length=80, blank=True)
    verified_at = models.DateTimeField(null=True)
    spread = models.TextField(blank=True)
    recurrences = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)

    #
    link_nonce = models.CharField(max_length=64, blank=True)
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    link_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    returned_because = models.CharField(max_length=300, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        db_table = "corrective_action"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("state", "due_at"), name="corrective_work"),
            models.Index(fields=("product", "defect"), name="corrective_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("corrective:action", self.pk)

    @property
    def of_whom(self) -> str:
        return self.supplier.name if self.supplier else ""

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state in OPEN else None

    @property
    def open(self) -> bool:
        return self.state in OPEN


class Member(models.Model):
    """Somebody of the team, and what he brings to it (D1)."""

    action = models.ForeignKey(CorrectiveAction, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("action", "person"), name="corrective_member_once")]


class Measure(models.Model):
    """One thing to be done: what, by whom, until when, and the evidence that it was (D5, D6).

    One of an earlier round stays, with its round; it does not count for the present one.
    """

    action = models.ForeignKey(CorrectiveAction, models.PROTECT, related_name="measures")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    @property
    def code(self) -> str:
        return f"measure.{self.pk}"
