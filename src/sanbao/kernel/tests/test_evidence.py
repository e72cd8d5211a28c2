"""An auditor proves a bundle at home, with Python alone, and no forgery gets past him (M-03)."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.kernel import attachments, evidence, journal, seals
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import text_of
from sanbao.kernel.evidence import SCRIPT
from sanbao.kernel.policies import SECOND_FACTOR
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.seals import Seal
from sanbao.kernel.testing import an_actor
from sanbao.kernel.tests import toy
from sanbao.kernel.times import today

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lamps"), pytest.mark.clause("M-03")]
HOUSE = Actor.clockwork("test")
KEEPER = an_actor("lamps.make", "lamps.light")
type Files = dict[str, bytes]


@pytest.fixture
def lamp() -> toy.Lamp:
    """A lamp with entries in two seals, a file, a decision by a policy, and others' entries between its own."""
    lamp = toy.make(KEEPER, owner="a", label="red")
    attachments.store(SimpleUploadedFile("来函.PDF", b"%PDF-1.7 original"), by=KEEPER, subject=lamp.subject)
    other = toy.make(KEEPER, owner="b")
    seals.seal()
    toy.light(lamp, by=KEEPER)
    toy.light(other, by=KEEPER)
    decision = SECOND_FACTOR.decide(on=today(), post="gm")
    journal.append(subject=lamp.subject, action="lamp.judged", by=KEEPER, facts=decision.as_facts())
    toy.name(lamp, "blue", by=KEEPER)
    return lamp


def bundle(*subjects: str, by: Actor = HOUSE) -> Files:
    target = io.BytesIO()
    evidence.build(target, subjects, by=by)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, folder: Path) -> Path:
    place = folder / "bundle.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return place


def judged(files: Files, folder: Path, *more: str, unpack: bool = False) -> tuple[int, str]:
    """What the script says, run as an auditor runs it: isolated, without site-packages."""
    place, script = packed(files, folder), folder / "verify_evidence.py"
    script.write_bytes(files["verify_evidence.py"])
    if unpack:
        with zipfile.ZipFile(place) as archive:
            archive.extractall(folder / "unpacked")
        script, place = folder / "unpacked" / script.name, folder / "unpacked"
    where = [] if unpack else [str(place)]
    command = [sys.executable, "-I", "-S", str(script), *where, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, done.stdout


def lines(files: Files, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].decode().splitlines()]


def put(files: Files, name: str, rows: list[dict[str, Any]]) -> None:
    files[name] = "".join(f"{text_of(row)}\n" for row in rows).encode()


