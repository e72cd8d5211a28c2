"""What the faces ask about imports."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db.models import Count

from sanbao.exchange.cells import Cell
from sanbao.exchange.headers import HEADER_WITHIN, Layout, recognise
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


def head_of(file: ImportFile) -> list[tuple[int, list[Cell]]]:
    """The first filled rows, as the sheet numbers them."""
    return list(islice(sheet_of(file).rows(), HEADER_WITHIN))


def proposal(file: ImportFile, kind: str = "") -> Layout:
    """What the sheet is taken for, or how it would be read as a ledger of that kind."""
    tables = [table for table in TABLES if table.code == kind] or TABLES
    return recognise(head_of(file), tables)


def remarks(run: ImportRun) -> list[dict[str, Any]]:
    """How often each remark and each refusal stands, the refusals first."""
    counted = (
        ImportLine.objects.filter(file__run=run)
        .values("result", "code", "file__name", "file__position")
        .annotate(count=Count("pk"))
        .order_by("-result", "file__position", "code")
    )
    return [{**row, "refused": row["result"] == Result.REFUSED, "name": row["file__name"]} for row in counted]
