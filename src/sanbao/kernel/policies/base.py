"""Policies: numbered, dated, approved tables that decide (design §5). Whatever a factory may want different is here.

The shape of a table is declared in code, its rows are data. A version is one immutable row; a case is decided by
the version in force on its business date and keeps version, row and inputs. How a version comes about stands in
``policy_drafts.py``; how the shipped tables are loaded in ``policy_files.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import connection, models

from sanbao.kernel import memo, triggers
from sanbao.kernel.canonical import digest
from sanbao.kernel.decision_tables import (
    Answer,
    Choice,
    Flaw,
    Hit,
    Shape,
    Table,
    Unsound,
    Unusable,
    Value,
    shown,
)
from sanbao.kernel.policies import text as toml
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

#: The day from which the shipped tables hold, so that an old case that is entered late is decided too.
EPOCH = date(1990, 1, 1)
#: Under this the span of a request remembers which versions there are.
MEMO = "policies"


class PolicyVersion(models.Model):
    """One approved table, never changed again. ``digest`` is over the text; the approval is in the journal too."""

    id = models.BigAutoField(primary_key=True)
    policy = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    drafted_by = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_policy_version"
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_number")]
        indexes = [models.Index(fields=["policy", "-effective_from", "-number"], name="policy_in_force")]

    @property
    def subject(self) -> str:
        return f"policy:{self.policy}"


triggers.protect("kernel_policy_version")


@dataclass(frozen=True)
class Decision:
    """What a policy answers, with all that is needed to say why."""

    policy: Policy
    version: int
    hit: Hit
    why: W

    @property
    def answer(self) -> Mapping[str, Answer]:
        return self.hit.answer

    @property
    def row(self) -> int:
        return self.hit.row

    @property
    def inputs(self) -> Mapping[str, Value]:
        return self.hit.inputs

    def __getitem__(self, output: str) -> Any:
        return self.hit.answer[output]

    def as_facts(self, name: str = "decision") -> dict[str, Any]:
        """For ``step.record(**…)``: one fact that holds policy, version, row, inputs and answer."""
        facts = {
            "policy": self.policy.code,
            "version": self.version,
            "row": self.row,
            "inputs": {k: shown(v) for k, v in self.inputs.items()},
            "answer": {k: shown(v) for k, v in self.answer.items()},
        }
        return {name: facts}


class PastCase(NamedTuple):
    """A case that was decided, for a rehearsal: the answer holds the outputs that count, as they are shown."""

    ref: str
    on: date
    inputs: Mapping[str, Any]
    answer: Mapping[str, str]


type Rehearsal = Callable[[date, date], Iterable[PastCase]]


#: Types whose values are the same decision whenever they are equal, down to how they are shown in the record.
_EXACT = frozenset({str, int, bool})
MOST_DECIDED = 1000  # of one version of a table


@dataclass(frozen=True)
class InForce:
    """One version of a policy, ready to decide any number of cases without asking the database again."""

    policy: Policy
    version: int
    digest: str
    table: Table
    #: What was decided already, for inputs that are words or whole numbers; an act asks for a dozen of the same.
    decided: dict[tuple[Any, ...], Decision] = field(default_factory=dict, repr=False, compare=False)

    def decide(self, **inputs: Any) -> Decision:
        """The decision; refuses ``policy.input`` when an input is missing or unknown."""
        if not all(type(value) in _EXACT for value in inputs.values()):
            return self._decide(inputs)
        asked = tuple((name, type(value), value) for name, value in inputs.items())
        if (known := self.decided.get(asked)) is None:
            if len(self.decided) >= MOST_DECIDED:
                self.decided.clear()
            known = self.decided[asked] = self._decide(inputs)
        return known

    def _decide(self, inputs: Mapping[str, Any]) -> Decision:
        try:
            hit = self.table.decide(**inputs)
        except Unusable as error:
            sentence = W(
                "规则表“{policy}”不认识 {column} 的取值“{value}”。",
                "The policy “{policy}” does not know {column} “{value}”.",
            )
            facts = {"policy": self.policy.title, "column": error.column, "value": inputs.get(error.column)}
            raise Refusal("policy.input", sentence, self.policy.clause, 422, error.column, facts) from error
        zh, en = self.table.explain(hit)
        name = self.policy.title
        why = W(
            f"{name.said_in('zh')} 第 {self.version} 版{zh}",
            f"{name.said_in('en')} v{self.version}, {en[0].lower()}{en[1:]}",
        )
        return Decision(self.policy, self.version, hit, why)


class Policy:
    """A decision table by name. ``clause`` is the one that leaves the matter to the factory."""

    registry: ClassVar[dict[str, Policy]] = {}

    def __init__(
        self,
        code: str,
        *,
        title: W,
        shape: Shape,
        clause: str = "M-01",
        rehearsal: Rehearsal | None = None,
        proof: Callable[[Table], None] | None = None,
    ) -> None:
        """``proof`` raises ValueError for a sound table that still makes no sense (a period 25:00-26:00)."""
        self.code, self.title, self.clause, self.rehearsal = code, title, clause, rehearsal
        self._declared, self._proof = shape, proof
        Policy.registry[code] = self

    def __repr__(self) -> str:
        return f"Policy({self.code!r})"

    @property
    def subject(self) -> str:
        return f"policy:{self.code}"

    @property
    def file(self) -> Path:
        """Where the table that ships with the product stands."""
        return Path(settings.POLICY_DEFAULTS) / f"{self.code}.toml"

    @cached_property
    def shape(self) -> Shape:
        """The shape; an open list must answer at least what the shipped table answers."""
        if not any(isinstance(column, Choice) and column.open for column in self._declared.inputs):
            return self._declared
        shipped = toml.read(self.file.read_text("utf-8"), self._declared, self.code)
        return self._declared.at_least(shipped.rows)

    def past(self, rehearsal: Rehearsal) -> Rehearsal:
        """Decorator: where this policy's past cases are found."""
        self.rehearsal = rehearsal
        return rehearsal

    def on(self, day: date) -> InForce:
        """The version in force on a day; refuses ``policy.none_in_force``."""
        found = next((version for since, *version in _versions().get(self.code, ()) if since <= day), None)
        if found is None:
            sentence = W(
                "{day} 没有生效的规则表“{policy}”。", "No version of the policy “{policy}” is in force on {day}."
            )
            facts = {"policy": self.title, "day": day.isoformat()}
            raise Refusal("policy.none_in_force", sentence, self.clause, 409, facts=facts)
        return _read(self.code, *found)

    def numbered(self, version: int) -> InForce:
        """A version by its number, in force or not, to explain an old decision."""
        found = PolicyVersion.objects.values_list("digest", flat=True).get(policy=self.code, number=version)
        return _read(self.code, version, found)

    def decide(self, *, on: date, **inputs: Any) -> Decision:
        """Decide by the version in force on the business date; one small query in a request."""
        return self.on(on).decide(**inputs)

    def setting(self, name: str, *, on: date) -> Any:
        """One cell of a table without inputs."""
        return self.decide(on=on)[name]

    def parse(self, text: str, *, proved: bool = False) -> Table:
        """The sound table of a text; raises :class:`Unsound` with every flaw. What was approved is ``proved``."""
        try:
            rows = toml.read(text, self.shape, self.code).rows
        except toml.Illegible as error:
            raise Unsound([Flaw("illegible", error.said)]) from error
        table = Table(self.shape, rows, proved=proved)
        try:
            if self._proof:
                self._proof(table)
        except ValueError as error:
            raise Unsound([Flaw("senseless", (f"这张表说不通：{error}", f"This makes no sense: {error}"))]) from error
        return table

    def flaws(self, text: str) -> tuple[Flaw, ...]:
        """Why a text may not be put in force; nothing when it may."""
        try:
            self.parse(text)
        except Unsound as error:
            return error.flaws
        return ()

    def write(self, note: str, rows: Iterable[tuple[str, ...]]) -> str:
        """The canonical text of rows."""
        title = (self.title.said_in("zh"), self.title.said_in("en"))
        return toml.write(self.code, title, note, self.shape, list(rows))


