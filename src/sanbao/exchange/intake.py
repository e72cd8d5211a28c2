"""What one import knows while it goes: who is who, which lots stand, and how to write the next chunk.

A rehearsal runs the very same code and rolls each chunk back, so that nobody is held up by one long transaction.
What a rolled-back chunk had brought in is remembered here and stands in again, inside the transaction of each
later chunk that refers to it: lots as rows that vanish with the chunk, parties as ids that no row has (foreign
keys are checked at commit, which never comes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Sum

from sanbao.catalog.models import Material, Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.parties.models import Customer, Dealer, Supplier
from sanbao.parties.rules import name_key
from sanbao.trace import bulk, store
from sanbao.trace.models import Lot, LotLink
from sanbao.trace.rows import Row

_LOT = ("id", "code", "kind", "quantity_milli", "unit", "status", "made_on", "product_id")


@dataclass(slots=True)
class KnownLot:
    id: int
    code: str
    kind: str
    quantity_milli: int | None
    unit: str
    status: str
    made_on: date | None
    product_id: int | None

    @property
    def recorded(self) -> bool:
        """Whether it has a record of its own, or was only named by another's."""
        return self.quantity_milli is not None or self.made_on is not None


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
        self.consumption: dict[str, list[int]] = {}
        self._stand_ins: dict[str, KnownLot] = {}
        self._last_lot = 0

    def lots(self, keys: Iterable[str]) -> dict[str, KnownLot]:
        """The lots of these codes that stand, by key; one query. A kind asks for all that its lines refer to."""
        wanted = set(keys)
        found = Lot.objects.filter(key__in=store.among(sorted(wanted))).values_list("key", *_LOT)
        lots = {key: KnownLot(*facts) for key, *facts in found}
        if self.rehearsal:
            lots |= self._stand_in(wanted - lots.keys())
        return lots

    def start_chunk(self, present: frozenset[str]) -> None:
        """To be called inside the chunk's transaction, first thing; ``present`` are the file's columns."""
        self.made, self.present = [], present
        if self.rehearsal:
            self._last_lot = Lot.objects.aggregate(last=Max("id"))["last"] or 0

    def write(self, rows: Sequence[Row]) -> list[bulk.Written]:
        """Write rows of one class into the trace store."""
        if not self.rehearsal:
            return bulk.write(rows, source=self.source)
        written = bulk.write(rows, source=self.source)
        made = Lot.objects.filter(id__gt=self._last_lot).values_list("key", *_LOT)
        self._stand_ins |= {key: KnownLot(*facts) for key, *facts in made}
        return written

    def _stand_in(self, keys: Iterable[str]) -> dict[str, KnownLot]:
        """Put remembered lots back for the length of this chunk."""
        known = {key: self._stand_ins[key] for key in keys if key in self._stand_ins}
        rows = [
            Lot(key=key, **{name: getattr(lot, name) for name in _LOT if name != "id"}) for key, lot in known.items()
        ]
        for row in Lot.objects.bulk_create(rows, batch_size=500):
            known[row.key].id = row.pk
        return known

    def issued(self, lots: Iterable[tuple[str, KnownLot]]) -> dict[str, list[int]]:
        """Per lot [received, issued so far] in thousandths; asked once for each lot of the whole run."""
        new = {lot.id: (key, lot) for key, lot in lots if key not in self.consumption}
        if new:
            out = LotLink.objects.filter(src__in=store.among(sorted(new))).values_list("src")
            sums = dict(out.annotate(total=Sum("quantity_milli")))
            for id, (key, lot) in new.items():
                self.consumption[key] = [lot.quantity_milli or 0, sums.get(id) or 0]
        return self.consumption
