"""``/events`` and the resources through which they are found: types, objects, steps, places, dispositions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sanbao.epcis import actions, answering, finding, publishing, questions
from sanbao.epcis.models import Event
from sanbao.epcis.rest.door import body_of, caller, endpoint, json_answer
from sanbao.epcis.rest.paging import PAGING, after, following, only_paging, per_page, token_after
from sanbao.epcis.standard import words, writing
from sanbao.epcis.standard.asking import Asked
from sanbao.epcis.standard.contexts import STANDARD, Context
from sanbao.epcis.standard.identifiers import key
from sanbao.epcis.standard.indexing import kept
from sanbao.epcis.standard.words import EVENT_TYPES, event_type
from sanbao.epcis.standard.writing import DIGITAL_LINK
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.kernel.words import W

#: Resource → under which names its values stand in the index, and which parameter asks for one.
RESOURCES: dict[str, tuple[tuple[str, ...], str]] = {
    "eventTypes": (("type",), "eventType"),
    "epcs": (("epc", "parentID", "inputEPC", "outputEPC"), "MATCH_anyEPC"),
    "bizSteps": (("bizStep",), "EQ_bizStep"),
    "bizLocations": (("bizLocation",), "EQ_bizLocation"),
    "readPoints": (("readPoint",), "EQ_readPoint"),
    "dispositions": (("disposition",), "EQ_disposition"),
}
TOP = ["queries", "capture", "events", *RESOURCES]
_LISTED = {"bizSteps": words.BIZ_STEPS, "dispositions": words.DISPOSITIONS}


def asked_events(request: HttpRequest) -> HttpResponse:
    question, fingerprint = _question(request)
    return answered(request, question, fingerprint)


def _question(request: HttpRequest, **more: str) -> tuple[Asked, str]:
    parameters = [(name, values) for name, values in request.GET.lists() if name not in PAGING]
    parameters += [(name, [value]) for name, value in more.items()]
    return questions.of_address(parameters, request.headers.get("GS1-Extensions", ""))


def answered(
    request: HttpRequest, question: Asked, fingerprint: str, query_name: str = "SimpleEventQuery"
) -> HttpResponse:
    """One page of a question's answer, as an EPCISQueryDocument."""
    page = answering.answer(
        question,
        by=caller(request),
        fingerprint=fingerprint,
        per_page=per_page(request),
        token=request.GET.get("nextPageToken", ""),
    )
    told = document(request, page.events, query_name)
    return following(request, told, page.token, page.expires)


def document(request: HttpRequest, events: list[Event], query_name: str = "SimpleEventQuery") -> HttpResponse:
    wanted = request.headers.get("GS1-EPC-Format", "")
    text = writing.query_document(answering.told(events), created=now(), query_name=query_name, epc_format=wanted)
    response = json_answer(text)
    response["GS1-EPC-Format"] = wanted if wanted == DIGITAL_LINK else "Never_Translates"
    return response


def send(request: HttpRequest) -> HttpResponse:
    by = caller(request)
    by.need("epcis.capture", clause="M-02")
    row = actions.capture_event(body_of(request), by=by)
    [told] = answering.told([row])
    return json_answer(writing.event(told).encode(), 201, Location=reverse("epcis:rest_event", args=[row.event_id]))


def shown(request: HttpRequest, event_id: str) -> HttpResponse:
    """An event by its id, with what was declared about it."""
    by = caller(request)
    by.need("epcis.query", clause="M-02")
    publishing.complete()
    rows = Event.objects.visible_to(by).order_by("declaration", "pk")
    found = list(rows.filter(event_id=event_id))
    if not found and request.META.get("QUERY_STRING"):
        # ``ni:///sha-256;…?ver=CBV2.0`` sent without escaping its question mark.
        found = list(rows.filter(event_id=f"{event_id}?{request.META['QUERY_STRING']}"))
    if not found:
        raise Refusal("epcis.no_event", W("没有这个事件。", "There is no such event."), "T-14", 404)
    return document(request, found)


# -- resources --------------------------------------------------------------------------------------------------------


def root(request: HttpRequest) -> HttpResponse:
    only_paging(request)
    return _collection(TOP)


def resources(request: HttpRequest, resource: str) -> HttpResponse:
    """Every value that events have, in order."""
    by = caller(request)
    by.need("epcis.query", clause="M-02")
    last = after(request)
    publishing.complete()
    size = per_page(request)
    names, _ = RESOURCES[resource]
    found = finding.values_of(names, after=last or "", count=size + 1)
    page = found[:size]
    told = page
    if resource in ("epcs", "bizLocations", "readPoints"):
        uris = finding.identifiers_of(page)
        told = [uris.get(value, value) for value in page]
    elif resource == "eventTypes" and last is None:
        told = list(dict.fromkeys([*EVENT_TYPES, *page]))
    token = token_after(request, page[-1]) if len(found) > size else ""
    return following(request, _collection(told), token, now() + answering.VALID)


def resource(request: HttpRequest, resource: str, value: str) -> HttpResponse:
    """What there is below one value: its events."""
    caller(request).need("epcis.query", clause="M-02")
    only_paging(request)
    _known(request, resource, value)
    return _collection(["events"])


def events_of(request: HttpRequest, resource: str, value: str) -> HttpResponse:
    caller(request).need("epcis.query", clause="M-02")
    publishing.complete()
    _known(request, resource, value)
    _, parameter = RESOURCES[resource]
    if parameter in request.GET:
        sentence = W("{parameter} 已由地址给出。", "{parameter} is given by the address already.")
        raise Refusal("epcis.query_twice", sentence, "T-14", 400, parameter, {"parameter": parameter})
    question, fingerprint = _question(request, **{parameter: value})
    return answered(request, question, fingerprint)


def _known(request: HttpRequest, resource: str, value: str) -> None:
    names, _ = RESOURCES[resource]
    if resource == "eventTypes" and event_type(value) in EVENT_TYPES:
        return
    spelled = finding.Names(Context.of(questions.prefixes(request.headers.get("GS1-Extensions", ""))))(value)
    if resource in _LISTED:
        spelled = [_LISTED[resource].bare(each) or each for each in spelled]
    elif resource != "eventTypes":
        spelled = [key(value)]
    if not any(finding.known(names, kept(each)) for each in spelled):
        sentence = W("没有事件提到“{value}”。", "No event names “{value}”.")
        raise Refusal("epcis.no_resource", sentence, "T-14", 404, facts={"value": value[:200]})


def _collection(members: list[Any]) -> HttpResponse:
    return json_answer({"@context": STANDARD, "type": "Collection", "member": members})


top = endpoint(get=root)
events = endpoint(get=asked_events, post=send)
event = endpoint(get=shown)
values = endpoint(get=resources)
value = endpoint(get=resource)
value_events = endpoint(get=events_of)
