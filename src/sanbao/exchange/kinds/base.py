"""The one shape of a kind of ledger: its table, and how a chunk of its lines is taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanbao.exchange.columns import Table
from sanbao.exchange.intake import Intake, Sums, linked
from sanbao.exchange.outcomes import TAKEN, UNCHANGED, Note, Result, Verdict, refused, sentence, taken
from sanbao.kernel.words import W
from sanbao.trace import bulk
from sanbao.trace.known import KnownLots, LotFacts
from sanbao.trace.models import LotKind, QualityStatus
from sanbao.trace.rows import Row

#: (row of the sheet, the values of its columns in the order of the table)
type Line = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True)
class Kind:
    """``take`` answers one verdict per line, in order.

    ``permission`` is what one must hold besides ``exchange.import``, where the same rows can be changed by hand.
    """

    table: Table
    take: Callable[[Sequence[Line], Intake], list[Verdict]]
    permission: str = "exchange.import"

    @property
    def code(self) -> str:
        return self.table.code

    @property
    def title(self) -> W:
        return self.table.title


class Batch:
    """The lines of a chunk on their way into the trace store: some judged at once, the others written together.

    ``lots`` are those that the lines refer to; ``unknown`` is what this kind calls a lot that the store does not know.
    """

    def __init__(self, lines: Sequence[Line], intake: Intake, lots: KnownLots, unknown: str = "unknown_lot") -> None:
        self.intake, self.lots, self.unknown = intake, lots, unknown
        self.verdicts: list[Verdict] = [TAKEN] * len(lines)
        self.rows: list[Row] = []
        self.places: list[int] = []
        self.notes: list[list[Note]] = []
        self.uses: dict[int, tuple[str, int]] = {}

    def refuse(self, place: int, why: str, **facts: Any) -> None:
        self.verdicts[place] = refused(why, **facts)

    def add(self, place: int, row: Row, notes: list[Note], uses: str = "", milli: int | None = None) -> None:
        """A line to write; the notes are what is remarked if it is taken, and stay with its record.

        It uses so much of the lot ``uses``. More may be used than there is: ledgers do disagree with themselves.
        """
        if notes:
            row.note = " ".join([sentence(code, facts).said_in("zh-hans") for code, facts in notes])
        if uses and milli:
            self.uses[len(self.rows)] = uses, milli
        self.rows.append(row)
        self.places.append(place)
        self.notes.append(notes)

    def write(self, sums: Sums = linked) -> list[Verdict]:
        """Write all; ``sums`` tells how much of a lot has been used before."""
        lots = self.lots
        used = self.intake.used((lots[key] for key, _ in self.uses.values() if key in lots), sums) if self.uses else {}
        for number, done in enumerate(self.intake.write(self.rows, lots)):
            notes = self.notes[number]
            match done.result:
                case bulk.Result.TAKEN:
                    if number in self.uses:
                        _use(used, *self.uses[number], notes)
                    notes += [("cycle", {"code": code}) for code in done.loops]
                    verdict = taken(*notes)
                case bulk.Result.UNCHANGED:
                    verdict = UNCHANGED
                case bulk.Result.DIFFERS:
                    verdict = (Result.REMARKED, (("differs", {"fields": fields(done.facts)}),))
                case _:
                    code = self.unknown if done.code == "unknown_lot" else done.code
                    verdict = refused(code, column=fields([done.facts.get("field", "code")]), **done.facts)
            self.verdicts[self.places[number]] = verdict
        return self.verdicts


def _use(used: Mapping[str, list[int]], key: str, milli: int, notes: list[Note]) -> None:
    """Remark what takes more out of a lot than there is; of a lot without a record nobody knows how much there is."""
    if total := used.get(key):
        total[1] += milli
        if total[1] > total[0] > 0:
            notes.append(("over_consumed", {"code": key, "issued": kg(total[1]), "received": kg(total[0])}))


_FIELDS = {
    "quantity_milli": W("数量", "quantity"),
    "pieces": W("支数", "pieces"),
    "supplier_id": W("供应商", "supplier"),
    "customer_id": W("客户", "customer"),
    "material_name": W("材料", "material"),
    "specification": W("规格", "specification"),
    "supplier_lot": W("供方批号", "supplier's lot"),
    "certificate": W("合格证号", "certificate"),
    "inspector": W("检验员", "inspector"),
    "department": W("部门", "department"),
    "basket": W("框号", "basket"),
    "billets": W("铸棒批", "billet lots"),
    "press": W("机台", "press"),
    "shift": W("班次", "shift"),
    "ageing": W("时效炉次", "ageing load"),
    "finish": W("氧化/喷涂批", "finish batch"),
    "measured": W("检测值", "measured"),
    "appearance": W("外观", "appearance"),
    "conclusion": W("结论", "conclusion"),
    "spray_code": W("喷码", "spray code"),
    "travellers": W("随行卡", "travellers"),
    "location": W("库位", "location"),
    "vehicle": W("车号", "vehicle"),
    "description": W("内容", "text"),
    "code": W("标签号", "label"),
    "state": W("状态", "state"),
}


def fields(names: Iterable[str]) -> W:
    """The titles of the fields in which a line differs from its record; every date is simply 日期."""
    titles = [_FIELDS.get(name, W("日期", "date") if name.endswith("_on") else W(name, name)) for name in names]
    return W("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


def unrecorded(keys: Iterable[str], kind: str, lots: Mapping[str, LotFacts], notes: list[Note]) -> None:
    """Remark every code that the line names and nobody has recorded yet, or that is something else."""
    for key in keys:
        lot = lots.get(key)
        if lot is None or not lot.recorded:
            notes.append(("no_record", {"code": key}))
        elif lot.kind != kind:
            notes.append(("kind_differs", {"code": lot.code, "kind": LotKind.title_of(lot.kind)}))


_STATUS = {
    QualityStatus.PASSED: ("合格", "ok", "pass", "passed", "accepted", "qualified", "√", "是"),
    QualityStatus.FAILED: ("不合格", "ng", "fail", "failed", "rejected", "x", "×", "否"),
    QualityStatus.PENDING: ("待检", "待验", "未检", "pending"),
    QualityStatus.UNDECIDED: ("已检待判定", "待判定", "待判", "已检待判", "undecided"),
}
_STATUS_OF = {word: status for status, words in _STATUS.items() for word in words}


def status_of(written: str, notes: list[Note], empty: QualityStatus = QualityStatus.PENDING) -> str:
    """The quality status (T-06) that a cell states; one that nobody knows is remarked."""
    if not written:
        return empty
    status = _STATUS_OF.get(written) or _STATUS_OF.get(written.lower().replace(" ", ""))
    if status is None:
        notes.append(("unknown_status", {"cell": written}))
    return status or QualityStatus.PENDING


def backward(notes: list[Note], *dated: tuple[W, date | None]) -> None:
    """Remark each (what, day) that lies before the one named ahead of it."""
    before: tuple[W, date] | None = None
    for what, day in dated:
        if day is None:
            continue
        if before is not None and day < before[1]:
            facts = {"later": what, "day": day, "earlier": before[0], "before": before[1]}
            notes.append(("backward_date", facts))
        else:
            before = (what, day)


def kg(milli: int) -> str:
    return f"{milli / 1000:.3f}".rstrip("0").rstrip(".")
