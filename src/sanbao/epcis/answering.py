"""Answers to questions, page by page, with a token that leads from each page to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Max, Q, QuerySet

from sanbao.epcis import finding, publishing
from sanbao.epcis.models import Event, Namespaces, SpentToken
from sanbao.epcis.standard.asking import Asked
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.writing import Told
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W

#: Events on a page, unless asked otherwise, and at most.
PAGE, LARGEST = 30, 1000
#: How long a page's token leads to the next page.
VALID = timedelta(hours=24)
_SALT = "epcis.page"


@dataclass
class Page:
    """``token`` leads to the next page; none on the last."""

    events: list[Event]
    token: str = ""
    expires: datetime | None = None


def answer(asked: Asked, *, by: Actor, fingerprint: str, per_page: int = PAGE, token: str = "") -> Page:
    """One page. ``fingerprint`` tells the question, so that a token is not used for another."""
    by.need("epcis.query", clause="M-02")
    state = _state(token, fingerprint)
    if not token:
        publishing.complete()
    rows = finding.found(asked, by=by)
    if asked.most is not None and not token:
        _not_too_many(rows, asked.most)
    top = state.get("top") or Event.objects.aggregate(top=Max("pk"))["top"] or 0
    rows, column = finding.ordered(rows.filter(pk__lte=top), asked)
    served = int(state.get("served", 0))
    size = per_page if asked.limit is None else min(per_page, asked.limit - served)
    page = list(_after(rows, column, asked.descending, state, served).select_related("namespaces")[: size + 1])
    more = len(page) > size and (asked.limit is None or served + size < asked.limit)
    page = page[:size]
    if not more:
        return Page(page)
    last = page[-1]
    following = {
        "asked": fingerprint,
        "top": top,
        "served": served + len(page),
        "pk": last.pk,
        "value": getattr(last, column).isoformat() if column in ("event_time", "record_time") else None,
    }
    return Page(page, signing.dumps(following, salt=_SALT, compress=True), now() + VALID)


def _after(rows: QuerySet[Event], column: str, descending: bool, state: dict[str, Any], served: int) -> QuerySet[Event]:
    if not state:
        return rows
    if column == "offset":
        return rows[served:]  # type: ignore[return-value]
    if not column:
        return rows.filter(pk__gt=state["pk"])
    value, side = datetime.fromisoformat(state["value"]), "lt" if descending else "gt"
    further = Q(**{f"{column}__{side}": value})
    return rows.filter(further | Q(**{column: value, f"pk__{side}": state["pk"]}))


def _not_too_many(rows: QuerySet[Event], most: int) -> None:
    if len(rows.values_list("pk")[: most + 1]) > most:
        sentence = W("结果超过 {most} 个事件。", "There are more than {most} events.")
        raise Refusal("epcis.too_many_events", sentence, "T-14", 413, "maxEventCount", {"most": most})


# -- tokens ------------------------------------------------------------------------------------------------------------


def _state(token: str, fingerprint: str) -> dict[str, Any]:
    if not token:
        return {}
    state = opened(token)
    if state.get("asked") != fingerprint:
        sentence = W("翻页令牌属于另一个查询。", "The page token belongs to another question.")
        raise Refusal("epcis.token_of_another", sentence, "T-14", 400, "nextPageToken")
    return state


def opened(token: str) -> dict[str, Any]:
    """What a token holds; refuses one that is not ours, has run out or was given back."""
    try:
        state: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature as error:
        sentence = W(
            "翻页令牌无效或已过期，请从第一页重新查询。",
            "The page token is not valid any more; ask again from the first page.",
        )
        raise Refusal("epcis.token_invalid", sentence, "T-14", 400, "nextPageToken") from error
    if SpentToken.objects.filter(digest=digest(token)).exists():
        raise Refusal(
            "epcis.token_spent", W("翻页令牌已经交回。", "The page token was given back."), "T-14", 400, "nextPageToken"
        )
    return state


def told(events: Iterable[Event]) -> list[Told]:
    """Events with their contexts."""
    contexts: dict[int, Context] = {}
    rows = list(events)
    wanted = {event.namespaces_id for event in rows if event.namespaces_id}
    for row in Namespaces.objects.filter(pk__in=wanted):
        contexts[row.pk] = Context.from_text(row.entries)
    return [Told(e.text, e.record_time, contexts.get(e.namespaces_id or 0, Context())) for e in rows]
