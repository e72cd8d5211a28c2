"""How the record answers for rows that a bulk import made: not an entry each, but one root over all of them (M-03).

The closing entry of an import names the rows (runs of ids) and the Merkle root over what their tracked fields
were. A row that has moved since is put back in thought to what it was, by the old values of its own chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.seals import merkle_root, runs_of

FACT = "made"


def facts_for(kind: str, ids: Sequence[int]) -> dict[str, Any]:
    """For the closing entry of an import: ``{FACT: {kind: facts_for(kind, ids), …}}``."""
    ordered = sorted(ids)
    return {"ids": runs_of(ordered), "count": len(ordered), "root": root(kind, runs_of(ordered))}


def root(kind: str, runs: Sequence[Sequence[int]]) -> str:
    """The Merkle root over the rows' tracked fields as the import made them."""
    lifecycle = Lifecycle.registry[kind]
    return merkle_root([leaf for first, last in runs for leaf in _leaves(lifecycle, first, last)])


def _leaves(lifecycle: Lifecycle[Any], first: int, last: int) -> Iterator[str]:
    rows = lifecycle.model._default_manager.filter(pk__gte=first, pk__lte=last).order_by("pk")
    batch: list[Any] = []
    for row in rows.iterator(chunk_size=1000):
        batch.append(row)
        if len(batch) == 1000:
            yield from _leaves_of(lifecycle, batch)
            batch = []
    yield from _leaves_of(lifecycle, batch)


def _leaves_of(lifecycle: Lifecycle[Any], batch: list[Any]) -> Iterator[str]:
    first_values: dict[str, dict[str, Any]] = {}
    entries = JournalEntry.objects.filter(subject__in=[row.subject for row in batch])
    for subject, text in entries.order_by("subject", "seq").values_list("subject", "facts_text"):
        known = first_values.setdefault(subject, {})
        for name, (old, _) in json.loads(text).get("set", {}).items():
            known.setdefault(name, old)
    for row in batch:
        was = {name: plain(getattr(row, name)) for name in lifecycle.tracked}
        was.update({k: v for k, v in first_values.get(row.subject, {}).items() if k in was})
        yield digest(text_of([row.pk, was]))


def recorded() -> Iterator[tuple[JournalEntry, str, dict[str, Any]]]:
    """Every closing entry that made rows of a kind, with what it says of them."""
    for entry in JournalEntry.objects.filter(action="import.closed").order_by("id").iterator():
        for kind, facts in entry.facts.get(FACT, {}).items():
            yield entry, kind, facts
