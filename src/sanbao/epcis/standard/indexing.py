"""Under which names and values an event is found: what the query parameters look for, drawn out of it once.

A key is (name, text), a measure (name, number). Texts are in the form that is compared (``words``, ``identifiers``);
moments are seconds since 1970. Fields of somebody's own stand under ``ext|<full name>``, deeper ones under ``ext*|…``,
and so for those of ILMD, error declaration, sensors and places.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from sanbao.epcis.standard import words
from sanbao.epcis.standard.identifiers import key
from sanbao.epcis.standard.times import NoMoment, looks_like, moment
from sanbao.epcis.standard.words import Words, event_type, in_base

LONGEST = 200
type Expand = Callable[[str], str]

_EPCS = {
    "epcList": "epc",
    "childEPCs": "epc",
    "inputEPCList": "inputEPC",
    "outputEPCList": "outputEPC",
}
_CLASSES = {
    "quantityList": "epcClass",
    "childQuantityList": "epcClass",
    "inputQuantityList": "inputEPCClass",
    "outputQuantityList": "outputEPCClass",
}
_SENSED_TEXTS = ("stringValue", "hexBinaryValue")
_SENSED_URIS = (
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "uriValue",
    "coordinateReferenceSystem",
)
_SENSED_NUMBERS = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
_SENSED_TIMES = ("time", "startTime", "endTime")
STANDARD_FIELDS = {
    *_EPCS,
    *_CLASSES,
    *("@context", "type", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "certificationInfo"),
    *("errorDeclaration", "action", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation"),
    *("bizTransactionList", "sourceList", "destinationList", "sensorElementList", "ilmd", "parentID"),
    "transformationID",
}


def kept(text: str) -> str:
    """A text as the index keeps it: a long one by its beginning and its digest."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 65]}#{hashlib.sha256(text.encode()).hexdigest()}"


def word(listed: Words, text: str, expand: Expand) -> str:
    return listed.bare(text) or expand(text)


def seconds(text: str) -> float:
    return moment(text).timestamp()


