"""What is true of the store without asking anybody: what a marking lacks, whose turn a lot is, what a count means.

Quantities are integer thousandths. ``mark`` and ``day`` of a marking speak for themselves; a tick without the number
that it stands for is no content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

#: Not one of the contents: the maker's or third party's report that a rule demands (T-03).
REPORT = "report"


# -- marking ------------------------------------------------------------------------------------------


def lacking(
    required: Iterable[str], present: Collection[str], *, lot_or_date: bool, inspection_mark: bool
) -> list[str]:
    """The required contents that are not there. A lot or date must be written down, and so must a certificate's number
    or the inspector's code; a tick alone does not bring them."""
    written = {"date_or_lot": lot_or_date, "inspection_mark": inspection_mark}
    return [content for content in required if content not in present or not written.get(content, True)]


def report_lacking(needed: str, came: str, number: str) -> bool:
    """Whether the report that the rule demands is missing. A third party's serves for the maker's, not the reverse."""
    if needed == "none":
        return False
    accepted = {"maker": ("maker", "third_party"), "third_party": ("third_party",)}[needed]
    return came not in accepted or not number.strip()


# -- first in, first out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A lot that may be handed out: what is left of it that no line of the slip takes, and whose property it is."""

    lot: int
    received: date | None
    left: int
    owner: int | None = None

    @property
    def age(self) -> tuple[date, int]:
        return self.received or date.min, self.lot


def in_turn(offers: Iterable[Offer], customer: int | None = None) -> list[Offer]:
    """Oldest first; what the customer himself supplied before what is the factory's."""
    return sorted(offers, key=lambda offer: (offer.owner != customer or customer is None, offer.age))


def first_in_first_out(offers: Sequence[Offer], wanted: int) -> list[tuple[int, int]]:
    """(lot, thousandths) that make up what is wanted, in the order of the offers; less when there is no more."""
    taken: list[tuple[int, int]] = []
    for offer in offers:
        if wanted <= 0:
            break
        if (part := min(offer.left, wanted)) > 0:
            taken.append((offer.lot, part))
            wanted -= part
    return taken


def passed_over(offers: Iterable[Offer], chosen: Offer) -> list[Offer]:
    """The older lots of the same property that still hold something, oldest first."""
    older = [o for o in offers if o.owner == chosen.owner and o.lot != chosen.lot and o.left > 0 and o.age < chosen.age]
    return sorted(older, key=lambda offer: offer.age)


# -- what lies where --------------------------------------------------------------------------------------


def shares(left: int | None, lying: Sequence[tuple[int, int | None]]) -> dict[int, int | None]:
    """Place → how much of a lot lies there, from (place, thousandths or None), in order.

    The named parts first, as far as what is left goes; None takes the rest. Of a lot that nobody weighed nobody knows.
    """
    if left is None:
        return dict(lying)
    found: dict[int, int | None] = {}
    rest = max(left, 0)
    for place, part in lying:
        if part is not None:
            found[place] = min(part, rest)
            rest -= min(part, rest)
    return found | {place: rest for place, part in lying if part is None}


# -- stock-taking -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """The last scan of one lot at one place. ``found`` None: seen, not weighed.

    ``book`` is the lot's book within what is counted, ``left`` its whole account, both at that moment.
    """

    place: int | None
    found: int | None
    book: int
    left: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the count says of one lot. ``moved`` is what came from places that are not counted; ``places`` is where how
    much was found."""

    finding: str
    book: int
    found: int
    left: int
    moved: int = 0
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def difference(self) -> int:
        return self.found - self.book - self.moved


def not_seen(book: int, left: int) -> Outcome:
    """A lot that the book has within what is counted, and nobody scanned."""
    return Outcome("missing", book, 0, left)


def outcome(seen: Sequence[Seen], booked: Mapping[int, int | None]) -> Outcome:
    """What the scans of one lot mean. ``booked`` is where it should lie within what is counted.

    The account's moment is the scan's own, so use and shipment afterwards make no difference. Between two scans of one
    lot they do: nobody can tell which of the two they came from, and it must be counted again.
    """
    last = seen[-1]
    weighed = sum(scan.found for scan in seen if scan.found is not None)
    unweighed = [scan for scan in seen if scan.found is None]
    # What was only seen is what the book has and no scale has shown yet; where the book has nothing here, all of it.
    rest = max((last.book or last.left) - weighed, 0) if unweighed else 0
    found = weighed + rest
    moved = max(min(found - last.book, last.left - last.book), 0)
    places = [
        (scan.place, scan.found if scan.found is not None else rest if scan is unweighed[0] else 0)
        for scan in seen
        if scan.place is not None
    ]
    told = Outcome("", last.book, found, last.left, moved, places)
    return Outcome(_finding(told, seen, booked), told.book, told.found, told.left, told.moved, places)


def _finding(told: Outcome, seen: Sequence[Seen], booked: Mapping[int, int | None]) -> str:
    if len({scan.left for scan in seen}) > 1:
        return "moved"
    if told.difference:
        return "less" if told.difference < 0 else "more"
    where = {place for place, milli in told.places if milli}
    should = {place for place, milli in booked.items() if milli}
    return "elsewhere" if told.moved or (where and where != should) else "same"


# -- the stock card -------------------------------------------------------------------------------------------


def balances(changes: Iterable[int]) -> list[int]:
    """The balance after each line of a card."""
    running, found = 0, []
    for change in changes:
        running += change
        found.append(running)
    return found
