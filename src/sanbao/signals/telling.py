"""A matter in plain words: how many, how many are usual, how many users, and what they have in common (C-09)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sanbao.catalog.models import DefectClass, Product
from sanbao.kernel.words import W
from sanbao.parties.models import Region
from sanbao.signals.matters import Matter, leading
from sanbao.signals.models import Dimension, Level
from sanbao.signals.origins import DIMENSION_OF
from sanbao.signals.scan import Finding, Place
from sanbao.trace.models import Lot

LOTS = frozenset(DIMENSION_OF.values())
#: The most telling first; the order in which the vocabulary names them.
_ORDER = {dimension.value: rank for rank, dimension in enumerate(Dimension)}


class Names:
    """How people call places and faults; one question per kind of thing."""

    def __init__(self, places: Iterable[Place], defects: Iterable[int]) -> None:
        wanted = set(places)
        ids = {
            d: {int(p.value) for p in wanted if p.dimension in d}
            for d in (LOTS, frozenset({"product"}), frozenset({"region"}))
        }
        lots, products, regions = ids.values()
        self._lots = dict(Lot.objects.filter(pk__in=lots).values_list("pk", "code"))
        self._products = dict(Product.objects.filter(pk__in=products).values_list("pk", "code"))
        self._regions = {r.pk: r.title for r in Region.objects.filter(pk__in=regions)}
        self._defects = DefectClass.objects.in_bulk(set(defects))

    def place(self, place: Place) -> W:
        if place.dimension == "region":
            return self._regions[int(place.value)]
        if place.dimension in LOTS:
            code = self._lots[int(place.value)]
        else:
            code = self._products[int(place.value)] if place.dimension == "product" else place.value
        return W(code, code)

    def full(self, place: Place) -> W:
        """With what it is before it: 喷涂批 PT1-260217."""
        return W("{what} {name}", "{what} {name}", what=Dimension(place.dimension).title, name=self.place(place))

    def defect(self, defect: int) -> W:
        return self._defects[defect].title


def figure(number: float) -> str:
    """0.3, 2.4, 17: as exact as it deserves."""
    if number < 0.005:
        return "<0.01"
    return f"{number:.2f}" if number < 0.1 else f"{number:.1f}" if number < 10 else f"{number:.0f}"


def sentence(matter: Matter, names: Names, days: int) -> W:
    """膜厚：30 天 4 起，通常约 0.3 起；3 个用户；全部来自喷涂批 PT1-260217。"""
    lead = leading(matter.findings.values())
    common = _common(lead, matter.findings.values())
    usual = W("", "")
    if lead.expected is not None:
        usual = W("，通常约 {usual} 起", ", about {usual} usual", usual=figure(lead.expected))
    return W(
        "{fault}：{days} 天 {cases} 起{compared}；{users} 个用户；全部来自{places}。",
        "{fault}: {cases} in {days} days{compared}; {users} users; all from {places}.",
        fault=names.defect(matter.defect),
        days=days,
        cases=len(lead.cases),
        compared=usual,
        users=lead.users,
        places=_listed([names.full(place) for place in common]),
    )


def _common(lead: Finding, findings: Iterable[Finding]) -> list[Place]:
    """What all cases of the leading finding share: its own place, and at most one that says more."""
    cases = set(lead.cases)
    others = [f.kind.place for f in findings if cases <= set(f.cases) and f.kind.place != lead.kind.place]
    places = [lead.kind.place, *sorted(others, key=lambda p: _ORDER[p.dimension])[:1]]
    return sorted(places, key=lambda p: _ORDER[p.dimension])


def _listed(words: Collection[W]) -> W:
    return W("、".join(w.said_in("zh-hans") for w in words), ", ".join(w.said_in("en") for w in words))


def both(words: W) -> dict[str, str]:
    return {"zh": words.said_in("zh-hans"), "en": words.said_in("en")}


def as_facts(finding: Finding, names: Names) -> dict[str, Any]:
    """A finding as the signal keeps it: which rule spoke, the figures, the evidence."""
    return {
        "dimension": finding.kind.place.dimension,
        "value": finding.kind.place.value,
        "title": both(names.place(finding.kind.place)),
        "rule": Level.RED.value if finding.red else Level.AMBER.value,
        "day": finding.day,
        "cases": list(finding.cases),
        "users": finding.users,
        "expected": finding.expected,
        "chance": finding.chance,
    }


def ranked(matter: Matter) -> list[Finding]:
    """The findings of a matter, the surest first."""
    return sorted(
        matter.findings.values(),
        key=lambda f: (
            not f.red,
            f.chance if f.chance is not None else 1.0,
            -len(f.cases),
            _ORDER[f.kind.place.dimension],
        ),
    )
