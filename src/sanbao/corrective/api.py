"""``/api/v1/corrective-actions``: corrective, preventive and suppliers' actions, as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.corrective import (
    actions,
    documents,
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.corrective.lifecycle import ACTION
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import obligations
from sanbao.kernel.actor import Actor

ROW = (
    "number", "kind", "state", "version", "origin", "title", "opened_by", "opened_at", "due_at", "round", "metric",
    "threshold", "verify_on", "outcome",
)  # fmt: skip
MORE = (
    "problem", "window_days", "before", "containment", "occurrence_whys", "occurrence_cause", "escape_whys",
    "escape_cause", "bones", "cause_basis", "similar", "found_by", "found_at", "planned_by", "approver", "approved_by",
    "approved_at", "implemented_at", "after", "verdict", "verdict_basis", "verified_by", "verified_at", "spread",
    "recurrences", "asked_at", "answered_at", "returned_because",
)  # fmt: skip


def row_out(row: CorrectiveAction) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in ROW}
    return told | {
        "lead": row.lead.username,
        "supplier": row.supplier.code if row.supplier else None,
        "product": row.product.code if row.product else None,
        "defect": row.defect.code if row.defect else None,
    }


def action_out(row: CorrectiveAction, by: Actor) -> dict[str, Any]:
    effect = actions.effect.present_effect(row)
    return row_out(row) | {name: getattr(row, name) for name in MORE} | {
        "team": [member.person.username for member in row.members.select_related("person")],  # type: ignore[attr-defined]
        "measures": [
            {"id": m.pk, "round": m.round, "text": m.text, "owner": m.owner.username if m.owner else None,
             "due_on": m.due_on, "done_at": m.done_at, "evidence": m.evidence}
            for m in row.measures.select_related("owner")  # type: ignore[attr-defined]
        ],
        "effect": {"verdict": effect.verdict, "p": None if effect.p is None else float(effect.p), "zh": effect.words[0],
                   "en": effect.words[1]} if effect else None,
        "obligations": [
            {"code": d.code, "sentence": str(d.words), "owed_by": d.owed_by, "due_at": d.due_at}
            for d in obligations.duties_on(row.subject)
        ],
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in ACTION.offered(row, by)},
    }  # fmt: skip


router: Router = moves(ACTION, shown=action_out, tag="corrective", opening="open")
routers = {"/corrective-actions": router}


@router.get("", summary="纠正与预防措施 Corrective actions, newest first", operation_id="corrective_action_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = "",
    kind: str = "",
    origin: str = Query("", description="A subject, such as complaint:12"),
) -> dict[str, Any]:
    by = reader(request)
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "kind": kind, "origin": origin}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), row_out)


@router.get("/{int:pk}", summary="纠正措施 One corrective action", operation_id="corrective_action_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = reader(request)
    return action_out(found(ACTION, pk, by), by)


@router.get("/{int:pk}/8d.pdf", summary="8D 报告 The 8D report as PDF", operation_id="corrective_action_8d")
def eight(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    return HttpResponse(documents.eight_pdf(found(ACTION, pk, by), by), content_type="application/pdf")


@router.get("/{int:pk}/8d.docx", summary="8D 报告 The 8D report as DOCX", operation_id="corrective_action_8d_docx")
def eight_docx(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    return HttpResponse(documents.eight_docx(found(ACTION, pk, by), by), content_type=documents.DOCX)


def reader(request: HttpRequest) -> Actor:
    by: Actor = actor_of(request)
    by.need("corrective.see", clause="M-02")
    return by
