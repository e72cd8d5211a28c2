"""Pages of recalls: the list, one recall with its figures and holders, one holder, the papers."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.recall import actions, documents, links, queries, scoping
from sanbao.recall.lifecycle import HOLDER, RECALL
from sanbao.recall.models import (
    EntryKind,
    HolderState,
    Posting,
    Recall,
    RecallHolder,
    RecallState,
    ReportKind,
    Way,
)
from sanbao.recall.showing import bar, parts
from sanbao.trace.queries import exact
from sanbao.web import exports, moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.subjects import role, who
from sanbao.web.templatetags.parts import code, due, pill, when

S, H = RecallState, HolderState
PILLS = {S.PROPOSED: "soon", S.IN_FORCE: "late", S.ENDED: "fine", S.REHEARSING: "run", S.REHEARSED: "fine"}
HOLDER_PILLS = {H.NOT_NOTIFIED: "late", H.NOTIFIED: "run", H.ACKNOWLEDGED: "fine", H.UNREACHABLE: "soon"}


def state_pill(recall: Recall) -> str:
    return pill(S.title_of(recall.state), PILLS.get(S(recall.state), ""))


def holder_pill(holder: RecallHolder) -> str:
    return pill(H.title_of(holder.state), HOLDER_PILLS[H(holder.state)])


def _kg(milli: int) -> float:
    return milli / 1000


def out_cell(holder: RecallHolder) -> Any:
    """Unaccounted: in red until it is accounted for or its explanation was approved."""
    left = holder.balance.out
    said = exact(left, "").strip()
    return pill(said, "late") if left and holder.unexcused and not holder.recall.rehearsal else said


class RecallList(Listing):
    name = "recalls"
    order = "-number"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("statutory", W("是否法定", "Statutory"), [("True", W("法定", "Yes")), ("False", W("自愿", "No"))]),
    )
    tabs = (
        Tab("open", W("进行中", "Running"), Q(state__in=[S.PROPOSED, S.IN_FORCE])),
        Tab("ended", W("已结束", "Ended"), Q(state__in=[S.ENDED, S.REJECTED])),
        Tab("rehearsals", W("演练", "Rehearsals"), Q(rehearsal=True)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), sort="number", opens=True, narrow=True),
        Column("title", W("召回什么", "What"), sort="title"),
        Column("state", W("状态", "State"), state_pill, plain=lambda r: S.title_of(r.state), narrow=True),
        Column("labels", W("标签", "Labels"), sort="labels", number=True),
        Column("gaps", W("断链", "Holes"), lambda r: pill(r.gaps, "late") if r.gaps else "0", sort="gaps", number=True),
        Column("proposed_by", W("提出", "Proposed by"), lambda r: who(r.proposed_by), shown=False),
        Column("proposed_at", W("提出时间", "Proposed"), lambda r: when(r.proposed_at), sort="proposed_at",
               plain=lambda r: r.proposed_at, narrow=True, named=True),
        Column("due", W("期限", "Due"), lambda r: due(r.due_at) if r.due_at else "", sort="due_at",
               plain=lambda r: r.due_at, narrow=True, named=True),
    )  # fmt: skip


def _amount(name: str, zh: str, en: str, *, shown: bool = True, unit: bool = False) -> Column:
    field = f"{name}_milli"
    return Column(
        name, W(zh, en), lambda h: exact(getattr(h, field), h.unit if unit else "").strip(), sort=field,
        plain=lambda h: _kg(getattr(h, field)), number=True, shown=shown,
    )  # fmt: skip


class HolderList(Listing):
    """The holders of one recall; five thousand are paged and filtered by the database."""

    name = "recall-holders"
    order = "-issued"
    filters = (
        Words(
            lambda rows, words: rows.filter(
                Q(customer__name__icontains=words) | Q(customer__code=words) | Q(site__name__icontains=words)
            )
        ),
        Choice("posting", W("邮件", "Mail"), Posting.pairs()),
    )
    tabs = (
        Tab("all", W("全部", "All"), Q()),
        Tab("untold", H.NOT_NOTIFIED.title, Q(state=H.NOT_NOTIFIED)),
        Tab("told", H.NOTIFIED.title, Q(state=H.NOTIFIED)),
        Tab("answered", H.ACKNOWLEDGED.title, Q(state=H.ACKNOWLEDGED)),
        Tab("unreachable", H.UNREACHABLE.title, Q(state=H.UNREACHABLE)),
        Tab("out", W("未查明", "Unaccounted"), ~Q(open_milli=0)),
    )
    columns = (
        Column("customer", W("持有人", "Holder"), lambda h: str(h), sort="customer__name", opens=True),
        Column("region", W("地区", "Region"), lambda h: str(h.customer.region or "—"),
               plain=lambda h: str(h.customer.region or ""), shown=False),
        Column("state", W("联系", "Contact"), holder_pill, sort="state", plain=lambda h: H.title_of(h.state),
               narrow=True),
        Column("labels", W("标签", "Labels"), sort="labels", number=True, shown=False),
        _amount("issued", "发出", "Issued", unit=True),
        _amount("returned", "退回", "Returned"),
        _amount("disposed", "现场销毁", "Destroyed"),
        _amount("installed", "已装", "Installed"),
        _amount("held", "在其处", "Held"),
        Column("out", W("未查明", "Unaccounted"), out_cell, sort="out_milli",
               plain=lambda h: _kg(h.balance.out), number=True),
        Column("unit", W("单位", "Unit"), shown=False),
        _amount("scrapped", "退回后报废", "Scrapped", shown=False),
        Column("contact", W("联系人", "Contact person"), shown=False),
        Column("phone", W("电话", "Telephone"), shown=False),
        Column("email", W("邮件", "E-mail"), shown=False),
        Column("owed_by", W("由谁通知", "Notified by"), plain=lambda h: _owner(h.owed_by), shown=False),
        Column("notified_at", W("通知时间", "Notified at"), sort="notified_at", shown=False),
        Column("notified_way", W("通知方式", "By"), plain=lambda h: _way(h), shown=False),
        Column("acknowledged_at", W("确认时间", "Acknowledged at"), shown=False),
        Column("acknowledged_by", W("确认人", "Acknowledged by"), shown=False),
        Column("explanation", W("说明", "Explanation"), shown=False),
    )  # fmt: skip


def _way(holder: RecallHolder) -> W | str:
    return Way.title_of(holder.notified_way) if holder.notified_way else ""


def _owner(ref: str) -> str:
    return role(ref) or who(ref)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    by.need("recall.see", clause="Q-06")
    facts = {name: by.may(f"recall.{verb}") for name, verb in (
        ("may_propose", "propose"), ("may_order", "decide"), ("may_rehearse", "rehearse"))}  # fmt: skip
    return RecallList(request, queries.listed(by)).respond("recall/list.html", **facts)


@require_safe
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """One recall: how much is still out, who was reached, what the authority is owed, and every holder."""
    by = request.actor  # type: ignore[attr-defined]
    case: Recall = moves.find(RECALL, pk, by)  # type: ignore[assignment]
    case = actions.refresh(case)
    rows = queries.holders_of(case)
    lines = queries.sums(case)
    facts = {
        "case": case,
        "state": state_pill(case),
        "lines": [(line, bar(line.balance), parts(line)) for line in lines],
        "regions": queries.by_region(case) if len(lines) else [],
        "reached": [
            (H(code).title, n, HOLDER_PILLS[H(code)], tab)
            for (code, n), tab in zip(
                queries.reached(case).items(), ("untold", "told", "answered", "unreachable"), strict=True
            )
        ],
        "starts": queries.starts_of(case),
        "stored": [
            (place or W("库位不明", "place unknown"), exact(milli, unit), n, not place)
            for place, unit, milli, n in case.stored
        ],
        "reports": [(ReportKind.title_of(row.kind), row) for row in case.reports.all()],
        "kinds": ReportKind.pairs(),
        "offers": RECALL.offered(case, by),
        "open": case.state in (S.IN_FORCE, S.ENDED),
        "minutes": round((now() - case.proposed_at).total_seconds() / 60),
    }
    return HolderList(request, rows).respond("recall/recall.html", **facts)


@require_safe
def holes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every lot of the scope with a hole in its chain: on screen by the hundred, whole as a file."""
    case: Recall = moves.find(RECALL, pk, request.actor)  # type: ignore[assignment, attr-defined]
    rows = case.holes.select_related("lot").annotate(code=F("lot__code"), kind=F("lot__kind"))
    return HoleList(request, rows).respond("recall/holes.html", case=case)


