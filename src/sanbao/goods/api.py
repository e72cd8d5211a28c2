"""``/api/v1/labels``, ``/label-prints``, ``/relabellings``: as the pages do it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.goods import documents, queries
from sanbao.goods.lifecycle import LABEL, LABEL_PRINT, RELABEL
from sanbao.goods.models import Label, LabelPrint, LabelState, Relabel
from sanbao.kernel import search
from sanbao.kernel.actor import Actor

FIELDS = (
    "code", "spray_code", "pieces", "unit", "place", "produced_on", "origin", "gtin", "packed_by", "packed_at",
    "signed_by", "signed_at", "loss", "reported_by", "reported_at", "remark",
)  # fmt: skip


def line(label: Label, by: Actor) -> dict[str, Any]:
    return {
        "id": label.pk,
        "subject": label.subject,
        "state": label.state,
        "version": label.version,
        "product": label.product.code if label.product else None,
        "weight": (label.weight_milli or 0) / 1000,
        "address": queries.address_of(label),
        **{name: getattr(label, name) for name in FIELDS},
    }


def shown(label: Label, by: Actor) -> dict[str, Any]:
    """A label with where it came from, where it went, and what the actor could do with it now, or why not."""
    kin = queries.kin(label)
    return line(label, by) | {
        "lot": label.lot.code,
        "status": label.lot.status,
        "before": [one.code for one in kin.before],
        "after": [one.code for one in kin.after],
        "hold": label.hold.number if label.hold else None,
        "verdict": label.verdict.number if label.verdict else None,
        "prints": [
            {"number": one.run.number, "at": one.run.printed_at, "size": one.run.size, "again": one.again}
            for one in queries.prints_of(label)
        ],
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in LABEL.offered(label, by)},
    }


def print_out(run: LabelPrint, by: Actor) -> dict[str, Any]:
    names = ("number", "version", "size", "copies", "labels", "again", "why", "remark", "digest", "printed_by")
    told = {name: getattr(run, name) for name in names}
    return {"id": run.pk, "subject": run.subject, "state": run.state, **told, "printed_at": run.printed_at}


def relabel_out(relabel: Relabel, by: Actor) -> dict[str, Any]:
    return {
        "id": relabel.pk,
        "subject": relabel.subject,
        "state": relabel.state,
        "version": relabel.version,
        "number": relabel.number,
        "why": relabel.why,
        "reason": relabel.reason,
        "ended": [label.code for label in relabel.ended.all()],  # type: ignore[attr-defined]
        "made": [label.code for label in relabel.made.all()],  # type: ignore[attr-defined]
        "entered_by": relabel.entered_by,
        "entered_at": relabel.entered_at,
    }


labels: Router = moves(LABEL, shown=shown, tag="labels", opening="pack")
prints: Router = moves(LABEL_PRINT, shown=print_out, tag="labels", opening="print")
relabellings: Router = moves(RELABEL, shown=relabel_out, tag="labels", opening="repack")
routers = {"/labels": labels, "/label-prints": prints, "/relabellings": relabellings}


@labels.get("", summary="成品标签 Labels, newest first", operation_id="label_list")
def label_list(
    request: HttpRequest,
    q: str = Query("", description="A label, a spray code, a public code or address, or words"),
    state: str = Query("", description=" | ".join(LabelState)),
) -> dict[str, Any]:
    by = _reader(request)
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(queries.by_code(q) | Q(pk__in=search.matching("label", q)))
    return paged(request, rows.filter(state=state) if state else rows, lambda row: line(row, by))


@labels.get("/{int:pk}", summary="成品标签 One label", operation_id="label_get")
def label_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return shown(found(LABEL, pk, by), by)


@prints.get("", summary="标签打印 Prints, newest first", operation_id="label_print_list")
def print_list(request: HttpRequest) -> dict[str, Any]:
    by = _reader(request)
    return paged(request, LabelPrint.objects.visible_to(by), lambda row: print_out(row, by))


@prints.get("/{int:pk}", summary="标签打印 One print", operation_id="label_print_get")
def print_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return print_out(found(LABEL_PRINT, pk, by), by)


@prints.get("/{int:pk}/labels.pdf", summary="标签 The labels of a print as PDF", operation_id="label_print_pdf")
def print_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Open for as long as the policy says; afterwards print anew with a reason. Clause T-10."""
    by = actor_of(request)
    run = found(LABEL_PRINT, pk, by)
    return HttpResponse(documents.labels_pdf(run, by), content_type="application/pdf")


@relabellings.get("", summary="换发 Relabellings, newest first", operation_id="relabel_list")
def relabel_list(request: HttpRequest) -> dict[str, Any]:
    by = _reader(request)
    rows = Relabel.objects.visible_to(by).prefetch_related("ended", "made")
    return paged(request, rows, lambda row: relabel_out(row, by))


@relabellings.get("/{int:pk}", summary="换发 One relabelling", operation_id="relabel_get")
def relabel_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return relabel_out(found(RELABEL, pk, by), by)


def _reader(request: HttpRequest) -> Actor:
    by = actor_of(request)
    by.need("trace.see", clause="M-02")
    return by
