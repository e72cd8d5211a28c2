"""Files: unchanged, sniffed, limited, and never shown as active content (C-03)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.kernel import attachments, journal
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.times import frozen, now

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-03")]
CLERK = an_actor(person=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def upload(name: str = "来函.pdf", content: bytes = b"%PDF-1.7 x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_file_is_kept_under_the_hash_of_its_content_and_its_digest_is_recorded() -> None:
    row = attachments.store(upload(), by=CLERK, subject="case:1", original=True)
    assert row.path.read_bytes() == b"%PDF-1.7 x"
    assert row.path.stat().st_mode & 0o222 == 0
    assert journal.entries_of("case:1")[0].facts["sha256"] == row.sha256


def test_the_same_content_twice_is_one_file_and_two_uploads() -> None:
    one, two = attachments.store(upload(), by=CLERK), attachments.store(upload("copy.pdf"), by=CLERK)
    assert one.path == two.path
    assert one.pk != two.pk


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("photo.heic", b"\x00\x00\x00\x18ftypheic\x00", "image/heic"),
        ("burst.heic", b"\x00\x00\x00\x18ftyphevc\x00", "image/heic"),
        ("a.jpg", b"\xff\xd8\xff\xe0 x", "image/jpeg"),
        ("fake.pdf", PNG, "image/png"),
        ("ledger.xlsx", b"PK\x03\x04 x", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("scan.tiff", b"II*\x00 x", "image/tiff"),
    ],
)
def test_the_type_is_read_from_the_content_not_from_what_the_sender_says(
    name: str, content: bytes, media_type: str
) -> None:
    assert attachments.sniff(content[:64], name) == media_type


@pytest.mark.parametrize("name", ["x.html", "x.svg"])
def test_active_content_is_refused_or_served_only_as_a_download(name: str) -> None:
    body = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    try:
        row = attachments.store(upload(name, body), by=CLERK)
    except Refusal as refusal:
        assert refusal.code == "attachment.type"
        return
    response = attachments.served(row, download=False)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_a_picture_may_be_shown_in_place_but_sandboxed() -> None:
    response = attachments.served(attachments.store(upload("a.png", PNG), by=CLERK), download=False)
    assert response.headers["Content-Disposition"].startswith("inline")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_an_empty_file_and_one_that_is_too_large_are_refused_in_one_sentence_and_leave_nothing() -> None:
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        attachments.store(upload(content=b""), by=CLERK, subject="case:1")
    assert (refused.value.code, refused.value.status, refused.value.field) == ("attachment.empty", 422, "files")
    with pytest.raises(Refusal) as refused:
        attachments.store(upload(content=b"%PDF-" + bytes(26 * 1024 * 1024)), by=CLERK)
    assert refused.value.code == "attachment.too_large"
    assert not attachments.Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x.pdf"),
        ("...", "file"),
        ("来函.pdf", "来函.pdf"),
    ],
)
def test_a_file_name_cannot_lead_elsewhere(name: str, kept: str) -> None:
    assert attachments.clean_name(name) == kept


@pytest.mark.clause("M-02")
def test_an_upload_can_be_bound_once_and_only_by_who_uploaded_it() -> None:
    row = attachments.store(upload(), by=CLERK)
    with pytest.raises(Refusal):
        attachments.unclaimed([row.pk], by=an_actor(person=2))
    attachments.attach(attachments.unclaimed([row.pk], by=CLERK), subject="case:1", by=CLERK)
    with pytest.raises(Refusal) as refused:
        attachments.attach([row], subject="case:2", by=CLERK)
    assert refused.value.code == "attachment.taken"


def test_what_a_cut_off_upload_left_behind_is_swept_away_after_a_day_and_nothing_else(settings: Any) -> None:
    kept = attachments.store(upload(), by=CLERK)
    left = [settings.ATTACHMENTS / f".{'a' * 32}", settings.FILE_UPLOAD_TEMP_DIR / "tmpx.upload.pdf"]
    for path in left:
        path.write_bytes(b"half of it")
    assert attachments.sweep() == 0
    with frozen(now() + timedelta(days=2)):
        assert attachments.sweep() == 2
    assert kept.path.exists() and not any(path.exists() for path in left)
