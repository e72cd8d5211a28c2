"""What the clockwork sees to while a recall runs: news of the scope, reminders, and holders who stay silent."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Coalesce

from sanbao.kernel import obligations
from sanbao.kernel.lifecycle import hold
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.recall.actions.common import HOUSE, SILENT
from sanbao.recall.actions.scope import refresh
from sanbao.recall.models import HolderState, Posting, Recall, RecallHolder, RecallState
from sanbao.recall.policies import decided, due


def sweep() -> int:
    """Look at every recall in force; how many letters of reminder were queued."""
    queued = 0
    for recall in Recall.objects.filter(state=RecallState.IN_FORCE).order_by("id"):
        recall = refresh(recall)
        if in_force("Q-06"):
            queued += _remind(recall)
            _lay_before(recall)
    return queued


def _remind(recall: Recall) -> int:
    """Whoever was told by mail and has not answered within the policy period is written to again."""
    rule = decided(today(), recall.statutory)
    told = RecallHolder.objects.filter(
        recall=recall,
        state=HolderState.NOTIFIED,
        posting=Posting.SENT,
        reminders__lt=int(rule["reminders"]),
    ).annotate(last=Coalesce(F("reminded_at"), F("notified_at")))
    late = [
        pk
        for pk, last in told.values_list("pk", "last").iterator(chunk_size=2000)
        if last is not None and due(last, rule["remind"]) <= now()
    ]
    for at in range(0, len(late), 500):
        RecallHolder.objects.filter(pk__in=late[at : at + 500]).update(
            posting=Posting.QUEUED, reminded_at=now(), reminders=F("reminders") + 1
        )
    return len(late)


def _lay_before(recall: Recall) -> None:
    """Those who stay silent after the last reminder, or without an address to remind, lie on somebody's desk."""
    rule = decided(today(), recall.statutory)
    silent = RecallHolder.objects.filter(recall=recall, state=HolderState.NOTIFIED).exclude(
        email__gt="", reminders__lt=int(rule["reminders"])
    )
    last = Coalesce(F("reminded_at"), F("notified_at"))
    span = rule["remind"]
    since = silent.annotate(last=last).order_by("last").values_list("last", flat=True).first()
    late = since is not None and calendar().counting(span.working).due(since, span) <= now()
    hold(recall.subject)
    if not late:
        obligations.discharge(subject=recall.subject, code=SILENT, by=HOUSE, outcome="answered")
        return
    obligations.owe(
        subject=recall.subject,
        code=SILENT,
        sentence=W(
            "召回 {number}：{n} 个持有人一直没有确认，请上门或电话",
            "Recall {number}: {n} holders stay silent; call or visit them",
            number=recall.number,
            n=silent.count(),
        ),
        to=str(rule["escalate"]),
        by=HOUSE,
        clause="Q-06",
        due=now(),
    )
