#!/usr/bin/env python3
"""证据包核验 · Verify an evidence bundle of Sanbao. Needs Python 3.9 or newer and nothing else.

    python3 -I verify_evidence.py [BUNDLE.zip | FOLDER] [--head HASH]

Without an argument the folder of this script is verified, which is where an unpacked bundle has it.
Exit code: 0 everything holds, 1 something does not, 2 there is no bundle.

The bundle says what happened to some subjects (a complaint, a policy), entry by entry. This script believes nothing
in it; it recomputes, in this order (the words in capitals are the functions below):

  FILES     every file is the one that manifest.json lists, and no other file is there
  CHAINS    every entry has the SHA-256 it claims; the entries of a subject are numbered 1, 2, 3 … and each one
            carries the hash of the entry before: none is changed, missing, inserted or moved
  SEALS     every seal has the hash it claims and carries the hash of the seal before, up to the head
  PROOFS    every entry stands in a seal: its Merkle audit path (RFC 6962) leads to the root in that seal
  ATTACHED  every enclosed attachment has the digest that an entry recorded
  POLICIES  every table that a decision cites is enclosed, and is the one whose digest the record has

Who owns a database could invent all of this, hashes included, but not the head that was mailed out of the house on
some earlier day. Give such a head with --head: it must be one of the seals here.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

ZERO = "0" * 64
RECORDED = ("policy.loaded", "policy.supplemented", "policy.approved")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """JSON with sorted keys and without blanks, as UTF-8: what the house hashes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Bundle:
    """The files of a bundle, from the zip or from a folder that it was unpacked into."""

    def __init__(self, place: Path) -> None:
        self.zip = None if place.is_dir() else zipfile.ZipFile(place)
        self.place = place

    def names(self) -> list[str]:
        if self.zip is not None:
            return self.zip.namelist()
        return [p.relative_to(self.place).as_posix() for p in self.place.rglob("*") if p.is_file()]

    def read(self, name: str) -> bytes:
        return self.zip.read(name) if self.zip is not None else (self.place / name).read_bytes()

    def lines(self, name: str) -> list[dict]:
        return [json.loads(line) for line in self.read(name).decode().splitlines()]


class Findings:
    """What was found wrong, each in Chinese and English."""

    def __init__(self) -> None:
        self.count = 0

    def wrong(self, zh: str, en: str) -> None:
        self.count += 1
        print("✗ " + zh + " · " + en)


# FILES ---------------------------------------------------------------------------------------------------------------


def check_files(bundle: Bundle, manifest: dict, found: Findings) -> None:
    present, listed = set(bundle.names()) - {"manifest.json"}, manifest["files"]
    for name in sorted(present - set(listed)):
        found.wrong(f"清单之外的文件 {name}", f"{name} is not in the manifest")
    for name in sorted(set(listed) - present):
        found.wrong(f"缺少文件 {name}", f"the file {name} is missing")
    for name in sorted(present & set(listed)):
        if sha256(bundle.read(name)) != listed[name]:
            found.wrong(f"文件 {name} 与清单不符", f"the file {name} is not the one in the manifest")


# CHAINS --------------------------------------------------------------------------------------------------------------


def entry_hash(e: dict) -> str:
    names = ("subject", "seq", "at", "actor", "origin", "action", "clause", "facts_text", "previous")
    return sha256(canonical([e[name] for name in names]))


def check_chains(entries: list[dict], manifest: dict, found: Findings) -> None:
    chains: dict = {}
    for e in entries:
        chains.setdefault(e["subject"], []).append(e)
    for subject, chain in chains.items():
        previous, seq = ZERO, 0
        for e in chain:
            where = f"{subject}#{e['seq']}"
            if entry_hash(e) != e["hash"]:
                found.wrong(f"{where} 的内容被改动", f"the content of {where} was changed")
            if e["seq"] != seq + 1:
                found.wrong(f"{where} 之前的流水缺失或换了顺序", f"before {where} an entry is missing or out of order")
            elif e["previous"] != previous:
                found.wrong(f"{where} 与前一条对不上", f"{where} does not follow from the entry before")
            previous, seq = e["hash"], e["seq"]
    for subject, (count, last) in manifest["subjects"].items():
        chain = chains.get(subject, [])
        if len(chain) != count or chain[-1]["hash"] != last:
            found.wrong(f"{subject} 应有 {count} 条流水", f"{subject} must have {count} entries")


