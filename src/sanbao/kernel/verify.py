"""``sanbao verify``: recompute every chain and seal, and hold the rows against the record (M-03)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from sanbao.kernel import imported, triggers
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.canonical import plain
from sanbao.kernel.codes import whole
from sanbao.kernel.journal import GENESIS, JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.seals import Seal, leaves_of, merkle_root
from sanbao.kernel.signatures import Signature
from sanbao.kernel.words import W


@dataclass(frozen=True)
class Breach:
    """One thing that does not hold: where, what kind, in words."""

    where: str
    code: str
    sentence: W

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": str(self.sentence)}


def verify(subject: str = "", head: str = "") -> Iterator[Breach]:
    """All breaches: the first of each chain, then seals, rows, attachments, signatures, policies, triggers."""
    entries = JournalEntry.objects.filter(subject=subject) if subject else JournalEntry.objects.all()
    yield from chains(entries)
    yield from rows(subject)
    if subject:
        return
    yield from seals(head)
    yield from imports()
    yield from attachments()
    yield from signatures()
    for check in CHECKS:
        yield from check()
    for name in triggers.missing():
        yield Breach(
            name,
            "trigger_missing",
            W("缺少保护触发器 {name}。", "The protecting trigger {name} is missing.", name=name),
        )


#: Further checks of the kernel's own tables (policies.py adds its own).
CHECKS: list[Any] = []


def chains(entries: QuerySet[JournalEntry]) -> Iterator[Breach]:
    """The first broken entry of each chain."""
    subject, seq, previous, broken = "", 0, GENESIS, False
    for entry in entries.order_by("subject", "seq").iterator(chunk_size=5000):
        if entry.subject != subject:
            subject, seq, previous, broken = entry.subject, 0, GENESIS, False
        if broken:
            continue
        where = f"{subject}#{entry.seq}"
        if entry.seq != seq + 1:
            broken = True
            yield Breach(
                where,
                "entry_missing",
                W("{where} 之前缺少流水。", "An entry before {where} is missing.", where=where),
            )
        elif entry.previous != previous:
            broken = True
            yield Breach(
                where,
                "chain_broken",
                W("{where} 与前一条对不上。", "{where} does not follow from the one before.", where=where),
            )
        elif entry.hash != entry.computed_hash():
            broken = True
            yield Breach(
                where,
                "entry_changed",
                W("{where} 的内容被改动。", "The content of {where} was changed.", where=where),
            )
        seq, previous = entry.seq, entry.hash


def seals(head: str = "") -> Iterator[Breach]:
    """Every seal against its entries and the seal before; ``head`` is one deposited outside."""
    number, previous, seen = 0, GENESIS, head == ""
    for seal in Seal.objects.order_by("number").iterator():
        where = f"seal:{seal.number}"
        if seal.number != number + 1 or seal.previous != previous:
            yield Breach(
                where,
                "seal_missing",
                W("{where} 之前的封存不连续。", "The seals before {where} do not join.", where=where),
            )
        if seal.hash != seal.computed_hash():
            yield Breach(where, "seal_changed", W("{where} 被改动。", "{where} was changed.", where=where))
        else:
            hashes = [hash_ for _, hash_ in leaves_of(seal)]
            if len(hashes) != seal.count or merkle_root(hashes) != seal.root:
                yield Breach(
                    where,
                    "sealed_entries_changed",
                    W(
                        "{where} 封存的流水被删除、插入或改动。",
                        "Entries sealed by {where} were deleted, inserted or changed.",
                        where=where,
                    ),
                )
        seen = seen or seal.hash == head
        number, previous = seal.number, seal.hash
    if not seen:
        yield Breach(
            "seals",
            "head_unknown",
            W("库里没有外存的封存值。", "The deposited seal is not in this database."),
        )


def rows(subject: str = "") -> Iterator[Breach]:
    """Tracked fields of every row (state, grade, approval …) against what the journal last said of them."""
    for kind, lifecycle in Lifecycle.registry.items():
        if subject and subject.split(":")[0] != kind:
            continue
        manager = lifecycle.model._default_manager
        found = manager.filter(pk=whole(subject.partition(":")[2])) if subject else manager.all()
        batch: list[Any] = []
        for row in found.order_by("pk").iterator(chunk_size=1000):
            batch.append(row)
            if len(batch) == 1000:
                yield from _rows(lifecycle, batch)
                batch = []
        yield from _rows(lifecycle, batch)


def _rows(lifecycle: Lifecycle[Any], batch: list[Any]) -> Iterator[Breach]:
    said: dict[str, dict[str, Any]] = {}
    subjects = [row.subject for row in batch]
    mine = JournalEntry.objects.filter(subject__in=subjects, action__startswith=f"{lifecycle.kind}.")
    for subject, text in mine.order_by("subject", "seq").values_list("subject", "facts_text"):
        facts = json.loads(text)
        known = said.setdefault(subject, {})
        known.update({k: new for k, (_, new) in facts.get("set", {}).items()}, version=facts.get("version"))
    for row in batch:
        if row.subject not in said and getattr(row, "imported", False):
            continue  # answered for by the import that made it, see imports()
        if row.subject not in said:
            yield Breach(
                row.subject,
                "row_unrecorded",
                W("{where} 没有任何流水。", "{where} has no entry at all.", where=row.subject),
            )
            continue
        expected = said[row.subject]
        for name in (*lifecycle.tracked, "version"):
            value = plain(getattr(row, name))
            if value != expected.get(name) and (name in expected or value not in (None, "", False, 0)):
                yield Breach(
                    row.subject,
                    "row_changed",
                    W(
                        "{where} 的 {field} 是“{value}”，流水记的是“{recorded}”。",
                        "{field} of {where} is “{value}”, the record says “{recorded}”.",
                        where=row.subject,
                        field=name,
                        value=str(value),
                        recorded=str(expected.get(name)),
                    ),
                )


def imports() -> Iterator[Breach]:
    """Every row that an import made, moved since or not, against the root in the import's closing entry."""
    covered: dict[str, int] = {}
    for entry, kind, facts in imported.recorded():
        covered[kind] = covered.get(kind, 0) + facts["count"]
        if imported.root(kind, facts["ids"]) != facts["root"]:
            yield Breach(
                entry.subject,
                "imported_rows_changed",
                W(
                    "{where} 导入的记录被改动或删除。",
                    "Rows imported by {where} were changed or deleted.",
                    where=entry.subject,
                ),
            )
    for kind, lifecycle in Lifecycle.registry.items():
        if lifecycle.imported_filter is None:
            continue
        count = lifecycle.model._default_manager.filter(lifecycle.imported_filter).count()
        if count != covered.get(kind, 0):
            yield Breach(
                kind,
                "imported_rows_unrecorded",
                W(
                    "{kind}：{n} 条历史记录，流水只认 {m} 条。",
                    "{kind}: {n} imported rows, the record knows {m}.",
                    kind=lifecycle.title,
                    n=count,
                    m=covered.get(kind, 0),
                ),
            )


