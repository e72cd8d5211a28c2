"""Ledgers that contradict themselves: each line is told with file, row and code, and history is taken with remarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sanbao.exchange import ahead, pipeline
from sanbao.exchange.models import ImportLine, ImportRun, Stage
from sanbao.exchange.outcomes import Result
from sanbao.exchange.tests import ledgers, writing
from sanbao.exchange.tests.test_import import HOUSE, bring_in, notes, totals
from sanbao.trace import queries
from sanbao.trace.models import Lot, LotKind, LotLink, Packing

pytestmark = pytest.mark.django_db

ISSUES, HEATS, CARDS, LABELS = ledgers.ISSUES[0], ledgers.HEATS[0], ledgers.CARD, ledgers.LABELS[1]
RECEIPTS, SHIPMENTS = ledgers.RECEIPTS[1], ledgers.SHIPMENTS[0]
type Rows = list[list[Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small factory, all of it brought in."""
    folder = ledgers.write(tmp_path / "台账")
    bring_in(folder)
    return folder


def told(tmp_path: Path, name: str, header: list[Any], *rows: list[Any]) -> list[tuple[int, str, str]]:
    """(row, result, code) of everything that is said of a ledger's lines."""
    path = writing.xlsx(tmp_path / f"{name}.xlsx", [header, *rows])
    run = bring_in(path)
    assert all(file.name == path.name for file in run.files.all())
    return sorted(ImportLine.objects.filter(file__run=run).values_list("row", "result", "code"))


def card(code: str, billets: str, day: str = "2025.9.13", kg: float = 1) -> list[Any]:
    return [code, "K1", "LM50-01", billets, "880T", "甲", day, "", "", "", "", kg, "合格"]


def test_remelted_scrap_feeds_itself_and_is_taken_with_a_remark(folder: Path, tmp_path: Path) -> None:
    scrap = ["LL9", "2025-09-09", "熔铸车间", "料头", "ZB1", "100", "RL1"]
    other = ["LL10", "2025-09-09", "熔铸车间", "铝锭", "J01", "1", "RL3"]
    assert told(tmp_path, "领料", ISSUES, scrap, other) == [(2, "remarked", "cycle"), (3, "remarked", "over_consumed")]
    heat, billet = Lot.objects.get(key="RL1"), Lot.objects.get(key="ZB1")
    assert LotLink.objects.filter(src=billet.pk, dst=heat.pk).exists()
    back = queries.trace_back(queries.found("BQ1", actor=HOUSE))
    assert {node.code for node in back.of_kind(LotKind.HEAT)} == {"RL1"}


def test_a_loop_through_many_lots_is_told_on_the_line_that_closes_it(folder: Path, tmp_path: Path) -> None:
    ring = [card("SX51", "SX2"), card("SX52", "SX51"), card("SX53", "SX52")]
    told(tmp_path, "返工一", CARDS, *ring)
    closing = ["LL9", "2025-09-20", "熔铸车间", "料头", "SX53", "1", "RL2"]  # RL2 → ZB2 → SX2 → … → SX53
    assert (2, "remarked", "cycle") in told(tmp_path, "返工二", ISSUES, closing)


def test_a_line_that_feeds_a_lot_to_itself_is_refused(folder: Path, tmp_path: Path) -> None:
    assert told(tmp_path, "卡", CARDS, card("SX60", "sx６０"), card("SX61", "ZB1")) == [(2, "refused", "feeds_itself")]
    assert not Lot.objects.filter(key="SX60").exists()


def test_using_more_of_a_lot_than_there_is_is_remarked_wherever_it_is_used(folder: Path, tmp_path: Path) -> None:
    assert told(tmp_path, "卡", CARDS, card("SX60", "ZB2", kg=3300), card("SX61", "ZB2", kg=200)) == [
        (3, "remarked", "over_consumed")
    ]
    label = ["BQ60", "P60", "LM50-01", "SX1", 50, 400, "2025.9.18", "D1"]
    assert told(tmp_path, "签", LABELS, label) == [(2, "remarked", "over_consumed")]
    note = ImportLine.objects.filter(code="over_consumed").latest("pk")
    assert note.facts == {"code": "SX1", "issued": "647.5", "received": "600"}


def test_a_label_that_leaves_twice_is_remarked(folder: Path, tmp_path: Path) -> None:
    again = ["TH9", "2025/9/28", "K01", "BQ1", 247.5, "粤E00001"]
    assert told(tmp_path, "发货", SHIPMENTS, again) == [(2, "remarked", "over_consumed")]


def test_a_code_that_is_a_lot_of_another_kind_is_refused_where_it_is_made_and_remarked_where_it_is_named(
    folder: Path, tmp_path: Path
) -> None:
    made = ["JC9", "2025.9.1", "G01", "铝锭", "A00", "G01-9", "SX1", 10, "HG9", "Q1", "合格"]
    assert told(tmp_path, "进", RECEIPTS, made) == [(2, "refused", "other_kind")]
    assert told(tmp_path, "卡", CARDS, card("SX60", "J02")) == [(2, "remarked", "kind_differs")]


def test_one_code_for_two_suppliers_lots_is_remarked(folder: Path, tmp_path: Path) -> None:
    rest = ["铝锭", "A00"]
    same = ["JC8", "2025.9.8", "G01", *rest, "g01-1 ", "J01", 10, "HG8", "Q1", "合格"]
    other = ["JC9", "2025.9.9", "G01", *rest, "G01-2", "J01", 10, "HG9", "Q1", "合格"]
    new = [["JC10", "2025.9.9", "G01", *rest, lot, "J90", 10, "HG9", "Q1", "合格"] for lot in ("A", "B")]
    new[1][0] = "JC11"
    assert told(tmp_path, "进", RECEIPTS, same, other, *new) == [
        (3, "remarked", "lot_again"),
        (5, "remarked", "lot_again"),
    ]
    assert Lot.objects.get(key="J01").quantity_milli == 10_020_000


