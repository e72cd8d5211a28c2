"""Captures, events, named questions: what programs do under ``/epcis/``, for people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from sanbao.epcis import actions, publishing, witness
from sanbao.epcis.forms import DocumentForm
from sanbao.epcis.models import Capture, Event, Key, NamedQuery, Subscription, Thing
from sanbao.epcis.rules import OF_EVENT
from sanbao.epcis.standard import writing
from sanbao.epcis.standard.identifiers import matching
from sanbao.epcis.standard.reading import loads
from sanbao.epcis.standard.words import EVENT_TYPES
from sanbao.kernel import attachments
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace.models import Lot
from sanbao.web import answers
from sanbao.web.lists import Choice, Column, Days, Listing, Rows, Words
from sanbao.web.templatetags import parts

PROBLEMS_SHOWN = 200
_NAMES = ("epc", "parentID", "inputEPC", "outputEPC", "epcClass", "inputEPCClass", "outputEPCClass", "transformationID")


def _actor(request: HttpRequest, *permissions: str) -> Actor:
    """Who asks, if he holds one of the permissions."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not any(actor.may(permission) for permission in permissions):
        actor.need(permissions[0], clause="M-02")
    return actor


def _result(capture: Capture) -> str:
    """What became of a document's events, the counts that are none left out."""
    counts = [
        (capture.taken, W("取入 {n}", "{n} taken in")),
        (capture.unchanged, W("已有 {n}", "{n} there already")),
        (capture.refused, W("有误 {n}", "{n} wrong")),
    ]
    return " · ".join(str(words.format(n=f"{number:,}")) for number, words in counts if number) or "—"


class CaptureList(Listing):
    """取入记录: every document that came in, newest first."""

    columns = [
        Column("number", W("编号", "No."), lambda c: str(W("取入 {n}", "Capture {n}", n=c.pk)), opens=True),
        Column("name", W("文件", "Document"), lambda c: c.name or W("单个事件", "A single event")),
        Column("created_at", W("时间", "When"), lambda c: parts.when(c.created_at), sort="created_at"),
        Column("actor", W("由谁", "By"), lambda c: parts.who(c.actor)),
        Column("stage", W("状态", "State"), lambda c: c.title_of_stage, plain=lambda c: str(c.title_of_stage)),
        Column("result", W("结果", "Result"), lambda c: _result(c), plain=lambda c: str(_result(c))),
        Column("events", W("事件", "Events"), number=True, shown=False),
        Column("taken", W("取入", "Taken in"), number=True, shown=False),
        Column("unchanged", W("已有", "There already"), number=True, shown=False),
        Column("refused", W("有误", "Wrong"), number=True, shown=False),
    ]
    order = "-created_at"
    name = "captures"
    empty = W("还没有取入过事件", "No events were captured yet")


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Documents that came in, and where one is handed in."""
    by = _actor(request, "epcis.query", "epcis.capture")
    form = DocumentForm(request.POST or None, request.FILES or None, label_suffix="")
    listing = CaptureList(request, Capture.objects.visible_to(by))
    if listing.asked.get("export"):
        return listing.respond()
    page = answers.page(request, "epcis/home.html", {"form": form, "list": listing, "may": by.may("epcis.capture")})
    if request.method == "POST":
        upload = request.FILES.get("document")
        if upload is None:
            sentence = W("请选择要取入的文件。", "Choose the document to capture.")
            raise Refusal("epcis.no_document", sentence, "T-14", 422, "document")
        behaviour = request.POST.get("behaviour", "rollback")
        name = attachments.clean_name(upload.name or "epcis.jsonld")
        row = actions.capture(upload.read(), by=by, behaviour=behaviour, name=name)
        return answers.done(request, row.get_absolute_url())
    return page()


@require_GET
def capture(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "epcis/capture.html", _state(_capture(request, pk)))


@require_GET
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while the worker goes on; it asks for itself until then."""
    return render(request, "epcis/parts/state.html", _state(_capture(request, pk)))


def _capture(request: HttpRequest, pk: int) -> Capture:
    by = _actor(request, "epcis.query", "epcis.capture")
    row = Capture.objects.visible_to(by).filter(pk=pk).select_related("attachment").first()
    if row is None:
        raise Refusal("epcis.no_capture", W("没有这次取入。", "There is no such capture."), "T-14", 404)
    return row


