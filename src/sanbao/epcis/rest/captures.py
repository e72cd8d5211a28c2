"""``/capture``: documents come in, and their jobs are asked about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sanbao.epcis import actions
from sanbao.epcis.models import Behaviour, Capture, CaptureProblem
from sanbao.epcis.rest.door import body_of, caller, endpoint, json_answer
from sanbao.epcis.rest.paging import page_of
from sanbao.epcis.standard import times
from sanbao.kernel.codes import whole
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


def send(request: HttpRequest) -> HttpResponse:
    by = caller(request)
    behaviour = request.headers.get("GS1-Capture-Error-Behaviour", Behaviour.ROLLBACK.value)
    if behaviour not in list(Behaviour):
        sentence = W(
            "GS1-Capture-Error-Behaviour 只能是 rollback 或 proceed。",
            "GS1-Capture-Error-Behaviour can only be rollback or proceed.",
        )
        raise Refusal("epcis.behaviour", sentence, "T-14", 400, facts={"value": behaviour[:100]})
    by.need("epcis.capture", clause="M-02")
    row = actions.capture(body_of(request), by=by, behaviour=behaviour)
    return json_answer(job(row), 202, Location=address(row))


def listed(request: HttpRequest) -> HttpResponse:
    by = caller(request)
    rows = Capture.objects.visible_to(by).filter(single=False)
    return page_of(request, rows, lambda found: [job(row) for row in found], descending=True)


def shown(request: HttpRequest, capture_id: str) -> HttpResponse:
    row = Capture.objects.visible_to(caller(request)).filter(pk=whole(capture_id), single=False).first()
    if row is None:
        raise Refusal("epcis.no_capture", W("没有这个取入任务。", "There is no such capture job."), "T-14", 404)
    return json_answer(job(row))


def address(row: Capture) -> str:
    return reverse("epcis:rest_capture_job", args=[str(row.pk)])


def job(row: Capture) -> dict[str, Any]:
    """A capture job as the standard shows it, with our counts beside it."""
    told: dict[str, Any] = {
        "captureID": str(row.pk),
        "createdAt": times.written(row.created_at),
        "running": row.running,
        "success": row.success,
        "captureErrorBehaviour": row.behaviour,
        "errors": [error(problem) for problem in row.problems.all()],
        "events": row.events,
        "captured": row.taken,
        "unchanged": row.unchanged,
        "refused": row.refused,
    }
    if row.finished_at:
        told["finishedAt"] = times.written(row.finished_at)
    return told


def error(problem: CaptureProblem) -> dict[str, Any]:
    """What is wrong with one event. ``event`` counts from 1."""
    taken = problem.code in ("other_event", "twice_in_document", "in_progress")
    return {
        "type": f"epcisException:{'ResourceAlreadyExistsException' if taken else 'ValidationException'}",
        "title": str(problem.sentence),
        "status": 409 if taken else 400,
        "code": f"epcis.{problem.code}",
        "clause": "T-14",
        "event": problem.position,
        "eventID": problem.event_id,
        "path": problem.path,
        "facts": problem.facts,
    }


capture = endpoint(capture=True, post=send, get=listed)
capture_job = endpoint(get=shown)
