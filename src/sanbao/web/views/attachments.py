"""Files go up one at a time and come down as downloads, or in place when they are pictures without script."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from sanbao.kernel import attachments
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import subjects


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """One file for a form that will be sent later; the script asks for JSON and gets it, refusals too."""
    if (file := request.FILES.get("file")) is None:
        raise Refusal("attachment.none", W("没有收到文件。", "No file was received."), status=422, field="files")
    row = attachments.store(file, by=request.actor)  # type: ignore[attr-defined]
    told = {"id": str(row.pk), "name": row.name, "size": row.size, "media_type": row.media_type, "unseen": row.unseen}
    return JsonResponse(told, status=201)


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """A file to whoever may see what it belongs to, or who put it up a moment ago."""
    row = get_object_or_404(Attachment, pk=pk)
    actor = request.actor  # type: ignore[attr-defined]
    mine = row.subject == "" and row.stored_by == actor.ref
    if not mine and row.subject not in subjects.shown([row.subject], actor):
        raise Refusal(
            "not_found",
            W("找不到这个附件，或您无权查看。", "There is no such file, or you may not see it."),
            "M-02",
            404,
        )
    inline = row.inline and "download" not in request.GET
    response = FileResponse(
        row.path.open("rb"), as_attachment=not inline, filename=row.name, content_type=row.media_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
