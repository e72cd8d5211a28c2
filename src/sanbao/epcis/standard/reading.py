"""An EPCIS document read so that each event keeps its own words.

The text is walked down to the list of events; each event's members are kept as they were written (order, spelling of
numbers, white space inside values), so that what is handed out later is what came in. Twice the same name in one
object counts once, the last, as every JSON reader has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from json.decoder import JSONDecodeError, scanstring
from typing import Any

#: Deeper than anybody nests; a bomb of brackets ends here.
DEEPEST = 40
_BLANK = re.compile(r"[ \t\n\r]*")
_ODD = re.compile(r"\\u0000|\\u[dD][89abAB]|\\u[dD][c-fC-F]|[\x00\ud800-\udfff]")


class Unreadable(ValueError):
    """The text is no JSON, or JSON that nobody can keep. ``code`` says which, ``at`` where."""

    def __init__(self, code: str, at: int = 0, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.at, self.facts = code, at, facts


@lru_cache(maxsize=1024)
def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


@dataclass(slots=True)
class Written:
    """One event as it was written: its members' texts, and the values that they stand for."""

    value: Any
    members: dict[str, str] = field(default_factory=dict)

    def text(self, *, without: tuple[str, ...] = (), first: dict[str, str] | None = None) -> str:
        """The event's text without some members, with some put first."""
        members = {k: v for k, v in self.members.items() if k not in without}
        return "{" + ",".join(f"{_quoted(k)}:{v}" for k, v in ((first or {}) | members).items()) + "}"


@dataclass(slots=True)
class Document:
    """A document: what stands around the events, and the events."""

    head: dict[str, Any]
    events: list[Written] | None


def _constant(name: str) -> None:
    raise Unreadable("constant", constant=name)


def _number(text: str) -> Any:
    """Exact; a number beyond all measure is no number of anybody's."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Unreadable("number", number=text[:40]) from error
    if abs(number.adjusted()) > 300:
        raise Unreadable("number", number=text[:40])
    return number


def _whole(text: str) -> int:
    if len(text) > 40:
        raise Unreadable("number", number=text[:40])
    return int(text)


_decoder = json.JSONDecoder(parse_float=_number, parse_int=_whole, parse_constant=_constant)


def decoded(body: bytes) -> str:
    """UTF-8 text; a byte-order mark is forgiven."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8", error.start) from error


def loads(text: str) -> Any:
    """One JSON value, with exact numbers, that a database can hold."""
    try:
        value, end = _decoder.scan_once(text, _skip(text, 0))
        if _skip(text, end) != len(text):
            raise Unreadable("not_json", end)
    except (JSONDecodeError, StopIteration) as error:
        raise Unreadable("not_json", getattr(error, "pos", 0) or 0) from error
    except RecursionError as error:
        raise Unreadable("too_deep", deepest=DEEPEST) from error
    _hold(text, value)
    return value


def read(text: str) -> Document:
    """A document of events. A single event, or anything else, has no ``events``."""
    try:
        head, end, events = _Walk(text).document()
        if _skip(text, end) != len(text):
            raise Unreadable("not_json", end)
    except (JSONDecodeError, StopIteration) as error:
        at = getattr(error, "pos", None)
        raise Unreadable("not_json", at if at is not None else int(error.value or 0)) from error  # type: ignore[attr-defined]
    except RecursionError as error:
        raise Unreadable("too_deep", deepest=DEEPEST) from error
    _hold(text, head, *(event.value for event in events or ()))
    return Document(head, events)


def event(text: str) -> Written:
    """One event by itself."""
    try:
        written, end = _Walk(text).event(_skip(text, 0))
        if _skip(text, end) != len(text):
            raise Unreadable("not_json", end)
    except (JSONDecodeError, StopIteration) as error:
        raise Unreadable("not_json", getattr(error, "pos", 0) or 0) from error
    except RecursionError as error:
        raise Unreadable("too_deep", deepest=DEEPEST) from error
    _hold(text, written.value)
    return written


def _skip(text: str, at: int) -> int:
    """Past white space. As a rule there is none, and this is asked several times for every field."""
    if text[at : at + 1] > " ":
        return at
    found = _BLANK.match(text, at)
    return found.end() if found else at


class _Walk:
    """Down to the list of events; everything beside the way is read whole."""

    WAY = {"epcisBody", "queryResults", "resultsBody"}

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: list[Written] | None = None

    def document(self) -> tuple[dict[str, Any], int, list[Written] | None]:
        at = _skip(self.text, 0)
        if self.text[at : at + 1] != "{":
            loads(self.text)  # says where it is no JSON at all
            raise Unreadable("no_object")
        head, end = self.object(at)
        return head, end, self.events

    def object(self, at: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        for name, start in self.names(at):
            if name in self.WAY and self.text[start : start + 1] == "{":
                found[name], self.end = self.object(start)
            elif name == "eventList" and self.text[start : start + 1] == "[":
                self.events, self.end = self.list(start)
                found[name] = None
            else:
                found[name], self.end = _decoder.scan_once(self.text, start)
        return found, self.end

    def names(self, at: int) -> Iterator[tuple[str, int]]:
        """The members of an object: name, and where its value begins. The body of the loop sets ``self.end``."""
        text = self.text
        at = _skip(text, at + 1)
        if text[at : at + 1] == "}":
            self.end = at + 1
            return
        while True:
            if text[at : at + 1] != '"':
                raise JSONDecodeError("name", text, at)
            name, at = scanstring(text, at + 1)
            at = _skip(text, at)
            if text[at : at + 1] != ":":
                raise JSONDecodeError("colon", text, at)
            yield name, _skip(text, at + 1)
            at = _skip(text, self.end)
            if text[at : at + 1] == "}":
                self.end = at + 1
                return
            if text[at : at + 1] != ",":
                raise JSONDecodeError("comma", text, at)
            at = _skip(text, at + 1)

    def list(self, at: int) -> tuple[list[Written], int]:
        text, found = self.text, []
        at = _skip(text, at + 1)
        if text[at : at + 1] == "]":
            return found, at + 1
        while True:
            written, at = self.event(at)
            found.append(written)
            at = _skip(text, at)
            if text[at : at + 1] == "]":
                return found, at + 1
            if text[at : at + 1] != ",":
                raise JSONDecodeError("comma", text, at)
            at = _skip(text, at + 1)

    def event(self, at: int) -> tuple[Written, int]:
        if self.text[at : at + 1] != "{":
            value, end = _decoder.scan_once(self.text, at)
            return Written(value), end
        value: dict[str, Any] = {}
        members: dict[str, str] = {}
        for name, start in self.names(at):
            value[name], self.end = _decoder.scan_once(self.text, start)
            members[name] = self.text[start : self.end]
        return Written(value, members), self.end


def _hold(text: str, *values: Any) -> None:
    """Refuse what is nested too deeply, and characters that no database keeps."""
    odd = bool(_ODD.search(text))
    stack = [(value, 1) for value in values]
    while stack:
        value, depth = stack.pop()
        if depth > DEEPEST:
            raise Unreadable("too_deep", deepest=DEEPEST)
        if isinstance(value, dict):
            stack += [(part, depth + 1) for part in value.values()]
            if odd:
                stack += [(name, depth + 1) for name in value]
        elif isinstance(value, list):
            stack += [(part, depth + 1) for part in value]
        elif odd and isinstance(value, str) and ("\x00" in value or any("\ud800" <= c <= "\udfff" for c in value)):
            raise Unreadable("character")
