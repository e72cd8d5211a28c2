"""Pages of lists that are no events: captures, queries, resources. The same parameters, the same header."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sanbao.epcis.answering import LARGEST, PAGE, VALID
from sanbao.epcis.rest.door import json_answer
from sanbao.epcis.standard import times
from sanbao.kernel.codes import whole
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W

_SALT = "epcis.list"
#: Parameters that shape a page and are no question.
PAGING = ("perPage", "nextPageToken")


def per_page(request: HttpRequest) -> int:
    """How many a page holds: as asked, but at most ``LARGEST``, as the standard lets a server."""
    text = request.GET.get("perPage", "")
    if not text:
        return PAGE
    number = whole(text)
    if not number:
        raise Refusal(
            "epcis.page_size",
            W("perPage 须为正整数。", "perPage must be a positive whole number."),
            "T-14",
            400,
            "perPage",
        )
    return min(number, LARGEST)


def following(request: HttpRequest, response: HttpResponse, token: str, expires: datetime | None) -> HttpResponse:
    """The header that leads to the next page."""
    if token and expires:
        asked = request.GET.copy()
        asked["nextPageToken"] = token
        address = request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'
        response["GS1-Next-Page-Token-Expires"] = times.written(expires)
    return response


def page_of(
    request: HttpRequest, rows: QuerySet[Any], shown: Callable[[list[Any]], Any], *, descending: bool = False
) -> HttpResponse:
    """One page of rows by their ids."""
    size, last = per_page(request), after(request)
    if last is not None:
        rows = rows.filter(**{f"pk__{'lt' if descending else 'gt'}": last})
    found = list(rows.order_by("-pk" if descending else "pk")[: size + 1])
    page = found[:size]
    token = token_after(request, page[-1].pk) if len(found) > size else ""
    return following(request, json_answer(shown(page)), token, now() + VALID)


def after(request: HttpRequest) -> Any:
    """Where the page before ended; None on the first."""
    only_paging(request)
    token = request.GET.get("nextPageToken", "")
    if not token:
        return None
    try:
        path, last = signing.loads(token, salt=_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError) as error:
        sentence = W("翻页令牌无效或已过期。", "The page token is not valid any more.")
        raise Refusal("epcis.token_invalid", sentence, "T-14", 400, "nextPageToken") from error
    if path != request.path:
        sentence = W("翻页令牌属于另一个列表。", "The page token belongs to another list.")
        raise Refusal("epcis.token_of_another", sentence, "T-14", 400, "nextPageToken")
    return last


def token_after(request: HttpRequest, last: Any) -> str:
    return signing.dumps((request.path, last), salt=_SALT, compress=True)


def only_paging(request: HttpRequest) -> None:
    """A parameter that nobody would look at is refused."""
    for name in request.GET:
        if name not in PAGING:
            sentence = W("这里没有查询参数“{parameter}”。", "There is no query parameter “{parameter}” here.")
            raise Refusal("epcis.query_unknown", sentence, "T-14", 400, name[:100], {"parameter": name[:100]})
