"""《产品退换审批表》, 收货证明 and the statement of credit: what they say; how they look stands in ``typst/``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sanbao.kernel import documents, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Category
from sanbao.returns import queries, rules
from sanbao.returns.models import (
    Account,
    Credit,
    Disposal,
    EntryKind,
    EvidenceKind,
    Reason,
    Return,
    ReturnLine,
    ReturnState,
)

SHIPPED_WITH = W("随产品提供", "as shipped")


def kilograms_of(case: Return) -> Decimal:
    """What counts of a return: what was accepted, before that what was applied for."""
    return Decimal(case.accepted_milli or case.applied_milli) / 1000


def form_pdf(case: Return, by: Actor) -> bytes:
    """《产品退换审批表》 as it stands; refuses ``return.no_form`` (404) before it was filled in."""
    if not case.form_number:
        raise Refusal("return.no_form", W("还没有填写退换审批表。", "The form was not filled in yet."), "R-05", 404)
    complaint = queries.complaint_of(case)
    facts = {
        **_head(case),
        "number": case.form_number,
        "complaint": complaint.number if complaint else "",
        "reason": Reason(case.reason).title,
        "exchange": case.exchange,
        "description": case.description,
        "exception": case.exception,
        "inspection": case.inspection,
        "opinion": case.opinion,
        "verified": _who(case.report_verified_by),
        "evidence": [[EvidenceKind(row.kind).title, row.remark] for row in case.evidence.all()],
        "responsible": case.responsible,
        "handling": case.handling,
        "disposal": Disposal(case.disposal).title,
        "freight": case.freight,
        "together": rules.kilograms(case.together_milli),
        "together_with": "、".join(case.together_with),
        "approver": parties.titled(case.approver) if case.approver else "",
        "decision": case.decision,
        "place": case.place,
        "sign": case.sign,
        "agent": case.agent,
        "valuation": f"{case.valuation:,.2f} {case.currency}" if case.valuation is not None else "",
        "difference": case.difference,
        "receipt": case.receipt_number,
        "value": f"{case.value:,.2f} {case.currency}" if case.confirmed_at else "",
        "replaced_by": "、".join(_replaced_by(case)),
        "signed": {
            "applied": [_who(case.applied_by), case.applied_on.isoformat()],
            "agreed": [_who(case.agreed_by), minute(case.agreed_at)],
            "filled": [_who(case.filled_by), minute(case.filled_at)],
            "approved": [_who(case.approved_by), minute(case.approved_at)],
            "accepted": [_who(case.accepted_by), minute(case.accepted_at)],
            "confirmed": [_who(case.confirmed_by), minute(case.confirmed_at)],
        },
        "signatures": len(list(signatures.on(case.subject))),
    }
    return _drawn("return_form", facts, by)


def receipt_pdf(case: Return, by: Actor) -> bytes:
    """收货证明 for the customer, the basis of replacement; refuses ``return.no_receipt`` (404) before acceptance."""
    if not case.receipt_number:
        raise Refusal("return.no_receipt", W("货物还没有验收。", "The goods were not accepted yet."), "R-07", 404)
    counted = [
        {
            "code": row.lot.code if row.lot else row.line.code,
            "product": row.line.product.code if row.line.product else "",
            "kg": rules.kilograms(row.quantity_milli),
            "remark": row.remark,
        }
        for row in queries.standing(case)
    ]
    facts = {
        **_head(case),
        "number": case.receipt_number,
        "counted": counted,
        "place": case.place,
        "agent": case.agent,
        "difference": case.difference,
        "value": f"{case.value:,.2f} {case.currency}" if case.confirmed_at else "",
        "accepted": [_who(case.accepted_by), minute(case.accepted_at)],
        "confirmed": [_who(case.confirmed_by), minute(case.confirmed_at)],
    }
    return _drawn("return_receipt", facts, by)


def statement_pdf(case: Credit, by: Actor) -> bytes:
    """The statement of a customer's credit: every entry with its paper, and what is open."""
    facts = {
        "number": case.customer.code,
        "customer": case.customer.name,
        "currency": case.currency,
        "returned": f"{case.returned:,.2f}",
        "replaced": f"{case.replaced:,.2f}",
        "refunded": f"{case.refunded:,.2f}",
        "open": f"{case.open:,.2f}",
        "rows": [
            {
                "number": row.number,
                "on": row.on.isoformat(),
                "title": row.title,
                "paper": row.paper,
                "source": row.source,
                "kg": rules.kilograms(row.milli) if row.milli else "",
                "plus": f"{row.plus:,.2f}" if row.plus else "",
                "minus": f"{row.minus:,.2f}" if row.minus else "",
                "balance": f"{row.balance:,.2f}",
            }
            for row in statement(case)
        ],
        "printed_by": _who(by.ref),
    }
    return _drawn("credit_statement", facts, by)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the statement tells it, with what was open after it."""

    number: str
    on: date
    kind: str
    title: W
    paper: str
    href: str
    source: str
    payment: str
    milli: int
    plus: Decimal
    minus: Decimal
    balance: Decimal


def statement(credit: Credit) -> list[Row]:
    return list(_rows(credit))


def _rows(credit: Credit) -> Iterator[Row]:
    balance = Decimal(0)
    for entry in queries.entries_of(credit.pk):
        sides = list(entry.postings.all())
        owed = sum((side.amount for side in sides if side.account == Account.CUSTOMER), Decimal(0))
        balance += owed
        paper = entry.pick_list or entry.case
        yield Row(
            number=entry.number,
            on=entry.on,
            kind=entry.kind,
            title=EntryKind(entry.kind).title,
            paper=(entry.pick_list.number if entry.pick_list else entry.case.number if entry.case else ""),
            href=paper.get_absolute_url() if paper else "",
            source=entry.source,
            payment=entry.payment,
            milli=sum(side.milli for side in sides),
            plus=max(owed, Decimal(0)),
            minus=max(-owed, Decimal(0)),
            balance=balance,
        )


def minute(moment: datetime | None) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def _head(case: Return) -> dict[str, Any]:
    on_line = queries.by_line(queries.standing(case))
    came = case.state in queries.CAME or case.state == ReturnState.RAISED
    lines = queries.lines_of(case)
    return {
        "return_number": case.number,
        "customer": case.customer.name,
        "customer_code": case.customer.code,
        "category": Category(case.category).title,
        "currency": case.currency,
        "lines": [
            {
                "position": line.position,
                "label": line.lot.code if line.lot else ("" if line.product else line.code),
                "product": line.product.code if line.product else "",
                "name": line.product.name if line.product else line.note,
                "kg": rules.kilograms(line.quantity_milli),
                "price": f"{line.price.normalize():f}",
                "source": line.price_source,
                "accepted": rules.kilograms(on_line.get(line.pk, 0)) if came else "",
                "off": _off(on_line.get(line.pk, 0) - line.quantity_milli) if came else "",
                "amount": f"{rules.value_of(_milli(line, on_line, came), line.price):,.2f}",
            }
            for line in lines
        ],
        "applied_kg": rules.kilograms(case.applied_milli),
        "accepted_kg": rules.kilograms(case.accepted_milli) if came else "",
    }


def _milli(line: ReturnLine, on_line: dict[int, int], came: bool) -> int:
    return on_line.get(line.pk, 0) if came else line.quantity_milli


def _off(milli: int) -> str:
    return "" if not milli else f"{'+' if milli > 0 else '−'}{rules.kilograms(abs(milli))}"


def _replaced_by(case: Return) -> list[str]:
    rows = case.posted.filter(account=Account.CUSTOMER, entry__pick_list__isnull=False)
    return list(dict.fromkeys(rows.order_by("id").values_list("entry__pick_list__number", flat=True)))


def _who(ref: str) -> W | str:
    if not ref:
        return ""
    return SHIPPED_WITH if ref.startswith("clockwork:policies") else parties.titled(ref)


def _drawn(form: str, facts: dict[str, Any], by: Actor) -> bytes:
    facts = {**facts, "printed_by": _who(by.ref)}
    return documents.pdf(f"returns/typst/{form}.typ", documents.controlled(form), facts, who=_who)
