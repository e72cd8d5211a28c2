"""What is asked about samples and inspections."""

from __future__ import annotations

from django.db.models import F, QuerySet

from sanbao.inspection.models import Inspection, Sample, SampleState, UnknownLabel, UnknownState
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

HOUSE = Actor.clockwork("inspection")

#: Samples that somebody still waits for.
WAITING = (SampleState.REQUESTED, SampleState.IN_TRANSIT, SampleState.RECEIVED)
#: Samples that lie with QC, so that something can be concluded about them.
HELD = (SampleState.RECEIVED, SampleState.INSPECTED, SampleState.STORED)


def samples_about(subject: str) -> QuerySet[Sample]:
    """The samples asked for on behalf of a subject, newest first. No visibility: the caller saw the subject."""
    return Sample.objects.filter(about=subject).order_by("-id")


def inspections_about(subject: str) -> QuerySet[Inspection]:
    """Every conclusion about a subject's samples, newest first."""
    return Inspection.objects.filter(sample__about=subject).select_related("sample", "inspector").order_by("-id")


def waiting_about(subject: str) -> QuerySet[Sample]:
    return samples_about(subject).filter(state__in=WAITING)


def concludable(actor: Actor) -> QuerySet[Sample]:
    """The visible samples that lie with QC, those without a conclusion first."""
    return Sample.objects.visible_to(actor).filter(state__in=HELD).order_by(F("due_at").asc(nulls_last=True), "id")


def lots_of(code: str) -> list[Lot]:
    """What a code names in the trace, whoever asks: whether a label is known is no secret of the trace's readers."""
    return trace.find(code, actor=HOUSE)


def open_unknown(code: str) -> UnknownLabel | None:
    """The unknown label of this code that nobody has cleared up yet."""
    return UnknownLabel.objects.filter(key=code_key(code), state=UnknownState.OPEN).first()
