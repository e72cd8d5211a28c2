"""The ``@context`` of documents: which prefixes a partner uses, and one context for events of several partners.

Addresses of contexts are never fetched; the standard's own is known, anybody else's is kept and handed on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

STANDARD = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
#: Prefixes that the standard's context defines.
KNOWN = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
_STANDARDS = re.compile(r"https?://(?:ref\.gs1\.org|gs1\.github\.io)/.*epcis-context\.jsonld")


def entries_of(context: Any) -> list[Any]:
    """A context as the list of what a partner added to the standard's."""
    listed = context if isinstance(context, list) else [context]
    return [e for e in listed if e not in (None, {}, "") and not (isinstance(e, str) and _STANDARDS.fullmatch(e))]


@dataclass(frozen=True)
class Context:
    """What a document added to the standard's context. ``text`` is how it is kept and compared."""

    entries: tuple[Any, ...] = field(hash=False, default=())

    @classmethod
    def of(cls, *contexts: Any) -> Context:
        """A document's context, and where an event has one of its own, that after it."""
        return cls(tuple(e for context in contexts if context is not None for e in entries_of(context)))

    @classmethod
    def from_text(cls, text: str) -> Context:
        return cls(tuple(json.loads(text))) if text else cls()

    @cached_property
    def text(self) -> str:
        if not self.entries:
            return ""
        # Numbers come as Decimal: JSON-LD's own is "@version": 1.1.
        return json.dumps(self.entries, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=float)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix → namespace; a term that stands for something else than a namespace is no prefix of names."""
        found: dict[str, str] = {}
        for entry in self.entries:
            if isinstance(entry, Mapping):
                for name, meaning in entry.items():
                    target = meaning.get("@id") if isinstance(meaning, Mapping) else meaning
                    if isinstance(target, str) and not name.startswith("@"):
                        found[name] = target
        return found

    def expand(self, name: str) -> str:
        """``example:myField`` in full; a name whose prefix nobody explained stays as it is."""
        prefix, colon, rest = name.partition(":")
        if not colon or rest.startswith("//"):
            return name
        namespace = self.prefixes.get(prefix) or KNOWN.get(prefix)
        return namespace + rest if namespace else name


def joined(contexts: Iterable[Context]) -> tuple[list[Any], set[str]]:
    """One ``@context`` for events of several contexts, and the texts of those that contradict it.

    An event of a contradicting context must bring its own along.
    """
    prefixes: dict[str, Any] = {}
    addresses: list[str] = []
    apart: set[str] = set()
    for context in sorted(set(contexts), key=lambda c: c.text):
        terms = {name: term for e in context.entries if isinstance(e, Mapping) for name, term in e.items()}
        if any(prefixes.get(name, term) != term for name, term in terms.items()):
            apart.add(context.text)
            continue
        prefixes |= terms
        addresses += [e for e in context.entries if isinstance(e, str) and e not in addresses]
    return [STANDARD, *addresses, *([prefixes] if prefixes else [])], apart
