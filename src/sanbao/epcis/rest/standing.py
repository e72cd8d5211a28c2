"""``/queries``: questions with a name, their answers, and who is called for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sanbao.epcis import actions, questions, saying
from sanbao.epcis.models import NamedQuery, Subscription
from sanbao.epcis.rest.door import body_of, caller, endpoint, json_answer
from sanbao.epcis.rest.events import answered
from sanbao.epcis.rest.paging import only_paging, page_of
from sanbao.epcis.standard import reading, times
from sanbao.epcis.standard.reading import Unreadable
from sanbao.epcis.standard.writing import dumps
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        told = reading.loads(reading.decoded(body_of(request)))
    except Unreadable as error:
        raise saying.refusal(error.code, at=error.at, **error.facts) from error
    if not isinstance(told, dict):
        raise saying.refusal("no_object")
    return told


def _query(request: HttpRequest, name: str) -> NamedQuery:
    by = caller(request)
    by.need("epcis.query", clause="M-02")
    row = NamedQuery.objects.visible_to(by).filter(name=name).first()
    if row is None:
        sentence = W("没有名为“{name}”的查询。", "There is no query named “{name}”.")
        raise Refusal("epcis.no_query", sentence, "T-14", 404, facts={"name": name[:120]})
    return row


def _subscription(request: HttpRequest, name: str, subscription_id: str) -> Subscription:
    query = _query(request, name)
    try:
        row = query.subscriptions.filter(pk=UUID(subscription_id)).first()
    except ValueError:
        row = None
    if row is None:
        raise Refusal("epcis.no_subscription", W("没有这个订阅。", "There is no such subscription."), "T-14", 404)
    return row


def _definition(row: NamedQuery) -> str:
    return f'{{"name":{dumps(row.name)},"query":{row.query}}}'


def queries(request: HttpRequest) -> HttpResponse:
    by = caller(request)
    by.need("epcis.query", clause="M-02")
    rows = NamedQuery.objects.visible_to(by)
    return page_of(request, rows, lambda found: f"[{','.join(map(_definition, found))}]".encode())


def define(request: HttpRequest) -> HttpResponse:
    by = caller(request)
    sent = _sent(request)
    if unknown := sorted(set(sent) - {"name", "query", "@context"}):
        raise saying.refusal("unknown_field", path=unknown[0][:100], field=unknown[0][:80])
    query = sent.get("query")
    if "@context" in sent and isinstance(query, dict):
        query = {"@context": sent["@context"], **query}
    row = actions.define(by=by, name=sent.get("name"), query=query)
    return json_answer(_definition(row).encode(), 201, Location=reverse("epcis:rest_query", args=[row.name]))


def definition(request: HttpRequest, name: str) -> HttpResponse:
    only_paging(request)
    return json_answer(_definition(_query(request, name)).encode())


def forget(request: HttpRequest, name: str) -> HttpResponse:
    actions.forget(_query(request, name), by=caller(request))
    return HttpResponse(status=204)


def events(request: HttpRequest, name: str) -> HttpResponse:
    row = _query(request, name)
    if "websocket" in request.headers.get("Upgrade", "").lower():
        sentence = W("不支持 WebSocket，请用网络回调订阅。", "There are no WebSockets here; subscribe by webhook.")
        raise Refusal("epcis.subscription_websocket", sentence, "T-14", 400)
    only_paging(request)
    question, fingerprint = questions.of_text(row.query)
    return answered(request, question, fingerprint, row.name)


def subscriptions(request: HttpRequest, name: str) -> HttpResponse:
    row = _query(request, name)
    only_paging(request)
    return json_answer([told(each) for each in row.subscriptions.order_by("created_at")])


def subscribe(request: HttpRequest, name: str) -> HttpResponse:
    query = _query(request, name)
    row = actions.subscribe(query, _sent(request), by=caller(request))
    return json_answer(told(row), 201, Location=reverse("epcis:rest_subscription", args=[name, str(row.pk)]))


def subscription(request: HttpRequest, name: str, subscription_id: str) -> HttpResponse:
    only_paging(request)
    return json_answer(told(_subscription(request, name, subscription_id)))


def unsubscribe(request: HttpRequest, name: str, subscription_id: str) -> HttpResponse:
    actions.unsubscribe(_subscription(request, name, subscription_id), by=caller(request))
    return HttpResponse(status=204)


def told(row: Subscription) -> dict[str, Any]:
    """A subscription as the standard shows it; the token that signs is nobody's to read."""
    shown: dict[str, Any] = {
        "subscriptionID": str(row.pk),
        "queryName": row.query.name,
        "dest": row.dest,
        "createdAt": times.written(row.created_at),
        "initialRecordTime": times.written(row.initial_record_time),
        "minRecordTime": times.written(row.min_record_time),
        "epcFormat": row.epc_format or "Never_Translates",
    }
    shown |= {"stream": True} if row.stream else {"schedule": row.schedule, "reportIfEmpty": row.report_if_empty}
    if row.last_notified_at:
        shown["lastNotifiedAt"] = times.written(row.last_notified_at)
    if row.trouble:
        shown["trouble"] = row.trouble
    return shown


def give_back(request: HttpRequest, token: str) -> HttpResponse:
    actions.spend(token, by=caller(request))
    return HttpResponse(status=204)


query_list = endpoint(get=queries, post=define)
query = endpoint(get=definition, delete=forget)
query_events = endpoint(get=events)
query_subscriptions = endpoint(get=subscriptions, post=subscribe)
query_subscription = endpoint(get=subscription, delete=unsubscribe)
next_page_token = endpoint(delete=give_back)
