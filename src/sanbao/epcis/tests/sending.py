"""Documents of our own for the tests, and what comes back for them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from sanbao.epcis import actions, answering, publishing, questions
from sanbao.epcis.models import Capture
from sanbao.epcis.standard import writing
from sanbao.epcis.standard.contexts import STANDARD
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now

HOUSE = Actor.clockwork("test")
TIME = {"eventTime": "2026-04-02T08:00:00.000+08:00", "eventTimeZoneOffset": "+08:00"}
CONTEXT = [STANDARD, {"example": "http://ns.example.com/epcis/"}]
#: The standard's own examples, where they lie beside the checkout.
STANDARD_FILES = Path(os.environ.get("SANBAO_SHARED") or settings.REPO.parent / "shared") / "epcis"
EXAMPLES = sorted((STANDARD_FILES / "examples").glob("*.jsonld"))


def document(*events: dict[str, Any], **around: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-04-02T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **around,
    }


def text(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def send(*events: dict[str, Any], **around: Any) -> Capture:
    """Capture events as one document."""
    return actions.capture(text(document(*events, **around)), by=HOUSE)


def asked(**parameters: Any) -> list[dict[str, Any]]:
    """All events that a question finds, page by page, without our record times; our own records are told by then."""
    publishing.tell_all()
    question, fingerprint = questions.asked(parameters, questions.Context())
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        page = answering.answer(question, by=HOUSE, fingerprint=fingerprint, per_page=7, token=token)
        body = json.loads(writing.query_document(answering.told(page.events), created=now()))
        found += body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        if not (token := page.token):
            return [without(event, "recordTime") for event in found]


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}


def events_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    body = told["epcisBody"]
    listed: list[dict[str, Any]] = (body.get("queryResults", {}).get("resultsBody") or body)["eventList"]
    return listed


def ids(events: Iterable[dict[str, Any]]) -> list[str]:
    return [event["eventID"] for event in events]


# -- goods ---------------------------------------------------------------------------------------------------------


def lot(number: str, quantity: float | None = None, uom: str = "KGM") -> dict[str, Any]:
    """A quantity of a lot of some partner's."""
    told: dict[str, Any] = {"epcClass": f"urn:epc:class:lgtin:4012345.012345.{number}"}
    return told if quantity is None else told | {"quantity": quantity, "uom": uom}


def item(serial: str) -> str:
    return f"urn:epc:id:sgtin:4012345.011122.{serial}"


def pallet(number: str) -> str:
    return f"urn:epc:id:sscc:4012345.1{number.zfill(9)}"


def event(type: str = "ObjectEvent", hour: int = 8, **fields: Any) -> dict[str, Any]:
    action = {} if type == "TransformationEvent" else {"action": "OBSERVE"}
    time = {"eventTime": f"2026-04-02T{hour:02}:00:00.000+08:00", "eventTimeZoneOffset": "+08:00"}
    return {"type": type, **action, **time, **fields}
