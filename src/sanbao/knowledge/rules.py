"""Which articles fit a case best: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tags:
    """What an article is about, or what a case is about: ids of products and classes, names of product lines."""

    products: frozenset[int] = frozenset()
    lines: frozenset[str] = frozenset()
    classes: frozenset[int] = frozenset()


def fit(article: Tags, case: Tags) -> int:
    """How well an article fits; 0 where it speaks of other goods or other faults only.

    The fault weighs most, then the very product, then its line; an article without tags fits everything a little.
    """
    goods_named = bool(article.products or article.lines)
    product = bool(article.products & case.products)
    line = bool(article.lines & case.lines)
    fault = bool(article.classes & case.classes)
    if goods_named and not (product or line) and (case.products or case.lines):
        return 0
    if article.classes and case.classes and not fault:
        return 0
    return 1 + 8 * fault + 4 * product + 2 * line


def ranked(articles: Iterable[tuple[int, Tags]], case: Tags, *, searched: Collection[int] = ()) -> list[int]:
    """Ids of the fitting articles, the best first; those that hold the case's own words go before their equals."""
    scored = [(fit(tags, case), pk in searched, pk) for pk, tags in articles]
    return [pk for score, _, pk in sorted(scored, key=lambda s: (-s[0], not s[1], s[2])) if score]