def attachments() -> Iterator[Breach]:
    """Every file against its name, every row against its entry."""
    from sanbao.kernel.canonical import file_digest

    seen: set[str] = set()
    recorded = {
        (e.subject, e.facts["attachment"]): e.facts["sha256"]
        for e in JournalEntry.objects.filter(action="attachment.added").iterator()
    }
    for row in Attachment.objects.iterator():
        if row.sha256 not in seen:
            seen.add(row.sha256)
            if not row.path.exists():
                yield Breach(
                    f"attachment:{row.pk}",
                    "attachment_missing",
                    W("附件“{name}”不见了。", "The file “{name}” is gone.", name=row.name),
                )
            elif file_digest(row.path) != row.sha256:
                yield Breach(
                    f"attachment:{row.pk}",
                    "attachment_changed",
                    W("附件“{name}”被改动。", "The file “{name}” was changed.", name=row.name),
                )
        said = recorded.pop((row.subject, str(row.pk)), None)
        if row.subject and said != row.sha256:
            yield Breach(
                f"attachment:{row.pk}",
                "attachment_swapped",
                W("附件“{name}”与流水不符。", "The file “{name}” is not the one recorded.", name=row.name),
            )
    for subject, pk in recorded:
        yield Breach(
            f"attachment:{pk}",
            "attachment_missing",
            W("{where} 的附件记录被删除。", "An attachment of {where} was deleted.", where=subject),
        )


def signatures() -> Iterator[Breach]:
    """Every signature row against its entry."""
    made = {e.facts["signature"]: e for e in JournalEntry.objects.filter(action="signature.made").iterator()}
    for row in Signature.objects.iterator():
        entry = made.pop(row.pk, None)
        same = entry is not None and (
            entry.actor,
            entry.subject,
            entry.facts["content"],
            entry.facts["meaning"],
        ) == (
            row.signer,
            row.subject,
            row.content,
            row.meaning,
        )
        if not same:
            yield Breach(
                f"signature:{row.pk}",
                "signature_changed",
                W("签批 {where} 与流水不符。", "Signature {where} is not the one recorded.", where=row.pk),
            )
    for pk in made:
        yield Breach(
            f"signature:{pk}",
            "signature_missing",
            W("签批 {where} 被删除。", "Signature {where} was deleted.", where=pk),
        )


def main(argv: list[str]) -> int:
    """``sanbao verify [--json] [--subject S] [--head HASH]``: exit 0 when everything holds, otherwise 1."""
    parser = argparse.ArgumentParser(prog="sanbao verify")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--subject", default="")
    parser.add_argument("--head", default="", help="a seal's hash that was deposited outside")
    args = parser.parse_args(argv)
    breaches = list(verify(args.subject, args.head))
    newest = Seal.objects.order_by("-number").first()
    if args.json:
        report = {
            "holds": not breaches,
            "entries": JournalEntry.objects.count(),
            "seals": newest.number if newest else 0,
            "head": newest.hash if newest else "",
            "breaches": [b.as_dict() for b in breaches],
        }
        json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for breach in breaches:
            print(f"{breach.where}: {breach.sentence}")
        if not breaches:
            words = W("{n} 条流水、{s} 次封存，全部相符。", "{n} entries and {s} seals, all hold.")
            print(words.format(n=JournalEntry.objects.count(), s=newest.number if newest else 0))
    return 1 if breaches else 0
