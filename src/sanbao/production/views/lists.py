"""Lists of the shops: living cards, imported cards, steps that wait for a check."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.production import queries
from sanbao.production.models import Card, CardState, Operation, Step, StepState
from sanbao.production.showing import CHECKS, STATES
from sanbao.trace.models import QualityStatus
from sanbao.trace.queries import exact
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.templatetags.parts import pill, when

SHADES = {QualityStatus.PASSED: "fine", QualityStatus.FAILED: "late"}


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.need("production.see", clause="M-02")
    return actor


def quality(status: str) -> str:
    return pill(QualityStatus.title_of(status), SHADES.get(QualityStatus(status), "soon")) if status else ""


def state_pill(card: Card) -> str:
    return pill(CardState.title_of(card.state), STATES[CardState(card.state)])


def check_pill(step: Step) -> str:
    return pill(StepState.title_of(step.state), CHECKS[StepState(step.state)])


def kg(milli: int | None, unit: str = "kg") -> str:
    return exact(milli, unit) if milli is not None else ""


def number(milli: int | None) -> float | None:
    return milli / 1000 if milli is not None else None


def standing(rows: QuerySet[Card]) -> QuerySet[Card]:
    """Cards with the operation at which they stand: what has passed waits for packing."""
    packed = When(at=Operation.INSPECT, lot__status=QualityStatus.PASSED, then=Value(Operation.PACK.value))
    return rows.annotate(stands=Case(packed, default=F("at"), output_field=CharField()))


class CardList(Listing):
    """随行卡: the living ones first, longest waiting on top."""

    name = "cards"
    order = "since"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("card", words))),
        Choice("stands", W("等哪道工序", "Waits for"), Operation.pairs()),
        Choice("status", W("质量状态", "Status"), QualityStatus.pairs(), field="lot__status"),
        Days("extruded", W("挤压日期", "Extruded"), field="record__extruded_on"),
    )
    tabs = (
        Tab("alive", W("在制", "In work"), Q(state__in=[CardState.IN_WORK, CardState.REWORK])),
        Tab("rework", W("返工中", "In rework"), Q(state=CardState.REWORK)),
        Tab("ended", W("已结清", "Used up"), Q(state=CardState.ENDED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("卡号", "Card"), sort="number", opens=True, narrow=True),
        Column("basket", W("框号", "Basket"), lambda c: c.record.basket, narrow=True),
        Column("product", W("型号", "Model"), lambda c: c.lot.product or "", plain=lambda c: c.lot.product),
        Column(
            "stands",
            W("等哪道工序", "Waits for"),
            lambda c: Operation.title_of(c.stands),
            sort="stands",
            plain=lambda c: Operation.title_of(c.stands),
            narrow=True,
        ),
        Column(
            "status",
            W("质量状态", "Status"),
            lambda c: quality(c.lot.status),
            plain=lambda c: QualityStatus.title_of(c.lot.status),
            narrow=True,
        ),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: CardState.title_of(c.state), narrow=True),
        Column("order", W("订单", "Order"), narrow=True),
        Column("customer", W("客户", "Customer"), lambda c: c.customer or "", plain=lambda c: c.customer),
        Column("since", W("从何时起", "Since"), lambda c: when(c.since), sort="since", narrow=True),
    )


class ImportedList(Listing):
    """旧卡: cards that came by import and were not taken up here."""

    name = "imported-cards"
    order = "-extruded"
    size = 50
    filters = (
        Words(lambda rows, words: rows.filter(lot__key=code_key(words)[:64]), title=W("卡号", "Card")),
        Choice("status", W("质量状态", "Status"), QualityStatus.pairs(), field="lot__status"),
        Days("extruded_on", W("挤压日期", "Extruded")),
    )
    columns = (
        Column("code", W("卡号", "Card"), lambda r: r.lot.code, opens=True, narrow=True, plain=lambda r: r.lot.code),
        Column("basket", W("框号", "Basket"), narrow=True),
        Column("product", W("型号", "Model"), lambda r: r.lot.product or "", plain=lambda r: r.lot.product),
        Column("quantity", W("数量", "Quantity"), lambda r: kg(r.lot.quantity_milli, r.lot.unit), number=True,
               plain=lambda r: number(r.lot.quantity_milli)),
        Column("status", W("质量状态", "Status"), lambda r: quality(r.lot.status),
               plain=lambda r: QualityStatus.title_of(r.lot.status), narrow=True),
        Column("extruded", W("挤压", "Extruded"), lambda r: when(r.extruded_on), sort="extruded_on",
               plain=lambda r: r.extruded_on, narrow=True),
        Column("aged_on", W("时效", "Aged"), lambda r: when(r.aged_on), plain=lambda r: r.aged_on, narrow=True),
        Column("finished_on", W("氧化/喷涂", "Anodised or coated"), lambda r: when(r.finished_on),
               plain=lambda r: r.finished_on, narrow=True),
    )  # fmt: skip

    def link(self, row: Any) -> str:
        return str(row.lot.get_absolute_url())


class CheckList(Listing):
    """待检查: steps that lack a check, the oldest first."""

    name = "checks"
    order = "recorded"
    filters = (
        Choice("operation", W("工序", "Operation"), Operation.pairs()),
        Days("done_on", W("日期", "Date")),
    )
    columns = (
        Column("card", W("卡号", "Card"), lambda s: s.card.number, opens=True, narrow=True,
               plain=lambda s: s.card.number),
        Column("operation", W("工序", "Operation"), lambda s: s.title, plain=lambda s: s.title, narrow=True),
        Column("machine", W("机台", "Machine"), narrow=True),
        Column("shift", W("班组", "Team"), narrow=True),
        Column("operator", W("操作者", "Operator"), lambda s: s.operator or "", plain=lambda s: s.operator),
        Column("treatment", W("炉次/槽批", "Load or batch"), lambda s: s.treatment or "", plain=lambda s: s.treatment),
        Column("lead", W("班长", "Team leader"), lambda s: _lacks(LEAD, s.lead_needed, s.lead_outcome), narrow=True,
               plain=lambda s: s.lead_outcome),
        Column("qc", W("质检", "QC"), lambda s: _lacks(QC, s.qc_needed, s.qc_outcome), narrow=True,
               plain=lambda s: s.qc_outcome),
        Column("recorded", W("记录", "Recorded"), lambda s: when(s.recorded_at), sort="recorded_at", narrow=True),
    )  # fmt: skip
    empty = W("没有等您检查的工序", "No step waits for your check")


LEAD, QC = W("班长", "Team leader"), W("质检", "QC")


def _lacks(who: W, needed: bool, outcome: str) -> W | str:
    """Said in full, because a phone shows no heads above the cells."""
    if outcome:
        return W("{who}已查", "{who}: done", who=who)
    return W("缺{who}检查", "{who}: missing", who=who) if needed else ""


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = standing(Card.objects.visible_to(by)).select_related("lot__product", "record", "customer")
    listing = CardList(request, rows)
    listing.bulk = [("/production/pick/print", W("打印随行卡", "Print cards"))]
    if by.may("production.record"):
        listing.bulk.append(("/production/pick/load", W("装炉、入槽、上线", "Into one load")))
    if by.may("production.transfer"):
        listing.bulk.append(("/production/pick/merge", W("并框", "Merge")))
    return listing.respond("production/list.html", by=by)


@require_safe
def imported(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return ImportedList(request, queries.imported(by)).respond("production/imported.html", by=by)


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = queries.to_check(by).select_related("card__lot", "treatment", "operator")
    listing = CheckList(request, rows)
    for which, title in (("lead", W("班长检查：合格", "Team leader: good")), ("qc", W("质检检查：合格", "QC: good"))):
        if by.may(f"production.check_{which}"):
            listing.bulk = [*listing.bulk, (f"/production/checks/{which}", title)]
    return listing.respond("production/checks.html", by=by)


def waiting(actor: Actor) -> int:
    """For the rail: the steps that wait for this actor's check."""
    if not (actor.may("production.check_lead") or actor.may("production.check_qc")):
        return 0
    return queries.to_check(actor).count()
