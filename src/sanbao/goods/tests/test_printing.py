"""Labels on paper: Chinese, readable codes, counted; what is dead is not printed (T-10, T-12)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from sanbao.catalog import actions as catalog
from sanbao.catalog.models import Product
from sanbao.goods import actions, documents, queries
from sanbao.goods.models import Label, LabelPrint, PrintedLabel
from sanbao.goods.policies import LABEL_SIZES
from sanbao.goods.tests.conftest import HOUSE
from sanbao.goods.tests.pictures import drawn
from sanbao.kernel import journal, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.kernel.times import today
from sanbao.trace.tests.factory import lot
from tests.pictures import read_codes

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
SIZES = ["roll_100x70", "roll_60x40", "a4_2x5", "a4_3x8"]


def text(pdf: bytes) -> str:
    return "".join(re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages)


def seen(labels: list[Label], size: str) -> list[dict[str, str]]:
    """The codes that a scanner finds on each label, cut out of its page."""
    measures = LABEL_SIZES.decide(on=today(), size=size)
    cell = {name: documents._number(measures[name]) for name in documents.NUMBERS}
    cell |= {"page_width": cell["width"], "page_height": cell["height"], "columns": 1, "rows": 1, "left": 0, "top": 0}
    facts = {
        "title": "x",
        "size": cell | {"barcode": measures["barcode"]},
        "labels": [documents.printed(label) for label in labels],
    }
    return [read_codes(page) for page in drawn("goods/typst/labels.typ", facts)]


@pytest.fixture
def run(label: Label, by: Any) -> LabelPrint:
    return actions.print_labels(by=by.storekeeper, lots=[label.lot], size="roll_100x70")


@pytest.mark.parametrize("size", SIZES)
def test_a_label_says_in_chinese_what_the_goods_are_in_every_size(label: Label, size: str) -> None:
    Product.objects.filter(pk=label.product_id).update(alloy_temper="6063-T5")
    label.refresh_from_db()
    found = text(documents.sheet([label], size, title="x"))
    for part in ("50系列幕墙立柱", "型号", "Model", "LM50", "6063-T5", "支数", "40", "净重", "120kg", "生产日期",
                 "2026-04-27", "喷码", "202604270001", "标签号", "BQ-2026-000001"):  # fmt: skip
        assert part in found, part


@pytest.mark.parametrize("size", SIZES)
def test_the_qr_leads_to_the_public_page_and_the_bar_code_to_the_number(label: Label, size: str, settings: Any) -> None:
    settings.PUBLIC_URL = "https://qr.example"
    [page] = seen([label], size)
    assert page["QRCode"] == f"https://qr.example/q/{label.token}"
    barred = LABEL_SIZES.decide(on=today(), size=size)["barcode"]
    assert page.get("Code128") == (label.code if barred else None)


@pytest.mark.clause("T-10")
def test_a_product_with_a_gtin_gets_a_gs1_digital_link(pack: Any, settings: Any, masters: Any) -> None:
    settings.PUBLIC_URL = "https://qr.example"
    product = Product.objects.get(code="LM50")
    with pytest.raises(Refusal) as refused:
        catalog.edit_product(product, by=HOUSE, gtin="6901234567890")
    assert (refused.value.code, refused.value.field) == ("product.gtin", "gtin")
    catalog.edit_product(product, by=HOUSE, gtin="6901234567892")
    label = pack()
    [page] = seen([label], "roll_60x40")
    assert page["QRCode"] == f"https://qr.example/01/06901234567892/21/{label.token}"


def test_an_address_that_was_printed_stays_when_the_product_gets_another_gtin(label: Label) -> None:
    before = queries.address_of(label)
    Product.objects.filter(pk=label.product_id).update(gtin="6901234567892")
    assert queries.address_of(Label.objects.get()) == before


def test_a_sheet_holds_as_many_labels_as_its_size_says_and_goes_on_to_the_next(pack: Any) -> None:
    labels = [pack() for _ in range(4)] * 7
    pages = PdfReader(io.BytesIO(documents.sheet(labels, "a4_3x8", title="x"))).pages
    assert len(pages) == 2
    first, second = ("".join(page.extract_text().split()) for page in pages)
    assert (first.count("标签号"), second.count("标签号")) == (24, 4)


def test_markup_and_missing_glyphs_on_a_label_are_printed_and_not_run(label: Label) -> None:
    Product.objects.filter(pk=label.product_id).update(name='#panic("x") *粗* 😀')
    label.refresh_from_db()
    assert '#panic("x")*粗*〓' in text(documents.sheet([label], "roll_100x70", title="x"))


def test_printing_is_counted_and_recorded_with_the_digest_of_what_was_printed(run: LabelPrint, label: Label) -> None:
    assert (run.number, run.labels, run.again, run.why) == ("DY-2026-00001", 1, 0, "")
    assert PrintedLabel.objects.get().label == label
    [entry] = journal.entries_of(run.subject)
    assert (entry.action, entry.clause, entry.facts["codes"]) == ("label_print.print", "T-10", [label.code])


@pytest.mark.clause("T-12")
def test_printing_again_needs_a_reason_and_is_told_apart(run: LabelPrint, label: Label, by: Any, pack: Any) -> None:
    lots = [label.lot, pack().lot]
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        actions.print_labels(by=by.storekeeper, lots=lots, size="roll_100x70")
    assert (refused.value.code, refused.value.clause, refused.value.field) == ("label.reprint_reason", "T-12", "why")
    again = actions.print_labels(by=by.storekeeper, lots=lots, size="roll_60x40", why="size")
    assert (again.labels, again.again, again.why) == (2, 1, "size")
    assert list(again.lines.values_list("again", flat=True)) == [True, False]


@pytest.mark.clause("T-12")
def test_a_reported_label_is_not_printed_again_but_replaced(run: LabelPrint, label: Label, by: Any) -> None:
    actions.report_lost(label, by=by.storekeeper, loss="lost")
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        actions.print_labels(by=by.storekeeper, lots=[label.lot], size="roll_100x70", why="extra")
    assert (refused.value.code, refused.value.clause) == ("label.reported", "T-12")
    with pytest.raises(Refusal) as closed:
        documents.labels_pdf(run, by.storekeeper)
    assert closed.value.code == "label.reported"


@pytest.mark.clause("T-10")
def test_the_file_of_a_print_is_open_for_a_day_only(run: LabelPrint, by: Any) -> None:
    assert documents.labels_pdf(run, by.storekeeper).startswith(b"%PDF")
    times.pass_time(days=2)
    with pytest.raises(Refusal) as refused:
        documents.labels_pdf(run, by.storekeeper)
    assert (refused.value.code, refused.value.clause) == ("print.closed", "T-10")


@pytest.mark.clause("T-10")
def test_more_labels_than_the_policy_allows_are_refused_and_not_cut(by: Any, masters: Any) -> None:
    some = [lot("BQ4")] * 2001
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        actions.print_labels(by=by.storekeeper, lots=some, size="roll_100x70")
    assert (refused.value.code, refused.value.facts["most"]) == ("print.too_many", 2000)


def test_imported_labels_get_their_code_when_they_are_printed(by: Any, masters: Any) -> None:
    run = actions.print_labels(by=by.storekeeper, lots=[lot("BQ4"), lot("BQ3")], size="a4_2x5", copies=2)
    assert [label.code for label in queries.labels_in(run)] == ["BQ4", "BQ3"]
    found = text(documents.labels_pdf(run, by.storekeeper))
    assert found.count("BQ4") == 2 and found.count("BQ3") == 2


def test_the_goods_entry_names_who_packed_and_who_signed(label: Label, pack: Any, by: Any) -> None:
    pack()
    rows = Label.objects.select_related("product").order_by("id")
    found = text(documents.store_entry_pdf(rows, (today(), today()), by.storekeeper))
    for part in (
        "成品入库单",
        "SB-T-10",
        "BQ-2026-000001",
        "storekeeper甲",
        "inspector甲",
        "240kg",
        "80支",
        "其中1件尚未",
    ):
        assert part in found, part


@pytest.mark.slow
def test_a_thousand_labels_are_one_file(label: Label) -> None:
    labels = []
    for n in range(1000):
        one = Label.objects.get()
        one.code, one.token = f"BQ-2026-{n:06d}", f"{n:020d}"
        labels.append(one)
    assert len(PdfReader(io.BytesIO(documents.sheet(labels, "roll_100x70", title="x"))).pages) == 1000
