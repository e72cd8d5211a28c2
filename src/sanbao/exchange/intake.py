"""What one import knows while it goes: who is who, which lots stand, and how to write the next chunk.

A rehearsal runs the very same code and rolls each chunk back, so that nobody is held up by one long transaction.
What a rolled-back chunk had brought in is remembered here and stands in again, inside the transaction of each
later chunk that refers to it: lots as rows that vanish with the chunk, parties as ids that no row has (foreign
keys are checked at commit, which never comes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Sum

from sanbao.catalog.models import Material, Product
from sanbao.exchange.memory import Memory
from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.parties.models import Customer, Dealer, Supplier
from sanbao.parties.rules import name_key
from sanbao.trace import bulk, store
from sanbao.trace.known import KnownLots, LotFacts
from sanbao.trace.models import LotLink, Shipment
from sanbao.trace.rows import Row

#: Lots of which it is remembered how much has been used; with more, the store is asked again.
MOST_USED = 50_000


class Codes:
    """Code → id of one table of master data, read once and again after the import itself has added to it."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._ids: dict[str, int] | None = None
        self._rehearsed: dict[str, int] = {}
        self._rows: dict[str, dict[str, str]] = {}

    def get(self, code: str) -> int | None:
        if self._ids is None:
            self._ids = dict(self.model.objects.values_list("code", "id")) | self._rehearsed
        return self._ids.get(code)

    def stand_in(self) -> None:
        """Put remembered rows back for the length of this chunk, where a room below looks them up itself."""
        standing = set(self.model.objects.filter(code__in=self._rehearsed).values_list("code", flat=True))
        rows = [row for code, row in self._rows.items() if code not in standing]
        self.model.objects.bulk_create((self.model(state=InUse.IN_USE, **row) for row in rows), batch_size=500)

    def added(self, rows: Iterable[dict[str, str]], *, rehearsal: bool) -> None:
        """The import has just written rows (``code``, ``name``) that nobody knew before."""
        if rehearsal:
            for row in rows:
                self._rehearsed[row["code"]] = -1 - len(self._rehearsed)
                self._rows[row["code"]] = {"code": row["code"], "name": row["name"], "name_key": name_key(row["name"])}
        self._ids = None


class _Rehearsed(KnownLots):
    """Lots in a rehearsal: those that rolled-back chunks brought in stand in again for the length of this chunk."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory

    def _fetched(self, keys: list[str]) -> Iterable[LotFacts]:
        standing = {lot.key: lot for lot in super()._fetched(keys)}
        remembered = {lot.key: lot for lot in self._memory.recall(keys)}
        bulk.put_lots([lot for key, lot in remembered.items() if key not in standing])
        for key, lot in standing.items():
            if key in remembered:
                remembered[key].id = lot.id
        return (standing | remembered).values()


type Sums = Callable[[Iterable[int]], dict[int, int | None]]


def linked(lots: Iterable[int]) -> dict[int, int | None]:
    """How much of each went into other lots."""
    out = LotLink.objects.filter(src__in=store.among(sorted(lots))).values_list("src")
    return dict(out.annotate(total=Sum("quantity_milli")))


def shipped(lots: Iterable[int]) -> dict[int, int | None]:
    """How much of each was sent to customers."""
    out = Shipment.standing.filter(lot__in=store.among(sorted(lots))).values_list("lot_id")
    return dict(out.annotate(total=Sum("quantity_milli")))


class Intake:
    """Handed to every chunk of a run. ``source`` is what the records keep as their origin, ``present`` names the
    columns that the file at hand has, ``made`` gathers the ids of old cases that a chunk has made.
    """

    def __init__(self, *, by: Actor, source: str, rehearsal: bool = False) -> None:
        self.by, self.source, self.rehearsal = by, source, rehearsal
        self.suppliers, self.customers = Codes(Supplier), Codes(Customer)
        self.dealers = Codes(Dealer)
        self.products, self.materials = Codes(Product), Codes(Material)
        self.present: frozenset[str] = frozenset()
        self.made: list[int] = []
        self._memory = Memory() if rehearsal else None
        self._used: dict[str, list[int]] = {}

    def start_chunk(self, present: frozenset[str]) -> None:
        """To be called inside the chunk's transaction, first thing; ``present`` are the file's columns."""
        self.made, self.present = [], present

    def lots(self, keys: Iterable[str]) -> KnownLots:
        """The lots of these codes that stand, by key; one query. A kind asks for all that its lines refer to."""
        lots = _Rehearsed(self._memory) if self._memory else KnownLots()
        lots.ask(keys)
        return lots

    def write(self, rows: Sequence[Row], lots: KnownLots) -> list[bulk.Written]:
        """Write rows of one class into the trace store; ``lots`` are those that the kind has asked for."""
        written = bulk.write(rows, source=self.source, lots=lots)
        if self._memory:
            self._memory.keep(lots[key] for key in {*lots.new, *lots.changed})
        return written

    def used(self, lots: Iterable[LotFacts], sums: Sums = linked) -> dict[str, list[int]]:
        """Per lot [there is, used so far] in thousandths; whoever uses more of it adds to the second."""
        if self._memory:
            self._memory.use({key: used for key, (_, used) in self._used.items()})
            self._used.clear()
        elif len(self._used) > MOST_USED:
            self._used.clear()
        new: dict[int, LotFacts] = {}
        for lot in lots:
            if known := self._used.get(lot.key):
                known[0] = lot.quantity_milli or 0
            elif lot.id is not None:
                new[lot.id] = lot
        if new:
            out = sums(new)
            remembered = self._memory.used(lot.key for lot in new.values()) if self._memory else {}
            for id, lot in new.items():
                self._used[lot.key] = [lot.quantity_milli or 0, remembered.get(lot.key) or out.get(id) or 0]
        return self._used
