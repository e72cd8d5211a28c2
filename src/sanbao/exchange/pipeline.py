"""An import from the first file to the closing entry: chunk by chunk, each with its checkpoint.

``begin`` looks at the files and writes down what they are; ``drive`` is a generator that takes one chunk each time
it is asked, so that a command can loop over it and the worker can do something else in between. Whoever is killed
is continued by the next ``drive`` from the last checkpoint. A rehearsal takes the same way and keeps nothing.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.files import File
from django.db import transaction

from sanbao.exchange.ahead import reading
from sanbao.exchange.blocks import Block, Fault, parts
from sanbao.exchange.headers import recognise
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds import TABLES, kind_of, rank
from sanbao.exchange.models import COUNTS, ImportFile, ImportLine, ImportRun, Stage
from sanbao.exchange.policies import limit_mb
from sanbao.exchange.sheets import cannot, open_book
from sanbao.exchange.taking import Taking
from sanbao.kernel import attachments, imported, journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import file_digest
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now

#: Lines per transaction at most; on a slow or busy machine fewer, so that a save waits about ``TURN`` seconds.
CHUNK, FEWEST, TURN = 5000, 250, 0.3
#: Characters kept of a file's name.
LONGEST_NAME = 180
#: What a folder is searched for; a file that is named outright may end as it likes.
ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv")


@dataclass
class Source:
    """A file on its way in: where it lies and what it is called."""

    path: Path
    name: str = ""

    def __post_init__(self) -> None:
        self.name = (self.name or self.path.name)[-LONGEST_NAME:]


def spreadsheets_in(folder: Path) -> list[Source]:
    """The spreadsheets of a folder; hidden files and Excel's own lock files are none."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in ENDINGS)
    return [Source(path) for path in files if not path.name.startswith((".", "~$"))]


def digest_of(source: Source) -> str:
    return file_digest(source.path) if source.path.is_file() else ""


def digests_of(sources: Iterable[Source]) -> set[str]:
    return {digest_of(source) for source in sources}


def begin(
    sources: Iterable[Source], *, by: Actor, rehearsal: bool = False, keep: bool = True, by_worker: bool = False
) -> ImportRun:
    """Look at the files, recognise each sheet, and write down an import that ``drive`` can carry out.

    ``keep``: the files become attachments of the import. A file that cannot be read, or whose columns are not
    beyond doubt, is listed with its trouble and takes no part until somebody has answered.
    """
    by.need("exchange.import")
    listed: list[tuple[ImportFile, Source]] = [(file, source) for source in sources for file in _examined(source, by)]
    listed.sort(key=lambda pair: (pair[0].asks, rank(pair[0].kind), pair[0].name))
    kept: dict[str, attachments.Attachment] = {}
    for file, source in listed:
        if keep and not file.trouble and file.digest not in kept:
            with source.path.open("rb") as opened:
                upload = File(opened, source.name)
                kept[file.digest] = attachments.store(upload, by=by, original=True, limit_mb=limit_mb())
    with transaction.atomic():
        run = ImportRun.objects.create(rehearsal=rehearsal, actor=by.ref, origin=by.origin, by_worker=by_worker)
        for position, (file, _) in enumerate(listed):
            file.run, file.position, file.attachment = run, position, kept.get(file.digest)
        ImportFile.objects.bulk_create(file for file, _ in listed)
    return run


def _examined(source: Source, by: Actor) -> Iterator[ImportFile]:
    """One row per sheet that holds anything; one whose rows the actor may not change is told at once."""
    try:
        book = open_book(source.path, source.name)
        seen = [(sheet, recognise(sheet.rows(), TABLES)) for sheet in book.sheets]
        found = [(sheet, layout) for sheet, layout in seen if layout.table or layout.unmatched]
    except Refusal as refusal:
        yield ImportFile(name=source.name, trouble=refusal.code, complete=True)
        return
    if not found:
        yield ImportFile(name=source.name, digest=book.digest, trouble="file.empty", complete=True)
    for sheet, layout in found:
        kind = layout.table.code if layout.table else ""
        permitted = not kind or not layout.sure or by.may(kind_of(kind).permission)
        yield ImportFile(
            name=book.title_of(sheet),
            sheet=sheet.name,
            digest=book.digest,
            kind=kind,
            trouble="" if permitted else "not_permitted",
            complete=not permitted,
            header_row=layout.header_row,
            mapping=layout.mapping,
            asks=not layout.sure,
            last_row=sheet.last_row(),
        )


