"""One error shape for the whole API: RFC 9457 ``application/problem+json`` with code, clause and facts."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

log = logging.getLogger("sanbao.api")


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as the API says it."""
    body = json.dumps(plain(refusal.as_problem()), ensure_ascii=False)
    return HttpResponse(body, status=refusal.status, content_type="application/problem+json; charset=utf-8")


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
        sentence = W("请出示令牌，或先登录。", "Present a bearer token, or log in.")
        response = problem(Refusal("not_authenticated", sentence, "M-02", 401))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(Refusal("not_found", W("没有这条记录。", "There is no such record."), "", 404))

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(Refusal("not_permitted", W("没有权限。", "You may not do this."), "M-02", 403))

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        sentence = W("请求体读不懂，应为 JSON。", "The body cannot be read; it must be JSON.")
        return problem(Refusal("bad_request", sentence, "", error.status_code, facts={"detail": str(error)}))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        reference = uuid.uuid4().hex[:12]
        log.exception("request %s %s failed, reference %s", request.method, request.path, reference)
        sentence = W("服务器出错，已记录，编号 {reference}。", "The server failed; it is logged as {reference}.")
        return problem(Refusal("server_error", sentence, "", 500, facts={"reference": reference}))


def field_error(error: dict[str, Any]) -> Refusal:
    """One of pydantic's errors as a refusal that names the field."""
    where = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "data")]
    name = ".".join(where)
    match error.get("type", ""):
        case "missing":
            sentence = W("“{field}”必填。", "“{field}” is required.")
        case "extra_forbidden":
            sentence = W("没有“{field}”这个字段。", "There is no field “{field}”.")
        case _:
            sentence = W("“{field}”的值不对：{detail}", "The value of “{field}” is wrong: {detail}")
    facts = {"field": name, "detail": error.get("msg", "")}
    return Refusal("bad_input", sentence, "", 422, name, facts)
