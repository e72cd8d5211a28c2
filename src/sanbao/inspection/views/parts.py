"""What several pages of the room share: the lists beside each other, what can be begun, pills, PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from sanbao.inspection.models import InspectionSheet, PlanState, SamplingState, SheetState
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.web.templatetags.parts import pill

PILLS = {
    SheetState.OPEN: "run",
    SheetState.ACCEPTED: "fine",
    SheetState.REJECTED: "late",
    PlanState.DRAFT: "soon",
    PlanState.IN_FORCE: "fine",
    SamplingState.NORMAL: "fine",
    SamplingState.TIGHTENED: "soon",
    SamplingState.REDUCED: "run",
    SamplingState.STOPPED: "late",
}
#: The lists of the room: name → title, the address of its list, what can be begun there (permission, address, title).
ROOMS: dict[str, tuple[W, str, tuple[str, str, W] | None]] = {
    "samples": (
        W("样品", "Samples"),
        "list",
        ("inspection.receive_sample", "register", W("登记样品", "Register sample")),
    ),
    "sheets": (W("检验单", "Sheets"), "sheets", ("inspection.inspect", "sheet_new", W("开检验单", "Open a sheet"))),
    "plans": (W("检验计划", "Plans"), "plans", ("inspection.draft_plan", "plan_new", W("拟定计划", "Draft a plan"))),
    "series": (W("抽样转移", "Switching"), "series_list", None),
    "instruments": (
        W("计量器具", "Instruments"),
        "instruments",
        ("inspection.keep_instruments", "instrument_new", W("登记器具", "Register instrument")),
    ),
    "unknown": (
        W("未知标签", "Unknown labels"),
        "unknown_labels",
        ("inspection.report_unknown", "report", W("登记未知标签", "Report an unknown label")),
    ),
}


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("inspection.see", clause="M-02")
    return actor


def rooms(name: str, by: Actor) -> dict[str, Any]:
    """For a list: its title, the other lists of the room, and what may be begun here."""
    title, _, new = ROOMS[name]
    kinds = [(said, reverse(f"inspection:{page}"), key == name) for key, (said, page, _) in ROOMS.items()]
    begins = new is not None and by.may(new[0])
    return {"kind": title, "kinds": kinds, "new": (reverse(f"inspection:{new[1]}"), new[2]) if begins and new else None}


def state_pill(vocabulary: Any, state: str) -> SafeString:
    return pill(vocabulary.title_of(state), PILLS.get(vocabulary(state), ""))


def sheet_pill(sheet: InspectionSheet) -> SafeString:
    return state_pill(SheetState, sheet.state)


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
