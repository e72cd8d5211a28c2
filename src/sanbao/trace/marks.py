"""What stands in the way of lots, and what lets them through: for pages, set-wise, three queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sanbao.kernel.words import W
from sanbao.trace import queries
from sanbao.trace.models import HeldLot, Hold, HoldState, Permit, PermitKind, PermitState, Property
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


@dataclass(slots=True, frozen=True)
class Brief:
    """The same in numbers only, for the thousands of lots of a drawing."""

    holds: tuple[str, ...] = ()
    permits: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> list[W]:
        """``冻结 GL-2026-00001``, ``让步放行 FX-2026-00003``."""
        held = [W("冻结 {n}", "On hold {n}", n=number) for number in self.holds]
        return held + [
            W("{kind} {n}", "{kind} {n}", kind=PermitKind(kind).title, n=number) for kind, number in self.permits
        ]


def brief(lots: Iterable[int]) -> dict[int, Brief]:
    """The holds in force and the permits in force, by id; two queries."""
    ids = sorted(set(lots))
    held: dict[int, list[str]] = {}
    rows = HeldLot.objects.filter(lot_id__in=among(ids), released=False, hold__state=HoldState.IN_FORCE)
    for lot, number in rows.order_by("hold_id").values_list("lot_id", "hold__number"):
        held.setdefault(lot, []).append(number)
    passing: dict[int, list[tuple[str, str]]] = {}
    permits = Permit.objects.filter(lot_id__in=among(ids), state=PermitState.IN_FORCE).order_by("pk")
    for lot, kind, number in permits.values_list("lot_id", "kind", "number"):
        passing.setdefault(lot, []).append((kind, number))
    return {lot: Brief(tuple(held.get(lot, ())), tuple(passing.get(lot, ()))) for lot in held.keys() | passing.keys()}
