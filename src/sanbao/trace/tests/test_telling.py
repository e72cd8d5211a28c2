"""A trace says whether it adds up, where it ends, who is met there, and what stands in its lots' way (T-14, N-04)."""

import json
import re

import pytest

from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer
from sanbao.trace import actions, bulk, documents, queries, telling
from sanbao.trace.balances import Term
from sanbao.trace.models import LotKind, Shipment
from sanbao.trace.pictures import picture
from sanbao.trace.rows import PackingRow, ShipmentRow, TravellerRow
from sanbao.trace.tests.factory import KG, lot, small_factory
from sanbao.trace.tests.test_actions import WORKS
from sanbao.trace.tests.test_faces import inspector as inspector
from sanbao.trace.tests.test_faces import page
from sanbao.trace.traces import Direction

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


@pytest.fixture(autouse=True)
def factory():
    return small_factory()


def terms(balance):
    return {term.value: milli // KG for term, milli in balance.terms.items() if milli}


@pytest.mark.clause("T-14")
def test_every_kilogram_of_a_basket_is_somewhere():
    """SX3 made 500 kg; BQ3 took 480 of them, left, came back in part, was cut and scrapped; 20 kg nobody can show."""
    for what, kg in (("returned", 100), ("sampled", 2), ("scrapped", 8), ("counted", -5)):
        actions.move(by=WORKS, lot=lot("BQ3"), what=what, quantity_milli=kg * KG, reason="测试")
    [own, goods] = telling.balanced(queries.trace_forward([lot("SX3")]))
    assert terms(goods) == {
        "made": 500, "returned": 100, "in_stock": 85, "shipped": 480, "scrapped": 8, "sampled": 2, "counted": 5,
        "unaccounted": 20,
    }  # fmt: skip
    assert terms(own)["made"] == 500
    there_was = goods.terms[Term.MADE] + goods.terms[Term.RETURNED]
    gone = sum(milli for term, milli in goods.terms.items() if term not in (Term.MADE, Term.RETURNED))
    assert there_was == gone and not goods.settled


@pytest.mark.clause("T-14")
def test_a_basket_that_is_not_packed_yet_is_in_process_and_adds_up():
    bulk.write([TravellerRow(code="SX9", billets=("ZB1",), quantity_milli=400 * KG)], source="import:2")
    goods = telling.balanced(queries.trace_forward([lot("SX9")]))[1]
    assert terms(goods) == {"made": 400, "in_process": 400} and goods.settled


def test_the_balance_is_shown_told_and_exported(inspector):
    told = inspector.get("/api/v1/trace/SX3?direction=forward").json()["balances"]
    assert [(one["of"], one["made"], one["shipped"], one["unaccounted"]) for one in told] == [
        (["SX3"], 500, 0, 0),
        (["SX3"], 500, 480, 20),
    ]
    csv = b"".join(inspector.get("/trace/SX3/export.csv?view=forward&what=balances").streaming_content)
    [head, *rows] = csv.decode("utf-8-sig").splitlines()
    assert head == "批次,单位,做成,退回,在库,在制,用去,已发,报废,取样,盘点差异,对不上" and len(rows) == 2
    shown = page(inspector, "/trace/SX3/?view=forward")
    assert "数量平衡" in shown and "对不上" in shown


@pytest.fixture
def place():
    customer = Customer.objects.get(code="K2")
    site = parties.register_site(by=HOUSE, customer=customer, name="西盛昌二期", city="杭州")
    contact = parties.register_contact(by=HOUSE, site=site, name="收货人乙", phone="0571-55550008")
    Shipment.objects.filter(lot=lot("BQ3")).update(site=site)
    return site, contact


@pytest.mark.clause("T-14")
def test_a_trace_ends_at_a_place_and_a_contact(place, inspector):
    told = documents.document(telling.asked([lot("ZB1")], Direction.FORWARD), contacts=True)
    ends = {(p["code"], p["site"]): p for p in told["places"]}
    assert set(ends) == {("K1", ""), ("K2", ""), ("K2", "西盛昌二期")}
    there = ends["K2", "西盛昌二期"]
    assert (there["address"], there["contact"], there["phone"]) == ("杭州", "收货人乙", "0571-55550008")
    assert (there["quantity"], there["labels"]) == (480, ["BQ3"])
    csv = b"".join(inspector.get("/trace/ZB1/export.csv?view=forward&what=customers").streaming_content)
    assert "西盛昌二期,杭州,收货人乙,0571-55550008,480,kg,1,BQ3" in csv.decode("utf-8-sig")


@pytest.mark.clause("M-02")
def test_who_is_met_there_is_told_to_staff_only(place):
    told = documents.document(telling.asked([lot("BQ3")], Direction.FORWARD), contacts=False)
    assert not {"contact", "phone", "address"} & set(told["places"][0])
    assert "0571-55550008" not in json.dumps(told)


def test_the_contact_that_the_shipment_named_comes_before_any_other(place):
    customer = Customer.objects.get(code="K2")
    named = parties.register_contact(by=HOUSE, customer=customer, name="采购丙", phone="0571-55550005")
    Shipment.objects.filter(lot=lot("BQ3")).update(contact=named)
    [end] = telling.asked([lot("BQ3")], Direction.FORWARD).places
    assert (end.contact, end.phone) == ("采购丙", "0571-55550005")


@pytest.mark.clause("T-13")
def test_what_is_held_or_passes_by_permit_is_marked_by_word_shape_and_number(inspector):
    hold = actions.hold(by=WORKS, lots=[lot("SX3")], reason="复检")
    actions.judge(by=WORKS, lots=[lot("SX1")], status="undecided", basis="色差")
    permit = actions.apply_permit(by=HOUSE, kind="concession", lot=lot("SX1"), reason="客户同意", basis="让步单")
    actions.approve_permit(permit, by=Actor.clockwork("gm"))
    told = {node["code"]: node for node in inspector.get("/api/v1/trace/ZB1").json()["nodes"]}
    assert (told["SX3"]["holds"], told["BQ3"]["holds"]) == ([hold.number], [hold.number])
    assert told["SX1"]["permits"] == [permit.number] and "holds" not in told["BQ1"]
    drawn = page(inspector, "/trace/ZB1/")
    assert f"冻结 {hold.number}" in drawn and f"让步放行 {permit.number}" in drawn
    assert drawn.count('<path class="sign"') == 3
    table = page(inspector, "/trace/ZB1/?as=table")
    assert f"冻结 {hold.number}" in table and f"让步放行 {permit.number}" in table
    actions.lift(hold, by=WORKS, basis="复检合格")
    assert hold.number not in page(inspector, "/trace/ZB1/")


@pytest.fixture
def five_thousand(factory):
    """A coating batch with 400 baskets of 12 labels each, sold to both customers: more than 5,000 lots."""
    cards = [
        TravellerRow(code=f"C{n:04}", billets=("ZB1",), quantity_milli=300 * KG, finish="PTX", extruded_on=None)
        for n in range(400)
    ]
    bulk.write(cards, source="import:2")
    labels = [
        PackingRow(
            label=f"L{n:05}", travellers=(f"C{n // 12:04}",), quantity_milli=25 * KG, spray_code=f"S{n}", location="A"
        )
        for n in range(4800)
    ]
    bulk.write(labels, source="import:2")
    rows = [
        ShipmentRow(number=f"TH{n // 40}", label=f"L{n:05}", customer_id=factory.customers["K1" if n % 3 else "K2"])
        for n in range(0, 4800, 2)
    ]
    bulk.write(rows, source="import:2")
    return lot("PTX")


@pytest.mark.clause("T-14")
def test_five_thousand_lots_are_one_readable_page_and_every_one_of_them_can_be_opened(five_thousand, inspector):
    drawn = page(inspector, "/trace/PTX/?view=forward")
    assert len(drawn.encode()) < 300_000
    assert "全部 5,201 个批次" in drawn or "全部 5201 个批次" in drawn
    assert "＋4,793 个" in drawn and "＋393 张" in drawn
    opened = page(inspector, "/trace/PTX/?view=forward&open=label")
    assert len(opened.encode()) < 300_000
    assert "open=label.2#picture" in opened and len(set(re.findall(r"<title>(L\d{5})", opened))) == 200


def test_every_part_of_a_lane_can_be_unfolded_and_nothing_is_in_two(five_thousand):
    trace = queries.trace_forward([five_thousand])
    seen: list[str] = []
    opened = "label"
    for _ in range(24):
        lane = picture(trace, href=lambda kind, key: str(key), opened=opened).columns[8].boxes
        seen += [box.title for box in lane if not box.folded]
        [opened] = [box.href for box in lane if box.folded]
    assert len(seen) == len(set(seen)) == 4800 and opened == "label.1"


def test_a_part_that_there_is_not_shows_the_last_one(five_thousand):
    trace = queries.trace_forward([five_thousand])
    drawing = picture(trace, href=lambda kind, key: f"{kind}:{key}", opened="label.99")
    fold = next(box for box in drawing.boxes if box.folded and box.column == 8)
    assert (fold.sub, fold.href) == ("第 24/24 段", "fold:label.1")
    assert sum(box.folded or 1 for box in drawing.columns[8].boxes) == 4800
    assert len(trace.of_kind(LotKind.LABEL)) == 4800
