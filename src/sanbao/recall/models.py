"""A recall, the holders of what is recalled, what became of it, whom we reached, and what the authority was told."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models import Customer, Site
from sanbao.recall.rules import Balance
from sanbao.trace.models import Hold, Lot


class RecallState(Vocabulary):
    PROPOSED = "proposed", "待总经理决定", "For the general manager"
    IN_FORCE = "in_force", "召回中", "In force"
    ENDED = "ended", "已结束", "Ended"
    REJECTED = "rejected", "不启动", "Rejected"
    REHEARSING = "rehearsing", "演练中", "Rehearsing"
    REHEARSED = "rehearsed", "演练结束", "Rehearsed"


class HolderState(Vocabulary):
    """How far a holder has been reached."""

    NOT_NOTIFIED = "not_notified", "未通知", "Not notified"
    NOTIFIED = "notified", "已通知", "Notified"
    ACKNOWLEDGED = "acknowledged", "已确认", "Acknowledged"
    UNREACHABLE = "unreachable", "联系不上", "Unreachable"


#: Holders who have not answered.
SILENT = (HolderState.NOT_NOTIFIED, HolderState.NOTIFIED)


class Way(Vocabulary):
    """How a holder is told."""

    EMAIL = "email", "电子邮件", "E-mail"
    PHONE = "phone", "电话", "Telephone"
    LETTER = "letter", "信函", "Letter by post"
    VISIT = "visit", "上门", "Visit"
    MESSAGE = "message", "短信、微信", "Text message"
    LINK = "link", "链接", "The public link"


class EntryKind(Vocabulary):
    """What became of a quantity."""

    RETURNED = "returned", "已退回入库", "Came back"
    DISPOSED = "disposed", "现场销毁", "Destroyed on the spot"
    INSTALLED = "installed", "已安装，已确认", "Installed, confirmed"
    HELD = "held", "在持有人处，已确认", "With the holder, confirmed"
    DISMANTLED = "dismantled", "拆下退回", "Taken down and sent back"
    SCRAPPED = "scrapped", "退回后报废", "Scrapped after it came back"


class Posting(Vocabulary):
    """What becomes of the letter by e-mail."""

    NONE = "none", "未发邮件", "No mail"
    QUEUED = "queued", "排队", "Queued"
    WRITTEN = "written", "待发", "To be sent"
    SENT = "sent", "已交邮件服务器", "Taken by the mail server"
    FAILED = "failed", "未送达", "Not delivered"


class ReportKind(Vocabulary):
    REPORT = "report", "向监管部门报告", "Report to the authority"
    PLAN = "plan", "召回计划", "Recall plan"
    STAGE = "stage", "阶段性报告", "Stage report"
    FINAL = "final", "召回总结报告", "End report"


class RecallQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.may("recall.see") else self.none()


class Recall(Subject):
    """召回: which goods, why, from which lots on, and how far it has come. A rehearsal blocks and sends nothing.

    ``starts`` and the labels from ``first_label`` to ``last_label`` are where the scope begins; the rest is traced.
    ``marks`` is what the store said when the scope was last reckoned, so that a page asks only whether that changed.
    """

    KIND = "recall"

    number = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=120)
    rehearsal = models.BooleanField(default=False)
    origin = models.CharField(max_length=80, blank=True, db_index=True)
    statutory = models.BooleanField(null=True)
    statutory_basis = models.CharField(max_length=200, blank=True)
    danger = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    starts = models.ManyToManyField(Lot, db_table="recall_start", related_name="+")
    first_label = models.CharField(max_length=64, blank=True)
    last_label = models.CharField(max_length=64, blank=True)

    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    rule = models.JSONField(default=dict)

    lots = models.PositiveIntegerField(default=0)
    labels = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    stored = models.JSONField(default=list)
    gaps = models.PositiveIntegerField(default=0)
    marks = models.JSONField(default=list)
    reckoned_at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(default=0)

    #: Since when letters go out; whoever is listed after that gets his by itself.
    letters_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    result = models.JSONField(default=dict)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="recall_waiting")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("recall:recall", self.pk)

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at


class RecallGap(models.Model):
    """A lot of the scope whose chain has a hole: what is missing of it. Reckoned with the scope."""

    recall = models.ForeignKey(Recall, models.CASCADE, related_name="holes")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    missing = models.CharField(max_length=16)

    class Meta:
        db_table = "recall_gap"
        ordering = ("missing", "lot__code")
        constraints = [models.UniqueConstraint(fields=("recall", "lot", "missing"), name="recall_gap_once")]


def new_nonce() -> str:
    return secrets.token_hex(24)


class HolderQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff who deal with recalls see all of them; who came in by a link sees his own."""
        if actor.may("recall.see"):
            return self.all()
        key = actor.ref.partition(":")[2]
        if actor.kind == "customer" and key.isdecimal() and actor.may("recall.answer"):
            return self.filter(customer=int(key))
        return self.none()


