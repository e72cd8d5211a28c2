"""Kilograms in against kilograms out: heats, loads, shifts; what is outside its tolerance stands in red (T-09)."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel.codes import code_key
from sanbao.kernel.policies import Decision
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.production import balances
from sanbao.production.lifecycle import CASTING
from sanbao.production.models import Casting, Scope, Step, StepState
from sanbao.production.rules import Balance
from sanbao.production.views.lists import check_pill, kg, number, reader
from sanbao.trace.models import Heat, LotKind, MaterialIssue
from sanbao.web import exports, moves
from sanbao.web.lists import Choice, Column, Days, Listing, Words, as_day
from sanbao.web.templatetags.parts import pill, when

#: How far back the work of the shifts is shown at first.
RECENT = timedelta(days=13)


def outside(balance: Balance) -> str:
    """What does not add up, in red where it is too much."""
    return pill(f"{kg(balance.unaccounted)} · {balance.percent:.1f}%", "late" if balance.outside else "")


def _kg(name: str, zh: str, en: str) -> Column:
    return Column(
        name, W(zh, en), lambda row: kg(getattr(row, name)), number=True, plain=lambda row: number(getattr(row, name))
    )


class Weighed(Listing):
    """A list whose rows carry their balance."""

    scope: ClassVar[Scope]

    def weigh(self, row: Any, rule: Decision) -> Balance:
        raise NotImplementedError

    @cached_property
    def page(self) -> Page[Any]:
        page = Listing.page.func(self)  # type: ignore[attr-defined]
        page.object_list, rule = list(page.object_list), balances.tolerance(self.scope)
        for row in page.object_list:
            row.balance = self.weigh(row, rule)
        return page  # type: ignore[no-any-return]


class HeatList(Weighed):
    """熔铸炉次: issued against cast."""

    name = "heats"
    order = "-made_on"
    scope = Scope.HEAT
    filters = (
        Words(lambda rows, words: rows.filter(key=code_key(words)[:64]), title=W("炉次", "Heat")),
        Days("made_on", W("日期", "Date")),
    )
    columns = (
        Column("code", W("炉次", "Heat"), sort="key", opens=True, narrow=True),
        Column("made_on", W("日期", "Date"), lambda lot: when(lot.made_on), sort="made_on", narrow=True),
        _kg("issued", "领料", "Issued"),
        _kg("cast", "熔铸", "Cast"),
        _kg("dross", "渣废", "Dross"),
        Column("unaccounted", W("对不上", "Unaccounted"), lambda lot: outside(lot.balance), number=True,
               plain=lambda lot: number(lot.issued - lot.cast - lot.dross)),
    )  # fmt: skip

    def weigh(self, row: Any, rule: Decision) -> Balance:
        return balances.of_heat(row, rule)

    def link(self, row: Any) -> str:
        return reverse("production:heat", args=[row.pk])


class LoadList(Weighed):
    """时效炉次、氧化槽批、喷涂线批: what went in against what came out."""

    name = "loads"
    order = "-made_on"
    scope = Scope.LOAD
    filters = (
        Words(lambda rows, words: rows.filter(key=code_key(words)[:64]), title=W("炉次/槽批", "Load or batch")),
        Choice("kind", W("类别", "Kind"), [(kind.value, kind.title) for kind in balances.LOADS]),
        Days("made_on", W("日期", "Date")),
    )
    columns = (
        Column("code", W("炉次/槽批", "Load or batch"), sort="key", opens=True, narrow=True),
        Column("kind", W("类别", "Kind"), lambda lot: LotKind.title_of(lot.kind), narrow=True),
        Column("made_on", W("日期", "Date"), lambda lot: when(lot.made_on), sort="made_on", narrow=True),
        Column("cards", W("框数", "Baskets"), number=True),
        _kg("went_in", "投入", "In"),
        _kg("came_out", "产出", "Out"),
        _kg("scrapped", "废料", "Scrap"),
        Column("unaccounted", W("对不上", "Unaccounted"), lambda lot: outside(lot.balance), number=True,
               plain=lambda lot: number(lot.went_in - lot.came_out - lot.scrapped)),
    )  # fmt: skip

    def weigh(self, row: Any, rule: Decision) -> Balance:
        return balances.of_load(row, rule)

    def link(self, row: Any) -> str:
        return reverse("production:load", args=[row.pk])


@require_safe
def heats(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return HeatList(request, balances.heats(by)).respond("production/heats.html", by=by)


@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return LoadList(request, balances.loads(by)).respond("production/loads.html", by=by)


@require_safe
def heat(request: HttpRequest, pk: int) -> HttpResponse:
    """One heat: what was issued into it, what was cast from it, and whether that adds up."""
    by = reader(request)
    lot = balances.heats(by).filter(pk=pk).first()
    if lot is None:
        raise Refusal("trace.unknown_lot", W("没有这个炉次。", "There is no such heat."), "T-09", 404)
    castings = {one.record_id: one for one in Casting.objects.filter(record__lot=lot).select_related("operator")}
    records = Heat.standing.filter(lot=lot).select_related("billet").order_by("id")
    issues = MaterialIssue.standing.filter(into=lot).select_related("lot").order_by("id")
    facts = {
        "lot": lot,
        "balance": balances.of_heat(lot, balances.tolerance(Scope.HEAT)),
        "issues": [(issue, kg(issue.quantity_milli, issue.lot.unit)) for issue in issues],
        "records": [(one, kg(one.quantity_milli), castings.get(one.pk)) for one in records],
        "may_cast": by.may("production.cast"),
    }
    return render(request, "production/heat.html", facts)


@require_safe
def casting(request: HttpRequest, pk: int) -> HttpResponse:
    """A casting is shown on its heat's page."""
    case: Casting = moves.find(CASTING, pk, request.actor)  # type: ignore[assignment, attr-defined]
    return heat(request, Casting.objects.values_list("record__lot", flat=True).get(pk=case.pk))


