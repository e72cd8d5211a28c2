"""Returns by what has to be done with them, and the page of one: its goods, its proof, its story, its next step."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import attachments, journal, obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.parties.queries import titled
from sanbao.returns import concerns, documents, queries, rules
from sanbao.returns.handlers import kind_of
from sanbao.returns.lifecycle import RETURN
from sanbao.returns.models import (
    NEVER_CAME,
    OPEN,
    Credit,
    Disposal,
    EvidenceKind,
    Reason,
    Return,
    ReturnState,
)
from sanbao.returns.policies import REFUNDS
from sanbao.web import moves, subjects
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.templatetags.parts import code, pill

S = ReturnState
#: Moves that stand on the page where goods are counted, or beside what they are about.
ELSEWHERE = frozenset({"scan", "weigh", "undo", "accept"})
#: What stands out, by state: the next step.
NEXT = {
    S.EXCEPTION: "admit", S.SAMPLING: "tell_verdict", S.APPLIED: "agree", S.AGREED: "fill_form", S.FILLED: "approve",
    S.APPROVED: "certify", S.RAISED: "approve_more", S.ACCEPTED: "confirm", S.CREDITED: "consent_refund",
}  # fmt: skip
#: The way of a return as the stepper shows it: title, the states in which it has come so far.
WAY: tuple[tuple[W, tuple[ReturnState, ...]], ...] = (
    (W("申请", "Applied"), (S.EXCEPTION, S.SAMPLING, S.APPLIED)),
    (W("填表", "Form"), (S.AGREED,)),
    (W("审批", "Approval"), (S.FILLED,)),
    (W("验收", "Counting"), (S.APPROVED, S.COUNTING, S.RAISED)),
    (W("确认", "Confirmed"), (S.ACCEPTED,)),
    (W("补货", "Made good"), (S.CREDITED, S.REPLACED, S.REFUNDED)),
)


def state_pill(case: Return) -> str:
    return pill(S.title_of(case.state), kind_of(case))


class Returns(Listing):
    name = "returns"
    order = "-applied_on"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words).values("pk"))),
        Choice("reason", W("理由", "Reason"), Reason.pairs()),
        Choice("state", W("状态", "State"), S.pairs()),
        Days("applied_on", W("申请日期", "Applied")),
    )
    tabs = (
        Tab("open", W("在办", "Open"), Q(state__in=OPEN)),
        Tab("approval", W("待审批", "To approve"), Q(state__in=[S.EXCEPTION, S.FILLED, S.RAISED])),
        Tab("receiving", W("待验收", "To count"), Q(state__in=[S.APPROVED, S.COUNTING])),
        Tab("replace", W("待补货", "To replace"), Q(state=S.CREDITED)),
        Tab("ended", W("已了结", "Ended"), Q(state__in=[S.REPLACED, S.REFUNDED, *NEVER_CAME])),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", opens=True, narrow=True),
        Column("customer", W("客户", "Customer"), lambda c: c.customer.name, plain=lambda c: c.customer.name),
        Column("reason", W("理由", "Reason"), lambda c: Reason.title_of(c.reason),
               plain=lambda c: Reason.title_of(c.reason)),
        Column("applied", W("申请 kg", "Applied, kg"), lambda c: rules.kilograms(c.applied_milli), number=True,
               sort="applied_milli", plain=lambda c: c.applied_milli / 1000),
        Column("accepted", W("验收 kg", "Accepted, kg"),
               lambda c: rules.kilograms(c.accepted_milli) if c.accepted_milli else "", number=True,
               sort="accepted_milli", plain=lambda c: c.accepted_milli / 1000),
        Column("value", W("价值", "Value"), lambda c: f"{c.value} {c.currency}" if c.confirmed_at else "", number=True,
               plain=lambda c: c.value),
        Column("open", W("未补", "Open"), lambda c: c.open_value or "", number=True, plain=lambda c: c.open_value),
        Column("state", W("状态", "State"), state_pill, plain=lambda c: S.title_of(c.state), narrow=True),
        Column("applied_on", W("申请", "Applied on"), sort="applied_on", narrow=True),
        Column("place", W("存放点", "Place"), shown=False),
        Column("receipt_number", W("收货证明", "Receipt"), shown=False),
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    return Returns(request, queries.listed(by)).respond("returns/list.html", may_apply=by.may("returns.apply"))


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: why, what, proof, who approved at which weight, what was counted, what is still owed."""
    by = reader(request)
    found = find(pk, by)
    return render(request, "returns/return.html", facts(found, by))


