"""Mail that came, letters that we wrote, and the mailboxes that we look into."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W


class MailState(Vocabulary):
    UNMATCHED = "unmatched", "未归件", "Unmatched"
    FILED = "filed", "已归件", "Filed"
    AUTOMATIC = "automatic", "自动邮件", "Automatic"
    ASIDE = "aside", "已搁置", "Put aside"


class LetterState(Vocabulary):
    QUEUED = "queued", "待发", "To be sent"
    ACCEPTED = "accepted", "已交发信服务器", "Taken by the mail server"
    FAILED = "failed", "发送失败", "Could not be sent"
    BOUNCED = "bounced", "被退回", "Bounced"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    SETTLED = "settled", "已另行处理", "Settled otherwise"


class LetterKind(Vocabulary):
    """What a letter is to its case."""

    ANSWER = "answer", "答复用户", "Answer to the user"
    PROGRESS = "progress", "告知进展", "Progress"
    OTHER = "other", "其他往来", "Other"


class Why(Vocabulary):
    """Why a mail is taken for a machine's."""

    OURSELVES = "ourselves", "本厂自己发出", "Sent by ourselves"
    REPORT = "report", "投递报告", "Delivery report"
    NULL_PATH = "null-return-path", "无退信地址", "Without a return path"
    AUTO_SUBMITTED = "auto-submitted", "自动回复", "Automatic reply"
    PRECEDENCE = "precedence", "群发", "Bulk mail"
    NO_REPLY = "no-reply", "勿回复地址", "No-reply address"
    OTHER = "other", "系统或邮件列表发出", "From a system or a list"

    @classmethod
    def of(cls, code: str) -> Why | None:
        """The reason in words; every header that only machines write is one."""
        if not code:
            return None
        return cls(code) if code in set(cls) else cls.OTHER


class MailQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What is in a case is seen by those who see the case; the tray by those who sort it (M-02)."""
        cases = Q(case__in=Complaint.objects.visible_to(actor).values("pk"))
        return self.filter(cases | Q(case=None)) if actor.may("mail.sort") else self.filter(cases)


class MailItem(Subject):
    """One mail that came (来信), once, however often and wherever it was delivered. The original is an attachment.

    Names, addresses and words are personal data and stand here only; the journal keeps digests.
    """

    KIND = "mail"
    SHOWN_WITH = ("case",)

    digest = models.CharField(max_length=64, unique=True)
    message_key = models.CharField(max_length=64, blank=True, db_index=True)
    message_id = models.CharField(max_length=900, blank=True)
    named = models.JSONField(default=list)
    sender = models.CharField(max_length=254, blank=True, db_index=True)
    sender_name = models.CharField(max_length=120, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    cut = models.BooleanField(default=False)
    broken = models.BooleanField(default=False)
    #: Files that stayed in the original: too many, too large, of a kind that is not taken, or the whole mail too large.
    left_in = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    automatic = models.CharField(max_length=40, blank=True)
    bounce = models.BooleanField(default=False)
    case = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="mails")
    #: Whether the case was opened from this mail, which is then its original (C-03).
    opened = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        db_table = "mail_item"
        ordering = ("-id",)
        indexes = [models.Index(fields=("state", "due_at"), name="mail_waiting")]

    def __str__(self) -> str:
        return self.title or self.sender or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return page("mail:item", self.pk)

    @property
    def of_whom(self) -> str:
        return self.sender_name or self.sender

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state == MailState.UNMATCHED else None

    @property
    def answer_to(self) -> str:
        """Where an answer goes."""
        return self.reply_to or self.sender

    @property
    def left(self) -> list[W]:
        """What stayed in the original, in words."""
        return [W(said["zh"], said["en"]) for said in self.left_in]

    @property
    def why(self) -> Why | None:
        return Why.of(self.automatic)


class Arrival(models.Model):
    """One delivery of a mail into one of our mailboxes; the server's number is kept, so that it is taken once."""

    mail = models.ForeignKey(MailItem, models.PROTECT, related_name="arrivals")
    mailbox = models.CharField(max_length=200)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "mail_arrival"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("mailbox", "validity", "uid"), name="mail_arrival_once")]


class Mailbox(models.Model):
    """A mailbox that is looked into: from which day on, when last, and what stood in the way."""

    name = models.CharField(max_length=200, primary_key=True)
    since = models.DateField()
    looked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "mail_mailbox"
        ordering = ("name",)


class LetterQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """As the mail that came: with its case, or with the tray."""
        cases = Q(case__in=Complaint.objects.visible_to(actor).values("pk"))
        return self.filter(cases | Q(case=None)) if actor.may("mail.write") else self.filter(cases)


class Letter(Subject):
    """One mail that we write (去信). What was sent lies beside it, byte for byte, as an attachment."""

    KIND = "letter"
    SHOWN_WITH = ("case",)

    message_key = models.CharField(max_length=64, db_index=True)
    message_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=12)
    case = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="letters")
    answers = models.ForeignKey(MailItem, models.PROTECT, null=True, related_name="answered_by")
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    #: Who has not got it yet; what is sent again goes to these.
    pending = models.JSONField(default=list)
    title = models.CharField(max_length=300)
    text = models.TextField()
    written_by = models.CharField(max_length=80)
    due_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        db_table = "mail_letter"
        ordering = ("-id",)
        indexes = [models.Index(fields=("due_at",), condition=Q(state="queued"), name="letter_due")]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return page("mail:letter", self.pk)

    @property
    def of_whom(self) -> str:
        return ", ".join(self.to)

    @property
    def next_due_at(self) -> datetime | None:
        return self.due_at if self.state == LetterState.QUEUED else None


class Posting(models.Model):
    """Once that a letter was handed to the server for one address; what the loop guard counts. Never changed."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="postings")
    address = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        db_table = "mail_posting"
        ordering = ("id",)
        indexes = [models.Index(fields=("address", "at"), name="mail_posting_day")]


protect("mail_arrival")
protect("mail_posting")
