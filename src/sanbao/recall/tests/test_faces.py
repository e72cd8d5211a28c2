"""A recall in the browser, through the API, and behind a holder's link (Q-06)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from sanbao.kernel import times
from sanbao.parties.models import Customer
from sanbao.recall import actions, door, links
from sanbao.recall.models import HolderState, Recall, RecallHolder
from sanbao.recall.tests.conftest import FACTS, holder
from sanbao.trace import concerns as trace
from sanbao.trace.tests.factory import KG, lot
from tests.cast import Program, browser

pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q-06")]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    door.OPENED.forget()


def test_pages_open_list_recall_holder_and_holes(running: Any, people: Any, by: Any) -> None:
    recall = running("J2", "SX3")
    actions.enter(holder(recall, "K1"), by=by.storekeeper, kind="returned", quantity=Decimal("60.5"))
    client = browser(people["clerk"])
    assert recall.number in client.get("/recalls/").content.decode()
    page = client.get(recall.get_absolute_url()).content.decode()
    for told in ("1,020 kg", "5.9 %", "宁波东安源门窗厂", "浙江", "记录断链", "A1", recall.hold.number, "召回计划"):
        assert told in page, told
    assert "宁波东安源门窗厂" not in client.get(f"{recall.get_absolute_url()}?q=西盛昌").content.decode()
    assert "SX3" in client.get(f"{recall.get_absolute_url()}/holes").content.decode()
    page = client.get(holder(recall, "K1").get_absolute_url()).content.decode()
    assert "60.5 kg" in page and "179.5 kg" in page and links.address_of(holder(recall, "K1")) in page
    told = b"".join(client.get(f"{holder(recall, 'K1').get_absolute_url()}?export=csv").streaming_content)
    assert "BQ1" in told.decode("utf-8-sig")
    told = b"".join(client.get(f"{recall.get_absolute_url()}?export=csv").streaming_content).decode("utf-8-sig")
    assert "西盛昌" in told and "k1@example.com" in told
    assert client.get(f"{recall.get_absolute_url()}?export=xlsx").status_code == 200


def test_the_page_looks_for_news_by_itself(running: Any, people: Any) -> None:
    from sanbao.trace.models import Shipment

    recall = running("J2")
    Shipment.objects.filter(lot=lot("BQ1")).update(voided="reversal:1")
    Recall.objects.filter(pk=recall.pk).update(marks=[])
    browser(people["clerk"]).get(recall.get_absolute_url())
    assert holder(recall, "K1").issued_milli == 0


def test_page_and_list_ask_as_often_for_many_holders_as_for_few(
    running: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    recall = running("J2")
    RecallHolder.objects.bulk_create(
        RecallHolder(
            recall=recall, unit="kg", state="notified", labels=2, issued_milli=n * KG,
            customer=Customer.objects.create(code=f"X{n}", name=f"用户 {n}", name_key=f"x{n}", state="in_use"),
        )
        for n in range(60)
    )  # fmt: skip
    client = browser(people["clerk"])
    client.get(recall.get_absolute_url())
    with django_assert_max_num_queries(34):
        client.get(recall.get_absolute_url())


def test_papers_print_letter_reports_and_rehearsal(running: Any, people: Any, by: Any, factory: Any) -> None:
    recall = running("J2", statutory=True, statutory_basis="《消费品召回管理暂行规定》")
    client = browser(people["clerk"])
    papers = [f"{holder(recall, 'K1').get_absolute_url()}/notice"]
    papers += [f"{recall.get_absolute_url()}/paper/{kind}" for kind in ("report", "plan", "stage", "final")]
    mock = actions.rehearse(by=by.technologist, title="演练", lots=[lot("J2")])
    mock = actions.finish(mock, by=by.technologist, remarks="联系人齐全")
    papers.append(f"{mock.get_absolute_url()}/paper/rehearsal")
    for address in papers:
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF"), address
    assert client.get(f"{recall.get_absolute_url()}/paper/rehearsal").status_code == 404


def test_a_program_runs_a_recall_and_is_refused_like_a_page(factory: Any, people: Any, gm: Any) -> None:
    technologist, clerk = Program(people["technologist"]), Program(people["clerk"])
    told = technologist.refused("recalls", title="x", lots="NIX-1")
    assert (told["code"], told["errors"][0]["field"], told["clause"]) == ("trace.unknown_code", "lots", "T-14")
    body = {**FACTS, "lots": "J2"}
    recall = technologist.post("recalls", **body)
    assert (recall["state"], recall["labels"], recall["starts"]) == ("proposed", 3, ["J2"])
    told = clerk.refused(f"recalls/{recall['id']}/confirm")
    assert (told["code"], told["clause"]) == ("not_permitted", "C-13")
    actions.confirm(Recall.objects.get(pk=recall["id"]), by=gm)
    told = clerk.get(f"recalls/{recall['id']}")
    assert told["sums"] == [
        {
            "unit": "kg", "holders": 2, "effect": "0.0", "issued": 540, "returned": 0, "disposed": 0, "installed": 0,
            "held": 0, "out": 540, "scrapped": 0, "recovered": 0, "still_out": 540,
        }
    ]  # fmt: skip
    one = clerk.get(f"recalls/{recall['id']}/holders", state="not_notified")["items"][1]
    assert (one["customer"], one["issued"]) == ("K1", 240)
    told = clerk.refused(f"recall-holders/{one['id']}/enter", kind="returned", quantity="240.5")
    assert (told["code"], told["clause"], told["facts"]["left"]) == ("recall.more_than_there_is", "Q-06", "240")
    assert clerk.post(f"recall-holders/{one['id']}/enter", kind="returned", quantity="240")["out"] == 0
    whole = clerk.get(f"recall-holders/{one['id']}")
    assert whole["label_codes"] == ["BQ1"] and whole["entries"][0]["quantity"] == 240
    assert clerk.get("recalls", rehearsal=False)["items"][0]["id"] == recall["id"]
    assert clerk.get(f"recalls/{recall['id']}/holes")["items"] == []


def test_a_holder_opens_his_link_without_a_log_in_and_answers(running: Any) -> None:
    recall = running("J2")
    k1 = holder(recall, "K1")
    client, address = Client(), f"/recalls/r/{links.token_of(k1)}"
    page = client.get(address).content.decode()
    assert "膜层剥落" in page and "240 kg" in page and "西盛昌" not in page
    assert holder(recall, "K1").state == HolderState.NOT_NOTIFIED, "opening it records nothing"
    answer = client.post(address, {"name": "李某", "held": "200", "installed": "40"})
    assert answer.status_code == 302
    k1 = holder(recall, "K1")
    assert (k1.state, k1.held_milli, k1.acknowledged_by) == (HolderState.ACKNOWLEDGED, 200 * KG, "李某")
    assert "已确认" in client.get(address).content.decode()
    answer = client.post(address, {"held": "201"})
    assert answer.status_code == 422 and "只剩" in answer.content.decode()


def test_a_label_is_checked_on_the_link_and_on_its_public_page(running: Any) -> None:
    recall = running("J2")
    address = f"/recalls/r/{links.token_of(holder(recall, 'K1'))}"
    client = Client()
    assert "BQ1 在召回范围内" in client.get(address, {"label": "bq1"}).content.decode().replace("bq1", "BQ1")
    assert "不在召回范围内" in client.get(address, {"label": "BQ3"}).content.decode()
    assert "没有找到标签" in client.get(address, {"label": "J2"}).content.decode()
    (notice,) = trace.announced(lot("BQ1").pk)
    assert recall.number in str(notice.title) and trace.announced(lot("BQ3").pk) == []


def test_a_wrong_a_guessed_and_an_expired_link_open_nothing_and_only_so_often(running: Any, by: Any) -> None:
    recall = running("J2")
    token = links.token_of(holder(recall, "K1"))
    client = Client()
    for wrong in ("x", token[:-1] + ("A" if token[-1] != "A" else "B"), "A" * 43):
        assert client.get(f"/recalls/r/{wrong}").status_code == 404
    with times.frozen("2027-06-01 09:00"):
        assert client.get(f"/recalls/r/{token}").status_code == 404
    assert not RecallHolder.objects.filter(link_hash=token).exists(), "only its hash is kept"
    for _ in range(80):
        status = client.get("/recalls/r/guess").status_code
    assert status == 429
    door.OPENED.forget()
    Recall.objects.filter(pk=recall.pk).update(state="ended")
    assert client.get(f"/recalls/r/{token}").status_code == 404
    assert client.post(f"/recalls/r/{token}", {"name": "x"}).status_code == 404
