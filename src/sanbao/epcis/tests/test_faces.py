"""The pages: documents are handed in, what became of them is seen, an event is read, a subscription is ended."""

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanbao.epcis import actions
from sanbao.epcis.models import Capture, Event, NamedQuery
from sanbao.epcis.tests.conftest import hired
from sanbao.epcis.tests.fixtures import FULL
from sanbao.epcis.tests.sending import HOUSE, document, event, item, lot, send, text
from sanbao.trace import queries

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


def hand_in(browser: Client, body: bytes, behaviour: str = "rollback") -> str:
    upload = SimpleUploadedFile("伙伴.jsonld", body)
    answer = browser.post(reverse("epcis:home"), {"document": upload, "behaviour": behaviour})
    return answer["Location"] if answer.status_code == 303 else answer.content.decode()


def seen(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_document_handed_in_on_the_page_is_captured_and_told(browser: Client) -> None:
    address = hand_in(browser, text(document(FULL["ObjectEvent"], FULL["AggregationEvent"])))
    page = seen(browser, address)
    assert "已取入" in page
    assert "伙伴.jsonld" in page
    assert Event.objects.count() == 2
    assert "伙伴.jsonld" in seen(browser, reverse("epcis:home"))
    original = browser.get(reverse("epcis:document", args=[Capture.objects.get().pk]))
    assert json.loads(b"".join(original.streaming_content))["type"] == "EPCISDocument"


def test_what_is_wrong_is_shown_event_by_event_and_what_is_no_document_in_one_sentence(browser: Client) -> None:
    page = seen(browser, hand_in(browser, text(document(event(bizStep="shiping", epcList=[])))))
    assert "已拒绝" in page
    assert "既不是标准用词" in page
    assert "JSON 在第" in hand_in(browser, b"{")
    assert "请选择要取入的文件" in browser.post(reverse("epcis:home"), {}).content.decode()
    assert (Capture.objects.count(), Event.objects.count()) == (1, 0)


def test_a_large_document_is_followed_on_the_page_until_it_is_in(browser: Client, work: Callable[[], int]) -> None:
    address = hand_in(browser, text(document(*(event(epcList=[item(str(n))]) for n in range(600)))))
    assert "every 1s" in seen(browser, address)
    work()
    state = seen(browser, f"{address}state/")
    assert "every 1s" not in state
    assert "600" in state


def test_events_are_listed_found_and_read(browser: Client) -> None:
    send(*FULL.values(), event(eventID="urn:x:other", epcList=[item("99")]))
    listed = seen(browser, reverse("epcis:events"))
    assert "ObjectEvent · shipping" in listed
    only = seen(browser, reverse("epcis:events") + "?q=https://id.gs1.org/01/04012345111224/21/99")
    assert only.count("data-row=") == 1
    row = Event.objects.get(event_id=FULL["ObjectEvent"]["eventID"])
    page = seen(browser, row.get_absolute_url())
    assert "&quot;example:deeper&quot;:null" in page
    assert "2.5" in page
    assert queries.found(item("1"), actor=HOUSE)[0].code in page


def test_a_trace_leads_to_the_event_behind_its_link(browser: Client) -> None:
    send(
        event(
            "TransformationEvent", eventID="urn:x:1", inputQuantityList=[lot("A", 5)], outputQuantityList=[lot("C", 4)]
        )
    )
    made = queries.found("urn:epc:class:lgtin:4012345.012345.C", actor=HOUSE)[0]
    row = Event.objects.get()
    told = seen(browser, reverse("trace:lot", args=[made.pk]))
    assert row.get_absolute_url() in told
    assert "只在别的单据上提到过" not in told
    answer = browser.get(reverse("trace:record", args=["capture", row.pk]))
    assert answer["Location"] == row.get_absolute_url()
    assert seen(browser, made.get_absolute_url())


def test_an_event_declared_wrong_says_so(browser: Client) -> None:
    told = event("TransformationEvent", eventID="urn:x:1", inputQuantityList=[lot("A")], outputQuantityList=[lot("C")])
    error = {"declarationTime": "2026-05-01T00:00:00Z", "reason": "did_not_occur"}
    send(told)
    send(told | {"errorDeclaration": error})
    first = Event.objects.get(declaration="")
    assert "已被声明有误" in seen(browser, first.get_absolute_url())


def test_named_questions_and_subscriptions_are_seen_and_ended(browser: Client) -> None:
    row = actions.define(by=HOUSE, name="recent", query={"EQ_bizStep": ["shipping"]})
    assert "recent" in seen(browser, reverse("epcis:queries"))
    refused = browser.post(reverse("epcis:forget", args=[row.pk]))
    assert (refused.status_code, NamedQuery.objects.count()) == (403, 1)
    actions.forget(row, by=HOUSE)
    assert "还没有命名查询" in seen(browser, reverse("epcis:queries"))


def test_who_may_only_ask_sees_no_form_and_hands_nothing_in() -> None:
    client = Client()
    client.force_login(hired("i", "qc", "inspector"), backend="django.contrib.auth.backends.ModelBackend")
    assert "enctype" not in seen(client, reverse("epcis:home"))
    upload = SimpleUploadedFile("x.jsonld", text(document()))
    answer = client.post(reverse("epcis:home"), {"document": upload, "behaviour": "rollback"})
    assert (answer.status_code, Capture.objects.count()) == (403, 0)


def test_unknown_captures_and_events_are_one_sentence(browser: Client) -> None:
    for name in ("capture", "event", "document"):
        seen(browser, reverse(f"epcis:{name}", args=[999]), 404)


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_events(
    browser: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    send(*(event(epcList=[item(str(n))]) for n in range(60)))
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        seen(browser, reverse("epcis:events"))
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        seen(browser, reverse("epcis:home"))
