"""One event made ready to be taken in: checked, identified, indexed, understood. No database.

What costs time happens here, before anybody holds a lock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanbao.epcis import vocabulary
from sanbao.epcis.rules import Declaration, Genealogy, declaration_of, genealogy
from sanbao.epcis.standard import canonical
from sanbao.epcis.standard.checking import Problem
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.indexing import Index
from sanbao.epcis.standard.reading import Written
from sanbao.epcis.standard.shapes import context_faults, faults
from sanbao.epcis.standard.times import moment
from sanbao.epcis.standard.words import BIZ_STEPS, event_type
from sanbao.epcis.vocabulary import Described
from sanbao.trace.models import LotKind

KINDS = frozenset(LotKind)


@dataclass(slots=True)
class Prepared:
    """An event whose shape is sound. ``position`` counts from 1."""

    position: int
    value: dict[str, Any]
    event_id: str
    assigned: bool
    digest: str
    text: str
    context: Context
    index: Index
    said: Genealogy
    declaration: Declaration | None
    described: dict[str, Described] = field(default_factory=dict)
    own: str = ""

    @property
    def type(self) -> str:
        return event_type(self.value["type"])

    @property
    def at(self) -> datetime:
        return moment(self.value["eventTime"])

    @property
    def declared_at(self) -> datetime | None:
        return moment(self.value["errorDeclaration"]["declarationTime"]) if self.declaration else None

    @property
    def step(self) -> str:
        """The business step as a bare word; empty for one that is not the standard's."""
        return BIZ_STEPS.bare(self.value.get("bizStep", "")) or ""


def prepare(written: Written, position: int, around: Context, authority: str) -> Prepared | list[Problem]:
    """An event out of its text, or everything that is wrong with it."""
    value = written.value
    found = faults(value)
    if not found and "@context" in value:
        found = context_faults(value["@context"])
    if found:
        return found
    context = Context.of(*around.entries, value.get("@context")) if "@context" in value else around
    digest = canonical.digest(value, context.expand, beside=vocabulary.LOTS)
    event_id = value.get("eventID") or canonical.assigned_id(digest)
    first = {} if "eventID" in value else {"eventID": json.dumps(event_id)}
    return Prepared(
        position=position,
        value=value,
        event_id=event_id,
        assigned="eventID" not in value,
        digest=digest,
        text=written.text(without=("recordTime",), first=first),
        context=context,
        index=Index(value, context.expand),
        said=genealogy(value, event_id),
        declaration=declaration_of(value),
        described=vocabulary.described(value, authority, context.expand, KINDS),
        own=vocabulary.record_of(value, authority, context.expand),
    )
