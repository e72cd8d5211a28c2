"""One error shape for the whole API: RFC 9457 ``application/problem+json`` with code, clause and facts."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

log = logging.getLogger("sanbao.api")
CONTENT_TYPE = "application/problem+json"

#: What is said where no endpoint spoke: HTTP status → code and sentence.
SAID = {
    400: ("bad_request", W("请求读不懂。", "The request cannot be read.")),
    401: ("not_authenticated", W("请出示令牌，或先登录。", "Present a bearer token, or log in.")),
    403: ("not_permitted", W("没有权限。", "You may not do this.")),
    404: ("not_found", W("没有这个地址，或没有这条记录。", "There is no such address, or no such record.")),
    405: ("method_not_allowed", W("这个地址不接受此方法。", "This address does not take that method.")),
    413: ("too_large", W("请求体太大。", "The request is too large.")),
    500: ("server_error", W("服务器出错，已记录。", "The server failed; it is logged.")),
}
#: What can be wrong with a value, by its JSON type or by pydantic's name of the error.
WRONG = {
    "missing": W("“{name}”必填。", "“{name}” is required."),
    "extra_forbidden": W("没有“{name}”这个字段。", "There is no field “{name}”."),
    "string": W("“{name}”须为文字。", "“{name}” must be text."),
    "integer": W("“{name}”须为整数。", "“{name}” must be a whole number."),
    "boolean": W("“{name}”须为 true 或 false。", "“{name}” must be true or false."),
    "array": W("“{name}”须为列表。", "“{name}” must be a list."),
    "number": W("“{name}”须为数字。", "“{name}” must be a number."),
    "literal_error": W("“{name}”只能是 {expected}。", "“{name}” can only be {expected}."),
    "": W("“{name}”的值不对。", "The value of “{name}” is wrong."),
}


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as the API says it."""
    return as_problem(HttpResponse(status=refusal.status), refusal)


def said(status: int) -> Refusal:
    """What the house says to a status that nobody has explained."""
    code, sentence = SAID.get(status) or SAID[500 if status >= 500 else 400]
    return Refusal(code, sentence, "M-02" if status in (401, 403) else "", status)


def as_problem(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    """The response with the refusal as its body; its headers stay."""
    response.content = json.dumps(plain(refusal.as_problem()), ensure_ascii=False).encode()
    response.headers["Content-Type"] = f"{CONTENT_TYPE}; charset=utf-8"
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
    return response


def install(api: NinjaAPI) -> None:
    """Every exception of an endpoint becomes a problem; none shows its inside."""

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        return problem(error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(Refusal.of_fields([field_error(e) for e in error.errors]))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(said(401))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, Refusal):
            return problem(error.__cause__)
        sentence = W("请求体读不懂，应为 JSON。", "The body cannot be read; it must be JSON.")
        return problem(Refusal("bad_request", sentence, "", error.status_code))

    for status, kinds in {
        400: (SuspiciousOperation, MultiPartParserError, UnreadablePostError),
        403: (PermissionDenied,),
        404: (Http404,),
        413: (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent),
    }.items():
        for kind in kinds:
            api.add_exception_handler(kind, lambda request, error, status=status: problem(said(status)))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        reference = uuid.uuid4().hex[:12]
        log.exception("request %s %s failed, reference %s", request.method, request.path, reference)
        sentence = W("服务器出错，已记录，编号 {reference}。", "The server failed; it is logged as {reference}.")
        return problem(Refusal("server_error", sentence, "", 500, facts={"reference": reference}))


def field_error(error: dict[str, Any]) -> Refusal:
    """One of pydantic's errors as a refusal that names the field."""
    name = ".".join(str(part) for part in error.get("loc", ())[1:] if part != "data")
    kind = error.get("type", "")
    if not name:
        return Refusal("bad_input", W("请求体应为 JSON 对象。", "The body must be a JSON object."), "", 422)
    json_type = {"int": "integer", "bool": "boolean", "list": "array"}
    return wrong(kind if kind in WRONG else json_type.get(short := kind.partition("_")[0], short), name, error)


def wrong(kind: str, name: str, error: dict[str, Any] | None = None) -> Refusal:
    """A refusal of one field's value; ``kind`` as in ``WRONG``."""
    error = error or {}
    facts = {"name": name, "detail": error.get("msg", ""), "expected": error.get("ctx", {}).get("expected", "")}
    return Refusal("bad_input", WRONG.get(kind) or WRONG[""], "", 422, name, {k: v for k, v in facts.items() if v})
