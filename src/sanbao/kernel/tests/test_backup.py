import io
import tarfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from sanbao.kernel import attachments, backup, journal, triggers
from sanbao.kernel.actor import Actor
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
CLOCKWORK = Actor.clockwork("test")


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.ATTACHMENTS = settings.HOME / "attachments"
    (settings.HOME / "secret-key").write_text("not a real key")
    (settings.HOME / "demo-accounts").write_text("gm · not a real password")
    return settings.HOME


@pytest.fixture
def photo() -> attachments.Attachment:
    return attachments.store(SimpleUploadedFile("照片.jpg", b"\xff\xd8\xff photo"), by=CLOCKWORK, subject="complaint:1")


def record(subject: str) -> None:
    journal.append(subject=subject, action="note.written", by=CLOCKWORK, clause="M-03", facts={"text": "门窗"})


def rewritten(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """The same tar with other bytes for some members."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            content = changes.get(info.name, old.extractfile(info).read())
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    return target


def test_a_restored_house_holds_what_was_there_at_the_backup_and_nothing_later(
    home: Path, tmp_path: Path, photo: attachments.Attachment
) -> None:
    record("complaint:1")
    missing, before = triggers.missing(), list(JournalEntry.objects.order_by("id").values_list("hash", flat=True))
    backup.write(tmp_path / "b.tar")
    record("complaint:1")
    photo.path.unlink()
    (home / "demo-accounts").unlink()

    backup.bring_back(tmp_path / "b.tar")

    assert list(JournalEntry.objects.order_by("id").values_list("hash", flat=True)) == before
    assert photo.path.read_bytes() == b"\xff\xd8\xff photo"
    assert (home / "demo-accounts").read_text() == "gm · not a real password"
    assert triggers.missing() == missing


def test_a_backup_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    backup.write(tmp_path / "b.tar")
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600


def test_whoever_finds_a_backup_does_not_find_the_signing_key(tmp_path: Path) -> None:
    backup.write(tmp_path / "b.tar")
    assert b"not a real key" not in (tmp_path / "b.tar").read_bytes()


def test_half_a_backup_is_refused_and_changes_nothing(tmp_path: Path, photo: attachments.Attachment) -> None:
    backup.write(tmp_path / "b.tar")
    whole = (tmp_path / "b.tar").read_bytes()
    record("complaint:2")
    for length in (0, 100, len(whole) // 2, len(whole) - 12_000):
        (tmp_path / "half.tar").write_bytes(whole[:length])
        with pytest.raises(Refusal) as refused:
            backup.bring_back(tmp_path / "half.tar")
        assert refused.value.code == "backup.broken"
    assert JournalEntry.objects.filter(subject="complaint:2").exists()


def test_a_backup_with_one_changed_attachment_is_refused(tmp_path: Path, photo: attachments.Attachment) -> None:
    backup.write(tmp_path / "b.tar")
    name = f"attachments/{photo.sha256[:2]}/{photo.sha256[2:4]}/{photo.sha256}"
    spoiled = rewritten(tmp_path / "b.tar", tmp_path / "spoiled.tar", {name: b"\xff\xd8\xff other"})
    with pytest.raises(Refusal) as refused:
        backup.bring_back(spoiled)
    assert refused.value.code == "backup.broken"
    assert refused.value.facts["what"] == name


@pytest.mark.parametrize("name", ["../secret-key", "attachments/aa/../../evil", "settings.py"])
def test_a_backup_cannot_write_outside_its_places(name: str, home: Path, tmp_path: Path) -> None:
    backup.write(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        manifest = tar.extractfile(backup.MANIFEST).read().replace(b'"demo-accounts"', f'"{name}"'.encode())
    with pytest.raises(Refusal) as refused:
        backup.bring_back(rewritten(tmp_path / "b.tar", tmp_path / "evil.tar", {backup.MANIFEST: manifest}))
    assert refused.value.code == "backup.broken"


def test_a_backup_of_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    backup.write(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        manifest = tar.extractfile(backup.MANIFEST).read()
    other = manifest.replace(f'"database": "{connection.vendor}"'.encode(), b'"database": "oracle"')
    with pytest.raises(Refusal) as refused:
        backup.bring_back(rewritten(tmp_path / "b.tar", tmp_path / "other.tar", {backup.MANIFEST: other}))
    assert refused.value.code == "backup.other_database"


def test_a_backup_by_a_newer_version_is_refused(tmp_path: Path) -> None:
    backup.write(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        manifest = tar.extractfile(backup.MANIFEST).read()
    newer = manifest.replace(b'"migrations": [', b'"migrations": ["kernel.9999_of_tomorrow", ')
    with pytest.raises(Refusal) as refused:
        backup.bring_back(rewritten(tmp_path / "b.tar", tmp_path / "newer.tar", {backup.MANIFEST: newer}))
    assert refused.value.facts["unknown"] == ["kernel.9999_of_tomorrow"]


def test_restoring_over_data_is_asked_and_keeps_a_copy(home: Path, tmp_path: Path) -> None:
    backup.backup([str(tmp_path / "b.tar")])
    record("complaint:3")
    with pytest.raises(Refusal) as refused:
        backup.restore([str(tmp_path / "b.tar")])
    assert refused.value.code == "backup.would_overwrite"
    assert JournalEntry.objects.filter(subject="complaint:3").exists()

    assert backup.restore([str(tmp_path / "b.tar"), "--yes"]) == 0
    assert not JournalEntry.objects.filter(subject="complaint:3").exists()
    (kept,) = (home / "backups").iterdir()
    backup.bring_back(kept)
    assert JournalEntry.objects.filter(subject="complaint:3").exists()
