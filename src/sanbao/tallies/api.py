"""``/api/v1/tallies``: what the register comes to, and its analyses, as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.tallies import (
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.tallies.lifecycle import ANALYSIS
from sanbao.tallies.models import Analysis

FIELDS = (
    "number", "state", "version", "first", "last", "regular", "occasion", "opened_by", "opened_at", "due_at", "figures",
    "findings", "measures", "reason", "concluded_by", "concluded_at",
    "plan", "organised_by", "organised_at", "review", "reviewed_by", "reviewed_at",
)  # fmt: skip
type Ground = Literal[
    "fault", "product", "region", "responsible", "grade", "channel", "satisfaction", "month"
]  # fmt: skip


def analysis_out(row: Analysis, by: Actor) -> dict[str, Any]:
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in FIELDS}


router: Router = moves(ANALYSIS, shown=analysis_out, tag="tallies", opening="analyse")
routers = {"/analyses": router}


@router.get("", summary="综合分析 Analyses, newest first", operation_id="analysis_list")
def index(request: HttpRequest, state: str = "") -> dict[str, Any]:
    by = actor_of(request)
    by.need("tallies.see", clause="U-11")
    rows = Analysis.objects.visible_to(by).order_by("-id")
    return paged(request, rows.filter(state=state) if state else rows, lambda row: analysis_out(row, by))


@router.get("/tally", summary="统计 What the register of a period comes to", operation_id="analysis_tally")
def tally(request: HttpRequest, first: date, last: date, by: Ground = "fault") -> dict[str, Any]:
    """Each line with the period before it and the parameters of the register that show its complaints. Clause U-11."""
    lines = queries.tally(actor_of(request), min(first, last), max(first, last), by)
    return {
        "items": [
            {
                "key": one.line.key,
                "title": str(one.title),
                "complaints": one.line.count,
                "before": one.line.before,
                "share": one.line.share,
                "cumulated": one.line.cumulated,
                "users": len(one.line.users),
                "light": one.line.light,
                "register": one.query,
            }
            for one in lines
        ]
    }


@router.get("/{int:pk}", summary="综合分析 One analysis", operation_id="analysis_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return analysis_out(found(ANALYSIS, pk, by), by)
