"""Import: hand files in, answer what is not beyond doubt, rehearse, commit, watch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.exchange import actions, queries, reports
from sanbao.exchange.export import bundle, folder, tables
from sanbao.exchange.export.ledgers import LEDGERS
from sanbao.exchange.kinds import TABLES
from sanbao.exchange.models import ImportFile, ImportLine, ImportRun, Stage
from sanbao.exchange.outcomes import Result
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import whole
from sanbao.kernel.words import W
from sanbao.web import answers, exports

RECENT = 20
LINES_SHOWN = 100
MOVING = (Stage.REHEARSING, Stage.GOING)


def _importer(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("exchange.import", clause="M-02")
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and where files are handed in."""
    by = _importer(request)
    facts = {"runs": ImportRun.objects.visible_to(by)[:RECENT], "may_export": by.may("exchange.export")}
    page = answers.page(request, "exchange/home.html", facts)
    if request.method == "POST":
        run = actions.prepare(request.FILES.getlist("files"), by=by)
        return answers.done(request, reverse("exchange:run", args=[run.pk]))
    return page()


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "exchange/run.html", _state(queries.run_of(pk, by=_importer(request))))


@require_GET
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while the worker goes on; it asks for itself every second until then."""
    return render(request, "exchange/parts/state.html", _state(queries.run_of(pk, by=_importer(request))))


def _state(run: ImportRun) -> dict[str, Any]:
    files = [{"row": file, "trouble": reports.trouble_of(file)} for file in run.files.all()]
    lines = ImportLine.objects.filter(file__run=run, result=Result.REFUSED).select_related("file")
    lines = lines.order_by("file__position", "row")
    refused = sum(entry["row"].refused for entry in files)
    return {
        "run": run,
        "files": files,
        "moving": run.stage in MOVING,
        "at_rest": run.stage in (Stage.PREPARED, Stage.REHEARSED, Stage.FAILED),
        "asks": any(entry["row"].asks for entry in files),
        "prepared": run.stage == Stage.PREPARED,
        "told": run.stage in (Stage.REHEARSED, Stage.DONE, Stage.FAILED),
        "totals": reports.summary(run)["totals"],
        "titles": reports.TITLES,
        "refused": refused,
        "lines": lines[:LINES_SHOWN],
        "more": max(0, refused - LINES_SHOWN),
        "remarks": queries.remarks(run),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """The first rows of a sheet with a choice above each column."""
    by = _importer(request)
    one = queries.file_of(queries.run_of(pk, by=by), file_pk)
    page = answers.page(request, "exchange/file.html", _asked(request, one))
    if request.method == "POST":
        chosen = [
            (name, place)
            for key, name in request.POST.items()
            if name and key[:1] == "c" and (place := whole(key[1:])) is not None
        ]
        actions.answer(
            one,
            by=by,
            kind=request.POST.get("kind", ""),
            header_row=whole(request.POST.get("header_row", "")) or 0,
            mapping=chosen,
        )
        return answers.done(
            request, reverse("exchange:run", args=[pk]), W("已记下 {name}", "Noted {name}", name=one.name)
        )
    return page()


def _asked(request: HttpRequest, one: ImportFile) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    found = queries.reading(one, asked.get("kind", ""), whole(asked.get("header_row", "")) or 0)
    columns = [
        {"name": f"c{at}", "title": title, "chosen": asked.get(f"c{at}", found.column_at.get(at, ""))}
        for at, title in enumerate(found.header)
    ]
    return {"run": one.run, "file": one, "tables": TABLES, "found": found, "columns": columns}


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Rehearse, commit or discard."""
    by = _importer(request)
    one = queries.run_of(pk, by=by)
    if verb == "discard":
        actions.discard(one, by=by)
        return answers.done(request, reverse("exchange:home"), W("已放弃这次导入", "The import was thrown away"))
    {"rehearse": actions.rehearse, "commit": actions.commit}[verb](one, by=by)
    return answers.done(request, reverse("exchange:run", args=[pk]))


@require_POST
def leave_out(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    by = _importer(request)
    actions.leave_out(queries.file_of(queries.run_of(pk, by=by), file_pk), by=by)
    return answers.done(request, reverse("exchange:run", args=[pk]))


@require_GET
def rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused lines of an import, all of them, as CSV."""
    one = queries.run_of(pk, by=_importer(request))
    response = StreamingHttpResponse(reports.rejects(one), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{one.pk}-refused.csv"'
    return response


@require_GET
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every refused line and every remark, as a spreadsheet."""
    one = queries.run_of(pk, by=_importer(request))
    rows = ImportLine.objects.filter(file__run=one).select_related("file").order_by("file__position", "row", "pk")
    titles = [W("文件", "File"), W("行", "Row"), W("结果", "Result"), W("代码", "Code"), W("说明", "What")]
    told = (
        [line.file.name, line.row, str(Result.title_of(line.result)), line.code, str(line.sentence)]
        for line in rows.iterator(chunk_size=2000)
    )
    return exports.as_xlsx(f"import-{one.pk}", [str(title) for title in titles], told)


@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest) -> HttpResponseBase:
    """Take everything out (M-06): what it holds, and the button. Who took it stands in the record."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.need("exchange.export", clause="M-06")
    page = answers.page(request, "exchange/everything.html", {"ledgers": LEDGERS, "tables": len(tables.models())})
    if request.method != "POST":
        return page()
    form = request.POST.get("form", "")
    return bundle.answer(by=by, form=form if form in folder.FORMS else folder.FORMS[0])