def cover_up(files: Files) -> None:
    """A careful forger writes the manifest anew."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {n: hashlib.sha256(d).hexdigest() for n, d in files.items() if n != "manifest.json"}
    files["manifest.json"] = text_of(manifest).encode()


def changed_byte(files: Files) -> None:
    rows = lines(files, "entries.jsonl")
    rows[2]["facts_text"] = rows[2]["facts_text"].replace("on", "On", 1)
    put(files, "entries.jsonl", rows)


def rehashed_entry(files: Files) -> None:
    """The newest entry changed and its hash computed anew: the chain fits, the seal does not."""
    from sanbao.kernel.verify_evidence import entry_hash

    rows = lines(files, "entries.jsonl")
    last = [row for row in rows if row["subject"].startswith("lamp:")][-1]
    last["actor"] = "person:9"
    last["hash"] = entry_hash(last)
    put(files, "entries.jsonl", rows)
    manifest = json.loads(files["manifest.json"])
    manifest["subjects"][last["subject"]][1] = last["hash"]
    files["manifest.json"] = text_of(manifest).encode()


def removed_entry(files: Files) -> None:
    rows = lines(files, "entries.jsonl")
    del rows[1]
    put(files, "entries.jsonl", rows)


def removed_newest(files: Files) -> None:
    rows = lines(files, "entries.jsonl")
    rows.remove([row for row in rows if row["subject"].startswith("lamp:")][-1])
    put(files, "entries.jsonl", rows)


def swapped_order(files: Files) -> None:
    rows = lines(files, "entries.jsonl")
    rows[1], rows[2] = rows[2], rows[1]
    put(files, "entries.jsonl", rows)


def renumbered_order(files: Files) -> None:
    rows = lines(files, "entries.jsonl")
    rows[1], rows[2] = {**rows[2], "seq": 2}, {**rows[1], "seq": 3}
    put(files, "entries.jsonl", rows)


def changed_attachment(files: Files) -> None:
    name = next(n for n in files if n.startswith("attachments/"))
    files[name] = files[name].replace(b"original", b"0riginal")


def swapped_attachment(files: Files) -> None:
    (row,) = lines(files, "attachments.jsonl")
    files[row["file"]] = b"%PDF-1.7 another"
    put(files, "attachments.jsonl", [{**row, "sha256": hashlib.sha256(b"%PDF-1.7 another").hexdigest()}])


def forged_seal(files: Files) -> None:
    rows = lines(files, "seals.jsonl")
    rows[-1]["sealed_at"] = "2020-01-01T00:00:00.000000Z"
    put(files, "seals.jsonl", rows)


def replaced_seal(files: Files) -> None:
    """A seal made anew, with its own right hash, in the middle of the chain."""
    from sanbao.kernel.verify_evidence import seal_hash

    rows = lines(files, "seals.jsonl")
    rows[0]["root"] = "ab" * 32
    rows[0]["hash"] = seal_hash(rows[0])
    put(files, "seals.jsonl", rows)


def proof_of_another(files: Files) -> None:
    rows = lines(files, "proofs.jsonl")
    rows[-1]["path"] = rows[-2]["path"]
    put(files, "proofs.jsonl", rows)


def no_proof(files: Files) -> None:
    put(files, "proofs.jsonl", lines(files, "proofs.jsonl")[1:])


def changed_policy(files: Files) -> None:
    name = next(n for n in files if n.startswith("policies/"))
    files[name] = files[name].replace(b'"yes"', b'"no"', 1)


def hidden_policy(files: Files) -> None:
    del files[next(n for n in files if n.startswith("policies/"))]


FORGERIES: list[tuple[Callable[[Files], None], str, str]] = [
    (changed_byte, "#3 的内容被改动", "was changed"),
    (rehashed_entry, "的证明不成立", "the proof of"),
    (removed_entry, "#3 之前的流水缺失或换了顺序", "an entry is missing"),
    (removed_newest, "有证明而没有流水", "a proof without its entry"),
    (swapped_order, "之前的流水缺失或换了顺序", "out of order"),
    (renumbered_order, "与前一条对不上", "does not follow from the entry before"),
    (changed_attachment, "附件“来函.PDF”的内容被改动", "content of the attachment"),
    (swapped_attachment, "附件“来函.PDF”与流水不符", "is not the one recorded"),
    (forged_seal, "第 2 次封存是伪造或被改动的", "seal 2 is forged"),
    (replaced_seal, "第 2 次封存与前一次对不上", "seal 2 does not follow"),
    (proof_of_another, "的证明不成立", "does not hold it"),
    (no_proof, "没有封存证明", "has no proof"),
    (changed_policy, "规则表 second_factor 第 1 版与流水不符", "is not the one recorded"),
    (hidden_policy, "缺少规则表 second_factor 第 1 版", "is missing"),
]


@pytest.mark.parametrize("unpack", [False, True], ids=["zip", "folder"])
def test_an_untouched_bundle_proves_itself_with_python_alone(lamp: toy.Lamp, tmp_path: Path, unpack: bool) -> None:
    files = bundle(lamp.subject)
    assert judged(files, tmp_path, unpack=unpack)[0] == 0
    assert files["verify_evidence.py"] == SCRIPT.read_bytes()
    assert {row["subject"] for row in lines(files, "entries.jsonl")} == {lamp.subject, "policy:second_factor"}
    assert (len(lines(files, "proofs.jsonl")), len(lines(files, "attachments.jsonl"))) == (6, 1)


@pytest.mark.parametrize(("forge", "zh", "en"), FORGERIES, ids=lambda x: getattr(x, "__name__", ""))
def test_a_forgery_is_named_even_when_the_manifest_was_written_anew(
    lamp: toy.Lamp, tmp_path: Path, forge: Callable[[Files], None], zh: str, en: str
) -> None:
    files = bundle(lamp.subject)
    forge(files)
    cover_up(files)
    code, said = judged(files, tmp_path)
    assert (code, zh in said, en in said) == (1, True, True), said


@pytest.mark.parametrize("forge", [f[0] for f in FORGERIES], ids=lambda f: f.__name__)
def test_a_careless_forgery_already_differs_from_the_manifest(
    lamp: toy.Lamp, tmp_path: Path, forge: Callable[[Files], None]
) -> None:
    files = bundle(lamp.subject)
    forge(files)
    code, said = judged(files, tmp_path)
    assert code == 1 and ("与清单不符" in said or "缺少文件" in said)


def test_a_truncated_or_foreign_bundle_is_no_crash(lamp: toy.Lamp, tmp_path: Path) -> None:
    files = bundle(lamp.subject)
    files["entries.jsonl"] = files["entries.jsonl"][:-40]
    cover_up(files)
    code, said = judged(files, tmp_path)
    assert (code, "证据包残缺" in said) == (1, True)
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(tmp_path / "none.zip")], capture_output=True)
    assert done.returncode == 2


def test_the_head_that_was_deposited_outside_is_looked_for_in_the_chain(lamp: toy.Lamp, tmp_path: Path) -> None:
    files = bundle(lamp.subject)
    first = Seal.objects.get(number=1).hash
    assert judged(files, tmp_path, "--head", first)[0] == 0
    code, said = judged(files, tmp_path, "--head", "ab" * 32)
    assert (code, "不在链上" in said) == (1, True)
    assert judged(files, tmp_path, "--head")[0] == 1


def test_the_script_is_python_3_9_and_imports_only_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 9))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= {*sys.stdlib_module_names, "__future__"}


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 13, 64, 65])
def test_every_leaf_of_a_tree_of_any_size_has_its_proof_and_no_other_place_fits_it(size: int) -> None:
    from sanbao.kernel.verify_evidence import root_of

    leaves = [hashlib.sha256(bytes([n])).hexdigest() for n in range(size)]
    tree = seals.merkle_tree(leaves)
    root = seals.merkle_root(leaves)
    assert root == rfc_6962(leaves).hex()
    for index, leaf in enumerate(leaves):
        path = seals.audit_path(tree, index)
        fits = [place for place in range(size) if root_of(leaf, place, size, path) == root]
        assert fits == [index]
        assert root_of(leaf, index, size, [*path, root]) == ""


def rfc_6962(leaves: list[str]) -> bytes:
    """MTH as RFC 6962, section 2.1 defines it: split at the largest power of two below n."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(leaves[0])).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + rfc_6962(leaves[:k]) + rfc_6962(leaves[k:])).digest()


