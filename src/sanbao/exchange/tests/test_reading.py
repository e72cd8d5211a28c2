"""Reading many rows at once says what reading them one by one says; and which lines were there before."""

from __future__ import annotations

import os
import pickle
import random
import signal
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.exchange import ahead
from sanbao.exchange.blocks import Block, Fault, Order, all_blocks, blocks, parts
from sanbao.exchange.cells import Cell
from sanbao.exchange.headers import Layout, recognise
from sanbao.exchange.kinds import TABLES, kind_of
from sanbao.exchange.pipeline import Pace
from sanbao.exchange.reading import Gaps, Reader, Unreadable, Values
from sanbao.exchange.seen import Seen
from sanbao.exchange.sheets import open_book
from sanbao.exchange.tests import ledgers, writing

LABELS = kind_of("labels").table
HEADER, LINE = ledgers.LABELS[1], [str(cell) for cell in ledgers.LABELS[2]]

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", None, True, False, 1, 1.0, 0.5, -3, "BQ1", "bq１", "ＢＱ 2", "SX1，SX2", "A\x1fB", "'=1", "\ufeffx",
         "2026.3.5", date(2026, 3, 5), datetime(2026, 3, 5, 14), "46086", "12.5kg", "1,200", "约5吨", "合格", "x" * 500]
    ),
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)  # fmt: skip


def layout_of(code: str) -> Layout:
    """A sheet with all the columns of a kind, in their order."""
    table = kind_of(code).table
    header: list[Cell] = [column.title.zh for column in table.columns]
    return Layout(table, 1, tuple(header), {column.name: at for at, column in enumerate(table.columns)})


def one_by_one(reader: Reader, rows: list[list[Cell]]) -> Iterator[tuple[Values, Gaps] | Any]:
    for row in rows:
        try:
            yield reader.row(row)
        except Unreadable as fault:
            yield fault.verdict


@pytest.mark.parametrize("code", [table.code for table in TABLES])
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=14), min_size=1, max_size=6))
def test_many_rows_at_once_read_as_each_by_itself(code: str, rows: list[list[Cell]]) -> None:
    reader = Reader(layout_of(code))
    values, gaps, unreadable = reader.rows(rows)
    together = [
        unreadable[place] if place in unreadable else (values[place], gaps.get(place, ())) for place in range(len(rows))
    ]
    alone = list(one_by_one(Reader(layout_of(code)), rows))
    assert repr(together) == repr(alone)  # repr, because 1 == True


def test_a_column_of_more_different_cells_than_are_remembered_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanbao.exchange.columnwise.REMEMBERED", 3)
    rows: list[list[Cell]] = [["BQ1", "P", "LM", "SX1", str(n), "1", "2026.3.5", "A"] for n in range(1, 20)]
    values, _, _ = Reader(layout_of("labels")).rows(rows)
    assert [line[4] for line in values] == list(range(1, 20))


def test_what_was_seen_is_known_and_nothing_else_is() -> None:
    dice = random.Random(7)
    # Few beginnings and few letters, so that a digest is found across the seam of two others.
    digests = [b"\0\0" + bytes(dice.choices(b"ab", k=14)) for _ in range(3000)]
    seen, truth = Seen(), set()
    for digest in digests:
        assert seen.add(digest) == (digest not in truth)
        truth.add(digest)
    for digest in digests[::3]:
        assert seen.discard(digest) == (digest in truth)
        truth.discard(digest)
    probes = digests + [b"\0\0" + bytes(dice.choices(b"ab", k=14)) for _ in range(3000)]
    assert [digest in seen for digest in probes] == [digest in truth for digest in probes]


def order_for(path: Path, **how: Any) -> Order:
    return Order(path, path.name, "", LABELS, 1, {column.name: at for at, column in enumerate(LABELS.columns)}, **how)


def labels(path: Path, *lines: list[str]) -> Path:
    return writing.csv(path, [HEADER, *lines])


def numbered(count: int) -> list[list[str]]:
    return [[f"BQ{n}", *LINE[1:]] for n in range(count)]


def test_blocks_tell_repeats_over_their_edges_and_end_with_the_last(tmp_path: Path) -> None:
    path = labels(tmp_path / "a.csv", *numbered(5), numbered(5)[1], numbered(5)[1])
    read = list(blocks(order_for(path), 3))
    assert [(block.numbers, list(block.repeats), block.next_row, block.last) for block in read] == [
        ([2, 3, 4], [], 5, False),
        ([5, 6, 7], [2], 8, False),
        ([8], [0], 9, True),
    ]


