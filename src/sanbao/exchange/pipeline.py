"""An import from the first file to the closing entry: chunk by chunk, each with its checkpoint.

``begin`` looks at the files and writes down what they are; ``drive`` is a generator that takes one chunk each time
it is asked, so that a command can loop over it and the worker can do something else in between. Whoever is killed
is continued by the next ``drive`` from the last checkpoint. A rehearsal takes the same way and keeps nothing.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import F

from sanbao.exchange.headers import Layout, chosen, recognise
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds import TABLES, kind_of, rank
from sanbao.exchange.kinds.base import Kind, Line
from sanbao.exchange.models import COUNTS, ImportFile, ImportLine, ImportRun, Stage
from sanbao.exchange.outcomes import Note, Result, Verdict, refused, taken
from sanbao.exchange.policies import limit_mb
from sanbao.exchange.reading import Unreadable, reader
from sanbao.exchange.sheets import Sheet, open_book
from sanbao.kernel import attachments, imported, journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import file_digest, plain
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.seals import runs_of
from sanbao.kernel.times import now

#: Lines per transaction: large enough to be fast, small enough that a save waits a few tenths of a second.
CHUNK = 5000
#: Characters kept of a file's name and of a text that is cited in a note.
LONGEST_NAME, LONGEST_CITATION = 180, 200
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
    for file in run.files.filter(asks=False, complete=False).select_related("attachment").order_by("position", "id"):
        path = file.attachment.path if file.attachment else (paths or {})[file.digest]
        try:
            yield from _undisturbed(_Taking(file, path, intake).steps())
        except Refusal as refusal:
            ImportFile.objects.filter(pk=file.pk).update(trouble=refusal.code, complete=True)
            yield file
    finish(run, by=by)


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


@dataclass
class _Chunk:
    """Lines read and not yet written. ``judged`` holds the verdicts that are settled without the database."""

    lines: list[tuple[int, tuple[Any, ...], tuple[Note, ...], int]] = field(default_factory=list)
    judged: list[tuple[int, Verdict]] = field(default_factory=list)
    skipped: int = 0

    def __len__(self) -> int:
        return len(self.lines) + len(self.judged)


class _Taking:
    """One sheet being taken in."""

    def __init__(self, file: ImportFile, path: Path, intake: Intake) -> None:
        self.file, self.intake = file, intake
        self.kind: Kind = kind_of(file.kind)
        book = open_book(path, file.name)
        self.sheet: Sheet = next(sheet for sheet in book.sheets if sheet.name == file.sheet)
        self.layout: Layout = chosen(self.sheet.rows(), self.kind.table, file.header_row, file.mapping)
        # 64-bit hashes of what was accepted: five million take some 300 MB, the values themselves thrice that.
        self.accepted: set[int] = set()

    def steps(self) -> Iterator[ImportFile]:
        chunk = _Chunk()
        next_row = 0
        for number, read in self._lines(chunk):
            if len(chunk) >= CHUNK:
                self._commit(chunk, number)
                yield self.file
                chunk.lines.clear()
                chunk.judged.clear()
                chunk.skipped = 0
            if isinstance(read, Unreadable):
                chunk.judged.append((number, read.verdict))
            else:
                chunk.lines.append((number, *read))
            next_row = number + 1
        self._commit(chunk, next_row, complete=True)
        yield self.file

    def _lines(self, chunk: _Chunk) -> Iterator[tuple[int, Any]]:
        """The lines from the checkpoint on; those before it are read only to know what would repeat them."""
        read, is_data, same = reader(self.layout), self.layout.is_data, self.kind.same
        refused_before = set(
            ImportLine.objects.filter(file=self.file, result=Result.REFUSED).values_list("row", flat=True)
        )
        for number, cells in self.sheet.rows():
            if number <= self.layout.header_row:
                continue
            if not is_data(cells):
                chunk.skipped += number >= self.file.next_row
                continue
            try:
                values, gaps = read(cells)
            except Unreadable as unreadable:
                if number >= self.file.next_row:
                    yield number, unreadable
                continue
            key = hash(same(values))
            if number >= self.file.next_row:
                yield number, (values, gaps, key)
            elif number not in refused_before:
                self.accepted.add(key)

    def _commit(self, chunk: _Chunk, next_row: int, complete: bool = False) -> None:
        """Write a chunk and its checkpoint in one transaction; in a rehearsal only the checkpoint stays."""
        with transaction.atomic():
            with transaction.atomic():
                verdicts = self._take(chunk)
                if self.intake.rehearsal:
                    transaction.set_rollback(True)
            self._write_down(verdicts, chunk, next_row, complete)

    def _take(self, chunk: _Chunk) -> list[tuple[int, Verdict]]:
        """The verdict of every line. A line that repeats an accepted one is a duplicate; the first may be refused."""
        self.intake.start_chunk()
        self.intake.present = frozenset(self.file.mapping)
        verdicts = list(chunk.judged)
        waiting = chunk.lines
        while waiting:
            firsts, repeats, here = [], [], set()
            for line in waiting:
                number, values, _, key = line
                if key in self.accepted:
                    verdicts.append((number, refused("duplicate", code=_named(self.kind, values))))
                elif key in here:
                    repeats.append(line)
                else:
                    here.add(key)
                    firsts.append(line)
            lines: list[Line] = [(number, values) for number, values, _, _ in firsts]
            for (number, _, gaps, key), verdict in zip(firsts, self.kind.take(lines, self.intake), strict=True):
                if verdict[0] != Result.REFUSED:
                    self.accepted.add(key)
                    if gaps and verdict[0] != Result.UNCHANGED:
                        verdict = taken(*gaps, *verdict[1])
                verdicts.append((number, verdict))
            waiting = repeats
        return verdicts

    def _write_down(self, verdicts: list[tuple[int, Verdict]], chunk: _Chunk, next_row: int, complete: bool) -> None:
        if not self.intake.rehearsal:
            self.file.made += runs_of(sorted(self.intake.made))
        counts = dict.fromkeys(COUNTS, 0)
        lines = []
        for number, (result, notes) in verdicts:
            counts[result] += 1
            lines += [
                ImportLine(file=self.file, row=number, result=result, code=code, facts=_cited(facts))
                for code, facts in notes
            ]
        lines.sort(key=lambda line: line.row)
        ImportLine.objects.bulk_create(lines, batch_size=500)
        moved = {name: F(name) + counts[name] for name in COUNTS}
        ImportFile.objects.filter(pk=self.file.pk).update(
            read=F("read") + len(verdicts), skipped=F("skipped") + chunk.skipped,
            next_row=next_row, complete=complete, made=self.file.made, **moved,
        )  # fmt: skip
        ImportRun.objects.filter(pk=self.file.run_id).update(beat_at=now())
        self.file.next_row, self.file.complete = next_row, complete


def _cited(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value[:LONGEST_CITATION] if isinstance(value, str) else value for name, value in plain(facts).items()}


def _named(kind: Kind, values: tuple[Any, ...]) -> str:
    """What a line is called in a sentence: its key column."""
    at = next(at for at, column in enumerate(kind.table.columns) if column.name == kind.table.key)
    return str(values[at])


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
