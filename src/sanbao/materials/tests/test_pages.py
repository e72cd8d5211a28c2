"""Every page of the store opens in both languages, asks a constant number of questions, and does what it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanbao.kernel.actor import Actor
from sanbao.materials import actions, links
from sanbao.materials.models import (
    Delivery,
    IncomingLot,
    IssueSlip,
    Lying,
    MarkingNotice,
    Place,
    PropertyReport,
    StockCount,
)
from sanbao.materials.tests.conftest import HOUSE, Store, kg
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace import actions as trace
from sanbao.trace.rows import PackingRow, TravellerRow

pytestmark = pytest.mark.django_db


def person(username: str, department: str, post: str) -> Person:
    place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
    hired = hire(by=Actor.clockwork("test"), username=username, name=f"{username} 甲", **place)
    Person.objects.filter(pk=hired.pk).update(one_time_password=False)
    return Person.objects.get(pk=hired.pk)


@pytest.fixture
def entered(settings: Any) -> Any:
    """Somebody in a post, logged in."""
    settings.DEMO = True

    def enter(department: str = "warehouse", post: str = "storekeeper") -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        client.force_login(person(f"{department}-{post}", department, post))
        return client

    return enter


@pytest.fixture
def full(store: Store) -> Store:
    """A store in which every page has something to show."""
    lot = store.passed("2026-04-01", place=store.a1)
    store.issued(lot, kg(20))
    outside = store.entered(present=["supplier"], certificate="", supplier_lot="G-out")
    actions.ways.ask_urgent(outside, by=HOUSE, reason="急", basis="电话", place=store.a1)
    store.entered(present=[], supplier_lot="G-no")
    theirs = store.received(owner=store.customer, supplier_lot="K-1", place=store.theirs)
    actions.property.report(by=HOUSE, code=theirs.code, what="damaged", description="碰伤")
    actions.marking.send(by=HOUSE, supplier=store.supplier, material_class="粉末涂料")
    count = actions.counting.open_count(by=HOUSE, places=[store.a1])
    actions.counting.scan(count, by=HOUSE, code=lot.code, place=store.a1, quantity=kg(370))
    actions.counting.submit(count, by=HOUSE)
    actions.counting.open_count(by=HOUSE, material_class="粉末涂料")
    trace.start_traveller(TravellerRow(code="SX1", quantity_milli=500_000), by=HOUSE)
    trace.judge(by=HOUSE, lots=[trace_lot("SX1")], status="passed", basis="JY-1")
    for n, place in enumerate(["A1", "成品库三排", "成品库三排"]):
        row = PackingRow(label=f"BQ{n}", travellers=("SX1",), quantity_milli=1000, pieces=5, location=place)
        trace.pack(row, by=HOUSE)
    return store


def trace_lot(code: str) -> Any:
    from sanbao.trace.models import Lot

    return Lot.objects.get(code=code)


def tour_of(client: Client, address: str) -> str:
    """The name of the round that a page with a scanner begins."""
    return dict(client.get(address).context["hidden"])["tour"]


def addresses(store: Store) -> list[str]:
    subjects = [model.objects.latest("pk") for model in (Delivery, IssueSlip, MarkingNotice, PropertyReport)]
    subjects += StockCount.objects.order_by("pk")
    lots = [row.get_absolute_url() for row in IncomingLot.objects.order_by("pk")]
    cards = [f"/materials/cards/{row.lot_id}" for row in IncomingLot.objects.exclude(lot=None)]
    plain = ["", "deliveries/", "incoming/", "slips/", "places/", "counts/", "property/", "property/reports/",
             "marking/", "put", "deliveries/new", "slips/new", "counts/new", "places/new", "property/reports/new",
             f"of/{store.powder.pk}", "places/written?at=成品库三排", "?tab=debts", "?tab=all&q=G-out"]  # fmt: skip
    return [
        *(f"/materials/{path}" for path in plain), *(row.get_absolute_url() for row in subjects), *lots, *cards,
        store.a1.get_absolute_url(), store.theirs.get_absolute_url(),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(full: Store, entered: Any, language: str) -> None:
    client = entered()
    client.cookies["django_language"] = language
    for address in addresses(full):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert ("物料仓库" if language == "zh-hans" else "Materials store") in answer.content.decode(), address


def test_somebody_who_may_not_see_the_store_is_refused_everywhere(full: Store, entered: Any) -> None:
    client = entered("office", "administrator")
    codes = {address: client.get(address).status_code for address in addresses(full)}
    assert {address: code for address, code in codes.items() if code not in (403, 404)} == {}


@pytest.mark.parametrize(
    "address",
    ["/materials/", "/materials/deliveries/", "/materials/incoming/", "/materials/places/", "/materials/slips/"],
)
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_three(
    store: Store, entered: Any, django_assert_max_num_queries: Any, address: str
) -> None:
    client = entered()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def filled(n: int) -> int:
        for _ in range(n):
            store.issued(store.passed(place=store.a1), kg(1))
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert filled(2) == filled(6)


def test_a_delivery_is_registered_checked_and_taken_in_on_its_pages(store: Store, entered: Any) -> None:
    client = entered()
    answer = client.post("/materials/deliveries/new", {"supplier": "g1", "paper": "SH-9", "arrived_on": "2026-04-20"})
    case = Delivery.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, case.get_absolute_url())
    form = {"material": "FM-60", "supplier_lot": "G-9", "quantity": "0.4 吨", "present": ["supplier", "product"]}
    client.post(f"{case.get_absolute_url()}/do/enter", {**form, "model": "PE-60"})
    outside = IncomingLot.objects.get()
    assert (outside.state, outside.quantity_milli) == ("refused", 400_000)
    shown = client.get(outside.get_absolute_url()).content.decode()
    assert "不予收货：缺型号、生产日期或批号、检验标记" in shown and "T-04" in shown
    refused = client.post(f"{outside.get_absolute_url()}/do/accept", {"place": "A1"})
    assert refused.status_code == 409 and "的标识缺" in refused.content.decode()
    whole = {**form, "present": ["supplier", "product", "model", "date_or_lot", "inspection_mark"], "certificate": "H1"}
    client.post(f"{case.get_absolute_url()}/do/enter", {**whole, "supplier_lot": "G-10"})
    second = IncomingLot.objects.get(position=2)
    assert client.post(f"{second.get_absolute_url()}/do/accept", {"place": "a1"}).status_code == 303
    second.refresh_from_db()
    assert Lying.objects.get().lot == second.lot


def test_what_is_typed_wrongly_stands_beside_its_field_and_is_kept(store: Store, entered: Any) -> None:
    client = entered()
    case = store.delivery()
    form = {"material": "没有", "quantity": "大约五百", "supplier_lot": "G-9", "made_on": "0001-01-01"}
    answer = client.post(f"{case.get_absolute_url()}/do/enter", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and not IncomingLot.objects.exists()
    for words in ("没有代码为“没有”的材料", "“大约五百”不是数量", "年份须在", 'value="G-9"'):
        assert words in page, words


def test_lots_are_put_away_scan_after_scan_and_a_places_sign_changes_the_place(store: Store, entered: Any) -> None:
    client = entered()
    first, second = store.received(supplier_lot="G-1"), store.received(supplier_lot="G-2")
    tour = tour_of(client, "/materials/put")

    def scan(code: str, **more: str) -> Any:
        data = {"tour": tour, "code": code, **more}
        return client.post("/materials/put", data, headers={"accept": "application/json"})

    unknown = scan("没有")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "place.unknown")
    assert "原料库一排" in scan("a1").json()["title"]
    assert scan(first.code).json()["ok"]
    scan("A2")
    assert "A2" in scan("G-2").json()["title"]
    assert dict(Lying.objects.values_list("lot__code", "place__code")) == {first.code: "A1", second.code: "A2"}
    assert (scan("XX").status_code, scan("XX").json()["clause"]) == (422, "W-07")
    scan("A1")
    scan("G-2", quantity="100")
    parts = dict(Lying.objects.filter(lot=second).values_list("place__code", "quantity_milli"))
    assert parts == {"A1": 100_000, "A2": None}
    late = client.post("/materials/put", {"tour": "gone", "code": first.code}, headers={"accept": "application/json"})
    assert (late.status_code, late.json()["code"]) == (409, "tour.unknown")


def test_two_pages_that_put_away_keep_their_places_apart(store: Store, entered: Any) -> None:
    client = entered()
    lot = store.received(supplier_lot="G-1")
    one, other = (tour_of(client, f"/materials/put?place={place}") for place in ("A1", "A2"))
    client.post("/materials/put", {"tour": other, "code": "A1"})
    client.post("/materials/put", {"tour": other, "code": "A2"})
    shown = client.post("/materials/put", {"tour": one, "code": lot.code})
    assert shown.status_code == 200 and "已放到 A1" in shown.content.decode()
    assert Lying.objects.get().place == store.a1


def test_a_place_that_only_packing_records_name_opens_and_can_be_made(full: Store, entered: Any) -> None:
    shown = entered("warehouse", "department_manager").get("/materials/places/written?at=成品库三排")
    page = shown.content.decode()
    assert len(shown.context["here"]) == 2 and "places/new?code=%E6%88%90" in page


def test_the_location_view_counts_what_stands_where_and_what_only_packing_records_name(
    full: Store, entered: Any
) -> None:
    client = entered()
    shown = client.get("/materials/places/")
    tiles = {one.place.code: one for one, _, _ in shown.context["places"]}
    assert tiles["A1"].statuses == {"pending": 1, "passed": 2, "failed": 0, "undecided": 0}
    assert [(one.name, one.lots, one.pieces) for one, _ in shown.context["written"]] == [("成品库三排", 2, 10)]
    assert "间距 50 cm" in shown.content.decode()
    here = client.get(full.a1.get_absolute_url())
    assert "BQ0" in here.content.decode() and "入库单" in here.content.decode()
    file = client.get("/materials/places/?export=csv")
    assert "原料库一排" in b"".join(file.streaming_content).decode("utf-8-sig")


def test_a_shipped_label_stands_nowhere(full: Store, entered: Any) -> None:
    from sanbao.trace.rows import ShipmentRow

    trace.ship(ShipmentRow(number="TH1", label="BQ1", customer_id=full.customer.pk), by=HOUSE)
    shown = entered().get("/materials/places/")
    assert [one.lots for one, _ in shown.context["written"]] == [1]


def test_counting_shows_nothing_of_the_book(store: Store, entered: Any) -> None:
    client = entered()
    lot = store.passed(place=store.a1, quantity=kg("417.5"))
    client.post("/materials/counts/new", {"places": ["A1"]})
    count = StockCount.objects.get()
    scan = f"{count.get_absolute_url()}/scan"
    tour = tour_of(client, scan)
    assert client.post(scan, {"tour": tour, "code": lot.code}).status_code == 200
    typed = {"tour": tour, "code": lot.code, "place": "A1", "quantity": "400", "by_hand": "1"}
    assert client.post(scan, typed).status_code == 303
    nobody = client.post(scan, {"tour": tour, "code": "NOBODY"}, headers={"accept": "application/json"})
    assert (nobody.json()["ok"], nobody.json()["outcome"]) == (False, "unknown")
    for address in (scan, count.get_absolute_url()):
        assert "417.5" not in client.get(address).content.decode()
    client.post(f"{count.get_absolute_url()}/do/submit")
    assert "417.5" in client.get(count.get_absolute_url()).content.decode()


def test_a_slip_is_filled_from_the_lots_in_turn_and_issued(store: Store, entered: Any) -> None:
    client = entered()
    lot = store.passed("2026-04-01")
    slip = {"department": "production", "into": "PT-1", "into_kind": "coating"}
    assert client.post("/materials/slips/new", slip).status_code == 303
    case = IssueSlip.objects.get()
    turn = client.get(f"{case.get_absolute_url()}?material=fm-60")
    assert [one["lot"] for one in turn.context["turn"]] == [lot]
    client.post(f"{case.get_absolute_url()}/do/add", {"material": "FM-60", "quantity": "30"})
    client.post(f"{case.get_absolute_url()}/do/issue", {"taken_by": "班长"})
    case.refresh_from_db()
    assert case.state == "issued" and "30 kg" in client.get(case.get_absolute_url()).content.decode()
    assert client.get(f"{case.get_absolute_url()}/slip.pdf")["Content-Type"] == "application/pdf"


def test_many_cards_and_labels_are_printed_from_the_list(full: Store, entered: Any) -> None:
    client = entered()
    picked = [str(row.lot_id) for row in IncomingLot.objects.exclude(lot=None)]
    for address in ("/materials/cards.pdf", "/materials/labels.pdf"):
        answer = client.post(address, {"pick": picked})
        assert answer.content.startswith(b"%PDF")
        assert client.post(address, {}).status_code == 422


def test_a_supplier_acknowledges_on_his_own_page_and_sees_nothing_else(store: Store, settings: Any) -> None:
    settings.DEMO = True
    notice = actions.marking.send(by=HOUSE, supplier=store.supplier, material_class="粉末涂料")
    address = f"/materials/a/{links.token_of(notice)}"
    stranger = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    page = stranger.get(address).content.decode()
    for words in ("供方标识要求", "鹤顶粉末涂料厂", "粉末涂料", "检验标记", "生产厂检验报告"):
        assert words in page
    for words in ("物料仓库", "采购员", "/materials/deliveries"):
        assert words not in page
    notice.refresh_from_db()
    assert notice.state == "sent", "looking acknowledges nothing"
    assert stranger.post(address, {"name": ""}).status_code == 422
    assert "已确认" in stranger.post(address, {"name": "钱工"}).content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.acknowledged_by) == ("acknowledged", "钱工")
    assert "已确认" in stranger.post(address, {"name": "别人"}).content.decode()
    assert MarkingNotice.objects.get().acknowledged_by == "钱工"


def test_a_link_that_is_wrong_or_guessed_too_often_opens_nothing(store: Store, settings: Any) -> None:
    settings.DEMO = True
    stranger = Client(REMOTE_ADDR="192.0.2.77")
    codes = [stranger.get(f"/materials/a/{'x' * 43}").status_code for _ in range(32)]
    assert codes[0] == 404 and codes[-1] == 429
    assert Place.objects.exists()