class Index:
    """The keys and measures of one sound event. ``places``: read point and location as written, by key."""

    def __init__(self, event: dict[str, Any], expand: Expand) -> None:
        self.keys: set[tuple[str, str]] = set()
        self.measures: set[tuple[str, float]] = set()
        self.places: dict[str, str] = {}
        self.expand = expand
        self._of(event)

    def _key(self, name: str, text: str) -> None:
        self.keys.add((name, kept(text)))

    def _thing(self, name: str, uri: str) -> None:
        self._key(name, key(uri))

    def _word(self, name: str, listed: Words, text: Any) -> None:
        if text is not None:
            self._key(name, word(listed, text, self.expand))

    def _of(self, event: dict[str, Any]) -> None:
        self._key("type", event_type(event["type"]))
        for field, name in _EPCS.items():
            for uri in event.get(field) or ():
                self._thing(name, uri)
        for field, name in _CLASSES.items():
            for element in event.get(field) or ():
                self._quantity(name, element)
        if "parentID" in event:
            self._thing("parentID", event["parentID"])
        if "transformationID" in event:
            self._key("transformationID", key(event["transformationID"]))
        self._word("bizStep", words.BIZ_STEPS, event.get("bizStep"))
        self._word("disposition", words.DISPOSITIONS, event.get("disposition"))
        for side in ("set", "unset"):
            for text in (event.get("persistentDisposition") or {}).get(side) or ():
                self._word(side, words.DISPOSITIONS, text)
        for field in ("readPoint", "bizLocation"):
            if place := event.get(field):
                self._thing(field, place["id"])
                self.places[kept(key(place["id"]))] = place["id"]
                self._own(field, {n: v for n, v in place.items() if n != "id"})
        self._business(event)
        self._error(event.get("errorDeclaration"))
        self._sensors(event.get("sensorElementList"))
        self._own("ilmd", event.get("ilmd") or {})
        self._own("ext", {n: v for n, v in event.items() if n not in STANDARD_FIELDS})

    def _quantity(self, name: str, element: dict[str, Any]) -> None:
        self._thing(name, element["epcClass"])
        if "quantity" in element:
            amount = float(element["quantity"])
            self.measures.add(("quantity", amount))
            if uom := element.get("uom"):
                base, amount = in_base(amount, uom)
                self.measures.add((f"quantity_{base}", amount))

    def _business(self, event: dict[str, Any]) -> None:
        for paper in event.get("bizTransactionList") or ():
            kind = word(words.TRANSACTIONS, paper.get("type", ""), self.expand)
            self._key(f"bizTransaction_{kind}", key(paper["bizTransaction"]))
        for side in ("source", "destination"):
            for party in event.get(f"{side}List") or ():
                self._key(f"{side}_{word(words.PARTIES, party['type'], self.expand)}", key(party[side]))

    def _error(self, error: dict[str, Any] | None) -> None:
        if error is None:
            return
        self._key("errorDeclaration", "")
        self._word("errorReason", words.ERROR_REASONS, error.get("reason"))
        for each in error.get("correctiveEventIDs") or ():
            self._key("correctiveEventID", each)
        known = ("declarationTime", "reason", "correctiveEventIDs")
        self._own("error", {n: v for n, v in error.items() if n not in known})

    def _sensors(self, elements: list[dict[str, Any]] | None) -> None:
        if elements:
            self._key("sensorElementList", "")
        for element in elements or ():
            known = ("sensorMetadata", "sensorReport")
            self._own("sensorElement", {n: v for n, v in element.items() if n not in known})
            self._sensed(element.get("sensorMetadata") or {}, "sensorMetadata")
            for report in element["sensorReport"]:
                self._sensed(report, "sensorReport")
                self._measured(report)

    def _sensed(self, part: dict[str, Any], own: str) -> None:
        for name in _SENSED_URIS:
            if name in part:
                self._key(f"sensor.{name}", key(part[name]))
        for name in _SENSED_TEXTS:
            if name in part:
                self._key(f"sensor.{name}", part[name])
        for name in _SENSED_TIMES:
            if name in part:
                self.measures.add((f"sensor.{name}", seconds(part[name])))
        self._own(own, {n: v for n, v in part.items() if ":" in n})

    def _measured(self, report: dict[str, Any]) -> None:
        self._word("sensor.type", words.MEASUREMENTS, report["type"])
        if "booleanValue" in report:
            self._key("sensor.booleanValue", "true" if report["booleanValue"] else "false")
        if "percRank" in report:
            self.measures.add(("percRank", float(report["percRank"])))
        for name in _SENSED_NUMBERS:
            if name in report:
                base, amount = in_base(float(report[name]), report.get("uom", ""), spread=name == "sDev")
                self.measures.add((f"{name}_{base}", amount))

    def _own(self, where: str, fields: dict[str, Any], depth: str = "") -> None:
        """Fields of somebody's own, and what lies inside them at any depth."""
        for name, value in fields.items():
            if name in ("@context", "@type", "@id", "id", "type") and depth:
                continue
            self._value(where, f"{where}{depth}|{self.expand(name)}"[:LONGEST], value)

    def _value(self, where: str, name: str, value: Any) -> None:
        match value:
            case bool():
                self._key(name, "true" if value else "false")
            case int() | Decimal():
                self._key(name, f"{value.normalize():f}" if isinstance(value, Decimal) else str(value))
                self.measures.add((name, float(value)))
            case str():
                self._key(name, value)
                if looks_like(value):
                    with suppress(NoMoment):  # it only looked like one: it is found as a text
                        self.measures.add((name, seconds(value)))
            case dict():
                self._key(name, "")
                self._own(where, value, "*")
            case list():
                self._key(name, "")
                for each in value:
                    self._value(where, name, each)
            case None:
                self._key(name, "")
