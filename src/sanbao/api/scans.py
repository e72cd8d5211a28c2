"""``/api/v1/scan``: what a code is, as the scan page says it. A POST is written down, a GET only asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import Strict
from sanbao.kernel.actor import Actor
from sanbao.kernel.scanned import Scanned
from sanbao.web import scans

router = Router(tags=["scan"])


class ScanBody(Strict):
    code: str = Field(..., description="What the scanner sent: a number, a GS1 element string, a Digital Link")
    scanned_at: str = Field("", description="When the device read it, ISO 8601 with offset")


def scan_out(read: Scanned, code: str, matches: list[scans.Match], by: Actor) -> dict[str, Any]:
    return {
        "text": read.text,
        "code": code,
        "known": bool(matches),
        "elements": dict(read.elements),
        "matches": [match_out(match, by) for match in matches],
    }


def match_out(match: scans.Match, by: Actor) -> dict[str, Any]:
    return {
        "what": match.what,
        "subject": match.subject,
        "kind": str(match.kind),
        "code": match.code,
        "facts": [str(fact) for fact in match.facts],
        "state": str(match.state),
        "warning": str(match.warning),
        "href": match.href,
        "actions": [{"title": str(act.title), "href": act.href} for act in match.acts(by)],
    }


@router.get("", response=dict[str, Any], operation_id="scan_look_up", summary="查编号 · What a code is")
def look_up(request: HttpRequest, code: str = Query(..., description="As the scanner sent it")) -> Any:
    by, read = actor_of(request), scans.read_code(code)
    return scan_out(read, *scans.look_up(read, by), by)


@router.post("", response={201: dict[str, Any]}, operation_id="scan", summary="扫码 · Scan a code")
def scan(request: HttpRequest, data: ScanBody) -> Any:
    """The same, and the scan is written down: who, when, what it was. Convention 37: send `Idempotency-Key`."""
    by, read = actor_of(request), scans.read_code(data.code)
    code, matches = scans.look_up(read, by)
    scans.keep(read, code, matches, by, scanned_at=scans.made_at(data.scanned_at))
    return 201, scan_out(read, code, matches, by)


routers = {"/scan": router}