def test_who_may_see_the_subject_gets_its_bundle_and_for_others_it_does_not_exist(lamp: toy.Lamp) -> None:
    assert bundle(lamp.subject, by=KEEPER)
    toy.Lamp.objects.update(hidden=True)
    with pytest.raises(Refusal) as refused:
        bundle(lamp.subject, by=KEEPER)
    assert (refused.value.status, refused.value.clause) == (404, "M-03")
    assert bundle(lamp.subject, by=an_actor("journal.read"))


def test_a_reader_of_the_record_who_may_not_see_the_case_gets_its_files_by_digest_only(
    lamp: toy.Lamp, tmp_path: Path
) -> None:
    toy.Lamp.objects.update(hidden=True)
    files = bundle(lamp.subject, by=an_actor("journal.read"))
    assert not [name for name in files if name.startswith("attachments/")]
    code, said = judged(files, tmp_path)
    assert (code, "1 个附件只有摘要" in said) == (0, True)


def test_nothing_and_too_much_are_refused_in_a_sentence(lamp: toy.Lamp) -> None:
    for wanted, code in (
        ([], "evidence.of_what"),
        (["lamp:999"], "evidence.nothing"),
        (["nonsense"], "evidence.nothing"),
    ):
        with pytest.raises(Refusal) as refused:
            bundle(*wanted)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        evidence.build(io.BytesIO(), [lamp.subject], by=HOUSE, limit=2)
    assert refused.value.code == "evidence.too_many"


def test_the_command_writes_a_private_file_of_subjects_or_of_a_period(lamp: toy.Lamp, tmp_path: Path) -> None:
    target = tmp_path / "case.zip"
    assert evidence.main([lamp.subject, "-o", str(target)]) == 0
    assert target.stat().st_mode & 0o777 == 0o600
    day = today().isoformat()
    whole = tmp_path / "period.zip"
    assert evidence.main(["--from", day, "--to", day, "-o", str(whole)]) == 0
    with zipfile.ZipFile(whole) as archive:
        assert {lamp.subject, f"lamp:{lamp.pk + 1}"} <= set(json.loads(archive.read("manifest.json"))["subjects"])
    done = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), str(whole)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case.zip", "period.zip"]
