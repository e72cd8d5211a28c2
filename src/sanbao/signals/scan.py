"""Day by day over the stream of complaints: what stands out, by what was known on that day. Pure.

A case is counted under the fault and the places (product, lot, furnace, region) that were known of it on the day in
question; what was corrected later counts from then on. A day looks at nothing that came after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sanbao.signals.exposure import Deliveries
from sanbao.signals.rules import Line, amber, believed, comparable, discoveries, tail

#: A fault that was not seen before is not impossible; half a case is the customary guess.
NEVER_SEEN = 0.5


class Place(NamedTuple):
    """Where cases may gather: a value of a dimension, as text (``product``/``12``, ``furnace``/``SJ2``)."""

    dimension: str
    value: str


#: The whole house; what it says of a fault is the base rate.
EVERYWHERE = Place("", "")


class Kind(NamedTuple):
    """Of the same kind: the same fault at the same place."""

    defect: int
    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a case from a day on."""

    since: int
    defect: int | None
    places: frozenset[Place]


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint: the day it came and who made it, and what was known of it from when."""

    id: int
    came: tuple[int, str]
    known: tuple[Known, ...]

    @property
    def day(self) -> int:
        return self.came[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind that stands out on one day. ``expected`` is None where no delivery is known, ``chance`` also where the
    history is too short to compare with."""

    day: int
    kind: Kind
    red: bool
    cases: tuple[int, ...]
    users: int
    expected: float | None
    chance: float | None


@dataclass(frozen=True)
class World:
    """What a scan asks of the house: the published line, what was delivered (by place, and ``EVERYWHERE``), and how
    many places of a dimension were at risk on a day."""

    line: Line
    delivered: Callable[[Place], Deliveries | None]
    at_risk: Callable[[str, int], int]


@dataclass(slots=True)
class Gathered:
    """The cases of one kind: all of them by id, as day of receipt and user, and the ids that may lie in the window."""

    members: dict[int, tuple[int, str]]
    recent: set[int]


class Scan:
    """Moves through the days once, and never back."""

    def __init__(self, cases: Sequence[Case], world: World) -> None:
        self._world, self._line = world, world.line
        self._began = min((case.day for case in cases), default=0)
        self._news = sorted(_news(cases), key=lambda one: (one[0], one[2].id))
        self._next, self._day = 0, -1
        self._kinds: dict[Kind, Gathered] = defaultdict(lambda: Gathered({}, set()))
        self._live: dict[str, set[Kind]] = defaultdict(set)
        self._faults: set[int] = set()
        self._usual: dict[int, int] = {}

    def on(self, day: int) -> list[Finding]:
        """What stands out on a day. Each dimension is a family of its own, of whose red the line holds its share."""
        if day < self._day:
            raise ValueError("a scan does not go back")
        self._day = day
        self._usual.clear()
        self._learn(day)
        first = day - self._line.days + 1
        found = [
            finding
            for dimension in sorted(self._line.count | self._line.compare)
            for finding in self._of(dimension, first, day)
        ]
        return sorted(found, key=lambda one: (one.kind.defect, not one.red, one.chance or 0.0, one.kind.place))

    def _learn(self, day: int) -> None:
        while self._next < len(self._news) and self._news[self._next][0] <= day:
            _, comes, case, kind = self._news[self._next]
            self._next += 1
            gathered = self._kinds[kind]
            if not comes:
                del gathered.members[case.id]
                gathered.recent.discard(case.id)
                continue
            gathered.members[case.id] = case.came
            gathered.recent.add(case.id)
            self._live[kind.place.dimension].add(kind)
            self._faults.add(kind.defect)

    def _of(self, dimension: str, first: int, day: int) -> Iterator[Finding]:
        counted = dimension in self._line.count
        compared = dimension in self._line.compare and comparable(history_days=day - self._began, line=self._line)
        weighed = []
        for kind in list(self._live[dimension]):
            cases = self._in_window(kind, first)
            if not cases:
                self._live[dimension].discard(kind)
                continue
            users = len({user for _, user in cases.values()})
            if users < self._line.users:
                continue
            reached = counted and amber(cases=len(cases), users=users, line=self._line)
            expected, chance = self._weigh(kind, cases, users, first, day) if compared or reached else (None, None)
            weighed.append((kind, cases, users, reached, expected, chance if compared else None))
        chances = [chance for *_, chance in weighed if chance is not None]
        looked_at = max(self._world.at_risk(dimension, day) * len(self._faults), len(chances)) if chances else 0
        red = discoveries(chances, among=looked_at, share=self._line.share)
        for kind, cases, users, reached, expected, chance in weighed:
            stands_out = chance is not None and chance <= red
            if stands_out or reached:
                yield Finding(day, kind, stands_out, tuple(sorted(cases)), users, expected, chance)

    def _in_window(self, kind: Kind, first: int) -> dict[int, tuple[int, str]]:
        gathered = self._kinds[kind]
        gathered.recent = {case for case in gathered.recent if gathered.members[case][0] >= first}
        return {case: gathered.members[case] for case in gathered.recent}

    def _weigh(
        self, kind: Kind, cases: dict[int, tuple[int, str]], users: int, first: int, day: int
    ) -> tuple[float | None, float | None]:
        """How many were to be expected, and the chance of as many users or more.

        Repeated calls of one user count once in the window and each by itself in the history: this errs on the quiet
        side. What was delivered before anybody kept a register is not held against the rate.
        """
        place, whole = self._world.delivered(kind.place), self._world.delivered(EVERYWHERE)
        now = place.between(first, day) if place else 0.0
        before = whole.between(self._began, first - 1) if whole else 0.0
        if place is None or now <= 0 or before <= 0:
            return None, None
        belief = believed(
            base=max(self._before_window(kind.defect, first), NEVER_SEEN) / before,
            strength=self._line.strength,
            events=len(self._kinds[kind].members) - len(cases),
            exposure=place.between(self._began, first - 1),
        )
        expected = belief.expects(now)
        return expected, tail(users, belief, now) if users > expected else 1.0

    def _before_window(self, defect: int, first: int) -> int:
        """How many cases of a fault there were anywhere before the window; reckoned once a day."""
        if defect not in self._usual:
            seen = Kind(defect, EVERYWHERE)
            self._usual[defect] = len(self._kinds[seen].members) - len(self._in_window(seen, first))
        return self._usual[defect]


def _news(cases: Iterable[Case]) -> Iterator[tuple[int, bool, Case, Kind]]:
    """Day by day: which case came to belong to which kind, and which left it. One object per kind, for there are many
    cases."""
    once: dict[Kind, Kind] = {}
    for case in cases:
        held: frozenset[Kind] = frozenset()
        for known in case.known:
            kinds = frozenset(once.setdefault(kind, kind) for kind in _kinds(known))
            day = max(known.since, case.day)
            yield from ((day, False, case, kind) for kind in held - kinds)
            yield from ((day, True, case, kind) for kind in kinds - held)
            held = kinds


def _kinds(known: Known) -> Iterator[Kind]:
    if known.defect is not None:
        yield Kind(known.defect, EVERYWHERE)
        yield from (Kind(known.defect, place) for place in known.places)
