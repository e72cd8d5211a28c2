"""Write many records of one kind at once, with the lots, links and handles that they make.

::

    with transaction.atomic():                       # one chunk of at most 5,000 rows, its checkpoint beside it
        results = bulk.write(rows, source="import:12")   # rows: all of one class of ``trace.rows``

``results`` has one ``Written`` per row, in order: *taken*, *unchanged* (the same record stands already, also from an
earlier row of the same call), *differs* (it stands with other values; the old ones are kept, ``facts`` holds
``{field: [old, new]}``) or *refused* (``code`` and ``facts`` say why; nothing of that row is written). ``mentioned``
lists codes that were only named and had no record of their own so far. Refusal codes: ``unknown_lot``,
``other_kind``, ``too_long``, ``feeds_itself``.

Order of ledgers: receipts, issues, heats, travellers, reports, packings, shipments. The number of queries per call is
constant; writing the same rows again writes nothing. On PostgreSQL one writer at a time, as on SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField

from sanbao.kernel.words import Vocabulary
from sanbao.trace import holds, news, store
from sanbao.trace.models import Handle, HeldLot, Lot, LotLink, QualityStatus, event_of
from sanbao.trace.plans import SHAPES, LotFacts, Plan
from sanbao.trace.rows import Row


class Result(Vocabulary):
    """What became of one row."""

    TAKEN = "taken", "已取入", "Taken"
    UNCHANGED = "unchanged", "无变化", "Unchanged"
    DIFFERS = "differs", "与已有记录不同", "Differs from the record"
    REFUSED = "refused", "拒绝", "Refused"


@dataclass(slots=True)
class Written:
    """What became of one row; see the module's docstring. ``record_id`` is set where a record stands."""

    result: Result
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    mentioned: tuple[str, ...] = ()
    record_id: int | None = None


#: When two records define one lot, its status is the worse of the two.
_WORSE = [QualityStatus.PASSED, QualityStatus.PENDING, QualityStatus.UNDECIDED, QualityStatus.FAILED]
_LOT_FACTS = ("kind", "product_id", "material_id", "quantity_milli", "unit", "status", "made_on")
_LINK_COLUMNS = [field.column for field in store.columns(LotLink)]
_facts_of = attrgetter(*_LOT_FACTS)


def write(rows: Sequence[Row], *, source: str) -> list[Written]:
    """Write rows of one class; ``source`` is ``import:<id>`` or an actor's ref. One transaction (or savepoint)."""
    if not rows:
        return []
    with store.writing():
        return _Batch(rows, source).write()


