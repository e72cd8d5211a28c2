"""Records of upper rooms that made links (a process step, a transfer, a new label), as events: one for each target.

The rooms say by ``trace.concerns.linking`` where such records are kept; what went into what is read from the links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sanbao.epcis.telling import Inputs, Teller
from sanbao.kernel.times import local
from sanbao.trace import store
from sanbao.trace.concerns import Linked, linking
from sanbao.trace.models import Lot, LotLink, RecordKind, event_of, record_of


def tables() -> dict[str, Any]:
    """Kind → the model that keeps its records."""
    return {kind.value: linked.model for kind, linked in linking.items()}


def after(kind: RecordKind, last: int, most: int, house: str) -> tuple[list[dict[str, Any]], list[int]]:
    """The events of the next records, at most so many, and the numbers of these records."""
    model = linking[kind].model
    ids = list(model._base_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:most])
    return events(kind, ids, house), ids


def events(kind: RecordKind, ids: Collection[int], house: str) -> list[dict[str, Any]]:
    """What these records did; nothing of one that made no links, or whose links were struck. Three queries."""
    linked = linking[kind]
    rows = _rows(linked, linked.model._base_manager.filter(pk__in=store.among(sorted(ids))))
    told = {pk: (day, facts) for pk, day, _, *facts in rows}
    inputs = _inputs({event_of(kind, pk) for pk in told}, {into for _, _, into, *_ in rows if into is not None})
    teller = Teller(house)
    return [
        teller.linked(kind, pk, told[pk][0], went_in, target, dict(zip(linked.told, told[pk][1], strict=True)))
        for (pk, _), (target, went_in) in sorted(inputs.items(), key=lambda pair: pair[0])
    ]


def _rows(linked: Linked, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    found = rows.order_by("pk").values_list("pk", linked.day, linked.into, *linked.told)
    return [(pk, _day(day), *rest) for pk, day, *rest in found]


def _day(moment: date) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment


def _inputs(made: set[int], targets: Iterable[int]) -> dict[tuple[int, int], tuple[Lot, Inputs]]:
    """(record, target) → the target, and what went into it by that record."""
    links = [
        link
        for link in LotLink.objects.filter(dst__in=store.among(sorted(targets))).values_list(
            "src", "dst", "event", "quantity_milli"
        )
        if link[2] in made
    ]
    ends = {end for src, dst, _, _ in links for end in (src, dst)}
    rows = Lot.objects.filter(pk__in=store.among(sorted(ends))).select_related("product", "material")
    lots = {lot.pk: lot for lot in rows}
    found: dict[tuple[int, int], Inputs] = defaultdict(list)
    for src, dst, event, milli in sorted(links, key=lambda link: lots[link[0]].code):
        found[record_of(event)[1], dst].append((lots[src], milli))
    return {(pk, dst): (lots[dst], went_in) for (pk, dst), went_in in found.items()}
