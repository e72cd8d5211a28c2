"""Which findings are one matter. Pure; what the house proposes and what a replay tells come from the same function.

One bad lot of powder shows as a supplier's lot, as coating batches, as a product, as a region. People are told of it
once: findings of the same fault that share their cases are one matter, and what comes later is added to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sanbao.signals.rules import Line, grown
from sanbao.signals.scan import Finding, Place


@dataclass(slots=True)
class Matter:
    """A matter as it stands: its fault, its cases, the last finding for each place, and what a person said of it.

    ``rejected_at`` is how many cases it had when a person rejected it; None while nobody has.
    """

    id: int
    defect: int
    raised_on: int
    red: bool = False
    red_on: int | None = None
    cases: set[int] = field(default_factory=set)
    findings: dict[Place, Finding] = field(default_factory=dict)
    last: int = 0
    rejected_at: int | None = None
    changed: bool = False

    def take(self, finding: Finding) -> None:
        """Add what was found; ``changed`` says whether it tells anything new."""
        known = self.findings.get(finding.kind.place)
        fresh = not self.cases.issuperset(finding.cases)
        self.changed = self.changed or fresh or known is None or (finding.red and not self.red)
        if known is None or (finding.red, not set(finding.cases) <= set(known.cases)) > (known.red, False):
            self.findings[finding.kind.place] = finding
        self.cases.update(finding.cases)
        self.last = max(self.last, finding.day)
        if finding.red and not self.red:
            self.red, self.red_on = True, finding.day


def grouped(findings: Iterable[Finding], overlap: float) -> list[list[Finding]]:
    """Findings of one day that are one matter, each group by the surest first (as the scan orders them)."""
    groups: list[tuple[set[int], list[Finding]]] = []
    for finding in findings:
        cases = set(finding.cases)
        home = next(
            (g for g in groups if g[1][0].kind.defect == finding.kind.defect and _one(g[0], cases, overlap)), None
        )
        if home is None:
            groups.append((cases, [finding]))
        else:
            home[0].update(cases)
            home[1].append(finding)
    return [group for _, group in groups]


def settle(findings: Sequence[Finding], matters: list[Matter], line: Line) -> tuple[list[Matter], list[Matter]]:
    """Bring the findings of a day home. Answers the matters that are raised now, and those that are to be raised again;
    to the others their findings are added. A rejected matter that has not grown stays as it is."""
    raised, again = [], []
    for group in grouped(findings, line.overlap):
        cases = {case for finding in group for case in finding.cases}
        # A matter that nothing joined for as long as the window is shares no case with it.
        near = [m for m in matters if m.last > group[0].day - line.days]
        matter = _home(group[0].kind.defect, cases, near, line.overlap)
        if matter is None:
            matter = Matter(-1 - len(matters), group[0].kind.defect, group[0].day)
            matters.append(matter)
            raised.append(matter)
        elif matter.rejected_at is not None:
            if not grown(rejected_at=matter.rejected_at, cases=len(matter.cases | cases), regrowth=line.regrowth):
                continue
            matter.rejected_at = None
            again.append(matter)
        for finding in group:
            matter.take(finding)
    return raised, again


def _home(defect: int, cases: set[int], matters: Iterable[Matter], overlap: float) -> Matter | None:
    """The matter with which the cases share most, if they share enough."""
    alike = [m for m in matters if m.defect == defect and _one(m.cases, cases, overlap)]
    return max(alike, key=lambda m: (len(m.cases & cases), -m.raised_on), default=None)


def _one(some: set[int], others: set[int], overlap: float) -> bool:
    return len(some & others) >= overlap * min(len(some), len(others)) > 0


def leading(findings: Iterable[Finding]) -> Finding:
    """The finding by which a matter is told: red before amber, then the least likely, then the most cases."""
    return min(
        findings, key=lambda f: (not f.red, f.chance if f.chance is not None else 1.0, -len(f.cases), f.kind.place)
    )