class HoleList(Listing):
    name = "recall-holes"
    order = "code"
    size = 100
    filters = (Words(lambda rows, words: rows.filter(lot__code__icontains=words)),)
    columns = (
        Column("code", W("批次", "Lot"), lambda g: code(g.lot.code), plain=lambda g: g.lot.code, sort="code",
               opens=True),
        Column("missing", W("缺什么", "What is missing"), lambda g: pill(scoping.hole_title(g.missing), "late"),
               plain=lambda g: scoping.hole_title(g.missing), sort="missing"),
    )  # fmt: skip

    def link(self, row: Any) -> str:
        return str(row.lot.get_absolute_url())


@require_safe
def holder(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One holder: the balance, the ledger, who tried to reach him, his labels; also as a file."""
    by = request.actor  # type: ignore[attr-defined]
    beside = ("recall", "customer__region", "site")
    case: RecallHolder = moves.find(HOLDER, pk, by, beside=beside)  # type: ignore[assignment]
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        name = f"{case.recall.number}-{case.customer.code}-labels"
        return exports.file(kind, name, [str(W("标签", "Label"))], ([one] for one in queries.labels_of(case)))
    line = queries.Line(case.unit, case.unit, case.balance, 1)
    entries = case.entries.select_related("reversed_by").order_by("-id")
    facts = {
        "case": case,
        "state": holder_pill(case),
        "line": line,
        "bar": bar(case.balance),
        "parts": parts(line),
        "entries": [
            (row, EntryKind.title_of(row.kind), exact(row.quantity_milli, case.unit), hasattr(row, "reversed_by"))
            for row in entries
        ],
        "contacts": [(row, Way.title_of(row.way)) for row in case.contacts.order_by("-id")],
        "posting": Posting.title_of(case.posting),
        "way": _way(case),
        "owner": _owner(case.owed_by),
        "declared": exact(case.declared_milli, case.unit) if case.declared_milli is not None else "",
        "excused": exact(case.excused_milli, case.unit) if case.excused_by else "",
        "link": links.address_of(case) if by.may("recall.run") and case.recall.state == S.IN_FORCE else "",
        "offers": HOLDER.offered(case, by) if not case.recall.rehearsal else [],
    }
    return render(request, "recall/holder.html", facts)


# -- papers --------------------------------------------------------------------------------------------------------


def _pdf(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to one holder, to be printed and posted."""
    by = request.actor  # type: ignore[attr-defined]
    case: RecallHolder = moves.find(HOLDER, pk, by, beside=("recall", "customer", "site"))  # type: ignore[assignment]
    return _pdf(f"{case.recall.number}-{case.customer.code}", documents.notice_pdf(case, by))


@require_safe
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A report to the authority, filled in as far as the house knows; of a rehearsal its report."""
    by = request.actor  # type: ignore[attr-defined]
    case: Recall = moves.find(RECALL, pk, by)  # type: ignore[assignment]
    return _pdf(f"{case.number}-{kind}", documents.paper_pdf(case, kind, by))
