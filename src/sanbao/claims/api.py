"""``/api/v1/claims``: losses and what they cost, as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.claims import (
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.claims.lifecycle import CLAIM
from sanbao.claims.models import Claim
from sanbao.kernel.actor import Actor

FIELDS = (
    "number", "state", "version", "loss", "claimed", "currency", "description", "basis", "filed_by", "filed_on",
    "accepted", "assessment", "assessment_basis", "assessed_by", "assessed_at", "approver", "decided_by", "decided_at",
    "reason", "decision_basis", "payment", "settled_on", "reference",
)  # fmt: skip


def claim_out(row: Claim, by: Actor) -> dict[str, Any]:
    told = {"id": row.pk, "subject": row.subject, "complaint": row.complaint.number, "partly": row.partly}
    return told | {name: getattr(row, name) for name in FIELDS}


router: Router = moves(CLAIM, shown=claim_out, tag="claims", opening="file")
routers = {"/claims": router}


@router.get("", summary="索赔 Claims, newest first", operation_id="claim_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = "",
    complaint: str = Query("", description="Number of a case"),
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("claims.see", clause="M-02")
    rows = queries.listed(by).order_by("-id")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "complaint__number": complaint}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: claim_out(row, by))


@router.get("/cost", summary="质量成本 Cost of quality: losses made good in a period", operation_id="claim_cost")
def cost(
    request: HttpRequest, first: date, last: date, by: Literal["month", "product", "fault", "case"] = "month"
) -> dict[str, Any]:
    """Added up by month, product, fault class or case, each currency by itself. Clause W-02."""
    actor = actor_of(request)
    actor.need("claims.see", clause="W-02")
    lines = queries.cost_of_quality(actor, first, last, by)
    return {
        "items": [
            {"key": t.key, "title": t.title, "currency": t.currency, "amount": t.amount, "claims": t.claims}
            for t in lines
        ]
    }


@router.get("/{int:pk}", summary="索赔 One claim", operation_id="claim_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return claim_out(found(CLAIM, pk, by), by)
