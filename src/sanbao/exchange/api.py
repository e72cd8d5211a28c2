"""``/api/v1/imports``: the page's twin."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router
from ninja.files import UploadedFile

from sanbao.api.auth import actor_of
from sanbao.api.operations import Strict
from sanbao.api.paging import paged
from sanbao.exchange import actions, queries, reports
from sanbao.exchange.export import bundle
from sanbao.exchange.kinds import TABLES
from sanbao.exchange.models import ImportFile, ImportLine, ImportRun
from sanbao.exchange.outcomes import Result
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

router = Router(tags=["imports"])
HANDED_IN = File([], description="xlsx, xls or csv; several at once")


class Reading(Strict):
    """How a sheet is to be read: ``mapping`` is column name → place in the row, counted from 0."""

    model_config = {"extra": "forbid"}

    kind: str
    header_row: int
    mapping: dict[str, int]


def shown(run: ImportRun) -> dict[str, Any]:
    told = reports.summary(run)
    for file, row in zip(told["files"], run.files.all(), strict=True):
        file |= {"id": row.pk, "proposed": row.kind, "asks": row.asks, "percent": row.percent, "mapping": row.mapping}
        file |= {"header_row": row.header_row}
    return {**told, "created_at": run.created_at, "finished_at": run.finished_at}


def line_shown(line: ImportLine) -> dict[str, Any]:
    return {
        "file": line.file.name,
        "row": line.row,
        "result": line.result,
        "code": line.code,
        "sentence": str(line.sentence),
    }


@router.get("", operation_id="imports", summary="以前的导入 · Imports, newest first")
def imports(request: HttpRequest) -> dict[str, Any]:
    by = actor_of(request)
    by.need("exchange.import", clause="M-02")
    return paged(request, ImportRun.objects.visible_to(by).order_by("-pk"), shown)


@router.get("/kinds", operation_id="import_kinds", summary="台账种类与列 · Kinds of ledger and their columns")
def kinds(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "kind": table.code,
            "title": str(table.title),
            "columns": [
                {"name": c.name, "title": str(c.title), "needed": c.needed, "aliases": list(c.aliases)}
                for c in table.columns
            ],
        }
        for table in TABLES
    ]


@router.post("", response={201: dict[str, Any]}, operation_id="import_prepare", summary="交入文件 · Hand files in")
def prepare(request: HttpRequest, files: list[UploadedFile] = HANDED_IN) -> Any:
    """Recognise the files; nothing is written until ``commit``. Files with ``asks`` wait for their columns."""
    if request.content_type != "multipart/form-data":
        sentence = W("请以 multipart/form-data 上传文件。", "Send the files as multipart/form-data.")
        raise Refusal("bad_request", sentence, "", 415)
    return 201, shown(actions.prepare(files, by=actor_of(request)))


@router.get("/{int:pk}", operation_id="import_state", summary="一次导入 · One import")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    return shown(_run(request, pk))


@router.get("/{int:pk}/lines", operation_id="import_lines", summary="被拒绝与有备注的行 · Refused and remarked lines")
def lines(request: HttpRequest, pk: int, result: Literal["refused", "remarked"] = Query("refused")) -> dict[str, Any]:
    rows = ImportLine.objects.filter(file__run=_run(request, pk), result=Result(result)).select_related("file")
    return paged(request, rows.order_by("file__position", "row", "pk"), line_shown)


@router.post("/{int:pk}/files/{int:file_pk}", operation_id="import_answer", summary="指定种类与列 · Say what a file is")
def answer(request: HttpRequest, pk: int, file_pk: int, data: Reading) -> dict[str, Any]:
    file, by = _file(request, pk, file_pk), actor_of(request)
    mapping = list(data.mapping.items())
    actions.answer(file, by=by, kind=data.kind, header_row=data.header_row, mapping=mapping)
    return shown(_run(request, pk))


@router.post(
    "/{int:pk}/files/{int:file_pk}/leave-out", operation_id="import_leave_out", summary="不导入 · Leave a file out"
)
def leave_out(request: HttpRequest, pk: int, file_pk: int) -> dict[str, Any]:
    actions.leave_out(_file(request, pk, file_pk), by=actor_of(request))
    return shown(_run(request, pk))


@router.post(
    "/{int:pk}/rehearse", response={202: dict[str, Any]}, operation_id="import_rehearse", summary="试运行 · Dry run"
)
def rehearse(request: HttpRequest, pk: int) -> Any:
    return 202, shown(actions.rehearse(_run(request, pk), by=actor_of(request)))


@router.post("/{int:pk}/commit", response={202: dict[str, Any]}, operation_id="import_commit", summary="导入 · Import")
def commit(request: HttpRequest, pk: int) -> Any:
    """The worker imports; ask for the import's state until its stage is ``done``."""
    return 202, shown(actions.commit(_run(request, pk), by=actor_of(request)))


@router.post("/{int:pk}/discard", response={204: None}, operation_id="import_discard", summary="放弃 · Throw away")
def discard(request: HttpRequest, pk: int) -> Any:
    actions.discard(_run(request, pk), by=actor_of(request))
    return 204, None


def _run(request: HttpRequest, pk: int) -> ImportRun:
    by = actor_of(request)
    by.need("exchange.import", clause="M-02")
    return queries.run_of(pk, by=by)


def _file(request: HttpRequest, pk: int, file_pk: int) -> ImportFile:
    return queries.file_of(_run(request, pk), file_pk)


exports = Router(tags=["imports"])


@exports.post("", summary="导出全部数据 Take everything out, as a ZIP (M-06)", operation_id="export_everything")
def export_everything(request: HttpRequest, form: Literal["xlsx", "csv"] = Query("xlsx")) -> HttpResponse:
    """Ledgers that the import reads back, all tables, journal, policies; attachments come by ``sanbao export``."""
    return bundle.answer(by=actor_of(request), form=form)


routers = {"/exports": exports, "/imports": router}