class RecallHolder(Subject):
    """持有人: one customer at one place with what he was issued in one unit, and what became of it.

    Which labels those are is asked of the trace; here stand their number and their digest. The columns of the balance
    are the sum of the entries, kept so that five thousand holders are filtered without adding up.
    """

    KIND = "recall_holder"
    SHOWN_WITH = ("recall", "customer", "site")

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="holders")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    unit = models.CharField(max_length=8)
    labels = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    issued_milli = models.BigIntegerField(default=0)
    held_milli = models.BigIntegerField(default=0)
    installed_milli = models.BigIntegerField(default=0)
    disposed_milli = models.BigIntegerField(default=0)
    returned_milli = models.BigIntegerField(default=0)
    scrapped_milli = models.BigIntegerField(default=0)

    contact = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    owed_by = models.CharField(max_length=80, blank=True)
    notified_at = models.DateTimeField(null=True)
    notified_way = models.CharField(max_length=8, blank=True)
    #: What he was last told: his labels as they were then. More since then is told again.
    told_digest = models.CharField(max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)
    #: What he himself says that he sent back; it counts when it has come in.
    declared_milli = models.BigIntegerField(null=True)

    posting = models.CharField(max_length=8, default=Posting.NONE)
    letter = models.CharField(max_length=80, blank=True, db_index=True)
    posted_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    link_nonce = models.CharField(max_length=48, default=new_nonce)
    link_hash = models.CharField(max_length=64, db_index=True, blank=True)
    link_until = models.DateTimeField(null=True)

    explanation = models.TextField(blank=True)
    explained_by = models.CharField(max_length=80, blank=True)
    #: How much is unaccounted that the explanation was approved for.
    excused_milli = models.BigIntegerField(default=0)
    excused_by = models.CharField(max_length=80, blank=True)

    objects = HolderQuerySet.as_manager()

    class Meta:
        db_table = "recall_holder"
        ordering = ("-issued_milli", "id")
        constraints = [
            models.UniqueConstraint(fields=("recall", "customer", "site", "unit"), name="recall_holder_once"),
            models.UniqueConstraint(
                fields=("recall", "customer", "unit"), condition=Q(site=None), name="recall_holder_once_without_site"
            ),
        ]
        indexes = [
            models.Index(fields=("recall", "state", "id"), name="recall_holder_state"),
            models.Index(fields=("posting",), condition=Q(posting="queued"), name="recall_holder_posting"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.customer, self.site) if part)

    def get_absolute_url(self) -> str:
        return page("recall:holder", self.pk)

    @property
    def of_whom(self) -> str:
        return str(self)

    @property
    def balance(self) -> Balance:
        return Balance(
            self.issued_milli,
            self.held_milli,
            self.installed_milli,
            self.disposed_milli,
            self.returned_milli,
            self.scrapped_milli,
        )

    @property
    def unexcused(self) -> int:
        """What is unaccounted and has no approved explanation."""
        return self.balance.out - self.excused_milli


class RecallEntry(models.Model):
    """One line of a holder's ledger. Never changed: a wrong one is struck by another that ``reverses`` it."""

    holder = models.ForeignKey(RecallHolder, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12)
    quantity_milli = models.BigIntegerField()
    taken = models.JSONField(default=dict)
    reference = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        db_table = "recall_entry"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{EntryKind.title_of(self.kind)} {self.quantity_milli / 1000:g}"


class RecallContact(models.Model):
    """Once that somebody tried to reach a holder, in vain or not."""

    holder = models.ForeignKey(RecallHolder, models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    way = models.CharField(max_length=8)
    reached = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "recall_contact"
        ordering = ("id",)


class RecallReport(models.Model):
    """A report that the authority, or the house itself, is owed: by when, and what was sent when."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=8)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=80, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        db_table = "recall_report"
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("recall", "kind"), condition=Q(sent_at=None), name="recall_report_owed_once"
            )
        ]


protect("recall_entry")
protect("recall_contact")