def drive(run: ImportRun, *, by: Actor, paths: dict[str, Path] | None = None) -> Iterator[ImportFile]:
    """Carry the import on, one chunk per step, to its closing entry. ``paths``: by digest, for files not kept."""
    if run.rehearsal:
        reset(run)
    ImportRun.objects.filter(pk=run.pk).update(stage=Stage.REHEARSING if run.rehearsal else Stage.GOING, beat_at=now())
    intake = Intake(by=by, source=run.subject, rehearsal=run.rehearsal)
    waiting = run.files.filter(asks=False, complete=False).select_related("attachment").order_by("position", "id")
    sheets = [Taking(file, intake) for file in waiting]
    orders = [sheet.order(paths or {}) for sheet in sheets]
    with reading(orders, CHUNK) as blocks:
        yield from _undisturbed(_taken(sheets, blocks))
    finish(run, by=by)


class Pace:
    """How many lines a chunk may have: as many as were written in one turn lately."""

    def __init__(self) -> None:
        self.lines = CHUNK

    def took(self, lines: int, seconds: float) -> None:
        if lines * 2 >= self.lines:  # the last few of a file tell little
            self.lines = min(CHUNK, max(FEWEST, self.lines // 4, int(lines * TURN / max(seconds, 1e-6))))


def _taken(sheets: list[Taking], blocks: Iterable[tuple[int, Block | Fault]]) -> Iterator[ImportFile]:
    """Chunk by chunk; a sheet that is refused as a whole is told, and the others go on."""
    given_up: set[int] = set()
    pace = Pace()
    for place, block in blocks:
        if place in given_up:
            continue
        sheet = sheets[place]
        try:
            if isinstance(block, Fault):
                raise cannot(block.code)
            for part in parts(block, pace.lines):
                began = perf_counter()
                sheet.take(part)
                pace.took(len(part.numbers), perf_counter() - began)
                yield sheet.file
        except Refusal as refusal:
            given_up.add(place)
            ImportFile.objects.filter(pk=sheet.file.pk).update(trouble=refusal.code, complete=True)
            yield sheet.file


def _undisturbed(steps: Iterator[ImportFile]) -> Iterator[ImportFile]:
    """No search for reference cycles while a chunk is worked on: there are none, and it takes a quarter of the time."""
    while True:
        gc.disable()
        try:
            file = next(steps, None)
        finally:
            gc.enable()
        if file is None:
            return
        yield file


def reset(run: ImportRun) -> None:
    """Forget what a rehearsal has found, so that the files can be taken from their first line."""
    with transaction.atomic():
        ImportLine.objects.filter(file__run=run).delete()
        run.files.filter(trouble="").update(next_row=0, complete=False, read=0, skipped=0, **dict.fromkeys(COUNTS, 0))


def finish(run: ImportRun, *, by: Actor) -> None:
    """Close a run: of a real one the journal keeps the files' digests, the counts and the digest of the refusals."""
    with transaction.atomic():
        stage = Stage.REHEARSED if run.rehearsal else Stage.DONE
        going = ImportRun.objects.filter(pk=run.pk).exclude(stage=Stage.DONE)
        if going.update(stage=stage, finished_at=now()) and not run.rehearsal:
            files = list(run.files.all())
            facts = {"files": [_facts_of(file) for file in files], "refused": refusals_digest(run)}
            if made := [pk for file in files for first, last in file.made for pk in range(first, last + 1)]:
                facts[imported.FACT] = {"complaint": imported.facts_for("complaint", made)}
            journal.append(subject=run.subject, action="import.closed", by=by, clause="T-14", facts=facts)
    run.refresh_from_db()


def _facts_of(file: ImportFile) -> dict[str, Any]:
    return {"name": file.name, "sha256": file.digest, "kind": file.kind, "trouble": file.trouble, **file.counts}


def refusals_digest(run: ImportRun) -> str:
    """SHA-256 over ``file,row,code`` of every refused line, in order."""
    digest = hashlib.sha256()
    lines = ImportLine.refused_of(run).values_list("file__name", "row", "code")
    for name, row, code in lines.iterator(chunk_size=5000):
        digest.update(f"{name},{row},{code}\n".encode())
    return digest.hexdigest()
