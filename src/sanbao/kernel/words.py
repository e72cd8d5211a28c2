"""Words that people read: Chinese and English stand side by side in the code (decision 0001).

A ``W`` follows the language that is active when it is shown, not when it was written down, so one
refusal raised once reads rightly for the clerk in Chinese and for the export customer in English.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import get_language


def speaks_english(language: str | None = None) -> bool:
    """Whether the given (or active) language is served with English; everything else reads Chinese."""
    return (language or get_language() or "zh-hans").startswith("en")


class W(Promise):
    """A sentence in both languages, with named facts filled in when it is shown."""

    __slots__ = ("en", "facts", "zh")

    def __init__(self, zh: str, en: str, **facts: Any) -> None:
        self.zh, self.en, self.facts = zh, en, facts

    def format(self, **facts: Any) -> W:
        return W(self.zh, self.en, **{**self.facts, **facts})

    def said_in(self, language: str) -> str:
        text = self.en if speaks_english(language) else self.zh
        if not self.facts:
            return text
        return text.format(**{k: v.said_in(language) if isinstance(v, W) else v for k, v in self.facts.items()})

    def __str__(self) -> str:
        return self.said_in(get_language() or "zh-hans")

    def __repr__(self) -> str:
        return f"W({self.zh!r}, {self.en!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, W):
            return (self.zh, self.en, self.facts) == (other.zh, other.en, other.facts)
        return str(self) == other

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __deepcopy__(self, memo: object) -> Self:
        # Nothing changes a sentence; a form copies the choices of all its fields each time that it is made.
        return self

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __len__(self) -> int:
        return len(str(self))

    def __mod__(self, facts: object) -> str:
        return str(self) % facts


class Vocabulary(StrEnum):
    """A closed list of codes with their titles, e.g. ``PHONE = "phone", "电话", "Phone"``.

    The code is what is stored; the title is what is shown. Subclasses register themselves, and the
    glossary test holds every title against GLOSSARY.md.
    """

    zh: str
    en: str
    registry: ClassVar[list[type[Vocabulary]]]

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh, member.en = zh, en
        return member

    @property
    def title(self) -> W:  # type: ignore[override]  # a code's title is worth more here than str.title
        return W(self.zh, self.en)

    @classmethod
    def pairs(cls) -> list[tuple[str, W]]:
        """(code, title) for a form's select."""
        return [(member.value, member.title) for member in cls]

    @classmethod
    def title_of(cls, code: str) -> W | str:
        """The title of a stored code; an unknown code shows itself rather than nothing."""
        try:
            return cls(code).title
        except ValueError:
            return code
