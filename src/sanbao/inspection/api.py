"""``/api/v1/samples`` and ``/api/v1/inspections``: as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.inspection.lifecycle import INSPECTION, SAMPLE, UNKNOWN_LABEL
from sanbao.inspection.models import Inspection, Sample, UnknownLabel
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
        "custody": [
            {"act": c.act, "at": c.at, "by": c.by, "given_by": c.given_by, "taken_by": c.taken_by, "place": c.place}
            for c in row.custody.all()
        ],
    }


def inspection_out(row: Inspection, by: Actor) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "sample": row.sample.number, "state": row.state}
    names = ("number", "version", "ours", "used_rightly", "severity", "basis", "measured", "conclusion", "opinion")
    return told | {name: getattr(row, name) for name in names} | {"concluded_at": row.concluded_at}


def unknown_out(row: UnknownLabel, by: Actor) -> dict[str, Any]:
    names = ("number", "state", "version", "code", "origin", "true_code", "basis", "finding", "due_at", "cleared_at")
    seen = [
        {"at": s.at, "by": s.by, "place": s.place, "holder": s.holder, "remark": s.remark} for s in row.sightings.all()
    ]
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names} | {"sightings": seen}


samples: Router = moves(SAMPLE, shown=sample_out, tag="samples")
inspections: Router = moves(INSPECTION, shown=inspection_out, tag="inspections", opening="conclude")
unknown_labels: Router = moves(UNKNOWN_LABEL, shown=unknown_out, tag="unknown labels", opening="report")
routers = {"/samples": samples, "/inspections": inspections, "/unknown-labels": unknown_labels}


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
    rows = Inspection.objects.visible_to(by).select_related("sample").order_by("-id")
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
