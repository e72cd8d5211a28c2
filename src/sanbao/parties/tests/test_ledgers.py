"""Master data out of spreadsheets: everything taken, remarks for what cannot be resolved, twice is once."""

from __future__ import annotations

import pytest

from sanbao.kernel import journal
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.verify import verify
from sanbao.parties import actions, queries
from sanbao.parties.models import Customer, Dealer, DealerReach, Number
from sanbao.parties.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db

DEALERS = [
    {"code": "D03", "name": "甬东网点", "region": "浙江", "city": "宁波", "parent": "D02"},
    {"code": "D02", "name": "浙江经销处", "region": "浙江省", "city": "杭州", "parent": "d01"},
    {"code": "D01", "name": "华东总经销处", "region": "上海市", "city": "上海", "parent": ""},
]
CUSTOMERS = [
    {
        "code": "K0001",
        "name": "东门门窗厂",
        "category": "国内",
        "region": "浙江",
        "phones": "13900000001",
        "dealer": "D03",
    },
    {"code": "X001", "name": "Penang Facade", "category": "", "region": "马来西亚", "phones": "+60 4 1234567"},
    {"code": "k0002", "name": "西门门窗厂", "category": "国内", "region": "火星", "phones": "", "dealer": "D99"},
]


def test_a_ledger_of_dealers_finds_parents_that_stand_further_down() -> None:
    results = actions.take_dealers(DEALERS, by=HOUSE)
    assert [r.changed for r in results] == [True] * 3
    assert not any(r.remarks for r in results)
    assert Dealer.objects.get(code="D03").parent.parent.code == "D01"
    assert DealerReach.objects.filter(above__code="D01").count() == 3
    again = actions.take_dealers(DEALERS, by=HOUSE)
    assert not any(r.changed for r in again)


def test_dealers_of_a_ledger_that_form_a_circle_are_taken_with_a_remark() -> None:
    rows = [{"code": "A", "name": "甲", "parent": "B"}, {"code": "B", "name": "乙", "parent": "A"}]
    results = actions.take_dealers(rows, by=HOUSE)
    assert [len(r.remarks) for r in results] == [0, 1]
    assert Dealer.objects.get(code="A").parent.code == "B"
    assert Dealer.objects.get(code="B").parent is None


def test_a_ledger_of_customers_is_taken_once_and_says_what_it_could_not_resolve() -> None:
    actions.take_dealers(DEALERS, by=HOUSE)
    results = actions.take_customers(CUSTOMERS, by=HOUSE)
    assert [r.changed for r in results] == [True] * 3
    assert [len(r.remarks) for r in results] == [0, 0, 2]
    first, abroad, third = (queries.customers_by_code([row["code"]])[row["code"]] for row in CUSTOMERS)
    assert (first.dealer.code, first.region.code, first.category) == ("D03", "CN-ZJ", "domestic")
    assert (abroad.category, third.region, third.dealer) == ("export", None, None)
    entries = JournalEntry.objects.count()
    again = actions.take_customers(CUSTOMERS, by=HOUSE)
    assert [(r.changed, len(r.remarks)) for r in again] == [(False, 0), (False, 0), (False, 2)]
    assert JournalEntry.objects.count() == entries
    assert list(verify(first.subject)) == []


def test_a_changed_line_is_an_edit_and_missing_columns_change_nothing() -> None:
    actions.take_customers(CUSTOMERS, by=HOUSE)
    result = actions.take_customers([{"code": "K0001", "name": "东门门窗厂", "phones": "13900000009"}], by=HOUSE)
    kept = Customer.objects.get(code="K0001")
    assert result[0].changed and kept.region.code == "CN-ZJ"
    assert set(Number.objects.filter(customer=kept).values_list("digits", flat=True)) == {"8613900000009"}
    assert [e.action for e in journal.entries_of(kept.subject)] == ["customer.open", "customer.edit"]
    assert list(verify(kept.subject)) == []


def test_a_code_that_stands_twice_is_taken_once_with_a_remark() -> None:
    rows = [
        {"code": "K1", "name": "东门门窗厂"},
        {"code": "K1", "name": "东门门窗公司"},
        {"code": "K1", "name": "东门门窗公司"},
    ]
    results = actions.take_customers(rows, by=HOUSE)
    assert [(r.changed, len(r.remarks)) for r in results] == [(True, 0), (True, 1), (False, 0)]
    assert Customer.objects.get().name == "东门门窗公司"


def test_a_thousand_customers_need_no_query_each(django_assert_max_num_queries) -> None:
    rows = [{"code": f"K{n}", "name": f"第 {n} 门窗厂", "region": "浙江", "phones": f"139{n:08}"} for n in range(1000)]
    with django_assert_max_num_queries(40):
        actions.take_customers(rows, by=HOUSE)
    with django_assert_max_num_queries(12):
        results = actions.take_customers(rows, by=HOUSE)
    assert not any(r.changed for r in results)


def test_names_cut_short_or_held_by_two_are_found_with_all_that_may_be_meant() -> None:
    actions.take_customers(
        [
            {"code": "K1", "name": "澳门中盛泰幕墙工程公司"},
            {"code": "K2", "name": "沈阳南瑞隆装饰工程公司"},
            {"code": "K3", "name": "沈阳南瑞隆装饰工程公司"},
        ],
        by=HOUSE,
    )
    found = queries.customers_by_name(["澳门中盛泰幕墙", "沈阳南瑞隆装饰工程公司", "没有这家", "澳门"])
    assert {name: [c.code for c in rows] for name, rows in found.items()} == {
        "澳门中盛泰幕墙": ["K1"],
        "沈阳南瑞隆装饰工程公司": ["K2", "K3"],
    }


def test_a_cell_that_is_too_long_is_cut_with_a_remark() -> None:
    rows = [{"code": "K1", "name": "东门门窗厂" * 40, "phones": "13900000001"}]
    assert [len(r.remarks) for r in actions.take_customers(rows, by=HOUSE)] == [1]
    assert len(Customer.objects.get().name) == 120
    assert not actions.take_customers(rows, by=HOUSE)[0].changed
