from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.complaints.models import Complaint
from sanbao.exchange import pipeline
from sanbao.exchange.models import ImportFile, ImportLine, ImportRun, Stage
from sanbao.exchange.outcomes import Result
from sanbao.exchange.tests import ledgers, writing
from sanbao.kernel import verify
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks.models import Clock
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.numbering import NumberSeries
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor
from sanbao.parties.models import Customer, Dealer, Supplier
from sanbao.trace import queries
from sanbao.trace.models import Lot, LotKind, LotLink, Shipment
from sanbao.trace.traces import Direction

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("import")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return ledgers.write(tmp_path / "台账")


def bring_in(path: Path, *, rehearsal: bool = False, by: Actor = HOUSE) -> ImportRun:
    sources = pipeline.spreadsheets_in(path) if path.is_dir() else [pipeline.Source(path)]
    run = pipeline.begin(sources, by=by, rehearsal=rehearsal)
    for _ in pipeline.drive(run, by=by):
        pass
    return run


def notes(run: ImportRun, result: Result) -> list[tuple[str, int, str]]:
    lines = ImportLine.objects.filter(file__run=run, result=result)
    return sorted(lines.values_list("file__name", "row", "code"))


def totals(run: ImportRun) -> dict[str, int]:
    files = list(run.files.all())
    return {name: sum(file.counts[name] for file in files) for name in files[0].counts}


def everything() -> Iterator[tuple[str, int]]:
    for model in (Lot, LotLink, Customer, Dealer, Complaint, JournalEntry):
        yield model.__name__, model.objects.count()


def test_a_folder_of_ledgers_goes_in_whatever_the_order_of_its_files(folder: Path) -> None:
    run = bring_in(folder)
    assert run.stage == Stage.DONE
    assert notes(run, Result.REFUSED) == ledgers.REFUSED
    assert notes(run, Result.REMARKED) == ledgers.REMARKED
    kinds = [file.kind for file in run.files.all()]
    assert kinds == ["suppliers", "dealers", "customers", "products", "receipts", "issues", "heats", "travellers",
                     "inspections", "labels", "shipments", "complaints"]  # fmt: skip
    assert Dealer.objects.get(code="D02").parent.code == "D01"
    assert Lot.objects.get(key="ZB1").quantity_milli == 6_900_000


def test_every_line_is_accounted_for(folder: Path) -> None:
    run = bring_in(folder)
    counted = totals(run)
    assert counted.pop("read") == sum(counted.values()) == 40
    receipts = run.files.get(kind="receipts")
    assert (receipts.read, receipts.skipped) == (7, 1)
    assert run.files.get(kind="travellers").skipped == 1


def test_the_same_folder_again_changes_nothing(folder: Path) -> None:
    bring_in(folder)
    before = dict(everything())
    again = bring_in(folder)
    assert notes(again, Result.REFUSED) == ledgers.REFUSED
    assert notes(again, Result.REMARKED) == []
    assert totals(again)["taken"] == totals(again)["remarked"] == 0
    assert dict(everything()) == before | {"JournalEntry": before["JournalEntry"] + 1}


def test_a_dry_run_tells_the_same_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 2)
    before = dict(everything())
    dry = bring_in(folder, rehearsal=True)
    assert dry.stage == Stage.REHEARSED
    assert dict(everything()) == before
    assert notes(dry, Result.REFUSED) == ledgers.REFUSED
    assert notes(dry, Result.REMARKED) == ledgers.REMARKED
    assert totals(dry) == totals(bring_in(folder))


def test_chunks_do_not_show(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 2)
    run = bring_in(folder)
    assert notes(run, Result.REFUSED) == ledgers.REFUSED
    assert notes(run, Result.REMARKED) == ledgers.REMARKED


def test_what_was_brought_in_is_traced_from_label_to_supplier_and_back(folder: Path) -> None:
    bring_in(folder)
    back = queries.trace_back(queries.found("BQ2", actor=HOUSE))
    assert {node.code for node in back.of_kind(LotKind.TRAVELLER)} == {"SX1", "SX2"}
    assert {node.code for node in back.of_kind(LotKind.RAW)} == {"J01", "J02"}
    forward = queries.trace(queries.found("G02-1", actor=HOUSE), Direction.FORWARD)
    assert {node.code for node in forward.of_kind(LotKind.LABEL)} == {"BQ1", "BQ2"}
    assert {held.code for held in forward.customers} == {"K01", "K02"}


