"""News from the inspection room and from the clocks, and whose cases are whose. Handlers may run twice."""

from __future__ import annotations

from sanbao.complaints import actions, escalation, queries
from sanbao.complaints.actions import consulting, containing
from sanbao.complaints.models import Complaint, Consultation, ConsultationState, Entry, Promise
from sanbao.inspection.models import Inspection, Sample
from sanbao.kernel import handover, inbox, ownership
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.clocks import Clock
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.trace import concerns
from sanbao.trace.models import Hold

CLOCKWORK = Actor.clockwork("complaints")


def _about(entry: JournalEntry) -> Complaint | None:
    """The open complaint that a sample or inspection is about."""
    kind, _, number = str(entry.facts.get("about", "")).partition(":")
    if kind != Complaint.KIND:
        return None
    return Complaint.objects.open().filter(pk=int(number)).first()


def _told(case: Complaint, key: str) -> bool:
    return Entry.objects.filter(complaint=case, key=key).exists()


@listens("sample.receive")
def sample_has_come(entry: JournalEntry) -> None:
    case = _about(entry)
    sample = Sample.objects.get(pk=entry.subject.partition(":")[2])
    if case and not _told(case, f"sample.{sample.pk}.received.{entry.facts['version']}"):
        actions.sample_received(case, by=CLOCKWORK, sample=sample, version=entry.facts["version"])


@listens("sample.lose")
def sample_is_lost(entry: JournalEntry) -> None:
    case = _about(entry)
    sample = Sample.objects.get(pk=entry.subject.partition(":")[2])
    if case and not _told(case, f"sample.{sample.pk}.lost.{entry.facts['version']}"):
        actions.sample_lost(case, by=CLOCKWORK, sample=sample, version=entry.facts["version"])


@listens("inspection.conclude")
def inspection_is_concluded(entry: JournalEntry) -> None:
    case = _about(entry)
    inspection = Inspection.objects.get(pk=entry.subject.partition(":")[2])
    if case and not _told(case, f"inspection.{inspection.pk}"):
        actions.record_inspection(case, by=CLOCKWORK, inspection=inspection)


@listens("hold.place")
def goods_are_held(entry: JournalEntry) -> None:
    hold = Hold.objects.get(pk=entry.subject.partition(":")[2])
    kind, _, number = hold.about.partition(":")
    if kind == Complaint.KIND and (case := Complaint.objects.open().filter(pk=number).first()):
        containing.named(case, by=CLOCKWORK)


@listens("clock.escalated")
def clock_is_escalated(entry: JournalEntry) -> None:
    clock = Clock.objects.filter(pk=entry.facts["clock"], stopped_at=None).first()
    case = _subject(entry)
    if clock and case:
        escalation.clock_escalated(case, clock, by=CLOCKWORK, level=entry.facts["level"], to=entry.facts["to"])


@listens("obligation.late")
def promise_is_broken(entry: JournalEntry) -> None:
    case, (what, _, key) = _subject(entry), entry.facts["code"].partition(".")
    if case and what == "promise" and key.isdigit():
        escalation.promise_broken(Promise.objects.select_related("complaint").get(pk=key), by=CLOCKWORK)


def _subject(entry: JournalEntry) -> Complaint | None:
    """The open complaint whose entry this is."""
    kind, _, key = entry.subject.partition(":")
    return Complaint.objects.open().filter(pk=int(key)).first() if kind == Complaint.KIND else None


def _cases_of(person_id: int) -> list[str]:
    open_cases = Complaint.objects.open().filter(owner=person_id, legacy=None).order_by("next_due", "id")
    return [f"{Complaint.KIND}:{pk}" for pk in open_cases.values_list("pk", flat=True)]


def _hand_over(from_id: int, to_id: int, *, by: Actor) -> int:
    """Whoever lets a person go need not see that person's cases; the house hands them over and says for whom."""
    to = Person.objects.get(pk=to_id)
    cases = list(Complaint.objects.open().filter(owner=from_id))
    for case in cases:
        actions.hand_over(case, by=CLOCKWORK, owner=to, reason=f"{by.ref}")
    return len(cases)


handover.register("complaint", W("投诉", "Complaints"), open_cases_of=_cases_of, hand_over=_hand_over)


def _consultations_of(person_id: int) -> list[str]:
    led = Consultation.objects.exclude(state=ConsultationState.CLOSED).filter(owner=person_id).order_by("due_at", "id")
    return [f"{Consultation.KIND}:{pk}" for pk in led.values_list("pk", flat=True)]


def _hand_over_consultations(from_id: int, to_id: int, *, by: Actor) -> int:
    to = Person.objects.get(pk=to_id)
    led = list(Consultation.objects.exclude(state=ConsultationState.CLOSED).filter(owner=from_id))
    for case in led:
        consulting.take_over_consultation(case, by=CLOCKWORK, owner=to)
    return len(led)


handover.register(
    "consultation",
    W("售前咨询", "Consultations"),
    open_cases_of=_consultations_of,
    hand_over=_hand_over_consultations,
)
inbox.pile(Complaint.KIND, rows=queries.awaited, task=queries.next_task)
concerns.reporters.append(queries.lots_alike)
ownership.answers(Complaint.KIND, escalation.in_charge)
ownership.answers(Consultation.KIND, escalation.consultation_in_charge)
