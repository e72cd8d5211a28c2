"""Pages of claims: the work list, one claim, and what poor quality costs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.claims import queries, rules
from sanbao.claims.lifecycle import CLAIM
from sanbao.claims.models import OPEN, Claim, ClaimState, Loss, Payment
from sanbao.claims.queries import By
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.web import exports, moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.subjects import role
from sanbao.web.templatetags.parts import code, pill

S = ClaimState
PILLS = {S.FILED: "soon", S.ASSESSED: "soon", S.APPROVED: "run", S.SETTLED: "fine"}


def state_pill(claim: Claim) -> str:
    return pill(S.title_of(claim.state), PILLS.get(S(claim.state), ""))


class ClaimList(Listing):
    """Claims, the newest first; every amount stands with its currency."""

    name = "claims"
    order = "-filed_on"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("loss", W("损失种类", "Kind of loss"), Loss.pairs()),
        Days("filed_on", W("登记日期", "Filed")),
    )
    tabs = (
        Tab("open", W("未了结", "Open"), Q(state__in=OPEN)),
        Tab("settled", S.SETTLED.title, Q(state=S.SETTLED)),
        Tab("refused", W("拒赔、撤回", "Refused, taken back"), Q(state__in=[S.REFUSED, S.WITHDRAWN])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", opens=True, narrow=True),
        Column("complaint", W("投诉", "Case"), lambda c: c.complaint.number, plain=lambda c: c.complaint.number),
        Column("user", W("用户", "User"), lambda c: c.of_whom, plain=lambda c: c.of_whom),
        Column("loss", W("损失", "Loss"), lambda c: Loss.title_of(c.loss), plain=lambda c: Loss.title_of(c.loss)),
        Column("claimed", W("索赔", "Claimed"), sort="claimed", number=True),
        Column(
            "accepted",
            W("认可", "Accepted"),
            lambda c: "" if c.accepted is None else c.accepted,
            sort="accepted",
            number=True,
        ),
        Column("currency", W("币种", "Cur."), sort="currency", narrow=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: S.title_of(c.state), narrow=True),
        Column("filed_on", W("登记", "Filed"), sort="filed_on", narrow=True),
        Column("settled_on", W("结清日期", "Settled on"), sort="settled_on", shown=False),
        Column("reference", W("凭据", "Reference"), shown=False),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    return ClaimList(request, queries.listed(by)).respond("claims/list.html", may_file=by.may("claims.file"))


@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: the loss, what was accepted and why, who approved it, how it was settled."""
    by = request.actor  # type: ignore[attr-defined]
    case: Claim = moves.find(CLAIM, pk, by)  # type: ignore[assignment]
    facts = {
        "case": case,
        "state": state_pill(case),
        "loss": Loss.title_of(case.loss),
        "payment": Payment.title_of(case.payment) if case.payment else "",
        "approver": role(case.approver) or case.approver,
        "files": queries.files_of(case),
        "offers": CLAIM.offered(case, by),
    }
    return render(request, "claims/claim.html", facts)


@require_safe
def cost(request: HttpRequest) -> HttpResponseBase:
    """质量成本: losses made good in a period, by month, product, fault class or case, with totals; also as a file."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.need("claims.see", clause="W-02")
    first, last = period(request)
    wanted = request.GET.get("by", "")
    ground = By(wanted) if wanted in set(By) else By.MONTH
    lines = queries.cost_of_quality(by, first, last, ground)
    if (kind := request.GET.get("export", "")) in ("xlsx", "csv"):
        heads = [str(ground.title), str(W("件数", "Claims")), str(W("金额", "Amount")), str(W("币种", "Currency"))]
        rows = [[line.title, line.claims, line.amount, line.currency] for line in lines]
        return exports.file(kind, "cost-of-quality", heads, rows)
    whole = rules.totals(rules.Cost("", "", line.currency, line.amount) for line in lines)
    facts = {"lines": lines, "whole": whole, "first": first, "last": last, "ground": ground, "grounds": By.pairs()}
    return render(request, "claims/cost.html", facts)


def period(request: HttpRequest) -> tuple[date, date]:
    """The asked period; this year so far when none is asked."""
    first = as_day(request.GET.get("from", "")) or today().replace(month=1, day=1)
    return first, as_day(request.GET.get("to", "")) or today()
