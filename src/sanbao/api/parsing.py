"""JSON as a database and a hash can hold it, read strictly: what is refused here would fail deep inside."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

DEEPEST = 12


class HouseParser(Parser):
    """UTF-8 JSON without NaN, NUL characters or halves of characters, and not deeper than anybody needs."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json" and not request.content_type.endswith("+json"):
            sentence = W("请以 application/json 发送。", "Send it as application/json.")
            raise Refusal("not_json", sentence, "", 415, facts={"content_type": request.content_type})
        body = json.loads(request.body.decode(), parse_constant=_no_number)
        if isinstance(body, dict):
            for name, value in body.items():
                _hold(name, name)
                _hold(value, name)
        return body


def _no_number(constant: str) -> None:
    sentence = W("JSON 中没有 {constant}。", "JSON knows no {constant}.")
    raise Refusal("bad_request", sentence, "", 400, facts={"constant": constant})


def _hold(value: Any, field: str, depth: int = 1) -> None:
    """Refuse a value that cannot be kept, by the name of the field that it came in."""
    if depth > DEEPEST:
        sentence = W("“{name}”嵌套过深。", "“{name}” is nested too deeply.")
        raise Refusal("bad_input", sentence, "", 422, field, {"name": field})
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            sentence = W("文字中有无法保存的字符。", "The text holds a character that cannot be kept.")
            raise Refusal("bad_input", sentence, "", 422, field if "\x00" not in field and field.isprintable() else "")
    elif isinstance(value, dict | list):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            _hold(part, field, depth + 1)
