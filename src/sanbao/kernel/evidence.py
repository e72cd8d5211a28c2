"""Evidence bundles: what happened to some subjects, with all that is needed to prove it elsewhere (M-03).

A bundle is a zip of plain files: the entries, their Merkle proofs, the seals from theirs to the head, the attachments,
the policies that decisions cite, and ``verify_evidence.py``, which recomputes all of it with Python's standard library
alone. ``docs/reference/journal.md`` describes the files.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from argparse import ArgumentParser
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse

from sanbao.kernel import attachments, seals, verify_evidence
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.canonical import plain, text_of
from sanbao.kernel.codes import whole
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import PolicyVersion
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.seals import Seal
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W

FORMAT = "sanbao-evidence/1"
READ = "journal.read"
#: A page or request is not kept waiting for more; the command line has no such limit.
AT_ONCE = 20_000
SCRIPT = Path(verify_evidence.__file__)
ENTRY = ("subject", "seq", "at", "actor", "origin", "action", "clause", "facts_text", "previous", "hash")
SEAL = ("number", "sealed_at", "entries", "count", "root", "previous", "hash")
README = """三包证据包 · Evidence bundle of Sanbao

解压后运行 · Unpack, then run:

    python3 -I verify_evidence.py [--head 寄存的封存值 DEPOSITED-HEAD]

只需要 Python 3.9 以上，不联网，不装任何东西。退出码 0：全部成立；1：有不成立之处。先读脚本开头，十分钟可读完。
It needs Python 3.9 or newer, no network and no packages. Exit code 0: all holds; 1: something does not.
Read the script first: it takes ten minutes.
"""


class Pack:
    """A zip being written; keeps the digest of every file for the manifest."""

    def __init__(self, target: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.stamp = local(now()).timetuple()[:6]
        self.files: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        if name in self.files:
            return
        info, hasher = zipfile.ZipInfo(name, self.stamp), sha256()
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self.zip.open(info, "w", force_zip64=True) as file:
            for part in parts:
                hasher.update(part)
                file.write(part)
        self.files[name] = hasher.hexdigest()

    def add_lines(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        self.add(name, (f"{text_of(row)}\n".encode() for row in rows))


def build(target: IO[bytes], subjects: Iterable[str], *, by: Actor, limit: int | None = None) -> dict[str, Any]:
    """Write the bundle of the subjects; returns its manifest.

    Refuses (M-03) ``evidence.nothing`` for a subject without an entry or one that the actor may not see, and
    ``evidence.too_many`` beyond ``limit`` entries. What is not sealed yet is sealed first: every entry has its proof.
    """
    asked = list(dict.fromkeys(s.strip() for s in subjects if s.strip()))
    _allow(asked, by)
    entries = _entries(asked, limit)
    cited = _cited(entries)
    tables = sorted({f"policy:{code}" for code, _ in cited} - set(asked))
    entries += _entries(tables, None)
    while seals.seal():
        pass
    chain, covering = _chain([e.pk for e in entries])
    pack = Pack(target)
    with pack.zip:
        pack.add("README.txt", [README.encode()])
        pack.add(SCRIPT.name, [SCRIPT.read_bytes()])
        pack.add_lines("entries.jsonl", ({"id": e.pk, **{name: getattr(e, name) for name in ENTRY}} for e in entries))
        pack.add_lines("proofs.jsonl", _proofs(covering))
        pack.add_lines("seals.jsonl", ({name: getattr(s, name) for name in SEAL} for s in chain))
        pack.add_lines("attachments.jsonl", list(_attached(pack, [*asked, *tables], by)))
        for version in _versions(cited):
            pack.add(f"policies/{version.policy}-v{version.number}.toml", [version.text.encode()])
        manifest = _manifest(asked, entries, chain[-1], pack.files)
        pack.zip.writestr(zipfile.ZipInfo("manifest.json", pack.stamp), text_of(manifest), zipfile.ZIP_DEFLATED)
    return manifest


def _manifest(asked: list[str], entries: list[JournalEntry], head: Seal, files: dict[str, str]) -> dict[str, Any]:
    ends = {e.subject: [e.seq, e.hash] for e in entries}
    return {
        "format": FORMAT,
        "made_at": plain(now()),
        "asked": asked,
        "subjects": ends,
        "head": {"number": head.number, "hash": head.hash, "sealed_at": plain(head.sealed_at)},
        "files": files,
    }


def of_period(first: date, last: date) -> list[str]:
    """Every subject of which something was recorded on these days, both included."""
    found = JournalEntry.objects.filter(at__date__gte=first, at__date__lte=last)
    return list(found.order_by("subject").values_list("subject", flat=True).distinct())


def _allow(subjects: list[str], by: Actor) -> None:
    """Who may read the record, or may see the subject, gets its bundle; for others it does not exist."""
    for subject in subjects:
        if not by.may(READ) and not _visible(subject, by):
            _nothing(subject)
    if not subjects:
        sentence = W("请写明对象，如 complaint:12，或起止日期。", "Name a subject such as complaint:12, or a period.")
        refuse("evidence.of_what", sentence, clause="M-03", status=422, field="subject")


def _visible(subject: str, by: Actor) -> bool:
    kind, _, key = subject.partition(":")
    lifecycle, pk = Lifecycle.registry.get(kind), whole(key)
    if lifecycle is None or pk is None:
        return False
    rows: QuerySet[Any] = lifecycle.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
    return rows.filter(pk=pk).exists()


def _nothing(subject: str) -> None:
    sentence = W("“{subject}”没有流水。", "There is no entry of “{subject}”.")
    raise Refusal("evidence.nothing", sentence, "M-03", 404, "subject", {"subject": subject})


def _entries(subjects: Sequence[str], limit: int | None) -> list[JournalEntry]:
    rows = JournalEntry.objects.filter(subject__in=subjects).order_by("subject", "seq")
    if limit is not None and (count := rows.count()) > limit:
        refuse(
            "evidence.too_many",
            W("共 {count} 条流水，请用命令 sanbao evidence。", "{count} entries: use the command sanbao evidence."),
            clause="M-03",
            count=count,
        )
    found = list(rows)
    for subject in sorted(set(subjects) - {e.subject for e in found}):
        _nothing(subject)
    return found


def _cited(entries: list[JournalEntry]) -> set[tuple[str, int]]:
    """The policy versions that decisions in the entries cite, by the verifier's own rule."""
    return set().union(*(verify_evidence.cited(e.facts) for e in entries)) if entries else set()


