"""Day by day without hindsight; what is one matter; what comes back (C-09)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.signals.exposure import Deliveries
from sanbao.signals.matters import Matter, settle
from sanbao.signals.rules import Line
from sanbao.signals.scan import EVERYWHERE, Case, Finding, Known, Place, Scan, World

LINE = Line(
    days=30,
    cases=3,
    users=2,
    share=0.05,
    strength=2,
    risk_days=90,
    cold_days=60,
    overlap=0.5,
    regrowth=2,
    count=frozenset({"product", "lot"}),
    compare=frozenset({"product", "lot"}),
)
PRODUCTS = [Place("product", str(n)) for n in range(4)]
LOTS = [Place("lot", str(n)) for n in range(12)]
type Sent = tuple[int, float, int]


def case(number: int, day: int, user: str = "", *, product: int = 0, lot: int | None = None, defect: int = 1) -> Case:
    places = {PRODUCTS[product]} | ({LOTS[lot]} if lot is not None else set())
    return Case(number, (day, user or f"user {number}"), (Known(day, defect, frozenset(places)),))


def world(sent: list[Sent], *, line: Line = LINE) -> World:
    """Deliveries as (day, tonnes, lot); lot n is of product n modulo four."""

    def delivered(place: Place) -> Deliveries | None:
        rows = [(day, weight) for day, weight, lot in sent if place in (EVERYWHERE, LOTS[lot], PRODUCTS[lot % 4])]
        return Deliveries(rows, line.risk_days) if rows else None

    def at_risk(dimension: str, day: int) -> int:
        named = {d: {lot if d == "lot" else lot % 4 for at, _, lot in sent if at <= day} for d in ("lot", "product")}
        return len(named[dimension])

    return World(line, delivered, at_risk)


def matters_of(cases: list[Case], sent: list[Sent], last: int, *, line: Line = LINE) -> list[Matter]:
    scan, matters = Scan(cases, world(sent, line=line)), list[Matter]()
    for day in range(last + 1):
        settle(scan.on(day), matters, line)
    return matters


EVENLY: list[Sent] = [(day, 10.0, day % 12) for day in range(200)]


def test_three_from_two_users_within_the_window_are_amber_and_two_are_not() -> None:
    alike = [case(1, 10, "a"), case(2, 20, "a"), case(3, 39, "b")]
    assert [m.raised_on for m in matters_of(alike, [], 60)] == [39]
    assert matters_of(alike[:2], [], 60) == []


def test_one_angry_user_with_five_calls_is_not_widespread() -> None:
    assert matters_of([case(n, n, "angry") for n in range(5)], EVENLY, 60) == []


def test_the_window_holds_thirty_days_and_not_thirty_one() -> None:
    assert matters_of([case(1, 0), case(2, 10), case(3, 29)], [], 40)
    assert not matters_of([case(1, 0), case(2, 10), case(3, 30)], [], 40)


def test_what_is_usual_is_amber_at_most_and_what_is_not_is_red() -> None:
    usual = [case(n, day, product=0) for n, day in enumerate(range(0, 180, 8))]
    assert not any(m.red for m in matters_of(usual, EVENLY, 180))
    outbreak = [case(500 + n, 150 + 2 * n, product=1, lot=5, defect=2) for n in range(5)]
    [matter] = [m for m in matters_of([*usual, *outbreak], EVENLY, 180) if m.defect == 2]
    assert matter.red and matter.red_on is not None and matter.red_on <= 158


def test_before_the_history_is_long_enough_only_the_count_speaks() -> None:
    stream = [case(99, 0, defect=3), *(case(n, 45 + n, product=1, lot=5) for n in range(8))]
    [matter] = matters_of(stream, EVENLY, 55, line=replace(LINE, cold_days=60))
    assert not matter.red
    [matter] = matters_of(stream, EVENLY, 55, line=replace(LINE, cold_days=30))
    assert matter.red


def test_much_delivered_expects_much() -> None:
    """The same five cases are a signal for a small lot, and none for what everybody has."""
    history = [case(n, day, product=0) for n, day in enumerate(range(0, 150, 6))]
    five = [case(900 + n, 160 + n, product=1, lot=5) for n in range(5)]
    red_of = {}
    for tonnes in (1.0, 3000.0):
        sent = [*EVENLY, (150, tonnes, 5)]
        red_of[tonnes] = any(
            m.red for m in matters_of([*history, *five], sent, 180, line=replace(LINE, count=frozenset()))
        )
    assert red_of == {1.0: True, 3000.0: False}


def test_findings_of_one_fault_that_share_their_cases_are_one_matter() -> None:
    [matter] = matters_of([case(n, 10 + n, lot=5, product=1) for n in range(4)], [], 60)
    assert set(matter.findings) == {PRODUCTS[1], LOTS[5]} and matter.cases == {0, 1, 2, 3}


def test_another_fault_at_the_same_place_is_another_matter() -> None:
    alike = [case(n, 10 + n, lot=5, defect=1 + n % 2) for n in range(6)]
    assert sorted(m.defect for m in matters_of(alike, [], 60)) == [1, 2]


def test_a_later_case_is_added_and_not_proposed_again() -> None:
    [matter] = matters_of([case(n, 10 + 9 * n) for n in range(8)], [], 120)
    assert (matter.raised_on, len(matter.cases)) == (28, 8)


def test_a_rejected_matter_comes_back_only_when_it_has_grown() -> None:
    found: list[Matter] = []
    scan = Scan([case(n, 10 + n) for n in range(6)], world([]))
    settle(scan.on(12), found, LINE)
    [matter] = found
    matter.rejected_at = 3
    assert settle(scan.on(13), found, LINE) == ([], [])
    assert matter.rejected_at == 3 and len(matter.cases) == 3
    assert settle(scan.on(14), found, LINE) == ([], [matter])
    assert matter.rejected_at is None and len(matter.cases) == 5


def test_what_is_corrected_counts_from_that_day_on() -> None:
    """A case that was classed otherwise on day 50 counts as it was known until then, and is no case of it after."""
    places = frozenset({PRODUCTS[0]})
    moved = Case(3, (40, "c"), (Known(40, 1, places), Known(50, 2, places)))
    scan = Scan([case(1, 38), case(2, 39), moved], world([]))
    assert [f.cases for f in scan.on(49)] == [(1, 2, 3)]
    assert scan.on(50) == []


CASES = st.lists(
    st.builds(
        lambda day, user, lot, defect, later: (day, user, lot, defect, later),
        st.integers(0, 150), st.integers(0, 5), st.integers(0, 11), st.integers(1, 3), st.integers(0, 40),
    ),
    max_size=60,
)  # fmt: skip
SENT = st.lists(st.tuples(st.integers(0, 150), st.floats(0.5, 40), st.integers(0, 11)), max_size=40)


@given(CASES, SENT, st.integers(60, 150))
@settings(max_examples=60, deadline=None)
def test_cutting_all_data_at_a_day_leaves_what_was_told_up_to_it_unchanged(
    rows: list[tuple[int, int, int, int, int]], sent: list[Sent], cut: int
) -> None:
    cases = [
        Case(
            n,
            (day, f"user {user}"),
            (
                Known(day, defect, frozenset({LOTS[lot], PRODUCTS[lot % 4]})),
                *([Known(day + later, defect % 3 + 1, frozenset({LOTS[lot]}))] if later else []),
            ),
        )
        for n, (day, user, lot, defect, later) in enumerate(rows)
    ]
    past = [replace(c, known=tuple(k for k in c.known if k.since <= cut)) for c in cases if c.day <= cut]
    whole = Scan(cases, world(sent))
    known = Scan(past, world([one for one in sent if one[0] <= cut]))
    for day in range(0, cut + 1, 3):
        same(whole.on(day), known.on(day))


def same(some: list[Finding], others: list[Finding]) -> None:
    """Equal but for the last digits of the sums of weights."""
    for one, other in zip(some, others, strict=True):
        assert (one.kind, one.red, one.cases, one.users) == (other.kind, other.red, other.cases, other.users)
        for figure, figure_known in ((one.expected, other.expected), (one.chance, other.chance)):
            assert (figure is None) == (figure_known is None)
            assert figure is None or figure == pytest.approx(figure_known, rel=1e-6)


def test_a_scan_does_not_go_back() -> None:
    scan = Scan([], world([]))
    scan.on(10)
    with pytest.raises(ValueError, match="back"):
        scan.on(9)
