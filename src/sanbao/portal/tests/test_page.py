"""The page behind a label's QR code: what it tells, and what it keeps to itself (T-15)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.test import Client

from sanbao.catalog.models import Product, WarrantyTerm
from sanbao.goods import actions as goods
from sanbao.goods.models import Label
from sanbao.kernel import times
from sanbao.kernel.words import W
from sanbao.portal import lookups, queries
from sanbao.portal.models import ScanDay
from sanbao.portal.tests.conftest import HOUSE
from sanbao.trace import concerns
from sanbao.trace.actions import move
from sanbao.trace.concerns import PublicNotice
from tests.cast import Program

pytestmark = pytest.mark.django_db
NOBODY = "0" * 20


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.clause("T-15")
def test_a_genuine_label_tells_product_lot_warranty_outlet_and_how_to_complain(user: Client, label: Label) -> None:
    page = user.get(f"/q/{label.token}")
    assert page.status_code == 200
    for part in (
        "✔ 本厂标签", "50系列幕墙立柱", "LM50", "6063-T5", "20260421 0001", "BQ1", "2026-04-21", "120 个月",
        "自交付之日 2026-04-25 起，到 2036-04-24 为止", "合同第 7 条", "甬东网点", "海曙路 1 号",
        "000-8300-0004", "报修 / 投诉", "查询进度", "使用与保存说明", "隐私",
    ):  # fmt: skip
        assert part in text(page), part


@pytest.mark.clause("T-15")
def test_the_page_keeps_the_trace_quantities_and_other_customers_to_itself(user: Client, label: Label) -> None:
    page = text(user.get(f"/q/{label.token}")).replace(label.token, "")  # which may hold anything by chance
    for secret in (
        "SX1", "ZB1", "RL1", "J1", "甲河铝锭厂", "乙江粉末", "240", "K1", "宁波东安源门窗厂", "西盛昌", "TH1", "A1",
        "person:", "clerk",
    ):  # fmt: skip
        assert secret not in page, secret


def test_goods_in_the_store_tell_from_when_the_warranty_will_count(user: Client, stock: Label) -> None:
    page = text(user.get(f"/q/{stock.token}"))
    assert "自交付之日起" in page and "甬东网点" not in page


def test_a_warranty_that_is_over_says_so_and_one_from_commissioning_names_no_day(user: Client, label: Label) -> None:
    WarrantyTerm.objects.update(whole_months=0, parts_months=12)
    assert "已期满" in text(user.get(f"/q/{label.token}"))
    WarrantyTerm.objects.update(start="commissioning", whole_months=12)
    page = text(user.get(f"/q/{label.token}"))
    assert "整体 12 个月，部件 12 个月" in page and "自调试验收之日起" in page and "已期满" not in page


@pytest.mark.clause("T-15")
def test_a_void_label_says_so_and_offers_to_report_it(user: Client, stock: Label) -> None:
    goods.report_lost(stock, by=HOUSE, loss="lost")
    checking = user.get(f"/q/{stock.token}")
    assert "✘ 正在核实" in text(checking) and "LM50" not in text(checking)
    goods.reinspect(Label.objects.get(pk=stock.pk), by=HOUSE, conclusion="passed", basis="JY-7")
    new = goods.replace(Label.objects.get(pk=stock.pk), by=HOUSE)
    void = user.get(f"/q/{stock.token}")
    assert (void.status_code, "✘ 标签已作废" in text(void)) == (200, True)
    assert new.code not in text(void) and f"/q/{stock.token}/report" in text(void)
    assert "✔ 本厂标签" in text(user.get(f"/q/{new.token}"))


@pytest.mark.parametrize("code", [NOBODY, "x", "1", "' OR 1=1 --", "U" * 20, "BQ1", "..", "%00", "😀"])
def test_what_is_no_code_of_ours_is_not_found_and_can_be_reported(user: Client, label: Label, code: str) -> None:
    page = user.get(f"/q/{code}")
    assert page.status_code in (400, 404)
    if page.status_code == 404 and code not in ("..",):
        assert "没有这个标签" in text(page) and "/q/report" in text(page)


@pytest.mark.clause("T-15")
def test_a_recall_notice_of_an_upper_room_stands_first(user: Client, label: Label, monkeypatch: Any) -> None:
    notice = PublicNotice(W("召回公告", "Recall"), W("请停用并联系我们", "Stop using it and call us"), "/q/track")
    monkeypatch.setattr(concerns, "announcers", [lambda lot: [notice] if lot == label.lot_id else []])
    page = text(user.get(f"/q/{label.token}"))
    assert page.index("召回公告") < page.index("本厂标签") and "请停用并联系我们" in page


def test_the_gs1_digital_link_leads_to_the_same_page_and_a_pieced_together_one_to_none(
    user: Client, label: Label
) -> None:
    Label.objects.filter(pk=label.pk).update(gtin="6901234567892")
    for address in (
        f"/01/06901234567892/21/{label.token}",
        f"/01/06901234567892/10/BQ1/21/{label.token}",
        f"/01/06901234567892/10/20260421%200001/21/{label.token.lower()}",
        f"/q/{label.token}",
    ):
        assert "本厂标签" in text(user.get(address)), address
    for address in (
        f"/01/04006381333931/21/{label.token}",
        f"/01/06901234567892/10/BQ2/21/{label.token}",
        f"/01/06901234567892/21/{NOBODY}",
    ):
        assert user.get(address).status_code == 404, address


def test_a_label_without_a_gtin_has_no_digital_link(user: Client, label: Label) -> None:
    assert user.get(f"/01/00000000000000/21/{label.token}").status_code == 404


def test_a_code_that_was_typed_by_hand_opens_its_page(user: Client, label: Label) -> None:
    typed = " ".join(label.token[n : n + 5] for n in range(0, 20, 5)).lower()
    assert user.get("/q/", {"code": typed})["Location"] == f"/q/{label.token}"
    assert user.get("/q/", {"code": f"https://x.example/q/{label.token}"})["Location"] == f"/q/{label.token}"
    assert user.get("/q/", {"code": "abc"})["Location"] == "/q/0"


def test_an_unknown_and_a_void_code_ask_the_database_as_often(
    user: Client, stock: Label, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    goods.report_lost(stock, by=HOUSE, loss="lost")
    user.get(f"/q/{NOBODY}")
    with django_assert_max_num_queries(20) as unknown:
        user.get(f"/q/{NOBODY}")
    with django_assert_num_queries(len(unknown)):
        user.get(f"/q/{stock.token}")


# -- languages, weight, headers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoken", "word"),
    [("zh-CN,zh;q=0.9", "本厂标签"), ("en-GB,en;q=0.8", "Genuine label"), ("vi-VN", "Genuine label"), ("", "本厂标签")],
)
def test_the_page_speaks_the_language_of_the_browser(label: Label, spoken: str, word: str) -> None:
    page = Client(headers={"Accept-Language": spoken} if spoken else {}).get(f"/q/{label.token}")
    assert word in text(page)


def test_the_language_is_switched_and_kept(user: Client, label: Label) -> None:
    assert "Genuine label" in text(user.get(f"/q/{label.token}?lang=en"))
    assert "Report a problem" in text(user.get(f"/q/{label.token}/report"))
    assert "报修" in text(user.get(f"/q/{label.token}/report?lang=zh"))
    assert "Genuine" not in text(user.get(f"/q/{label.token}?lang=fr"))


def test_the_whole_page_weighs_little_and_needs_neither_script_nor_session(user: Client, label: Label) -> None:
    page = user.get(f"/q/{label.token}")
    sheet = finders.find("portal/portal.css")
    assert isinstance(sheet, str)
    with open(sheet, "rb") as file:
        style = len(file.read())
    assert style <= 15_000
    assert len(page.content) + style <= 60_000
    assert "<script" not in text(page) and "tabler" not in text(page) and "sessionid" not in page.cookies
    assert page["X-Robots-Tag"] == "noindex, nofollow" and "no-store" in page["Cache-Control"]
    assert "default-src 'self'" in page["Content-Security-Policy"]


# -- counting --------------------------------------------------------------------------------------------------


def test_look_ups_are_counted_by_day_without_anything_about_who_looked(user: Client, label: Label) -> None:
    for _ in range(3):
        user.get(f"/q/{label.token}")
    user.head(f"/q/{label.token}")
    times.pass_time(days=1)
    assert "已被查询 4 次" in text(user.get(f"/q/{label.token}"))
    assert list(ScanDay.objects.order_by("day").values_list("label", "count")) == [(label.pk, 3), (label.pk, 1)]
    assert {field.name for field in ScanDay._meta.get_fields()} == {"pk", "label", "day", "count"}


@pytest.mark.clause("T-15")
def test_a_code_that_is_looked_up_too_often_warns_of_a_copy(user: Client, label: Label) -> None:
    ScanDay.objects.create(label=label.pk, day=date(2026, 4, 27), count=18)
    assert "留心仿冒" not in text(user.get(f"/q/{label.token}"))
    assert "留心仿冒" in text(user.get(f"/q/{label.token}"))


def test_codes_that_nobody_knows_are_counted_together_and_nonsense_is_not(user: Client, label: Label) -> None:
    for code in (NOBODY, "1" * 20, "nonsense"):
        user.get(f"/q/{code}")
    assert ScanDay.objects.get().label == 0 and ScanDay.objects.get().count == 2


def test_a_look_up_that_cannot_be_written_now_is_written_with_the_next(label: Label, monkeypatch: Any) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lookups, "impatient", _taken)
        lookups.count(label.pk)
    assert lookups.waiting() == 1 and lookups.counted(label.pk) == (0, 0)
    lookups.count(label.pk)
    assert lookups.waiting() == 0 and lookups.counted(label.pk) == (2, 2)


def _taken() -> Any:
    raise OperationalError("database is locked")


def test_the_file_is_waited_for_as_long_as_before_after_a_look_up(label: Label) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    lookups.count(label.pk)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone()[0] == 30_000


@pytest.mark.clause("T-15")
@pytest.mark.alike
def test_one_address_may_ask_only_so_often(user: Client, label: Label) -> None:
    statuses = [user.get(f"/q/{label.token}").status_code for _ in range(121)]
    assert statuses[:120] == [200] * 120 and statuses[120] == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/q/{label.token}").status_code == 200


@pytest.mark.alike
def test_behind_a_proxy_the_address_is_what_the_proxy_says(user: Client, label: Label, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    for n in range(121):
        told = {"X-Forwarded-For": f"203.0.113.{n % 250}, 198.51.100.9"}
        last = user.get(f"/q/{label.token}", headers=told)
    assert last.status_code == 429
    assert user.get(f"/q/{label.token}", headers={"X-Forwarded-For": "198.51.100.10"}).status_code == 200


# -- care, API -------------------------------------------------------------------------------------------------


def test_care_and_use_follow_the_product_line(user: Client, label: Label) -> None:
    assert "撕除" in text(user.get(f"/q/{label.token}/care"))
    Product.objects.update(line="", surface="氧化")
    assert "隔纸存放" in text(user.get(f"/q/{label.token}/care"))
    assert "保留标签" in text(user.get("/q/care")) and "Keep indoors" in text(user.get("/q/care?lang=en"))
    assert "LM50" not in text(user.get(f"/q/{NOBODY}/care"))


@pytest.mark.clause("T-15")
def test_the_api_tells_the_same_and_refuses_an_unknown_code(label: Label, clerk: Any) -> None:
    program = Program(clerk)
    told = program.get(f"public/{label.token}")
    assert (told["standing"], told["product"]["code"], told["outlet"]["name"]) == ("genuine", "LM50", "甬东网点")
    assert told["warranty"]["counts"] == "自交付之日 2026-04-25 起，到 2036-04-24 为止"
    refused = program.client.get(f"/api/v1/public/{NOBODY}").json()
    assert (refused["code"], refused["clause"], refused["status"]) == ("public.unknown", "T-15", 404)
    assert ScanDay.objects.count() == 0


def test_returned_goods_are_not_delivered_any_more(label: Label) -> None:
    assert queries.delivery_of(label)[0] == date(2026, 4, 25)
    move(by=HOUSE, lot=label.lot, what="returned", quantity_milli=240_000, reason="退回")
    assert queries.delivery_of(label) == (None, None)
