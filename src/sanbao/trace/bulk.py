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
from sanbao.trace.known import COLUMNS, KnownLots, LotFacts, facts_of
from sanbao.trace.loops import on_a_loop
from sanbao.trace.models import Handle, HeldLot, Lot, LotLink, QualityStatus, event_of
from sanbao.trace.plans import SHAPES, Plan, named
from sanbao.trace.rows import Row


class Result(Vocabulary):
    """What became of one row."""

    TAKEN = "taken", "已取入", "Taken"
    UNCHANGED = "unchanged", "无变化", "Unchanged"
    DIFFERS = "differs", "与已有记录不同", "Differs from the record"
    REFUSED = "refused", "拒绝", "Refused"


@dataclass(slots=True)
class Written:
    """What became of one row; see the module's docstring. ``record_id`` is set where a record stands.

    ``loops`` are the codes of lots that by this row feed themselves through others.
    """

    result: Result
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    mentioned: tuple[str, ...] = ()
    record_id: int | None = None
    loops: tuple[str, ...] = ()


#: When two records define one lot, its status is the worse of the two.
_WORSE = [QualityStatus.PASSED, QualityStatus.PENDING, QualityStatus.UNDECIDED, QualityStatus.FAILED]
_LOT_FACTS = ("kind", "product_id", "material_id", "quantity_milli", "unit", "status", "made_on")
_LINK_COLUMNS = [field.column for field in store.columns(LotLink)]
_changed_of = attrgetter(*_LOT_FACTS, "id")
_LONGEST_CODE, _LONGEST_NOTE = 64, 200


def write(rows: Sequence[Row], *, source: str, lots: KnownLots | None = None) -> list[Written]:
    """Write rows of one class; ``source`` is ``import:<id>`` or an actor's ref. One transaction (or savepoint).

    ``lots``: those that the caller has asked for already, within ``store.writing``; they are kept up to date.
    """
    if not rows:
        return []
    with store.writing():
        return _Batch(rows, source, KnownLots() if lots is None else lots).write()


