"""Small files for the tests, made on the spot: XLSX, old XLS, CSV."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter


def xlsx(path: Path, *sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> Path:
    """Each sheet is a list of rows; None leaves a cell out, dates become real dates."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(names[number] if names else f"台账{number + 1}")
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes("".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def xls(path: Path, rows: Sequence[Sequence[str | float]]) -> Path:
    """A BIFF8 workbook of one sheet in a compound file, as Excel 97 wrote it ([MS-XLS], [MS-CFB])."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def beginning(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0x0600))

    cells = b""
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHH", r, c, 0) + text)
            else:
                cells += record(0x0203, struct.pack("<HHHd", r, c, 0, value))
    end = record(0x000A, b"")
    name = "台账"
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + name.encode("utf-16-le")
    sheet_at = len(beginning(5)) + len(record(0x0085, bound)) + len(end)
    bound = struct.pack("<I", sheet_at) + bound[4:]
    stream = beginning(5) + record(0x0085, bound) + end + beginning(0x10) + cells + end
    path.write_bytes(_compound(stream))
    return path


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    free, chain_end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_sector, chain_end, *range(3, 2 + sectors), chain_end]
    fat += [free] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, chain_end, 0, chain_end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    folder = _entry("Root Entry", 5, child=1, start=chain_end, size=0)
    folder += _entry("Workbook", 2, child=free, start=2, size=len(stream))
    return header + struct.pack("<128I", *fat) + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    none = 0xFFFFFFFF
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