# SEALS ---------------------------------------------------------------------------------------------------------------


def seal_hash(s: dict) -> str:
    return sha256(canonical([s[name] for name in ("number", "sealed_at", "entries", "count", "root", "previous")]))


def check_seals(seals: list[dict], manifest: dict, head: str, found: Findings) -> None:
    for i, s in enumerate(seals):
        if seal_hash(s) != s["hash"]:
            found.wrong(f"第 {s['number']} 次封存是伪造或被改动的", f"seal {s['number']} is forged or was changed")
        if i and (s["number"], s["previous"]) != (seals[i - 1]["number"] + 1, seals[i - 1]["hash"]):
            found.wrong(
                f"第 {s['number']} 次封存与前一次对不上", f"seal {s['number']} does not follow from the one before"
            )
    if not seals or seals[-1]["hash"] != manifest["head"]["hash"]:
        found.wrong("封存链没有到达封存值", "the seals do not lead to the head")
    if head and head not in [s["hash"] for s in seals]:
        found.wrong(f"寄存的封存值 {head} 不在链上", f"the deposited head {head} is not in the chain of seals")


# PROOFS --------------------------------------------------------------------------------------------------------------


def position(seal: dict, entry_id: int) -> int:
    """Where an entry stands among the leaves of a seal: "entries" is a list of [first, last] runs. -1: nowhere."""
    before = 0
    for first, last in json.loads(seal["entries"]):
        if first <= entry_id <= last:
            return before + entry_id - first
        before += last - first + 1
    return -1


def root_of(leaf: str, index: int, size: int, path: list[str]) -> str:
    """The Merkle root that an audit path leads to (RFC 6962, as RFC 9162 section 2.1.3.2 computes it); "" if none."""
    node, last = sha256(b"\x00" + bytes.fromhex(leaf)), size - 1
    for step in path:
        if last == 0:
            return ""
        if index % 2 or index == last:
            node = sha256(b"\x01" + bytes.fromhex(step) + bytes.fromhex(node))
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01" + bytes.fromhex(node) + bytes.fromhex(step))
        index, last = index // 2, last // 2
    return node if last == 0 else ""


def check_proofs(entries: list[dict], proofs: list[dict], seals: list[dict], found: Findings) -> None:
    by_number, by_entry = {s["number"]: s for s in seals}, {p["id"]: p for p in proofs}
    for e in entries:
        where, proof = f"{e['subject']}#{e['seq']}", by_entry.pop(e["id"], None)
        seal = by_number.get(proof["seal"]) if proof else None
        if proof is None or seal is None:
            found.wrong(f"{where} 没有封存证明", f"{where} has no proof that it was sealed")
            continue
        index = position(seal, e["id"])
        if index < 0 or root_of(e["hash"], index, seal["count"], proof["path"]) != seal["root"]:
            found.wrong(
                f"{where} 的证明不成立：第 {seal['number']} 次封存里没有它",
                f"the proof of {where} fails: seal {seal['number']} does not hold it",
            )
    for left in by_entry:
        found.wrong(
            f"有证明而没有流水（编号 {left}）：流水被删去", f"a proof without its entry (id {left}): it was removed"
        )


# ATTACHED ------------------------------------------------------------------------------------------------------------


def check_attachments(bundle: Bundle, entries: list[dict], rows: list[dict], found: Findings) -> int:
    """Returns how many files are named but not enclosed."""
    recorded = {}
    for e in entries:
        if e["action"] == "attachment.added":
            facts = json.loads(e["facts_text"])
            recorded[(e["subject"], facts["attachment"])] = facts["sha256"]
    withheld = 0
    for row in rows:
        if recorded.pop((row["subject"], row["attachment"]), None) != row["sha256"]:
            found.wrong(f"附件“{row['name']}”与流水不符", f"the attachment “{row['name']}” is not the one recorded")
        elif not row["file"]:
            withheld += 1
        elif sha256(bundle.read(row["file"])) != row["sha256"]:
            found.wrong(
                f"附件“{row['name']}”的内容被改动", f"the content of the attachment “{row['name']}” was changed"
            )
    for subject, attachment in recorded:
        found.wrong(f"{subject} 缺少附件 {attachment}", f"{subject} lacks its attachment {attachment}")
    return withheld


