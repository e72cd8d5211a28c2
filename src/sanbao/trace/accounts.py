"""What became of a lot's quantity: made + returned = left + used + shipped + scrapped + sampled +
sent back + unaccounted.

Set-wise: five queries whatever the number of lots. Quantities are integer thousandths of the lot's unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sanbao.trace.models import Lot, LotLink, Movement, MovementKind, Shipment
from sanbao.trace.store import among


@dataclass(slots=True)
class Account:
    """The book of one lot. ``made`` is None for a lot that is only named: nobody knows what is left of it.

    ``unaccounted`` is what stock-taking found missing (negative: found over). ``unweighed`` counts the uses of which
    nobody weighed the share, so that ``left`` is then only an upper bound.
    """

    lot: int
    code: str
    unit: str
    made: int | None
    used: int = 0
    shipped: int = 0
    returned: int = 0
    scrapped: int = 0
    sampled: int = 0
    sent_back: int = 0
    unaccounted: int = 0
    unweighed: int = 0

    @property
    def left(self) -> int | None:
        if self.made is None:
            return None
        gone = self.used + self.shipped + self.scrapped + self.sampled + self.sent_back + self.unaccounted
        return self.made + self.returned - gone


def accounts(lots: Iterable[int]) -> dict[int, Account]:
    """The accounts of these lots, by id."""
    ids = sorted(set(lots))
    found = {
        pk: Account(pk, code, unit, made)
        for pk, code, unit, made in Lot.objects.filter(pk__in=among(ids)).values_list(
            "pk", "code", "unit", "quantity_milli"
        )
    }
    used = LotLink.objects.filter(src__in=among(ids)).values("src").order_by()
    for row in used.annotate(kg=Sum("quantity_milli"), shares=Count("event", filter=Q(quantity_milli=None))):
        found[row["src"]].used, found[row["src"]].unweighed = row["kg"] or 0, row["shares"]
    sent = Shipment.standing.filter(lot__in=among(ids)).values("lot")
    for lot, kg in _sums(sent, Coalesce(F("quantity_milli"), F("lot__quantity_milli"), 0)):
        found[lot].shipped = kg
    moved = Movement.standing.filter(lot__in=among(ids)).values("lot", "what")
    for row in moved.order_by().annotate(kg=Sum("quantity_milli")):
        account, kg = found[row["lot"]], row["kg"]
        match row["what"]:
            case MovementKind.RETURNED:
                account.returned = kg
            case MovementKind.SCRAPPED:
                account.scrapped = kg
            case MovementKind.SAMPLED:
                account.sampled = kg
            case MovementKind.SENT_BACK:
                account.sent_back = kg
            case MovementKind.COUNTED:
                account.unaccounted = -kg
    return found


def account(lot: Lot) -> Account:
    return accounts([lot.pk])[lot.pk]


def _sums(rows: QuerySet[Any, dict[str, Any]], quantity: Any) -> Iterable[tuple[int, int]]:
    return ((row["lot"], row["kg"]) for row in rows.order_by().annotate(kg=Sum(quantity)))
