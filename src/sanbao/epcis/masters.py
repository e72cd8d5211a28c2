"""Master data out of a document's header: the later document counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sanbao.epcis.models import Attribute, Child, Element
from sanbao.epcis.sets import texts
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.identifiers import key
from sanbao.epcis.standard.indexing import kept
from sanbao.epcis.standard.writing import dumps


def take(head: dict[str, Any], context: Context) -> int:
    """Write down what a document says of places and goods; how many elements that were."""
    elements = {kept(key(each["id"])): (vocabulary, each) for vocabulary, each in _elements(head)}
    if not elements:
        return 0
    rows = [
        Element(key=named, uri=each["id"], vocabulary=context.expand(vocabulary)[:200])
        for named, (vocabulary, each) in elements.items()
    ]
    Element.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["uri", "vocabulary"], batch_size=200
    )
    for model in (Attribute, Child):
        model.objects.filter(element__in=texts(elements)).delete()
    Attribute.objects.bulk_create(
        (
            Attribute(element_id=named, name=name[:200], value=value[:500])
            for named, (_, each) in elements.items()
            for name, value in _attributes(each, context)
        ),
        batch_size=200,
    )
    Child.objects.bulk_create(
        (
            Child(element_id=named, child=kept(key(child)))
            for named, (_, each) in elements.items()
            for child in each.get("children") or ()
        ),
        batch_size=200,
    )
    return len(elements)


def _elements(head: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    header = head.get("epcisHeader") or {}
    for vocabulary in (header.get("epcisMasterData") or {}).get("vocabularyList") or ():
        for each in vocabulary.get("vocabularyElementList") or ():
            yield vocabulary["type"], each


def _attributes(element: dict[str, Any], context: Context) -> Iterator[tuple[str, str]]:
    for each in element.get("attributes") or ():
        value = each.get("attribute", "")
        yield context.expand(each["id"]), value if isinstance(value, str) else dumps(value)


def below(keys: Iterable[str]) -> set[str]:
    """These places and everything that master data puts below them; rings end."""
    found, frontier = set(keys), set(keys)
    while frontier:
        rows = Child.objects.filter(element__in=texts(frontier)).values_list("child", flat=True)
        frontier = set(rows) - found
        found |= frontier
    return found
