"""Files by the hash of their content: immutable, sniffed, limited, never shown inline as active content (C-03).

The bytes lie under ``$SANBAO_HOME/attachments/ab/cd/<sha256>`` and are on disk (fsync) before the row that
names them is committed. The same content stored twice is one file; each upload is a row of its own, which
names the subject it belongs to.
"""

from __future__ import annotations

import os
import re
import unicodedata
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.http import FileResponse

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import ATTACHMENTS
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W

#: What the first bytes say → media type. What is not here is stored as a plain download.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    *((4, b"ftyp" + brand, "image/heic") for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"RIFF", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
)
_OFFICE = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: Pictures that a browser may show in place; they carry no script.
INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')


class Attachment(models.Model):
    """One upload. ``sha256`` names the content; ``subject`` says what it belongs to (empty until claimed)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=80, default="")
    original = models.BooleanField(default=False)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)

    class Meta:
        db_table = "kernel_attachment"
        indexes = [models.Index(fields=["subject"], name="attachment_subject")]

    @property
    def path(self) -> Path:
        return place(self.sha256)

    @property
    def inline(self) -> bool:
        return self.media_type in INLINE

    @property
    def unseen(self) -> bool:
        """A picture that browsers do not show (HEIC, TIFF): kept as it came, to be downloaded; the page says so."""
        return self.media_type.startswith("image/") and not self.inline


def place(digest: str) -> Path:
    return Path(settings.ATTACHMENTS) / digest[:2] / digest[2:4] / digest


def sniff(head: bytes, name: str) -> str:
    """The media type by content; the name only tells Office files and text apart from plain archives."""
    for offset, magic, media_type in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            suffix = name.rsplit(".", 1)[-1].lower()
            return _OFFICE.get(suffix, media_type) if media_type == "application/zip" else media_type
    if name.lower().endswith((".txt", ".csv", ".eml")) and b"\x00" not in head:
        return "text/plain"
    return "application/octet-stream"


def clean_name(name: str) -> str:
    """A file name that no header, shell or file system can misread."""
    cleaned = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(". ")
    if len(cleaned) > 180:
        stem, dot, suffix = cleaned.rpartition(".")
        cleaned = f"{(stem or cleaned)[:170]}{dot}{suffix[:9]}"
    return cleaned or "file"


def store(
    upload: Any, *, by: Actor, subject: str = "", original: bool = False, limit_mb: int | None = None
) -> Attachment:
    """Keep an uploaded file (``.name``, ``.chunks()``). Refuses one that is empty or too large, in one sentence.

    ``limit_mb``: the limit where another policy than that of attachments sets it, as for ledgers.
    """
    name, limits = clean_name(upload.name or "file"), ATTACHMENTS.decide(on=today())
    limit = int(limits["limit_mb"]) if limit_mb is None else limit_mb
    Path(settings.ATTACHMENTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = Path(settings.ATTACHMENTS) / f".{uuid.uuid4().hex}"
    hasher, size, head = sha256(), 0, b""
    try:
        with scratch.open("xb") as file:
            for chunk in upload.chunks():
                head = head or bytes(chunk[:64])
                size += len(chunk)
                if size > limit * 1024 * 1024:
                    refuse(
                        "attachment.too_large",
                        W(
                            "“{name}”超过 {limit} MB，请压缩后再传。",
                            "“{name}” is larger than {limit} MB; make it smaller.",
                        ),
                        status=422,
                        field="files",
                        name=name,
                        limit=limit,
                    )
                hasher.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            refuse(
                "attachment.empty",
                W("“{name}”是空文件。", "“{name}” is empty."),
                status=422,
                field="files",
                name=name,
            )
        media_type = sniff(head, name)
        if not any(fnmatchcase(media_type, allowed) for allowed in limits["types"]):
            refuse(
                "attachment.type",
                W("不收“{name}”这种文件（{media_type}）。", "Files like “{name}” ({media_type}) are not taken."),
                clause="C-03",
                status=422,
                field="files",
                name=name,
                media_type=media_type,
            )
        _settle(scratch, place(hasher.hexdigest()))
    finally:
        scratch.unlink(missing_ok=True)
    row = Attachment(
        sha256=hasher.hexdigest(),
        size=size,
        media_type=media_type,
        name=name,
        original=original,
        stored_at=now(),
        stored_by=by.ref,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        if subject:
            attach([row], subject=subject, by=by)
    return row


def _settle(scratch: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(scratch, 0o400)
    os.replace(scratch, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Remove what uploads left behind that were cut off by a kill; how many files. What is stored is never touched."""
    removed = 0
    for path in [*Path(settings.ATTACHMENTS).glob(".*"), *Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")]:
        with suppress(FileNotFoundError):  # it was just finished
            if path.stat().st_mtime < (now() - older_than).timestamp():
                path.unlink()
                removed += 1
    return removed


def attach(rows: Iterable[Attachment], *, subject: str, by: Actor, clause: str = "C-03") -> None:
    """Bind uploads to a subject, once; the digest enters the subject's chain."""
    for row in rows:
        claimed = Attachment.objects.filter(pk=row.pk, subject="").update(subject=subject)
        if not claimed:
            refuse(
                "attachment.taken",
                W("“{name}”已经属于另一条记录。", "“{name}” already belongs to another record."),
                status=409,
                field="files",
                name=row.name,
            )
        row.subject = subject
        facts = {"attachment": row.pk, "sha256": row.sha256, "size": row.size, "media_type": row.media_type}
        journal.append(subject=subject, action="attachment.added", by=by, clause=clause, facts=facts)


def again(rows: Iterable[Attachment], *, subject: str, by: Actor, clause: str = "C-03") -> list[Attachment]:
    """Keep the same contents with another subject too, as what came by mail is kept with its case; each once."""
    held = set(Attachment.objects.filter(subject=subject).values_list("sha256", "name"))
    with transaction.atomic(savepoint=False):
        copies = copied([row for row in rows if (row.sha256, row.name) not in held], by=by)
        attach(copies, subject=subject, by=by, clause=clause)
    return copies


def copied(rows: Iterable[Attachment], *, by: Actor) -> list[Attachment]:
    """The same files once more, for another subject: the content is one file, each row names one that it belongs to."""
    copies = [
        Attachment(
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            name=row.name,
            original=row.original,
            stored_at=now(),
            stored_by=by.ref,
        )
        for row in rows
    ]
    return Attachment.objects.bulk_create(copies)


def unclaimed(ids: Iterable[Any], *, by: Actor) -> list[Attachment]:
    """The actor's own uploads that belong to nothing yet; refuses any other id."""
    wanted = list(dict.fromkeys(str(i) for i in ids))
    if not wanted:
        return []
    rows = list(Attachment.objects.filter(pk__in=wanted, stored_by=by.ref, subject=""))
    if len(rows) != len(wanted):
        refuse(
            "attachment.unknown",
            W(
                "有附件找不到或不属于您，请重新上传。",
                "An attachment is missing or is not yours; upload it again.",
            ),
            status=422,
            field="files",
            missing=sorted(set(wanted) - {str(r.pk) for r in rows}),
        )
    return rows


def of(subject: str) -> models.QuerySet[Attachment]:
    return Attachment.objects.filter(subject=subject).order_by("stored_at")


def visible(row: Attachment, by: Actor) -> bool:
    """Whoever may see the subject may see its files; what belongs to nothing yet only its uploader."""
    from sanbao.kernel.lifecycle import Lifecycle

    if not row.subject:
        return row.stored_by == by.ref or by.all_powerful
    kind, _, pk = row.subject.partition(":")
    lifecycle = Lifecycle.registry.get(kind)
    if lifecycle is None:
        return by.may("journal.read")
    return bool(lifecycle.model._default_manager.visible_to(by).filter(pk=pk).exists())  # type: ignore[attr-defined]


def served(row: Attachment, *, download: bool = True) -> FileResponse:
    """The bytes, as a download; only pictures without script are ever shown in place (``download=False``)."""
    inline = row.inline and not download
    response = FileResponse(
        row.path.open("rb"),
        as_attachment=not inline,
        filename=row.name,
        content_type=row.media_type if inline or row.media_type in INLINE else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
