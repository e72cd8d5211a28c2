"""XLSX sheets read as a stream: constant memory however long the sheet, however far apart its cells.

The ready-made readers build the whole rectangle between the first and the last cell, so a file of 5 KB
with one cell in XFD1048576 asks for 512 GB and takes the process down. Here a row costs what it holds.
ECMA-376 part 1: 18.3 (sheets), 18.4 (shared strings), 18.8.30 (number formats).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

type Cell = str | float | bool | date | None
type Line = tuple[int, list[Cell]]

BLOCK = 1 << 16
#: Excel's own limits: a sheet beyond them was not written by a spreadsheet program.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST_TEXT = 1 << 20
#: A workbook unpacks to at most this, and beyond the harmless size not to more than so many times its own.
LARGEST, HARMLESS, RATIO, LARGEST_STRINGS = 4 << 30, 64 << 20, 200, 1 << 29

_EMPTY_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"[^<>]*/>')
_EMPTY_ROW = re.compile(rb"<row [^<>]*(?:/>|></row>)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIMENSION = re.compile(rb'dimension ref="(?:[A-Z]+[0-9]+:)?[A-Z]+([0-9]+)"')
_BUILT_IN_DATES = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)))
_NOT_PART_OF_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.I)


class Broken(Exception):
    """The workbook contradicts its own format, or asks for more than any honest one does."""


class Workbook:
    """An open XLSX file: its sheets by name, each read from the start as often as asked."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._guard(path.stat().st_size)
        self._strings: list[str] | None = None
        self._dates, self._epoch, self.sheets = self._describe()

    def _guard(self, size: int) -> None:
        """Refuse bombs by what the directory says, then hold the directory to its word (sizes and checksums)."""
        parts = self._zip.infolist()
        total = sum(part.file_size for part in parts)
        if total > LARGEST or (total > HARMLESS and total > RATIO * size):
            raise Broken("bomb")
        if any(part.flag_bits & 1 for part in parts):
            raise Broken("encrypted")
        if self._zip.testzip() is not None:
            raise Broken("checksum")

    def _describe(self) -> tuple[frozenset[int], date, dict[str, str]]:
        """Styles that mean a date, day zero, and where each sheet lies."""
        names = set(self._zip.namelist())
        targets: dict[str, str] = {}
        found: list[tuple[str, str]] = []
        epoch = date(1899, 12, 30)

        def relation(tag: str, at: dict[str, str]) -> None:
            if tag == "Relationship":
                target = at.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                targets[at.get("Id", "")] = path

        def book(tag: str, at: dict[str, str]) -> None:
            nonlocal epoch
            if tag == "sheet":
                link = next((v for k, v in at.items() if k.endswith(":id")), "")
                found.append((at.get("name", ""), link))
            elif tag == "workbookPr" and at.get("date1904") in ("1", "true"):
                epoch = date(1904, 1, 1)

        self._each("xl/_rels/workbook.xml.rels", relation)
        self._each("xl/workbook.xml", book)
        dates = self._date_styles() if "xl/styles.xml" in names else frozenset()
        return dates, epoch, {name: targets[link] for name, link in found if targets.get(link) in names}

    def _date_styles(self) -> frozenset[int]:
        custom: dict[int, bool] = {}
        styles: list[int] = []
        inside = False

        def start(tag: str, at: dict[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt":
                code = _NOT_PART_OF_A_FORMAT.sub("", at.get("formatCode", "")).lower()
                custom[int(at["numFmtId"])] = any(letter in code for letter in "ymdhs") and "general" not in code
            elif tag in ("cellXfs", "cellStyleXfs"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                styles.append(int(at.get("numFmtId", 0)))

        self._each("xl/styles.xml", start)
        return frozenset(i for i, fmt in enumerate(styles) if custom.get(fmt, fmt in _BUILT_IN_DATES))

    def _each(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        parser = _parser()
        parser.StartElementHandler = lambda tag, at: start(tag.rpartition(":")[2], at)
        with self._zip.open(part) as file:
            parser.ParseFile(file)

    def rows(self, sheet: str) -> Iterator[Line]:
        """Row numbers as the sheet counts them, and the cells up to the last one that holds something."""
        if self._strings is None:
            self._strings = self._shared_strings()
        with self._zip.open(self.sheets[sheet]) as file:
            yield from _Rows(self._strings, self._dates, self._epoch).read(file)

    def last_row(self, sheet: str) -> int:
        """What the sheet itself says, at its beginning, about where it ends; 0 where it says nothing."""
        with self._zip.open(self.sheets[sheet]) as file:
            found = _DIMENSION.search(file.read(4096))
        return min(int(found[1]), LAST_ROW) if found else 0

    def _shared_strings(self) -> list[str]:
        part = next((n for n in self._zip.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
        if part is None:
            return []
        if self._zip.getinfo(part).file_size > LARGEST_STRINGS:
            raise Broken("bomb")
        out: list[str] = []
        text: list[str] = []
        taking, phonetic = False, False

        def start(tag: str, _: dict[str, str]) -> None:
            nonlocal taking, phonetic
            tag = tag.rpartition(":")[2]
            if tag == "si":
                text.clear()
            elif tag == "rPh":
                phonetic = True
            elif tag == "t":
                taking = not phonetic

        def end(tag: str) -> None:
            nonlocal taking, phonetic
            tag = tag.rpartition(":")[2]
            if tag == "t":
                taking = False
            elif tag == "rPh":
                phonetic = False
            elif tag == "si":
                out.append(_unescaped("".join(text)))

        def characters(data: str) -> None:
            if taking:
                text.append(data)

        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = characters
        with self._zip.open(part) as file:
            parser.ParseFile(file)
        return out


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_: object) -> None:
        raise Broken("doctype")  # no spreadsheet program writes one; entities are how XML bombs are made

    parser.StartDoctypeDeclHandler = doctype
    return parser


class _Rows:
    """One pass over a sheet. Its handlers run some ten million times for a million rows: plain, flat, no calls."""

    def __init__(self, strings: list[str], dates: frozenset[int], epoch: date) -> None:
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.done: list[Line] = []
        self.row: list[Cell] = []
        self.text: list[str] = []
        self.number, self.column = 0, 0
        self.kind: str | None = None
        self.style = ""
        self.taking, self.phonetic, self.computed = False, False, False

    def read(self, file: IO[bytes]) -> Iterator[Line]:
        self.parser = _parser()
        self.parser.StartElementHandler = self._root
        self.parser.EndElementHandler, self.parser.CharacterDataHandler = self._end, self._characters
        while block := file.read(BLOCK):
            if b"/>" in block:  # formatted but empty cells: a million of them cost a second this way
                block = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", block))
            self.parser.Parse(block)
            yield from self.done
            self.done.clear()
        self.parser.Parse(b"", True)
        yield from self.done

    def _root(self, tag: str, _: dict[str, str]) -> None:
        """The root element shows which prefix, if any, this writer puts before every name."""
        prefix = tag[: tag.rfind(":") + 1]
        self.c, self.v, self.t, self.f = (prefix + name for name in "cvtf")
        self.row_tag, self.reading = f"{prefix}row", f"{prefix}rPh"
        self.parser.StartElementHandler = self._start

    def _start(self, tag: str, at: dict[str, str]) -> None:
        if tag == self.c:
            if place := at.get("r"):
                column = 0
                for letter in place:
                    if letter < "A":
                        break
                    column = column * 26 + ord(letter) - 64
                self.column = column
            else:
                self.column += 1
            self.kind, self.style, self.computed = at.get("t"), at.get("s", ""), False
        elif tag in (self.v, self.t):
            if not self.computed:
                self.text.clear()  # what a formula has computed is the datum, not its text
            self.taking, self.computed = not self.phonetic, True
        elif tag == self.row_tag:
            self.number = int(at.get("r") or self.number + 1)
            self.row, self.column = [], 0
        elif tag == self.f:
            self.text.append("=")
            self.taking, self.kind = True, self.kind or "f"
        elif tag == self.reading:
            self.phonetic = True

    def _characters(self, data: str) -> None:
        if self.taking:
            self.text.append(data)

    def _end(self, tag: str) -> None:
        if tag in (self.v, self.t, self.f):
            self.taking = False
        elif tag == self.c:
            if self.text:
                self._take("".join(self.text))
                self.text.clear()
        elif tag == self.row_tag:
            if self.row:
                self.done.append((self.number, self.row))
        elif tag == self.reading:
            self.phonetic = False

    def _take(self, raw: str) -> None:
        if self.column > LAST_COLUMN or self.number > LAST_ROW or len(raw) > LONGEST_TEXT:
            raise Broken("size")
        row = self.row
        if len(row) < self.column - 1:
            row.extend([None] * (self.column - 1 - len(row)))
        row.append(self._value(raw) if raw else None)

    def _value(self, raw: str) -> Cell:
        kind = self.kind
        if kind == "s":
            return self.strings[int(raw)]
        if kind is None or kind == "n" or (kind == "f" and self.computed):
            value = float(raw)
            if not isfinite(value):
                return raw
            return _moment(value, self.epoch) if self.style and int(self.style) in self.dates else value
        if kind == "b":
            return raw == "1"
        if kind == "d":
            moment = datetime.fromisoformat(raw)
            return moment if moment.time() != moment.time().min else moment.date()
        return _unescaped(raw)


def _unescaped(raw: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), raw) if "_x" in raw else raw


def _moment(serial: float, epoch: date) -> Cell:
    """A day count as a date; the 1900 system counts a 29 February 1900 that never was."""
    if not 1 <= serial < 2_958_466:  # a time of day, or beyond the year 9999: a number after all
        return serial
    days = int(serial)
    day = epoch + timedelta(days + 1 if days < 60 and epoch.year == 1899 else days)
    if serial == days:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=round((serial - days) * 86400))
