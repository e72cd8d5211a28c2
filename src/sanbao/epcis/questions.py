"""Questions as they come in: out of an address, or out of the JSON of a named query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sanbao.epcis import saying
from sanbao.epcis.finding import Names
from sanbao.epcis.standard import reading
from sanbao.epcis.standard.asking import Asked, Misasked, ask
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.reading import Unreadable
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

_EXTENSION = re.compile(r"\s*([A-Za-z][\w.-]*)\s*=\s*(\S+?)\s*(?:,|$)")
_SENTENCES = {
    "unknown": W("标准中没有查询参数“{parameter}”。", "The standard has no query parameter “{parameter}”."),
    "value": W("参数 {parameter} 的值“{value}”不对。", "The value “{value}” of {parameter} is wrong."),
    "time": W("参数 {parameter} 的“{value}”不是时刻。", "“{value}” of {parameter} is no moment."),
    "time_zone": W("参数 {parameter} 的“{value}”没有时区。", "“{value}” of {parameter} has no time zone."),
    "year": W(
        "参数 {parameter} 的“{value}”不在 1900 至 2200 年之间。",
        "“{value}” of {parameter} is not between 1900 and 2200.",
    ),
    "order": W("用 {parameter} 须同时给出 orderBy。", "{parameter} needs an orderBy beside it."),
    "excludes": W("{parameter} 与 {other} 不能同时用。", "{parameter} and {other} exclude each other."),
}


def of_address(parameters: Iterable[tuple[str, list[str]]], extensions: str = "") -> tuple[Asked, str]:
    """A question out of an address, and its fingerprint. Several values stand apart or with ``|`` between them."""
    values: dict[str, Any] = {}
    for name, texts in parameters:
        parts = [part for text in texts for part in text.split("|")]
        values[name] = None if name.startswith("EXISTS_") and parts == [""] else parts
    return asked(values, Context.of(prefixes(extensions)))


def prefixes(header: str) -> dict[str, str]:
    """``GS1-Extensions: example=http://ns.example.com/epcis/,acme=…``"""
    return dict(_EXTENSION.findall(header))


def of_text(text: str) -> tuple[Asked, str]:
    """A question out of the JSON of a query."""
    try:
        values = reading.loads(text)
    except Unreadable as error:
        raise saying.refusal(error.code, at=error.at, **error.facts) from error
    if not isinstance(values, dict):
        raise saying.refusal("no_object")
    return asked(values, Context.of(values.get("@context")))


def asked(values: Mapping[str, Any], given: Context) -> tuple[Asked, str]:
    """A question and its fingerprint; what the standard does not know is refused."""
    try:
        question = ask(values, Names(given))
    except Misasked as error:
        facts = {"parameter": error.parameter, **error.facts}
        raise Refusal(
            f"epcis.query_{error.code}", _SENTENCES[error.code].format(**facts), "T-14", 400, error.parameter, facts
        ) from error
    named = sorted((name, value) for name, value in values.items() if name != "@context")
    return question, digest(repr((named, given.text)))
