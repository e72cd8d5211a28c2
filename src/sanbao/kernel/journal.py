"""The append-only, hash-chained record (M-03), and what is still to be delivered from it.

Each subject (``complaint:12``) has a chain of its own: moves already hold that row's lock, so there is
no global bottleneck. The database refuses UPDATE and DELETE (triggers.py); ``sanbao verify`` recomputes
everything. Facts hold no personal data in clear: ids or salted digests only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from sanbao.kernel import rows
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.times import now

if TYPE_CHECKING:
    from sanbao.kernel.actor import Actor

GENESIS = "0" * 64
#: Who wants to hear of an entry: consumer name → whether it wants this action. Filled by announcements.py and seals.py.
CONSUMERS: dict[str, Callable[[str], bool]] = {}


class JournalEntry(models.Model):
    """One act: who, when, from where, what before and after, by which clause (M-03)."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    origin = models.CharField(max_length=64)
    action = models.CharField(max_length=80)
    clause = models.CharField(max_length=16)
    facts_text = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "kernel_journal"
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="journal_chain")]
        indexes = [
            models.Index(fields=["at"], name="journal_at"),
            models.Index(fields=["actor", "at"], name="journal_actor"),
            models.Index(fields=["action", "at"], name="journal_action"),
        ]

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.facts_text)
        return facts

    def computed_hash(self) -> str:
        """What the hash must be, from what the row holds."""
        return digest(
            text_of(
                [
                    self.subject,
                    self.seq,
                    self.at,
                    self.actor,
                    self.origin,
                    self.action,
                    self.clause,
                    self.facts_text,
                    self.previous,
                ]
            )
        )


class Pending(models.Model):
    """An entry that a consumer has still to be told of; removed when done (design §6)."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, db_index=False)
    consumer = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(default="")

    class Meta:
        db_table = "kernel_pending"
        constraints = [models.UniqueConstraint(fields=["consumer", "entry"], name="pending_once")]
        indexes = [models.Index(fields=["consumer", "due_at"], name="pending_due")]


def append(
    *, subject: str, action: str, by: Actor, clause: str = "", facts: dict[str, Any] | None = None
) -> JournalEntry:
    """Write one entry at the end of the subject's chain, with its deliveries, in the caller's transaction.

    The caller holds the subject's lock; two writers without one meet on the unique (subject, seq).
    """
    with transaction.atomic(savepoint=False):
        last = rows.first(JournalEntry, subject=subject, order=("-seq",))
        seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
        entry = JournalEntry(
            subject=subject,
            seq=seq + 1,
            at=now(),
            actor=by.ref,
            origin=by.origin,
            action=action,
            clause=clause,
            facts_text=text_of(facts or {}),
            previous=previous,
        )
        entry.hash = entry.computed_hash()
        rows.insert(entry)
        rows.insert_many(
            Pending(entry=entry, consumer=name, due_at=entry.at) for name, wants in CONSUMERS.items() if wants(action)
        )
    return entry


def begin(facts_of: Mapping[str, dict[str, Any]], *, action: str, by: Actor, clause: str = "") -> None:
    """Write the first entry of many new subjects at once: the same record, without a query for each."""
    _write_each(facts_of, {}, action=action, by=by, clause=clause)


def append_each(facts_of: Mapping[str, dict[str, Any]], *, action: str, by: Actor, clause: str = "") -> None:
    """Write one entry at the end of each of many chains, without a query for each.

    As with ``append`` the caller holds what keeps others from the same chains.
    """
    with transaction.atomic(savepoint=False):
        _write_each(facts_of, _last_of(facts_of), action=action, by=by, clause=clause)


def _write_each(
    facts_of: Mapping[str, dict[str, Any]],
    last: Mapping[str, tuple[int, str]],
    *,
    action: str,
    by: Actor,
    clause: str,
) -> None:
    moment, entries = now(), []
    for subject, facts in facts_of.items():
        seq, previous = last.get(subject, (0, GENESIS))
        entry = JournalEntry(
            subject=subject,
            seq=seq + 1,
            at=moment,
            actor=by.ref,
            origin=by.origin,
            action=action,
            clause=clause,
            facts_text=text_of(facts),
            previous=previous,
        )
        entry.hash = entry.computed_hash()
        entries.append(entry)
    with transaction.atomic(savepoint=False):
        JournalEntry.objects.bulk_create(entries, batch_size=500)
        consumers = [name for name, wants in CONSUMERS.items() if wants(action)]
        Pending.objects.bulk_create(
            [Pending(entry=entry, consumer=name, due_at=moment) for entry in entries for name in consumers],
            batch_size=500,
        )


def _last_of(subjects: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Sequence and hash of the newest entry of each chain that has one."""
    longest = JournalEntry.objects.filter(subject=models.OuterRef("subject")).order_by("-seq").values("seq")[:1]
    return {
        subject: (seq, hash)
        for block in batched(subjects, 500)
        for subject, seq, hash in JournalEntry.objects.filter(
            subject__in=block, seq=models.Subquery(longest)
        ).values_list("subject", "seq", "hash")
    }


def entries_of(*subjects: str) -> models.QuerySet[JournalEntry]:
    """The entries of the subjects, oldest first."""
    return JournalEntry.objects.filter(subject__in=subjects).order_by("at", "id")


def history(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """Who, when, field, old → new: one row per changed field (convention 20)."""
    return [
        {
            "at": e.at,
            "actor": e.actor,
            "action": e.action,
            "clause": e.clause,
            "field": f,
            "old": old,
            "new": new,
        }
        for e in entries
        for f, (old, new) in e.facts.get("set", {}).items()
    ]
