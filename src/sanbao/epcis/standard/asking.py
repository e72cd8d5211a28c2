"""The query parameters of the standard (EPCIS 2.0, 8.2.7.1), read from an address or from a JSON query.

Each parameter becomes one condition; an event is wanted when all of them hold. A parameter that the standard does not
know is refused, so that nobody takes everything for what he asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sanbao.epcis.standard import words
from sanbao.epcis.standard.identifiers import Range, key, matching
from sanbao.epcis.standard.indexing import kept, word
from sanbao.epcis.standard.times import NoMoment, looks_like, moment
from sanbao.epcis.standard.words import ACTIONS, Words, event_type, in_base

#: A name as written → all full names that it may stand for here.
type Names = Callable[[str], Iterable[str]]


class Misasked(ValueError):
    """A parameter that cannot be answered. ``code``: unknown, value, excludes, order."""

    def __init__(self, code: str, parameter: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.parameter, self.facts = code, parameter, facts


@dataclass(frozen=True)
class Keyed:
    """An event has, under one of the names, one of the exact texts or one in a range; without either, any."""

    names: tuple[str, ...]
    exact: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    numbers: tuple[float, ...] = ()
    #: Few events have it, so that the search should begin here.
    selective: bool = True


@dataclass(frozen=True)
class Measured:
    names: tuple[str, ...]
    operator: str
    value: float


@dataclass(frozen=True)
class Column:
    """A column of the event itself: ``event_time``, ``record_time``, ``declared_at``, ``action``, ``event_id`` …"""

    name: str
    operator: str
    value: Any


@dataclass(frozen=True)
class Below:
    """Under one of the names stands one of these places or what master data put below it."""

    names: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Attributed:
    """Under one of the names stands something with this master-data attribute (with one of the values)."""

    names: tuple[str, ...]
    attribute: str
    values: tuple[str, ...] | None = None


type Condition = Keyed | Measured | Column | Below | Attributed


@dataclass
class Asked:
    """A question to the events."""

    conditions: list[Condition] = field(default_factory=list)
    order_by: str = ""
    order_names: tuple[str, ...] = ()
    descending: bool = True
    limit: int | None = None
    most: int | None = None


_ORDERED = ("eventTime", "recordTime")
_MATCH = {
    "epc": ("epc",),
    "parentID": ("parentID",),
    "inputEPC": ("inputEPC",),
    "outputEPC": ("outputEPC",),
    "anyEPC": ("epc", "parentID", "inputEPC", "outputEPC"),
    "epcClass": ("epcClass",),
    "inputEPCClass": ("inputEPCClass",),
    "outputEPCClass": ("outputEPCClass",),
    "anyEPCClass": ("epcClass", "inputEPCClass", "outputEPCClass"),
}
_WORDS: dict[str, tuple[str, Words]] = {
    "EQ_bizStep": ("bizStep", words.BIZ_STEPS),
    "EQ_disposition": ("disposition", words.DISPOSITIONS),
    "EQ_persistentDisposition_set": ("set", words.DISPOSITIONS),
    "EQ_persistentDisposition_unset": ("unset", words.DISPOSITIONS),
    "EQ_errorReason": ("errorReason", words.ERROR_REASONS),
    "EQ_type": ("sensor.type", words.MEASUREMENTS),
}
_URIS = {
    "EQ_readPoint": ("readPoint", False),
    "EQ_bizLocation": ("bizLocation", False),
    "EQ_transformationID": ("transformationID", True),
    "EQ_correctiveEventID": ("correctiveEventID", True),
} | {
    f"EQ_{name}": (f"sensor.{name}", True)
    for name in (
        *("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism"),
        *("chemicalSubstance", "uriValue", "coordinateReferenceSystem"),
    )
}
_TIMES = {
    "eventTime": "event_time",
    "recordTime": "record_time",
    "errorDeclarationTime": "declared_at",
    "errorDeclaration_Time": "declared_at",
}
_OWN = {
    "": "ext",
    "ILMD_": "ilmd",
    "ERROR_DECLARATION_": "error",
    "SENSORELEMENT_": "sensorElement",
    "SENSORMETADATA_": "sensorMetadata",
    "SENSORREPORT_": "sensorReport",
    "readPoint_": "readPoint",
    "bizLocation_": "bizLocation",
}
_PARTY = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)")
_NUMBER = re.compile(
    r"(EQ|GT|GE|LT|LE)_(quantity|percRank|(?:value|minValue|maxValue|meanValue|sDev|percValue)(?=_))(?:_([A-Z0-9]{2,4}))?"
)
_TIME = re.compile(r"(GE|LT)_(\w+)")
_SENSED_TIME = re.compile(r"(GE|LT)_(time|startTime|endTime)")
_FIELD = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_"
    r"|readPoint_|bizLocation_)?([A-Za-z][\w.+-]*:.+)"
)
_ATTRIBUTE = re.compile(r"(HASATTR|EQ_ATTR)_(readPoint|bizLocation|epc|epcClass|parentID|inputEPC|outputEPC)(?:_(.+))?")
_ATTRIBUTED = {"epc": ("epc",), "epcClass": _MATCH["anyEPCClass"]}


def ask(parameters: Mapping[str, Any], names: Names) -> Asked:
    """A question out of its parameters. Values are as JSON has them, or lists of texts out of an address."""
    asked = Asked()
    for parameter, value in parameters.items():
        if parameter == "@context":
            continue
        if not _shaping(asked, parameter, value, names):
            asked.conditions.append(_condition(parameter, value, names))
    if asked.limit is not None and not asked.order_by:
        raise Misasked("order", "eventCountLimit")
    if asked.limit is not None and asked.most is not None:
        raise Misasked("excludes", "maxEventCount", other="eventCountLimit")
    return asked


def _shaping(asked: Asked, parameter: str, value: Any, names: Names) -> bool:
    """How the answer is put together, rather than what is in it."""
    match parameter:
        case "orderBy":
            asked.order_by = _one(parameter, value)
            if asked.order_by not in _ORDERED:
                if ":" not in asked.order_by:
                    raise Misasked("value", parameter, value=asked.order_by[:80])
                asked.order_names = tuple(f"ext|{full}" for full in names(asked.order_by))
        case "orderDirection":
            direction = _one(parameter, value)
            if direction not in ("ASC", "DESC"):
                raise Misasked("value", parameter, value=direction[:80])
            asked.descending = direction == "DESC"
        case "eventCountLimit":
            asked.limit = _count(parameter, value)
        case "maxEventCount":
            asked.most = _count(parameter, value)
        case _:
            return False
    return True


def _condition(parameter: str, value: Any, names: Names) -> Condition:
    def expand(text: str) -> str:
        return next(iter(names(text)))

    if parameter in ("eventType", "EQ_eventID", "EQ_action"):
        return _of_event(parameter, value)
    if parameter in _WORDS:
        name, listed = _WORDS[parameter]
        texts = tuple(kept(word(listed, text, expand)) for text in _texts(parameter, value))
        return Keyed((name,), texts, selective=False)
    if parameter in _URIS:
        name, selective = _URIS[parameter]
        return Keyed((name,), tuple(kept(key(t)) for t in _texts(parameter, value)), selective=selective)
    if parameter.startswith("MATCH_") and parameter[6:] in _MATCH:
        return _match(_MATCH[parameter[6:]], [matching(text) for text in _texts(parameter, value)])
    if parameter in ("WD_readPoint", "WD_bizLocation"):
        return Below((parameter[3:],), tuple(kept(key(t)) for t in _texts(parameter, value)))
    if parameter in ("EQ_stringValue", "EQ_hexBinaryValue"):
        return Keyed((f"sensor.{parameter[3:]}",), tuple(kept(t) for t in _texts(parameter, value)))
    if parameter == "EQ_booleanValue":
        return Keyed(("sensor.booleanValue",), ("true" if _yes(parameter, value) else "false",), selective=False)
    return _exists(parameter, value) or _patterned(parameter, value, names) or _unknown(parameter)


def _of_event(parameter: str, value: Any) -> Column:
    texts = _texts(parameter, value)
    if parameter == "EQ_eventID":
        return Column("event_id", "in", tuple(texts))
    listed = tuple(part for text in texts for part in text.split(","))
    if parameter == "eventType":
        return Column("type", "in", tuple(event_type(text) for text in listed))
    for text in listed:
        if text not in ACTIONS:
            raise Misasked("value", parameter, value=text[:80])
    return Column("action", "in", listed)


def _exists(parameter: str, value: Any) -> Keyed | None:
    if parameter not in ("EXISTS_errorDeclaration", "EXISTS_sensorElementList"):
        return None
    wanted = value is None or value == 1 or _yes(parameter, value)
    return Keyed((parameter[7:],), selective=False) if wanted else Keyed(())


def _patterned(parameter: str, value: Any, names: Names) -> Condition | None:
    """Parameters whose name carries a type, a unit or a field of somebody's own."""
    if found := _SENSED_TIME.fullmatch(parameter):
        return Measured((f"sensor.{found[2]}",), found[1], _moment(parameter, value).timestamp())
    if (found := _TIME.fullmatch(parameter)) and found[2] in _TIMES:
        return Column(_TIMES[found[2]], found[1], _moment(parameter, value))
    if found := _NUMBER.fullmatch(parameter):
        return _number(parameter, value, *found.groups())
    if found := _PARTY.fullmatch(parameter):
        listed = words.TRANSACTIONS if found[1] == "bizTransaction" else words.PARTIES
        bare = listed.bare(found[2])
        kinds = (bare,) if bare else tuple(names(found[2]))
        uris = tuple(kept(key(t)) for t in _texts(parameter, value))
        return Keyed(tuple(f"{found[1]}_{kind}" for kind in kinds), uris)
    if found := _ATTRIBUTE.fullmatch(parameter):
        return _attribute(parameter, value, found[1], found[2], found[3])
    if found := _FIELD.fullmatch(parameter):
        return _field(parameter, value, found, names)
    return None


