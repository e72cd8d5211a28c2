import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from sanbao.exchange.sheets import open_book
from sanbao.exchange.tests import writing
from sanbao.kernel.refusals import Refusal

HEADER = ["单号", "日期", "批号"]
LINE = ["LL00001", "2025.9.9", "J25090004"]


def rows_of(path: Path, sheet: int = 0) -> list[tuple[int, list[object]]]:
    return list(open_book(path).sheets[sheet].rows())


def refusal_of(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        for sheet in open_book(path).sheets:
            list(sheet.rows())
    assert caught.value.status == 422
    assert caught.value.field == "file"
    assert "\n" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = writing.csv(tmp_path / "领料单.csv", [HEADER, LINE, LINE], encoding, delimiter)
    assert rows_of(path) == [(1, HEADER), (2, LINE), (3, LINE)]


def test_a_gb18030_character_beyond_gbk_is_read(tmp_path: Path) -> None:
    path = writing.csv(tmp_path / "a.csv", [["名称", "代码"], ["𠮷河铝锭厂€", "G1"]], "gb18030")
    assert rows_of(path)[1] == (2, ["𠮷河铝锭厂€", "G1"])


def test_rows_are_counted_as_the_sheet_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('标题,\n\n单号,备注\n1,"两\n行"\n2,x\n', "utf-8")
    assert [number for number, _ in rows_of(path)] == [1, 3, 4, 5]


def test_xlsx_cells_keep_their_kind(tmp_path: Path) -> None:
    path = writing.xlsx(tmp_path / "a.xlsx", [["标题"], [], ["x", None, 1.5, date(2026, 3, 5), True, "０１"]])
    assert rows_of(path) == [(1, ["标题"]), (3, ["x", None, 1.5, date(2026, 3, 5), True, "０１"])]


def test_a_moment_a_formula_and_rich_text_are_data(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime(2026, 3, 5, 14, 30), book.add_format({"num_format": "yyyy/m/d h:mm"}))
        sheet.write_formula(0, 1, "=1+1", None, 2)
        sheet.write_string(0, 2, "=cmd|' /C calc'!A0")
        sheet.write_rich_string(0, 3, "红", book.add_format({"color": "red"}), "色")
        sheet.write_number(0, 4, 0.5, book.add_format({"num_format": '"约"0.0"d"'}))
    assert rows_of(tmp_path / "a.xlsx") == [(1, [datetime(2026, 3, 5, 14, 30), 2.0, "=cmd|' /C calc'!A0", "红色", 0.5])]


def test_characters_that_xml_cannot_hold_come_back(tmp_path: Path) -> None:
    path = writing.xlsx(tmp_path / "a.xlsx", [["甲\x02乙", "_x41_"]])
    assert rows_of(path) == [(1, ["甲\x02乙", "_x41_"])]


def test_dates_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True, "default_date_format": "d/m/yy"}) as book:
        book.add_worksheet().write(0, 0, date(2026, 3, 5))
    assert rows_of(tmp_path / "a.xlsx") == [(1, [date(2026, 3, 5)])]


def test_every_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    path = writing.xlsx(tmp_path / "a.xlsx", [["甲"]], [["乙"]], names=["一", "二"])
    book = open_book(path)
    assert [book.title_of(sheet) for sheet in book.sheets] == ["a.xlsx#一", "a.xlsx#二"]
    assert rows_of(path, 1) == [(1, ["乙"])]


def test_a_workbook_with_a_prefix_before_every_name_is_read(tmp_path: Path) -> None:
    plain = writing.xlsx(tmp_path / "a.xlsx", [["单号", 7.0]])
    names = "worksheet|sheetData|row|c|v|sst|si|t"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for part in old.namelist():
            content = old.read(part).decode()
            if "worksheets" in part or "sharedStrings" in part:
                content = re.sub(rf"(</?)({names})(?=[ />])", r"\1x:\2", content).replace("xmlns=", "xmlns:x=", 1)
            new.writestr(part, content)
    assert rows_of(tmp_path / "b.xlsx") == [(1, ["单号", 7.0])]


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    path = writing.xls(tmp_path / "领料单.xls", [["领料单"], [], HEADER, ["LL00001", "2025.9.9", 7082.0]])
    assert [(n, [c for c in cells if c != ""]) for n, cells in rows_of(path)] == [
        (1, ["领料单"]),
        (3, HEADER),
        (4, ["LL00001", "2025.9.9", 7082.0]),
    ]


