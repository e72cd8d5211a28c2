"""Look at the stream: the daily run that proposes, and the replay that only tells what would have been proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter

from django.db import transaction
from django.db.models import Max

from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.signals import actions, policies, stream
from sanbao.signals.market import Market
from sanbao.signals.matters import Matter, settle
from sanbao.signals.models import Level, Signal, SignalCase, SignalRun, SignalState
from sanbao.signals.rules import Line
from sanbao.signals.scan import Case, Finding, Kind, Place, Scan, World
from sanbao.signals.telling import Names, sentence


def prepared(until: date, line: Line) -> tuple[list[Case], Scan]:
    """The stream and the market up to a day, ready to be looked at day by day."""
    cases, market = stream.read(until), Market(until, line)
    return cases, Scan(cases, World(line, market.delivered, market.at_risk))


def run(day: date | None = None, *, by: Actor) -> list[Signal]:
    """Look at every day since the last run, up to this one; what stands out is proposed or added to what is known.

    The first run looks at its own day only: what an old register shows of years ago is told by a replay.
    """
    by.need("signals.propose", clause="C-09")
    until = day or today()
    line = policies.line(until)
    began = perf_counter()
    cases, scan = prepared(until, line)
    touched: list[Signal] = []
    with transaction.atomic():
        for one in _days_to_look_at(until):
            found = scan.on(one.toordinal())
            touched += _propose(found, one, line, by)
            _write_down(one, cases, len(found), began)
    return touched


def _days_to_look_at(until: date) -> list[date]:
    last: date | None = SignalRun.objects.select_for_update().filter(day__lt=until).aggregate(day=Max("day"))["day"]
    missed = (until - last).days if last else 1
    return [until - timedelta(days=ago) for ago in range(missed - 1, -1, -1)]


def _write_down(day: date, cases: list[Case], found: int, began: float) -> None:
    known = [case for case in cases if case.day <= day.toordinal()]
    newest = Complaint.objects.aggregate(id=Max("id"))["id"] or 0
    SignalRun.objects.update_or_create(
        day=day,
        defaults={
            "at": now(),
            "cases": len(known),
            "unclassed": sum(1 for case in known if case.known[-1].defect is None),
            "newest": newest,
            "found": found,
            "milliseconds": round((perf_counter() - began) * 1000),
        },
    )


def _propose(found: list[Finding], day: date, line: Line, by: Actor) -> list[Signal]:
    matters = _matters_with({case for finding in found for case in finding.cases})
    raised, again = settle(found, matters, line)
    changed = [matter for matter in matters if matter.changed]
    places = {place for matter in changed for place in matter.findings}
    names = Names(places, {matter.defect for matter in changed})
    touched = []
    for matter in changed:
        if matter in raised:
            touched.append(actions.propose(matter, by=by, on=day, names=names))
            continue
        act = actions.propose_again if matter in again else actions.grow
        touched.append(act(Signal.objects.get(pk=matter.id), matter, by=by, on=day, names=names))
    return touched


def _matters_with(cases: set[int]) -> list[Matter]:
    """The signals to which any of these cases belongs, as matters."""
    ids = SignalCase.objects.filter(complaint__in=list(cases)).values("signal")
    return [_matter(signal) for signal in Signal.objects.filter(pk__in=ids).prefetch_related("cases").order_by("id")]


def _matter(signal: Signal) -> Matter:
    matter = Matter(
        signal.pk,
        signal.defect_id,
        signal.raised_on.toordinal(),
        red=signal.level == Level.RED,
        red_on=signal.red_on.toordinal() if signal.red_on else None,
        cases={one.complaint_id for one in signal.cases.all()},  # type: ignore[attr-defined]
        last=signal.grown_on.toordinal(),
        rejected_at=signal.rejected_at if signal.state == SignalState.REJECTED else None,
    )
    for facts in signal.findings:
        place = Place(facts["dimension"], facts["value"])
        matter.findings[place] = Finding(
            facts["day"], Kind(signal.defect_id, place), facts["rule"] == Level.RED, tuple(facts["cases"]),
            facts["users"], facts["expected"], facts["chance"],
        )  # fmt: skip
    return matter


@dataclass(frozen=True)
class Replay:
    """What would have been proposed from a first to a last day, had nobody judged; each day by what it knew."""

    first: date
    last: date
    line: Line
    cases: int
    unclassed: int
    matters: list[Matter]
    names: Names
    milliseconds: int

    def told(self, matter: Matter) -> dict[str, object]:
        words = sentence(matter, self.names, self.line.days)
        return {
            "raised_on": date.fromordinal(matter.raised_on).isoformat(),
            "red_on": date.fromordinal(matter.red_on).isoformat() if matter.red_on else None,
            "level": Level.RED.value if matter.red else Level.AMBER.value,
            "defect": self.names.defect(matter.defect).said_in("en"),
            "zh": words.said_in("zh-hans"),
            "en": words.said_in("en"),
            "cases": sorted(matter.cases),
        }


def replay(first: date, last: date, *, line: Line | None = None) -> Replay:
    """Go through the days without hindsight, by the line in force on the last; nothing is written."""
    began = perf_counter()
    line = line or policies.line(last)
    cases, scan = prepared(last, line)
    matters: list[Matter] = []
    for day in range(first.toordinal(), last.toordinal() + 1):
        settle(scan.on(day), matters, line)
    names = Names({p for m in matters for p in m.findings}, {m.defect for m in matters})
    taken = round((perf_counter() - began) * 1000)
    unclassed = sum(1 for case in cases if case.known[-1].defect is None)
    return Replay(first, last, line, len(cases), unclassed, matters, names, taken)


#: A replay goes through each day; more than this is asked for in parts.
LONGEST = 3660


def span(first: date, last: date) -> tuple[date, date]:
    """A period that can be replayed, or the refusal that says why not."""
    if first > last or (last - first).days > LONGEST:
        refuse(
            "signal.bad_period",
            W(
                "起止日期不对：起在止前，最长 {years} 年。",
                "The period is wrong: from before to, {years} years at most.",
            ),
            clause="C-09",
            status=422,
            years=LONGEST // 366,
        )
    return first, last
