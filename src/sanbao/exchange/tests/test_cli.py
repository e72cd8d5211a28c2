import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sanbao.exchange import cli
from sanbao.exchange.models import ImportRun
from sanbao.exchange.progress import Progress, clock, line
from sanbao.exchange.tests import ledgers, writing
from sanbao.trace.models import Lot

pytestmark = pytest.mark.django_db


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = cli.main([*map(str, argv)])
    out, err = capsys.readouterr()
    return code, out, err


def counted(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    return json.loads(told(capsys, *argv, "--json")[1])


def test_the_command_tells_each_file_and_writes_the_refused_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = ledgers.write(tmp_path / "台账"), tmp_path / "拒收.csv"
    code, said, _ = told(capsys, folder, "--rejects", out)
    assert code == 0
    assert "进仓台账.xlsx（进仓台账）: 读取 7  已取入 2  无变化 0  取入但有备注 0  拒绝 5" in said
    assert out.read_bytes().startswith(b"\xef\xbb\xbffile,row,code,sentence\r\n")
    with out.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert sorted((line["file"], int(line["row"]), line["code"]) for line in lines) == ledgers.REFUSED
    assert all(line["sentence"].endswith("。") for line in lines)


def test_the_json_adds_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = counted(capsys, ledgers.write(tmp_path / "台账"))
    assert report["totals"] == {"read": 40, "taken": 19, "unchanged": 0, "remarked": 11, "refused": 10}
    for file in report["files"]:
        assert file["read"] == file["taken"] + file["unchanged"] + file["remarked"] + file["refused"]
    assert not report["dry_run"]


def test_a_dry_run_leaves_not_even_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ledgers.write(tmp_path / "台账")
    dry = counted(capsys, folder, "--dry-run")
    assert dry["dry_run"] is True
    assert (ImportRun.objects.count(), Lot.objects.count()) == (0, 0)
    assert dry["totals"] == counted(capsys, folder)["totals"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"PK\x03\x04", "文件已损坏或不完整,请重新导出后再导入。"),
        ("b.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "这不是表格文件;可以导入 xlsx、xls 或 csv。"),
        ("c.xls", b"", "文件是空的。"),
        ("d.csv", "姓名,年龄\r\n某,4\r\n".encode(), "看不准是什么台账或哪一列是什么，请在“导入”页面上指定。"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, said, _ = told(capsys, tmp_path / name)
    assert code == 1
    assert f"{name}: {sentence}\n" in said


def test_a_path_that_does_not_exist_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, tmp_path / "无.xlsx")[0] == 1
    code, _, err = told(capsys, tmp_path)
    assert (code, err) == (1, "没有找到可导入的表格（xlsx、xls、csv）。\n")


def test_two_imports_do_not_go_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = writing.xlsx(tmp_path / "供应商.xlsx", ledgers.SUPPLIERS)
    with cli.only_one() as alone:
        assert alone
        code, _, err = told(capsys, path)
    assert (code, err) == (1, "另一个导入正在进行，请稍后再试。\n")
    assert told(capsys, path)[0] == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_shown_rows_rate_and_what_is_left_in_one_line() -> None:
    out, ticks = Terminal(), iter([0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.0])
    progress = Progress(out, 100_000, 1_100_000, now=lambda: next(ticks))
    progress.show("成品入库.csv", 100_000)
    assert out.getvalue() == "\r\x1b[K[#...................]   9% 成品入库.csv"
    progress.show("成品入库.csv", 600_000)
    assert "55% 成品入库.csv  600,000/1,100,000 行  50,000 行/秒" in out.getvalue()
    progress.close()
    assert out.getvalue().endswith("\r\x1b[K")


def test_what_is_left_is_told_in_minutes_and_nothing_before_the_rate_has_settled() -> None:
    assert line("a", 600, 1200, 600, 60) == "[##########..........]  50% a  600/1,200 行  10 行/秒  还需 1:00"
    assert line("a", 600, 1200, 600, 1) == "[##########..........]  50% a"
    assert line("a", 0, 0, 0, 60) == "[....................]   0% a"
    assert clock(3909) == "1:05:09"


def test_where_there_is_no_terminal_nothing_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, ledgers.write(tmp_path / "台账"), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["totals"]["read"] == 40


def test_a_formula_in_a_cell_is_data_and_leaves_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = ["JC01", "2025.9.1", "=cmd|' /C calc'!A0", "铝锭", "A00", "G01-1", "J01", 1, "HG1", "Q1", "合格"]
    path = writing.csv(tmp_path / "进仓台账.csv", [ledgers.RECEIPTS[1], [str(cell) for cell in evil]])
    told(capsys, path, "--rejects", tmp_path / "拒收.csv")
    rows = list(csv.reader((tmp_path / "拒收.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1][2] == "unknown_supplier"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[1])
