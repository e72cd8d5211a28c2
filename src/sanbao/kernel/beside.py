"""What stands beside a subject in other tables: one question says which of them hold anything of it at all.

A case has two dozen kinds of things that may belong to it, and most cases have few. Asking each table in vain costs
more than everything that is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from sanbao.kernel.lifecycle import Subject


@dataclass(frozen=True)
class _Place:
    table: str
    conditions: tuple[str, ...]
    by_subject: bool
    values: tuple[str, ...]


class Beside:
    """The tables beside one kind of subject, by name; rooms of higher storeys add their own."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def add(self, name: str, model: type[models.Model], column: str, **also: str) -> None:
        """Rows of ``model`` belong to a subject by ``column``: a foreign key, or a text such as ``complaint:7``.
        ``also`` narrows them down to those with these texts."""
        fields = {field.name: field for field in model._meta.concrete_fields}
        columns = [fields[name].column for name in (column, *also)]
        self._places[name] = _Place(
            model._meta.db_table,
            tuple(f'"{each}" = %s' for each in columns),
            not isinstance(fields[column], models.ForeignKey),
            tuple(also.values()),
        )

    def of(self, case: Subject) -> frozenset[str]:
        """The names of the tables that hold something of it. One query."""
        values: list[Any] = []
        for place in self._places.values():
            values += [case.subject if place.by_subject else case.pk, *place.values]
        with connection.cursor() as cursor:
            cursor.execute(self._question(), values)
            return frozenset(name for (name,) in cursor.fetchall())

    def _question(self) -> str:
        return " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{place.table}\" WHERE {' AND '.join(place.conditions)})"
            for name, place in self._places.items()
        )
