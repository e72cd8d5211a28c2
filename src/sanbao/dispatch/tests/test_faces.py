"""The pages and the API of the gate: over the same forms, refusing alike, in both languages, on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanbao.api.actions import create_token
from sanbao.dispatch import actions, documents
from sanbao.dispatch.models import Caught, Escape, PickList
from sanbao.dispatch.tests.conftest import HOUSE, fresh, lot, weighed
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO = True


@pytest.fixture
def enter(people: dict[str, Person]) -> Any:
    def door(name: str) -> Client:
        person = people[name]
        person.set_password(PASSWORD)
        Person.objects.filter(pk=person.pk).update(one_time_password=False, password=person.password)
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        assert client.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
        return client

    return door


@pytest.fixture
def program(people: dict[str, Person]) -> Any:
    def call(name: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
        _, token = create_token(person=people[name], name="test", days=1, by=HOUSE)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if body is None:
            return Client(headers=headers).get(f"/api/v1/{path}")
        headers |= {"Idempotency-Key": key} if key else {}
        return Client(headers=headers).post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    return call


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_list_goes_from_draft_to_the_gate_in_the_browser(enter, customer, contact, product, by):
    seller, keeper, second = enter("seller"), enter("keeper"), enter("second")
    answer = seller.post(
        "/dispatch/new", {"customer": "东安源", "lines": "LM50 60 300\nBQ4", "planned_on": "2026-05-12"}
    )
    assert answer.status_code == 303, text(answer)
    case = PickList.objects.get()
    at = case.get_absolute_url()
    assert "LM50" in text(seller.get(at)) and "BQ4" in text(seller.get(at))
    assert seller.post(f"{at}/do/release", {"version": case.version}).status_code == 303
    gate = f"{at}/gate"
    assert "请扫描标签" in text(keeper.get(gate))
    passed = keeper.post(gate, {"code": "P1"})
    assert (passed.status_code, "通过 P1" in text(passed)) == (200, True)
    assert "已在单上" in text(keeper.post(gate, {"code": "p1"}))
    wrong = keeper.post(gate, {"code": "BQ1"})
    assert (wrong.status_code, 'data-verdict="refused"' in text(wrong)) == (409, True)
    assert "超出提货单" in text(wrong) and "W-08" in text(wrong)
    for code in ("P2", "P3", "BQ4"):
        keeper.post(gate, {"code": code})
    assert "已撤销 P3" in text(keeper.post(gate, {"undo": "P3"}))
    keeper.post(gate, {"code": "P3"})
    weighed_in = keeper.post(f"{gate}/weigh", {"gross": "9550.5", "tare": "9000"})
    assert (weighed_in.status_code, weighed_in["Location"]) == (303, gate)
    assert keeper.post(f"{gate}/check_out", {"vehicle": "浙A00001"}).status_code == 303
    assert second.post(f"{at}/do/ship", {"version": fresh(case).version}).status_code == 303
    case = fresh(case)
    assert (case.state, case.labels, Caught.objects.count()) == ("shipped", 4, 1)
    assert "发货清单" in text(second.get(at))
    assert by.seller.may("dispatch.see")


@pytest.mark.clause("W-08")
def test_the_scanner_of_a_phone_is_told_in_its_own_tongue(enter, released, other_product):
    """What camera and wedge send through the script: any symbol that names the label, and an answer to ear and hand."""
    keeper, gate = enter("keeper"), f"/dispatch/{released().pk}/gate"

    def send(code: str) -> Any:
        return keeper.post(gate, {"code": code}, headers={"accept": "application/json"})

    symbols = ("(01)06901234567892(10)P1(21)77", "https://id.example/01/06901234567892/10/P2", "P3")
    for code in symbols:  # a serial number that nobody knows does not hide the lot beside it
        told = send(code).json()
        assert (told["ok"], told["outcome"], told["title"]) == (True, "ok", f"通过 {told['code']}")
        assert told["title"] in told["html"] and told["code"] in ("P1", "P2", "P3")
    again = send("P3").json()
    assert (again["ok"], again["outcome"], again["title"]) == (True, "warned", "P3 已在单上")
    wrong = send("Q1")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["clause"]) == (409, "gate.not_on_list", "W-08")
    blank = send(" ")
    assert (blank.status_code, blank.json()["code"]) == (422, "scan.empty")
    assert Caught.objects.count() == 1
    page = text(keeper.get(gate))
    assert "data-scan-box" in page and "gate-live" in page
    assert "wasm-unsafe-eval" in keeper.get(gate)["Content-Security-Policy"]


def test_the_paper_of_a_list_opens_its_page_at_the_gate(enter, released):
    case, keeper = released(), enter("keeper")
    assert case.number in text(keeper.get("/dispatch/gate"))
    found = keeper.post("/dispatch/gate", {"code": case.number.lower()})
    assert (found.status_code, found["Location"]) == (303, f"/dispatch/{case.pk}/gate")
    unknown = keeper.post("/dispatch/gate", {"code": "TH-1"})
    assert (unknown.status_code, "没有提货单“TH-1”" in text(unknown)) == (404, True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(enter, ready, by, language, released, other_product):
    case = actions.ship(ready(), by=by.second)
    open_list = weighed(actions.scan(released(), by=by.keeper, code="P4"), by)
    keeper = enter("head")
    keeper.cookies["django_language"] = language
    keeper.post(f"/dispatch/{open_list.pk}/gate", {"code": "Q1"})
    escape = actions.report(by=by.seller, label=lot("P1"), mistake="wrong_product", found_at="工地")
    pages = ["", "gate", "counts", "caught", "escapes/", "escapes/new", f"escapes/{escape.pk}", f"{case.pk}"]
    pages += [f"{open_list.pk}", f"{open_list.pk}/gate", f"{open_list.pk}/do/weigh", f"escapes/{escape.pk}/do/correct"]
    for page in pages:
        answer = keeper.get(f"/dispatch/{page}")
        assert answer.status_code == 200, page
    words = ("Stopped", "Wrong shipments") if language == "en" else ("拦下", "错发统计")
    assert all(word in text(keeper.get("/dispatch/counts")) for word in words)
    exported = keeper.get("/dispatch/counts?export=csv")
    assert b"".join(exported.streaming_content).decode("utf-8-sig").startswith("By" if language == "en" else "分组")


@pytest.mark.clause("M-02")
def test_who_has_no_business_at_the_gate_is_kept_out(enter, released, people):
    case = released()
    worker = enter("worker")
    assert worker.get(f"/dispatch/{case.pk}").status_code == 200
    assert worker.get(f"/dispatch/{case.pk}/gate").status_code == 403
    assert worker.post(f"/dispatch/{case.pk}/do/cancel", {"reason": "不要了"}).status_code == 403


def test_pages_ask_a_constant_number_of_questions(enter, released, by):
    few, many = released(), released()
    actions.scan(few, by=by.keeper, code="P1")
    for code in ("P2", "P3", "P4"):
        actions.scan(many, by=by.keeper, code=code)
    keeper = enter("keeper")
    for page in ("", "/gate"):
        counts = []
        for case in (few, few, many):
            with CaptureQueriesContext(connection) as asked:
                keeper.get(f"/dispatch/{case.pk}{page}")
            counts.append(len(asked))
        assert counts[1] == counts[2]


@pytest.mark.clause("W-08")
def test_a_program_is_refused_alike_and_its_attempt_is_counted_also_with_a_key(program, released, other_product):
    case = released()
    scan = f"pick-lists/{case.pk}/scan"
    taken = program("keeper", scan, {"code": "P1"}, key="k1").json()
    assert (taken["scan"], taken["lines"][0]["on_it"]["kg"]) == ({"label": "P1", "labels": 1, "again": False}, 100.0)
    for key in ("", "k2"):
        answer = program("keeper", scan, {"code": "Q1"}, key=key)
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["clause"]) == (409, "gate.not_on_list", "W-08")
        assert problem["facts"]["product"] == "YM80"
    assert Caught.objects.count() == 2
    told = program("keeper", "gate/caught").json()
    assert (told["total"], told["items"][0]["mistake"], told["items"][0]["pick_list"]) == (
        2,
        "wrong_product",
        case.number,
    )


def test_a_program_can_do_all_of_it(program, customer, contact, by):
    made = program("seller", "pick-lists", {"customer": "K1", "lines": ["LM50 - 200", "BQ4"], "order": "HT-7"})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    call = lambda who, act, **body: program(who, f"pick-lists/{pk}/{act}", body)  # noqa: E731
    assert call("seller", "release").json()["state"] == "released"
    for code in ("P1", "P2", "BQ4"):
        assert call("keeper", "scan", code=code).status_code == 200
    assert call("keeper", "weigh", gross="9450.25", tare="9000").json()["weighings"][0]["net_kg"] == 450.25
    actions.check_out(PickList.objects.get(pk=pk), by=by.keeper)  # a signature asks for a person's password
    told = program("keeper", f"pick-lists/{pk}").json()
    assert (told["state"], told["labels"], told["net_kg"], told["order"]) == ("ready", 3, 450.0, "HT-7")
    assert program("keeper", "pick-lists").json()["total"] == 1
    assert program("keeper", f"pick-lists/{pk}/list.pdf").content[:5] == b"%PDF-"
    counted = program("keeper", "gate/counts?first=2026-05-01&last=2026-05-31").json()
    assert counted["total"] == {"title": "Total", "caught": 0, "escaped": 0, "shipped": 0, "share": None}


def test_an_escape_is_reported_and_put_right_by_page_and_program(enter, program, ready, by):
    actions.ship(ready(), by=by.second)
    seller = enter("seller")
    answer = seller.post("/dispatch/escapes/new", {"label": "P1", "mistake": "wrong_product", "found_at": "工地"})
    assert answer.status_code == 303, text(answer)
    case = Escape.objects.get()
    body = {"measure": "装错，账改实", "strike": True, "went_label": "BQ4"}
    told = program("head", f"wrong-shipments/{case.pk}/correct", body).json()
    assert (told["state"], told["label"]) == ("corrected", "P1")
    assert program("head", "wrong-shipments?state=corrected").json()["total"] == 1
    assert "装错，账改实" in text(seller.get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [("LM50 abc", "第 1 行读不懂"), ("LM50 5\nNIX 5", "没有型号或标签“NIX”"), ("LM50", "一行写一个产品")],
)
def test_a_line_that_cannot_be_read_is_shown_beside_the_field(enter, customer, contact, lines, sentence):
    answer = enter("seller").post("/dispatch/new", {"customer": "K1", "lines": lines})
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not PickList.objects.exists()


def test_the_paper_says_what_left_to_whom_and_who_signed(ready, by, people):
    case = ready()
    before = documents.pick_list_pdf(case, by.keeper)
    after = documents.pick_list_pdf(actions.ship(case, by=by.second), by.keeper)
    assert before[:5] == after[:5] == b"%PDF-" and before != after


def test_a_scanned_pick_list_leads_those_who_work_there_to_the_gate(enter, released):
    case = released()
    gate = f"{case.get_absolute_url()}/gate"
    assert gate in text(enter("keeper").post("/scan/", {"code": case.number}))
    assert gate not in text(enter("seller").post("/scan/", {"code": case.number}))
