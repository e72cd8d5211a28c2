"""``/api/v1/signals``: as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.signals import queries, running
from sanbao.signals.lifecycle import SIGNAL
from sanbao.signals.models import Signal


def signal_out(row: Signal, by: Actor) -> dict[str, Any]:
    names = (
        "number", "state", "version", "level", "raised_on", "red_on", "grown_on", "told", "findings", "decision",
        "count", "users", "due_at", "judged_by", "judged_at", "basis", "reason", "analysis", "measures", "settled_at",
    )  # fmt: skip
    told = {"id": row.pk, "subject": row.subject, "defect": row.defect.code} | {
        name: getattr(row, name) for name in names
    }
    return told | {"cases": [case.subject for case in queries.cases_of(row, by)]}


def line_out(row: Signal, by: Actor) -> dict[str, Any]:
    """In a list the evidence is left out; one signal shows it."""
    names = ("number", "state", "version", "level", "raised_on", "red_on", "told", "count", "users", "due_at")
    return {"id": row.pk, "subject": row.subject, "defect": row.defect.code} | {
        name: getattr(row, name) for name in names
    }


signals: Router = moves(SIGNAL, shown=signal_out, tag="signals")
routers = {"/signals": signals}


@signals.get("", summary="信号 Signals, newest first", operation_id="signal_list")
def signal_list(request: HttpRequest, q: str = "", state: str = "", level: str = "") -> dict[str, Any]:
    by = actor_of(request)
    by.need("signals.see", clause="C-09")
    rows = Signal.objects.visible_to(by).select_related("defect").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("signal", q))
    wanted = {"state": state, "level": level}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: line_out(row, by))


@signals.get("/replay", summary="重演 What would have been proposed, without hindsight", operation_id="signal_replay")
def signal_replay(
    request: HttpRequest, first: Annotated[date, Query(alias="from")], last: Annotated[date, Query(alias="to")]
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("signals.see", clause="C-09")
    result = running.replay(*running.span(first, last))
    return {
        "from": first,
        "to": last,
        "cases": result.cases,
        "unclassed": result.unclassed,
        "signals": [result.told(matter) for matter in result.matters],
    }


@signals.get("/{int:pk}", summary="信号 One signal", operation_id="signal_get")
def signal_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return signal_out(found(SIGNAL, pk, by), by)
