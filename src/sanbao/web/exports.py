"""Tables as files: XLSX in which codes stay text, CSV that Excel opens in Chinese. No cell becomes a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from sanbao.kernel import times
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that begins so is taken for a formula by spreadsheet programs when it comes from CSV, full width too.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: The rows of a sheet, its head among them; what is more would be dropped without a word.
ROWS = 1_048_576


def file(
    kind: str, name: str, heads: list[str], lines: Iterable[list[Any]]
) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """An answer that downloads ``name.xlsx`` or ``name.csv``; rows are streamed, not gathered."""
    dated = f"{name}-{times.today():%Y%m%d}"
    return as_csv(dated, heads, lines) if kind == "csv" else as_xlsx(dated, heads, lines)


def as_xlsx(name: str, heads: list[str], lines: Iterable[list[Any]]) -> FileResponse:
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    fill_xlsx(target, heads, lines)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def fill_xlsx(target: Any, heads: list[str], lines: Iterable[list[Any]]) -> int:
    """Write a workbook of one sheet into a file or path, row by row; how many rows. Refuses more than a sheet holds."""
    import xlsxwriter  # its tables take 14 MB, in every process that only might export

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    number = 0
    for number, line in enumerate(lines, start=1):
        if number >= ROWS:
            sentence = W("超过 {most} 行，请导出 CSV。", "There are more than {most} rows; export CSV.")
            refuse("export.too_many_rows", sentence, most=ROWS - 1)
        for column, value in enumerate(line):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, times.local(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            elif value not in (None, ""):
                sheet.write_string(number, column, str(value)[:32_000])
    book.close()
    return number


def as_csv(name: str, heads: list[str], lines: Iterable[list[Any]]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(written(heads, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def written(heads: list[str], lines: Iterable[list[Any]]) -> Iterator[str]:
    """CSV text with a byte order mark, line by line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow(heads)
    for line in lines:
        writer.writerow([harmless(value) for value in line])
        if buffer.tell() > 64_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def harmless(value: Any) -> Any:
    """A cell for CSV: moments on the factory's clock, text that could be a formula marked as text."""
    if isinstance(value, datetime):
        return f"{times.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (int, float, Decimal)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
