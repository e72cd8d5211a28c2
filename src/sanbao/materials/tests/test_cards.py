"""进出存卡: every movement with its balance, on screen and on paper, with a code that reads (T-06, T-08)."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from sanbao.kernel import documents as kernel_documents
from sanbao.kernel import times
from sanbao.materials import actions, cards, documents
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg
from sanbao.trace import actions as trace
from sanbao.trace import bulk, queries
from sanbao.trace.models import Lot, MaterialIssue
from sanbao.trace.rows import IssueRow, ReceiptRow
from tests.pictures import read_codes


def text(printed: bytes) -> str:
    """What the pages say, without white space, which a table breaks anywhere."""
    pages = PdfReader(io.BytesIO(printed)).pages
    return re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))


def card_of(lot: Lot) -> cards.StockCard:
    [card] = cards.cards_of([Lot.objects.get(pk=lot.pk)])
    return card


@pytest.fixture
def used(store: Store, by: Cast) -> Lot:
    """Received, passed, issued twice, one issue struck, some returned, sampled, counted."""
    lot = store.passed("2026-04-01", supplier_lot="G-77", place=store.a1)
    with times.frozen("2026-04-03 10:00"):
        slip = store.issued(lot, kg(120), by.keeper)
    with times.frozen("2026-04-04 10:00"):
        wrong = store.issued(lot, kg(50), by.keeper, into="PT-2")
    with times.frozen("2026-04-05 10:00"):
        record = MaterialIssue.objects.get(number=wrong.number)
        trace.reverse(by=by.keeper, record_kind="issue", record_id=record.pk, reason="领错槽")
        times.pass_time(minutes=5)
        actions.issuing.give_back(slip, by=by.keeper, line=slip.lines.get(), quantity=kg(20), reason="多领")
    with times.frozen("2026-04-06 10:00"):
        trace.move(by=by.keeper, lot=lot, what="sampled", quantity_milli=1000, reason="复检取样")
        trace.move(by=by.keeper, lot=lot, what="counted", quantity_milli=-2000, reason="盘点", number="KC-1")
    return lot


@pytest.mark.clause("T-06")
def test_a_card_has_the_head_that_the_procedure_wants_and_every_movement_with_its_balance(used: Lot) -> None:
    card = card_of(used)
    assert (card.name, card.model, card.specification, card.quantity) == ("粉末涂料", "PE-60", "聚酯 哑光灰", "400 kg")
    assert (card.supplier, card.incoming_lot, card.received_on) == ("鹤顶粉末涂料厂 G1", "G-77", date(2026, 4, 1))
    assert str(card.status) == "合格" and [place.code for place, _, _ in card.places] == ["A1"]
    assert [(str(line.what), line.change // 1000, line.balance // 1000) for line in card.lines] == [
        ("进仓", 400, 400), ("领料", -120, 280), ("领料", -50, 230), ("冲销", 50, 280), ("退回", 20, 300),
        ("取样", -1, 299), ("盘点差异", -2, 297),
    ]  # fmt: skip
    assert card.lines[-1].balance == queries.account(used).left
    assert (card.lines[2].struck, card.lines[3].reversal) == (card.lines[3].paper, True)
    assert (card.lines[1].into, card.lines[1].by) == ("生产科 PT-1", "person:1")


def test_an_imported_lots_card_knows_the_days_and_the_sheet(store: Store) -> None:
    bulk.write(
        [ReceiptRow(number="JC7", lot="J7", supplier_id=store.supplier.pk, quantity_milli=90_000, material_name="铝锭",
                    received_on=date(2026, 3, 1), status="passed", row=4)], source="import:3",
    )  # fmt: skip
    bulk.write(
        [IssueRow(number="LL7", lot="J7", into="RL7", quantity_milli=40_000, issued_on=date(2026, 3, 5))],
        source="import:3",
    )  # fmt: skip
    card = card_of(Lot.objects.get(code="J7"))
    assert [(line.on, line.paper, line.left, line.by) for line in card.lines] == [
        (date(2026, 3, 1), "JC7", "90 kg", "import:3"), (date(2026, 3, 5), "LL7", "50 kg", "import:3"),
    ]  # fmt: skip


def test_cards_of_any_number_of_lots_take_the_same_number_of_queries(
    store: Store, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    lots = [store.passed() for _ in range(3)]
    for n, lot in enumerate(lots):
        store.issued(lot, kg(10), into=f"PT-{n}")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        cards.cards_of(list(Lot.objects.select_related("material").filter(pk=lots[0].pk)))
    with django_assert_num_queries(len(one)):
        cards.cards_of(list(Lot.objects.select_related("material").filter(pk__in=[lot.pk for lot in lots])))


@pytest.mark.clause("T-06")
def test_the_printed_card_speaks_chinese_and_shows_what_was_struck(used: Lot, by: Cast) -> None:
    found = text(documents.stock_cards_pdf([used], by.keeper))
    for word in (
        "进出存卡", "SB-T-01", "名称", "型号", "规格", "数量", "进货日期", "本厂批号", "供方", "进货批号", "质量状态",
        "●合格", "粉末涂料", "PE-60", "G-77", "鹤顶粉末涂料厂G1", "297kg", "生产科PT-1", "冲销", "领错槽", "多领",
    ):  # fmt: skip
        assert word in found, word
    assert used.code in found


@pytest.mark.clause("T-08")
def test_a_customers_property_has_the_material_card_with_his_name(store: Store, by: Cast) -> None:
    lot = store.received(owner=store.customer)
    found = text(documents.stock_cards_pdf([lot], by.keeper))
    for word in ("物料卡", "SB-T-02", "顾客财产", "客户", "东安源门窗厂", "粉末涂料", "PE-60", "○待检"):
        assert word in found, word


def test_many_cards_are_one_file_with_a_page_each(store: Store, by: Cast) -> None:
    lots = [store.received(supplier_lot=f"G-{n}") for n in range(3)]
    assert len(PdfReader(io.BytesIO(documents.stock_cards_pdf(lots, by.keeper))).pages) == 3
    assert len(PdfReader(io.BytesIO(documents.labels_pdf(lots, by.keeper))).pages) == 3


def test_the_label_is_small_and_its_code_reads_as_the_lots_own(
    store: Store, by: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot = store.received()
    printed = documents.labels_pdf([lot], by.keeper)
    box = PdfReader(io.BytesIO(printed)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (80, 60)
    assert "YL-2026-000001" in text(printed) and "待检" in text(printed)
    drawn: dict[str, Any] = {}
    compiled = kernel_documents._compiled

    def watched(template: str, data: dict[str, Any]) -> bytes:
        drawn.update(template=template, data=json.dumps(data, ensure_ascii=False))
        return compiled(template, data)

    monkeypatch.setattr(kernel_documents, "_compiled", watched)
    documents.labels_pdf([lot], by.keeper)
    compiler = kernel_documents._compiler(drawn["template"])
    png = compiler.compile(format="png", ppi=200, sys_inputs={"data": drawn["data"]})
    assert list(read_codes(png).values()) == [lot.code]


@pytest.mark.clause("T-05")
def test_the_label_of_an_urgent_release_says_so(store: Store, by: Cast) -> None:
    outside = store.entered(by.keeper, present=["supplier"], certificate="")
    case = actions.ways.ask_urgent(outside, by=by.keeper, reason="今晚开炉", basis="电话")
    assert "紧急放行URGENT" in text(documents.labels_pdf([case.lot], by.keeper))


@pytest.mark.clause("T-07")
def test_the_printed_slip_carries_the_incoming_lot_and_the_reason(store: Store, by: Cast) -> None:
    old, young = store.passed("2026-04-01"), store.passed("2026-04-09", supplier_lot="G-年轻")
    slip = store.slip(by.shop)
    actions.issuing.add(slip, by=by.keeper, code=young.code, quantity=kg(10), reason="旧批压在里面", place=store.a1)
    slip = actions.issuing.issue(slip, by=by.keeper, taken_by="挤压班长")
    found = text(documents.slip_pdf(slip, by.keeper))
    for word in ("领料单", "SB-T-03", slip.number, young.code, "G-年轻", "旧批压在里面", "挤压班长", "喷涂批PT-1"):
        assert word in found, word
    assert old.code not in found


@pytest.mark.clause("W-07")
def test_a_places_sign_shows_code_spacing_and_whose_it_is(store: Store, by: Cast) -> None:
    found = text(documents.signs_pdf([store.a1, store.theirs], by.keeper))
    for word in ("A1", "原料库一排", "50cm", "客供件：东安源门窗厂", "库位标识牌"):
        assert word in found or word == "库位标识牌", word
    assert len(PdfReader(io.BytesIO(documents.signs_pdf([store.a1, store.a2], HOUSE))).pages) == 2


def test_the_count_sheet_lists_what_differs(store: Store, by: Cast) -> None:
    lot = store.passed(place=store.a1)
    count = actions.counting.open_count(by=by.keeper, places=[store.a1])
    actions.counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(380))
    actions.counting.submit(count, by=by.keeper)
    count.refresh_from_db()
    found = text(documents.count_pdf(count, by.keeper))
    for word in ("盘点表", "SB-W-03", count.number, lot.code, "400kg", "380kg", "-20kg", "盘亏"):
        assert word in found, word


def test_what_a_person_typed_is_printed_and_not_run(store: Store, by: Cast) -> None:
    lot = store.received(supplier_lot="G#evil[]$x$", model="*粗体* 😀")
    found = text(documents.stock_cards_pdf([lot], by.keeper))
    assert "G#evil[]$x$" in found and "*粗体*〓" in found
