"""What stands in the way of lots, and what lets them through: for pages, set-wise, three queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sanbao.trace import queries
from sanbao.trace.models import HeldLot, Hold, HoldState, Permit, PermitState, Property
from sanbao.trace.store import among


@dataclass(slots=True)
class Marks:
    """The holds in force, the open permits and the owner of one lot."""

    holds: list[Hold] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    owner: str = ""


def debts(lot: int) -> list[Permit]:
    """T-05: the urgent releases and concessions, still open, of everything that went into a lot."""
    return list(
        Permit.objects.filter(
            lot_id__in=among(sorted(set(queries.engine.back([lot])) - {lot})), state=PermitState.IN_FORCE
        ).select_related("lot")
    )


def marks(lots: Iterable[int]) -> dict[int, Marks]:
    """By id; lots with nothing to say are left out."""
    ids = sorted(set(lots))
    found: dict[int, Marks] = {}
    held = HeldLot.objects.filter(lot_id__in=among(ids), released=False, hold__state=HoldState.IN_FORCE)
    for row in held.select_related("hold").order_by("hold_id"):
        found.setdefault(row.lot_id, Marks()).holds.append(row.hold)
    still = (PermitState.APPLIED, PermitState.IN_FORCE)
    for permit in Permit.objects.filter(lot_id__in=among(ids), state__in=still).order_by("pk"):
        found.setdefault(permit.lot_id, Marks()).permits.append(permit)
    for owned in Property.objects.filter(lot_id__in=among(ids)).select_related("customer"):
        found.setdefault(owned.lot_id, Marks()).owner = owned.customer.name
    return found
