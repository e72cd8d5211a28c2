"""When the house looks at the stream, and what a confirmed signal means for the cases in it. Handlers may run twice."""

from __future__ import annotations

from django.db.models import Max

from sanbao.complaints import actions as complaints
from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint, Widespread
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal, in_force
from sanbao.kernel.times import local, today
from sanbao.kernel.words import W
from sanbao.kernel.worker import chore
from sanbao.parties.models import Person
from sanbao.signals import queries, running
from sanbao.signals.models import Signal, SignalCase, SignalRun, SignalState

CLOCKWORK = Actor.clockwork("signals")


@chore("signals", every=300)
def look() -> int:
    """Once a day, and again when complaints have come since the last look. Always 0: what was found waits for nobody
    to look again at once."""
    if in_force("C-09") and _something_new():
        running.run(by=CLOCKWORK)
    return 0


def _something_new() -> bool:
    newest = Complaint.objects.aggregate(id=Max("id"))["id"]
    last = queries.last_run()
    return newest is not None and (last is None or last.day < today() or last.newest < newest)


@listens("complaint.classify", "complaint.correct")
def a_complaint_was_classed(entry: JournalEntry) -> None:
    """Under another class, product or lot a case may be one too many of its kind: the next look does not wait for a new
    complaint."""
    told = {"reported_class_id", "confirmed_class_id", "product_id", "lot_id"} & set(entry.facts["set"])
    if told and in_force("C-09"):
        SignalRun.objects.filter(day=local(entry.at).date()).update(newest=0)


@listens("signal.confirm", "signal.grow")
def its_cases_are_widespread(entry: JournalEntry) -> None:
    """What a person confirmed of the matter holds for its open cases, so that grading sees it (C-09, C-12)."""
    signal = Signal.objects.get(pk=entry.subject.partition(":")[2])
    if signal.state in queries.CONFIRMED and in_force("C-09"):
        for case in Complaint.objects.open().filter(pk__in=queries.case_ids(signal)).order_by("id"):
            _mark(case, signal)


#: Why a case of a confirmed signal cannot be marked yet: it is not read back, is handled under another, or is old and
#: still nobody's. It is marked once that is over.
NOT_YET = frozenset({"complaint.not_read_back", "complaint.merged", "complaint.no_owner_yet"})


@listens("complaint.confirm_read_back", "complaint.unmerge", "complaint.hand_over")
def a_case_may_be_marked_now(entry: JournalEntry) -> None:
    """What kept a case of a confirmed signal from being marked may be over."""
    case = Complaint.objects.open().filter(pk=entry.subject.partition(":")[2]).first()
    signal = queries.of_complaint(case.pk).filter(state__in=queries.CONFIRMED).first() if case else None
    if case and signal and in_force("C-09"):
        _mark(case, signal)


def _mark(case: Complaint, signal: Signal) -> None:
    """Leaves alone what a person has judged for this case by itself, and what cannot be marked yet."""
    if case.widespread not in (Widespread.NO, Widespread.PROPOSED):
        return
    person = Person.objects.filter(pk=signal.judged_by.partition(":")[2]).first()
    said = W("信号 {number}，{who} 确认：{why}", "Signal {number}, confirmed by {who}: {why}")
    reason = said.format(number=signal.number, who=person.name if person else signal.judged_by, why=signal.reason)
    try:
        complaints.judge_widespread(case, by=CLOCKWORK, widespread=True, reason=reason.said_in("zh-hans"))
    except Refusal as refusal:
        if refusal.code not in NOT_YET:
            raise


PILLS = {SignalState.PROPOSED: "soon", SignalState.CONFIRMED: "late"}


def signals_of(case: Complaint, by: Actor) -> concerns.Part | None:
    """The matters that a case is one of, for who answers the telephone: is it known that others have the same?"""
    if "signals" not in concerns.there(case):
        return None
    lines = [
        concerns.Line(
            signal.number,
            signal.get_absolute_url(),
            signal.words,
            SignalState.title_of(signal.state),
            PILLS.get(SignalState(signal.state), ""),
        )
        for signal in queries.of_complaint(case.pk).filter(pk__in=Signal.objects.visible_to(by).values("pk"))
    ]
    return concerns.Part(W("信号", "Signals"), "C-09", lines) if lines else None


concerns.parts.append(signals_of)
concerns.BESIDE.add("signals", SignalCase, "complaint")