def test_a_remark_stays_with_the_record(folder: Path) -> None:
    bring_in(folder)
    assert Shipment.objects.get(lot__key="BQ3").note == "发货（2025-09-01）早于入库（2025-09-18）。"
    assert Shipment.objects.get(lot__key="BQ1").note == ""


def test_an_import_is_one_entry_with_digests_and_counts_and_the_record_holds(folder: Path) -> None:
    run = bring_in(folder)
    (entry,) = JournalEntry.objects.filter(subject=run.subject)
    assert entry.action == "import.closed"
    facts = {file["kind"]: file for file in entry.facts["files"]}
    assert facts["receipts"]["refused"] == 5
    assert len(facts["receipts"]["sha256"]) == 64
    assert entry.facts["refused"] == pipeline.refusals_digest(run)
    assert entry.facts["made"]["complaint"]["count"] == 3
    assert [breach.code for breach in verify.imports()] == []
    file = run.files.get(kind="receipts")
    assert file.attachment.path.read_bytes() == (folder / "进仓台账.xlsx").read_bytes()


@pytest.mark.clause("U-10")
def test_old_complaints_start_no_clock_and_take_no_number(folder: Path) -> None:
    numbers = NumberSeries.objects.count()
    bring_in(folder)
    first, second, third = Complaint.objects.order_by("legacy")
    assert (first.state, first.ending, first.customer.code) == ("closed", "imported", "K01")
    assert first.reported_class.name_zh == "划伤"
    assert (second.state, second.customer, second.contact_name) == ("registered", None, "武汉西安源铝材商行")
    assert (third.customer, third.contact_name, third.code) == (None, "苏州东安", "BQ9")
    assert Clock.objects.count() == 0
    assert NumberSeries.objects.count() == numbers
    assert [breach.code for breach in verify.imports()] == []


def test_a_ledger_that_has_grown_takes_only_what_is_new(folder: Path) -> None:
    bring_in(folder)
    new = ["BQ4", "20250919 0004", "LM50-01", "SX1", 5, 20, "2025.9.19", "A1"]
    writing.xlsx(folder / "成品入库.xlsx", [*ledgers.LABELS, new])
    run = bring_in(folder / "成品入库.xlsx")
    assert totals(run) == {"read": 4, "taken": 1, "unchanged": 3, "remarked": 0, "refused": 0}


def test_a_changed_line_is_told_and_a_changed_customer_is_updated(folder: Path) -> None:
    bring_in(folder)
    changed = [list(row) for row in ledgers.RECEIPTS[:-1]]
    changed[2][7] = 9999
    writing.xlsx(folder / "进仓台账.xlsx", changed)
    customers = [list(row) for row in ledgers.CUSTOMERS]
    customers[1][4] = "昆山"
    writing.xlsx(folder / "客户.xlsx", customers)
    run = bring_in(folder)
    assert notes(run, Result.REMARKED) == [("进仓台账.xlsx", 3, "differs")]
    assert "（数量）" in str(ImportLine.objects.get(file__run=run, code="differs").sentence)
    assert Lot.objects.get(key="J01").quantity_milli == 10_000_000
    assert Customer.objects.get(code="K01").city == "昆山"
    assert run.files.get(kind="customers").taken == 1


def test_a_corrected_line_is_taken_although_an_earlier_one_of_its_number_was_refused(tmp_path: Path) -> None:
    writing.xlsx(tmp_path / "供应商.xlsx", ledgers.SUPPLIERS)
    wrong = ["JC01", "2025.9.1", "G99", "铝锭", "A00", "G01-1", "J01", 10000, "HG1", "Q1", "合格"]
    right = ["JC01", "2025.9.1", "G01", "铝锭", "A00", "G01-1", "J01", 10000, "HG1", "Q1", "合格"]
    writing.xlsx(tmp_path / "进仓台账.xlsx", [ledgers.RECEIPTS[1], wrong, right, right])
    run = bring_in(tmp_path)
    assert notes(run, Result.REFUSED) == [("进仓台账.xlsx", 2, "unknown_supplier"), ("进仓台账.xlsx", 4, "duplicate")]
    assert Lot.objects.filter(key="J01").count() == 1


