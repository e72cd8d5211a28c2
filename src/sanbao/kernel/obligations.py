"""What somebody still owes: the inbox "waiting for me" (M-04), and what holds up a closing.

One mechanism for both, so that a duty which an upper room must discharge (a recall assessment, a
corrective action) is seen by the one who owes it, cannot be lost, and keeps the case open (W-05).
"""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from sanbao.kernel import journal, notices, rows
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W


class Obligation(models.Model):
    """One duty on one subject. ``owed_by`` is a department, a role pattern ``qc.*`` or a ``person:12``.

    ``late_at``: when it was announced that its due time has passed. A duty born late, an escalation, says so itself.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=80)
    code = models.CharField(max_length=64)
    sentence = models.JSONField()
    owed_by = models.CharField(max_length=80)
    clause = models.CharField(max_length=16, default="")
    due_at = models.DateTimeField(null=True)
    holds_closing = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, default="")
    outcome = models.CharField(max_length=200, default="")
    late_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_obligation"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code", "owed_by"], condition=Q(done_at=None), name="obligation_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["owed_by", "due_at"], condition=Q(done_at=None), name="obligation_open"),
            models.Index(fields=["subject"], name="obligation_subject"),
            models.Index(fields=["due_at"], condition=Q(done_at=None, late_at=None), name="obligation_due"),
        ]

    @property
    def words(self) -> W:
        return W(self.sentence["zh"], self.sentence["en"])

    @property
    def late(self) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < now()


def owe(
    *,
    subject: str,
    code: str,
    sentence: W,
    to: str,
    by: Actor,
    clause: str = "",
    due: datetime | None = None,
    holds_closing: bool = False,
) -> Obligation:
    """Open a duty; owing the same twice is owing it once, with the nearer date."""
    moment = now()
    with transaction.atomic(savepoint=False):
        duty = rows.first(Obligation, subject=subject, code=code, owed_by=to, done_at=None, order=("id",), lock=True)
        if duty is not None:
            if due and (duty.due_at is None or due < duty.due_at):
                duty.due_at = due
                rows.update(duty, ["due_at"])
            return duty
        duty = Obligation(
            subject=subject,
            code=code,
            sentence={"zh": sentence.said_in("zh-hans"), "en": sentence.said_in("en")},
            owed_by=to,
            clause=clause,
            due_at=due,
            holds_closing=holds_closing,
            opened_at=moment,
            opened_by=by.ref,
            late_at=moment if due and due <= moment else None,
        )
        rows.insert(duty)
        facts = {
            "obligation": duty.pk,
            "code": code,
            "owed_by": to,
            "due": due,
            "holds_closing": holds_closing,
        }
        journal.append(subject=subject, action="obligation.opened", by=by, clause=clause, facts=facts)
    return duty


def discharge(*, subject: str, code: str, by: Actor, outcome: str = "", to: str | None = None) -> int:
    """Mark a duty done; how many were open. None open is no error: handlers may run twice."""
    with transaction.atomic(savepoint=False):
        duties = Obligation.objects.select_for_update().filter(subject=subject, code=code, done_at=None)
        if to is not None:
            duties = duties.filter(owed_by=to)
        done = 0
        for duty in duties:
            notices.over(subject, f"duty:{duty.pk}:")
            duty.done_at, duty.done_by, duty.outcome = now(), by.ref, outcome[:200]
            duty.save(update_fields=["done_at", "done_by", "outcome"])
            facts = {"obligation": duty.pk, "code": code, "owed_by": duty.owed_by, "outcome": duty.outcome}
            journal.append(subject=subject, action="obligation.discharged", by=by, clause=duty.clause, facts=facts)
            done += 1
    return done


def fulfil(subject: str, *codes: str, by: Actor, outcome: str = "") -> None:
    """Several duties of a subject at once, to whomever they fell; what is not open is no error."""
    for code in codes:
        discharge(subject=subject, code=code, by=by, outcome=outcome)


def withdraw_all(*, subject: str, by: Actor, reason: str) -> int:
    """Take back every open duty of a subject that does not hold up its closing (the subject has ended)."""
    open_codes = Obligation.objects.filter(subject=subject, done_at=None, holds_closing=False)
    return sum(
        discharge(subject=subject, code=c, by=by, outcome=reason)
        for c in set(open_codes.values_list("code", flat=True))
    )


def announce_late(by: Actor) -> int:
    """Say of every duty whose due time has passed that it is late, each once; how many that were."""
    moment = now()
    passed = Obligation.objects.filter(done_at=None, late_at=None, due_at__lte=moment)
    done = 0
    for pk, subject in list(passed.values_list("pk", "subject")):
        with transaction.atomic():
            hold(subject)
            if passed.filter(pk=pk).update(late_at=moment):
                duty = Obligation.objects.get(pk=pk)
                facts = {"obligation": pk, "code": duty.code, "owed_by": duty.owed_by, "due": duty.due_at}
                journal.append(subject=subject, action="obligation.late", by=by, clause=duty.clause, facts=facts)
                done += 1
    return done


def open_for(actor: Actor) -> models.QuerySet[Obligation]:
    """What waits for this actor: for him, for a department he is in, for a role he plays. Nearest date first."""
    owed: list[str] = [
        owner
        for owner in Obligation.objects.filter(done_at=None).values_list("owed_by", flat=True).distinct().order_by()
        if actor.plays(owner)
    ]
    nearest = models.F("due_at").asc(nulls_last=True)
    return Obligation.objects.filter(done_at=None, owed_by__in=owed).order_by(nearest, "id")


def open_on(subject: str) -> models.QuerySet[Obligation]:
    """Every open duty of a subject."""
    return Obligation.objects.filter(subject=subject, done_at=None).order_by(
        models.F("due_at").asc(nulls_last=True), "id"
    )


def duties_on(subject: str) -> list[Obligation]:
    """The same, read: the nearest first, those without a date at the end."""
    found = rows.where(Obligation, subject=subject, done_at=None, order=("due_at", "id"))
    return [duty for duty in found if duty.due_at] + [duty for duty in found if not duty.due_at]


def holding_up(subject: str) -> list[Obligation]:
    """The duties that keep a subject from being closed."""
    return [duty for duty in duties_on(subject) if duty.holds_closing]


def need_none(subject: str, *, clause: str = "W-05") -> None:
    """Refuse a closing while duties hold it up; the refusal lists them."""
    duties = holding_up(subject)
    if not duties:
        return
    refuse(
        "obligations_open",
        W(
            "还有 {count} 项未了事项，不能关闭：{list}",
            "{count} duties are still open, so it cannot be closed: {list}",
        ),
        clause=clause,
        count=len(duties),
        list=W("；".join(str(d.sentence["zh"]) for d in duties), "; ".join(str(d.sentence["en"]) for d in duties)),
        obligations=[d.code for d in duties],
    )
