"""Controlled forms on paper: number and version from the register (M-01), drawn by Typst into PDF/A (C-20).

Data reach the template as JSON, never as text of the template, so that ``#evil[]`` in a user's words is printed and
not run. Only the packaged font is used, so that every machine prints alike. A character that it lacks (an emoji, say)
must not keep a case from being printed: it is printed as 〓, and a remark on the page says which characters those were.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any
from unicodedata import category

import typst
from django.conf import settings

from sanbao.kernel.canonical import plain
from sanbao.kernel.policies import COMPANY, FORMS, PolicyVersion
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W

#: 〓, the mark that printers set for a character that they do not have.
MISSING = "\u3013"
_UNPRINTABLE = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class ControlledForm:
    """One line of the register of controlled forms. ``approved_by`` is who approved it (``person:3``)."""

    code: str
    number: str
    title: W
    alias: W
    version: str
    effective: date
    clauses: tuple[str, ...]
    approved_by: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.code, self.number, self.title.zh, self.title.en, self.alias.zh, self.alias.en)


def controlled(code: str, on: date | None = None) -> ControlledForm:
    """A form that may be printed on a day. Refuses (M-01) ``policy.input`` for one that is not registered and
    ``form.not_in_force`` for one whose version is not in force yet."""
    form = registered(code, on)
    if form.effective > (on or today()):
        refuse(
            "form.not_in_force",
            W(
                "表单 {number}《{title}》{version} 版自 {effective} 起才生效，不能印。",
                "Version {version} of the form {number}, {title}, is in force only from {effective}.",
            ),
            clause="M-01",
            number=form.number,
            title=form.title,
            version=form.version,
            effective=form.effective.isoformat(),
        )
    return form


def registered(code: str, on: date | None = None) -> ControlledForm:
    """A form as the register has it on a day, in force or not yet."""
    version = FORMS.on(on or today())
    row = version.decide(form=code)
    return ControlledForm(
        code=code,
        number=row["number"],
        title=W(row["title_zh"], row["title_en"]),
        alias=W(row["alias_zh"] or "", row["alias_en"] or ""),
        version=row["version"],
        effective=date.fromisoformat(row["effective"]),
        clauses=row["clauses"],
        approved_by=PolicyVersion.objects.values_list("approved_by", flat=True).get(
            policy=FORMS.code, number=version.version
        ),
    )


def register(on: date | None = None) -> list[ControlledForm]:
    """Every controlled form on a day, by number."""
    codes = {row[0] for row in FORMS.on(on or today()).table.rows}
    return sorted((registered(code, on) for code in codes), key=lambda form: form.number)


def called(name: str, on: date | None = None) -> ControlledForm | None:
    """The form of this code, number, title or other name: two names mean one form, and either finds it (C-20)."""
    wanted = name.strip().casefold()
    return next((f for f in register(on) if wanted in (n.casefold() for n in f.names if n)), None)


def pdf(
    template: str,
    form: ControlledForm,
    facts: Mapping[str, Any],
    *,
    who: Callable[[str], W] = lambda ref: W(ref, ref),
) -> bytes:
    """A form as PDF. ``template`` is a path in the package; ``facts`` are its ``data``, titles in both languages.

    ``who`` names people: the kernel knows ``person:3``, the house above it knows who that is.
    """
    head = {
        "form": {
            "number": form.number if in_force("C-20") else "",
            "title": form.title,
            "alias": form.alias,
            "version": form.version,
            "effective": form.effective,
            "clauses": list(form.clauses),
            "approved": who(form.approved_by),
        },
        "company": company(),
        "printed_at": f"{local(now()):%Y-%m-%d %H:%M}",
    }
    return _printable(template, plain({**facts, **head}))


def plain_pdf(template: str, facts: Mapping[str, Any]) -> bytes:
    """What is printed and is no controlled form (a label): the same compiler, font and care for every character."""
    return _printable(template, plain({**facts, "company": company()}))


def company() -> W:
    """The company's name as it stands on paper; empty where none is laid down."""
    row = COMPANY.decide(on=today())
    return W(row["name_zh"] or "", row["name_en"] or "")


def _printable(template: str, data: dict[str, Any]) -> bytes:
    """Compile; what the font cannot show is replaced and said. What is replaced once is not missing again."""
    missing: dict[str, None] = {}
    while True:
        said = {"mark": MISSING, "codes": [_named(text) for text in missing if not _unseen(text)]}
        try:
            return _compiled(template, {**data, "missing": said})
        except typst.TypstError as error:
            found = {_unescaped(text) for text in _UNPRINTABLE.findall(error.diagnostic or str(error))} - set(missing)
            if not found:
                raise
        missing.update(dict.fromkeys(sorted(found)))
        # The longest first: a family of emoji is one cluster, its members may stand alone elsewhere.
        data = _replaced(data, re.compile("|".join(re.escape(t) for t in sorted(found, key=len, reverse=True))))


def _compiled(template: str, data: dict[str, Any]) -> bytes:
    with _ONE_AT_A_TIME:
        made = _compiler(template).compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2u"],
            timestamp=int(now().timestamp()),
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler(template: str) -> typst.Compiler:
    """One compiler for each template, kept: the second print of a form takes a few milliseconds."""
    return typst.Compiler(
        str(settings.PACKAGE / template), root=str(settings.PACKAGE), font_paths=_fonts(), ignore_system_fonts=True
    )


@cache
def _fonts() -> typst.Fonts:
    found = find_spec("manimgx_fonts_cjk")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the font package manimgx-fonts-cjk is not installed")
    folders = list(found.submodule_search_locations)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _replaced(value: Any, lacking: re.Pattern[str]) -> Any:
    match value:
        case str():
            return lacking.sub(lambda match: "" if _unseen(match[0]) else MISSING, value)
        case dict():
            return {key: _replaced(item, lacking) for key, item in value.items()}
        case list():
            return [_replaced(item, lacking) for item in value]
    return value


def _unseen(text: str) -> bool:
    """What only joins or varies the characters around it shows nothing itself, so nothing stands for it."""
    return all(category(char) in ("Cf", "Mn") for char in text)


def _unescaped(text: str) -> str:
    r"""A text as the compiler quotes it: ``\u{1f600}`` and ``\"`` as they were."""
    codes = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: f"\\U{int(m[1], 16):08x}", text)
    return str(ast.literal_eval(f'"{codes}"'))


def _named(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text)