def test_of_a_million_formatted_empty_rows_only_the_filled_ones_come(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        with zipfile.ZipFile(writing.xlsx(tmp_path / "b.xlsx", [["单号"]])) as old:
            for part in old.namelist():
                if "worksheets" not in part:
                    new.writestr(part, old.read(part))
        empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(2, 1_000_000))
        last = '<row r="1000000"><c r="B1000000"><v>5</v></c></row>'
        head = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        new.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{head}{empty}{last}</sheetData></worksheet>")
    assert rows_of(tmp_path / "a.xlsx") == [(1, ["单号"]), (1_000_000, [None, 5.0])]


def test_two_cells_at_opposite_corners_do_not_ask_for_half_a_terabyte(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        sheet.write(1_048_575, 16_383, "乙")
    (_, first), (number, last) = rows_of(tmp_path / "a.xlsx")
    assert (first, number, last[-1], len(last)) == (["甲"], 1_048_576, "乙", 16_384)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    (tmp_path / "b.csv").write_bytes(b"\r\n \r\n")
    assert refusal_of(tmp_path / "a.xlsx") == "file.empty"
    assert refusal_of(tmp_path / "b.csv") == "file.empty"
    assert refusal_of(tmp_path / "c.csv") == "file.missing"


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.xlsx").write_bytes(ole)
    assert refusal_of(tmp_path / "a.xlsx") == "file.encrypted"


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95])
def test_a_truncated_workbook_is_refused(tmp_path: Path, kept: float) -> None:
    whole = writing.xlsx(tmp_path / "a.xlsx", [[f"甲{n}" for n in range(9)]] * 300).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    assert refusal_of(tmp_path / "b.xlsx") == "file.broken"


def test_a_workbook_with_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    whole = bytearray(writing.xlsx(tmp_path / "a.xlsx", [[f"甲{n}" for n in range(9)]] * 300).read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    (tmp_path / "b.xlsx").write_bytes(whole)
    assert refusal_of(tmp_path / "b.xlsx") == "file.broken"


def test_a_truncated_xls_is_refused(tmp_path: Path) -> None:
    whole = writing.xls(tmp_path / "a.xls", [HEADER] * 200).read_bytes()
    (tmp_path / "b.xls").write_bytes(whole[:2000])
    assert refusal_of(tmp_path / "b.xls") == "file.broken"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        with bomb.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(1 << 20))

    def unpacked(*_: object, **__: object) -> None:
        raise AssertionError("a part of the bomb was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    assert refusal_of(tmp_path / "a.xlsx") == "file.bomb"


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    plain = writing.xlsx(tmp_path / "a.xlsx", [["甲"]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for part in old.namelist():
            new.writestr(part, bomb if "worksheets" in part else old.read(part))
    assert refusal_of(tmp_path / "b.xlsx") == "file.broken"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
        ("b.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"),
        ("c.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("d.csv", b"\x1f\x8b\x08\x00" + bytes(range(256)) * 4),
        ("e.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "WordDocument".encode("utf-16-le")),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal_of(tmp_path / name) == "file.type"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as other:
        other.writestr("word/document.xml", "<document/>")
    assert refusal_of(tmp_path / "a.xlsx") == "file.type"


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("单号,日期\r\n".encode("gb18030") + b"\xff\xff,1\r\n")
    assert refusal_of(tmp_path / "a.csv") == "file.encoding"


def test_an_unpaired_quotation_mark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('单号,备注\n1,"没有完\n' + "2,好\n" * 300_000, "utf-8")
    assert refusal_of(tmp_path / "a.csv") == "file.quotes"


def test_a_line_of_more_columns_than_a_sheet_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a," * 2_000_000)
    assert refusal_of(tmp_path / "a.csv") == "file.wide"