def test_a_step_that_lies_before_the_one_ahead_of_it_is_remarked_in_every_ledger(folder: Path, tmp_path: Path) -> None:
    late = ["LL9", "2025-09-30", "熔铸车间", "铝锭", "J02", "1", "RL1"]  # cast on the 9th
    assert told(tmp_path, "领", ISSUES, late) == [(2, "remarked", "backward_date")]
    named = ["LL10", "2025-09-12", "熔铸车间", "粉末", "J02", "1", "RL9"]
    assert told(tmp_path, "领二", ISSUES, named) == []
    assert told(tmp_path, "铸", HEATS, ["RL9", "2025.9.10", "ZB9", 1, 1, "合格"]) == [(2, "remarked", "backward_date")]
    assert told(tmp_path, "卡", CARDS, card("SX60", "ZB1", "2025.9.1")) == [(2, "remarked", "backward_date")]
    label = ["BQ60", "P60", "LM50-01", "SX1", 50, 1, "2025.9.1", "D1"]
    assert told(tmp_path, "签", LABELS, label) == [(2, "remarked", "backward_date")]


def test_codes_that_lead_nowhere_are_refused_where_the_lot_must_stand_and_remarked_where_it_may_come_later(
    folder: Path, tmp_path: Path
) -> None:
    assert told(tmp_path, "领", ISSUES, ["LL9", "2025-09-09", "熔铸", "铝锭", "J99", "1", "RL1"]) == [
        (2, "refused", "unknown_lot")
    ]
    label = ["BQ60", "P60", "LM50-01", "SX99", 50, 1, "2025.9.18", "D1"]
    assert told(tmp_path, "签", LABELS, label) == [(2, "remarked", "no_record")]
    shipped = ["TH9", "2025/9/28", "K01", "BQ99", 1, "粤E00001"]
    assert told(tmp_path, "发", SHIPMENTS, shipped) == [(2, "refused", "unknown_label")]


def ledger_with_one_bad_line_at_its_end(path: Path, lines: int) -> Path:
    """CSV lines as bytes, because there may be many."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(LABELS) + "\n")
        file.writelines(f"BQ{n:08},P{n},,SX{n // 40},5,20,2025.9.19,A1\n" for n in range(lines))
        file.write("BQ99999999,P1,,SX1,5,二十,2025.9.19,A1\n")
    return path


def one_bad_line(path: Path, lines: int) -> ImportRun:
    run = bring_in(path)
    assert run.stage == Stage.DONE
    assert notes(run, Result.REFUSED) == [(path.name, lines + 2, "not_a_quantity")]
    assert totals(run) == {"read": lines + 1, "taken": 0, "unchanged": 0, "remarked": lines, "refused": 1}
    assert Packing.objects.count() == lines
    again = bring_in(path)
    assert notes(again, Result.REFUSED) == notes(run, Result.REFUSED)
    assert totals(again)["unchanged"] == lines
    return run


def test_of_a_ledger_with_one_bad_line_at_its_end_all_others_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    monkeypatch.setattr(pipeline, "CHUNK", 400)
    one_bad_line(ledger_with_one_bad_line_at_its_end(tmp_path / "成品入库.csv", 2000), 2000)


@pytest.mark.alike
@pytest.mark.slow
def test_of_a_hundred_thousand_lines_with_one_bad_line_at_the_end_all_others_are_taken(tmp_path: Path) -> None:
    one_bad_line(ledger_with_one_bad_line_at_its_end(tmp_path / "成品入库.csv", 100_000), 100_000)


def test_everything_is_the_same_when_a_process_of_its_own_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    monkeypatch.setattr(pipeline, "CHUNK", 3)
    run = bring_in(ledgers.write(tmp_path / "台账"))
    assert notes(run, Result.REFUSED) == ledgers.REFUSED
    assert notes(run, Result.REMARKED) == ledgers.REMARKED


def test_a_corrected_line_behind_the_checkpoint_is_taken_and_its_repetition_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.xlsx(tmp_path / "供应商.xlsx", ledgers.SUPPLIERS)
    bring_in(tmp_path)
    wrong = ["JC01", "2025.9.1", "G99", "铝锭", "A00", "G01-1", "J01", 10000, "HG1", "Q1", "合格"]
    right = [*wrong[:2], "G01", *wrong[3:]]
    rows = [RECEIPTS, wrong, wrong, right, wrong, right, [*right[:6], "J02", *right[7:]]]
    path = writing.xlsx(tmp_path / "进仓台账.xlsx", rows)
    monkeypatch.setattr(pipeline, "CHUNK", 1)
    for stop in range(1, len(rows)):  # killed after each line, with a new lot each time
        run = pipeline.begin([pipeline.Source(path)], by=HOUSE)
        steps = pipeline.drive(run, by=HOUSE)
        for _ in range(stop):
            next(steps)
        steps.close()
        for _ in pipeline.drive(run, by=HOUSE):
            pass
        assert notes(run, Result.REFUSED) == [
            (path.name, 2, "unknown_supplier"), (path.name, 3, "unknown_supplier"),
            (path.name, 5, "duplicate"), (path.name, 6, "duplicate"),
        ], stop  # fmt: skip
        assert totals(run)["read"] == 6