def test_unreadable_lines_leave_the_places_of_the_others_right(tmp_path: Path) -> None:
    good = numbered(4)
    wrong, gap = ["BQ9", *LINE[1:4], "半支", *LINE[5:]], [*good[2][:6], "", "A1"]
    path = labels(tmp_path / "a.csv", good[0], wrong, good[1], gap, good[0])
    [block] = blocks(order_for(path), 100)
    assert block.numbers == [2, 4, 5, 6]
    assert [(number, verdict[1][0][0]) for number, verdict in block.judged] == [(3, "not_a_quantity")]
    assert (list(block.gaps), list(block.repeats)) == ([2], [3])


def test_the_parts_of_a_block_are_the_block_and_each_has_its_checkpoint(tmp_path: Path) -> None:
    good = numbered(5)
    wrong, gap = ["BQ9", *LINE[1:4], "半支", *LINE[5:]], [*good[2][:6], "", "A1"]
    path = labels(tmp_path / "a.csv", wrong, good[0], HEADER, good[1], wrong, gap, good[0], HEADER, good[4], HEADER)
    [whole] = blocks(order_for(path), 100)
    split = list(parts(whole, 2))
    assert [(part.next_row, part.last) for part in split] == [(7, False), (10, False), (12, True)]
    assert [number for part in split for number in part.numbers] == whole.numbers
    assert [line for part in split for line in part.judged] == whole.judged
    assert [row for part in split for row in part.skipped] == whole.skipped == [4, 9, 11]
    for name in ("gaps", "repeats"):
        told = {part.numbers[place]: what for part in split for place, what in getattr(part, name).items()}
        assert told == {whole.numbers[place]: what for place, what in getattr(whole, name).items()} != {}
    assert list(parts(whole, 100)) == [whole]


def test_on_a_slow_machine_chunks_become_smaller_and_grow_again() -> None:
    pace = Pace()
    pace.took(5000, 3.0)
    assert pace.lines == 1250  # never at one blow, which one stumble of the disk would be
    for _ in range(5):
        pace.took(pace.lines, pace.lines * 3.0 / 5000)
    assert 490 <= pace.lines <= 510
    pace.took(3, 9.0)
    pace.took(500, 0.01)
    assert pace.lines == 5000


def test_a_sheet_without_lines_has_one_empty_last_block(tmp_path: Path) -> None:
    [block] = blocks(order_for(labels(tmp_path / "a.csv")), 100)
    assert (block.numbers, block.last) == ([], True)


def test_behind_a_checkpoint_lines_before_it_only_tell_what_repeats_them(tmp_path: Path) -> None:
    path = labels(tmp_path / "a.csv", *numbered(5), numbered(5)[0], numbered(5)[3])
    read = list(blocks(order_for(path, next_row=5, refused=frozenset({2})), 100))
    assert [(block.before, block.numbers, list(block.repeats)) for block in read] == [
        (True, [], []),
        (False, [5, 6, 7, 8], [2, 3]),
    ]
    assert [was_refused for _, was_refused in read[0].history] == [True]


def both(orders: list[Order], monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[Any]]:
    """What this process reads, and what one of its own reads."""
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    with ahead.reading(orders, 4) as received:
        return list(all_blocks(orders, 4)), list(received)


def test_a_process_of_its_own_reads_the_same_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ledgers.write(tmp_path / "台账")
    orders = []
    for path in sorted(folder.glob("*.*")):
        if not path.name.startswith("~") and path.suffix != ".md":
            sheet = open_book(path).sheets[0]
            layout = recognise(sheet.rows(), TABLES)
            assert layout.table is not None
            orders.append(Order(path, path.name, sheet.name, layout.table, layout.header_row, layout.mapping))
    here, there = both(orders, monkeypatch)
    assert len({place for place, _ in there}) == len(orders) == 12
    assert pickle.dumps(here) and repr(here) == repr(there)


def test_a_file_that_breaks_off_is_a_fault_and_the_next_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = tmp_path / "a.csv"
    torn.write_text(",".join(HEADER) + "\n" + '"BQ1' + "x" * 2_000_000, "utf-8")
    here, there = both([order_for(torn), order_for(labels(tmp_path / "b.csv", *numbered(2)))], monkeypatch)
    assert here[0] == there[0] == (0, Fault("file.quotes"))
    assert [place for place, _ in there] == [0, 1]


def test_a_reading_process_that_dies_is_no_end_of_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    started: list[Any] = []
    popen = ahead.subprocess.Popen
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    path = labels(tmp_path / "a.csv", *numbered(20_000))
    with ahead.reading([order_for(path)], 1000) as received:
        _, first = next(received)
        assert isinstance(first, Block)
        os.kill(started[0].pid, signal.SIGKILL)
        with pytest.raises(ahead.ReaderLost):
            list(received)
    assert started[0].returncode == -signal.SIGKILL
