"""What a count makes of its scans: the book of a moment, and one line for every lot (W-07)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from sanbao.materials import rules, stock
from sanbao.materials.models import CountEntry, CountLine, Finding, Lying, StockCount
from sanbao.trace.models import Lot


def book_now(count: StockCount, lot: Lot) -> tuple[int | None, int | None]:
    """What is left of a lot, and how much of that the book has within what is counted, at this moment."""
    left = stock.left_of([lot.pk])[lot.pk]
    return left, _book(left, _lying([lot.pk]).get(lot.pk, []), _scope(count))


def lines_of(count: StockCount) -> list[CountLine]:
    """One line for every lot that was scanned or should have been, and for every code that nobody knows."""
    entries = list(count.entries.select_related("lot", "place").order_by("id"))
    scope = _scope(count)
    scanned: dict[int, dict[int | None, CountEntry]] = defaultdict(dict)
    for entry in entries:
        if entry.lot_id is not None:
            scanned[entry.lot_id][entry.place_id] = entry  # of several at one place the last holds
    expected = {lot.pk: lot for lot in _expected(count, scope)}
    lots = expected | {e.lot_id: e.lot for e in entries if e.lot is not None}
    lying, left = _lying(lots), stock.left_of(lots)
    lines = []
    for pk, lot in sorted(lots.items(), key=lambda pair: pair[1].code):
        if pk in scanned:
            lines.append(_seen(count, lot, list(scanned[pk].values()), lying.get(pk, []), left[pk], scope))
            continue
        book = _book(left[pk], lying.get(pk, []), scope)
        if book:
            facts = {"book_milli": book, "found_milli": 0, "left_milli": left[pk]}
            lines.append(CountLine(count=count, lot=lot, code=lot.code, finding=Finding.MISSING, **facts))
    strangers = sorted({entry.code for entry in entries if entry.lot_id is None})
    return lines + [CountLine(count=count, code=code, finding=Finding.UNKNOWN) for code in strangers]


def moved_in(line: CountLine) -> int:
    """What was found beyond the book and lies, by the book, where nobody counts: moved here, and no surplus."""
    found, book, left = line.found_milli or 0, line.book_milli or 0, line.left_milli or 0
    return max(min(found - book, left - book), 0)


def difference(line: CountLine) -> int:
    """What the book must be changed by."""
    if line.found_milli is None or line.book_milli is None:
        return 0
    return line.found_milli - line.book_milli - moved_in(line)


def _seen(
    count: StockCount,
    lot: Lot,
    entries: list[CountEntry],
    lying: list[tuple[int, int | None]],
    left: int | None,
    scope: set[int],
) -> CountLine:
    places = [[e.place_id, e.quantity_milli, e.pieces] for e in entries if e.place_id is not None]
    if any(entry.left_milli is None for entry in entries):
        # Nobody ever weighed it: the count can tell where it lies, and no more.
        where = {place for place, _, _ in places} == {place for place, _ in lying}
        finding = Finding.SAME if where else Finding.ELSEWHERE
        return CountLine(count=count, lot=lot, code=lot.code, finding=finding, places=places)
    seen = [rules.Seen(e.place_id, e.quantity_milli, e.book_milli or 0, e.left_milli or 0) for e in entries]
    booked = {place: part for place, part in rules.shares(left, lying).items() if not scope or place in scope}
    told = rules.outcome(seen, booked)
    pieces = {e.place_id: e.pieces for e in entries}
    return CountLine(
        count=count,
        lot=lot,
        code=lot.code,
        finding=told.finding,
        book_milli=told.book,
        found_milli=told.found,
        left_milli=told.left,
        places=[[place, milli, pieces[place]] for place, milli in told.places],
    )


def _expected(count: StockCount, scope: set[int]) -> QuerySet[Lot]:
    """The lots that the book has within what is counted."""
    if scope:
        return Lot.objects.filter(pk__in=Lying.objects.filter(place__in=scope).values("lot"))
    return stock.raw().filter(material__material_class=count.material_class, left__gt=0)


def _book(left: int | None, lying: list[tuple[int, int | None]], scope: set[int]) -> int | None:
    if left is None:
        return None
    if not scope:
        return left
    return sum(part or 0 for place, part in rules.shares(left, lying).items() if place in scope)


def _scope(count: StockCount) -> set[int]:
    return set(count.scope.values_list("place_id", flat=True))


def _lying(lots: Iterable[int]) -> dict[int, list[tuple[int, int | None]]]:
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    rows = Lying.objects.filter(lot__in=list(lots)).order_by("since", "id")
    for lot, place, milli in rows.values_list("lot_id", "place_id", "quantity_milli"):
        found[lot].append((place, milli))
    return found
