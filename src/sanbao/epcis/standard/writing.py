"""Events as text: the document that answers, with every event's own words in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sanbao.epcis.standard import reading, times
from sanbao.epcis.standard.contexts import STANDARD, Context, joined
from sanbao.epcis.standard.identifiers import digital_link

DIGITAL_LINK = "Always_GS1_Digital_Link"
_EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is kept, with the time at which it came to us."""

    text: str
    record_time: datetime | None
    context: Context


def dumps(value: Any) -> str:
    """JSON with exact numbers."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(name)}:{dumps(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def pretty(value: Any, indent: str = "") -> str:
    """The same for people: one member a line, short lists on one."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        parts = (f"{deeper}{dumps(name)}: {pretty(part, deeper)}" for name, part in value.items())
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and value and len(dumps(value)) > 80:
        return "[\n" + ",\n".join(f"{deeper}{pretty(part, deeper)}" for part in value) + f"\n{indent}]"
    return dumps(value)


def event(told: Told, *, epc_format: str = "", apart: bool = False) -> str:
    """One event, with our ``recordTime``. ``apart``: its context contradicts the document's, so it brings its own."""
    text = told.text
    if epc_format == DIGITAL_LINK or apart:
        text = _rewritten(text, told.context, epc_format, apart)
    if told.record_time is None:
        return text
    return f'{{"recordTime":"{times.written(told.record_time)}",{text[1:]}'


def _rewritten(text: str, context: Context, epc_format: str, apart: bool) -> str:
    written = reading.event(text)
    if apart and "@context" not in written.members:
        written.members = {"@context": dumps([STANDARD, *context.entries]), **written.members}
    if epc_format == DIGITAL_LINK:
        for name, value in written.value.items():
            if name in _EPC_LISTS:
                written.members[name] = dumps([digital_link(uri) for uri in value])
            elif name in _QUANTITIES:
                listed = [{**each, "epcClass": digital_link(each["epcClass"])} for each in value]
                written.members[name] = dumps(listed)
            elif name == "parentID":
                written.members[name] = dumps(digital_link(value))
            elif name in ("readPoint", "bizLocation"):
                written.members[name] = dumps({**value, "id": digital_link(value["id"])})
    return written.text()


def query_document(
    events: Iterable[Told],
    *,
    created: datetime,
    query_name: str = "SimpleEventQuery",
    subscription_id: str = "",
    epc_format: str = "",
) -> bytes:
    """An ``EPCISQueryDocument``."""
    listed, context, apart = _together(events)
    results = {"queryName": query_name} | ({"subscriptionID": subscription_id} if subscription_id else {})
    texts = ",".join(event(t, epc_format=epc_format, apart=t.context.text in apart) for t in listed)
    head = dumps(
        {
            "@context": context,
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": times.written(created),
        }
    )
    body = f'{{"queryResults":{{{dumps(results)[1:-1]},"resultsBody":{{"eventList":[{texts}]}}}}}}'
    return f'{head[:-1]},"epcisBody":{body}}}'.encode()


def document(events: Iterable[Told], *, created: datetime, sender: str = "") -> bytes:
    """An ``EPCISDocument``, to be captured elsewhere."""
    listed, context, apart = _together(events)
    head: dict[str, Any] = {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": times.written(created),
    }
    if sender:
        head["sender"] = sender
    texts = ",".join(event(t, apart=t.context.text in apart) for t in listed)
    return f'{dumps(head)[:-1]},"epcisBody":{{"eventList":[{texts}]}}}}'.encode()


def _together(events: Iterable[Told]) -> tuple[list[Told], list[Any], set[str]]:
    listed = list(events)
    context, apart = joined({told.context for told in listed})
    return listed, context, apart
