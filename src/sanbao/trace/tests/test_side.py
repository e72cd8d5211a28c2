"""旁溯: what else shared a furnace load, a line, a shift, a heat, a basket or a package (T-14)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.cli import run
from sanbao.trace import actions, bulk, documents, queries, telling
from sanbao.trace.models import RecordKind, Traveller
from sanbao.trace.rows import PackingRow, TravellerRow
from sanbao.trace.sides import Shared
from sanbao.trace.tests.factory import KG, lot, small_factory
from sanbao.trace.tests.test_actions import WORKS
from sanbao.trace.tests.test_faces import inspector as inspector
from sanbao.trace.tests.test_faces import page
from sanbao.trace.traces import Direction

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


@pytest.fixture(autouse=True)
def factory():
    return small_factory()


def sides(code):
    """Each thing in common → the codes of the others."""
    side = queries.trace_side([lot(code)])
    return {(g.shared, g.code): {side.trace.nodes[pk].code for pk in g.lots} for g in side.groups}


def test_a_label_shares_load_bath_press_heat_and_basket_with_others():
    assert sides("BQ1") == {
        (Shared.AGEING, "SJ1"): {"SX2", "BQ2", "BQ4"},
        (Shared.COATING, "PT1"): {"SX2", "BQ2", "BQ4"},
        (Shared.PRESS, "880T-2 甲 2026-04-16"): {"SX2", "SX3", "BQ2", "BQ3", "BQ4"},
        (Shared.HEAT, "RL1"): {"SX3", "BQ3"},
        (Shared.BASKET, "SX1"): {"BQ2"},
    }


def test_a_label_of_several_baskets_has_the_company_of_each():
    assert sides("BQ2") == {
        (Shared.PRESS, "880T-2 甲 2026-04-16"): {"SX3", "BQ3"},
        (Shared.HEAT, "RL1"): {"SX3", "BQ3"},
        (Shared.BASKET, "SX1"): {"BQ1"},
        (Shared.BASKET, "SX2"): {"BQ4"},
    }


def test_a_basket_has_company_but_its_own_goods_are_not_among_it():
    assert (Shared.BASKET, "SX3") not in sides("SX3")
    assert "BQ3" not in set().union(*sides("SX3").values())


def test_a_coating_batch_has_the_company_of_the_baskets_that_it_coated():
    assert sides("PT1")[Shared.HEAT, "RL1"] == {"SX3", "BQ3"}


def test_labels_of_one_package_share_it():
    bulk.write([PackingRow(label="PK1", quantity_milli=0)], source="import:2")
    links = [(lot(code).pk, lot("PK1").pk, None) for code in ("BQ1", "BQ3")]
    actions.connect(RecordKind.TRANSFER, 3, links, by=WORKS)
    assert sides("BQ1")[Shared.PACKAGE, "PK1"] == {"BQ3", "PK1"}


@pytest.mark.parametrize("left_open", ["press", "shift", "extruded_on"])
def test_a_card_that_leaves_press_shift_or_day_open_shares_no_shift(left_open):
    Traveller.objects.filter(lot=lot("SX1")).update(**{left_open: None if left_open == "extruded_on" else ""})
    assert Shared.PRESS not in {shared for shared, _ in sides("BQ1")}


def test_a_voided_card_is_no_company():
    Traveller.objects.filter(lot=lot("SX3")).update(voided="reversal:1")
    assert "SX3" not in sides("BQ1")[Shared.PRESS, "880T-2 甲 2026-04-16"]


def test_a_group_says_how_many_how_much_who_has_it_and_what_is_missing():
    [press] = [g for g in queries.trace_side([lot("BQ1")]).groups if g.shared == Shared.PRESS]
    assert (len(press.lots), len(press.labels), press.quantity_milli) == (5, 3, (300 + 480 + 250) * KG)
    assert [(held.code, held.quantity_milli) for held in press.held] == [("K2", 780 * KG)]
    assert press.gaps == 2  # SX3: no ageing date, no report


def test_the_goods_in_hand_are_not_among_the_customers_of_the_answer():
    side = queries.trace_side([lot("BQ1")])
    assert {held.code for held in side.trace.customers} == {"K2"}
    assert side.count == 5


def test_the_button_tells_the_number_that_the_page_then_shows():
    for code in ("BQ1", "BQ2", "SX1", "SX3"):
        assert queries.side_count([lot(code)]) == queries.trace_side([lot(code)]).count


def test_a_lot_without_company_says_so(inspector):
    bulk.write(
        [
            TravellerRow(code="SX9"),
        ],
        source="import:2",
    )
    assert queries.trace_side([lot("SX9")]).groups == []
    assert "没有别的货与它同炉" in page(inspector, "/trace/SX9/?view=side")


def test_page_program_command_line_and_files_say_the_same(inspector, capsys):
    assert run("trace", ["BQ1", "--json", "--side"]) == 0
    told = json.loads(capsys.readouterr().out)
    answer = inspector.get("/api/v1/trace/BQ1?direction=side").json()
    assert {**told, "milliseconds": 0} == {**answer, "milliseconds": 0}
    assert {(g["shared"], g["code"], g["labels"], g["quantity"]) for g in told["groups"]} == {
        ("ageing", "SJ1", 2, 550), ("coating", "PT1", 2, 550), ("press", "880T-2 甲 2026-04-16", 3, 1030),
        ("heat", "RL1", 1, 480), ("basket", "SX1", 1, 300),
    }  # fmt: skip
    drawn = page(inspector, "/trace/BQ1/?view=side")
    assert all(words in drawn for words in ("旁溯 5", "同时效炉次", "同机台同班同日", "SX3", "杭州西盛昌幕墙工程公司"))
    assert 'hx-get="/trace/BQ1/side-count"' in page(inspector, "/trace/BQ1/")
    assert page(inspector, "/trace/BQ1/side-count") == "5"
    assert page(inspector, "/trace/RL1/side-count") == ""
    csv = b"".join(inspector.get("/trace/BQ1/export.csv?view=side&what=groups").streaming_content).decode("utf-8-sig")
    assert "同熔铸炉次,RL1,2,1,480,kg,2,杭州西盛昌幕墙工程公司" in csv
    lots = b"".join(inspector.get("/trace/BQ1/export.csv?view=side").streaming_content).decode("utf-8-sig")
    assert lots.splitlines()[0].endswith("共同点") and "同熔铸炉次 RL1" in lots
    assert "SX3" in page(inspector, "/trace/BQ1/?view=side&as=table")
    assert run("trace", ["BQ1", "--side"]) == 0
    assert "同喷涂批 PT1（3）" in capsys.readouterr().out


def test_it_takes_the_same_number_of_queries_for_a_few_and_for_many():
    starts = {code: [lot(code)] for code in ("BQ1", "J1")}
    counts = []
    for code in ("BQ1", "BQ1", "J1"):
        with CaptureQueriesContext(connection) as asked:
            queries.trace_side(starts[code])
        counts.append(len(asked))
    assert counts[1] <= 26 and counts[2] <= counts[1] + 1  # a material lot has to be asked onward for its baskets
    with CaptureQueriesContext(connection) as asked:
        telling.asked(starts["BQ1"], Direction.SIDE)
    assert len(asked) <= 40


def test_a_label_of_several_baskets_is_one_of_its_candidates(inspector):
    told = documents.document(telling.asked([lot("BQ2")], Direction.BACK))
    nodes = {node["code"]: node for node in told["nodes"]}
    assert nodes["BQ2"]["candidates"] == ["SX1", "SX2"]
    assert (nodes["SX1"]["one_of"], nodes["SX2"]["one_of"]) == (2, 2)
    assert "one_of" not in nodes["ZB1"]
    drawn = page(inspector, "/trace/BQ2/?view=back")
    assert "2 框之一" in drawn and "混 2 框" in drawn
    single = documents.document(telling.asked([lot("BQ1")], Direction.BACK))
    assert not any("one_of" in node or "candidates" in node for node in single["nodes"])