class _Batch:
    """One call of ``write``: what stands already, what is new, and the inserts that follow from it."""

    def __init__(self, rows: Sequence[Row], source: str) -> None:
        self.rows, self.source = rows, source
        shape = SHAPES[type(rows[0])]
        self.model, self.columns = shape.record, shape.columns
        self.plans = shape.plans(list(rows))
        fields = store.columns(self.model)
        # Lot columns come in the order of ``Plan.ends``; ``lot`` leads in every table.
        self.ends = [field.attname for field in fields if field.related_model is Lot]
        given = ["id", "source", "row", "note", "voided", *self.ends, *self.columns]
        self.in_table_order = itemgetter(*(given.index(field.attname) for field in fields))
        longest = {field.attname: field.max_length for field in fields if isinstance(field, CharField)}
        self.limits = [(place, longest[name]) for place, name in enumerate(self.columns) if longest.get(name)]
        self.lots = self._known_lots()
        self.new_lots: dict[str, LotFacts] = {}
        self.changed: set[str] = set()

    # What stands already ----------------------------------------------------------------------

    def _known_lots(self) -> dict[str, tuple[int, LotFacts]]:
        keys = {lot.key for plan in self.plans for lot in plan.lots} | {k for p in self.plans for k in p.ends}
        found = Lot.objects.filter(key__in=store.among(sorted(keys))).values_list("id", "key", "code", *_LOT_FACTS)
        return {
            key: (id, LotFacts(key, code, **dict(zip(_LOT_FACTS, facts, strict=True))))
            for id, key, code, *facts in found
        }

    def _standing(self) -> dict[tuple[str, ...], tuple[int, Sequence[Any]]]:
        """Records of these lots that exist, by identity: id and the compared values."""
        # Issues are indexed by where they went, everything else by its own lot.
        leading = self.model._meta.constraints[0].fields[0] + "_id"
        place = self.ends.index(leading)
        ids = {self.lots[p.ends[place]][0] for p in self.plans if p.ends[place] in self.lots}
        key_of = {id: key for key, (id, _facts) in self.lots.items()}
        numbered = "number_key" in self.columns
        found = self.model.standing.filter(**{f"{leading}__in": store.among(sorted(ids))}).values_list(
            "id", *self.ends, *self.columns
        )
        standing: dict[tuple[str, ...], tuple[int, Sequence[Any]]] = {}
        for id, *rest in found:
            ends, values = rest[: len(self.ends)], rest[len(self.ends) :]
            if any(end not in key_of for end in ends):
                continue  # a neighbour's record: the other lot is not in this call
            identity = tuple(key_of[end] for end in ends)
            if numbered:
                identity += (values[self.columns.index("number_key")],)
            standing[identity] = (id, values)
        return standing

    # Judging ----------------------------------------------------------------------------------

    def write(self) -> list[Written]:
        standing = self._standing()
        results: list[Written] = []
        taken: list[tuple[Row, Plan, Written]] = []
        for row, planned in zip(self.rows, self.plans, strict=True):
            if refused := self._refusal(planned):
                results.append(refused)
            elif planned.identity in standing:
                results.append(self._compare(*standing[planned.identity], planned.values))
            else:
                written = Written(Result.TAKEN, mentioned=self._enter_lots(planned))
                standing[planned.identity] = (0, planned.values)
                taken.append((row, planned, written))
                results.append(written)
        self._store(taken)
        return results

    def _refusal(self, plan: Plan) -> Written | None:
        for key in plan.needs:
            if key not in self.lots and key not in self.new_lots:
                return Written(Result.REFUSED, "unknown_lot", {"code": key})
        for place, limit in self.limits:
            text = plan.values[place]
            if text and len(text) > limit:
                return Written(Result.REFUSED, "too_long", {"field": self.columns[place], "limit": limit})
        for lot in plan.lots:
            if not lot.key or len(lot.key) > 64 or len(lot.code) > 64:
                return Written(Result.REFUSED, "too_long", {"field": "code", "limit": 64})
            standing = self._facts(lot.key)
            if lot.defined and standing is not None and standing.kind != lot.kind:
                return Written(
                    Result.REFUSED, "other_kind", {"code": lot.code, "is": standing.kind, "wanted": lot.kind}
                )
        for src, dst, _quantity in plan.links:
            if src == dst:
                return Written(Result.REFUSED, "feeds_itself", {"code": src})
        return None

    def _compare(self, record_id: int, old: Sequence[Any], new: Sequence[Any]) -> Written:
        facts = {
            name: [before, after]
            for name, before, after in zip(self.columns, old, new, strict=True)
            if _comparable(before) != _comparable(after)
        }
        return Written(Result.DIFFERS if facts else Result.UNCHANGED, facts=facts, record_id=record_id or None)

    # Lots -------------------------------------------------------------------------------------

    def _facts(self, key: str) -> LotFacts | None:
        if key in self.lots:
            return self.lots[key][1]
        return self.new_lots.get(key)

    def _enter_lots(self, plan: Plan) -> tuple[str, ...]:
        """Take up a new record's lots; the codes that it only names and that nobody knew."""
        mentioned = []
        for lot in plan.lots:
            standing = self._facts(lot.key)
            if standing is None:
                self.new_lots[lot.key] = lot
                if not lot.defined:
                    mentioned.append(lot.code)
            elif lot.defined:
                _merge(standing, lot)
                if lot.key in self.lots:
                    self.changed.add(lot.key)
        return tuple(mentioned)

    def _store_lots(self) -> dict[str, int]:
        ids = store.allocate(Lot, len(self.new_lots))
        names = [field.attname for field in store.columns(Lot)][1:]  # all but the id, which leads
        facts = attrgetter(*names)
        store.insert(Lot, [(id, *facts(lot)) for id, lot in zip(ids, self.new_lots.values(), strict=True)])
        if self.changed:
            assigned = ", ".join(f"{name} = %s" for name in _LOT_FACTS)
            updates = []
            for key in sorted(self.changed):
                id, lot = self.lots[key]
                updates.append((*_facts_of(lot), id))
            with connection.cursor() as cursor:
                cursor.executemany(f"UPDATE {Lot._meta.db_table} SET {assigned} WHERE id = %s", updates)
        return {key: id for key, (id, _facts) in self.lots.items()} | dict(zip(self.new_lots, ids, strict=True))

    # Records, links, handles --------------------------------------------------------------------

    def _store(self, taken: list[tuple[Row, Plan, Written]]) -> None:
        if not taken:
            return
        id_of = self._store_lots()
        ids = store.allocate(self.model, len(taken))
        records, links, handles = [], [], []
        for id, (row, planned, written) in zip(ids, taken, strict=True):
            written.record_id = id
            ends = (id_of[key] for key in planned.ends)
            given = (id, self.source, row.row, row.note[:200], "", *ends, *planned.values)
            records.append(self.in_table_order(given))
            if planned.links:
                event = event_of(self.model.kind, id)
                links += [(id_of[dst], id_of[src], event, quantity) for src, dst, quantity in planned.links]
            handles += [(key[:64], kind, id_of[lot]) for kind, key, lot in planned.handles if key]
        store.insert(self.model, records)
        put_links(links)
        put_handles(handles)


