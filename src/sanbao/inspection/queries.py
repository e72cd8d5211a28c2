"""What is asked about samples and inspections."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Max, Q, QuerySet

from sanbao.inspection.models import (
    Calibration,
    CalibrationResult,
    Inspection,
    InspectionPlan,
    InspectionSheet,
    Instrument,
    PlanState,
    Result,
    Sample,
    SampleState,
    SheetState,
    UnknownLabel,
    UnknownState,
)
from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse
from sanbao.kernel.times import start_of, today
from sanbao.materials.models import IncomingLot
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, Receipt

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


def holder_of(sample: Sample) -> str:
    """Who has the sample by the last hand-over; before the first, who was asked for it."""
    taken = sample.custody.exclude(taken_by="").order_by("-id").values_list("taken_by", flat=True).first()
    return taken or (f"person:{sample.asked_of_id}" if sample.asked_of_id else "")


def lots_of(code: str) -> list[Lot]:
    """What a code names in the trace, whoever asks: whether a label is known is no secret of the trace's readers."""
    return trace.find(code, actor=HOUSE)


def open_unknown(code: str) -> UnknownLabel | None:
    """The unknown label of this code that nobody has cleared up yet."""
    return UnknownLabel.objects.filter(key=code_key(code), state=UnknownState.OPEN).first()


# -- instruments, plans, sheets (Q-07) ------------------------------------------------------------------


def last_calibration(instrument: Instrument) -> Calibration | None:
    return instrument.calibrations.order_by("-on", "-id").first()


def measured_since_good(instrument: Instrument) -> list[InspectionSheet]:
    """The sheets on which it gave a result since its last passed calibration; all, when it never passed one."""
    good = instrument.calibrations.filter(result=CalibrationResult.PASSED).order_by("-on", "-id").first()
    results = Result.objects.filter(instrument=instrument)
    if good is not None:
        results = results.filter(at__gte=start_of(good.on))
    sheets = InspectionSheet.objects.filter(pk__in=results.values("sheet")).exclude(state=SheetState.CANCELLED)
    return list(sheets.select_related("lot", "sample").order_by("-id"))


def last_edition(number: str) -> int:
    return InspectionPlan.objects.filter(number=number).aggregate(last=Max("edition"))["last"] or 0


def writers_of(plan: InspectionPlan) -> list[str]:
    """Everybody who wrote at a draft; none of them may approve it (R-11)."""
    acts = ("inspection_plan.draft", "inspection_plan.edit")
    wrote = journal.entries_of(plan.subject).filter(action__in=acts).values_list("actor", flat=True)
    return sorted({plan.drafted_by, *wrote})


def same_subject(plan: InspectionPlan) -> list[InspectionPlan]:
    """The other approved plans for the same product, material or class."""
    about = {"product": plan.product_id, "material": plan.material_id, "material_class": plan.material_class}
    return list(InspectionPlan.objects.filter(state=PlanState.IN_FORCE, **about).exclude(pk=plan.pk).order_by("pk"))


def plan_for(lot: Lot, on: date | None = None) -> InspectionPlan | None:
    """The plan by which a lot is inspected on a day: of its product or material, else of its material's class."""
    asked = Q(pk=None)
    if lot.product_id:
        asked |= Q(product=lot.product_id)
    if lot.material is not None:
        asked |= Q(material=lot.material_id)
        if lot.material.material_class:
            asked |= Q(material_class=lot.material.material_class)
    held = InspectionPlan.objects.filter(asked, state=PlanState.IN_FORCE, since__lte=on or today())
    order = (F("material_class").asc(), F("since").desc(), F("edition").desc())
    return held.select_related("product", "material").order_by(*order).first()


def sheets_of(lot: Lot) -> QuerySet[InspectionSheet]:
    """The sheets of a lot that count, oldest first."""
    return InspectionSheet.objects.filter(lot=lot).exclude(state=SheetState.CANCELLED).order_by("id")


def parts_before(lot: Lot, sheet: int | None = None) -> list[InspectionSheet]:
    """The sheets of the same submission before this one: those after which the rest of the lot was still to come."""
    earlier = sheets_of(lot) if sheet is None else sheets_of(lot).filter(pk__lt=sheet)
    run: list[InspectionSheet] = []
    for one in earlier:
        run = [*run, one] if one.rest_follows else []
    return run


def refused_before(lot: Lot) -> bool:
    """Whether the lot was refused at an earlier submission, so that inspecting it again is no original inspection."""
    now_submitted = [part.pk for part in parts_before(lot)]
    return sheets_of(lot).filter(state=SheetState.REJECTED).exclude(pk__in=now_submitted).exists()


def instrument(number: str) -> Instrument | None:
    return Instrument.objects.filter(number=code_key(number)).first()


def supplier_of(lot: Lot) -> int | None:
    """Who supplied a lot: the lots of two suppliers are two series."""
    return Receipt.standing.filter(lot=lot).order_by("-pk").values_list("supplier_id", flat=True).first()


def accepted_tightened(lot: Lot) -> bool:
    """T-04, way C: QC agreed to take the lot in under tightened sampling."""
    return IncomingLot.objects.filter(lot=lot, tightened=True).exists()


def latest(sheet: InspectionSheet) -> list[Result]:
    """What counts on a sheet: the last result of each characteristic at each piece."""
    rows = Result.objects.filter(sheet=sheet).select_related("characteristic", "instrument").order_by("id")
    last = {(row.characteristic_id, row.piece): row for row in rows}
    return sorted(last.values(), key=lambda row: (row.characteristic.position, row.piece))


def overdue_instruments(on: date) -> QuerySet[Instrument]:
    return Instrument.objects.filter(Q(due_on=None) | Q(due_on__lt=on), state=InUse.IN_USE)


def shelves() -> list[str]:
    """Where samples lie now."""
    return list(
        Sample.objects.filter(state__in=HELD)
        .exclude(place="")
        .order_by("place")
        .values_list("place", flat=True)
        .distinct()
    )


def instrument_kinds() -> list[str]:
    return list(Instrument.objects.order_by("kind").values_list("kind", flat=True).distinct())
