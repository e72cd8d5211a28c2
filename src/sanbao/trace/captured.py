"""Lots, links and quantities that an upper room's events bring, set-wise; nobody else touches the tables (design §7).

A captured event makes links under ``event_of(RecordKind.CAPTURE, its id)``. It is history and passes no gate; holds go
with the material all the same, because links are written by ``bulk.put_links``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet

from sanbao.trace import bulk, news, store
from sanbao.trace.models import Lot, LotLink, RecordKind, event_of, record_of
from sanbao.trace.plans import LotFacts

#: (source, target, id of the captured event) → thousandths.
type Links = dict[tuple[int, int, int], int | None]


def known(keys: Iterable[str]) -> QuerySet[Lot]:
    """The lots with these keys that stand."""
    return Lot.objects.filter(key__in=store.among(sorted(set(keys))))


def enter(lots: Sequence[LotFacts]) -> list[int]:
    """New lots, none of which stands yet; their ids in the same order. Only inside ``store.writing``."""
    bulk.put_lots(lots)
    return [lot.id for lot in lots]


def find_by(handles: Iterable[tuple[str, str, int]]) -> int:
    """(key, kind, lot id): by what else a lot is found."""
    return bulk.put_handles((key[:64], kind, lot) for key, kind, lot in handles if key)


def requantify(quantities: dict[int, int | None]) -> None:
    """Set the quantities of lots, in thousandths of their unit."""
    if quantities:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {Lot._meta.db_table} SET quantity_milli = %s WHERE id = %s",
                [(milli, lot) for lot, milli in sorted(quantities.items())],
            )


def link(links: Links) -> int:
    """Write links of captured events; how many were new."""
    return bulk.put_links(
        (target, source, event_of(RecordKind.CAPTURE, event), milli) for (source, target, event), milli in links.items()
    )


def unlink(links: Iterable[tuple[int, int, int]]) -> int:
    """Take (source, target, event) away; the events stay. How many were there. Only inside ``store.writing``."""
    rows = sorted((target, source, event_of(RecordKind.CAPTURE, event)) for source, target, event in links)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {LotLink._meta.db_table} WHERE dst = %s AND src = %s AND event = %s", rows)
        gone = int(cursor.rowcount)
    news.note(sorted({(target, source) for target, source, _ in rows}))
    return gone


def links_into(lots: Iterable[int]) -> Links:
    """The links of captured events into these lots."""
    rows = LotLink.objects.filter(dst__in=store.among(sorted(set(lots)))).values_list(
        "src", "dst", "event", "quantity_milli"
    )
    found = ((src, dst, *record_of(event), milli) for src, dst, event, milli in rows)
    return {(src, dst, record): milli for src, dst, kind, record, milli in found if kind == RecordKind.CAPTURE}