def reader(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    by.need("returns.see", clause="M-02")
    return by


def find(pk: int, by: Actor) -> Return:
    return moves.find(RETURN, pk, by, beside=("customer",))  # type: ignore[return-value]


def facts(case: Return, by: Actor) -> dict[str, Any]:
    """What the page of a return shows, in a constant number of queries."""
    lines, counted = queries.lines_of(case), queries.standing(case)
    on_line = queries.by_line(counted)
    offers = {offer.name: offer for offer in RETURN.offered(case, by)}
    first = NEXT.get(S(case.state), "")
    credit = Credit.objects.visible_to(by).filter(customer=case.customer, currency=case.currency).first()
    return {
        "case": case,
        "state": state_pill(case),
        "reason": Reason.title_of(case.reason),
        "lines": [(line, _figures(line, on_line.get(line.pk, 0)), line.pk in on_line) for line in lines],
        "counted": counted,
        "came": case.state in (*queries.CAME, S.COUNTING, S.RAISED),
        "applied_kg": rules.kilograms(case.applied_milli),
        "accepted_kg": rules.kilograms(case.accepted_milli or sum(on_line.values())),
        "together_kg": rules.kilograms(case.together_milli),
        "approver": titled(case.approver) if case.approver else "",
        "disposal": Disposal.title_of(case.disposal),
        "evidence": [(EvidenceKind.title_of(row.kind), row) for row in case.evidence.all()],
        "files": list(attachments.of(case.subject)),
        "samples": queries.samples(case),
        "verdicts": queries.verdicts(case),
        "signed": list(signatures.on(case.subject)),
        "complaint": subjects.shown([case.about], by).get(case.about) if case.about else None,
        "credit": credit,
        "duties": obligations.duties_on(case.subject),
        "steps": steps(case),
        "story": story(case),
        "primary": [offers[first]] if first in offers and offers[first].refusal is None else [],
        "others": [o for name, o in offers.items() if name not in ELSEWHERE and not (name == first and not o.refusal)],
        "to_count": "scan" in offers or "accept" in offers,
        "law": law_warning(case),
        "parts": concerns.about(case, by),
    }


def _figures(line: Any, milli: int) -> dict[str, Any]:
    return {
        "applied": rules.kilograms(line.quantity_milli),
        "accepted": rules.kilograms(milli),
        "off": rules.kilograms(milli - line.quantity_milli) if milli != line.quantity_milli else "",
        "price": f"{line.price.normalize():f}",
        "value": rules.value_of(milli or line.quantity_milli, line.price),
    }


def law_warning(case: Return) -> bool:
    """Whether the policy warns that the no-cash rule may conflict with the law for this customer (R-02)."""
    rule = REFUNDS.decide(on=case.applied_on, category=case.category, kilograms=documents.kilograms_of(case))
    return bool(rule["law"])


def steps(case: Return) -> list[dict[str, Any]]:
    """Where the return stands on its way."""
    at = next((place for place, (_, states) in enumerate(WAY) if case.state in states), -1)
    done = case.state in (S.REPLACED, S.REFUNDED)
    return [
        {
            "title": title,
            "state": "skipped" if at < 0 else "done" if place < at or done else "now" if place == at else "",
        }
        for place, (title, _) in enumerate(WAY)
    ]


def story(case: Return) -> list[dict[str, Any]]:
    """The chain of the journal, the latest first; the scans stand in the count already."""
    told = []
    for entry in journal.entries_of(case.subject).order_by("-seq"):
        name = entry.action.removeprefix("return.")
        move = RETURN.moves.get(name) if entry.action.startswith("return.") else None
        if move is not None and name not in ("scan", "weigh", "undo"):
            told.append({"at": entry.at, "who": subjects.who(entry.actor), "text": move.title, "clause": entry.clause})
    return told


def waiting(actor: Actor) -> int:
    """For the rail: what this actor may move on."""
    if not actor.may("returns.see"):
        return 0
    wanted = Q(pk=None)
    if actor.may("returns.count"):
        wanted |= Q(state__in=[S.APPROVED, S.COUNTING])
    if actor.may("returns.fill_form"):
        wanted |= Q(state__in=[S.AGREED, S.ACCEPTED])
    if actor.may("returns.agree"):
        wanted |= Q(state=S.APPLIED)
    rows = Return.objects.visible_to(actor)
    found = rows.filter(wanted).count()
    if actor.may("returns.approve"):
        open_ = rows.filter(state__in=[S.FILLED, S.RAISED]).values_list("approver", flat=True)
        found += sum(actor.plays(role) for role in open_)
    return found