def put_links(links: Iterable[tuple[int, int, int, int | None]]) -> int:
    """(dst, src, event, quantity_milli) in the order of the table, which is what makes loading fast; new ones.

    What is made from a held lot is held from the moment of its link (T-13). The caller has refused a lot that feeds
    itself; here it is an error.
    """
    rows = sorted(links, key=itemgetter(0, 1, 2))
    if not rows:
        return 0
    if any(row[0] == row[1] for row in rows):
        raise ValueError("a lot cannot be linked to itself")
    with transaction.atomic(savepoint=False):
        store.take_turn()
        new = store.insert_numbers(LotLink._meta.db_table, _LINK_COLUMNS, rows)
        if new:
            news.note([row[:2] for row in rows])
        if new and HeldLot.objects.exists():
            holds.inherit(row[0] for row in rows)
    return new


def void_links(event: int, *, into: int) -> int:
    """Take away the links that a record made into a lot (冲销); the record itself stays. How many went."""
    with transaction.atomic(savepoint=False):
        store.take_turn()
        gone = LotLink.objects.filter(dst=into, event=event)
        pairs = list(gone.values_list("dst", "src"))
        gone.delete()
        news.note(pairs)
    return len(pairs)


def put_handles(handles: Iterable[tuple[str, str, int]]) -> int:
    """(key, kind, lot id); the key as ``code_key`` makes it."""
    return store.insert(Handle, sorted(set(handles)))


def _merge(standing: LotFacts, record: LotFacts) -> None:
    """A record for a lot that was only named fills it; a second record of the same lot adds to it."""
    if standing.quantity_milli is None:
        for name in _LOT_FACTS:
            setattr(standing, name, getattr(record, name))
        standing.code, standing.defined = record.code, True
        return
    standing.quantity_milli += record.quantity_milli or 0
    standing.status = max(standing.status, record.status, key=lambda s: _WORSE.index(QualityStatus(s)))


def _comparable(value: Any) -> Any:
    """JSON columns come back parsed; everything else as it went in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value
