"""Clocks as rows, and the policy that says how long they run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import models
from django.db.models import Q

from sanbao.kernel.calendars import Span
from sanbao.kernel.decision_tables import Amount, Choice, Duration, Several, Shape, YesNo
from sanbao.kernel.policies import Policy
from sanbao.kernel.times import factory, now
from sanbao.kernel.words import Vocabulary, W

UNGRADED = "-"
#: A department, a role pattern, or a post of the department that owns the case.
ROLE = r"[a-z_]+|([a-z_*]+|\{owner\})\.[a-z_*]+"


class Kind(Vocabulary):
    """What a clock watches."""

    FIRST_RESPONSE = "first_response", "首次响应", "First response"
    TRANSFER = "transfer", "移交", "Transfer"
    ASSIGN = "assign", "指派部门", "Assign departments"
    FEEDBACK_FORM = "feedback_form", "信息反馈表", "Feedback form"
    CONTAINMENT = "containment", "遏制措施", "Containment"
    SAMPLE = "sample", "样品到厂", "Sample in"
    INSPECTION = "inspection", "检验结论", "Inspection"
    INTERIM = "interim", "初步意见", "Interim opinion"
    ROOT_CAUSE = "root_cause", "原因分析", "Root cause"
    FINAL = "final", "最终答复", "Final reply"
    CORRECTIVE_ACTION = "corrective_action", "纠正措施", "Corrective action"
    SILENCE = "silence", "与用户联系", "Contact with the user"
    NOTICE = "notice", "通知责任部门", "Notice to the responsible department"
    CONSULTATION = "consultation", "售前咨询", "Pre-sales consultation"
    LAW_BACKSTOP = "law_backstop", "法定最迟答复", "Statutory backstop"


class Outcome(Vocabulary):
    """How a clock ended."""

    MET = "met", "按时", "In time"
    LATE = "late", "超时", "Late"
    #: What it watched is watched elsewhere from now on; it counts neither as in time nor as late.
    ELSEWHERE = "else", "另处计时", "Timed elsewhere"


CLOCKS = Policy(
    "clocks",
    title=W("时限", "Clocks"),
    clause="M-04",
    shape=Shape(
        inputs=[
            Choice("kind", {k.value: (k.zh, k.en) for k in Kind}, ("时限", "Clock")),
            Choice("grade", ["A", "B", "C", "D", UNGRADED], ("等级", "Grade")),
        ],
        outputs=[
            Duration("due", ("时长", "Due in"), optional=True),
            Amount("warn_percent", "%", 1, 100, ("预警", "Warn at")),
            Several("escalate_to", ROLE, title=("超时升级到", "Escalates to")),
            Duration("escalate_after", ("超时后再过", "Escalates after"), optional=True),
            YesNo("pausable", ("可暂停", "May be paused")),
        ],
    ),
)


ESCALATION = Policy(
    "escalation",
    title=W("继续升级", "Further escalation"),
    clause="M-04",
    shape=Shape(
        inputs=[
            Choice("level", ["2", "3"], ("第几级", "Level")),
            Choice("grade", ["A", "B", "C", "D", UNGRADED], ("等级", "Grade")),
        ],
        outputs=[
            Several("to", ROLE, title=("升级到", "Escalates to")),
            Duration("after", ("上一级之后再过", "After the level before"), optional=True),
        ],
    ),
)
LEVELS = ("2", "3")


@dataclass(frozen=True)
class Rung:
    """One step of the ladder up which lateness is carried: to whom, how long after the step before."""

    to: tuple[str, ...]
    after: Span | None

    @classmethod
    def read(cls, to: str, after: str) -> Rung:
        return cls(() if to == "-" else tuple(to.split("|")), None if after == "-" else Span.parse(after))


class Clock(models.Model):
    """One clock on one subject. ``due_at`` is empty where the policy runs no such clock for the grade.

    ``rule`` are the facts of the policy's decision (version, row, inputs, answer; ``more``: the further levels).
    ``level`` counts the steps of the ladder already taken; ``escalate_at`` is when the next one is.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=80)
    kind = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, default="")
    started_by = models.CharField(max_length=80)
    stopped_by = models.CharField(max_length=80, default="")
    warned_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    rule = models.JSONField()
    calendar_version = models.PositiveIntegerField()
    #: Its pauses, where they were read with it (``clocks.every``).
    known_pauses: list[ClockPause] | None = None

    class Meta:
        db_table = "kernel_clock"
        constraints = [
            models.UniqueConstraint(fields=["subject", "kind"], condition=Q(stopped_at=None), name="clock_runs_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="clock_due"),
            models.Index(fields=["warn_at"], condition=Q(stopped_at=None, warned_at=None), name="clock_warn"),
            models.Index(fields=["escalate_at"], condition=Q(stopped_at=None), name="clock_escalate"),
            models.Index(fields=["subject"], name="clock_subject"),
        ]

    @property
    def title(self) -> W | str:
        return Kind.title_of(self.kind)

    @property
    def span(self) -> Span | None:
        """How long it runs; None where it does not."""
        text = self.rule["answer"]["due"]
        return None if text == "-" else Span.parse(text)

    @property
    def pausable(self) -> bool:
        return bool(self.rule["answer"]["pausable"] == "yes")

    @property
    def ladder(self) -> list[Rung]:
        """Before whom lateness is laid, step by step; a step without anybody ends it."""
        answer = self.rule["answer"]
        first = Rung.read(answer["escalate_to"], answer["escalate_after"])
        rungs = [first, *(Rung.read(more["to"], more["after"]) for more in self.rule.get("more", []))]
        return list(takewhile(lambda rung: rung.to, rungs))

    @property
    def duty(self) -> str:
        """The code of the duty that an escalation opens."""
        return f"late.{self.kind}"

    @property
    def has_spoken(self) -> bool:
        """Whether anybody was told of it: a warning, lateness, an escalation."""
        return bool(self.warned_at or self.late_at or self.level)

    @property
    def late(self) -> bool:
        """Whether it is, or ended, past its due time."""
        return self.due_at is not None and (self.stopped_at or now()) > self.due_at

    @property
    def open_pause(self) -> ClockPause | None:
        known = self.pauses.all() if self.known_pauses is None else self.known_pauses
        return next((p for p in known if p.ended_at is None), None)


class ClockPause(models.Model):
    """A time during which a clock stood still: why, and until when that was expected."""

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    reason = models.JSONField()
    expected_on = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_clock_pause"
        ordering = ("started_at", "id")
        constraints = [models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="clock_paused_once")]
        indexes = [models.Index(fields=["expected_on"], condition=Q(ended_at=None), name="clock_pause_open")]

    @property
    def words(self) -> W:
        return W(self.reason["zh"], self.reason["en"])

    @property
    def runs_out_at(self) -> datetime:
        """The end of the expected day: a pause ends then by itself, and the matter is chased."""
        return factory((self.expected_on + timedelta(days=1)).isoformat())