def _state(row: Capture) -> dict[str, Any]:
    problems = row.problems.all()
    count = problems.count()
    return {
        "row": row,
        "problems": problems[:PROBLEMS_SHOWN],
        "count": count,
        "more": max(0, count - PROBLEMS_SHOWN),
        "job": reverse("epcis:rest_capture_job", args=[str(row.pk)]),
    }


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document as it was sent."""
    row = _capture(request, pk)
    if row.attachment is None:
        raise Refusal("epcis.no_document", W("单个事件没有文件。", "A single event has no document."), "T-14", 404)
    return attachments.served(row.attachment)


def _by_identifier(rows: Rows, typed: str) -> Rows:
    """Events that name this identifier (or, as a pattern, any like it), or have it as their id."""
    wanted = matching(typed)
    keys = Key.objects.filter(name__in=_NAMES)
    keys = keys.filter(value__gte=wanted.low, value__lt=wanted.high) if wanted.low else keys.filter(value=wanted.exact)
    return rows.filter(pk__in=keys.values("event_id")) | rows.filter(event_id=typed)


class EventList(Listing):
    """Every event, the last to happen first."""

    columns = [
        Column("type", W("事件", "Event"), lambda e: witness.said(e, e.value), plain=lambda e: e.type, opens=True),
        Column("event_time", W("发生时间", "Happened"), lambda e: parts.when(e.event_time), sort="event_time"),
        Column("action", W("动作", "Action"), narrow=True),
        Column("origin", W("来自", "From"), lambda e: e.origin.title, plain=lambda e: str(e.origin.title)),
        Column("record_time", W("取入时间", "Captured"), lambda e: parts.when(e.record_time), sort="record_time"),
        Column("state", W("状态", "State"), lambda e: standing(e), plain=lambda e: str(standing(e))),
        Column("event_id", W("编号", "eventID"), shown=False),
    ]
    filters = [
        Words(_by_identifier, title=W("EPC、批次 URI 或 eventID", "EPC, lot URI or eventID")),
        Choice("type", W("类型", "Type"), [(name, name) for name in EVENT_TYPES]),
        Days("event_time", W("发生时间", "Happened"), field="event_time__date"),
    ]
    order = "-event_time"
    name = "events"
    size = 50

    def __init__(self, request: HttpRequest, rows: Rows) -> None:
        super().__init__(request, rows)
        if (capture := self.asked.get("capture", "")).isdecimal() and len(capture) < 19:
            self.all = self.all.filter(capture=int(capture))


def standing(event: Event) -> W | str:
    """Whether what an event says still counts."""
    if event.voided:
        return W("已被声明有误", "Declared wrong")
    return W("声明有误", "Declares an error") if event.declaration else ""


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    by = _actor(request, "epcis.query")
    return EventList(request, Event.objects.visible_to(by).select_related("capture")).respond(
        "epcis/events.html", untold=publishing.backlog()
    )


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: in a few words, the lots that it names, what was declared about it, and its JSON."""
    by = _actor(request, "epcis.query")
    row = Event.objects.visible_to(by).filter(pk=pk).select_related("capture", "namespaces").first()
    if row is None:
        raise Refusal("epcis.no_event", W("没有这个事件。", "There is no such event."), "T-14", 404)
    keys = Key.objects.filter(event_id=row.pk, name__in=_NAMES).values_list("value", flat=True)
    told = witness.testimony(row)
    facts = {
        "row": row,
        "told": told,
        "standing": standing(row),
        "lots": _lots(row, list(keys)),
        "others": Event.objects.filter(event_id=row.event_id).exclude(pk=row.pk).order_by("pk"),
        "json": writing.pretty(loads(row.text)),
        "context": writing.pretty(loads(row.namespaces.entries)) if row.namespaces else "",
        "rest": reverse("epcis:rest_event", args=[row.event_id]),
    }
    return render(request, "epcis/event.html", facts)


def _lots(row: Event, keys: list[str]) -> list[Lot]:
    nameless = [f"{key}{OF_EVENT}{row.event_id}{mark}" for key in keys for mark in ("", "+")]
    things = Thing.objects.filter(key__in=[*keys, *nameless]).values("lot")
    return list(Lot.objects.filter(pk__in=things).order_by("code"))


@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    """Questions with a name, who is called for them, and how that goes."""
    by = _actor(request, "epcis.query")
    rows = NamedQuery.objects.visible_to(by).prefetch_related("subscriptions")
    told = [(row, writing.pretty(loads(row.query)), list(row.subscriptions.all())) for row in rows]
    return render(request, "epcis/queries.html", {"rows": told})


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    by = _actor(request, "epcis.query")
    row = NamedQuery.objects.visible_to(by).filter(pk=pk).first()
    if row is None:
        raise Refusal("epcis.no_query", W("没有这个查询。", "There is no such query."), "T-14", 404)
    actions.forget(row, by=by)
    return answers.done(request, reverse("epcis:queries"), W("已删除查询 {name}", "{name} was removed", name=row.name))


@require_POST
def unsubscribe(request: HttpRequest, pk: UUID) -> HttpResponse:
    by = _actor(request, "epcis.query")
    row = Subscription.objects.visible_to(by).filter(pk=pk).select_related("query").first()
    if row is None:
        raise Refusal("epcis.no_subscription", W("没有这个订阅。", "There is no such subscription."), "T-14", 404)
    actions.unsubscribe(row, by=by)
    return answers.done(request, reverse("epcis:queries"), W("已取消订阅", "The subscription was ended"))
