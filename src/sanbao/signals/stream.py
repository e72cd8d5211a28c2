"""The stream of complaints as the scan takes it: each case with what was known of it from which day on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sanbao.complaints.models import Complaint, Matter, State
from sanbao.complaints.queries import user_of
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.times import local
from sanbao.signals.origins import Origins
from sanbao.signals.scan import Case, Known, Place

type Facts = dict[str, Any]

#: The acts that change under what a case is counted; the journal says when.
CHANGING = tuple(
    f"complaint.{act}"
    for act in ("correct", "classify", "cancel", "mark_duplicate", "reopen", "merge", "unmerge", "end_with_lead")
)
#: What a case is counted under.
FIELDS = ("state", "reported_class_id", "confirmed_class_id", "product_id", "lot_id", "customer_id", "merged_into_id")
#: What was no complaint, or is counted under another number.
#: A case merged into another of the same user is one with it; of another user it counts by itself.
NOT_COUNTED = (State.CANCELLED.value, State.DUPLICATE.value)


def read(until: date) -> list[Case]:
    """Every complaint received up to a day; what was learnt of it later is marked with its day."""
    rows = list(
        Complaint.objects.filter(received_at__date__lte=until, matter=Matter.COMPLAINT)
        .order_by("received_at", "id")
        .values("id", "received_at", "contact_name", "contact_phone", "region_id", *FIELDS)
    )
    changes = _changes()
    told = {row["id"]: list(_told(row, changes.get(row["id"], []))) for row in rows}
    origins = Origins({facts["lot_id"] for known in told.values() for _, facts in known} - {None})
    users = {row["id"]: user_of(row["customer_id"], row["contact_name"], row["contact_phone"]) for row in rows}
    return [_case(row, told[row["id"]], origins, users) for row in rows]


def _changes() -> dict[int, list[tuple[int, Facts]]]:
    """Complaint → what its acts set, in order: the day, and for each field what it was and what it became."""
    found: dict[int, list[tuple[int, Facts]]] = defaultdict(list)
    entries = JournalEntry.objects.filter(action__in=CHANGING).order_by("id")
    for entry in entries.only("subject", "at", "facts_text").iterator(chunk_size=2000):
        setting = {name: both for name, both in entry.facts["set"].items() if name in FIELDS}
        if setting:
            found[int(entry.subject.partition(":")[2])].append((local(entry.at).toordinal(), setting))
    return found


def _told(row: dict[str, Any], changes: list[tuple[int, Facts]]) -> Iterator[tuple[int, Facts]]:
    """From which day on which facts held: the present ones put back to what they were, then changed again."""
    facts = {name: row[name] for name in FIELDS}
    for _, setting in reversed(changes):
        facts |= {name: was for name, (was, _) in setting.items()}
    yield local(row["received_at"]).toordinal(), dict(facts)
    for day, setting in changes:
        facts |= {name: became for name, (_, became) in setting.items()}
        yield day, dict(facts)


def _case(row: dict[str, Any], told: Iterable[tuple[int, Facts]], origins: Origins, users: dict[int, str]) -> Case:
    user = users[row["id"]]
    known = tuple(
        Known(day, None if users.get(facts["merged_into_id"]) == user else _defect(facts), _places(row, facts, origins))
        for day, facts in told
    )
    return Case(row["id"], (local(row["received_at"]).toordinal(), user), known)


def _defect(facts: Facts) -> int | None:
    """The class that quality confirmed, or else the one that was reported."""
    if facts["state"] in NOT_COUNTED:
        return None
    found: int | None = facts["confirmed_class_id"] or facts["reported_class_id"]
    return found


def _places(row: dict[str, Any], facts: Facts, origins: Origins) -> frozenset[Place]:
    found = set(origins.of(facts["lot_id"]))
    if facts["product_id"]:
        found.add(Place("product", str(facts["product_id"])))
    if row["region_id"]:
        found.add(Place("region", str(row["region_id"])))
    return frozenset(found)
