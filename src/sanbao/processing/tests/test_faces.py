"""Processing orders in the browser, through the API, and as events for others."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints.models import Complaint
from sanbao.epcis import linked_records
from sanbao.processing.models import ProcessingOrder
from sanbao.trace.models import RecordKind
from sanbao.trace.tests.factory import lot
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


def test_the_page_of_a_question_leads_to_an_order_and_shows_it(order: Any, question: Complaint, people: Any) -> None:
    client = browser(people["clerk"])
    page = client.get(question.get_absolute_url()).content.decode()
    begin = f"/processing/new?complaint={question.number}&amp;customer=K1"
    assert begin in page and "开深加工单" in page
    form = client.get(begin.replace("&amp;", "&")).content.decode()
    assert question.number in form and 'value="K1"' in form
    made = order(complaint=question)
    page = client.get(question.get_absolute_url()).content.decode()
    assert made.number in page and "了结深加工单" in page


def test_an_order_is_opened_worked_and_finished_in_the_browser(order: Any, people: Any, masters: Any) -> None:
    clerk, foreman, keeper = (browser(people[name]) for name in ("clerk", "foreman", "storekeeper"))
    answer = clerk.post("/processing/new", {"customer": "K1", "wanted": "平开窗 2 樘"})
    made = ProcessingOrder.objects.get()
    assert answer.status_code == 303 and answer.headers["Location"] == made.get_absolute_url()
    foreman.post(f"{made.get_absolute_url()}/do/put_in", {"code": "BQ4", "weight": "100"})
    keeper.post(f"{made.get_absolute_url()}/do/finish", {"parts": "60 1\n38 1", "scrap": "1.5", "place": "D01"})
    page = clerk.get(made.get_absolute_url()).content.decode()
    assert "已完工" in page and "BQ4" in page and "0.5 kg" in page
    assert made.number in clerk.get("/processing/?tab=done").content.decode()
    record = made.lines.first()
    assert record is not None
    paper = clerk.get(f"/trace/records/processing/{record.pk}/").content.decode()
    assert "平开窗 2 樘" in paper
    assert clerk.get(lot(made.number).get_absolute_url()).status_code == 200


def test_whoever_may_not_is_told_so(order: Any, people: Any, masters: Any) -> None:
    made = order()
    answer = browser(people["clerk"]).post(f"{made.get_absolute_url()}/do/put_in", {"code": "BQ4", "weight": "1"})
    assert answer.status_code == 403


@pytest.mark.clause("W-09")
def test_a_program_does_and_is_refused_like_a_page(people: Any, masters: Any) -> None:
    clerk, foreman, keeper = (Program(people[name]) for name in ("clerk", "foreman", "storekeeper"))
    made = clerk.post("processing-orders", customer="K1", wanted="百叶窗", due_on="2026-05-20")
    at = f"processing-orders/{made['id']}"
    told = foreman.refused(f"{at}/put-in", code="BQ4", weight="251")
    assert (told["code"], told["clause"]) == ("trace.not_enough", "W-09")
    foreman.post(f"{at}/put-in", code="BQ4", weight="20.5")
    made = foreman.post(f"{at}/put-in", code="J2", weight="1")
    assert [line["lot"] for line in made["inputs"]] == ["BQ4", "J2"]
    foreman.post(f"{at}/take-back", line=made["inputs"][1]["id"], reason="写错")
    told = keeper.refused(f"{at}/finish", parts="二十", place="D01")
    assert told["errors"][0]["code"] == "processing.unreadable"
    made = keeper.post(f"{at}/finish", parts="20 1", place="D01", scrap="0.3")
    assert (made["in"], made["out"], made["scrap"], made["unaccounted"]) == (20.5, 20, 0.3, 0.2)
    assert made["outputs"][0]["pieces"] == 1 and made["state"] == "done"
    assert [row["number"] for row in clerk.get("processing-orders", state="done")["items"]] == [made["number"]]
    assert clerk.get(at)["outputs"] == made["outputs"]


@pytest.mark.clause("W-09")
def test_others_are_told_what_went_into_what(order: Any, put_in: Any, finish: Any) -> None:
    made = finish(put_in(order()), 98)
    ids = list(made.lines.values_list("pk", flat=True))
    went_in, came_out = linked_records.events(RecordKind.PROCESSING, ids, "house")
    assert went_in["type"] == came_out["type"] == "TransformationEvent"
    assert any("BQ4" in str(one) for one in went_in["inputQuantityList"])
    assert any(made.number in str(one) for one in came_out["inputQuantityList"])
    assert made.number in str(came_out)


def test_the_list_asks_as_often_for_many_orders_as_for_one(
    order: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        order()
    client = browser(people["clerk"])
    client.get("/processing/")
    with django_assert_max_num_queries(20):
        client.get("/processing/")
