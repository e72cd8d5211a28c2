"""The standard's REST bindings: what partners' programs send and get (EPCIS 2.0, openapi.json)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from sanbao.epcis import publishing
from sanbao.epcis.models import Capture, Event
from sanbao.epcis.tests.sending import document, event, events_of, ids, item, lot, text, without
from sanbao.trace.models import Lot, LotLink
from sanbao.trace.tests.factory import small_factory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


def post(client: Client, path: str, told: Any, **headers: str) -> Any:
    body = told if isinstance(told, bytes) else text(told)
    return client.post(f"/epcis{path}", body, content_type="application/json", headers=headers)


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    answer = client.get(f"/epcis{path}", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def found(client: Client, path: str, **headers: str) -> list[str]:
    return ids(events_of(get(client, path, **headers)))


SHIPPED = event(
    eventID="urn:x:1", epcList=[item("1")], bizStep="shipping", readPoint={"id": "urn:epc:id:sgln:4012345.00001.0"}
)
RECEIVED = event(eventID="urn:x:2", hour=9, epcList=[item("1"), item("2")], bizStep="receiving", **{"example:n": 7})
MADE = event("TransformationEvent", 10, eventID="urn:x:3", inputQuantityList=[lot("A", 5)], outputEPCList=[item("3")])


@pytest.fixture
def filled(partner: Client) -> Client:
    assert post(partner, "/capture", document(SHIPPED, RECEIVED, MADE)).status_code == 202
    return partner


# -- capture --------------------------------------------------------------------------------------------------------


def test_a_document_is_accepted_and_its_job_says_what_became_of_it(partner: Client) -> None:
    answer = post(partner, "/capture", document(SHIPPED, RECEIVED))
    assert (answer.status_code, answer["GS1-EPCIS-Version"]) == (202, "2.0.0")
    job = partner.get(answer["Location"]).json()
    assert without(job, "createdAt", "finishedAt", "captureID") == {
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
        "events": 2,
        "captured": 2,
        "unchanged": 0,
        "refused": 0,
    }
    assert get(partner, "/capture")[0]["captureID"] == job["captureID"]


def test_a_wrong_event_is_told_in_the_job_and_keeps_the_document_out(partner: Client) -> None:
    answer = post(partner, "/capture", document(SHIPPED, without(RECEIVED, "eventTime")))
    job = partner.get(answer["Location"]).json()
    assert (job["success"], job["running"], Event.objects.count()) == (False, False, 0)
    [error] = job["errors"]
    assert error["type"] == "epcisException:ValidationException"
    assert (error["event"], error["code"], error["path"], error["eventID"]) == (
        2,
        "epcis.required",
        "eventTime",
        "urn:x:2",
    )
    assert error["title"] == "eventTime is missing."


def test_with_proceed_the_rest_of_the_document_comes_in(partner: Client) -> None:
    told = document(SHIPPED, {"type": "ObjectEvent"})
    job = post(partner, "/capture", told, **{"GS1-Capture-Error-Behaviour": "proceed"}).json()
    assert (job["success"], job["captured"], job["captureErrorBehaviour"]) == (False, 1, "proceed")


def test_a_single_event_is_captured_at_once_and_answered(partner: Client) -> None:
    told = {"@context": document()["@context"], **SHIPPED}
    answer = post(partner, "/events", told)
    assert answer.status_code == 201
    assert without(answer.json(), "recordTime") == told
    assert found(partner, answer["Location"].removeprefix("/epcis")) == ["urn:x:1"]
    assert post(partner, "/events", told).status_code == 201
    other = post(partner, "/events", told | {"bizStep": "receiving"})
    assert (other.status_code, other.json()["type"]) == (409, "epcisException:ResourceAlreadyExistsException")
    assert Event.objects.count() == 1
    assert Capture.objects.count() == 1


def test_a_single_event_without_context_is_refused(partner: Client) -> None:
    answer = post(partner, "/events", SHIPPED)
    assert (answer.status_code, answer.json()["code"]) == (400, "epcis.context_missing")


def test_a_large_document_goes_to_the_worker_and_comes_in_whole(partner: Client, work: Callable[[], int]) -> None:
    told = document(*(event(hour=n % 24, epcList=[item(str(n))]) for n in range(700)))
    job = post(partner, "/capture", told).json()
    assert (job["running"], job["success"], Event.objects.count()) == (True, True, 0)
    assert work() == 6
    job = get(partner, f"/capture/{job['captureID']}")
    assert (job["running"], job["success"], job["captured"], Event.objects.count()) == (False, True, 700, 700)


def test_a_large_document_with_one_wrong_event_leaves_nothing(partner: Client, work: Callable[[], int]) -> None:
    told = document(*(event(epcList=[item(str(n))]) for n in range(650)), event(bizStep="shiping", epcList=[]))
    job = post(partner, "/capture", told).json()
    work()
    job = get(partner, f"/capture/{job['captureID']}")
    assert (job["success"], job["captured"], [e["event"] for e in job["errors"]]) == (False, 0, [651])
    assert (Event.objects.count(), Lot.objects.count()) == (0, 0)


def test_while_a_large_document_is_checked_nobody_else_takes_its_ids(partner: Client, work: Callable[[], int]) -> None:
    from sanbao.epcis import pipeline

    told = document(*(event(eventID=f"urn:x:{n}", epcList=[item(str(n))]) for n in range(650)))
    post(partner, "/capture", told)
    pipeline.step()
    job = post(partner, "/capture", document(event(eventID="urn:x:5", epcList=[item("x")]))).json()
    assert [e["code"] for e in job["errors"]] == ["epcis.in_progress"]
    work()
    assert Event.objects.count() == 650


BAD = [
    (b"{", "application/json", 400, "ValidationException", "epcis.not_json"),
    (b"<a/>", "application/xml", 415, "UnsupportedMediaTypeException", "not_json"),
    (b"[" * 100_000, "application/json", 400, "ValidationException", "epcis.too_deep"),
    (text({"type": "EPCISDocument"}), "application/ld+json", 400, "ValidationException", "epcis.required"),
    (b" " * (20 * 1024 * 1024 + 10), "application/json", 413, "CaptureLimitExceededException", "epcis.too_large"),
]


@pytest.mark.parametrize(("body", "type", "status", "name", "code"), BAD, ids=[code for *_, code in BAD])
def test_what_is_no_document_is_refused_in_the_standards_words(
    partner: Client, body: bytes, type: str, status: int, name: str, code: str
) -> None:
    answer = partner.post("/epcis/capture", body, content_type=type)
    told = answer.json()
    assert answer["Content-Type"].startswith("application/problem+json")
    assert (answer.status_code, told["type"], told["code"]) == (status, f"epcisException:{name}", code)
    assert set(told) >= {"title", "status", "clause", "facts"}
    if status == 413:
        assert answer["GS1-EPCIS-Capture-File-Size-Limit"] == str(20 * 1024 * 1024)
    assert Capture.objects.count() == 0


def test_a_document_beyond_the_usual_size_of_requests_is_taken_with_an_idempotency_key_too(partner: Client) -> None:
    told = document(event(epcList=[item("1")], **{"example:long": "x" * 5_000_000}))
    for _ in range(2):
        assert post(partner, "/capture", told, **{"Idempotency-Key": "k1"}).status_code == 202
    assert Event.objects.count() == 1


# -- who may --------------------------------------------------------------------------------------------------------


def test_who_does_not_say_who_he_is_is_told_so_by_every_address() -> None:
    for path in ("/", "/capture", "/capture/1", "/events", "/events/x", "/bizSteps", "/queries", "/queries/x/events"):
        answer = Client().get(f"/epcis{path}")
        assert (answer.status_code, answer.json()["type"]) == (401, "epcisException:SecurityException"), path
        assert answer["WWW-Authenticate"] == "Bearer"
    wrong = Client(headers={"Authorization": "Bearer sb_x"}).get("/epcis/events")
    assert (wrong.status_code, wrong.json()["type"]) == (401, "epcisException:SecurityException")


def test_who_may_only_ask_captures_nothing_and_names_nothing_for_others(reader: Client) -> None:
    for path in ("/capture", "/events"):
        answer = post(reader, path, document(SHIPPED))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), path
    assert get(reader, "/events")["type"] == "EPCISQueryDocument"
    assert post(reader, "/queries", {"name": "q", "query": {}}).status_code == 201
    answer = post(reader, "/queries/q/subscriptions", {"dest": "https://example.com/", "stream": True})
    assert answer.status_code == 403


def test_a_person_in_the_browser_needs_the_token_of_his_page(browser: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    answer = post(strict, "/capture", document())
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert strict.get("/epcis/events").status_code == 200


# -- discovery ------------------------------------------------------------------------------------------------------


def test_options_tell_what_is_spoken_here(partner: Client) -> None:
    told = partner.options("/epcis/capture")
    assert told.status_code == 204
    assert told["Allow"] == "OPTIONS, POST, GET, HEAD"
    expected = {
        "GS1-EPCIS-Min": "2.0.0",
        "GS1-EPCIS-Max": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "GS1-EPC-Format": "Never_Translates",
        "GS1-Capture-Error-Behaviour": "all",
        "GS1-EPCIS-Capture-Limit": "50000",
        "GS1-EPCIS-Capture-File-Size-Limit": "20971520",
    }
    assert {name: told[name] for name in expected} == expected
    for path in ("/", "/events", "/events/x", "/bizSteps", "/epcs/x/events", "/queries", "/queries/x/subscriptions/1"):
        assert partner.options(f"/epcis{path}").status_code == 204, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/xml"},
        {"GS1-EPCIS-Min": "2.1"},
        {"GS1-EPCIS-Max": "1.2.0"},
        {"GS1-CBV-Version": "x"},
        {"GS1-EPC-Format": "Always_EPC_URN"},
    ],
)
def test_a_version_or_format_that_is_not_spoken_here_is_refused(partner: Client, headers: dict[str, str]) -> None:
    told = get(partner, "/events", 406, **headers)
    assert told["type"] == "epcisException:NotAcceptableException"
    assert told["facts"]["header"] == next(iter(headers))


def test_an_unknown_address_or_method_is_refused_in_the_one_shape(partner: Client) -> None:
    assert get(partner, "/nonsense", 404)["type"] == "epcisException:NoSuchResourceException"
    answer = partner.put("/epcis/events")
    assert (answer.status_code, answer["Allow"]) == (405, "OPTIONS, GET, POST, HEAD")


# -- questions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("EQ_bizStep=shipping", ["urn:x:1"]),
        ("EQ_bizStep=shipping|receiving", ["urn:x:1", "urn:x:2"]),
        ("EQ_bizStep=shipping&EQ_bizStep=receiving", ["urn:x:1", "urn:x:2"]),
        ("EQ_bizStep=https%3A%2F%2Fref.gs1.org%2Fcbv%2FBizStep-receiving", ["urn:x:2"]),
        ("eventType=TransformationEvent", ["urn:x:3"]),
        ("MATCH_anyEPC=https%3A%2F%2Fid.gs1.org%2F01%2F04012345111224%2F21%2F1", ["urn:x:1", "urn:x:2"]),
        ("MATCH_epc=urn:epc:idpat:sgtin:4012345.*.*", ["urn:x:1", "urn:x:2"]),
        ("MATCH_anyEPCClass=urn:epc:class:lgtin:4012345.012345.A", ["urn:x:3"]),
        ("GE_quantity=5&LT_quantity=6", ["urn:x:3"]),
        ("EQ_example:n=7", ["urn:x:2"]),
        ("GT_http%3A%2F%2Fns.example.com%2Fepcis%2Fn=6", ["urn:x:2"]),
        ("EXISTS_example:n=", ["urn:x:2"]),
        ("GE_eventTime=2026-04-02T01:00:00Z", ["urn:x:2", "urn:x:3"]),
        ("orderBy=eventTime", ["urn:x:3", "urn:x:2", "urn:x:1"]),
        ("orderBy=eventTime&orderDirection=ASC&eventCountLimit=2", ["urn:x:1", "urn:x:2"]),
        ("orderBy=example:n&orderDirection=ASC", ["urn:x:2", "urn:x:1", "urn:x:3"]),
        ("EQ_action=DELETE", []),
        ("maxEventCount=3", ["urn:x:1", "urn:x:2", "urn:x:3"]),
    ],
)
def test_events_are_asked_for_by_the_standards_parameters(filled: Client, query: str, expected: list[str]) -> None:
    assert found(filled, f"/events?{query}") == expected


def test_a_prefix_may_be_explained_with_the_question(filled: Client) -> None:
    assert found(filled, "/events?EQ_own:n=7", **{"GS1-Extensions": "own=http://ns.example.com/epcis/"}) == ["urn:x:2"]
    assert found(filled, "/events?EQ_own:n=7") == []


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("EQ_bizstep=shipping", 400, "QueryParameterException"),
        ("EQ_action=BUY", 400, "QueryParameterException"),
        ("GE_eventTime=now", 400, "QueryParameterException"),
        ("eventCountLimit=1", 400, "QueryParameterException"),
        ("perPage=0", 400, "QueryParameterException"),
        ("nextPageToken=x", 400, "QueryParameterException"),
        ("maxEventCount=2", 413, "QueryTooLargeException"),
        ("EQ_bizStep=" + "x" * 9000, 414, "URITooLongException"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(filled: Client, query: str, status: int, name: str) -> None:
    assert get(filled, f"/events?{query}", status)["type"] == f"epcisException:{name}"


def test_an_answer_comes_in_pages_that_lead_to_each_other(filled: Client) -> None:
    pages, path = [], "/epcis/events?perPage=1&orderBy=eventTime"
    while path:
        answer = filled.get(path)
        pages.append(ids(events_of(answer.json())))
        link = answer.headers.get("Link", "")
        assert bool(link) == ("GS1-Next-Page-Token-Expires" in answer.headers)
        path = link.split(">")[0].removeprefix("<http://testserver") if link else ""
    assert pages == [["urn:x:3"], ["urn:x:2"], ["urn:x:1"]]


def test_what_comes_in_meanwhile_does_not_shift_the_pages_and_a_token_is_for_its_question(filled: Client) -> None:
    first = filled.get("/epcis/events?perPage=2")
    token = first["Link"].split("nextPageToken=")[1].split(">")[0]
    post(filled, "/capture", document(event(eventID="urn:x:9", epcList=[item("9")])))
    assert found(filled, f"/events?perPage=2&nextPageToken={token}") == ["urn:x:3"]
    assert get(filled, f"/events?EQ_action=ADD&nextPageToken={token}", 400)["code"] == "epcis.token_of_another"
    assert filled.delete(f"/epcis/nextPageToken/{token}").status_code == 204
    assert get(filled, f"/events?perPage=2&nextPageToken={token}", 400)["code"] == "epcis.token_spent"


def test_an_event_is_asked_for_by_its_id_with_what_was_declared_about_it(filled: Client) -> None:
    identity = "ni:///sha-256;aa49?ver=CBV2.0"
    told = event(eventID=identity, epcList=[item("1")])
    error = {"declarationTime": "2026-05-01T00:00:00Z", "reason": "did_not_occur"}
    post(filled, "/capture", document(told, told | {"errorDeclaration": error}))
    assert len(events_of(get(filled, f"/events/{quote(identity, safe='')}"))) == 2
    assert len(events_of(get(filled, f"/events/{identity}"))) == 2
    assert get(filled, "/events/urn:x:none", 404)["code"] == "epcis.no_event"


def test_epcs_are_translated_to_digital_links_when_that_is_asked_and_never_otherwise(filled: Client) -> None:
    wanted = {"GS1-EPC-Format": "Always_GS1_Digital_Link"}
    [told] = events_of(get(filled, "/events?EQ_bizStep=shipping", **wanted))
    assert told["epcList"] == ["https://id.gs1.org/01/04012345111224/21/1"]
    assert told["readPoint"] == {"id": "https://id.gs1.org/414/4012345000016"}
    [kept] = events_of(get(filled, "/events?EQ_bizStep=shipping"))
    assert without(kept, "recordTime") == SHIPPED


def test_every_resource_lists_its_values_and_leads_to_their_events(filled: Client) -> None:
    assert get(filled, "/")["member"][:3] == ["queries", "capture", "events"]
    assert get(filled, "/bizSteps")["member"] == ["receiving", "shipping"]
    assert get(filled, "/readPoints")["member"] == ["urn:epc:id:sgln:4012345.00001.0"]
    assert get(filled, "/dispositions")["member"] == []
    assert set(get(filled, "/epcs")["member"]) == {item("1"), item("2"), item("3")}
    assert "TransactionEvent" in get(filled, "/eventTypes")["member"]
    assert get(filled, "/bizSteps/cbv:BizStep-shipping")["member"] == ["events"]
    assert found(filled, "/bizSteps/shipping/events") == ["urn:x:1"]
    assert found(filled, f"/epcs/{item('2')}/events?EQ_bizStep=receiving") == ["urn:x:2"]
    assert found(filled, f"/epcs/{quote('https://id.gs1.org/01/04012345111224/21/2', safe='')}/events") == ["urn:x:2"]
    assert found(filled, "/eventTypes/ObjectEvent/events?orderBy=eventTime") == ["urn:x:2", "urn:x:1"]
    for path in ("/bizSteps/packing", "/epcs/urn:x:none/events", "/eventTypes/BuyEvent"):
        assert get(filled, path, 404)["type"] == "epcisException:NoSuchResourceException"
    assert get(filled, "/bizSteps?EQ_action=ADD", 400)["code"] == "epcis.query_unknown"


def test_the_values_of_a_resource_come_in_pages(filled: Client) -> None:
    answer = filled.get("/epcis/epcs?perPage=2")
    further = filled.get(answer["Link"].split(">")[0].removeprefix("<http://testserver"))
    assert len(answer.json()["member"]) == 2
    assert len(further.json()["member"]) == 1
    assert "Link" not in further.headers


# -- our own records ------------------------------------------------------------------------------------------------


def test_our_own_records_are_answered_as_events_beside_the_captured_ones(filled: Client) -> None:
    small_factory()
    links = LotLink.objects.count()
    publishing.tell_all()
    steps = get(filled, "/bizSteps")["member"]
    assert {"receiving", "inspecting", "packing", "shipping"} <= set(steps)
    told = events_of(get(filled, "/events?EQ_bizStep=shipping&eventType=ObjectEvent"))
    label = "https://epcis.sanbao.example/lots/label/BQ1"
    assert item("1") in told[0]["epcList"]
    assert [label] in [each["epcList"] for each in told]
    packed = events_of(get(filled, f"/events?MATCH_parentID={quote(label)}"))
    assert [each["childQuantityList"][0]["quantity"] for each in packed] == [240]
    assert LotLink.objects.count() == links
    assert json.dumps(told)
