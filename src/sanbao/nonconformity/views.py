"""Pages of nonconforming product: the work lists, one record with its balance, one disposition, what it cost."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import journal, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.nonconformity import documents, queries, rules
from sanbao.nonconformity.lifecycle import DISPOSITION, NONCONFORMITY
from sanbao.nonconformity.models import Disposition, DispositionState, NcState, Nonconformity, Origin, Way
from sanbao.nonconformity.queries import By, Standing
from sanbao.web import exports, kept, moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.subjects import role, shown
from sanbao.web.templatetags.parts import code, due, pill

S, D = NcState, DispositionState
PILLS: dict[str, str] = {
    S.CONTAINED: "soon", S.CLOSED: "fine", D.PROPOSED: "soon", D.APPROVED: "run", D.EXECUTED: "soon", D.DONE: "fine",
}  # fmt: skip
#: The parts of the bar, in order: what became of the quantity, in words.
SHARES = {
    "reworked": W("返工返修后放行", "Reworked and released"),
    "released": W("让步放行", "Let through"),
    "regraded": W("降级", "Regraded"),
    "returned": W("退供方", "Sent back"),
    "scrapped": W("报废", "Scrapped"),
    "pending": W("处置中", "Under way"),
    "open": W("未处置", "Open"),
}


def nc_pill(record: Nonconformity) -> str:
    return pill(S.title_of(record.state), PILLS.get(record.state, ""))


def way_pill(row: Disposition) -> str:
    return pill(D.title_of(row.state), PILLS.get(row.state, ""))


def lots_told(record: Nonconformity) -> str:
    names = [line.name for line in record.lines.all()]  # type: ignore[attr-defined]
    more = len(names) - 3
    return " ".join(names[:3]) + (f" +{more}" if more > 0 else "")


class RecordList(Listing):
    """Those that wait for a disposition first, the nearest due before the others."""

    name = "nonconformities"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("source", W("来源", "Source"), Origin.pairs()),
        Days("opened_at__date", W("登记日期", "Opened")),
    )
    tabs = (
        Tab("open", S.CONTAINED.title, Q(state=S.CONTAINED)),
        Tab("closed", S.CLOSED.title, Q(state=S.CLOSED)),
        Tab("withdrawn", S.WITHDRAWN.title, Q(state=S.WITHDRAWN)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), sort="number", opens=True, narrow=True),
        Column("title", W("不合格", "What"), lambda r: r.title, plain=lambda r: r.title),
        Column("source", W("来源", "Source"), lambda r: Origin.title_of(r.source), sort="source",
               plain=lambda r: Origin.title_of(r.source), narrow=True),
        Column("lots", W("批次", "Lots"), lots_told, plain=lots_told),
        Column("state", W("状态", "State"), nc_pill, plain=lambda r: S.title_of(r.state), narrow=True),
        Column("due", W("期限", "Due"), lambda r: due(r.due_at, r.closed_at) if r.due_at else "", sort="due_at",
               plain=lambda r: r.due_at, narrow=True),
    )  # fmt: skip


class DispositionList(Listing):
    """What is to be approved, carried out and re-inspected, the nearest day first."""

    name = "dispositions"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(record__in=queries.holding(words).values("pk"))),
        Choice("way", W("处置", "Disposition"), Way.pairs()),
    )
    tabs = (
        Tab("approve", D.PROPOSED.title, Q(state=D.PROPOSED)),
        Tab("execute", D.APPROVED.title, Q(state=D.APPROVED)),
        Tab("verify", D.EXECUTED.title, Q(state=D.EXECUTED)),
        Tab("done", D.DONE.title, Q(state=D.DONE)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("通知书", "Notice"), lambda d: code(d.number or d.record.number), opens=True, narrow=True,
               plain=lambda d: d.number or d.record.number),
        Column("way", W("处置", "Disposition"), lambda d: Way.title_of(d.way), sort="way",
               plain=lambda d: Way.title_of(d.way), narrow=True),
        Column("lot", W("批次", "Lot"), lambda d: code(d.line.name), plain=lambda d: d.line.name),
        Column("quantity", W("数量", "Quantity"), lambda d: str(d.quantity), plain=lambda d: str(d.quantity),
               number=True),
        Column("department", W("执行", "Carried out by"), lambda d: role_of(d), plain=lambda d: role_of(d)),
        Column("state", W("状态", "State"), way_pill, plain=lambda d: D.title_of(d.state), narrow=True),
        Column("due", W("要求完成日", "To be done by"), lambda d: d.due_on.isoformat(), sort="due_on",
               plain=lambda d: d.due_on, narrow=True),
    )  # fmt: skip


def role_of(row: Disposition) -> str:
    return role(row.department) or row.department


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    may = by.may("nonconformity.open")
    return RecordList(request, queries.listed(by)).respond("nonconformity/list.html", may_open=may)


@require_safe
def dispositions(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = Disposition.objects.visible_to(by).select_related("record", "line__lot")
    return DispositionList(request, rows).respond("nonconformity/dispositions.html")


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: its lines with what became of every part, its holds, its evidence, its story."""
    by = reader(request)
    case: Nonconformity = moves.find(NONCONFORMITY, pk, by)  # type: ignore[assignment]
    found = queries.standings(case)
    facts = {
        "case": case,
        "state": nc_pill(case),
        "source": Origin.title_of(case.source),
        "about": shown([case.about], by).get(case.about) if case.about else None,
        "lines": [told(one) for one in found],
        "bars": [bar(unit, total) for unit, total in queries.summed(found).items()],
        "holds": queries.holds_of(case),
        "duties": obligations.duties_on(case.subject),
        "files": queries.files_of(case),
        "offers": sorted(NONCONFORMITY.offered(case, by), key=lambda offer: offer.name != "propose"),
        "history": story(NONCONFORMITY, case),
    }
    return render(request, "nonconformity/record.html", facts)


