"""What follows from what on a card: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

INSPECT = "inspect"
#: From the best to the worst.
STATUSES = ("passed", "pending", "undecided", "failed")
TO_CHECK, PASSED, FAILED = "to_check", "passed", "failed"
GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Done:
    """A step that stands: which operation, in which round of rework, and what its checks came to."""

    operation: str
    round: int
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a basket has come along its route.

    ``done`` are the operations that count now: after it was sent back, what follows there must be done again.
    """

    route: Sequence[str]
    done: frozenset[str]

    @property
    def next(self) -> str:
        """The operation that it waits for; inspection when all work is done."""
        return next((operation for operation in self.route if operation not in self.done), INSPECT)

    @property
    def missing(self) -> list[str]:
        return [operation for operation in self.route if operation not in self.done]

    @property
    def again(self) -> list[str]:
        """Where it may be sent back to: what was done and can be done anew. What was pressed cannot be unpressed."""
        return [operation for operation in self.route[1:] if operation in self.done]


def progress(
    route: Sequence[str], brought: Iterable[str], steps: Iterable[Done], *, round: int = 0, rework_to: str = ""
) -> Progress:
    """What counts as done: before the place that it was sent back to everything, from there only this round's steps."""
    place = {operation: number for number, operation in enumerate(route)}
    back = place.get(rework_to, 0) if round else 0
    done = {operation for operation in brought if not round or place.get(operation, back) < back}
    for step in steps:
        if step.round == round or place.get(step.operation, back) < back:
            done.add(step.operation)
    return Progress(tuple(route), frozenset(done))


def counting(steps: Iterable[Done]) -> dict[str, Done]:
    """The step of each operation that counts: the one of the latest round."""
    latest: dict[str, Done] = {}
    for step in steps:
        if step.operation not in latest or latest[step.operation].round <= step.round:
            latest[step.operation] = step
    return latest


def checked(*, lead_needed: bool, lead: str, qc_needed: bool, qc: str) -> str:
    """What the checks of a step come to: one that is missing leaves it to be checked, one that failed fails it."""
    if BAD in (lead, qc):
        return FAILED
    missing = (lead_needed and not lead) or (qc_needed and not qc)
    return TO_CHECK if missing else PASSED


def worst(statuses: Iterable[str]) -> str:
    """What stands in one basket is as good as the worst of it."""
    return max(statuses, key=STATUSES.index)


@dataclass(frozen=True, slots=True)
class Balance:
    """What went in against what came of it, in thousandths; ``loss`` and ``gain`` are the tolerances in percent."""

    went_in: int
    came_out: int
    scrapped: int = 0
    sampled: int = 0
    loss: Decimal = Decimal(0)
    gain: Decimal = Decimal(0)

    @property
    def unaccounted(self) -> int:
        """Positive where something is missing, negative where more came out than went in."""
        return self.went_in - self.came_out - self.scrapped - self.sampled

    @property
    def percent(self) -> Decimal:
        """The unaccounted share of what went in."""
        return Decimal(self.unaccounted) * 100 / self.went_in if self.went_in else Decimal(0)

    @property
    def outside(self) -> bool:
        """Whether it does not add up within the tolerance."""
        if not self.went_in:
            return self.unaccounted != 0
        return self.percent > self.loss or -self.percent > self.gain


def takes(total: int, parts: Sequence[int | None]) -> list[int] | None:
    """What each of several sources gave when some of it is known: the one unknown gave the rest; two are not known."""
    unknown = [place for place, part in enumerate(parts) if part is None]
    if len(unknown) > 1:
        return None
    known = sum(part for part in parts if part is not None)
    return [total - known if part is None else part for part in parts]
