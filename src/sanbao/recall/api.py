"""``/api/v1/recalls`` and ``/api/v1/recall-holders``: as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.recall import (
    actions,
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.recall.models import Recall, RecallHolder
from sanbao.trace.documents import number

FIELDS = (
    "number", "state", "version", "title", "rehearsal", "origin", "statutory", "statutory_basis", "danger", "measure",
    "first_label", "last_label", "proposed_by", "proposed_at", "decided_by", "decided_at", "reason", "due_at", "lots",
    "labels", "digest", "gaps", "reckoned_at", "milliseconds", "letters_at", "ended_at", "summary",
)  # fmt: skip
HOLDER_FIELDS = (
    "state", "version", "unit", "labels", "digest", "contact", "phone", "email", "owed_by", "notified_at",
    "notified_way", "acknowledged_at", "acknowledged_by", "posting", "posted_at", "trouble", "reminders",
    "explanation", "explained_by", "excused_by",
)  # fmt: skip
PARTS = ("issued", "returned", "disposed", "installed", "held", "out", "scrapped", "recovered", "still_out")


def line_out(row: Recall, by: Actor) -> dict[str, Any]:
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in FIELDS}


def _balance(line: queries.Line) -> dict[str, Any]:
    told = {name: number(getattr(line.balance, name)) for name in PARTS}
    return {"unit": line.unit, "holders": line.holders, "effect": line.effect, **told}


def recall_out(row: Recall, by: Actor) -> dict[str, Any]:
    """With the figures by unit and region, who was reached, what is in the house, and the reports."""
    reports = [
        {"kind": r.kind, "due_at": r.due_at, "sent_at": r.sent_at, "sent_by": r.sent_by, "reference": r.reference}
        for r in row.reports.all()
    ]
    stored = [{"location": p, "unit": u, "quantity": number(m), "labels": n} for p, u, m, n in row.stored]
    return line_out(row, by) | {
        "starts": [lot.code for lot in queries.starts_of(row)],
        "sums": [_balance(line) for line in queries.sums(row)],
        "regions": [{"region": str(line.title), **_balance(line)} for line in queries.by_region(row)],
        "reached": queries.reached(row),
        "stored": stored,
        "reports": reports,
        "hold": row.hold.number if row.hold else "",
        "result": row.result,
    }


def holder_out(row: RecallHolder, by: Actor) -> dict[str, Any]:
    balance = row.balance
    told = {name: number(getattr(balance, name)) for name in PARTS}
    return (
        {
            "id": row.pk,
            "subject": row.subject,
            "recall": row.recall_id,
            "customer": row.customer.code,
            "name": row.customer.name,
            "site": row.site.name if row.site else "",
            "declared_returned": None if row.declared_milli is None else number(row.declared_milli),
            "excused": number(row.excused_milli),
        }
        | told
        | {name: getattr(row, name) for name in HOLDER_FIELDS}
    )


recalls: Router = moves(RECALL, shown=recall_out, tag="recalls", opening="propose")
holders: Router = moves(HOLDER, shown=holder_out, tag="recalls")
routers = {"/recalls": recalls, "/recall-holders": holders}


@recalls.get("", summary="召回 Recalls, newest first", operation_id="recall_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = "",
    rehearsal: bool | None = None,
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("recall.see", clause="Q-06")
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    if rehearsal is not None:
        rows = rows.filter(rehearsal=rehearsal)
    return paged(request, rows.filter(**({"state": state} if state else {})), lambda row: line_out(row, by))


@recalls.get("/{int:pk}", summary="召回 One recall, with its figures as they stand", operation_id="recall_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return recall_out(actions.refresh(found(RECALL, pk, by)), by)


@recalls.get("/{int:pk}/holders", summary="持有人 The holders, largest first", operation_id="recall_holders")
def of_recall(request: HttpRequest, pk: int, state: str = "", unaccounted: bool = False) -> dict[str, Any]:
    by = actor_of(request)
    rows = queries.holders_of(found(RECALL, pk, by)).order_by("-issued_milli", "id")
    if state:
        rows = rows.filter(state=state)
    if unaccounted:
        rows = rows.exclude(open_milli=0)
    return paged(request, rows, lambda row: holder_out(row, by))


@recalls.get("/{int:pk}/holes", summary="断链批次 Lots with a hole in their chain", operation_id="recall_holes")
def holes(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    rows = found(RECALL, pk, by).holes.select_related("lot")
    return paged(request, rows, lambda gap: {"lot": gap.lot.code, "kind": gap.lot.kind, "missing": gap.missing})


@holders.get("/{int:pk}", summary="持有人 One holder with his ledger and labels", operation_id="recall_holder_get")
def holder(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    row = found(HOLDER, pk, by)
    entries = [
        {"id": e.pk, "kind": e.kind, "quantity": number(e.quantity_milli), "reference": e.reference, "note": e.note,
         "by": e.by, "at": e.at, "reverses": e.reverses_id}
        for e in row.entries.all()
    ]  # fmt: skip
    contacts = [
        {"at": c.at, "way": c.way, "reached": c.reached, "words": c.words, "by": c.by} for c in row.contacts.all()
    ]
    return holder_out(row, by) | {
        "entries": entries,
        "contacts": contacts,
        "label_codes": queries.labels_of(row),
    }
