"""The glossary and the code say the same words (habit 10): every title, both languages, both ways."""

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import sanbao
from sanbao.kernel.words import Vocabulary

REPO = Path(__file__).resolve().parents[1]
PACKAGE = REPO / "src" / "sanbao"
VALUES, LATER = "取值 Values", "后续篇章已定的名字 Names kept for later rooms"
Row = tuple[str, str, str]


def rows_by_section() -> dict[str, list[Row]]:
    """Section title → (Chinese, English, code) of each row."""
    sections: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in (REPO / "GLOSSARY.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rows = sections.setdefault(line.removeprefix("## "), [])
        elif line.startswith("| ") and "`" in line:
            zh, en, code, meaning, source = (cell.strip() for cell in line.strip("| ").split(" | "))
            assert meaning and source, line
            rows.append((zh, en, code.strip("`")))
    return sections


def values_in_code() -> set[Row]:
    for module in walk_packages(sanbao.__path__, "sanbao."):
        if not re.search(r"\.(tests|migrations|conftest)\b", module.name):
            import_module(module.name)
    return {
        (member.zh, member.en, f"{vocabulary.__module__.split('.')[1]}.{vocabulary.__name__}.{member.name}")
        for vocabulary in Vocabulary.__subclasses__()
        if ".tests." not in vocabulary.__module__ and vocabulary.__module__.startswith("sanbao.")
        for member in vocabulary
    }


def test_every_title_in_the_code_stands_in_the_glossary() -> None:
    assert values_in_code() - set(rows_by_section()[VALUES]) == set()


def test_every_value_of_the_glossary_stands_in_the_code() -> None:
    assert set(rows_by_section()[VALUES]) - values_in_code() == set()


def test_every_code_name_of_the_glossary_is_used_unless_kept_for_later() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("**/*.py", "**/*.toml")
        for path in (*PACKAGE.glob(pattern), *(REPO / "policies").glob(pattern))
        if "tests" not in path.parts
    )
    names = [row for title, rows in rows_by_section().items() if title not in (VALUES, LATER) for row in rows]
    assert [row for row in names if not re.search(rf"\b{re.escape(row[2])}\b", source)] == []


@pytest.mark.parametrize("column", [0, 1])
def test_one_meaning_has_one_word(column: int) -> None:
    words = Counter(row[column] for title, rows in rows_by_section().items() if title != VALUES for row in rows)
    assert [word for word, times in words.items() if times > 1] == []
