"""Backward, forward, gaps, quantities: what the miniature factory must answer."""

import pytest

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.testing import an_actor
from sanbao.kernel.words import W
from sanbao.trace import actions, bulk, concerns, queries
from sanbao.trace.balances import Term
from sanbao.trace.models import HandleKind, Packing, Purpose, RecordKind
from sanbao.trace.rows import PackingRow
from sanbao.trace.telling import balanced
from sanbao.trace.tests.factory import KG, lot, small_factory
from sanbao.trace.traces import Direction, Missing

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]
WORKS = Actor.clockwork("test")


@pytest.fixture(autouse=True)
def factory():
    return small_factory()


def codes(trace):
    return {node.code for node in trace.nodes.values()}


def test_a_label_leads_back_to_every_supplier_lot_that_may_be_in_it():
    trace = queries.trace_back([lot("BQ1")])
    assert codes(trace) == {"BQ1", "SX1", "ZB1", "RL1", "J1", "SJ1", "PT1", "J2"}
    assert trace.suppliers == {"G1": "甲河铝锭厂", "G2": "乙江粉末涂料厂"}


def test_a_billet_lot_does_not_reach_a_basket_that_merely_shared_a_furnace_load():
    trace = queries.trace_forward([lot("ZB1")])
    assert codes(trace) == {"ZB1", "SX1", "SX3", "BQ1", "BQ2", "BQ3"}  # SX2 shared SJ1 and PT1 with SX1
    assert [(held.name, held.quantity_milli) for held in trace.customers] == [
        ("杭州西盛昌幕墙工程公司", 780 * KG),
        ("宁波东安源门窗厂", 240 * KG),
    ]


def test_a_supplier_lot_reaches_every_label_made_with_it():
    assert codes(queries.trace_forward([lot("J2")])) == {"J2", "PT1", "SX1", "SX2", "BQ1", "BQ2", "BQ4"}


def test_quantities_stand_on_links_and_are_left_open_where_nobody_weighed():
    trace = queries.trace_back([lot("BQ2")])
    code = {id: node.code for id, node in trace.nodes.items()}
    quantity = {(code[link.src], code[link.dst]): link.quantity_milli for link in trace.links}
    assert quantity["J2", "PT1"] == 120 * KG
    assert quantity["ZB1", "SX1"] == 500 * KG
    assert quantity["PT1", "SX1"] is None  # a treatment
    assert quantity["SX1", "BQ2"] is None  # one of two baskets: a candidate


def test_what_nobody_wrote_down_is_a_gap():
    gaps = queries.trace_back([lot("BQ3")]).gaps
    assert [(gap.code, gap.missing) for gap in gaps] == [("SX3", Missing.AGEING_DATE), ("SX3", Missing.REPORT)]


def test_a_label_in_the_store_is_no_gap_but_one_that_is_nowhere_is():
    assert queries.trace_back([lot("BQ4")]).gaps == []
    Packing.objects.filter(lot=lot("BQ4")).update(location="")
    assert [gap.missing for gap in queries.trace_back([lot("BQ4")]).gaps] == [Missing.WHEREABOUTS]


def test_a_trace_takes_the_same_number_of_queries_however_much_it_finds(django_assert_num_queries):
    for code in ("BQ1", "J1"):
        start = lot(code)
        with django_assert_num_queries(13):
            queries.trace([start])


def test_the_balance_of_a_billet_lot_tells_what_does_not_add_up():
    [own, found] = balanced(queries.trace_forward([lot("ZB2")]))
    terms = (Term.MADE, Term.CONSUMED, Term.IN_STOCK)
    assert [own.terms[term] for term in terms] == [6000 * KG, 500 * KG, 5500 * KG]
    assert [milli for _title, milli in found.lines] == [500 * KG, 250 * KG, 300 * KG]
    assert (found.left_milli, found.settled) == (-50 * KG, False)
    assert found.shared == 1  # BQ2 holds SX1 too