def test_a_text_too_long_to_keep_refuses_its_line_and_nul_is_dropped(tmp_path: Path) -> None:
    rows = [["代码", "名称", "主供"], ["G1", "厂" * 200, "铝锭"], ["G2", "甲\x00河", "铝\x01锭"]]
    writing.csv(tmp_path / "供应商.csv", [["x" * 70_000], *rows])
    run = bring_in(tmp_path)
    assert notes(run, Result.REFUSED) == [("供应商.csv", 3, "too_long")]
    assert (Supplier.objects.get(code="G2").name, Supplier.objects.get(code="G2").supplies) == ("甲河", "铝锭")


def test_each_sheet_of_a_workbook_is_a_ledger_of_its_own_and_empty_ones_are_none(tmp_path: Path) -> None:
    sheets = (ledgers.RECEIPTS, ledgers.SUPPLIERS, [])
    writing.xlsx(tmp_path / "全部.xlsx", *sheets, names=["进仓", "供方", "Sheet3"])
    run = bring_in(tmp_path)
    assert [(file.name, file.kind, file.read) for file in run.files.all()] == [
        ("全部.xlsx#供方", "suppliers", 2),
        ("全部.xlsx#进仓", "receipts", 7),
    ]
    assert [row for _, row, _ in notes(run, Result.REFUSED)] == [5, 6, 8, 9, 10]


def test_an_unclear_or_broken_file_takes_no_part_and_the_others_do(tmp_path: Path) -> None:
    writing.xlsx(tmp_path / "供应商.xlsx", ledgers.SUPPLIERS)
    writing.csv(tmp_path / "名单.csv", [["代码", "名称"], ["A1", "某某"]])
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    run = bring_in(tmp_path)
    assert {file.name: (file.asks, file.trouble) for file in run.files.all()} == {
        "供应商.xlsx": (False, ""),
        "名单.csv": (True, ""),
        "坏.xlsx": (False, "file.broken"),
    }
    assert run.files.get(name="供应商.xlsx").taken == 2


def test_an_interrupted_import_goes_on_where_it_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 2)
    run = pipeline.begin(pipeline.spreadsheets_in(folder), by=HOUSE)
    steps = pipeline.drive(run, by=HOUSE)
    for _ in range(7):
        next(steps)
    steps.close()
    half = ImportFile.objects.get(run=run, kind="receipts")
    assert 0 < half.next_row < 10 and not half.complete
    for _ in pipeline.drive(run, by=HOUSE):
        pass
    assert notes(run, Result.REFUSED) == ledgers.REFUSED
    assert notes(run, Result.REMARKED) == ledgers.REMARKED
    assert totals(run)["read"] == 40
    assert JournalEntry.objects.filter(subject=run.subject).count() == 1


def test_the_number_of_queries_does_not_grow_with_the_lines(tmp_path: Path) -> None:
    asked = []
    for number, lines in enumerate((20, 400)):
        rows = [[f"BQ{number}-{n}", f"P{number}-{n}", "", "SX1", 5, 20, "2025.9.19", "A1"] for n in range(lines)]
        path = writing.xlsx(tmp_path / f"{lines}.xlsx", [ledgers.LABELS[1], *rows])
        run = pipeline.begin([pipeline.Source(path)], by=HOUSE)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            for _ in pipeline.drive(run, by=HOUSE):
                pass
        assert run.files.get().read == lines
        asked.append(len(caught))
    # Inserts go in blocks of some hundred rows; nothing else may depend on the number of lines.
    assert asked[1] - asked[0] <= 15


def test_nobody_imports_without_the_permission(folder: Path) -> None:
    with pytest.raises(Refusal) as refused:
        pipeline.begin(pipeline.spreadsheets_in(folder), by=an_actor("complaints.register"))
    assert (refused.value.status, refused.value.code) == (403, "not_permitted")
    assert ImportRun.objects.count() == 0
