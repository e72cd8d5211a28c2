"""Scanning (conventions 36, 37): what a code is, told alike with script, without, and to programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanbao.api.models import Answer
from sanbao.api.tests.conftest import Program
from sanbao.inspection import actions as samples
from sanbao.inspection import queries as sample_queries
from sanbao.inspection.models import UnknownLabel
from sanbao.kernel import times
from sanbao.kernel.times import now
from sanbao.parties.models import Person
from sanbao.trace import actions as trace
from sanbao.trace.models import Hold, Lot, QualityStatus
from sanbao.trace.tests.factory import small_factory
from sanbao.web.handlers import forget_scans
from sanbao.web.models import Scan, ScanResult
from sanbao.web.tests.conftest import HOUSE
from sanbao.web.views.scan import SHELL

pytestmark = pytest.mark.django_db
PAGE = "/scan/"
SCRIPT = {"Accept": "application/json"}
GTIN = "06901234567892"


@pytest.fixture(autouse=True)
def factory() -> None:
    small_factory()


@pytest.fixture
def keeper_of_stock(hired: Callable[..., Person]) -> Person:
    return hired("stock", "warehouse", "storekeeper", "赵仓")


@pytest.fixture
def client(keeper_of_stock: Person, entered: Callable[[Person], Client]) -> Client:
    return entered(keeper_of_stock)


def scanned(client: Client, code: str, key: str = "", **more: Any) -> dict[str, Any]:
    headers = SCRIPT | ({"Idempotency-Key": key} if key else {})
    answer = client.post(PAGE, {"code": code, **more}, headers=headers)
    assert answer.status_code == 200, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def test_a_label_is_named_in_one_line_with_what_can_be_done(client: Client) -> None:
    told = scanned(client, " bq1 ")
    assert told.keys() == {"ok", "outcome", "code", "title", "sentence", "clause", "html"}
    assert (told["ok"], told["outcome"]) == (True, "ok")
    assert told["title"].startswith("标签 BQ1 · LM50 50系列幕墙立柱 · 240 kg · 2026-04-21 · ")
    assert told["title"].endswith("已发 宁波东安源门窗厂 · 合格")
    assert '/trace/BQ1/"' in told["html"] and "/complaints/new?code=BQ1" in told["html"]


@pytest.mark.parametrize(
    "sent",
    [
        f"]C101{GTIN}10L-7\x1d21BQ1",
        f"https://id.factory.example/01/{GTIN}/21/BQ1",
        "https://sanbao.factory.example/q/BQ1",
        "ＢＱ１",
    ],
)
def test_page_and_api_reduce_what_a_scanner_sends_to_the_same_code(
    client: Client, keeper_of_stock: Person, sent: str
) -> None:
    page = scanned(client, sent)
    program = Program(keeper_of_stock).client.post("/api/v1/scan", {"code": sent}, content_type="application/json")
    told = program.json()
    assert page["title"].startswith("标签 BQ1 ·")
    assert [m["subject"] for m in told["matches"]] == [Scan.objects.order_by("id")[0].subject]
    assert (told["known"], told["matches"][0]["what"]) == (True, "lot.label")
    assert list(Scan.objects.values_list("result", flat=True)) == [ScanResult.ONE] * 2


@pytest.mark.clause("T-13")
def test_what_is_held_or_has_failed_is_told_like_a_refusal(client: Client) -> None:
    lots = list(Lot.objects.filter(code__in=["BQ1", "BQ2"]).order_by("code"))
    trace.hold(by=HOUSE, lots=lots[:1], reason="客户反映掉粉")
    told = scanned(client, "BQ1")
    number = Hold.objects.get().number
    assert (told["ok"], told["outcome"]) == (False, "warned")
    assert told["sentence"] == f"冻结中，不得领用、发出：{number} 客户反映掉粉"
    Lot.objects.filter(pk=lots[1].pk).update(status=QualityStatus.FAILED)
    assert scanned(client, "BQ2")["sentence"] == "不合格，不得领用、发出。"
    assert scanned(client, "BQ3")["ok"]
    assert list(Scan.objects.order_by("id").values_list("result", flat=True)) == ["warned", "warned", "one"]


def test_a_paper_is_one_thing_however_many_labels_it_names_and_a_piece_of_paper_with_one_label_is_that_label(
    client: Client,
) -> None:
    assert scanned(client, "TH2")["title"] == "提货单号 TH2 · 2 个批次"
    assert scanned(client, "TH1")["title"].startswith("标签 BQ1 ·")


def test_of_several_things_under_one_code_it_is_asked_which_one_is_meant(client: Client) -> None:
    samples.request(by=HOUSE, about="complaint:1", wanted="两支料", label="BQ1")
    told = scanned(client, "BQ1")
    assert (told["outcome"], told["title"]) == ("several", "“BQ1”有 2 个匹配，是哪一个？")
    assert "S-0001" in told["html"] and 'href="/trace/BQ1/"' in told["html"]


def test_what_can_be_done_depends_on_who_asks(
    client: Client, inspector: Person, entered: Callable[..., Client]
) -> None:
    samples.request(by=HOUSE, about="complaint:1", wanted="两支料", label="Y-1")
    sample = sample_queries.samples_about("complaint:1").get()
    receive = f"{sample.get_absolute_url()}/do/receive"
    assert receive not in scanned(client, "y-1")["html"]
    assert receive in scanned(entered(inspector), "S-0001")["html"]


def test_an_unknown_code_offers_to_scan_again_to_look_by_hand_or_to_report_it(client: Client) -> None:
    told = scanned(client, "69 0000 1")
    assert (told["ok"], told["outcome"], told["title"]) == (False, "unknown", "未知编号 69 0000 1")
    report = f"{reverse('inspection:report')}?code=69+0000+1"
    for offered in ("data-scan-again", "/search/?q=69%200000%201", report):
        assert offered in told["html"]
    assert client.get(report).context["form"].initial["code"] == "69 0000 1"
    client.post(report, {"code": "69 0000 1", "place": "门卫"})
    assert UnknownLabel.objects.get().sightings.get().place == "门卫"


def test_once_reported_the_unknown_code_is_known_as_such(client: Client) -> None:
    client.post(reverse("inspection:report"), {"code": "690001"})
    told = scanned(client, "690001")
    number = UnknownLabel.objects.get().number
    assert (told["ok"], told["outcome"]) == (False, "warned")
    assert told["sentence"] == "本厂没有这个标签的记录，正在查明。"
    assert told["title"] == f"未知标签 {number} · 690001 · 待查明"


def test_without_script_the_page_shows_the_same_answer_and_what_was_scanned_before(client: Client) -> None:
    client.post(PAGE, {"code": "XX9"})
    page = client.post(PAGE, {"code": "BQ1"}).content.decode()
    assert 'data-outcome="ok"' in page and "/complaints/new?code=BQ1" in page
    assert f'{PAGE}?code=XX9"' in page
    again = client.get(f"{PAGE}?code=BQ2").content.decode()
    assert "/trace/BQ2/" in again
    assert Scan.objects.count() == 2, "a look at an address is no scan"


@pytest.mark.parametrize(("sent", "code"), [("", "scan.empty"), ("]C1", "scan.empty"), ("9" * 401, "scan.too_long")])
def test_what_is_no_code_is_refused_by_page_and_api_alike(
    client: Client, keeper_of_stock: Person, sent: str, code: str
) -> None:
    page = client.post(PAGE, {"code": sent}, headers=SCRIPT)
    program = Program(keeper_of_stock).client.post("/api/v1/scan", {"code": sent}, content_type="application/json")
    assert (page.status_code, page.json()["code"]) == (program.status_code, program.json()["code"]) == (422, code)
    plain = client.post(PAGE, {"code": sent})
    assert plain.status_code == 422 and 'data-refusal="' + code in plain.content.decode()
    assert not Scan.objects.exists()


def test_a_scan_that_is_sent_again_is_written_down_once_and_answered_alike(client: Client) -> None:
    first = scanned(client, "BQ1", key="k1", scanned_at=now().isoformat())
    assert scanned(client, "BQ1", key="k1", scanned_at=Scan.objects.get().scanned_at.isoformat()) == first
    assert Scan.objects.count() == Answer.objects.count() == 1
    scanned(client, "BQ1", key="k2")
    assert Scan.objects.count() == 2


def test_when_it_was_scanned_is_what_the_device_says_unless_its_clock_is_out_of_reason(client: Client) -> None:
    with times.frozen("2026-04-20 09:00"):
        scanned(client, "BQ1", scanned_at="2026-04-18T10:00:00+08:00")
        scanned(client, "BQ1", scanned_at="1970-01-01T00:00:00Z")
        scanned(client, "BQ1", scanned_at="yesterday")
    made = list(Scan.objects.order_by("id").values_list("scanned_at", flat=True))
    assert (made[0].isoformat(), made[1:]) == ("2026-04-18T02:00:00+00:00", [None, None])


def test_only_pages_that_scan_may_compile_webassembly_and_use_the_camera(client: Client) -> None:
    for address, scans in (
        (PAGE, True),
        ("/", False),
        ("/trace/", False),
        ("/me/", False),
        ("/accounts/login/", False),
    ):
        answer = client.get(address)
        assert ("'wasm-unsafe-eval'" in answer["Content-Security-Policy"]) == scans, address
        assert ("camera=(self)" in answer["Permissions-Policy"]) == scans, address
        assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_the_shell_that_a_device_keeps_holds_nothing_of_anybody(client: Client) -> None:
    scanned(client, "BQ1")
    shell = client.get("/scan/offline")
    page = shell.content.decode()
    assert "Set-Cookie" not in shell and not shell.cookies
    for personal in ("赵仓", "csrf", "person:", "BQ1"):
        assert personal not in page
    assert page == Client(HTTP_ACCEPT_LANGUAGE="zh-CN").get("/scan/offline").content.decode()


def test_the_service_worker_keeps_files_that_are_there_and_changes_its_name_with_the_language(client: Client) -> None:
    worker = client.get("/scan/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert [name for name in SHELL if finders.find(name) is None] == []
    client.cookies["django_language"] = "en"
    assert worker.content != client.get("/scan/worker.js").content


def test_a_page_that_stood_open_over_a_log_in_tells_a_script_so(keeper_of_stock: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(keeper_of_stock, backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(PAGE, {"code": "BQ1"}, headers=SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (403, "page_expired")
    assert Client().post(PAGE, {"code": "BQ1"}, headers=SCRIPT).status_code == 401


def test_a_scan_takes_as_many_questions_however_much_the_code_names(client: Client) -> None:
    def questions(code: str) -> int:
        with CaptureQueriesContext(connection) as found:
            scanned(client, code)
        return len(found)

    questions("BQ1")
    one = questions("BQ1")
    assert questions("TH2") <= one, "a paper of many labels costs no more than a label"
    for n in range(3):
        samples.request(by=HOUSE, about=f"complaint:{n}", wanted="两支料", label="BQ2")
    several = questions("BQ2")
    samples.request(by=HOUSE, about="complaint:9", wanted="两支料", label="BQ2")
    assert questions("BQ2") == several


def test_scans_are_forgotten_after_as_many_days_as_the_policy_says(client: Client) -> None:
    with times.frozen("2026-04-20 09:00"):
        scanned(client, "BQ1")
    with times.frozen("2027-05-24 09:00"):
        forget_scans()
        assert Scan.objects.count() == 1
    with times.frozen("2027-05-26 09:00"):
        forget_scans()
        assert not Scan.objects.exists()
