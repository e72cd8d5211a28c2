"""Returns in the browser, on the phone, on paper and through the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.returns import actions
from sanbao.returns.models import Return
from sanbao.returns.tests.conftest import credit_of, label, sent
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


def test_the_pages_show_list_return_credit_and_papers(credited: Any, people: Any, by: Any, customer: Any) -> None:
    case = credited(label("L1"))
    credit = actions.replace(
        credit_of(case), by=by.clerk, pick_list=sent(customer, "TH-A"), value=Decimal(1500), source="FP-9"
    )
    client = browser(people["clerk"])
    assert case.number in client.get("/returns/?tab=replace").content.decode()
    page = client.get(case.get_absolute_url()).content.decode()
    assert "4000.00 CNY" in page and case.form_number in page and "确认数量" in page
    told = client.get(credit.get_absolute_url()).content.decode()
    assert "2500.00" in told and "TH-A" in told
    assert credit.customer.name in client.get("/returns/credits/").content.decode()
    assert client.get(f"{credit.get_absolute_url()}?export=xlsx").status_code == 200
    for paper in ("form.pdf", "receipt.pdf"):
        answer = client.get(f"/returns/{case.pk}/{paper}")
        assert answer.content[:5] == b"%PDF-", paper
    assert client.get(f"/returns/credits/{credit.pk}/statement.pdf").content[:5] == b"%PDF-"


def test_there_is_no_form_and_no_receipt_before_their_time(apply: Any, people: Any) -> None:
    client, case = browser(people["clerk"]), apply()
    assert client.get(f"/returns/{case.pk}/form.pdf").status_code == 404
    assert client.get(f"/returns/{case.pk}/receipt.pdf").status_code == 404


def test_every_stage_has_a_page(apply: Any, filled: Any, approved: Any, people: Any) -> None:
    cases = [apply(label("L1", "10"), reason="quality"), filled(label("L2", "10")), approved(label("L3", "10"))]
    for who in ("clerk", "manager", "technical", "keeper"):
        client = browser(people[who])
        for case in cases:
            assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.clause("R-07")
def test_the_phone_counts_label_by_label(approved: Any, people: Any, by: Any) -> None:
    case = approved(label("L1"), label("L2"))
    client = browser(people["keeper"])
    here = f"/returns/{case.pk}/count"
    assert "请扫描退回的标签" in client.get(here).content.decode()
    assert "收到 L1" in client.post(here, {"code": "L1"}).content.decode()
    assert "L1 已验收" in client.post(here, {"code": "L1"}).content.decode()
    wrong = client.post(here, {"code": "BQ2"})
    assert wrong.status_code == 409 or wrong.status_code == 422
    assert "没有发给过" in wrong.content.decode()
    for move in ("weigh", "accept", "undo"):
        assert client.get(f"{here}/{move}").status_code == 200
    done = client.post(f"{here}/accept", {"place": "T-1", "sign": "7", "difference": "少一捆", "version": ""})
    assert done.status_code in (200, 204, 302, 303)
    assert Return.objects.get(pk=case.pk).accepted_milli == 200_000
    assert browser(people["clerk"]).get(here).status_code == 403


def test_the_case_page_shows_its_returns_and_where_to_apply(apply: Any, people: Any, by: Any, customer: Any) -> None:
    complaint = complaints.register(by=by.clerk, source="user", channel="letter", description="发错", customer=customer)
    client = browser(people["clerk"])
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert f"/returns/apply?complaint={complaint.number}" in page
    case = apply(complaint=complaint)
    assert case.number in client.get(complaint.get_absolute_url()).content.decode()


@pytest.mark.clause("R-01")
def test_a_program_applies_and_is_refused_like_a_page(people: Any, customer: Any) -> None:
    seller = Program(people["seller"])
    body = {"customer": "K1", "description": "想换", "currency": "CNY", "lines": ["BQ1 240 20 FP-31"]}
    told = seller.refused("returns", reason="other_reason", **body)
    assert (told["code"], told["clause"]) == ("return.not_admitted", "R-01")
    for line in ("BQ1 0 20 FP-31", "BQ1 -1 20 FP-31", "BQ1 240", "NIX 1 1 FP"):
        told = seller.refused("returns", reason="our_error", **{**body, "lines": [line]})
        assert told["errors"][0]["field"] == "lines", told
    case = seller.post("returns", reason="our_error", **body)
    assert (case["state"], case["applied_kg"], case["lines"][0]["label"]) == ("applied", 240.0, "BQ1")
    assert seller.get("returns", customer="K1", state="applied")["items"][0]["number"] == case["number"]
    told = Program(people["manager"]).refused(f"returns/{case['id']}/agree")
    assert (told["code"], told["clause"]) == ("return.no_evidence", "R-06")


@pytest.mark.clause("R-02")
def test_the_whole_way_through_the_api(approved: Any, people: Any, by: Any, customer: Any) -> None:
    case = approved(label("L1"))
    keeper, clerk = Program(people["keeper"]), Program(people["clerk"])
    told = keeper.post(f"returns/{case.pk}/scan", code="L1")
    assert (told["scan"], told["state"]) == ({"label": "L1", "again": False}, "counting")
    told = keeper.post(f"returns/{case.pk}/accept", place="T-1", sign="7")
    assert told["state"] == "accepted"
    told = clerk.post(f"returns/{case.pk}/confirm")
    assert (told["value"], told["state"]) == ("4000.00", "credited")
    sent(customer, "TH-A")
    credit = clerk.get("credits", customer="K1")["items"][0]
    told = clerk.refused(f"credits/{credit['id']}/replace", pick_list="TH-A", value="4000.01", source="FP-9")
    assert (told["code"], told["clause"]) == ("credit.not_enough", "R-02")
    told = clerk.post(f"credits/{credit['id']}/replace", pick_list="TH-A", value="4000", source="FP-9")
    assert told["open"] == "0.00"
    assert [e["balance"] for e in clerk.get(f"credits/{credit['id']}")["entries"]] == ["4000.00", "0.00"]
    assert clerk.get(f"returns/{case.pk}")["state"] == "replaced"


def test_list_and_page_ask_as_often_for_many_as_for_one(
    apply: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        apply(label("L1", "1"), label("L2", "1"))
    client = browser(people["clerk"])
    client.get("/returns/")
    with django_assert_max_num_queries(20):
        client.get("/returns/")
    case = apply(label("L1", "1"))
    with django_assert_max_num_queries(45):
        client.get(case.get_absolute_url())
