"""The replacement credit of a customer: what came back, what was made good, what is open; as page, PDF and sheet."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import search
from sanbao.kernel.words import W
from sanbao.returns import documents, queries, rules
from sanbao.returns.lifecycle import CREDIT
from sanbao.returns.models import Account, Credit, EntryKind
from sanbao.returns.views.cases import find, reader
from sanbao.web import exports, moves
from sanbao.web.lists import Column, Listing, Tab, Words


class Credits(Listing):
    """One line per customer and currency; amounts of different currencies are never added together."""

    name = "credits"
    order = "customer"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("credit", words))),)
    tabs = (
        Tab("open", W("未补完", "Open"), Q(returned__gt=F("replaced") + F("refunded"))),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("customer", W("客户", "Customer"), lambda c: c.customer.name, sort="customer__name", opens=True,
               plain=lambda c: c.customer.name),
        Column("returned", W("已退", "Returned"), sort="returned", number=True),
        Column("replaced", W("已补", "Replaced"), sort="replaced", number=True),
        Column("refunded", W("已退款", "Refunded"), lambda c: c.refunded or "",
               plain=lambda c: c.refunded, number=True),
        Column("open", W("未补", "Open"), lambda c: c.open, number=True, plain=lambda c: c.open),
        Column("currency", W("币种", "Cur."), sort="currency", narrow=True),
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = Credit.objects.visible_to(by).select_related("customer")
    return Credits(request, rows).respond("returns/credits.html")


@require_safe
def credit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One customer's statement: every entry with its source, and the open amount."""
    by = reader(request)
    case: Credit = moves.find(CREDIT, pk, by, beside=("customer",))  # type: ignore[assignment]
    kept = documents.statement(case)
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        heads = [W("编号", "No."), W("日期", "On"), W("摘要", "What"), W("单据", "Paper"), W("公斤", "kg"),
                 W("增", "Credit"), W("减", "Debit"), W("余额", "Balance"), W("币种", "Currency")]  # fmt: skip
        rows = [
            [r.number, r.on, str(r.title), r.paper, r.milli / 1000, r.plus, r.minus, r.balance, case.currency]
            for r in kept
        ]
        return exports.file(kind, f"credit-{case.customer.code}", [str(head) for head in heads], rows)
    facts: dict[str, Any] = {
        "case": case,
        "rows": kept,
        "open_returns": [(find(owed.case, by), owed.open) for owed in queries.owed_of(case)],
        "kg": (rules.kilograms(case.returned_milli), rules.kilograms(case.replaced_milli)),
        "accounts": [(Account(code).title, amount) for code, amount in queries.sums(case.pk).items()],
        "offers": CREDIT.offered(case, by),
        "kinds": EntryKind,
    }
    return render(request, "returns/credit.html", facts)
