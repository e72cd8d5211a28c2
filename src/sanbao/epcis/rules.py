"""What an event says about lots: which goods it names, what went into what, what lay in what. Plain values.

A transformation links its inputs to its outputs, through a node of its own where they are many or where its parts
come in several events. A parent is linked from its children; one that was emptied and filled again is another fill,
so that what lay in a crate in May is no relative of what lies in it in June.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sanbao.epcis.standard.identifiers import Thing, thing
from sanbao.epcis.standard.indexing import kept
from sanbao.epcis.standard.words import ERROR_REASONS, event_type

#: Beyond so many pairs of inputs and outputs a transformation becomes a node of its own.
MOST_PAIRS = 64
#: UN/CEFACT unit → our unit, and how many thousandths of it one is.
UNITS = {
    "KGM": ("kg", 1000), "GRM": ("kg", 1), "TNE": ("kg", 1_000_000), "MTR": ("m", 1000), "MMT": ("m", 1),
    "MTK": ("m²", 1000), "LTR": ("L", 1000), "MLT": ("L", 1), "": ("件", 1000), "H87": ("件", 1000),
    "EA": ("件", 1000), "C62": ("件", 1000),
}  # fmt: skip
_MOST = 10**15
#: Between an identifier and what tells one of its many apart: the event of nameless goods, the number of a fill. No
#: identifier holds these characters.
OF_EVENT, OF_FILL = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Goods:
    """One lot, item or nameless quantity of a kind that an event names. ``key`` tells it from all others.

    ``nameless``: goods of a kind without lot or serial number. They are this event's alone; another event's goods of
    the same kind are others.
    """

    key: str
    uri: str
    quantity_milli: int | None
    unit: str
    named: Thing
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Children were put into a parent, taken out, or seen in it. No children: all of them."""

    relation: str
    parent: Goods
    action: str
    children: tuple[Goods, ...]


@dataclass(slots=True)
class Genealogy:
    """What one event says. ``made``: keys of goods that came into being; ``hub``: the transformation as a node."""

    goods: dict[str, Goods] = field(default_factory=dict)
    inputs: list[Goods] = field(default_factory=list)
    outputs: list[Goods] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    hub: Goods | None = None
    family: Family | None = None

    @property
    def links(self) -> list[tuple[str, str, int | None]]:
        """(source, target, thousandths) by key, but for families, which depend on other events."""
        if self.hub is not None:
            pairs = [(each.key, self.hub.key, each.quantity_milli) for each in self.inputs]
            return _summed(pairs + [(self.hub.key, each.key, None) for each in self.outputs])
        alone = len({target.key for target in self.outputs}) == 1
        targets = dict.fromkeys(target.key for target in self.outputs)
        return _summed(
            (source.key, target, source.quantity_milli if alone else None)
            for source in self.inputs
            for target in targets
            if source.key != target
        )


def _summed(links: Iterable[tuple[str, str, int | None]]) -> list[tuple[str, str, int | None]]:
    """A lot that an event names twice goes in once, with the sum."""
    sums: dict[tuple[str, str], int | None] = {}
    for source, target, milli in links:
        before = sums.get((source, target), 0)
        sums[source, target] = None if milli is None or before is None else before + milli
    return [(source, target, milli) for (source, target), milli in sums.items()]


def genealogy(event: Mapping[str, Any], event_id: str) -> Genealogy:
    """What a sound event says. An event that declares an error asserts nothing; its goods are only named."""
    said = Genealogy()
    kind = event_type(event["type"])
    asserts = "errorDeclaration" not in event

    def all_of(epcs: str, quantities: str, mark: str = "") -> list[Goods]:
        named = [_item(uri) for uri in event.get(epcs) or ()]
        named += [_quantity(element, event_id + mark) for element in event.get(quantities) or ()]
        for each in named:
            said.goods.setdefault(each.key, each)
        return named

    match kind:
        case "TransformationEvent":
            said.inputs = all_of("inputEPCList", "inputQuantityList")
            said.outputs = all_of("outputEPCList", "outputQuantityList", "+")
            said.made = {each.key for each in said.outputs} if asserts else set()
            if asserts:
                said.hub = _hub(event, event_id, said)
        case "AggregationEvent" | "AssociationEvent":
            children = all_of("childEPCs", "childQuantityList")
            if "parentID" in event:
                parent = _item(event["parentID"])
                said.goods.setdefault(parent.key, parent)
                if asserts:
                    own = tuple(child for child in children if child.key != parent.key)
                    said.family = Family(kind, parent, event["action"], own)
        case _:
            seen = all_of("epcList", "quantityList")
            if "parentID" in event:
                seen.append(_item(event["parentID"]))
                said.goods.setdefault(seen[-1].key, seen[-1])
            if kind == "ObjectEvent" and event["action"] == "ADD" and asserts:
                said.made = {each.key for each in seen}
    if not asserts:
        said.inputs, said.outputs = [], []
    return said


