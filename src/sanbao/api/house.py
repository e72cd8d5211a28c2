"""Operations of the house itself: who am I, what waits for me, what was I told, files, search, departments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from sanbao.api import messages
from sanbao.api.auth import actor_of
from sanbao.api.paging import paged
from sanbao.api.problems import wrong
from sanbao.kernel import attachments, notices, procedures, search
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.inbox import Inbox, Task, Whose
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.notices import Notice
from sanbao.kernel.policies import permission_table
from sanbao.kernel.times import now
from sanbao.parties.models import Department, Post, Region

me, files, duties, told, clauses, house, finding = (
    Router(tags=[tag]) for tag in ("me", "attachments", "inbox", "notices", "clauses", "house", "search")
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


def task_out(task: Task) -> dict[str, Any]:
    return {
        "kind": task.pile,
        "code": task.code,
        "subject": task.subject,
        "sentence": str(task.sentence),
        "owed_by": task.owed_by,
        "leader": task.leader or None,
        "clause": task.clause,
        "due_at": task.due_at,
        "late": task.late,
        "holds_closing": task.holds_closing,
    }


@duties.get("", response=dict[str, Any], operation_id="inbox", summary="等我处理 · Waiting for me")
def inbox(request: HttpRequest, whose: Whose = Whose.MINE) -> Any:
    """My open duties and the next steps that are mine, nearest date first; or those of my department's colleagues."""
    return paged(request, Inbox(actor_of(request), whose), task_out)


def notice_out(notice: Notice) -> dict[str, Any]:
    names = ("subject", "clause", "made_at", "read_at", "over_at", "sending", "trouble")
    return {"id": notice.pk, "sentence": str(notice.words), **{name: getattr(notice, name) for name in names}}


@told.get("", response=dict[str, Any], operation_id="notices", summary="消息 · What I was told, newest first")
def my_notices(request: HttpRequest) -> Any:
    return paged(request, notices.of(actor_of(request)), notice_out)


@told.post("/read", response=dict[str, Any], operation_id="notices_read", summary="全部已读 · I have read all")
def read_notices(request: HttpRequest) -> Any:
    return {"read": notices.unread(actor_of(request)).update(read_at=now())}


def notice_of(request: HttpRequest, pk: int) -> Notice:
    """One of my own notices; nobody else's is there."""
    notice = notices.of(actor_of(request)).filter(pk=pk).first()
    if notice is None:
        raise Http404
    return notice


@told.post("/{int:pk}/read", response=dict[str, Any], operation_id="notice_read", summary="已读 · I have read one")
def read_notice(request: HttpRequest, pk: int) -> Any:
    notice = notice_of(request, pk)
    notice.read_at = notice.read_at or now()
    notice.save(update_fields=["read_at"])
    return notice_out(notice)


@told.post("/{int:pk}/mail", response=dict[str, Any], operation_id="notice_mail_again", summary="重发 · Mail it again")
def mail_notice(request: HttpRequest, pk: int) -> Any:
    """Send once more what the mail server did not take; what was accepted or waits stays as it is. Clause M-04."""
    notice = notice_of(request, pk)
    notices.retry(notice)
    notice.refresh_from_db()
    return notice_out(notice)


@finding.get("", response=dict[str, Any], operation_id="search", summary="搜索 · Search everything")
def find(request: HttpRequest, q: str, kind: str) -> Any:
    """The things of a kind (complaint, customer, product …) that hold every word and that the actor may see."""
    lifecycle = Lifecycle.registry.get(kind)
    if lifecycle is None or lifecycle.searched is None:
        raise wrong("literal_error", "kind", {"ctx": {"expected": ", ".join(searchable())}})
    rows = lifecycle.model._default_manager.visible_to(actor_of(request))  # type: ignore[attr-defined]
    rows = rows.filter(pk__in=search.matching(kind, q)).order_by("-pk")
    return paged(request, rows, lambda row: {"subject": row.subject, "title": str(row), "state": row.state})


def searchable() -> list[str]:
    return sorted(kind for kind, lifecycle in Lifecycle.registry.items() if lifecycle.searched)


def named(row: Department | Post | Region) -> dict[str, Any]:
    return {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en}


@house.get("/departments", response=list[dict[str, Any]], operation_id="departments", summary="部门 · Departments")
def departments(request: HttpRequest) -> Any:
    rows = Department.objects.select_related("parent")
    return [named(d) | {"parent": d.parent.code if d.parent else None, "aliases": d.aliases} for d in rows]


@house.get("/posts", response=list[dict[str, Any]], operation_id="posts", summary="岗位 · Posts")
def posts(request: HttpRequest) -> Any:
    return [named(post) for post in Post.objects.all()]


@house.get("/regions", response=list[dict[str, Any]], operation_id="regions", summary="地区 · Regions")
def regions(request: HttpRequest) -> Any:
    return [named(region) for region in Region.objects.order_by("code")]


@house.get("/permissions", response=list[dict[str, Any]], operation_id="permissions", summary="权限 · Who may do what")
def permissions(request: HttpRequest) -> Any:
    """Permission → role patterns, by the policy in force."""
    actor_of(request).need("policies.see", clause="M-02")
    return [{"permission": name, "roles": list(roles)} for name, roles in sorted(permission_table().items())]


@clauses.get("", response=list[dict[str, Any]], operation_id="clauses", summary="条款 · The clauses")
def all_clauses(request: HttpRequest) -> Any:
    return [
        {"id": c.id, "zh": c.title.zh, "en": c.title.en, "text_zh": c.text_zh, "text_en": c.text_en}
        for c in procedures.all_clauses().values()
    ]


routers = {
    "/me": me,
    "/attachments": files,
    "/inbox": duties,
    "/notices": told,
    "/webhooks": messages.router,
    "/search": finding,
    "/house": house,
    "/clauses": clauses,
}
