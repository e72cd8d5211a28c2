"""The whole house as a folder of files, with a list of them that names every file, its rows and its digest (M-06)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched, chain
from pathlib import Path
from typing import Any

from sanbao.exchange.export import tables
from sanbao.exchange.export.ledgers import LEDGERS
from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.canonical import file_digest
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.outlasting import outlast
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.web import exports

LEDGER_FOLDER, TABLE_FOLDER = "台账", "全部数据"
POLICY_FOLDER, FILE_FOLDER = "规则表", "附件"
INDEX, JOURNAL = "清单.csv", "流水.jsonl"
FORMS = ("xlsx", "csv")
#: The rows that one sheet holds below its head.
ROWS = exports.ROWS - 1


@dataclass
class Written:
    """What was written: file by file, with rows and digest."""

    files: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(rows for _, rows, _ in self.files)


def write(
    folder: Path,
    *,
    by: Actor,
    form: str = "xlsx",
    attachments: bool = True,
    say: Callable[[str, int], None] = lambda name, rows: None,
) -> Written:
    """Write everything into an empty or new folder. Who takes it out, and how much, stands in the record (M-06).

    Refuses ``export.folder_in_use`` for a folder that holds anything. ``say`` hears of each file as it is done.
    """
    by.need("exchange.export", clause="M-06")
    _need_empty(folder)
    out = _Out(folder, say)
    for number, ledger in enumerate(LEDGERS, start=1):
        out.table(f"{LEDGER_FOLDER}/{number:02} {ledger.name}", ledger.heads, ledger.lines(), form)
    for model in tables.models():
        heads = [column.column for column in tables.columns(model)]
        # Names of columns, not words: these are for programs, and no sheet holds some of them.
        out.table(f"{TABLE_FOLDER}/{tables.name_of(model)}", heads, tables.lines(model), "csv")
    out.texts(JOURNAL, tables.journal())
    for name, text in tables.policies():
        out.texts(f"{POLICY_FOLDER}/{name}.toml", [text])
    if attachments:
        out.copies(FILE_FOLDER)
    out.index()
    _record(out.written, by, attachments)
    return out.written


class _Out:
    """Where files go, and what has gone there."""

    def __init__(self, folder: Path, say: Callable[[str, int], None]) -> None:
        self.folder, self.say, self.written = folder, say, Written()

    def table(self, name: str, heads: list[str], lines: Iterable[list[Any]], form: str) -> None:
        """A table as one file, or as several sheets where one does not hold it; an empty table is a head alone."""
        if form == "csv":
            self._file(f"{name}.csv", lambda path: _csv(path, heads, lines))
            return
        for number, (first, rest) in enumerate(_parts(lines), start=1):
            sheet = chain(first, rest)
            part = f"{name}.xlsx" if number == 1 else f"{name}-{number}.xlsx"
            self._file(part, lambda path, sheet=sheet: exports.fill_xlsx(str(path), heads, sheet))

    def texts(self, name: str, lines: Iterable[str]) -> None:
        self._file(name, lambda path: _text(path, lines))

    def copies(self, name: str) -> None:
        """Every attachment once, under the digest of its content; which is which stands in the table of attachments."""
        for digest in Attachment.objects.order_by("sha256").values_list("sha256", flat=True).distinct().iterator():
            source = Attachment.objects.filter(sha256=digest).first()
            if source is not None and source.path.exists():
                self._file(f"{name}/{digest}", lambda path, source=source: _copy(source.path, path))

    def index(self) -> None:
        rows = [[name, count, digest] for name, count, digest in self.written.files]
        _csv(self.folder / INDEX, ["文件 file", "行数 rows", "SHA-256"], rows)

    def _file(self, name: str, fill: Callable[[Path], int]) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = fill(path)
        self.written.files.append((name, rows, file_digest(path)))
        self.say(name, rows)


def _parts(lines: Iterable[list[Any]]) -> Iterator[tuple[list[list[Any]], Iterator[list[Any]]]]:
    """The lines cut where a sheet ends. Each part is read before the next is asked for, and none is gathered."""
    rows = iter(lines)
    first = next(rows, None)
    yield ([first] if first is not None else []), _some(rows, ROWS - 1)
    while (first := next(rows, None)) is not None:
        yield [first], _some(rows, ROWS - 1)


def _some(rows: Iterator[list[Any]], most: int) -> Iterator[list[Any]]:
    for _ in range(most):
        if (row := next(rows, None)) is None:
            return
        yield row


def _csv(path: Path, heads: list[str], lines: Iterable[list[Any]]) -> int:
    count = 0

    def counted() -> Iterator[list[Any]]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    with path.open("w", encoding="utf-8", newline="") as file:
        for text in exports.written(heads, counted()):
            file.write(text)
    return count


def _text(path: Path, lines: Iterable[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for block in batched(lines, 1000):
            count += len(block)
            file.write("".join(block))
    return count


def _copy(source: Path, target: Path) -> int:
    shutil.copyfile(source, target)
    return 1


def _need_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sentence = W("文件夹“{folder}”里已有东西，请换一个空的。", "“{folder}” holds something; name an empty folder.")
        raise Refusal("export.folder_in_use", sentence, "M-06", 409, facts={"folder": folder.name})
    folder.mkdir(parents=True, exist_ok=True)


def _record(written: Written, by: Actor, attachments: bool) -> None:
    facts = {"files": len(written.files), "rows": written.rows, "attachments": attachments}
    moment = local(now())

    def write() -> JournalEntry:
        subject = f"export:{moment:%Y%m%d-%H%M%S-%f}"
        return journal.append(subject=subject, action="export.made", by=by, clause="M-06", facts=facts)

    outlast(write)
