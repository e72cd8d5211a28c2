"""The controlled procedures: the clauses that the code cites, read from ``docs/procedures/*.md``.

The page that people read is the only source (M-01). Pages show a clause on hover, refusals cite it,
``sanbao rules`` counts it. A file that cannot be read exactly is an error, never a clause less.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from sanbao.kernel.words import W

TITLE = re.compile(r"# (?P<zh>.+?) · (?P<en>.+)")
REGISTER = re.compile(r"\| (?P<number>SB-[A-Z]) \| (?P<version>[\d.]+) \|")
HEADING = re.compile(r"### (?P<id>[A-Z]-\d{2}) (?P<zh>.+?) · (?P<en>.+)")
STATUS = re.compile(r"状态 Status: (?P<status>planned|done)")
BOOK_ORDER = "NWUCRTFQM"


class ProceduresUnreadable(Exception):
    """A procedure file does not have the one form; the message names file and clause."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``id`` like "C-06", its title, its text in both languages, "planned" or "done"."""

    id: str
    title: W
    text_zh: str
    text_en: str
    status: str

    @property
    def text(self) -> W:
        return W(self.text_zh, self.text_en)

    @property
    def done(self) -> bool:
        return self.status == "done"

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One controlled document: its number in the register, title, version and clauses."""

    number: str
    title: W
    version: str
    clauses: tuple[Clause, ...]


def parse(text: str, name: str = "") -> Procedure:
    """The procedure that one Markdown file holds. Raises ``ProceduresUnreadable``."""
    preface, *sections = re.split(r"^(?=### )", text, flags=re.MULTILINE)
    title, register = TITLE.match(preface), REGISTER.search(preface)
    if not title or not register:
        raise ProceduresUnreadable(f"{name}: title or register line is missing")
    return Procedure(
        number=register["number"],
        title=W(title["zh"], title["en"]),
        version=register["version"],
        clauses=tuple(_clause(section, name) for section in sections),
    )


def _clause(section: str, name: str) -> Clause:
    """Heading, Chinese paragraph, English paragraph, status line; exactly that."""
    parts = re.split(r"\n{2,}", section.strip())
    heading, status = HEADING.fullmatch(parts[0]), STATUS.fullmatch(parts[-1])
    if len(parts) != 4 or not heading or not status:
        raise ProceduresUnreadable(f"{name}: {parts[0]}: heading, Chinese, English and status expected")
    zh, en = parts[1].replace("\n", ""), parts[2].replace("\n", " ")
    return Clause(heading["id"], W(heading["zh"], heading["en"]), zh, en, status["status"])


@cache
def _read(folder: Path) -> tuple[Procedure, ...]:
    found = [parse(path.read_text(encoding="utf-8"), path.name) for path in folder.glob("?-*.md")]
    return tuple(sorted(found, key=lambda procedure: BOOK_ORDER.index(procedure.number[-1])))


def procedures() -> tuple[Procedure, ...]:
    """Every procedure in the order of the book; read once."""
    return _read(Path(settings.PROCEDURES))


def all_clauses() -> dict[str, Clause]:
    """Every clause by its id, in the order of the book. Raises when an id stands twice."""
    clauses: dict[str, Clause] = {}
    for procedure in procedures():
        for found in procedure.clauses:
            if found.id in clauses:
                raise ProceduresUnreadable(f"{found.id} stands twice")
            clauses[found.id] = found
    return clauses


def clause(id: str) -> Clause:
    """The clause with this id, e.g. ``clause("C-06")``. Raises KeyError for one that is not in the book."""
    return all_clauses()[id]
