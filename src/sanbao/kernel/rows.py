"""Rows by plain equality, and new ones, without the ORM's way of saying so.

The ORM works out anew how to say "the rows with this subject" every time it is asked, which takes several times as
long as the database to answer. What every act does (its record, its clocks, its duties) is said here once for each
model and kept as text. Rows come and go as model instances, with every column; nothing is left out and nothing joined.
Signals are not sent: the house has none. Whatever is more than equality is the ORM's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from django.db import connection, models

_PLAIN: list[tuple[Any, type]] = [
    ((models.CharField, models.TextField), str),
    ((models.IntegerField, models.ForeignKey), int),
    (models.BooleanField, bool),
]
LONGEST = 2**63 - 1
#: column's value from the database → its value in Python
type Reading = Callable[[Any], Any]


class Plan:
    """How the rows of one model are read and written on one kind of database."""

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta
        if meta.parents:
            raise TypeError(f"{meta.label}: rows of several tables are the ORM's")
        self.model, self.meta = model, meta
        self.table = _quoted(meta.db_table)
        fields = [cast(Any, field) for field in meta.concrete_fields]
        self.names = [field.attname for field in fields]
        self.readings = [(place, reading) for place, field in enumerate(fields) if (reading := _reading(field))]
        self.select = f"SELECT {', '.join(_quoted(field.column) for field in fields)} FROM {self.table}"
        self.written = [f for f in fields if not f.generated and not isinstance(f, models.AutoField)]
        self.returned = [(cast(Any, field), _reading(field)) for field in meta.db_returning_fields]
        #: Each written column with the type whose values are told as they are, if there is one.
        self.tellers = [(field, _plain(field)) for field in self.written]
        columns = ", ".join(_quoted(field.column) for field in self.written)
        self.insert = f"INSERT INTO {self.table} ({columns}) VALUES "
        self.one = f"({', '.join(['%s'] * len(self.written))})"
        self.returning = ", ".join(_quoted(field.column) for field, _ in self.returned)

    def row(self, values: Sequence[Any]) -> Any:
        known = list(values)
        for place, reading in self.readings:
            known[place] = reading(known[place])
        return self.model.from_db("default", self.names, known)

    def values(self, row: models.Model) -> list[Any]:
        if row._state.adding is False or (self.meta.auto_field and row.pk is not None):
            raise ValueError(f"{row!r} is stored already")
        held, told = row.__dict__, []
        for field, plain in self.tellers:
            value = held[field.attname] if plain else field.pre_save(row, True)
            told.append(value if value is None or type(value) is plain else _said(field, value))
        return told

    def stored(self, row: models.Model, returned: Sequence[Any]) -> None:
        for (field, reading), value in zip(self.returned, returned, strict=True):
            setattr(row, field.attname, reading(value) if reading else value)
        row._state.adding, row._state.db = False, "default"


def insert[M: models.Model](row: M) -> M:
    """Store one new row; its key is set.

    :raises ValueError: it is stored already.
    """
    insert_many([row])
    return row


def insert_many[M: models.Model](rows: Iterable[M], *, once: bool = False) -> list[M]:
    """Store new rows of one model. With ``once`` those that are there already are passed over, and no key is set."""
    new = list(rows)
    if not new:
        return new
    plan = _plan(type(new[0]), connection.vendor)
    most = 1 if len(new) == 1 else max(1, connection.ops.bulk_batch_size(plan.written, new) or len(new))
    with connection.cursor() as cursor:
        for start in range(0, len(new), most):
            some = new[start : start + most]
            statement = plan.insert + ", ".join([plan.one] * len(some))
            values = [value for row in some for value in plan.values(row)]
            if once:
                cursor.execute(f"{statement} ON CONFLICT DO NOTHING", values)
            elif plan.returning:
                cursor.execute(f"{statement} RETURNING {plan.returning}", values)
                for row, returned in zip(some, cursor.fetchall(), strict=True):
                    plan.stored(row, returned)
            else:
                cursor.execute(statement, values)
                for row in some:
                    plan.stored(row, ())
    return new


def update(row: models.Model, names: Iterable[str], **still: Any) -> bool:
    """Write these columns of a stored row, if those of ``still`` have these values; whether that was so."""
    model = type(row)
    fields, tests, statement = _update(model, tuple(names), tuple(still), connection.vendor)
    values = [_said(field, field.pre_save(row, False)) for field in fields]
    held = [_said(field, value) for field, value in zip(tests, (row.pk, *still.values()), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *held])
        return bool(cursor.rowcount)


def delete(row: models.Model) -> bool:
    """Take a row away to which no other refers; whether it was there."""
    plan = _plan(type(row), connection.vendor)
    key = cast(Any, plan.meta.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {plan.table} WHERE {_quoted(key.column)} = %s", [_said(key, row.pk)])
        return bool(cursor.rowcount)


def where[M: models.Model](
    model: type[M], *, order: Sequence[str] = (), most: int = 0, lock: bool = False, **equal: Any
) -> list[M]:
    """The rows whose columns equal these values: ``None`` is no value, a list or tuple is any of its values.

    ``order`` as the ORM writes it (``"-seq"``); ``most`` is how many at most, 0 all of them; ``lock`` holds them until
    the transaction ends, where the database can.
    """
    shape = tuple((name, _shape(value)) for name, value in equal.items())
    if any(kind == "empty" for _, (kind, _) in shape):
        return []
    if any(type(value) is int and abs(value) > LONGEST for value in equal.values()):
        return []  # no column holds it, and SQLite would not even look
    fields, statement = _select(model, shape, tuple(order), connection.vendor, lock)
    values: list[Any] = []
    for field, value in zip(fields, equal.values(), strict=True):
        if value is not None:
            several = value if isinstance(value, (list, tuple)) else (value,)
            values.extend(_said(field, one) for one in several)
    plan = _plan(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {int(most)}" if most else statement, values)
        return [plan.row(found) for found in cursor.fetchall()]


def seen[M: models.Model](visible: models.QuerySet[M], **equal: Any) -> M | None:
    """The first of those that somebody may see (``visible_to``); who may see all of them is spared the ORM."""
    query = visible.query
    narrowed = query.where or query.is_empty() or query.is_sliced or query.distinct or query.combinator
    if narrowed or query.annotations or query.select_related or len(query.alias_map) > 1:
        return visible.filter(**equal).first()
    return first(visible.model, order=("pk",), **equal)


def first[M: models.Model](model: type[M], *, order: Sequence[str] = (), lock: bool = False, **equal: Any) -> M | None:
    """The first of :func:`where`, or None."""
    found = where(model, order=order, most=0 if lock else 1, lock=lock, **equal)
    return found[0] if found else None


def related(row: models.Model, name: str) -> Any:
    """What a foreign key of a row leads to, or None; read once, like the attribute itself."""
    field = cast(Any, row._meta.get_field(name))
    if not field.is_cached(row):
        key = getattr(row, field.attname)
        setattr(row, name, first(field.related_model, pk=key) if key is not None else None)
    return getattr(row, name)


def along(row: models.Model, path: str) -> None:
    """Read what a path of foreign keys (``"customer__region"``) leads to, as ``select_related`` would have."""
    step: Any = row
    for name in path.split("__"):
        if (step := related(step, name)) is None:
            return


# -- how it is said ----------------------------------------------------------------------------------


def _quoted(name: str) -> str:
    quoted: str = connection.ops.quote_name(name)
    return quoted


def _said(field: Any, value: Any) -> Any:
    """The value as the database is told it."""
    return value if value is None else field.get_db_prep_save(value, connection)


def _plain(field: Any) -> type | None:
    """The type whose values the database is told as they are, which is most of a row: texts, whole numbers, yes or no.
    None where a value is turned into something else first, or found out when it is stored."""
    if type(field).pre_save is not models.Field.pre_save:
        return None
    return next((plain for kinds, plain in _PLAIN if isinstance(field, kinds)), None)


def _reading(field: Any) -> Reading | None:
    """What turns the database's value of a column into Python's; None where it stays what it is."""
    column = field.get_col(field.model._meta.db_table)
    chain = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    if not chain:
        return None

    def read(value: Any) -> Any:
        for convert in chain:
            value = convert(value, column, connection)
        return value

    return read


@lru_cache(maxsize=512)
def _plan(model: type[models.Model], vendor: str) -> Plan:
    return Plan(model)


@lru_cache(maxsize=512)
def _update(
    model: type[models.Model], names: tuple[str, ...], still: tuple[str, ...], vendor: str
) -> tuple[list[Any], list[Any], str]:
    plan = _plan(model, vendor)
    fields, tests = [_field(plan, name) for name in names], [_field(plan, name) for name in ("pk", *still)]
    changes, held = (
        glue.join(f"{_quoted(field.column)} = %s" for field in some)
        for glue, some in ((", ", fields), (" AND ", tests))
    )
    return fields, tests, f"UPDATE {plan.table} SET {changes} WHERE {held}"


@lru_cache(maxsize=2048)
def _select(
    model: type[models.Model],
    shape: tuple[tuple[str, tuple[str, int]], ...],
    order: tuple[str, ...],
    vendor: str,
    lock: bool,
) -> tuple[list[Any], str]:
    plan = _plan(model, vendor)
    fields = [_field(plan, name) for name, _ in shape]
    tests = [
        f"{_quoted(field.column)} {_TESTS[kind](count)}"
        for field, (_, (kind, count)) in zip(fields, shape, strict=True)
    ]
    said = plan.select + (f" WHERE {' AND '.join(tests)}" if tests else "")
    if order:
        ways = [(_field(plan, name.lstrip("-")), name.startswith("-")) for name in order]
        said += " ORDER BY " + ", ".join(f"{_quoted(f.column)}{' DESC' if down else ''}" for f, down in ways)
    return fields, said + (" FOR UPDATE" if lock and vendor == "postgresql" else "")


_TESTS: dict[str, Callable[[int], str]] = {
    "none": lambda count: "IS NULL",
    "one": lambda count: "= %s",
    "several": lambda count: f"IN ({', '.join(['%s'] * count)})",
}


def _shape(value: Any) -> tuple[str, int]:
    if value is None:
        return "none", 0
    if isinstance(value, (list, tuple)):
        return ("several", len(value)) if value else ("empty", 0)
    return "one", 1


def _field(plan: Plan, name: str) -> Any:
    """By name, by ``attname``, or ``pk``."""
    if name == "pk":
        return plan.meta.pk
    for field in plan.meta.concrete_fields:
        if name in (field.name, field.attname):
            return field
    raise ValueError(f"{plan.meta.label} has no column {name}")