@require_safe
def disposition(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Disposition = moves.find(DISPOSITION, pk, by)  # type: ignore[assignment]
    facts = {
        "case": case,
        "record": case.record,
        "state": way_pill(case),
        "way": Way.title_of(case.way),
        "good": str(case.of(case.good_milli)),
        "scrapped": str(case.of(case.scrapped_milli)),
        "released": str(case.of(case.released_milli)),
        "failed": str(case.of(case.failed_milli)),
        "duties": obligations.duties_on(case.subject),
        "files": queries.evidence_of(case),
        "offers": DISPOSITION.offered(case, by),
        "history": story(DISPOSITION, case),
    }
    return render(request, "nonconformity/disposition.html", facts)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as PDF."""
    by = reader(request)
    case: Disposition = moves.find(DISPOSITION, pk, by)  # type: ignore[assignment]
    response = HttpResponse(documents.notice_pdf(case, by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response


@require_safe
def cost(request: HttpRequest) -> HttpResponseBase:
    """What nonconforming product cost in a period, by disposition, month, source or record; also as a file."""
    by = reader(request)
    first = as_day(request.GET.get("from", "")) or today().replace(month=1, day=1)
    last: date = as_day(request.GET.get("to", "")) or today()
    wanted = request.GET.get("by", "")
    ground = By(wanted) if wanted in set(By) else By.WAY
    lines = queries.cost(by, first, last, ground)
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        heads = [str(ground.title), str(W("处置数", "Dispositions")), str(W("数量", "Quantity")),
                 str(W("金额", "Amount")), str(W("币种", "Currency"))]  # fmt: skip
        rows = [[one.title, one.dispositions, quantities(one), one.amount, one.currency] for one in lines]
        return exports.file(kind, "nonconformity-cost", heads, rows)
    facts = {"lines": [(one, quantities(one)) for one in lines], "first": first, "last": last, "ground": ground}
    return render(request, "nonconformity/cost.html", facts | {"grounds": By.pairs()})


def quantities(total: rules.CostTotal) -> str:
    return "；".join(str(Quantity.of_milli(milli, unit)) for unit, milli in sorted(total.quantities.items()))


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("nonconformity.see", clause="M-02")
    return actor


def story(lifecycle: Lifecycle[Any], case: Any) -> list[dict[str, Any]]:
    own = journal.entries_of(case.subject).filter(action__startswith=f"{lifecycle.kind}.").order_by("-seq")
    return [kept.told(lifecycle, entry) for entry in own]


def told(one: Standing) -> dict[str, Any]:
    """A line as the page shows it: its quantity, its bar, its gaps, its dispositions."""
    return {
        "line": one.line,
        "bar": bar(one.line.quantity.base, one.balance),
        "gaps": [(gap["code"], W(gap["zh"], gap["en"])) for gap in one.line.gaps],
        "dispositions": [(row, Way.title_of(row.way), way_pill(row)) for row in one.dispositions],
    }


def bar(unit: str, found: rules.Balance) -> dict[str, Any]:
    """The balance as a bar of a thousand parts, and the same in words."""
    left, parts = 0.0, []
    for name, milli in found.shares.items():
        width = milli * 1000 / found.received
        if milli:
            said = Quantity.of_milli(milli, unit)
            parts.append({"name": name, "title": SHARES[name], "said": said, "x": f"{left:.2f}", "w": f"{width:.2f}"})
        left += width
    return {"whole": Quantity.of_milli(found.received, unit), "parts": parts}