def _attribute(parameter: str, value: Any, verb: str, about: str, attribute: str | None) -> Attributed:
    where = _ATTRIBUTED.get(about, (about,))
    texts = tuple(_texts(parameter, value))
    if verb == "HASATTR":
        if attribute or len(texts) != 1:
            raise Misasked("value", parameter, value=", ".join(texts)[:80])
        return Attributed(where, texts[0])
    if not attribute:
        raise Misasked("unknown", parameter)
    return Attributed(where, attribute, texts)


def _number(parameter: str, value: Any, operator: str, name: str, uom: str | None) -> Condition:
    values = [_amount(parameter, each) for each in _list(value)]
    if len(values) != 1 and operator != "EQ":
        raise Misasked("value", parameter, value=str(value)[:80])
    if uom is not None and name != "percRank":
        based = [in_base(each, uom, spread=name == "sDev") for each in values]
        name, values = f"{name}_{based[0][0]}", [amount for _, amount in based]
    if operator == "EQ":
        return Keyed((name,), numbers=tuple(values))
    return Measured((name,), operator, values[0])


def _field(parameter: str, value: Any, found: re.Match[str], names: Names) -> Condition:
    where = _OWN[found[3] or ""] + ("*" if found[2] else "")
    listed = tuple(f"{where}|{full}"[:200] for full in names(found[4]))
    match found[1]:
        case "EXISTS":
            return Keyed(listed, selective=False)
        case "EQ":
            values = _list(value)
            numbers = tuple(n for each in values if (n := _measure(each)) is not None)
            return Keyed(listed, tuple(kept(_as_text(each)) for each in values), numbers=numbers)
    amount = _measure(value[0] if isinstance(value, list) and len(value) == 1 else value)
    if amount is None:
        raise Misasked("value", parameter, value=str(value)[:80])
    return Measured(listed, found[1], amount)


