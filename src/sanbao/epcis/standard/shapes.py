"""The five events and the document, as the standard shapes them (EPCIS 2.0, chapters 7 and 10)."""

from __future__ import annotations

from typing import Any

from sanbao.epcis.standard import checking as is_
from sanbao.epcis.standard import words
from sanbao.epcis.standard.checking import Found, Problem, Shape, list_of, word
from sanbao.epcis.standard.words import ACTIONS, EVENT_TYPES, event_type


def _anything(value: Any, path: str, found: Found) -> None:
    pass


_uris = list_of(is_.uri)
_quantity = Shape(
    {"epcClass": is_.uri, "quantity": is_.number, "uom": is_.uom}, needs=["epcClass"], others="none"
)  # fmt: skip
_quantities = list_of(_quantity)
_disposition = word(words.DISPOSITIONS)
_some_dispositions = list_of(_disposition, least=1, once=True)
_place = Shape({"id": is_.uri}, needs=["id"], others="any")


def _persistent(value: Any, path: str, found: Found) -> None:
    Shape({"set": _some_dispositions, "unset": _some_dispositions}, others="none")(value, path, found)
    if value == {}:
        found.append(Problem("required", f"{path}.set", {"field": "set"}))


_transactions = list_of(
    Shape(
        {"type": word(words.TRANSACTIONS), "bizTransaction": is_.uri}, needs=["bizTransaction"], others="none"
    )
)  # fmt: skip


def _parties(name: str) -> is_.Check:
    return list_of(Shape({"type": word(words.PARTIES), name: is_.uri}, needs=["type", name], others="none"))


