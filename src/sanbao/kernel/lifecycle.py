"""Declared moves: see, lock, permit, check, write, record — as one, and nowhere else (design §4).

A ``Lifecycle`` is the table of what may follow what. ``move`` opens one transaction around a body that
reads like the procedure; legality, permission, version, guards, the journal and the search row are done
here, so that no page, endpoint, import or rule can walk around them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.db import models, transaction

from sanbao.kernel import journal, memo, rows, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain, salted
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import Vocabulary, W

STAY = "="
NEW = ""


def new_salt() -> str:
    return secrets.token_hex(16)


class SubjectQuerySet(models.QuerySet[Any]):
    """Rows are found through ``visible_to(actor)``; each room says what that means."""

    def visible_to(self, actor: Actor) -> Self:
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it")


class Subject(models.Model):
    """A thing with a state, a version and a chain in the journal. ``KIND`` names it there.

    Lists of all kinds (the desk, the search) show ``of_whom`` and ``next_due_at`` where a room says them;
    ``SHOWN_WITH`` are the related rows that they read.
    """

    KIND: ClassVar[str] = ""
    SHOWN_WITH: ClassVar[tuple[str, ...]] = ()

    state = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    salt = models.CharField(max_length=32, default=new_salt)
    created_at = models.DateTimeField(default=now)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        return f"{self.KIND}:{self.pk}"

    @property
    def of_whom(self) -> str:
        return ""

    @property
    def next_due_at(self) -> datetime | None:
        return None


@dataclass(frozen=True)
class Move:
    """One legal move: from where, to where, who may, under which clause.

    ``target`` is a state, ``STAY``, or several states of which the action chooses one (``step.to``).
    ``internal`` moves belong to the clockwork and to other actions and are offered on no face.
    ``always`` moves pass the guards (a note or a call is allowed even while a complaint awaits its read-back).
    """

    sources: frozenset[str]
    target: str | tuple[str, ...]
    permission: str
    clause: str
    title: W
    internal: bool = False
    always: bool = False

    def __init__(
        self,
        sources: Iterable[str],
        target: str | tuple[str, ...],
        *,
        permission: str,
        clause: str,
        title: W,
        internal: bool = False,
        always: bool = False,
    ) -> None:
        for name, value in {
            "sources": frozenset(sources),
            "target": target,
            "permission": permission,
            "clause": clause,
            "title": title,
            "internal": internal,
            "always": always,
        }.items():
            object.__setattr__(self, name, value)


@dataclass
class Step[S: Subject]:
    """What an action holds while it acts: the locked row, who acts, and what will be recorded."""

    lifecycle: Lifecycle[S]
    name: str
    move: Move
    case: S
    by: Actor
    facts: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    entry: journal.JournalEntry | None = None
    inserted: dict[str, Any] = field(default_factory=dict)
    _target: str = ""

    def record(self, **facts: Any) -> None:
        """Facts that stay with the case in clear: policy version, row, inputs, ids."""
        self.facts.update(facts)

    def private(self, **texts: str) -> None:
        """Personal or free text of a person: only a salted digest enters the record."""
        self.facts.setdefault("private", {}).update({k: salted(self.case.salt, v) for k, v in texts.items()})

    def to(self, state: str) -> None:
        """Choose the state to go to, where the move allows several."""
        if state not in (self.move.target if isinstance(self.move.target, tuple) else (self.move.target,)):
            raise ValueError(f"{self.name} may not lead to {state}")
        self._target = state

    def insert(self) -> S:
        """Store a new row now, because what follows needs its id."""
        if self.case.pk is None:
            self.case.state = self._target or self.case.state
            fit(self.case)
            rows.insert(self.case)
            self.inserted = self.lifecycle._values(self.case)
        return self.case

    @property
    def target(self) -> str:
        if self._target:
            return self._target
        if isinstance(self.move.target, tuple):
            raise RuntimeError(f"{self.name} has several targets and chose none")
        return self.case.state if self.move.target == STAY else self.move.target


@dataclass(frozen=True)
class Offer:
    """A move as a face shows it: possible now, or why not."""

    name: str
    move: Move
    refusal: Refusal | None


class Lifecycle[S: Subject]:
    """The moves of one kind of subject, declared once; pages, API, permissions and diagrams read it."""

    registry: ClassVar[dict[str, Lifecycle[Any]]] = {}

    def __init__(
        self,
        kind: str,
        model: str,
        *,
        title: W,
        states: type[Vocabulary],
        moves: dict[str, Move],
        tracked: Sequence[str],
        searched: Callable[[S], Iterable[str]] | None = None,
        imported_filter: models.Q | None = None,
    ) -> None:
        self.kind, self._model, self.title, self.states, self.moves = kind, model, title, states, moves
        self.tracked = ("state", *(t for t in tracked if t != "state"))
        self.searched = searched
        #: Which rows came by bulk import and are answered for by its closing entry (imported.py).
        self.imported_filter = imported_filter
        self.guards: list[Callable[[S, str, Move, Actor], None]] = []
        self.faces: dict[str, Any] = {}
        Lifecycle.registry[kind] = self

    @property
    def model(self) -> type[S]:
        return cast(type[S], apps.get_model(self._model))

    def guard(self, check: Callable[[S, str, Move, Actor], None]) -> Callable[[S, str, Move, Actor], None]:
        """Add a rule that holds for every move that is not ``always``: it refuses or stays silent."""
        self.guards.append(check)
        return check

    # -- acting ---------------------------------------------------------------------------------------

    @contextmanager
    def move(self, name: str, subject: S | int, *, by: Actor, expect: int | None = None) -> Iterator[Step[S]]:
        """One act on one subject. Refuses with ``not_found``, ``not_permitted``, ``stale`` or ``wrong_state``."""
        with memo.span(), memo.undone(), transaction.atomic():
            case = self.locked(subject, by=by)
            move = self.moves[name]
            self._unchanged_since(case, expect)
            self.allow(case, name, by)
            step = Step(self, name, move, case, by, before=self._values(case))
            yield step
            self._store(step)
            self._record(step)

    @contextmanager
    def opening(self, name: str = "open", *, by: Actor, **initial: Any) -> Iterator[Step[S]]:
        """A new subject: the body fills ``step.case``; stored at the end, or at ``step.insert()``."""
        move = self.moves[name]
        with memo.span(), memo.undone(), transaction.atomic():
            by.need(move.permission, clause=move.clause)
            step = Step(self, name, move, self.model(**initial), by)
            if not isinstance(move.target, tuple):
                step.case.state = move.target
            yield step
            if step.case.pk is None:
                step.insert()
            else:
                self._store(step, opening=True)
            self._record(step)

    def locked(self, subject: S | int, *, by: Actor) -> S:
        """The subject's row, locked, if the actor may see it."""
        pk = subject if isinstance(subject, int) else subject.pk
        manager = cast(Any, self.model).objects
        visible = manager.visible_to(by).filter(pk=pk).values("pk")
        case: S | None = manager.select_for_update().filter(pk__in=visible).first()
        if case is None:
            raise Refusal(
                "not_found",
                W("找不到这条{kind}，或您无权查看。", "There is no such {kind}, or you may not see it."),
                clause="M-02",
                status=404,
                facts={"kind": self.title, "id": pk},
            )
        return case

    def allow(self, case: S, name: str, by: Actor) -> None:
        """Refuse unless the actor may do this now: permission, state, guards."""
        move = self.moves[name]
        by.need(move.permission, clause=move.clause)
        if case.state not in move.sources:
            refuse(
                "wrong_state",
                W(
                    "“{move}”不能在“{state}”状态下进行。",
                    "“{move}” cannot be done while the state is “{state}”.",
                ),
                clause=move.clause,
                move=move.title,
                state=self.states.title_of(case.state),
                needed=sorted(move.sources),
            )
        if not move.always:
            for check in self.guards:
                check(case, name, move, by)

    def offered(self, case: S, by: Actor) -> list[Offer]:
        """The moves of this state that the actor holds, each with what would refuse it, if anything."""
        offers = []
        for name, move in self.moves.items():
            if move.internal or name not in self.faces or case.state not in move.sources or not by.may(move.permission):
                continue
            try:
                self.allow(case, name, by)
            except Refusal as refusal:
                offers.append(Offer(name, move, refusal))
            else:
                offers.append(Offer(name, move, None))
        return offers

    # -- writing --------------------------------------------------------------------------------------

    def _values(self, case: S) -> dict[str, Any]:
        return {f.attname: getattr(case, f.attname) for f in case._meta.concrete_fields if not f.generated}

    def _unchanged_since(self, case: S, expect: int | None) -> None:
        if expect is None or expect == case.version:
            return
        since = [e for e in journal.entries_of(case.subject) if e.facts.get("version", 0) > expect]
        refuse(
            "stale",
            W(
                "您打开之后，别人已经保存过，请核对后再提交。",
                "Somebody saved since you opened this; compare and submit again.",
            ),
            clause="M-03",
            version=case.version,
            expected=expect,
            changes=[
                {"actor": e.actor, "at": plain(e.at), "action": e.action, "set": e.facts.get("set", {})} for e in since
            ],
        )

    def _store(self, step: Step[S], opening: bool = False) -> None:
        case = step.case
        case.state = step.target if not opening else (step._target or case.state)
        fit(case)
        if opening:
            filled = [name for name, value in self._values(case).items() if value != step.inserted[name]]
            if filled:
                rows.update(case, filled)
            return
        version = step.before["version"]
        case.version = version + 1
        changed = [name for name, value in self._values(case).items() if value != step.before[name]]
        if not rows.update(case, changed, version=version):
            # SQLite ignores row locks: whoever reads before another's commit is caught here.
            self._unchanged_since(cast(Any, self.model).objects.get(pk=case.pk), version)

    def _record(self, step: Step[S]) -> None:
        case = step.case
        after = {name: plain(getattr(case, name)) for name in self.tracked}
        before = {name: plain(step.before.get(name)) for name in self.tracked}
        changes = {k: [before[k], after[k]] for k in self.tracked if before[k] != after[k]}
        step.entry = journal.append(
            subject=case.subject,
            action=f"{self.kind}.{step.name}",
            by=step.by,
            clause=step.move.clause,
            facts={**step.facts, "set": changes, "version": case.version},
        )
        if self.searched:
            write = search.write if step.before else search.begin
            write(self.kind, case.pk, self.searched(case))


def fit(case: Subject) -> None:
    """Refuse a text that its column does not hold: PostgreSQL would fail at it, SQLite would keep it."""
    for column in case._meta.concrete_fields:
        value = getattr(case, column.attname) if column.max_length else None
        if isinstance(value, str) and len(value) > (column.max_length or 0):
            sentence = W("“{name}”最长 {most} 字。", "“{name}” has at most {most} characters.")
            refuse("too_long", sentence, status=422, field=column.name, name=column.name, most=column.max_length)


def hold(subject: str) -> None:
    """Lock the row behind a subject's name, as a move would, so that nobody else writes at the end of its chain."""
    kind, _, pk = subject.partition(":")
    lifecycle = Lifecycle.registry.get(kind)
    if lifecycle is not None:
        lifecycle.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()
