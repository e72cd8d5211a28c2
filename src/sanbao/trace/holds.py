"""A hold goes with the material: what is linked to a held lot later is held too (design §7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from sanbao.trace.models import HoldState
from sanbao.trace.store import among

# From the lots that were just fed: their held sources, and from there everything onward, hold by hold. A lot that
# QC let out of a hold stays out, and passes nothing on.
_INHERIT = """
WITH RECURSIVE t(lot, hold) AS (
    SELECT e.dst, h.hold_id
    FROM trace_lot_link e
    JOIN trace_held_lot h ON h.lot_id = e.src AND NOT h.released
    JOIN trace_hold o ON o.id = h.hold_id AND o.state = %s AND o.forward
    WHERE e.dst IN ({fed})
    UNION
    SELECT e.dst, t.hold FROM t CROSS JOIN trace_lot_link e
    WHERE e.src = t.lot
    AND NOT EXISTS (SELECT 1 FROM trace_held_lot f WHERE f.lot_id = t.lot AND f.hold_id = t.hold AND f.released)
)
INSERT INTO trace_held_lot (lot_id, hold_id, released) SELECT lot, hold, {no} FROM t WHERE true
ON CONFLICT DO NOTHING"""


def inherit(fed: Iterable[int]) -> int:
    """Hold what was made from held lots, ``fed`` being the lots that were just linked into; how many are new."""
    listed = among(sorted(set(fed)))
    no = "false" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as cursor:
        cursor.execute(_INHERIT.format(fed=listed.sql, no=no), [HoldState.IN_FORCE.value, *listed.params])
        new: int = cursor.rowcount
    return new