def _versions(cited: set[tuple[str, int]]) -> list[PolicyVersion]:
    rows = PolicyVersion.objects.filter(policy__in={code for code, _ in cited}).order_by("policy", "number")
    return [row for row in rows if (row.policy, row.number) in cited]


def _chain(ids: list[int]) -> tuple[list[Seal], list[tuple[Seal, list[int]]]]:
    """The seals from the first that covers one of the entries to the head, and which entries each of them covers."""
    ordered, missing = sorted(ids), len(ids)
    chain: list[Seal] = []
    covering: list[tuple[Seal, list[int]]] = []
    for seal in Seal.objects.order_by("-number").iterator(chunk_size=500):
        chain.append(seal)
        mine = [pk for a, b in seal.runs() for pk in ordered[bisect_left(ordered, a) : bisect_right(ordered, b)]]
        if mine:
            covering.append((seal, mine))
            missing -= len(mine)
        if not missing:
            break
    return chain[::-1], covering[::-1]


def _proofs(covering: list[tuple[Seal, list[int]]]) -> Iterator[dict[str, Any]]:
    for seal, ids in covering:
        leaves = seals.leaves_of(seal)
        tree = seals.merkle_tree([hash_ for _, hash_ in leaves])
        place = {pk: index for index, (pk, _) in enumerate(leaves)}
        for pk in ids:
            yield {"id": pk, "seal": seal.number, "path": seals.audit_path(tree, place[pk])}


def _attached(pack: Pack, subjects: list[str], by: Actor) -> Iterator[dict[str, Any]]:
    """A line for each attachment. The file itself is enclosed when it is there and the actor may open it."""
    for row in Attachment.objects.filter(subject__in=subjects).order_by("subject", "stored_at"):
        enclosed = row.path.exists() and (by.all_powerful or attachments.visible(row, by))
        suffix = re.search(r"\.[A-Za-z0-9]{1,5}$", row.name)
        name = f"attachments/{row.sha256}{suffix[0].lower() if suffix else ''}" if enclosed else ""
        if enclosed:
            pack.add(name, _pieces(row.path))
        facts = {"sha256": row.sha256, "size": row.size, "media_type": row.media_type, "name": row.name}
        yield {"subject": row.subject, "attachment": str(row.pk), "file": name, **facts}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def served(subjects: Iterable[str], *, by: Actor, first: date | None = None, last: date | None = None) -> FileResponse:
    """The bundle as a download: of the subjects, or of all subjects of a period (needs ``journal.read``)."""
    wanted = list(subjects)
    first, last = first or last, last or first
    if first and last:
        by.need(READ, clause="M-03")
        wanted += of_period(first, last)
    target = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 - the response closes it
    try:
        build(target, wanted, by=by, limit=AT_ONCE)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    name = wanted[0].replace(":", "-") if len(wanted) == 1 else "record"
    filename = f"evidence-{name}-{local(now()):%Y%m%d-%H%M}.zip"
    return FileResponse(target, as_attachment=True, filename=filename, content_type="application/zip")


def main(argv: list[str]) -> int:
    """``sanbao evidence [SUBJECT…] [--from DAY --to DAY] -o FILE``: exit 0 when the bundle is written."""
    parser = ArgumentParser(prog="sanbao evidence", description="证据包 · a bundle that proves itself")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help="如 · such as complaint:12")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="此日起有流水的对象 · active from")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="到此日 · until, included")
    parser.add_argument("-o", "--output", type=Path, required=True, help="写到 · where to")
    asked = parser.parse_args(argv)
    if (asked.first is None) != (asked.last is None):
        parser.error("--from 和 --to 要一起用 · --from and --to go together")
    wanted = asked.subjects + (of_period(asked.first, asked.last) if asked.first else [])
    part = asked.output.with_name(f".{asked.output.name}.part")
    try:
        with part.open("wb") as target:
            part.chmod(0o600)
            manifest = build(target, wanted, by=Actor.clockwork("cli"))
        part.replace(asked.output)
    finally:
        part.unlink(missing_ok=True)
    count, head = len(manifest["subjects"]), manifest["head"]
    print(f"{asked.output}: {count} 个对象 subjects, 封存 seal {head['number']} {head['hash']}")
    return 0
