"""Nonconforming product in the browser, through the API, on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.nonconformity import actions, documents
from sanbao.nonconformity.models import Nonconformity
from sanbao.nonconformity.tests.conftest import signer
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


@pytest.mark.clause("Q-01")
def test_a_program_opens_splits_and_closes_a_record_and_is_refused_like_a_page(
    people: Any, posts: Any, goods: Any
) -> None:
    inspector, technologist = Program(people["inspector"]), Program(people["technologist"])
    record = inspector.post(
        "nonconformities",
        source="stock",
        description="整框表面划伤",
        lots="SX-9 250 kg",
        goods="散料",
        goods_quantity="3 支",
    )
    assert [(one["lot"], one["quantity"], one["unit"]) for one in record["lines"]] == [
        ("SX-9", "250", "kg"), (None, "3", "支"),
    ]  # fmt: skip
    assert record["holds"][0]["lots"] == 4
    told = inspector.refused("nonconformities", source="stock", description="划伤", lots="SX-9 abc")
    assert told["errors"][0]["field"] == "lots"
    told = inspector.refused("nonconformities", source="stock", description="整框划伤", lots="SX-9 301 kg")
    assert (told["code"], told["clause"]) == ("nonconformity.more_than_lot", "Q-02")
    path, line = f"nonconformities/{record['id']}", record["lines"][0]["id"]
    body = {"line": line, "way": "scrap", "instruction": "剪碎", "basis": "评审", "department": "production",
            "due_on": "2026-04-24"}  # fmt: skip
    told = technologist.refused(f"{path}/propose", quantity="250.5", **body)
    assert (told["code"], told["clause"], told["facts"]["open"]) == ("disposition.beyond", "Q-02", "250 kg")
    split = technologist.post(f"{path}/propose", quantity="250", **body)
    [row] = split["lines"][0]["dispositions"]
    assert (row["state"], row["quantity"], split["lines"][0]["balance"]["pending"]) == ("proposed", "250", "250")
    told = Program(people["foreman"]).refused(f"dispositions/{row['id']}/execute", good=0, scrapped=250, result="x")
    assert (told["code"], told["clause"]) == ("wrong_state", "Q-02")
    told = technologist.refused(f"dispositions/{row['id']}/approve")
    assert told["code"] == "not_permitted"
    told = inspector.refused(f"{path}/close", conclusion="完", basis="评审记录")
    assert (told["code"], told["clause"]) == ("nonconformity.open", "Q-02")
    assert inspector.get("nonconformities", q="SX-9")["items"][0]["number"] == record["number"]
    assert technologist.get("dispositions", state="proposed")["items"][0]["id"] == row["id"]
    assert technologist.get("nonconformities/cost", first="2026-01-01", last="2026-12-31") == {"items": []}


def test_pages_show_the_balance_the_holds_and_the_story(
    people: Any, opened: Any, executed: Any, posts: Any, goods: Any
) -> None:
    record = opened()
    row = executed(record, "rework", "200", scrapped="20")
    page = browser(people["inspector"])
    text = page.get(record.get_absolute_url()).content.decode()
    for said in ("SX-9", "未处置", "100 kg", "报废", "20 kg", "冻结中", "缺", row.number):
        assert said in text
    assert record.number in page.get("/nonconformity/?q=BH").content.decode()
    assert row.number in page.get("/nonconformity/dispositions?tab=verify").content.decode()
    text = page.get(row.get_absolute_url()).content.decode()
    assert "复检" in text and "120.50 CNY" in text
    form = page.get(f"{row.get_absolute_url()}/do/verify").content.decode()
    assert 'value="180"' in form
    assert "120.50" in page.get("/nonconformity/cost?by=month").content.decode()
    told = b"".join(page.get("/nonconformity/cost?export=csv").streaming_content).decode("utf-8-sig")
    assert "返工" in told
    english = page.get(record.get_absolute_url(), headers={"Accept-Language": "en"})
    assert english.status_code == 200


def test_the_pages_of_a_record_ask_as_often_for_many_lines_as_for_one(
    people: Any, opened: Any, posts: Any, django_assert_max_num_queries: Any
) -> None:
    from sanbao.nonconformity.actions import Goods
    from sanbao.nonconformity.tests.conftest import kg

    record = opened(lines=[Goods(words=f"散料 {n}", quantity=kg(5)) for n in range(12)])
    for _ in range(8):
        opened(lines=[])
    page = browser(people["inspector"])
    for address in (record.get_absolute_url(), "/nonconformity/"):
        page.get(address)
        with django_assert_max_num_queries(24):
            page.get(address)


@pytest.mark.clause("Q-02")
def test_the_notice_prints_with_its_number_its_quantities_and_who_signed(
    opened: Any, approved: Any, proposed: Any, posts: Any, people: Any
) -> None:
    from sanbao.kernel.refusals import Refusal

    record = opened()
    row = approved(record, "rework", "100")
    made = documents.notice_pdf(row, posts.inspector)
    assert made.startswith(b"%PDF") and len(made) > 8000
    response = browser(people["inspector"]).get(f"{row.get_absolute_url()}/notice.pdf")
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
    waiting = proposed(record, "scrap", "10")
    with pytest.raises(Refusal) as caught:
        documents.notice_pdf(waiting, posts.inspector)
    assert (caught.value.code, caught.value.clause, caught.value.status) == ("disposition.no_notice", "Q-02", 404)


def test_the_case_page_shows_its_records(story: Any, people: Any, goods: Any) -> None:
    case = story.graded("S3", "M1", lot=goods.labels[0])
    number = Nonconformity.objects.get().number
    assert number in browser(people["technologist"]).get(case.get_absolute_url()).content.decode()


def test_evidence_is_kept_with_the_record(opened: Any, posts: Any, people: Any) -> None:
    from sanbao.claims.tests.conftest import invoice
    from sanbao.complaints.tests.conftest import HOUSE  # noqa: F401

    record = opened()
    actions.add_evidence(record, by=posts.inspector, files=[invoice(posts.inspector)])
    assert "invoice.png" in browser(people["inspector"]).get(record.get_absolute_url()).content.decode()


def test_whoever_has_nothing_to_do_with_product_sees_none(opened: Any, people: Any, posts: Any) -> None:
    record = opened()
    assert not Nonconformity.objects.visible_to(posts.secretary).exists()
    assert browser(people["secretary"]).get(record.get_absolute_url()).status_code == 403
    assert signer(posts.gm).fresh and Decimal(1)


@pytest.mark.parametrize("about", ["TS-2026-999999", "complaint:99999999999999999999", "complaint:²", "nothing:1", ":"])
def test_what_a_record_is_about_must_be_there(people: Any, posts: Any, about: str) -> None:
    inspector = Program(people["inspector"])
    told = inspector.refused("nonconformities", source="complaint", description="整框划伤", about=about)
    assert told["errors"][0]["field"] == "about"
    told = inspector.refused(
        "corrective-actions",
        origin=about,
        title="x",
        problem="xxxx",
        lead="inspector",
        metric="evidence",
        threshold="xxxx",
    )
    assert told["errors"][0]["field"] == "origin"
