"""Whatever is put into an address, a header or a body under ``/epcis/``, the house answers or refuses; reading writes
nothing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanbao.epcis import publishing
from sanbao.epcis.tests.fixtures import FULL
from sanbao.epcis.tests.sending import document, send, text
from sanbao.trace.tests.factory import small_factory

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NASTY = [
    "x",
    "9" * 30,
    "-1",
    "²",
    "a/b//c",
    "%00",
    "urn:epc:idpat:sgtin:*.*.*",
    "x" * 3000,
    "'\"<>",
    "中文",
    "ni:///a?b=c",
]
PLACES = [
    "/", "/capture", "/capture/{}", "/events", "/events/{}", "/eventTypes/{}", "/eventTypes/{}/events", "/epcs/{}",
    "/epcs/{}/events", "/bizSteps/{}", "/bizSteps/{}/events", "/readPoints/{}/events", "/dispositions/{}",
    "/bizLocations/{}", "/queries", "/queries/{}", "/queries/{}/events", "/queries/{}/subscriptions",
    "/queries/{}/subscriptions/{}", "/nextPageToken/{}", "/{}",
]  # fmt: skip
PARAMETERS = [
    "EQ_bizStep", "MATCH_anyEPC", "MATCH_epcClass", "GE_eventTime", "EQ_quantity", "GT_value_CEL", "EQ_a:b", "LT_a:b",
    "EXISTS_a:b", "EQ_INNER_ILMD_a:b", "HASATTR_readPoint", "EQ_ATTR_readPoint_a:b", "WD_bizLocation", "orderBy",
    "perPage", "eventCountLimit", "maxEventCount", "nextPageToken", "eventType", "EQ_bizTransaction_po",
    "EQ_source_a:b", "nonsense",
]  # fmt: skip


def everything() -> dict[str, int]:
    return {m._meta.label: m._base_manager.count() for m in apps.get_models() if m.__name__ != "Session"}


@pytest.mark.alike
def test_no_address_and_no_parameter_breaks_it_and_reading_changes_nothing(partner: Client, browser: Client) -> None:
    small_factory()
    send(*FULL.values())
    publishing.tell_all()
    partner.raise_request_exception = browser.raise_request_exception = False
    before = everything()
    for value in NASTY:
        for place in PLACES:
            address = "/epcis" + place.format(*[quote(value, safe="")] * place.count("{}"))
            for method in ("get", "options", "head"):
                answer = getattr(partner, method)(address)
                assert answer.status_code < 500, (method, address)
                if answer.status_code >= 400 and method == "get" and "NUL" not in str(answer.content[:300]):
                    assert answer["Content-Type"].startswith(("application/problem+json", "text/html")), address
        for name in PARAMETERS:
            assert partner.get("/epcis/events", {name: value}).status_code < 500, (name, value)
        for header in ("Accept", "GS1-EPCIS-Min", "GS1-EPC-Format", "GS1-Extensions", "GS1-Capture-Error-Behaviour"):
            if value.isascii() and value.isprintable():
                assert partner.get("/epcis/events", headers={header: value}).status_code < 500, (header, value)
        for page in ("/captures/", "/captures/events/", "/captures/queries/"):
            for name in ("q", "capture", "page", "sort", "export", "event_time_from", "type"):
                assert browser.get(page, {name: value}).status_code < 500, (page, name, value)
    assert everything() == before


_NAMES = [*FULL["ObjectEvent"], *FULL["AggregationEvent"], "x", "a:b"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_body_breaks_it(partner: Client, data: Any) -> None:
    partner.raise_request_exception = False
    event = dict(FULL[data.draw(st.sampled_from(sorted(FULL)))])
    for name in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=3)):
        event[name] = data.draw(JUNK)
    whole = document(event)
    if data.draw(st.booleans()):
        whole[data.draw(st.sampled_from(sorted(whole)))] = data.draw(JUNK)
    for path, told in (
        ("/capture", whole),
        ("/events", {"@context": whole["@context"], **event}),
        ("/queries", {"name": "x", "query": event}),
        ("/queries", data.draw(JUNK)),
    ):
        answer = partner.post(f"/epcis{path}", text(told), content_type="application/json")
        assert answer.status_code < 500, (path, json.dumps(told)[:2000])
