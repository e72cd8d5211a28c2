"""Open what people call "an Excel file": XLSX, old XLS, or CSV in whatever encoding and delimiter.

Every sheet is a stream of (row number as the sheet counts it, from 1; cells). What cannot be read is
refused in one sentence, with ``field="file"``.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from sanbao.exchange import xlsx
from sanbao.exchange.xlsx import Cell, Line
from sanbao.kernel.canonical import file_digest
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

SAMPLE = 1 << 16
DELIMITERS = (",", "\t", ";", "|", "，")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XLS_STREAMS = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
#: Bytes that no table in plain text holds, and texts that are something else (web page, XML, PDF).
_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\f\x1a")
_OTHER_TEXTS = (b"<html", b"<?xml", b"<!doc", b"%pdf-", b"{\\rtf")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

csv.field_size_limit(xlsx.LONGEST_TEXT)


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``read()`` starts again from the top each time. ``last_row`` is about where it ends, 0 if unknown."""

    name: str
    read: Callable[[], Iterator[Line]]
    last_row: Callable[[], int]

    def rows(self) -> Iterator[Line]:
        """Rows that hold at least one filled cell."""
        with told():
            for number, cells in self.read():
                if any(cell is not None and cell != "" for cell in cells):
                    yield number, cells


@dataclass(frozen=True)
class Book:
    """A file of sheets. ``size`` is the count of its bytes."""

    name: str
    path: Path
    size: int
    sheets: list[Sheet] = field(default_factory=list)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return file_digest(self.path)

    def title_of(self, sheet: Sheet) -> str:
        """How a line of this sheet is cited: the file's name, with the sheet's where there are several."""
        return self.name if len(self.sheets) == 1 else f"{self.name}#{sheet.name}"


@contextmanager
def told() -> Iterator[None]:
    """Turn whatever a reader stumbles over into one sentence."""
    try:
        yield
    except PasswordError:
        raise cannot("file.encrypted") from None
    except xlsx.Broken as broken:
        raise cannot({"bomb": "file.bomb", "encrypted": "file.encrypted"}.get(str(broken), "file.broken")) from None
    except UnicodeDecodeError:
        raise cannot("file.encoding") from None
    except csv.Error:
        raise cannot("file.quotes") from None
    except (
        zipfile.BadZipFile,
        CalamineError,
        expat.ExpatError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        zipfile.zlib.error,  # type: ignore[attr-defined]
        KeyError,
        IndexError,
        ValueError,
        OverflowError,
    ):
        raise cannot("file.broken") from None


FAULTS = {
    "file.empty": W("文件是空的。", "The file is empty."),
    "file.encrypted": W(
        "文件有密码保护,请去掉密码后另存再导入。",
        "The file is protected by a password; save it without one and import again.",
    ),
    "file.broken": W(
        "文件已损坏或不完整,请重新导出后再导入。", "The file is damaged or incomplete; export it anew and import again."
    ),
    "file.bomb": W(
        "文件解压后过大,不像正常的表格,未予读取。",
        "The file unpacks to far more than a spreadsheet does and was not read.",
    ),
    "file.type": W(
        "这不是表格文件;可以导入 xlsx、xls 或 csv。", "This is not a spreadsheet; xlsx, xls and csv can be imported."
    ),
    "file.encoding": W(
        "文字编码无法识别,请另存为 UTF-8 或 GB18030 的 csv。",
        "The text encoding is not recognised; save the csv as UTF-8 or GB18030.",
    ),
    "file.quotes": W(
        "csv 里有不成对的引号或过长的单元格。", "The csv has an unpaired quotation mark or an overlong cell."
    ),
    "file.wide": W("一行的列数超过表格所能有的。", "A row has more columns than a spreadsheet can have."),
    "file.missing": W("找不到这个文件。", "There is no such file."),
}


def cannot(code: str) -> Refusal:
    """The refusal of a whole file."""
    return Refusal(code, FAULTS[code], status=422, field="file")


def open_book(path: Path | str, name: str = "") -> Book:
    """Recognise a file by its content, not by its ending, and list its sheets."""
    path = Path(path)
    if not path.is_file():
        raise cannot("file.missing")
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b"\0 \r\n\t"):
        raise cannot("file.empty")
    book = Book(name or path.name, path, path.stat().st_size)
    with told():
        if head.startswith(b"PK"):
            book.sheets.extend(_xlsx_sheets(path))
        elif head.startswith(_OLE):
            book.sheets.extend(_xls_sheets(path))
        else:
            book.sheets.append(_csv_sheet(path, head))
    return book


def _xlsx_sheets(path: Path) -> list[Sheet]:
    with zipfile.ZipFile(path) as package:
        if "xl/workbook.xml" not in package.namelist():
            raise cannot("file.type")
    book = xlsx.Workbook(path)
    return [Sheet(name, partial(book.rows, name), partial(book.last_row, name)) for name in book.sheets]


def _xls_sheets(path: Path) -> list[Sheet]:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise cannot("file.encrypted")
    if not any(stream in content for stream in _XLS_STREAMS):
        raise cannot("file.type")  # a letter or a presentation: they come in the same container
    book = CalamineWorkbook.from_path(str(path))

    def rows(name: str) -> Iterator[Line]:
        cells = book.get_sheet_by_name(name)
        if cells.start is not None:
            yield from enumerate(cells.to_python(skip_empty_area=False), 1)  # type: ignore[misc]

    def last_row(name: str) -> int:
        return book.get_sheet_by_name(name).total_height

    return [Sheet(name, partial(rows, name), partial(last_row, name)) for name in book.sheet_names]


def _csv_sheet(path: Path, head: bytes) -> Sheet:
    encoding = _encoding(path, head)
    delimiter = _delimiter(head.decode(encoding, "ignore"))

    def rows() -> Iterator[Line]:
        with path.open(encoding=encoding, newline="") as file:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter), 1):
                if len(cells) > xlsx.LAST_COLUMN:
                    raise cannot("file.wide")
                yield number, cells  # type: ignore[misc]

    def last_row() -> int:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))

    return Sheet("", rows, last_row)


def _encoding(path: Path, head: bytes) -> str:
    """The first of UTF-8, GB18030 that every byte of the file agrees with; a byte order mark decides at once."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) > len(head) // 8 and not _CONTROLS & set(head.decode(encoding, "ignore").encode()):
            return encoding
    if _CONTROLS & set(head) or head.lstrip()[:5].lower() in _OTHER_TEXTS:
        raise cannot("file.type")
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise cannot("file.encoding")


def _delimiter(sample: str) -> str:
    """The character that cuts most of the first lines into the same, largest number of cells."""
    lines = sample.splitlines()[:-1][:50] or sample.splitlines()
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]

    def cut(delimiter: str) -> tuple[int, int]:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        usual = max(set(counts), key=lambda n: (counts.count(n), n)) if counts else 1
        return (counts.count(usual) * (usual - 1), usual)

    return max(DELIMITERS, key=cut)


__all__ = ["Book", "Cell", "Line", "Sheet", "cannot", "open_book"]