def _match(names: tuple[str, ...], wanted: list[Range]) -> Keyed:
    return Keyed(
        names,
        tuple(kept(each.exact) for each in wanted if each.exact),
        tuple((each.low, each.high) for each in wanted if each.low),
    )


def _unknown(parameter: str) -> Condition:
    raise Misasked("unknown", parameter[:120])


# -- values ---------------------------------------------------------------------------------------------------


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(parameter: str, value: Any) -> list[str]:
    texts = _list(value)
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise Misasked("value", parameter, value=str(value)[:80])
    return texts


def _one(parameter: str, value: Any) -> str:
    texts = _texts(parameter, value)
    if len(texts) != 1:
        raise Misasked("value", parameter, value=str(value)[:80])
    return texts[0]


def _yes(parameter: str, value: Any) -> bool:
    single = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(single, bool):
        return single
    if single in ("true", "1", ""):
        return True
    if single in ("false", "0"):
        return False
    raise Misasked("value", parameter, value=str(value)[:80])


def _moment(parameter: str, value: Any) -> datetime:
    text = _one(parameter, value)
    try:
        return moment(text)
    except NoMoment as error:
        raise Misasked(error.code, parameter, value=text[:80]) from error


def _count(parameter: str, value: Any) -> int:
    amount = _amount(parameter, value[0] if isinstance(value, list) and len(value) == 1 else value)
    if amount != int(amount) or not 0 < amount <= 10**9:
        raise Misasked("value", parameter, value=str(value)[:80])
    return int(amount)


def _amount(parameter: str, value: Any) -> float:
    if isinstance(value, bool):
        raise Misasked("value", parameter, value=str(value))
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise Misasked("value", parameter, value=str(value)[:80]) from error
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise Misasked("value", parameter, value=str(value)[:80])
    return float(number)


def _measure(value: Any) -> float | None:
    """A value of somebody's own field as a number: itself, or the seconds of a moment."""
    if isinstance(value, str) and looks_like(value):
        try:
            return moment(value).timestamp()
        except NoMoment:
            return None
    try:
        return _amount("", value)
    except Misasked:
        return None


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
