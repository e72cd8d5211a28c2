"""What is asked about samples and inspections."""

from __future__ import annotations

from django.db.models import F, QuerySet

from sanbao.inspection.models import Inspection, Sample, SampleState
from sanbao.kernel.actor import Actor

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
