"""Work lists: everything in the address, nothing beyond what one may see, the same few queries for any length."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from sanbao.kernel import obligations, times
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import exports
from sanbao.web.exports import harmless
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db


class Duties(Listing):
    columns = [
        Column("subject", W("对象", "Subject"), sort="subject", opens=True),
        Column("code", W("代码", "Code")),
        Column("due_at", W("期限", "Due"), sort="due_at"),
        Column("clause", W("依据", "Clause"), shown=False),
    ]
    filters = [
        Words(lambda rows, words: rows.filter(subject__contains=words)),
        Choice("clause", W("依据", "Clause"), [("C-01", "C-01"), ("C-02", "C-02")]),
        Days("due_at", W("期限", "Due"), "due_at__date"),
    ]
    tabs = [Tab("due", W("有期限", "Due"), Q(due_at__isnull=False)), Tab("all", W("全部", "All"), Q())]
    order = "due_at"
    size = 10

    def link(self, row: Any) -> str:
        return f"/x/{row.pk}"


def owe(number: int, *, clause: str = "C-01", due: bool = True, code: str = "x") -> Obligation:
    return obligations.owe(
        subject=f"thing:{number:03}",
        code=code,
        sentence=W("做", "do"),
        to="qc",
        by=HOUSE,
        clause=clause,
        due=times.now() + timedelta(hours=number) if due else None,
    )


def listed(query: str = "") -> Duties:
    return Duties(RequestFactory().get(f"/{query}"), Obligation.objects.all())


def subjects(listing: Listing) -> list[str]:
    return [row.subject for row in listing.page]


def test_a_list_opens_with_the_nearest_deadline_first() -> None:
    for number in (3, 1, 2):
        owe(number)
    assert subjects(listed()) == ["thing:001", "thing:002", "thing:003"]


def test_what_has_no_deadline_comes_last_whichever_way_it_is_sorted() -> None:
    owe(1)
    owe(2, due=False)
    assert subjects(listed("?tab=all"))[-1] == "thing:002"
    assert subjects(listed("?tab=all&sort=-due_at"))[-1] == "thing:002"


def test_filter_tab_sort_and_page_live_in_the_address() -> None:
    for number in range(1, 25):
        owe(number, clause="C-01" if number % 2 else "C-02")
    listing = listed("?clause=C-02&sort=-subject&page=2")
    assert subjects(listing) == ["thing:004", "thing:002"]
    assert listing.address(page=1) == "?clause=C-02&sort=-subject&page=1"
    assert listing.address(tab="all") == "?clause=C-02&sort=-subject&tab=all"


def test_an_address_that_asks_for_nonsense_shows_the_list_and_not_an_error() -> None:
    owe(1)
    for query in ("?sort=password", "?page=999", "?page=x", "?clause=%00", "?due_at_from=31.13.2026", "?tab=nope"):
        assert subjects(listed(query)) == ["thing:001"], query


def test_days_include_the_first_and_the_last() -> None:
    with times.frozen("2026-04-18 09:00"):
        for number in (1, 24, 48):
            owe(number)
        assert subjects(listed("?due_at_from=2026-04-19&due_at_to=2026-04-19")) == ["thing:024"]


def test_a_tab_counts_what_the_filter_leaves() -> None:
    owe(1)
    owe(2, due=False)
    owe(3, clause="C-02")
    counts = {link["tab"].name: link["count"] for link in listed("?clause=C-01").tab_links}
    assert counts == {"due": 1, "all": 2}


@pytest.mark.parametrize("length", [5, 40])
def test_a_page_costs_two_queries_however_long_the_list_is(
    length: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(length):
        owe(number)
    with django_assert_num_queries(2):
        listing = listed()
        assert listing.tab_links and listing.body and listing.pages


def test_what_a_cell_holds_is_shown_and_never_run() -> None:
    owe(1, code='<img src=x onerror="alert(1)">')
    body = listed().body
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in body and "<img" not in body
    assert f'<tr data-row="/x/{Obligation.objects.get().pk}">' in body
    assert '<td class="title"><a class="open"' in body


def test_an_export_holds_all_rows_of_the_filter_and_codes_stay_text() -> None:
    for number in range(1, 31):
        owe(number, code="00123456789012")
    answer = listed("?export=xlsx").respond()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert len(sheet) == 31
    assert sheet[1][1] == "00123456789012"
    assert sheet[0][3] == "依据"


def test_a_csv_begins_with_a_byte_order_mark_and_holds_no_formula() -> None:
    owe(1, code='=HYPERLINK("x")')
    text = b"".join(listed("?export=csv").respond()).decode()
    assert text.startswith("\ufeff对象")
    assert "\"'=HYPERLINK" in text


@pytest.mark.parametrize("cell", ["＝1+1", "\n=1+1", "=1+1", "+1", "-1", "@x", "\t=1"])
def test_text_that_a_spreadsheet_would_take_for_a_formula_is_marked_as_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_a_number_stays_a_number() -> None:
    assert harmless(-5) == -5


def test_rows_that_no_sheet_holds_are_refused_and_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS", 3)
    exports.as_xlsx("x", ["a"], [[1], [2]])
    with pytest.raises(Refusal) as refused:
        exports.as_xlsx("x", ["a"], [[1], [2], [3]])
    assert (refused.value.code, refused.value.facts) == ("export.too_many_rows", {"most": 2})
