"""The door of the interface: who calls, which versions and formats he wants, and how he is refused.

Every answer names the versions that are spoken; every refusal is ``application/problem+json`` with the standard's
exception as its type and the code, clause and facts of the house beside it.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from sanbao.epcis.policies import limits
from sanbao.epcis.standard.writing import DIGITAL_LINK
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

log = logging.getLogger("sanbao.epcis")
VERSION = "2.0.0"
#: How long an address may be; a question that needs more is given a name.
LONGEST_ADDRESS = 8000
FORMATS = ("No_Preference", "Never_Translates", DIGITAL_LINK)
JSON_TYPES = re.compile(r"application/(?:[\w.-]+\+)?json|application/\*|\*/\*")
_BY_STATUS = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    405: "ValidationException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
}
_BY_CODE = {
    "epcis.query_": "QueryParameterException",
    "epcis.token_": "QueryParameterException",
    "epcis.page": "QueryParameterException",
    "epcis.too_many_events": "QueryTooLargeException",
    "epcis.subscription": "SubscriptionControlsException",
    "epcis.no_query": "NoSuchNameException",
    "epcis.no_subscription": "NoSuchSubscriptionException",
    "outside.": "InvalidURIException",
}
type View = Callable[..., HttpResponse]


def endpoint(*, capture: bool = False, **methods: View) -> View:
    """A view that answers these methods (``get=…``, ``post=…``), and OPTIONS by itself."""
    allowed = ", ".join(["OPTIONS", *(name.upper() for name in methods), *(["HEAD"] if "get" in methods else [])])

    @csrf_exempt
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            response = _answered(request, methods, kwargs)
        except Refusal as refusal:
            response = problem(refusal)
        except UnreadablePostError:
            response = problem(Refusal("bad_request", W("正文没有传完。", "The body broke off."), "", 400))
        except OperationalError:
            log.exception("%s %s: the database is busy", request.method, request.path)
            sentence = W("数据库正忙，请稍后再试。", "The database is busy; try again.")
            response = problem(Refusal("busy", sentence, "", 503))
            response["Retry-After"] = "5"
        except Exception:  # nobody outside sees our inside; the log has it, under the reference that he gets
            reference = uuid.uuid4().hex[:12]
            log.exception("%s %s failed (%s)", request.method, request.path, reference)
            sentence = W("服务器出错，已记录。", "The server failed; it is logged.")
            response = problem(Refusal("server_error", sentence, "", 500, facts={"reference": reference}))
        if request.method == "OPTIONS" and response.status_code == 204:
            response["Allow"] = allowed
            for name, told in _discovery(capture).items():
                response[name] = told
        if response.status_code == 405:
            response["Allow"] = allowed
        if response.status_code == 503 and "Retry-After" not in response:
            response["Retry-After"] = "10"
        response["GS1-EPCIS-Version"] = response["GS1-CBV-Version"] = VERSION
        return response

    view.login_required = False  # type: ignore[attr-defined]  # the door itself asks who calls
    return view


def _answered(request: HttpRequest, methods: Mapping[str, View], kwargs: dict[str, Any]) -> HttpResponse:
    caller(request)
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        sentence = W("地址太长；请改用命名查询。", "The address is too long; give the question a name.")
        raise Refusal("epcis.address_too_long", sentence, "T-14", 414)
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    method = "get" if request.method == "HEAD" else str(request.method).lower()
    if method not in methods:
        sentence = W("这个地址不接受此方法。", "This address does not take that method.")
        raise Refusal("method_not_allowed", sentence, "", 405)
    _acceptable(request)
    return methods[method](request, **kwargs)


def caller(request: HttpRequest) -> Actor:
    """Who calls: by token, or a person logged in (who must have finished logging in, and send the CSRF token)."""
    from sanbao.web import accounts

    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        sentence = W("请出示令牌，或先登录。", "Present a bearer token, or log in.")
        raise Refusal("not_authenticated", sentence, "M-02", 401)
    if not getattr(request, "by_token", False):
        if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request) is not None:
            sentence = W("页面已过期，请刷新后再试。", "The page is out of date; reload it and try again.")
            raise Refusal("csrf", sentence, "M-02", 403)
        if accounts.first_of_all(request):
            sentence = W("请先完成登录。", "Finish logging in first.")
            raise Refusal("login_unfinished", sentence, "M-02", 403)
    return actor


def _acceptable(request: HttpRequest) -> None:
    """Refuse whoever wants a version, a format or a language of data that is not spoken here."""
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("Accept", "*/*").split(",")]
    if not any(JSON_TYPES.fullmatch(each) for each in accepted):
        _unacceptable("Accept", request.headers.get("Accept", ""), "application/json, application/ld+json")
    for standard in ("EPCIS", "CBV"):
        for side in ("Min", "Max", "Version"):
            name = f"GS1-{standard}-{side}"
            value = request.headers.get(name)
            if value is not None and not _speaks(side, value):
                _unacceptable(name, value, VERSION)
    epc_format = request.headers.get("GS1-EPC-Format")
    if epc_format is not None and epc_format not in FORMATS:
        _unacceptable("GS1-EPC-Format", epc_format, ", ".join(FORMATS))


def _speaks(side: str, value: str) -> bool:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,2}", value):
        return False
    numbers = [int(n) for n in value.split(".")]
    wanted, ours = numbers[:2] + [0] * (2 - len(numbers[:2])), [2, 0]
    return wanted <= ours if side == "Min" else wanted >= ours if side == "Max" else wanted == ours


def _unacceptable(header: str, value: str, spoken: str) -> None:
    sentence = W("{header}：不支持“{value}”，支持 {spoken}。", "{header}: “{value}” is not spoken here; {spoken} is.")
    facts = {"header": header, "value": value[:100], "spoken": spoken}
    raise Refusal("epcis.not_acceptable", sentence, "T-14", 406, facts=facts)


def _discovery(capture: bool) -> dict[str, str]:
    told = {f"GS1-{standard}-{side}": VERSION for standard in ("EPCIS", "CBV") for side in ("Min", "Max")}
    told |= {"GS1-EPC-Format": "Never_Translates", "GS1-CBV-XML-Format": "Never_Translates"}
    told |= {"GS1-Vendor-Version": "Sanbao"}
    if capture:
        most_bytes, most_events = limits()
        told |= {"GS1-EPCIS-Capture-Limit": str(most_events), "GS1-EPCIS-Capture-File-Size-Limit": str(most_bytes)}
        told["GS1-Capture-Error-Behaviour"] = "all"
    return told


# -- bodies -----------------------------------------------------------------------------------------------------------


def body_of(request: HttpRequest) -> bytes:
    """The body, read in pieces and no further than a document may be long."""
    sent = (request.content_type or "application/json").lower()
    if not JSON_TYPES.fullmatch(sent) or "*" in sent:
        sentence = W(
            "请以 application/json 或 application/ld+json 发送。", "Send application/json or application/ld+json."
        )
        raise Refusal("not_json", sentence, "T-14", 415, facts={"content_type": sent[:100]})
    most, _ = limits()
    pieces: list[bytes] = []
    size = 0
    while piece := request.read(1 << 20):
        size += len(piece)
        if size > most:
            break  # one byte too many is enough to know; the action says so
        pieces.append(piece)
    return b"".join(pieces) if size <= most else b" " * (most + 1)


def json_answer(told: Any, status: int = 200, **headers: str) -> HttpResponse:
    text = told if isinstance(told, bytes) else json.dumps(plain(told), ensure_ascii=False)
    return HttpResponse(text, content_type="application/json", status=status, headers=headers)


# -- problems ---------------------------------------------------------------------------------------------------------


def exception_of(refusal: Refusal) -> str:
    """The standard's name for why something is refused."""
    for beginning, name in _BY_CODE.items():
        if refusal.code.startswith(beginning):
            return f"epcisException:{name}"
    return f"epcisException:{_BY_STATUS.get(refusal.status, 'ImplementationException')}"


def problem(refusal: Refusal) -> HttpResponse:
    told = refusal.as_problem() | {"type": exception_of(refusal)}
    response = HttpResponse(
        json.dumps(plain(told), ensure_ascii=False),
        content_type="application/problem+json; charset=utf-8",
        status=refusal.status,
    )
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if refusal.status == 413 and refusal.code == "epcis.too_large":
        most_bytes, most_events = limits()
        response["GS1-EPCIS-Capture-Limit"] = str(most_events)
        response["GS1-EPCIS-Capture-File-Size-Limit"] = str(most_bytes)
    return response
