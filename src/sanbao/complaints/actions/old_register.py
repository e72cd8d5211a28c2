"""Cases out of the register that was kept before (旧《用户意见登记》): history, written together.

They start no clock, send no notice and take no number of their own; they keep the register's. The import that
brings them answers for them in the record (``kernel.imported``), so they have no first entry each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sanbao.catalog.models import DefectClass
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import ENDED, Audience, Complaint, Ending, Entry, State
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, plain
from sanbao.kernel.keeping import InUse
from sanbao.kernel.times import factory
from sanbao.kernel.words import W
from sanbao.parties.models import Category, Customer
from sanbao.trace.models import Lot

HEADING = W("旧登记簿第 {serial} 号", "No. {serial} of the old register")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLine:
    """One line of the register. ``user`` is the name as written, ``label`` the number as written."""

    serial: str
    received_on: date
    source: str
    channel: str
    user: str
    customer_id: int | None
    content: str
    label: str = ""
    lot_id: int | None = None
    class_word: str = ""
    handling: str = ""
    closed: bool = False

    @property
    def key(self) -> str:
        return f"{self.received_on}/{self.serial}"


@dataclass(slots=True)
class Taken:
    """``id`` of the case; ``new``: made now; ``differs``: fields in which the known case disagrees with the line."""

    id: int
    new: bool
    differs: tuple[str, ...] = ()


def take_old(lines: Sequence[OldLine], *, by: Actor) -> list[Taken]:
    """One result per line, in order; the same lines again change nothing. Several queries, whatever the number."""
    by.need("complaints.import", clause="U-10")
    with transaction.atomic():
        known = {case.legacy: case for case in Complaint.objects.filter(legacy__in={line.key for line in lines})}
        fresh = {line.key: line for line in lines if line.key not in known}
        cases = dict(zip(fresh, _insert(list(fresh.values()), by), strict=True))
    return [
        Taken(cases[line.key].pk, True)
        if line.key in cases
        else Taken(known[line.key].pk, False, tuple(_differing(known[line.key], line)))
        for line in lines
    ]


def _insert(lines: list[OldLine], by: Actor) -> list[Complaint]:
    customers = Customer.objects.in_bulk({line.customer_id for line in lines if line.customer_id})
    products = dict(Lot.objects.filter(pk__in={line.lot_id for line in lines}).values_list("pk", "product_id"))
    classes = _classes({line.class_word for line in lines})
    cases = [_case(line, customers.get(line.customer_id or 0), classes, products) for line in lines]
    Complaint.objects.bulk_create(cases, batch_size=200)
    Entry.objects.bulk_create([_entry(case, line, by) for case, line in zip(cases, lines, strict=True)], batch_size=200)
    if COMPLAINT.searched:
        search.write_many("complaint", {case.pk: COMPLAINT.searched(case) for case in cases})
    return cases


def _case(
    line: OldLine, customer: Customer | None, classes: dict[str, DefectClass], products: dict[int, int | None]
) -> Complaint:
    found = classes.get(line.class_word)
    return Complaint(
        state=State.CLOSED if line.closed else State.REGISTERED,
        number=f"旧{line.received_on:%Y%m%d}-{line.serial if len(line.serial) <= 14 else digest(line.serial)[:14]}",
        legacy=line.key,
        source=line.source,
        channel=line.channel,
        received_at=factory(str(line.received_on)),
        customer=customer,
        category=customer.category if customer else Category.DOMESTIC,
        region_id=customer.region_id if customer else None,
        contact_name="" if customer else line.user,
        contact_unknown=customer is None,
        title=line.content.split("。")[0][:40],
        description=line.content,
        code=line.label,
        lot_id=line.lot_id,
        product_id=products.get(line.lot_id or 0),
        reported_class=found,
        quality_related=bool(found and found.touches_quality),
        opinion=line.handling,
        ending=Ending.IMPORTED if line.closed else "",
    )


def _entry(case: Complaint, line: OldLine, by: Actor) -> Entry:
    """The register's own words stay readable on the timeline, class and handling as they were written."""
    words = (line.content, line.class_word, line.handling)
    return Entry(
        complaint=case,
        at=case.received_at,
        kind="imported",
        audience=Audience.INWARD,
        heading=plain(HEADING.format(serial=line.serial)),
        text=" · ".join(word for word in words if word),
        by=by.ref,
        person_id=by.person_id,
    )


def _classes(words: set[str]) -> dict[str, DefectClass]:
    """The class of that name, or the one whose name is part of the word (表面划伤 → 划伤); none where two would do."""
    classes = list(DefectClass.objects.filter(state=InUse.IN_USE, parent__isnull=False).order_by("position"))
    found = {}
    for word in filter(None, words):
        named = [c for c in classes if c.name_zh == word][:1] or [c for c in classes if c.name_zh in word]
        if len(named) == 1:
            found[word] = named[0]
    return found


def _differing(case: Complaint, line: OldLine) -> Iterator[str]:
    if case.description != line.content:
        yield "description"
    if case.code != line.label:
        yield "code"
    if line.closed and case.state not in ENDED:
        yield "state"
