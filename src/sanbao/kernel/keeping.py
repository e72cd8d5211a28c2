"""Master data: rows that are opened, edited, retired and restored, never deleted, by hand or from a ledger.

Cases and lots point at them, so a row that is no longer wanted is retired. Its code never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import plain, salted
from sanbao.kernel.codes import code_key
from sanbao.kernel.journal import begin
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move, Step, Subject
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import Vocabulary, W


class InUse(Vocabulary):
    """The life of a row of master data."""

    IN_USE = "in_use", "在用", "In use"
    RETIRED = "retired", "已停用", "Retired"


TOO_LONG = W("“{value}”超过 {longest} 字，已截短。", "“{value}” is longer than {longest} and was cut.")
TWICE = W("同一代码前面已有一行，以本行为准。", "The code stood on an earlier line; this one was kept.")


def kept(permission: str, clause: str) -> dict[str, Move]:
    """The four moves of every kind of master data."""
    return {
        "open": Move((), InUse.IN_USE, permission=permission, clause=clause, title=W("新建", "New")),
        "edit": Move({InUse.IN_USE}, STAY, permission=permission, clause=clause, title=W("修改", "Edit")),
        "retire": Move({InUse.IN_USE}, InUse.RETIRED, permission=permission, clause=clause, title=W("停用", "Retire")),
        "restore": Move(
            {InUse.RETIRED}, InUse.IN_USE, permission=permission, clause=clause, title=W("恢复", "Restore")
        ),
    }


def fill(step: Step[Any], values: Mapping[str, Any], *, personal: Sequence[str] = ()) -> None:
    """Put values on the row; of the personal ones that change only a salted digest is recorded."""
    for name, value in values.items():
        if name in personal and getattr(step.case, name) != value:
            step.private(**{name: str(value)})
        setattr(step.case, name, value)


def insert(step: Step[Any], key: str = "code") -> None:
    """Store a new row; a code that another row has is refused, also when both came in the same instant."""
    try:
        with transaction.atomic():
            step.insert()
    except IntegrityError as error:
        raise Refusal(
            f"{step.lifecycle.kind}.code_taken",
            W("“{code}”已被使用，请换一个。", "“{code}” is taken; choose another."),
            status=422,
            field=key,
            facts={"code": getattr(step.case, key)},
        ) from error


def retiring(lifecycle: Lifecycle[Any]) -> Callable[..., Any]:
    """The action that takes a row of this kind out of use."""

    def retire(row: Subject, *, by: Actor, expect: int | None = None) -> Subject:
        """Take it out of use; what points at it stays."""
        with lifecycle.move("retire", row, by=by, expect=expect) as step:
            pass
        return step.case

    return retire


def restoring(lifecycle: Lifecycle[Any]) -> Callable[..., Any]:
    """The action that brings a row of this kind back into use."""

    def restore(row: Subject, *, by: Actor, expect: int | None = None) -> Subject:
        """Bring it back into use."""
        with lifecycle.move("restore", row, by=by, expect=expect) as step:
            pass
        return step.case

    return restore


@dataclass
class Taken:
    """What became of one row of a ledger: taken or unchanged, and the remarks under which it was taken."""

    row: Subject
    changed: bool
    remarks: list[W] = field(default_factory=list)


def take(
    lifecycle: Lifecycle[Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    personal: Sequence[str] = (),
) -> list[Taken]:
    """Bring rows of a ledger in, one result per row and in its order. The same rows again change nothing.

    Each row maps column names (``region_id``, not ``region``) to values and holds ``code``. New rows are
    written together, each with the first entry of its chain; a row that differs is an edit like any other.
    """
    with transaction.atomic():
        codes = {code_key(row["code"]) for row in rows}
        known = {r.code: r for r in lifecycle.model.objects.select_for_update().filter(code__in=codes)}
        fresh: dict[str, Any] = {}
        results = []
        for row in rows:
            values, cut = fitting(lifecycle.model, {**row, "code": code_key(row["code"])})
            code = values["code"]
            if code in known:
                results.append(_edit(lifecycle, known, values, by, personal))
            elif code in fresh:
                changed = differing(fresh[code], values)
                for name in changed:
                    setattr(fresh[code], name, values[name])
                results.append(Taken(fresh[code], bool(changed), [TWICE] if changed else []))
            else:
                fresh[code] = lifecycle.model(state=InUse.IN_USE, **values)
                results.append(Taken(fresh[code], True))
            results[-1].remarks += cut
        _open_many(lifecycle, list(fresh.values()), by, personal)
    return results


def fitting(model: type[Subject], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[W]]:
    """Values cut to what their columns hold, with a remark for each that was cut."""
    fits, remarks = dict(values), []
    for name, value in values.items():
        longest = getattr(model._meta.get_field(name), "max_length", None)
        if longest and isinstance(value, str) and len(value) > longest:
            fits[name] = value[:longest]
            if not name.endswith("_key"):
                remarks.append(TOO_LONG.format(value=f"{value[:12]}…", longest=longest))
    return fits, remarks


def differing(row: Subject, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if plain(getattr(row, name)) != plain(value)]


def _edit(
    lifecycle: Lifecycle[Any],
    known: dict[str, Any],
    values: Mapping[str, Any],
    by: Actor,
    personal: Sequence[str],
) -> Taken:
    row = known[values["code"]]
    changed = differing(row, values)
    if not changed:
        return Taken(row, False)
    if row.state != InUse.IN_USE:
        return Taken(row, False, [W("已停用，未更新。", "Retired, so it was not updated.")])
    with lifecycle.move("edit", row, by=by) as step:
        fill(step, {name: values[name] for name in changed}, personal=personal)
    known[row.code] = step.case
    return Taken(step.case, True)


def _open_many(lifecycle: Lifecycle[Any], rows: list[Any], by: Actor, personal: Sequence[str]) -> None:
    lifecycle.model.objects.bulk_create(rows, batch_size=500)
    begin(
        {
            row.subject: {
                "set": {n: [None, v] for n in lifecycle.tracked if (v := plain(getattr(row, n))) is not None},
                "private": {n: salted(row.salt, str(v)) for n in personal if (v := getattr(row, n))},
                "version": row.version,
            }
            for row in rows
        },
        action=f"{lifecycle.kind}.open",
        by=by,
        clause=lifecycle.moves["open"].clause,
    )
    if lifecycle.searched:
        search.write_many(lifecycle.kind, {row.pk: lifecycle.searched(row) for row in rows})
