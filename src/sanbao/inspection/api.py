"""Samples, inspections, sheets, plans, series, instruments and unknown labels: as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.inspection import queries
from sanbao.inspection.lifecycle import (
    INSPECTION,
    INSPECTION_PLAN,
    INSPECTION_SHEET,
    INSTRUMENT,
    SAMPLE,
    SAMPLING_SERIES,
    UNKNOWN_LABEL,
)
from sanbao.inspection.models import (
    Inspection,
    InspectionPlan,
    InspectionSheet,
    Instrument,
    Sample,
    SamplingSeries,
    UnknownLabel,
)
from sanbao.inspection.rules import Line
from sanbao.kernel import search
from sanbao.kernel.actor import Actor


def sample_out(row: Sample, by: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": row.subject,
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "about": row.about,
        "wanted": row.wanted,
        "lot": row.lot.code if row.lot else None,
        "label": row.label,
        "place": row.place,
        "waybill": row.waybill,
        "due_at": row.due_at,
        "received_at": row.received_at,
        "kept_until": row.kept_until,
        "custody": [
            {"act": c.act, "at": c.at, "by": c.by, "given_by": c.given_by, "taken_by": c.taken_by, "place": c.place}
            for c in row.custody.all()
        ],
    }


def inspection_out(row: Inspection, by: Actor) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "sample": row.sample.number, "state": row.state}
    told["sheet"] = row.sheet.number if row.sheet else None
    names = ("number", "version", "ours", "used_rightly", "severity", "basis", "measured", "conclusion", "opinion")
    return told | {name: getattr(row, name) for name in names} | {"concluded_at": row.concluded_at}


def unknown_out(row: UnknownLabel, by: Actor) -> dict[str, Any]:
    names = ("number", "state", "version", "code", "origin", "true_code", "basis", "finding", "due_at", "cleared_at")
    seen = [
        {"at": s.at, "by": s.by, "place": s.place, "holder": s.holder, "remark": s.remark} for s in row.sightings.all()
    ]
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names} | {"sightings": seen}


def exact(value: Any) -> str | None:
    return f"{value.normalize():f}" if value is not None else None


def instrument_out(row: Instrument, by: Actor) -> dict[str, Any]:
    names = (
        "number",
        "name",
        "kind",
        "measures",
        "place",
        "calibrated_on",
        "due_on",
        "certificate",
        "state",
        "version",
    )
    done = [
        {"on": c.on, "due_on": c.due_on, "result": c.result, "certificate": c.certificate, "by": c.by}
        for c in row.calibrations.all()
    ]
    told = {"id": row.pk, "subject": row.subject, "version": row.version, "calibrations": done}
    return told | {name: getattr(row, name) for name in names}


def plan_out(row: InspectionPlan, by: Actor) -> dict[str, Any]:
    names = ("number", "edition", "title", "material_class", "level", "since", "state", "version", "digest")
    lines = [
        {name: exact(getattr(one, name)) if name in ("aql", "nominal", "low", "high") else getattr(one, name)
         for name in Line.__dataclass_fields__}
        for one in row.characteristics.all()
    ]  # fmt: skip
    of = {"product": row.product.code if row.product else None, "material": row.material.code if row.material else None}
    told = {"id": row.pk, "subject": row.subject} | {n: getattr(row, n) for n in names}
    return told | of | {"drafted_by": row.drafted_by, "approved_by": row.approved_by, "characteristics": lines}


def series_out(row: SamplingSeries, by: Actor) -> dict[str, Any]:
    names = ("state", "version", "weight", "lots", "why", "since", "facts")
    of = {
        "product": row.product.code if row.product else None,
        "material": row.material.code if row.material else None,
        "supplier": row.supplier.code if row.supplier else None,
    }
    return {"id": row.pk, "subject": row.subject, "aql": exact(row.aql)} | of | {n: getattr(row, n) for n in names}


def sheet_line(row: InspectionSheet, by: Actor) -> dict[str, Any]:
    names = ("number", "state", "version", "units", "rest_follows", "original", "scheme", "found", "conclusion")
    of = {"lot": row.lot.code if row.lot else None, "sample": row.sample.number if row.sample else None}
    when = {"opened_at": row.opened_at, "concluded_at": row.concluded_at, "concluded_by": row.concluded_by}
    told = {"id": row.pk, "subject": row.subject, "plan": row.plan_id} | of
    return told | {n: getattr(row, n) for n in names} | when


def sheet_out(row: InspectionSheet, by: Actor) -> dict[str, Any]:
    """With the results that count."""
    results = [
        {
            "characteristic": one.characteristic.name,
            "piece": one.piece,
            "value": exact(one.value),
            "good": one.good,
            "instrument": one.instrument.number if one.instrument else None,
        }
        for one in queries.latest(row)
    ]
    return sheet_line(row, by) | {"results": results}


samples: Router = moves(SAMPLE, shown=sample_out, tag="samples")
inspections: Router = moves(INSPECTION, shown=inspection_out, tag="inspections", opening="conclude")
sheets: Router = moves(INSPECTION_SHEET, shown=sheet_out, tag="inspection sheets", opening="open")
plans: Router = moves(INSPECTION_PLAN, shown=plan_out, tag="inspection plans", opening="draft")
series: Router = moves(SAMPLING_SERIES, shown=series_out, tag="sampling series")
instruments: Router = moves(INSTRUMENT, shown=instrument_out, tag="instruments", opening="open")
unknown_labels: Router = moves(UNKNOWN_LABEL, shown=unknown_out, tag="unknown labels", opening="report")
routers = {
    "/samples": samples,
    "/inspections": inspections,
    "/inspection-sheets": sheets,
    "/inspection-plans": plans,
    "/sampling-series": series,
    "/instruments": instruments,
    "/unknown-labels": unknown_labels,
}


@samples.get("", summary="样品 Samples, newest first", operation_id="sample_list")
def sample_list(
    request: HttpRequest, q: str = "", state: str = "", about: str = Query("", description="complaint:12")
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("inspection.see", clause="M-02")
    rows = Sample.objects.visible_to(by).select_related("lot").prefetch_related("custody").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("sample", q))
    wanted = {"state": state, "about": about}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: sample_out(row, by))


@samples.get("/{int:pk}", summary="样品 One sample", operation_id="sample_get")
def sample_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return sample_out(found(SAMPLE, pk, by), by)


@inspections.get("", summary="检验结论 Inspections, newest first", operation_id="inspection_list")
def inspection_list(request: HttpRequest, about: str = Query("", description="complaint:12")) -> dict[str, Any]:
    by = actor_of(request)
    by.need("inspection.see", clause="M-02")
    rows = Inspection.objects.visible_to(by).select_related("sample", "sheet").order_by("-id")
    return paged(request, rows.filter(sample__about=about) if about else rows, lambda row: inspection_out(row, by))


@inspections.get("/{int:pk}", summary="检验结论 One inspection", operation_id="inspection_get")
def inspection_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return inspection_out(found(INSPECTION, pk, by), by)


@unknown_labels.get("", summary="未知标签 Unknown labels, newest first", operation_id="unknown_label_list")
def unknown_list(request: HttpRequest, q: str = "", state: str = "") -> dict[str, Any]:
    by = actor_of(request)
    by.need("inspection.see", clause="M-02")
    rows = UnknownLabel.objects.visible_to(by).prefetch_related("sightings").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("unknown_label", q))
    return paged(request, rows.filter(state=state) if state else rows, lambda row: unknown_out(row, by))


@unknown_labels.get("/{int:pk}", summary="未知标签 One unknown label", operation_id="unknown_label_get")
def unknown_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return unknown_out(found(UNKNOWN_LABEL, pk, by), by)


def listed(router: Router, lifecycle: Any, shown: Any, name: str, title: str, ask: Any) -> None:
    """``GET /`` and ``GET /{id}`` of a kind; ``ask`` says which related rows a list reads."""

    @router.get("", summary=f"{title}, newest first", operation_id=f"{name}_list")
    def every(request: HttpRequest, q: str = "", state: str = "") -> dict[str, Any]:
        by = actor_of(request)
        by.need("inspection.see", clause="M-02")
        rows = ask(lifecycle.model.objects.visible_to(by)).order_by("-id")
        if q:
            rows = rows.filter(pk__in=search.matching(lifecycle.kind, q))
        return paged(request, rows.filter(state=state) if state else rows, lambda row: shown[0](row, by))

    @router.get("/{int:pk}", summary=f"{title}: one", operation_id=f"{name}_get")
    def one(request: HttpRequest, pk: int) -> dict[str, Any]:
        by = actor_of(request)
        return shown[1](found(lifecycle, pk, by), by)  # type: ignore[no-any-return]


listed(sheets, INSPECTION_SHEET, (sheet_line, sheet_out), "inspection_sheet", "检验单 Inspection sheets",
       lambda rows: rows.select_related("lot", "sample"))  # fmt: skip
listed(plans, INSPECTION_PLAN, (plan_out, plan_out), "inspection_plan", "检验计划 Inspection plans",
       lambda rows: rows.select_related("product", "material").prefetch_related("characteristics"))  # fmt: skip
listed(series, SAMPLING_SERIES, (series_out, series_out), "sampling_series", "批系列 Series of lots",
       lambda rows: rows.select_related("product", "material", "supplier"))  # fmt: skip
listed(instruments, INSTRUMENT, (instrument_out, instrument_out), "instrument", "计量器具 Instruments",
       lambda rows: rows.prefetch_related("calibrations"))  # fmt: skip
