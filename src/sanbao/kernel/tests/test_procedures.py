"""The book of procedures: every clause is there, in both languages, and a damaged file is noticed."""

import pytest

from sanbao.kernel import procedures
from sanbao.kernel.procedures import ProceduresUnreadable, all_clauses, clause, parse

LAST_CLAUSE = {"N": 4, "W": 9, "U": 13, "C": 22, "R": 11, "T": 15, "F": 11, "Q": 7, "M": 6}
PAGE = """# 投诉处理程序 · Complaints

| 编号 Number | 版本 Version |
|---|---|
| SB-C | 1.2 |

### C-06 复述确认 · Read-back

写下来，
读给用户听。

Written down and read back.

状态 Status: done
"""


def test_every_clause_of_the_book_is_there_without_a_gap_in_the_numbers() -> None:
    expected = [f"{letter}-{n:02}" for letter, last in LAST_CLAUSE.items() for n in range(1, last + 1)]
    assert list(all_clauses()) == expected


def test_every_clause_speaks_both_languages() -> None:
    def share_of_chinese(text: str) -> float:
        return sum("一" <= sign <= "鿿" for sign in text) / len(text)

    for found in all_clauses().values():
        assert share_of_chinese(found.text_zh) > 0.5 > 0.2 > share_of_chinese(found.text_en), found


def test_a_clause_shows_its_title_in_the_readers_language() -> None:
    found = clause("C-06")
    assert (found.title.said_in("zh-hans"), found.title.said_in("en")) == ("复述确认", "Read-back")
    assert found.text.said_in("en").startswith("An oral complaint")


def test_a_page_is_read_with_number_version_and_status() -> None:
    page = parse(PAGE)
    (read,) = page.clauses
    assert (page.number, page.version, read.id, read.done) == ("SB-C", "1.2", "C-06", True)
    assert read.text_zh == "写下来，读给用户听。"


@pytest.mark.parametrize(
    "damage",
    [
        ("状态 Status: done", "状态 Status: soon"),
        ("Written down and read back.\n\n", ""),
        ("### C-06 复述确认 · Read-back", "### C-6 复述确认"),
        ("| SB-C | 1.2 |", ""),
    ],
)
def test_a_page_out_of_form_is_refused_rather_than_read_with_a_clause_less(damage: tuple[str, str]) -> None:
    with pytest.raises(ProceduresUnreadable):
        parse(PAGE.replace(*damage))


def test_the_same_clause_in_two_files_is_noticed(tmp_path, settings) -> None:
    for name in ("c-one.md", "c-two.md"):
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    settings.PROCEDURES = tmp_path
    with pytest.raises(ProceduresUnreadable, match="C-06 stands twice"):
        procedures.all_clauses()
