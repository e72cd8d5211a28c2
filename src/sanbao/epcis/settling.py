"""What events do to one another: errors that are declared and corrected, parents that are filled and emptied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sanbao.epcis import shipping
from sanbao.epcis.lots import Lots, Mention
from sanbao.epcis.models import Event, Key
from sanbao.epcis.preparing import Prepared
from sanbao.epcis.rules import (
    OF_FILL,
    Declaration,
    Family,
    Genealogy,
    Goods,
    Putting,
    declaration_of,
    fills,
    genealogy,
    holds,
)
from sanbao.epcis.sets import texts
from sanbao.epcis.standard.identifiers import thing
from sanbao.epcis.standard.reading import loads
from sanbao.kernel.codes import code_key
from sanbao.kernel.times import local, today
from sanbao.trace import captured, store
from sanbao.trace.models import HandleKind

# -- errors ---------------------------------------------------------------------------------------------------------


def declared(new: dict[int, Prepared], lots: Lots) -> set[int]:
    """Settle what declarations say about the new events and what the new events say about older ones.

    The ids of new events that do not count; older ones that no longer do lose their links here.
    """
    concerned = {e.event_id for e in new.values()} | _corrected_by(
        e.event_id for e in new.values() if not e.declaration
    )
    declarations = _declarations(concerned)
    if not declarations:
        return set()
    known = _known(each for found in declarations.values() for d in found for each in d.correctives)
    wrong = {event_id for event_id, found in declarations.items() if not holds(found, known)}
    rows = Event.objects.filter(event_id__in=texts(wrong), declaration="", own="", voided=False)
    ids = set(rows.values_list("pk", flat=True))
    Event.objects.filter(pk__in=store.among(sorted(ids))).update(voided=True)
    undo(sorted(ids - new.keys()), lots)
    for pk in ids & new.keys():
        _take_back(new[pk].said, new[pk], lots)
    return ids & new.keys()


def _corrected_by(event_ids: Iterable[str]) -> set[str]:
    """The eventIDs of earlier events that these events put right."""
    named = sorted(set(event_ids))
    declaring = Key.objects.filter(name="correctiveEventID", value__in=texts(named)).values("event_id")
    return set(Event.objects.filter(pk__in=declaring).values_list("event_id", flat=True)) if named else set()


def _declarations(event_ids: Iterable[str]) -> dict[str, list[Declaration]]:
    rows = Event.objects.filter(event_id__in=texts(event_ids)).exclude(declaration="")
    found: dict[str, list[Declaration]] = defaultdict(list)
    for event_id, text in rows.values_list("event_id", "text"):
        said = declaration_of(loads(text))
        if said is not None:
            found[event_id].append(said)
    return found


def _known(event_ids: Iterable[str]) -> set[str]:
    named = sorted(set(event_ids))
    rows = Event.objects.filter(event_id__in=texts(named), declaration="")
    return set(rows.values_list("event_id", flat=True))


def undo(ids: Iterable[int], lots: Lots) -> None:
    """Take back what older events asserted: their links, and what they said came into being."""
    rows = list(
        Event.objects.filter(pk__in=store.among(sorted(ids))).values_list("pk", "event_id", "text", "event_time")
    )
    if not rows:
        return
    said = {pk: genealogy(loads(text), event_id) for pk, event_id, text, _ in rows}
    lots.load(key for each in said.values() for key in each.goods)
    captured.unlink(
        (lots.id(source), lots.id(target), pk) for pk, each in said.items() for source, target, _ in each.links
    )
    for pk, _, _, at in rows:
        for key in sorted(said[pk].made):
            lots.take_back(Mention(said[pk].goods[key], None, True, local(at).date()))
    shipping.strike(pk for pk, *_ in rows)
    parents = {
        (each.family.relation, each.family.parent.key): each.family.parent for each in said.values() if each.family
    }
    for (relation, _), parent in parents.items():
        _refill(relation, parent, {}, lots)


def _take_back(said: Genealogy, event: Prepared, lots: Lots) -> None:
    for key in sorted(said.made):
        lots.take_back(Mention(said.goods[key], None, True, local(event.at).date()))


# -- parents and children -------------------------------------------------------------------------------------------


def families(new: dict[int, Prepared], voided: set[int], lots: Lots) -> None:
    """Link children to their parents, fill by fill, in the order in which it happened."""
    touched: dict[tuple[str, str], dict[int, tuple[Family, float]]] = defaultdict(dict)
    for pk, event in new.items():
        family = event.said.family
        if family is not None and pk not in voided:
            touched[family.relation, family.parent.key][pk] = (family, event.at.timestamp())
    simple: captured.Links = {}
    for (relation, key), found in touched.items():
        if key in lots.fresh and len(found) == 1:
            # The parent was never heard of before: its first filling needs no looking back.
            [(pk, (family, _))] = found.items()
            if family.action != "DELETE":
                goods = {child.key: child for child in family.children}
                simple |= lots.links(((child, key, goods[child].quantity_milli) for child in goods), goods, pk)
        else:
            parent = next(iter(found.values()))[0].parent
            _refill(relation, parent, found, lots)
    captured.link(simple)


def _refill(relation: str, parent: Goods, new: dict[int, tuple[Family, float]], lots: Lots) -> None:
    """Put the links into one parent right, from all that is known of it."""
    story = _story(relation, parent) | new
    children = {child.key: child for family, _ in story.values() for child in family.children}
    lots.load([parent.key, *children])
    lays = fills(
        Putting(pk, at, family.action, tuple(child.key for child in family.children))
        for pk, (family, at) in story.items()
    )
    target = {fill: _fill(parent, fill, lots) for fill in range(1, max((lay.fill for lay in lays), default=1) + 1)}
    wanted: captured.Links = {}
    for lay in lays:
        said = [(lay.child, target[lay.fill], children[lay.child].quantity_milli)]
        wanted |= lots.links(said, children, lay.event)
    mine = {pk for pk in story} | set(_voided(relation, parent))
    standing = {
        link: milli for link, milli in captured.links_into(map(lots.id, target.values())).items() if link[2] in mine
    }
    captured.unlink(standing.keys() - wanted.keys())
    captured.link({link: milli for link, milli in wanted.items() if link not in standing})


def _events_of(relation: str, parent: Goods) -> list[tuple[int, str, str, float, bool]]:
    named = Key.objects.filter(name="parentID", value=parent.key).values("event_id")
    rows = Event.objects.filter(pk__in=named, type=relation, declaration="", own="").values_list(
        "pk", "event_id", "text", "event_time", "voided"
    )
    return [(pk, event_id, text, at.timestamp(), voided) for pk, event_id, text, at, voided in rows]


def _story(relation: str, parent: Goods) -> dict[int, tuple[Family, float]]:
    found: dict[int, tuple[Family, float]] = {}
    for pk, event_id, text, at, voided in _events_of(relation, parent):
        family = genealogy(loads(text), event_id).family
        if family is not None and not voided:
            found[pk] = (family, at)
    return found


def _voided(relation: str, parent: Goods) -> list[int]:
    return [pk for pk, _, _, _, voided in _events_of(relation, parent) if voided]


def fill_key(parent: str, number: int) -> str:
    """The key of a parent's fill: the first is the parent itself, each later one something of its own."""
    return parent if number == 1 else f"{parent[:190]}{OF_FILL}{number}"


def _fill(parent: Goods, number: int, lots: Lots) -> str:
    """The key of a parent's fill, after seeing to it that it has a lot. It is found by the parent's identifier too."""
    key = fill_key(parent.key, number)
    lots.load([key])
    if key not in lots.known:
        goods = replace(parent, key=key, uri=f"{parent.uri}~{number}", named=thing(f"{parent.uri}~{number}"))
        extra = Lots(lots.authority)
        extra.mention(Mention(goods, None, False, today()))
        extra.settle()
        lots.known[key] = extra.known[key]
        captured.find_by([(code_key(parent.uri), HandleKind.EPC.value, lots.id(key))])
    return key
