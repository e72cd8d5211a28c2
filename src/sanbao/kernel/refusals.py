"""Why the house says no: a stable code, the clause, a sentence in the user's language, the facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from sanbao.kernel.words import W

#: Clauses switched off by ``./test --mute``; a test marked with a muted clause must fail. Never set outside tests.
_muted: frozenset[str] = frozenset()


@dataclass
class Refusal(Exception):
    """The house refuses an act, loudly. ``status`` is the HTTP status: 403, 404, 409 or 422."""

    code: str
    sentence: W
    clause: str = ""
    status: int = 409
    field: str = ""
    facts: dict[str, Any] = attribute(default_factory=dict)
    others: list[Refusal] = attribute(default_factory=list)

    def __str__(self) -> str:
        return str(self.sentence.format(**self.facts))

    @classmethod
    def of_fields(cls, refusals: list[Refusal]) -> Refusal:
        """Several fields at once; the first speaks, the others stand beside it."""
        first = refusals[0]
        return cls(first.code, first.sentence, first.clause, 422, first.field, first.facts, refusals[1:])

    @property
    def errors(self) -> list[Refusal]:
        """All refusals that this one carries, itself first."""
        return [self, *self.others]

    def as_problem(self) -> dict[str, Any]:
        """RFC 9457 body; the same facts that the page shows."""
        body: dict[str, Any] = {
            "type": f"urn:sanbao:refusal:{self.code}",
            "title": str(self),
            "status": self.status,
            "code": self.code,
            "clause": self.clause,
            "facts": {k: str(v) if isinstance(v, W) else v for k, v in self.facts.items()},
        }
        if self.field:
            body["field"] = self.field
        if self.field or self.others:
            body["errors"] = [
                {"field": e.field, "code": e.code, "clause": e.clause, "sentence": str(e)} for e in self.errors
            ]
        return body


def refuse(code: str, sentence: W, *, clause: str = "", status: int = 409, field: str = "", **facts: Any) -> None:
    """Raise a :class:`Refusal`, unless a test has muted the clause to prove that its mark means something."""
    if in_force(clause):
        raise Refusal(code, sentence, clause, status, field, facts)


def need(
    condition: object, code: str, zh: str, en: str, *, clause: str, field: str = "", status: int = 0, **facts: Any
) -> None:
    """Refuse unless the condition holds; with a field it is bad input (422), without one a conflict (409)."""
    if not condition:
        refuse(code, W(zh, en), clause=clause, status=status or (422 if field else 409), field=field, **facts)


def need_basis(basis: str, field: str = "basis") -> None:
    """U-13: every decision cites what it rests on: a standard, a report, a regulation, a contract or a clause."""
    if len(basis.strip()) < 2:
        sentence = W(
            "请写明依据：标准、检验报告、法规、合同条款或程序条款。",
            "State the basis: a standard, a report, a regulation, a contract clause or a clause of the procedures.",
        )
        refuse("basis_missing", sentence, clause="U-13", status=422, field=field)


def in_force(clause: str) -> bool:
    """Whether a clause's refusals and effects apply: always, but for a test that mutes it."""
    return clause == "" or clause not in _muted


@contextmanager
def muted(*clauses: str) -> Iterator[None]:
    """For tests only: the clauses' refusals and effects do nothing, in this and every other thread."""
    global _muted
    before = _muted
    _muted = before | frozenset(clauses)
    try:
        yield
    finally:
        _muted = before
