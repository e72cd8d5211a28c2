"""Columns of very many labels, for numpy to group: it needs a fraction of the time that the database needs to sort.

They know one unit; where there are two, :mod:`sanbao.trace.scopes` asks the database to group after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from sanbao.trace.models import LotKind
from sanbao.trace.store import postgres, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    type Numbers = NDArray[Any]

#: Between two codes of one text; no code holds it.
MARK = "\x1f"
#: (customer, site, unit, thousandths, codes); without customer: numbers of lots, not codes.
type Group = tuple[int | None, int | None, str, int, list[str]]

# SQLite: three texts in one order.
_TEXTS = """
SELECT min(l.unit), max(l.unit), group_concat((coalesce(s.customer_id, 0) << 32) | coalesce(s.site_id, 0), ','),
    group_concat(coalesce(s.quantity_milli, l.quantity_milli, 0), ','),
    group_concat(CASE WHEN s.id IS NULL THEN l.id ELSE l.code END, char(31))
FROM {found} CROSS JOIN trace_lot l LEFT JOIN trace_shipment s ON s.lot_id = l.id AND s.voided = ''
WHERE l.id = u.v AND l.kind = %s"""
# PostgreSQL: lots and shipments apart, because it takes longer to join them than to send both; a bit for each number
# from the first to the last says which are meant. The bounds say nothing new, but keep it from reading the whole table.
_LOTS = """
SELECT min(l.unit), max(l.unit), string_agg(int8send(l.id), ''),
    string_agg(int8send(coalesce(l.quantity_milli, 0)), ''), string_agg(l.code, chr(31))
FROM trace_lot l WHERE l.id BETWEEN {first} AND {last} AND l.kind = %s
    AND get_bit(%s::bytea, l.id - {first}) = 1"""
_SHIPMENTS = """
SELECT string_agg(int8send(s.lot_id), ''),
    string_agg(int8send(s.customer_id::bigint << 32 | coalesce(s.site_id, 0)), ''),
    string_agg(int8send(coalesce(s.quantity_milli, -1)), '')
FROM trace_shipment s WHERE s.lot_id BETWEEN {first} AND {last} AND s.voided = ''
    AND get_bit(%s::bytea, s.lot_id - {first}) = 1"""
#: With more numbers for each one that is wanted, the database groups sooner than it looks at every bit (measured).
_SPARSE = 16


def many_close(lots: list[int], many: int) -> bool:
    """Whether these are many and lie close together. ``lots`` are sorted, and there is at least one."""
    return len(lots) >= many and lots[-1] - lots[0] < _SPARSE * len(lots)


def bits_of(lots: list[int]) -> bytes:
    """A bit for each number from the first to the last: is it meant? In the order in which ``get_bit`` counts."""
    import numpy as np

    wanted = np.zeros(lots[-1] - lots[0] + 1, bool)
    wanted[np.array(lots) - lots[0]] = True
    return np.packbits(wanted, bitorder="little").tobytes()


def shipped(found: list[int]) -> Iterator[Group] | None:
    """The labels among these by customer and place; ``found`` is sorted.

    None where they have more than one unit, or, on PostgreSQL, lie too far apart.
    """
    if postgres() and not many_close(found, 0):
        return None
    units, keys, milli, codes = _sent(found) if postgres() else _texts(found)
    if units[0] is None or units[0] != units[1]:
        return None
    return _grouped(units[0], keys, milli, codes)


def _texts(found: list[int]) -> tuple[tuple[Any, Any], Numbers, Numbers, list[str]]:
    import numpy as np  # only here: small houses need not load it

    listed, bound = table(found)
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS.format(found=listed), [bound, LotKind.LABEL.value])
        [(least, most, keys, milli, codes)] = cursor.fetchall()
    numbers = [np.fromstring(text or "", np.int64, sep=",") for text in (keys, milli)]
    return (least, most), *numbers, (codes or "").split(MARK)


def _sent(found: list[int]) -> tuple[tuple[Any, Any], Numbers, Numbers, list[str]]:
    import numpy as np

    said = {"first": str(found[0]), "last": str(found[-1])}
    bits = bits_of(found)
    with connection.cursor() as cursor:
        cursor.execute(_LOTS.format(**said), [LotKind.LABEL.value, bits])
        [(least, most, *lots, codes)] = cursor.fetchall()
        cursor.execute(_SHIPMENTS.format(**said), [bits])
        [shipments] = cursor.fetchall()
    id, milli = (_numbers(sent) for sent in lots)
    lot, key, weight = (_numbers(sent) for sent in shipments)
    listed = (codes or "").split(MARK)
    if not len(lot):
        return (least, most), np.zeros_like(id), milli, [str(one) for one in id.tolist()]
    order = np.argsort(lot)
    at = order[np.minimum(np.searchsorted(lot, id, sorter=order), len(lot) - 1)]
    met = lot[at] == id
    for place in np.flatnonzero(~met).tolist():
        listed[place] = str(id[place])
    told = np.where(met & (weight[at] >= 0), weight[at], milli)
    return (least, most), np.where(met, key[at], 0), told, listed


def _numbers(sent: Any) -> Numbers:
    import numpy as np

    return np.frombuffer(bytes(sent or b""), ">i8").astype(np.int64)


def _grouped(unit: str, key: Numbers, weight: Numbers, codes: list[str]) -> Iterator[Group]:
    import numpy as np

    order = np.argsort(key, kind="stable")
    firsts = np.flatnonzero(np.diff(key[order], prepend=-1))
    sums = np.add.reduceat(weight[order], firsts)
    listed = np.array(codes, object)[order].tolist()
    ends = [*firsts[1:].tolist(), len(listed)]
    for one, begin, end, total in zip(key[order][firsts].tolist(), firsts.tolist(), ends, sums.tolist(), strict=True):
        yield one >> 32 or None, one & 0xFFFF_FFFF or None, unit, total, listed[begin:end]
