"""From a complained label back to what made it: lots, furnace, line, press and shift."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import batched

from sanbao.signals.scan import Place
from sanbao.trace.models import Lot, LotKind, LotLink, Traveller

#: So many ids fit into one question on every database.
CHUNK = 500
#: Which lots are looked at; a label goes to one user, and a heat is its billet lot.
DIMENSION_OF = {
    LotKind.RAW: "material",
    LotKind.BILLET: "casting",
    LotKind.AGEING: "ageing",
    LotKind.OXIDATION: "finish",
    LotKind.COATING: "finish",
    LotKind.TRAVELLER: "basket",
}
#: A furnace or line is the first part of the numbers of its batches: ``SJ1-260217`` ran in SJ1.
_EQUIPMENT = re.compile(r"([A-Z]+\d+)-", re.IGNORECASE)


def equipment(code: str) -> str:
    """The furnace or line in a batch number; nothing where the number does not say."""
    found = _EQUIPMENT.match(code.strip())
    return found.group(1).upper() if found else ""


def made_on(press: str, shift: str, ageing: str, finish: str) -> Iterator[Place]:
    """The machines and the shift that a traveller names."""
    named = (("press", press), ("shift", shift), ("furnace", equipment(ageing)), ("bath", equipment(finish)))
    yield from (Place(dimension, value.strip()) for dimension, value in named if value.strip())


class Origins:
    """What went into lots, read once for all of them: one question per step of the chain and five hundred lots."""

    def __init__(self, lots: Collection[int]) -> None:
        self._parents = _upstream(lots)
        every = {*lots, *self._parents, *(lot for parents in self._parents.values() for lot in parents)}
        self._places: dict[int, list[Place]] = defaultdict(list)
        for some in batched(sorted(every), CHUNK):
            for lot, kind in Lot.objects.filter(pk__in=some).values_list("pk", "kind"):
                if dimension := DIMENSION_OF.get(LotKind(kind)):
                    self._places[lot].append(Place(dimension, str(lot)))
        for lot, *said in _cards(every):
            self._places[lot] += made_on(*said)

    def of(self, lot: int | None) -> set[Place]:
        """The places of a lot and of all that went into it."""
        seen, left = set(), [lot] if lot is not None else []
        while left:
            one = left.pop()
            if one not in seen:
                seen.add(one)
                left += self._parents.get(one, ())
        return {place for one in seen for place in self._places.get(one, ())}


def _upstream(lots: Iterable[int]) -> dict[int, list[int]]:
    parents: dict[int, list[int]] = defaultdict(list)
    known, step = set(lots), set(lots)
    while step:
        found = set()
        for some in batched(sorted(step), CHUNK):
            for dst, src in LotLink.objects.filter(dst__in=some).values_list("dst", "src").distinct():
                parents[dst].append(src)
                found.add(src)
        step = found - known
        known |= found
    return dict(parents)


def _cards(lots: Iterable[int]) -> Iterator[tuple[int, str, str, str, str]]:
    for some in batched(sorted(lots), CHUNK):
        cards = Traveller.standing.filter(lot__in=some)  # type: ignore[misc]
        yield from cards.values_list("lot_id", "press", "shift", "ageing", "finish")
