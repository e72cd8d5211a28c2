"""The series of lots behind the sheets: begun with its first lot, moved on by each, resumed by QC's head (Q-07)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.inspection import queries, schemes
from sanbao.inspection.lifecycle import SAMPLING_SERIES
from sanbao.inspection.models import Characteristic, InspectionPlan, InspectionSheet, SamplingSeries, SamplingState
from sanbao.inspection.rules import Count
from sanbao.inspection.sampling import one_step_tighter
from sanbao.inspection.switching import Outcome, Series, Why, after, irregular, resumed
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import need_basis
from sanbao.kernel.times import now
from sanbao.trace.models import Lot


def series_for(
    lot: Lot, plan: InspectionPlan, lines: Iterable[Characteristic], *, by: Actor
) -> dict[tuple[str, Decimal | None], SamplingSeries]:
    """The series that a lot belongs to, one for each weight and AQL; begun where this is its first lot."""
    supplier = queries.supplier_of(lot)
    about = f"material:{lot.material_id}" if lot.material_id else f"plan:{plan.number}"
    about = f"product:{lot.product_id}" if lot.product_id else about
    found = {}
    for weight, aql in schemes.groups_of(lines):
        if aql is None:
            continue
        key = f"{about}|supplier:{supplier or ''}|{weight}|{aql.normalize():f}"
        there = SamplingSeries.objects.filter(key=key).first()
        found[weight, aql] = there or _begin(key, lot, supplier, weight, aql, by)
    return found


def _begin(key: str, lot: Lot, supplier: int | None, weight: str, aql: Decimal, by: Actor) -> SamplingSeries:
    values: dict[str, Any] = {"weight": weight, "aql": aql, "since": now(), "facts": Series().as_facts()}
    of = {"product_id": lot.product_id, "material_id": lot.material_id, "supplier_id": supplier}
    try:
        with transaction.atomic(), SAMPLING_SERIES.opening("begin", by=by, key=key, **of, **values) as step:
            step.insert()
    except IntegrityError:  # somebody inspects the first lot of the same series in the same instant
        return SamplingSeries.objects.get(key=key)
    return step.case


def advance(group: dict[str, Any], count: Count, *, sheet: InspectionSheet, by: Actor) -> dict[str, Any]:
    """One more lot of a series. A lot that was looked at more or less hard than the series is now does not count:
    another lot of it was concluded in between, or way C asked for tightened sampling of this one alone."""
    case = SAMPLING_SERIES.locked(group["series"], by=by)
    if case.state != group["strictness"]:
        return {"series": case.pk, "counted": False, "state": case.state}
    with SAMPLING_SERIES.move("advance", case, by=by) as step:
        case, before = step.case, Series.of(step.case.facts)
        accepted, tighter = count.found <= count.accept, None
        if accepted and count.accept >= 2:
            least = one_step_tighter(group["letter"], Decimal(group["aql"]))
            tighter = None if least is None else count.found <= least
        series, why = after(before, Outcome(accepted, count.accept, tighter), schemes.rules())
        case.lots += 1
        _keep(step, series, why)
        step.record(sheet=sheet.pk, accepted=accepted, found=count.found, why=why.value, series=case.facts)
    return {"series": case.pk, "counted": True, "state": case.state, "why": why.value}


def end_reduced(case: SamplingSeries, *, by: Actor, reason: str, expect: int | None = None) -> SamplingSeries:
    """Production went irregular, or something else asks for it: back to normal inspection."""
    with SAMPLING_SERIES.move("end_reduced", case, by=by, expect=expect) as step:
        series, why = irregular(Series.of(step.case.facts))
        _keep(step, series, why)
        step.record(reason=reason)
    return step.case


def resume(case: SamplingSeries, *, by: Actor, basis: str, expect: int | None = None) -> SamplingSeries:
    """The supplier's action has helped: inspection begins again, tightened."""
    with SAMPLING_SERIES.move("resume", case, by=by, expect=expect) as step:
        need_basis(basis)
        series, why = resumed(Series.of(step.case.facts))
        _keep(step, series, why)
        step.record(basis=basis)
    return step.case


def _keep(step: Step[SamplingSeries], series: Series, why: Why) -> None:
    case = step.case
    state = SamplingState.STOPPED if series.stopped else SamplingState(series.strictness.value)
    if state != case.state:
        case.since, case.why = now(), why.value
    case.facts = series.as_facts()
    if step.name == "advance":
        step.to(state)