@require_safe
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """One load with every basket in it."""
    by = reader(request)
    lot = balances.loads(by).filter(pk=pk).first()
    if lot is None:
        raise Refusal("trace.unknown_lot", W("没有这个炉次或槽批。", "There is no such load or batch."), "T-09", 404)
    steps = Step.objects.filter(treatment=lot).exclude(state=StepState.STRUCK)
    facts = {
        "lot": lot,
        "kind": LotKind.title_of(lot.kind),
        "balance": balances.of_load(lot, balances.tolerance(Scope.LOAD)),
        "steps": [
            (step, kg(step.in_milli), kg(step.out_milli), kg(step.scrap_milli or None), check_pill(step))
            for step in steps.select_related("card", "operator").order_by("id")
        ],
    }
    return render(request, "production/load.html", facts)


HEADS = [
    W("日期", "Date"), W("班组", "Team"), W("工序", "Operation"), W("框数", "Baskets"), W("投入 kg", "In, kg"),
    W("产出 kg", "Out, kg"), W("废料 kg", "Scrap, kg"), W("对不上 kg", "Unaccounted, kg"), W("%", "%"),
]  # fmt: skip


@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    """What every team did on each day at each operation, between two days."""
    by = reader(request)
    last = as_day(request.GET.get("to", "")) or today()
    first = as_day(request.GET.get("from", "")) or last - min(RECENT, last - type(last).min)
    work = balances.shifts(by, first, last)
    if request.GET.get("export") in ("xlsx", "csv"):
        lines = [
            [
                one.on, one.shift, str(one.title), one.cards, number(one.balance.went_in), number(one.balance.came_out),
                number(one.balance.scrapped), number(one.balance.unaccounted), round(float(one.balance.percent), 2),
            ]
            for one in work
        ]  # fmt: skip
        return exports.file(request.GET["export"], "shifts", [str(head) for head in HEADS], lines)
    rows = [
        (one, kg(one.balance.went_in), kg(one.balance.came_out), kg(one.balance.scrapped), outside(one.balance))
        for one in work
    ]
    return render(request, "production/shifts.html", {"rows": rows, "first": first, "last": last})