class _Known(NamedTuple):
    """The versions as one process knows them: of each policy (since, number, digest), the one that wins first."""

    marks: tuple[Any, ...]
    of: Mapping[str, Sequence[tuple[date, int, str]]]


_known = _Known((), {})


def _versions() -> Mapping[str, Sequence[tuple[date, int, str]]]:
    """Versions are only ever added: while as many stand and the newest is the same, what is known holds."""
    global _known
    known, marks = _known, memo.once(MEMO, _marks)
    if known.marks != marks:
        of: dict[str, list[tuple[date, int, str]]] = {}
        rows = PolicyVersion.objects.order_by("-effective_from", "-number")
        for policy, since, number, fingerprint in rows.values_list("policy", "effective_from", "number", "digest"):
            of.setdefault(policy, []).append((since, number, fingerprint))
        _known = known = _Known(marks, of)
    return known.of


def _marks() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        table = PolicyVersion._meta.db_table
        cursor.execute(
            f"SELECT (SELECT count(*) FROM {table}), id, digest, effective_from FROM {table} ORDER BY id DESC LIMIT 1"
        )
        found: tuple[Any, ...] = cursor.fetchone() or ()
    return found


@lru_cache(maxsize=512)
def _read(code: str, number: int, fingerprint: str) -> InForce:
    """The parsed table of a version. Keyed by what the text hashes to, so that it can never be stale."""
    policy = Policy.registry[code]
    text = PolicyVersion.objects.values_list("text", flat=True).get(policy=code, number=number)
    if digest(text) != fingerprint:
        sentence = W(
            "规则表“{policy}”第 {number} 版被改动过。", "Version {number} of the policy “{policy}” was tampered with."
        )
        raise Refusal("policy.changed", sentence, "M-03", 409, facts={"policy": policy.title, "number": number})
    try:
        return InForce(policy, number, fingerprint, policy.parse(text, proved=True))
    except Unsound as error:
        sentence = W(
            "规则表“{policy}”第 {number} 版是按旧格式写的，本程序读不了：{flaw}",
            "Version {number} of the policy “{policy}” was written for an older program: {flaw}",
        )
        facts = {"policy": policy.title, "number": number, "flaw": W(*error.flaws[0].said)}
        raise Refusal("policy.outgrown", sentence, policy.clause, 409, facts=facts) from error
