"""The lots that one chunk of records speaks of: asked for once, new and changed ones marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection

from sanbao.trace import store


@dataclass(slots=True)
class LotFacts:
    """A lot as the store has it or as a row tells it. ``id`` is None until it is written.

    A lot that is only named by others' records has neither quantity nor date of its own.
    """

    key: str
    code: str
    kind: str
    made_on: date | None = None
    quantity_milli: int | None = None
    unit: str = "kg"
    status: str = "pending"
    product_id: int | None = None
    material_id: int | None = None
    id: int | None = None

    @property
    def recorded(self) -> bool:
        """Whether it has a record of its own, or was only named by another's."""
        return self.quantity_milli is not None or self.made_on is not None


#: In the order of the fields of ``LotFacts``, which is the order in which they are fetched and stored.
COLUMNS = ("key", "code", "kind", "made_on", "quantity_milli", "unit", "status", "product_id", "material_id", "id")
facts_of = attrgetter(*COLUMNS)


class KnownLots(dict[str, LotFacts]):
    """Lots by key. What was asked for and does not stand is not asked for again.

    ``new`` and ``changed`` are the keys of lots that have been entered or altered since, for whoever writes them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: set[str] = set()
        self.new: list[str] = []
        self.changed: set[str] = set()

    def ask(self, keys: Iterable[str]) -> None:
        """Fetch those not asked for so far, in one query."""
        unknown = set(keys) - self._asked - self.keys()
        if unknown:
            self._asked |= unknown
            self.update((lot.key, lot) for lot in self._fetched(sorted(unknown)))

    def _fetched(self, keys: list[str]) -> Iterable[LotFacts]:
        return (LotFacts(*facts) for facts in _rows(keys))

    def enter(self, lot: LotFacts) -> None:
        self[lot.key] = lot
        self.new.append(lot.key)


def _rows(keys: list[str]) -> Iterable[tuple[Any, ...]]:
    listed = store.among(keys)
    # An expression has no declared type, so SQLite's driver does not make a date of every single cell.
    made_on = "made_on" if store.postgres() else "made_on || ''"
    names = ", ".join(COLUMNS).replace("made_on", made_on)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM trace_lot WHERE key IN ({listed.sql})", listed.params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    if store.postgres():
        return found
    return ((*facts[:3], facts[3] and _day(facts[3]), *facts[4:]) for facts in found)


@lru_cache(1 << 12)
def _day(text: str) -> date:
    return date.fromisoformat(text)
