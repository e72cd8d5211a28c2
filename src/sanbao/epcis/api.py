"""``/api/v1/trace/{code}/epcis``: a trace as EPCIS events. The standard's own interface stands under ``/epcis/``."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.epcis import exporting
from sanbao.trace.traces import Direction

router = Router(tags=["trace"])


@router.get(
    "/{path:code}/epcis", operation_id="trace_epcis", summary="追溯为 EPCIS 事件 A trace as GS1 EPCIS 2.0 events (T-14)"
)
def trace_epcis(
    request: HttpRequest, code: str, direction: Literal["back", "forward", "both"] = Query("both")
) -> HttpResponse:
    """An ``EPCISDocument``; captured into an empty house it gives the same lots and links."""
    by = actor_of(request)
    by.need("trace.see", clause="M-02")
    return HttpResponse(
        exporting.of_code(code, by=by, direction=Direction(direction)), content_type="application/ld+json"
    )


routers = {"/trace": router}
