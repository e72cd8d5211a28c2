"""What a person does with an import: hand the files in, say what they are, rehearse, commit, or throw it away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import transaction

from sanbao.exchange import pipeline
from sanbao.exchange.headers import HEADER_WITHIN, chosen
from sanbao.exchange.kinds import TABLES, kind_of
from sanbao.exchange.models import ImportFile, ImportRun, Stage
from sanbao.exchange.queries import sheet_of
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.words import W

LEFT_OUT = "left_out"


def prepare(uploads: Sequence[Any], *, by: Actor) -> ImportRun:
    """Take uploaded files (``.name``, ``.chunks()``), recognise them, and keep them for the import."""
    by.need("exchange.import", clause="M-02")
    if not uploads:
        refuse("import.no_file", W("请选择要导入的文件。", "Choose the files to import."), status=422, field="files")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sources = []
        for number, upload in enumerate(uploads):
            path = folder / str(number)
            with path.open("wb") as file:
                for piece in upload.chunks():
                    file.write(piece)
            sources.append(pipeline.Source(path, Path(upload.name or "?").name))
        return pipeline.begin(sources, by=by, by_worker=True)


def answer(
    file: ImportFile, *, by: Actor, kind: str, header_row: int, mapping: Sequence[tuple[str, int]]
) -> ImportFile:
    """Say which ledger a sheet is and which column is which: pairs of column name and place, counted from 0."""
    _waiting(file.run, by)
    table = next((table for table in TABLES if table.code == kind), None)
    if table is None:
        raise Refusal("import.kind", W("请选择台账种类。", "Choose the kind of ledger."), status=422, field="kind")
    by.need(kind_of(kind).permission, clause="M-02")
    names = [name for name, _ in mapping]
    known = {column.name: column.title for column in table.columns}
    layout = chosen(sheet_of(file).rows(), table, header_row, {n: place for n, place in mapping if n in known})
    if not layout.header:
        sentence = W("表头所在的行要在前 {n} 行之内。", "The header must stand within the first {n} rows.")
        raise Refusal("import.header_row", sentence, status=422, field="header_row", facts={"n": HEADER_WITHIN})
    faulty = [name for name in dict.fromkeys(names) if names.count(name) > 1 or name not in known] + [*layout.missing]
    if faulty:
        _incomplete(known.get(name, name) for name in faulty)
    ImportFile.objects.filter(pk=file.pk).update(
        kind=kind, header_row=header_row, mapping=layout.mapping, asks=False, trouble="", complete=False
    )
    _back_to_start(file.run)
    file.refresh_from_db()
    return file


def _incomplete(titles: Iterable[W | str]) -> None:
    refuse(
        "import.mapping",
        W("这几列须各指定一列，不能重复：{columns}。", "Name one column for each of these, none twice: {columns}."),
        status=422,
        field="mapping",
        columns="、".join(map(str, titles)),
    )


def leave_out(file: ImportFile, *, by: Actor) -> ImportFile:
    """Do not import this sheet."""
    _waiting(file.run, by)
    ImportFile.objects.filter(pk=file.pk).update(asks=False, complete=True, trouble=LEFT_OUT)
    _back_to_start(file.run)
    file.refresh_from_db()
    return file


def rehearse(run: ImportRun, *, by: Actor) -> ImportRun:
    """Let the worker go through everything and keep nothing."""
    _all_answered(run, by)
    return _moved(run, Stage.REHEARSING, rehearsal=True)


def commit(run: ImportRun, *, by: Actor) -> ImportRun:
    """Let the worker import. One that has failed goes on from its checkpoint."""
    _all_answered(run, by)
    if run.rehearsal:
        pipeline.reset(run)
    return _moved(run, Stage.GOING, rehearsal=False)


def discard(run: ImportRun, *, by: Actor) -> None:
    """Throw away an import that has brought nothing in; the files stay in the store."""
    _waiting(run, by)
    run.delete()


def _waiting(run: ImportRun, by: Actor) -> None:
    """Refuse unless the import is at rest and nothing of it has been taken."""
    by.need("exchange.import", clause="M-02")
    if run.stage not in (Stage.PREPARED, Stage.REHEARSED):
        _wrong_stage(run)


def _all_answered(run: ImportRun, by: Actor) -> None:
    by.need("exchange.import", clause="M-02")
    if run.files.filter(asks=True).exists():
        refuse(
            "import.unanswered",
            W("还有文件没有指定种类和列。", "Some files still wait for their kind and columns."),
            status=409,
        )
    if not run.files.filter(trouble="").exists():
        refuse("import.nothing", W("没有可以导入的文件。", "There is no file to import."), status=409)


def _moved(run: ImportRun, stage: Stage, *, rehearsal: bool) -> ImportRun:
    with transaction.atomic():
        at_rest = ImportRun.objects.filter(pk=run.pk, stage__in=(Stage.PREPARED, Stage.REHEARSED, Stage.FAILED))
        if not at_rest.update(stage=stage, rehearsal=rehearsal, by_worker=True, beat_at=None, finished_at=None):
            run.refresh_from_db()
            _wrong_stage(run)
    run.refresh_from_db()
    return run


def _back_to_start(run: ImportRun) -> None:
    """After an answer, a rehearsal no longer tells the truth."""
    if run.stage == Stage.REHEARSED:
        pipeline.reset(run)
        ImportRun.objects.filter(pk=run.pk).update(stage=Stage.PREPARED, rehearsal=False)
        run.refresh_from_db()


def _wrong_stage(run: ImportRun) -> None:
    refuse(
        "wrong_state",
        W("导入处于“{state}”，现在不能这样做。", "The import is “{state}”; this cannot be done now."),
        status=409,
        state=run.title_of_stage,
    )
