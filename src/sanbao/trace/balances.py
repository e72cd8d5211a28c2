"""The mass balance of a trace: made + returned = in stock + in process + consumed + shipped + scrapped + sampled +
counted, and what does not add up. Plain values over the lots' books (``trace.accounts``); thousandths of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sanbao.kernel.words import Vocabulary, W
from sanbao.trace.accounts import Account
from sanbao.trace.models import LotKind, RecordKind
from sanbao.trace.traces import Node, Trace


class Term(Vocabulary):
    """The terms of a balance; the first two are what there was, the others where it is."""

    MADE = "made", "做成", "Made"
    RETURNED = "returned", "退回", "Returned"
    IN_STOCK = "in_stock", "在库", "In stock"
    IN_PROCESS = "in_process", "在制", "In process"
    CONSUMED = "consumed", "用去", "Consumed"
    SHIPPED = "shipped", "已发", "Shipped"
    SCRAPPED = "scrapped", "报废", "Scrapped"
    SAMPLED = "sampled", "取样", "Sampled"
    COUNTED = "counted", "盘点差异", "Count difference"
    UNACCOUNTED = "unaccounted", "对不上", "Unaccounted"


_THERE_WAS = (Term.MADE, Term.RETURNED)
#: Always said, also where it is nothing.
_SAID = (Term.MADE, Term.IN_STOCK, Term.SHIPPED)


@dataclass(slots=True, frozen=True)
class Balance:
    """What became of a quantity, of the lots ``of``. ``UNACCOUNTED`` closes it and may be negative.

    ``shared`` counts labels that also hold baskets from outside the trace; their weight is counted in full.
    ``unweighed`` counts uses of which nobody weighed the share: what they took still stands in stock.
    """

    of: tuple[str, ...]
    unit: str
    terms: Mapping[Term, int]
    shared: int = 0
    unweighed: int = 0

    @property
    def lines(self) -> list[tuple[W, int]]:
        """The terms that say something, but for the one that closes the balance."""
        shown = [term for term in Term if term != Term.UNACCOUNTED and (self.terms[term] or term in _SAID)]
        return [(term.title, self.terms[term]) for term in shown]

    @property
    def left(self) -> W:
        return Term.UNACCOUNTED.title

    @property
    def left_milli(self) -> int:
        return self.terms[Term.UNACCOUNTED]

    @property
    def settled(self) -> bool:
        return self.left_milli == 0


def closed(terms: Mapping[Term, int]) -> dict[Term, int]:
    """All terms, the last of them being what the others leave open."""
    whole = {term: terms.get(term, 0) for term in Term}
    gone = sum(milli for term, milli in whole.items() if term not in (*_THERE_WAS, Term.UNACCOUNTED))
    whole[Term.UNACCOUNTED] = sum(whole[term] for term in _THERE_WAS) - gone
    return whole


def of_starts(trace: Trace, books: Mapping[int, Account]) -> Balance | None:
    """The book of the starts themselves, added up; None where nothing was weighed."""
    starts = [node for node in trace.starts if node.quantity_milli is not None]
    if not starts:
        return None
    own = [books[node.id] for node in starts]
    terms = _gone(own) | {
        Term.MADE: sum(book.made or 0 for book in own),
        Term.RETURNED: sum(book.returned for book in own),
        Term.IN_STOCK: sum(book.left or 0 for book in own),
        Term.CONSUMED: sum(book.used for book in own),
        Term.SHIPPED: sum(book.shipped for book in own),
    }
    codes = tuple(node.code for node in starts)
    return Balance(codes, starts[0].unit, closed(terms), unweighed=sum(book.unweighed for book in own))


def of_goods(trace: Trace, books: Mapping[int, Account]) -> Balance | None:
    """What became of everything that was made from the starts: baskets against the goods packed from them."""
    # Goods that got a new label stand under that one; the old one would count them twice.
    replaced = {link.src for link in trace.links if link.kind == RecordKind.RELABEL}
    cards = trace.of_kind(LotKind.TRAVELLER)
    # So does what was made of them further on: they were consumed, and what came of them is another thing.
    processed = {link.dst for link in trace.links if link.kind == RecordKind.PROCESSING} - set(trace.start)
    labels = [label for label in trace.of_kind(LotKind.LABEL) if label.id not in replaced | processed]
    weighed = cards or [node for node in trace.starts if node.kind == LotKind.LABEL]
    if not weighed:
        return None
    packed, goods = {link.src for link in trace.links if link.kind == RecordKind.PACKING}, {n.id for n in labels}
    of_labels, of_cards = _books(labels, books), _books(cards, books)
    terms = _gone([*of_labels, *of_cards]) | {
        Term.MADE: _made(weighed, trace),
        Term.RETURNED: sum(book.returned for book in of_labels),
        Term.IN_STOCK: sum(max(book.left or 0, 0) for book in of_labels),
        Term.IN_PROCESS: sum(max(book.left or 0, 0) for book in of_cards if book.lot not in packed),
        Term.CONSUMED: sum(
            link.quantity_milli or 0
            for link in trace.links
            if link.src in goods and link.dst not in goods and link.kind != RecordKind.RELABEL
        ),
        Term.SHIPPED: sum(book.shipped for book in of_labels),
    }
    shared = _shared(labels, {card.code for card in cards}, trace.records.packings) if cards else 0
    return Balance(tuple(node.code for node in trace.starts), weighed[0].unit, closed(terms), shared)


def counted(trace: Trace) -> list[int]:
    """The lots whose books the two balances of a forward trace need."""
    return [*trace.start, *(node.id for node in trace.of_kind(LotKind.TRAVELLER, LotKind.LABEL))]


def _made(weighed: list[Node], trace: Trace) -> int:
    """What was poured from one basket into another is weighed in both, and made once."""
    own = {node.id for node in weighed}
    poured = sum(link.quantity_milli or 0 for link in trace.links if link.src in own and link.dst in own)
    return sum(node.quantity_milli or 0 for node in weighed) - poured


def _books(nodes: Iterable[Node], books: Mapping[int, Account]) -> list[Account]:
    return [books[node.id] for node in nodes]


def _gone(books: Iterable[Account]) -> dict[Term, int]:
    listed = list(books)
    return {
        Term.SCRAPPED: sum(book.scrapped for book in listed),
        Term.SAMPLED: sum(book.sampled for book in listed),
        Term.COUNTED: sum(book.unaccounted for book in listed),
    }


def _shared(labels: list[Node], cards: set[str], packings: Mapping[int, object]) -> int:
    return sum(
        1 for label in labels if (packing := packings.get(label.id)) and not set(packing.travellers.split()) <= cards
    )
