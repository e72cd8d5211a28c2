"""What the faces ask about imports."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, Min

from sanbao.exchange.cells import text
from sanbao.exchange.columns import Table
from sanbao.exchange.headers import HEADER_WITHIN, recognise
from sanbao.exchange.kinds import TABLES
from sanbao.exchange.models import ImportFile, ImportLine, ImportRun
from sanbao.exchange.outcomes import Result
from sanbao.exchange.sheets import Sheet, open_book
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

PREVIEW = 12


def run_of(pk: int, *, by: Actor) -> ImportRun:
    """The import, if the actor may see it."""
    run = ImportRun.objects.visible_to(by).filter(pk=pk).first()
    if run is None:
        sentence = W("找不到这次导入，或您无权查看。", "There is no such import, or you may not see it.")
        raise Refusal("not_found", sentence, "M-02", 404)
    return run


def file_of(run: ImportRun, pk: int) -> ImportFile:
    file = run.files.select_related("run", "attachment").filter(pk=pk).first()
    if file is None or file.attachment is None:
        raise Refusal("not_found", W("找不到这个文件。", "There is no such file."), "M-02", 404)
    return file


def sheet_of(file: ImportFile) -> Sheet:
    """The kept sheet itself."""
    assert file.attachment is not None
    book = open_book(file.attachment.path, file.name)
    return next(sheet for sheet in book.sheets if sheet.name == file.sheet)


@dataclass(frozen=True)
class Reading:
    """How a sheet would be read: the kind asked for (or recognised), the header, what stands in which place."""

    table: Table | None
    header_row: int
    header: tuple[str, ...]
    column_at: dict[int, str]
    head: list[tuple[int, list[str]]]


def reading(file: ImportFile, kind: str = "", header_row: int = 0) -> Reading:
    """A proposal to be looked at; empty arguments mean as recognised, or as answered before."""
    head = list(islice(sheet_of(file).rows(), HEADER_WITHIN))
    table = next((table for table in TABLES if table.code == (kind or file.kind)), None)
    rows = [line for line in head if not header_row or line[0] == header_row]
    found = recognise(rows, [table] if table else TABLES)
    mapping = file.mapping if file.mapping and kind in ("", file.kind) and not header_row else found.mapping
    number = header_row or file.header_row or found.header_row
    width = max((len(cells) for _, cells in head), default=0)
    plain = [(n, [text(cell) for cell in cells] + [""] * (width - len(cells))) for n, cells in head]
    header = next((cells for n, cells in plain if n == number), [""] * width)
    return Reading(table, number, tuple(header), {at: name for name, at in mapping.items()}, plain[:PREVIEW])


def remarks(run: ImportRun) -> list[dict[str, Any]]:
    """How often each refusal and each remark stands in each file, with the first as an example; refusals first."""
    counted = list(
        ImportLine.objects.filter(file__run=run)
        .values("result", "code", "file__name")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("result", "file__position", "code")
    )
    examples = ImportLine.objects.in_bulk([row["first"] for row in counted])
    return [
        {"refused": row["result"] == Result.REFUSED, "example": examples[row["first"]], "name": row["file__name"]}
        | {"count": row["count"]}
        for row in counted
    ]
