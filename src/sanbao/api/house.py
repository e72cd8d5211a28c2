"""Operations of the house itself: who am I, what waits for me, files, the record, search."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from sanbao.api.auth import actor_of
from sanbao.api.paging import paged
from sanbao.kernel import attachments, obligations, procedures
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.obligations import Obligation

me, files, record, duties, clauses = (
    Router(tags=[tag]) for tag in ("me", "attachments", "journal", "inbox", "clauses")
)


@me.get("", response=dict[str, Any], operation_id="me", summary="我是谁 · Who I am")
def who(request: HttpRequest) -> Any:
    by = actor_of(request)
    return {
        "ref": by.ref,
        "roles": sorted(by.roles),
        "departments": sorted(by.departments),
        "permissions": sorted(by.permissions),
        "language": by.language,
    }


def attachment_out(row: Attachment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "size": row.size,
        "media_type": row.media_type,
        "sha256": row.sha256,
        "subject": row.subject or None,
        "stored_at": row.stored_at,
        "stored_by": row.stored_by,
    }


@files.post("", response={201: dict[str, Any]}, operation_id="attachment_store", summary="上传附件 · Upload a file")
def upload(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: B008 (ninja's way to say a file)
    """Store a file; name its id in the act that it belongs to. Clause C-03."""
    return 201, attachment_out(attachments.store(file, by=actor_of(request)))


@files.get("/{uuid:pk}", operation_id="attachment_download", summary="下载附件 · Download a file")
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = Attachment.objects.filter(pk=pk).first()
    if row is None or not attachments.visible(row, actor_of(request)):
        raise Http404
    return attachments.served(row)


def entry_out(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "subject": entry.subject,
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "origin": entry.origin,
        "action": entry.action,
        "clause": entry.clause,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }


@record.get("", response=dict[str, Any], operation_id="journal", summary="流水 · The record")
def entries(request: HttpRequest, subject: str = "", actor: str = "", action: str = "", clause: str = "") -> Any:
    """Filter by subject, actor, action and clause; newest first. Needs ``journal.read``."""
    actor_of(request).need("journal.read", clause="M-03")
    wanted = {"subject": subject, "actor": actor, "action": action, "clause": clause}
    rows = JournalEntry.objects.filter(**{k: v for k, v in wanted.items() if v}).order_by("-id")
    return paged(request, rows, entry_out)


def obligation_out(duty: Obligation) -> dict[str, Any]:
    return {
        "id": duty.pk,
        "subject": duty.subject,
        "code": duty.code,
        "sentence": str(duty.words),
        "owed_by": duty.owed_by,
        "clause": duty.clause,
        "due_at": duty.due_at,
        "late": duty.late,
        "holds_closing": duty.holds_closing,
        "opened_at": duty.opened_at,
    }


@duties.get("", response=dict[str, Any], operation_id="inbox", summary="等我处理 · Waiting for me")
def inbox(request: HttpRequest) -> Any:
    return paged(request, obligations.open_for(actor_of(request)), obligation_out)


@clauses.get("", response=list[dict[str, Any]], operation_id="clauses", summary="条款 · The clauses")
def all_clauses(request: HttpRequest) -> Any:
    return [
        {"id": c.id, "zh": c.title.zh, "en": c.title.en, "text_zh": c.text_zh, "text_en": c.text_en}
        for c in procedures.all_clauses()
    ]


routers = {
    "/me": me,
    "/attachments": files,
    "/journal": record,
    "/inbox": duties,
    "/clauses": clauses,
}