def test_the_balance_of_a_material_lot_is_what_should_lie_in_the_store():
    found = balanced(queries.trace_forward([lot("J1")]))[0]
    assert (found.terms[Term.MADE], found.terms[Term.CONSUMED]) == (20000 * KG, 12000 * KG)
    assert (found.terms[Term.IN_STOCK], found.left_milli, found.settled) == (8000 * KG, 0, True)


@pytest.mark.parametrize("direction", ["back", "forward"])
def test_half_of_a_trace_both_ways_is_the_trace_of_that_way(direction):
    for code in ("PT1", "SX3", "BQ2", "J1"):
        half = queries.trace([lot(code)]).part(Direction(direction))
        whole = queries.trace([lot(code)], Direction(direction))
        half.milliseconds = whole.milliseconds
        assert half == whole


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bq１", ["BQ1"]),
        ("20260421 0001", ["BQ1"]),
        ("G2-77", ["J2"]),
        ("HG3", ["J3"]),
        ("sx2", ["SX2"]),
        ("RL1", ["RL1"]),
        ("JY2", ["SX2"]),
        ("TH2", ["BQ2", "BQ3"]),
        ("LL3", ["J2"]),
        ("没有", []),
        ("  ", []),
    ],
)
def test_a_lot_is_found_by_any_number_on_its_papers(typed, expected):
    assert [found.code for found in queries.find(typed, actor=WORKS)] == expected


def test_an_unknown_code_is_refused_by_name():
    with pytest.raises(Refusal) as refused:
        queries.found("XX-1", actor=WORKS)
    assert (refused.value.code, refused.value.status, refused.value.facts) == (
        "trace.unknown_code",
        404,
        {"typed": "XX-1"},
    )


def test_who_does_not_hold_the_permission_sees_no_lot():
    assert queries.find("BQ1", actor=an_actor("complaints.see")) == []
    assert len(queries.find("BQ1", actor=an_actor("trace.see"))) == 1


def test_what_several_labels_have_in_common_is_counted():
    common = queries.common_sources([lot("BQ1"), lot("BQ4")])
    assert {code: common.get(lot(code).pk) for code in ("PT1", "J2", "J1", "ZB1", "SX1")} == {
        "PT1": 2, "J2": 2, "J1": 2, "ZB1": 1, "SX1": 1,
    }  # fmt: skip


def test_goods_under_a_new_label_are_counted_once_and_lack_no_traveller():
    old = lot("BQ4")
    bulk.write([PackingRow(label="BQ9", spray_code="9", quantity_milli=250 * KG, location="A1")], source="person:1")
    actions.connect(RecordKind.RELABEL, 1, [(old.pk, lot("BQ9").pk, 250 * KG)], by=WORKS)
    trace = queries.trace_forward([lot("SX2")])
    assert codes(trace) == {"SX2", "BQ2", "BQ4", "BQ9"}
    told = balanced(trace)[1]
    assert told.left_milli == (500 - 300 - 250) * KG  # BQ2 holds another basket too
    assert [gap.code for gap in queries.trace_back([lot("BQ9")]).gaps] == []


def test_a_lot_is_found_by_a_number_that_it_was_given_later():
    assert actions.name(lot("BQ4"), HandleKind.TOKEN, "0123456789ABCDEFGHJK", by=WORKS)
    assert [found.code for found in queries.find("0123456789abcdefghjk", actor=WORKS)] == ["BQ4"]


def test_an_upper_room_may_stand_at_the_gate(monkeypatch):
    def keeper(lots):
        refuse("keeper.no", W("不行", "No"), lot=lots[0].code)

    monkeypatch.setattr(concerns, "gatekeepers", [keeper])
    with pytest.raises(Refusal) as refused:
        actions.pass_gate([lot("BQ4")], Purpose.SHIP)
    assert refused.value.facts == {"lot": "BQ4"}
