"""Merkle seals over the journal, and the verification of everything (M-03).

Periodically the hashes of all entries not sealed yet are put under one Merkle root, which is chained to
the seal before. A seal names the entries that it covers, so that the newest entry cannot be taken away
unnoticed once it is sealed. Seals are meant to be deposited outside (mailed, printed): ``sanbao verify
--head HASH`` compares. Whoever owns the database could recompute all of it; that is why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection, models, transaction

from sanbao.kernel import journal
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.journal import GENESIS, JournalEntry, Pending
from sanbao.kernel.times import now

CONSUMER = "seal"
journal.CONSUMERS[CONSUMER] = lambda action: True


class Seal(models.Model):
    """``entries`` is the canonical JSON list of [first id, last id] runs that ``root`` covers."""

    id = models.BigAutoField(primary_key=True)
    number = models.PositiveIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    entries = models.TextField()
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "kernel_seal"

    def computed_hash(self) -> str:
        return digest(text_of([self.number, self.sealed_at, self.entries, self.count, self.root, self.previous]))

    def runs(self) -> list[tuple[int, int]]:
        return [(first, last) for first, last in json.loads(self.entries)]


def merkle_tree(leaves: Sequence[str]) -> list[list[str]]:
    """The levels of the SHA-256 Merkle tree over hex digests, leaves first; an odd node is carried up (RFC 6962)."""
    levels = [[digest(b"\x00" + bytes.fromhex(leaf)) for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[i : i + 2] for i in range(0, len(below), 2)]
        above = [digest(b"\x01" + bytes.fromhex(p[0]) + bytes.fromhex(p[1])) if len(p) == 2 else p[0] for p in pairs]
        levels.append(above)
    return levels


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over hex digests; 64 zeros over none."""
    return merkle_tree(leaves)[-1][0] if leaves else GENESIS


def audit_path(tree: Sequence[Sequence[str]], index: int) -> list[str]:
    """What a leaf must be hashed with, level by level, to reach the root (RFC 6962, section 2.1.1)."""
    path = []
    for level in tree[:-1]:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        index //= 2
    return path


def leaves_of(seal: Seal) -> list[tuple[int, str]]:
    """(id, hash) of every entry that a seal covers, in its order; one query for each run of ids."""
    return [
        leaf
        for first, last in seal.runs()
        for leaf in JournalEntry.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", "hash")
    ]


def runs_of(ids: Sequence[int]) -> list[list[int]]:
    """Ascending ids as [first, last] runs."""
    runs: list[list[int]] = []
    for i in ids:
        if runs and runs[-1][1] == i - 1:
            runs[-1][1] = i
        else:
            runs.append([i, i])
    return runs


def seal(limit: int = 100_000) -> Seal | None:
    """Seal what is not sealed yet; nothing to seal gives no seal. One sealer at a time."""
    with transaction.atomic():
        one_sealer()
        waiting = list(
            Pending.objects.filter(consumer=CONSUMER).order_by("entry_id").values_list("pk", "entry_id")[:limit]
        )
        if not waiting:
            return None
        ids = [entry for _, entry in waiting]
        first, last = ids[0], ids[-1]
        wanted = set(ids)
        span = JournalEntry.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", "hash")
        leaves = [(pk, hash_) for pk, hash_ in span.iterator() if pk in wanted]
        newest = Seal.objects.order_by("-number").first()
        made = Seal(
            number=newest.number + 1 if newest else 1,
            sealed_at=now(),
            entries=text_of(runs_of([pk for pk, _ in leaves])),
            count=len(leaves),
            root=merkle_root([hash_ for _, hash_ in leaves]),
            previous=newest.hash if newest else GENESIS,
        )
        made.hash = made.computed_hash()
        made.save(force_insert=True)
        for at in range(0, len(waiting), 500):
            Pending.objects.filter(pk__in=[pk for pk, _ in waiting[at : at + 500]]).delete()
    return made


def one_sealer() -> None:
    """Hold, until the transaction ends, what only one process may do at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sanbao.seal'))")