def _item(uri: str) -> Goods:
    return Goods(kept(thing(uri).key), uri, 1000, "件", thing(uri))


def _quantity(element: Mapping[str, Any], event_id: str) -> Goods:
    named = thing(element["epcClass"])
    unit, each = UNITS.get(element.get("uom", ""), (element.get("uom", "")[:8], 1000))
    amount = element.get("quantity")
    milli = None if amount is None else _milli(amount, each)
    key = kept(f"{named.key}{OF_EVENT}{event_id}" if named.is_class else named.key)
    return Goods(key, element["epcClass"], milli, unit, named, named.is_class)


def _milli(amount: int | Decimal, each: int) -> int | None:
    milli = int((Decimal(amount) * each).to_integral_value())
    return milli if 0 <= milli <= _MOST else None


def _hub(event: Mapping[str, Any], event_id: str, said: Genealogy) -> Goods | None:
    identity = event.get("transformationID")
    few = min(len(said.inputs), len(said.outputs)) <= 1 or len(said.inputs) * len(said.outputs) <= MOST_PAIRS
    if identity is None and few:
        return None
    uri = identity or event_id
    hub = Goods(kept(f"transformation:{thing(uri).key}"), uri, None, "", thing(uri))
    said.goods.setdefault(hub.key, hub)
    return hub


@dataclass(frozen=True, slots=True)
class Putting:
    """One event of a parent's: when, and what it did with which children (by key)."""

    event: int
    at: float
    action: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lay:
    """``child`` lay in the parent's fill number ``fill`` (from 1), as ``event`` says."""

    fill: int
    event: int
    child: str


def fills(puttings: Iterable[Putting]) -> list[Lay]:
    """What lay in a parent together, whatever the order in which the events came to us.

    Taken out does not undo that it lay there. A parent that was emptied begins a new fill with the next child.
    """
    found: list[Lay] = []
    inside: set[str] = set()
    fill = 1
    emptied = False
    for putting in sorted(puttings, key=lambda p: (p.at, p.event)):
        if putting.action == "DELETE":
            inside = inside - set(putting.children) if putting.children else set()
            emptied = emptied or (not inside and bool(found))
            continue
        new = [child for child in dict.fromkeys(putting.children) if child not in inside]
        if new and emptied and not inside:
            fill += 1
        for child in new:
            found.append(Lay(fill, putting.event, child))
            inside.add(child)
        emptied = emptied and not inside
    return found


@dataclass(frozen=True, slots=True)
class Declaration:
    """An earlier event is said to be wrong: why, and which events put it right."""

    reason: str
    correctives: tuple[str, ...]


def declaration_of(event: Mapping[str, Any]) -> Declaration | None:
    error = event.get("errorDeclaration")
    if error is None:
        return None
    reason = error.get("reason", "")
    return Declaration(ERROR_REASONS.bare(reason) or reason, tuple(error.get("correctiveEventIDs") or ()))


def holds(declarations: Sequence[Declaration], known: frozenset[str] | set[str]) -> bool:
    """Whether what an event asserts still counts, given what was declared about it and which events are ``known``.

    What did not occur does not count. What is incorrect counts until an event that puts it right is here, because a
    hole in the trace helps nobody.
    """
    return not any(
        each.reason == "did_not_occur" or any(event in known for event in each.correctives) for each in declarations
    )