class _Batch:
    """One call of ``write``: what stands already, what is new, and the inserts that follow from it."""

    def __init__(self, rows: Sequence[Row], source: str, lots: KnownLots) -> None:
        self.rows, self.source, self.lots = rows, source, lots
        shape = SHAPES[type(rows[0])]
        self.model, self.columns = shape.record, shape.columns
        self.plans = shape.plans(rows)
        fields = store.columns(self.model)
        # Lot columns come in the order of ``Plan.ends``; ``lot`` leads in every table.
        self.ends = [field.attname for field in fields if field.related_model is Lot]
        longest = {field.attname: field.max_length for field in fields if isinstance(field, CharField)}
        self.exceeded = self._exceeded([longest.get(name) for name in self.columns])
        keys = {key for plan in self.plans for key in plan.ends}
        lots.ask(keys | {lot[0] for plan in self.plans for lot in plan.names})

    def _exceeded(self, limits: list[int | None]) -> list[tuple[int, int]]:
        """(place, limit) of the columns in which some text is too long; usually none."""
        values = zip(*(plan.values for plan in self.plans), strict=True)
        return [
            (place, limit)
            for place, (limit, column) in enumerate(zip(limits, values, strict=True))
            if limit and max(map(len, filter(None, column)), default=0) > limit
        ]

    def _standing(self) -> dict[tuple[str, ...], tuple[int, Sequence[Any]]]:
        """Records of these lots that exist, by identity: id and the compared values."""
        # Issues are indexed by where they went, everything else by its own lot.
        leading = self.model._meta.constraints[0].fields[0] + "_id"
        place = self.ends.index(leading)
        ids = {lot.id for plan in self.plans if (lot := self.lots.get(plan.ends[place])) is not None}
        if not ids:
            return {}
        key_of = {lot.id: key for key, lot in self.lots.items()}
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
        for row, plan in zip(self.rows, self.plans, strict=True):
            if refused := self._refusal(plan):
                results.append(refused)
            elif plan.identity in standing:
                results.append(self._compare(*standing[plan.identity], plan.values))
            else:
                written = Written(Result.TAKEN, mentioned=self._enter_lots(plan))
                standing[plan.identity] = (0, plan.values)
                taken.append((row, plan, written))
                results.append(written)
        self._store(taken)
        return results

    def _refusal(self, plan: Plan) -> Written | None:
        lots = self.lots
        for key in plan.needs:
            if key not in lots:
                return Written(Result.REFUSED, "unknown_lot", {"code": key})
        for place, limit in self.exceeded:
            if len(plan.values[place] or "") > limit:
                return Written(Result.REFUSED, "too_long", {"field": self.columns[place], "limit": limit})
        for key, code, *_ in plan.names:
            if not key or len(key) > _LONGEST_CODE or len(code) > _LONGEST_CODE:
                return _TOO_LONG_A_CODE
        for lot in plan.lots:
            if not lot.key or len(lot.key) > _LONGEST_CODE or len(lot.code) > _LONGEST_CODE:
                return _TOO_LONG_A_CODE
            standing = lots.get(lot.key)
            if standing is not None and standing.kind != lot.kind:
                facts = {"code": lot.code, "is": standing.kind, "wanted": lot.kind}
                return Written(Result.REFUSED, "other_kind", facts)
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

    def _enter_lots(self, plan: Plan) -> tuple[str, ...]:
        """Take up a new record's lots; the codes that it only names and that nobody knew."""
        lots = self.lots
        mentioned: tuple[str, ...] = ()
        for name in plan.names:
            if name[0] not in lots:
                lots.enter(named(name))
                mentioned += (name[1],)
        for lot in plan.lots:
            standing = lots.get(lot.key)
            if standing is None:
                lots.enter(lot)
            else:
                _merge(standing, lot)
                if standing.id is not None:
                    lots.changed.add(lot.key)
        return mentioned

    # Storing ----------------------------------------------------------------------------------

    def _store_lots(self) -> None:
        put_lots([lot for key in self.lots.new if (lot := self.lots[key]).id is None])
        if self.lots.changed:
            assigned = ", ".join(f"{name} = %s" for name in _LOT_FACTS)
            updates = [_changed_of(self.lots[key]) for key in sorted(self.lots.changed)]
            with connection.cursor() as cursor:
                cursor.executemany(f"UPDATE {Lot._meta.db_table} SET {assigned} WHERE id = %s", updates)

    def _store(self, taken: list[tuple[Row, Plan, Written]]) -> None:
        if not taken:
            return
        self._store_lots()
        lots, source, kind_of_record = self.lots, self.source, self.model.kind
        records: list[tuple[Any, ...]] = []
        links: list[tuple[int, int, int, int | None]] = []
        handles: list[tuple[str, str, int]] = []
        for id, (row, plan, written) in zip(store.allocate(self.model, len(taken)), taken, strict=True):
            written.record_id = id
            ends = [lots[key].id for key in plan.ends]
            records.append((id, source, row.row, row.note[:_LONGEST_NOTE], "", *ends, *plan.values))
            if plan.links:
                event = event_of(kind_of_record, id)
                links += [(lots[dst].id, lots[src].id, event, quantity) for src, dst, quantity in plan.links]
            for kind, key, lot in plan.handles:
                if key:
                    handles.append((key[:_LONGEST_CODE], kind, lots[lot].id))
        names = ["id", "source", "row", "note", "voided", *self.ends, *self.columns]
        store.insert(self.model, records, names, fresh=True)
        put_links(links)
        put_handles(handles)
        if links:
            self._tell_loops(taken)

    def _tell_loops(self, taken: list[tuple[Row, Plan, Written]]) -> None:
        """A lot that is new here and goes into nothing here lies on no loop: nearly all need not be looked at."""
        lots = self.lots
        sources = {link[0] for _, plan, _ in taken for link in plan.links}
        new = {key for key in lots.new if key not in sources}
        ends = {(src, dst) for _, plan, _ in taken for src, dst, _ in plan.links if dst not in new}
        if not ends:
            return
        ids = {(lots[src].id, lots[dst].id): (src, dst) for src, dst in ends}
        looped = {ids[pair] for pair in on_a_loop(ids.keys())}
        for _, plan, written in taken if looped else ():
            written.loops = tuple(lots[dst].code for src, dst, _ in plan.links if (src, dst) in looped)


_TOO_LONG_A_CODE = Written(Result.REFUSED, "too_long", {"field": "code", "limit": _LONGEST_CODE})


def put_lots(lots: Sequence[LotFacts]) -> None:
    """Lots that do not stand yet; they get their ids."""
    for lot, id in zip(lots, store.allocate(Lot, len(lots)), strict=True):
        lot.id = id
    store.insert(Lot, [facts_of(lot) for lot in lots], COLUMNS, fresh=True)


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
        standing.code = record.code
        return
    standing.quantity_milli += record.quantity_milli or 0
    standing.status = max(standing.status, record.status, key=lambda s: _WORSE.index(QualityStatus(s)))


def _comparable(value: Any) -> Any:
    """JSON columns come back parsed; everything else as it went in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value