# POLICIES ------------------------------------------------------------------------------------------------------------


def cited(value: object) -> set:
    """Every (policy, version) that facts cite as what a decision was made by, wherever it stands in them."""
    if isinstance(value, list):
        return set().union(*map(cited, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {(value["policy"], value["version"])} if {"policy", "version", "row"} <= set(value) else set()
    return own.union(*map(cited, value.values()))


def check_policies(bundle: Bundle, entries: list[dict], files: dict, found: Findings) -> None:
    digests, wanted = {}, set()
    for e in entries:
        facts = json.loads(e["facts_text"])
        wanted |= cited(facts)
        if e["action"] in RECORDED:
            digests[(e["subject"].partition(":")[2], facts["number"])] = facts["digest"]
    for code, number in sorted(wanted):
        name = f"policies/{code}-v{number}.toml"
        if name not in files:
            found.wrong(f"缺少规则表 {code} 第 {number} 版", f"version {number} of the policy {code} is missing")
        elif sha256(bundle.read(name)) != digests.get((code, number)):
            found.wrong(
                f"规则表 {code} 第 {number} 版与流水不符", f"the policy {code} v{number} is not the one recorded"
            )


def verify(bundle: Bundle, head: str) -> int:
    found = Findings()
    manifest = json.loads(bundle.read("manifest.json"))
    check_files(bundle, manifest, found)
    entries, seals = bundle.lines("entries.jsonl"), bundle.lines("seals.jsonl")
    proofs, rows = bundle.lines("proofs.jsonl"), bundle.lines("attachments.jsonl")
    check_chains(entries, manifest, found)
    check_seals(seals, manifest, head, found)
    check_proofs(entries, proofs, seals, found)
    withheld = check_attachments(bundle, entries, rows, found)
    check_policies(bundle, entries, manifest["files"], found)
    if found.count:
        print(f"\n有 {found.count} 处不成立 · {found.count} things do not hold")
        return 1
    last = seals[-1]
    print(f"✓ {len(entries)} 条流水未改、未缺、未换序 · {len(entries)} entries, unchanged, complete, in order")
    print(f"✓ 每条都在封存之内，{len(seals)} 次封存相连 · each is sealed, {len(seals)} seals join")
    print(f"✓ {len(rows) - withheld} 个附件与流水一致 · {len(rows) - withheld} attachments are as recorded")
    if withheld:
        print(f"  {withheld} 个附件只有摘要，原件不在包内 · {withheld} attachments by digest only, not enclosed")
    print("✓ 所依据的规则表与批准时一致 · the policies cited are as approved")
    print(f"\n封存值（第 {last['number']} 次，{last['sealed_at']}） · Head (seal {last['number']}):\n  {last['hash']}")
    if head:
        print("✓ 寄存的封存值在链上 · the deposited head is in the chain")
    else:
        print("  请与寄存在系统之外的封存值比对：--head HASH · Compare a head that was deposited outside: --head HASH")
    print("  包内各对象在最后一条之后是否另有流水，只有系统本身能答")
    print("  Whether a subject has entries after its last one here, only the house itself can tell")
    return 0


def main(arguments: list[str]) -> int:
    head = ""
    if "--head" in arguments:
        at = arguments.index("--head")
        head = "".join(arguments[at + 1 : at + 2]).strip().lower() or "?"
        arguments = arguments[:at] + arguments[at + 2 :]
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        bundle = Bundle(place)
        bundle.read("manifest.json")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        print(f"这里没有证据包 · no evidence bundle here: {place} ({error})", file=sys.stderr)
        return 2
    try:
        return verify(bundle, head)
    except (OSError, KeyError, IndexError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        print(f"✗ 证据包残缺，无法读完 · the bundle is damaged and cannot be read: {type(error).__name__}: {error}")
        return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
