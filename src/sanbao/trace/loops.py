"""Loops in the graph: a lot that feeds itself through others, as remelted scrap and rework do in old records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import LotLink
from sanbao.trace.store import among

#: (source, target), both by id.
type Pair = tuple[int, int]


def on_a_loop(links: Collection[Pair]) -> set[Pair]:
    """Those among links which stand in the store that lie on a loop. At most four queries.

    On a loop every lot is fed and feeds. Hardly any new link has such ends, so that as a rule one query answers.
    """
    feeding = set(LotLink.objects.filter(src__in=among({dst for _, dst in links})).values_list("src", flat=True))
    suspects = {link for link in links if link[1] in feeding}
    if suspects:
        fed = set(LotLink.objects.filter(dst__in=among({src for src, _ in suspects})).values_list("dst", flat=True))
        suspects = {link for link in suspects if link[0] in fed}
    if not suspects:
        return set()
    before = SqlEngine().back({src for src, _ in suspects})
    sources = _knotted(LotLink.objects.filter(dst__in=among(before)).values_list("src", "dst"))
    return {(src, dst) for src, dst in suspects if src in sources and _leads_back(src, dst, sources)}


def _knotted(links: Iterable[Pair]) -> dict[int, set[int]]:
    """Target → sources of what is left when lots are peeled off that nothing feeds any more, or that feed nothing."""
    sources, targets = defaultdict(set), defaultdict(set)
    for src, dst in links:
        sources[dst].add(src)
        targets[src].add(dst)
    for here, there in ((sources, targets), (targets, sources)):
        loose = [lot for lot in there if lot not in here]
        while loose:
            lot = loose.pop()
            for near in there.pop(lot, ()):
                here[near].discard(lot)
                if not here[near]:
                    del here[near]
                    loose.append(near)
    return dict(sources)


def _leads_back(src: int, dst: int, sources: dict[int, set[int]]) -> bool:
    """Whether ``dst`` is among what ``src`` was made from."""
    seen, waiting = {src}, [src]
    while waiting:
        for near in sources.get(waiting.pop(), ()):
            if near == dst:
                return True
            if near not in seen:
                seen.add(near)
                waiting.append(near)
    return False