_SENSED_BY = {name: is_.uri for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")}
_metadata = Shape(_SENSED_BY | {"time": is_.time, "startTime": is_.time, "endTime": is_.time})
_report = Shape(
    _SENSED_BY
    | {name: is_.number for name in ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")}
    | {name: is_.uri for name in ("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue")}
    | {
        "type": word(words.MEASUREMENTS),
        "exception": word(words.ALERTS),
        "time": is_.time,
        "component": word(words.COMPONENTS),
        "stringValue": is_.text,
        "booleanValue": is_.boolean,
        "hexBinaryValue": is_.hexadecimal,
        "uom": is_.text,
    },
    needs=["type"],
)
_sensors = list_of(
    Shape({"sensorMetadata": _metadata, "sensorReport": list_of(_report, least=1)}, needs=["sensorReport"])
)
_error = Shape(
    {
        "declarationTime": is_.time,
        "reason": word(words.ERROR_REASONS),
        "correctiveEventIDs": list_of(is_.event_id),
    },
    needs=["declarationTime"],
)

_COMMON: dict[str, is_.Check] = {
    "@context": _anything,
    "type": _anything,
    "eventID": is_.event_id,
    "eventTime": is_.time,
    "recordTime": is_.time,
    "eventTimeZoneOffset": is_.offset,
    "certificationInfo": is_.either(is_.uri, _uris),
    "errorDeclaration": _error,
}
_BUSINESS: dict[str, is_.Check] = {
    "bizStep": word(words.BIZ_STEPS),
    "disposition": _disposition,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": _transactions,
    "sourceList": _parties("source"),
    "destinationList": _parties("destination"),
    "sensorElementList": _sensors,
}
_MADE: dict[str, is_.Check] = {"ilmd": Shape({}), "persistentDisposition": _persistent}
_ACTION: dict[str, is_.Check] = {"action": is_.one_of(ACTIONS)}
_FAMILY: dict[str, is_.Check] = {"parentID": is_.uri, "childEPCs": _uris, "childQuantityList": _quantities}
_NEEDED = ("eventTime", "eventTimeZoneOffset")
_once = list_of(is_.uri, once=True)

_SHAPES = {
    "ObjectEvent": Shape(
        _COMMON | _BUSINESS | _MADE | _ACTION | {"epcList": _once, "quantityList": _quantities},
        needs=[*_NEEDED, "action"],
    ),
    "AggregationEvent": Shape(_COMMON | _BUSINESS | _ACTION | _FAMILY, needs=[*_NEEDED, "action"]),
    "TransactionEvent": Shape(
        _COMMON | _BUSINESS | _ACTION | {"parentID": is_.uri, "epcList": _uris, "quantityList": _quantities},
        needs=[*_NEEDED, "action", "bizTransactionList"],
    ),
    "TransformationEvent": Shape(
        _COMMON
        | _BUSINESS
        | _MADE
        | {
            "inputEPCList": _once,
            "outputEPCList": _once,
            "inputQuantityList": _quantities,
            "outputQuantityList": _quantities,
            "transformationID": is_.uri,
        },
        needs=_NEEDED,
    ),
    "AssociationEvent": Shape(_COMMON | _BUSINESS | _ACTION | _FAMILY, needs=[*_NEEDED, "action", "parentID"]),
}
#: An event of somebody's own type: whatever it has of the standard's fields has the standard's shape.
_EXTENDED = Shape(
    {name: check for shape in _SHAPES.values() for name, check in shape.fields.items()} | {"type": is_.uri},
    needs=_NEEDED,
    others="any",
)


def faults(event: Any) -> list[Problem]:
    """Everything that is wrong with the shape of an event; nothing for a sound one."""
    found: list[Problem] = []
    if not isinstance(event, dict):
        return [Problem("not_object", "", {})]
    kind = event.get("type")
    if not isinstance(kind, str) or not kind:
        return [Problem("required", "type", {"field": "type"})]
    kind = event_type(kind)
    if kind not in _SHAPES and not is_.named(kind):
        return [Problem("event_type", "type", {"value": kind[:80], "choices": ", ".join(EVENT_TYPES)})]
    _SHAPES.get(kind, _EXTENDED)(event, "", found)
    if kind in _SHAPES and not found:
        found += _together(kind, event)
    return found


def _together(kind: str, event: dict[str, Any]) -> list[Problem]:
    """What fields ask of one another."""
    if kind == "TransformationEvent":
        return _sides(event)
    action = event["action"]
    if kind == "ObjectEvent":
        seen = (
            "epcList" in event or event.get("quantityList") or (event.get("sensorElementList") and "readPoint" in event)
        )
        if "ilmd" in event and action != "ADD":
            return [Problem("ilmd", "ilmd", {})]
        return [] if seen else [Problem("nothing", "epcList", {})]
    if kind == "TransactionEvent":
        if not event["bizTransactionList"]:
            return [Problem("empty_list", "bizTransactionList", {})]
        seen = "epcList" in event or event.get("quantityList") or action == "DELETE"
        return [] if seen else [Problem("nothing", "epcList", {})]
    if kind == "AggregationEvent" and action != "OBSERVE" and "parentID" not in event:
        return [Problem("required", "parentID", {"field": "parentID"})]
    seen = event.get("childEPCs") or event.get("childQuantityList") or action == "DELETE"
    return [] if seen else [Problem("nothing", "childEPCs", {})]


def _sides(event: dict[str, Any]) -> list[Problem]:
    """A transformation has inputs and outputs; one side may stand in another event of the same transformationID."""
    inputs = bool(event.get("inputEPCList") or event.get("inputQuantityList"))
    outputs = bool(event.get("outputEPCList") or event.get("outputQuantityList"))
    if (inputs and outputs) or ("transformationID" in event and (inputs or outputs)):
        return []
    missing = "outputEPCList" if inputs else "inputEPCList"
    return [Problem("one_sided", missing, {"field": missing})]


_master = Shape(
    {
        "epcisMasterData": Shape(
            {
                "vocabularyList": list_of(
                    Shape(
                        {
                            "type": is_.uri,
                            "vocabularyElementList": list_of(
                                Shape(
                                    {
                                        "id": is_.uri,
                                        "attributes": list_of(Shape({"id": is_.uri}, needs=["id"], others="any")),
                                        "children": _uris,
                                    },
                                    needs=["id"],
                                    others="any",
                                )
                            ),
                        },
                        needs=["type"],
                        others="any",
                    )
                )
            },
            others="any",
        )
    }
)
_AROUND: dict[str, is_.Check] = {
    "@context": _anything,
    "type": _anything,
    "id": is_.uri,
    "schemaVersion": is_.version,
    "creationDate": is_.time,
    "epcisBody": _anything,
}
_DOCUMENTS = {
    "EPCISDocument": Shape(
        _AROUND
        | {"instanceIdentifier": is_.text, "sender": is_.text, "receiver": is_.text, "epcisHeader": _master},
        needs=["@context", "schemaVersion", "creationDate", "epcisBody"],
    ),
    "EPCISQueryDocument": Shape(_AROUND, needs=["@context", "epcisBody"]),
}  # fmt: skip
_query_results = Shape(
    {
        "queryName": is_.text,
        "subscriptionID": is_.text,
        "resultsBody": Shape({"eventList": _anything, "vocabularyList": _anything}),
    },
    needs=["queryName", "resultsBody"],
)


def document_faults(head: dict[str, Any], *, has_events: bool) -> list[Problem]:
    """Everything that is wrong around the events of a document."""
    kind = head.get("type")
    if not isinstance(kind, str) or kind not in _DOCUMENTS:
        if isinstance(kind, str) and event_type(kind) in EVENT_TYPES:
            return [Problem("single_event", "type", {"value": kind})]
        return [Problem("document_type", "type", {"value": str(kind)[:80]})]
    found: list[Problem] = []
    _DOCUMENTS[kind](head, "", found)
    if "@context" in head:
        found += context_faults(head["@context"])
    body = head.get("epcisBody")
    if isinstance(body, dict) and kind == "EPCISQueryDocument":
        Shape({"queryResults": _query_results}, needs=["queryResults"])(body, "epcisBody", found)
    if not found and not has_events:
        way = "epcisBody.eventList" if kind == "EPCISDocument" else "epcisBody.queryResults.resultsBody.eventList"
        found.append(Problem("required", way, {"field": "eventList"}))
    return found


def context_faults(context: Any) -> list[Problem]:
    """A context is an address, an object, or a list of these."""
    found: list[Problem] = []
    listed = context if isinstance(context, list) else [context]
    for place, entry in enumerate(listed):
        if isinstance(entry, str):
            is_.uri(entry, f"@context[{place}]", found)
        elif not isinstance(entry, dict):
            found.append(Problem("context", f"@context[{place}]", {}))
    if not listed:
        found.append(Problem("context", "@context", {}))
    return found
