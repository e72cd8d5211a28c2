"""范围与持有人: reckon the scope, list every holder, and keep both up to date as links and shipments arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from sanbao.kernel import journal, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, plain
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.recall import links, reaching, scoping
from sanbao.recall.actions.common import HOUSE, NOTIFY, owe
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.recall.models import HolderState, Posting, Recall, RecallGap, RecallHolder, RecallState
from sanbao.recall.policies import decided, due
from sanbao.recall.scoping import Reckoned
from sanbao.trace.queries import Holding

RELISTED = ("issued_milli", "labels", "digest", "contact", "phone", "email", "owed_by", "posting", "version")
_BLOCK = 500


def take(step: Step[Recall]) -> Reckoned:
    """Reckon the scope of the case in hand and keep its figures; the row must have its id."""
    found = scoping.reckon(step.case)
    keep(step, found)
    return found


def keep(step: Step[Recall], found: Reckoned) -> None:
    """The figures of a scope stand with the case."""
    case = step.case
    case.lots, case.labels, case.digest = len(found.scope.lots), found.scope.labels, found.digest
    case.stored, case.gaps, case.milliseconds = found.stored, len(found.holes), found.milliseconds
    case.reckoned_at, case.marks = now(), scoping.marks(case)
    RecallGap.objects.filter(recall=case).delete()
    RecallGap.objects.bulk_create(
        [RecallGap(recall=case, lot_id=lot, missing=missing) for lot, missing in found.holes], batch_size=_BLOCK
    )


def list_holders(step: Step[Recall], found: Reckoned) -> tuple[int, int]:
    """One row for every customer, place and unit: how many are new, how many have other quantities than before.

    Nobody is taken off the list: whose goods turn out to be others' stays, with nothing issued.
    """
    case = step.case
    rule = decided(today(), case.statutory)
    told = reaching.reach(found.scope.holdings, str(rule["runner"]))
    until = now() + timedelta(days=int(rule["link_days"]))
    standing = {
        (row.customer_id, row.site_id, row.unit): row
        for row in RecallHolder.objects.select_for_update().filter(recall=case)
    }
    new, changed = [], []
    for part in found.scope.holdings:
        row = standing.pop((part.customer, part.site, part.unit), None)
        if row is None:
            row = RecallHolder(recall=case, customer_id=part.customer, site_id=part.site, unit=part.unit)
            row.state, row.link_until = HolderState.NOT_NOTIFIED, until
            row.link_hash = links.hashed(links.token_of(row))
            new.append(row)
        before = _kept(row)
        _fill(row, part, told[part.customer, part.site])
        if row.pk and _kept(row) != before:
            changed.append((row, before))
    for row in standing.values():
        if row.issued_milli:
            before = _kept(row)
            row.issued_milli, row.labels, row.digest = 0, 0, digest("")
            changed.append((row, before))
    _write_new(new, step.by)
    _write_changed(changed, step.by)
    if case.letters_at is not None:
        tell_again([*new, *(row for row, _ in changed if row.labels)])
    if not case.rehearsal:
        owe_notices(step)
    return len(new), len(changed)


def _fill(row: RecallHolder, part: Holding, reach: reaching.Reach) -> None:
    row.issued_milli, row.labels, row.digest = part.quantity_milli, len(part.labels), digest("\n".join(part.labels))
    row.contact, row.phone, row.email, row.owed_by = reach.contact, reach.phone, reach.email, reach.owed_by


def _kept(row: RecallHolder) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in HOLDER.tracked}


def _write_new(rows: Sequence[RecallHolder], by: Actor) -> None:
    RecallHolder.objects.bulk_create(rows, batch_size=_BLOCK)
    first = {
        row.subject: {
            "set": {name: [None, value] for name, value in _kept(row).items() if value not in (None, "")},
            "version": row.version,
        }
        for row in rows
    }
    journal.begin(first, action="recall_holder.list", by=by, clause="Q-06")


def _write_changed(rows: Sequence[tuple[RecallHolder, dict[str, Any]]], by: Actor) -> None:
    entries = {}
    for row, before in rows:
        row.version += 1
        after = _kept(row)
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        entries[row.subject] = {"set": changes, "version": row.version}
    RecallHolder.objects.bulk_update([row for row, _ in rows], RELISTED, batch_size=100)
    journal.append_each(entries, action="recall_holder.relist", by=by, clause="Q-06")


def tell_again(rows: Sequence[RecallHolder]) -> int:
    """Whoever has an address and has not been told of his labels as they are now gets a letter."""
    wanted = [row.pk for row in rows if row.email and row.told_digest != row.digest]
    queued = 0
    for at in range(0, len(wanted), _BLOCK):
        block = RecallHolder.objects.filter(pk__in=wanted[at : at + _BLOCK])
        queued += block.update(posting=Posting.QUEUED, trouble="")
    return queued


def owe_notices(step: Step[Recall]) -> None:
    """A task for each who has holders to notify; done when none of his is left."""
    case = step.case
    rule = decided(today(), case.statutory)
    left = RecallHolder.objects.filter(recall=case, state=HolderState.NOT_NOTIFIED, issued_milli__gt=0)
    waiting = Counter(left.values_list("owed_by", flat=True))
    for to, n in sorted(waiting.items()):
        said = W("召回 {number}：通知 {n} 个持有人", "Recall {number}: notify {n} holders", number=case.number, n=n)
        owe(step, NOTIFY, said, to, due(case.decided_at or now(), rule["notify_within"]))
    for duty in obligations.open_on(case.subject).filter(code=NOTIFY).exclude(owed_by__in=list(waiting)):
        obligations.discharge(subject=case.subject, code=NOTIFY, to=duty.owed_by, by=step.by)


def refresh(recall: Recall) -> Recall:
    """Reckon again if the store has news: four small questions when it has none.

    News of other goods change nothing and write nothing into the record. What did change is journalled, and new
    holders are told.
    """
    if not _news_of(recall):
        return recall
    with transaction.atomic():
        case = RECALL.locked(recall, by=HOUSE)
        if not _news_of(case):
            return case
        news = scoping.marks(case)
        found = scoping.reckon(case)
        if _same(case, found):
            case.marks, case.reckoned_at = news, now()
            case.save(update_fields=["marks", "reckoned_at"])
            return case
        with RECALL.move("grow", case, by=HOUSE) as step:
            before = case.digest
            keep(step, found)
            new, changed = list_holders(step, found)
            step.record(new_holders=new, changed_holders=changed, same_labels=before == step.case.digest)
        return step.case


def _news_of(recall: Recall) -> bool:
    return recall.state == RecallState.IN_FORCE and in_force("Q-06") and scoping.marks(recall) != recall.marks


def _same(case: Recall, found: Reckoned) -> bool:
    """Whether every label lies where it lay, and with whom."""
    if (case.digest, case.lots, case.stored) != (found.digest, len(found.scope.lots), found.stored):
        return False
    holes = set(RecallGap.objects.filter(recall=case).values_list("lot_id", "missing"))
    rows = RecallHolder.objects.filter(recall=case, issued_milli__gt=0)
    listed = set(rows.values_list("customer_id", "site_id", "unit", "issued_milli", "digest"))
    held = {
        (part.customer, part.site, part.unit, part.quantity_milli, digest("\n".join(part.labels)))
        for part in found.scope.holdings
        if part.quantity_milli > 0
    }
    return holes == set(found.holes) and listed == held
