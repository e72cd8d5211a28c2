"""补货额度: what came back is owed in goods, made good in goods, and only by exception in money (R-02, R-08, R-09)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sanbao.dispatch.models import PickList, PickListState
from sanbao.kernel import numbering, obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import need, need_basis
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties.models import Category, Customer
from sanbao.returns import queries, rules
from sanbao.returns.actions import duties
from sanbao.returns.actions.duties import need_role
from sanbao.returns.lifecycle import CREDIT, RETURN
from sanbao.returns.models import Credit, Entry, EntryKind, Posting, Return, ReturnState
from sanbao.returns.policies import REFUNDS
from sanbao.returns.rules import Side


def book_return(step: Step[Return]) -> Credit:
    """What was accepted, at the price of the invoice, is owed to the customer; called inside the confirmation."""
    case, by = step.case, step.by
    lines = {line.pk: line for line in queries.lines_of(case)}
    counted = queries.by_line(queries.standing(case))
    value = sum((rules.value_of(milli, lines[pk].price) for pk, milli in counted.items()), Decimal(0))
    case.value = case.open_value = value
    with CREDIT.move("book_return", account_of(case, by), by=by) as booking:
        credit = booking.case
        credit.returned += value
        credit.returned_milli += case.accepted_milli
        source = "；".join(f"{lines[pk].goods} {lines[pk].price_source}" for pk in sorted(counted))
        entry = _write(
            credit, by, EntryKind.RETURNED, rules.sides_of_return(case.pk, value, case.accepted_milli), case=case,
            source=source,
        )  # fmt: skip
        booking.record(entry=entry.number, value=str(value))
    step.record(value=str(value), currency=case.currency)
    return credit


def replace(
    credit: Credit,
    *,
    by: Actor,
    pick_list: PickList,
    value: Decimal,
    source: str,
    payment: str = "",
    expect: int | None = None,
) -> Credit:
    """Goods of the customer's choice left by this pick list: they use up his credit, the oldest return first (R-08).

    No more than is open, unless he pays the rest, under a reference (R-02).
    """
    with CREDIT.move("replace", credit, by=by, expect=expect) as step:
        credit = step.case
        value = rules.in_cents(value)
        _need_goods(credit, pick_list, value)
        open_before = credit.open
        need(
            value <= open_before or payment.strip(),
            "credit.not_enough",
            "未补的只有 {open} {currency}，补货值 {value}：差额须由客户付款，请写付款凭据。",
            "Only {open} {currency} is open and the goods are worth {value}: the customer pays the rest; give the "
            "reference of his payment.",
            clause="R-02",
            field="value",
            open=str(open_before),
            value=str(value),
            currency=credit.currency,
        )
        parts = rules.allocate(min(value, max(open_before, Decimal(0))), queries.owed_of(credit))
        covered = sum((amount for _, amount in parts), Decimal(0))
        credit.replaced += covered
        credit.replaced_milli += pick_list.net_milli
        entry = _write(
            credit, by, EntryKind.REPLACED, rules.sides_of_replacement(parts, value, pick_list.net_milli),
            source=source, pick_list=pick_list, payment=payment if covered != value else "",
        )  # fmt: skip
        step.record(entry=entry.number, pick_list=pick_list.number, value=str(value), covered=str(covered))
        for pk, amount in parts:
            _made_good(pk, amount, entry, by)
    return credit


def ask_refund(case: Return, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Return:
    """Money instead of goods: refused, but for small export quantities (R-09) and where the law gives a consumer a
    claim to it, which is then stated (R-02)."""
    with RETURN.move("ask_refund", case, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        rule = REFUNDS.decide(on=case.applied_on, category=case.category, kilograms=_kilograms(case))
        need(
            rule["allowed"],
            "return.no_cash",
            "不退现金：退货价值以用户选定的产品补足。",
            "No cash refund: the value is made good in goods of the customer's choice.",
            clause="R-02",
            category=Category(case.category).title,
            kilograms=rules.kilograms(case.accepted_milli),
        )
        case.refund_reason, case.refund_basis, case.refund_asked_by = reason, basis, by.ref
        case.refund_consent = str(rule["consent"])
        step.record(**rule.as_facts())
        words = W("同意或不同意 {number} 退款", "Consent to the refund of {number}, or not", number=case.number)
        obligations.owe(
            subject=case.subject, code=duties.REFUND, sentence=words, to=case.refund_consent, by=by, clause="R-09"
        )
    return case


def refuse_refund(case: Return, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Return:
    """The leader does not consent: the value is made good in goods as everywhere (R-02); another may be asked later."""
    with RETURN.move("refuse_refund", case, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        _need_asked(case)
        need_role(case, by, case.refund_consent, "return.not_approver", "R-09")
        step.record(reason=reason, basis=basis, asked_by=case.refund_asked_by, asked_for=case.refund_reason)
        said = W("{number} 不同意退款：{reason}", "No refund for {number}: {reason}", number=case.number, reason=reason)
        duties.tell(case, case.refund_asked_by, f"refund:{case.version}", said, clause="R-09")
        case.refund_reason = case.refund_basis = case.refund_asked_by = case.refund_consent = ""
        obligations.fulfil(case.subject, duties.REFUND, by=by, outcome=reason)
    return case


def consent_refund(case: Return, *, by: Actor, payment: str, expect: int | None = None) -> Return:
    """The leader whom the policy names consents and signs; what is open of this return is paid (R-02, R-09)."""
    with RETURN.move("consent_refund", case, by=by, expect=expect) as step:
        case = step.case
        _need_asked(case)
        signatures.not_the_same(by, others=[case.refund_asked_by, case.applied_by, case.filled_by], code="return.own")
        need_role(case, by, case.refund_consent, "return.not_approver", "R-09")
        content = {"return": case.number, "refund": str(case.open_value), "currency": case.currency}
        signatures.sign(subject=case.subject, meaning="consent", content=content, by=by, clause="R-09")
        amount = case.open_value
        with CREDIT.move("book_refund", account_of(case, by), by=by) as booking:
            booking.case.refunded += amount
            entry = _write(
                booking.case, by, EntryKind.REFUNDED, rules.sides_of_refund(case.pk, amount), case=case,
                source=case.refund_basis, payment=payment,
            )  # fmt: skip
            booking.record(entry=entry.number, amount=str(amount))
        case.open_value = Decimal(0)
        step.record(refunded=str(amount), payment=payment)
        duties.ended(step, payment)
    return case


def _need_asked(case: Return) -> None:
    need(
        case.refund_asked_by,
        "return.no_cash",
        "没有申请退款；退货价值以货补足。",
        "No refund was asked for; the value is made good in goods.",
        clause="R-02",
    )


# -- the account ------------------------------------------------------------------------------------------------------


def account_of(case: Return, by: Actor) -> Credit:
    """The customer's account in the return's currency; begun with the first return."""
    # Two first returns of one customer at once: the second waits here and finds the account.
    Customer.objects.select_for_update(no_key=True).get(pk=case.customer_id)
    found = Credit.objects.filter(customer=case.customer_id, currency=case.currency).first()
    if found is not None:
        return found
    with CREDIT.opening("begin", by=by, customer=case.customer, currency=case.currency) as step:
        step.insert()
    return step.case


def _write(
    credit: Credit,
    by: Actor,
    kind: EntryKind,
    sides: Sequence[Side],
    *,
    source: str,
    case: Return | None = None,
    pick_list: PickList | None = None,
    payment: str = "",
) -> Entry:
    """One entry with its postings, which add up to nothing or are not written."""
    if not rules.balanced(sides):
        raise ValueError(f"an entry must balance: {sides}")
    entry = Entry.objects.create(
        credit=credit, number=numbering.take("credit_entry"), kind=kind.value, on=today(), case=case,
        pick_list=pick_list, source=source[:200], payment=payment, by=by.ref, at=now(),
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(entry=entry, account=side.account, case_id=side.case, amount=side.amount, milli=side.milli)
        for side in sides
    )
    return entry


def _made_good(pk: int, amount: Decimal, entry: Entry, by: Actor) -> None:
    """A part of a return's value went out in goods; with the last cent the return has ended."""
    with RETURN.move("made_good", pk, by=by) as step:
        case = step.case
        case.open_value -= amount
        step.record(entry=entry.number, amount=str(amount))
        if case.open_value:
            step.to(ReturnState.CREDITED)
        else:
            step.to(ReturnState.REPLACED)
            duties.ended(step, entry.number)


def _need_goods(credit: Credit, pick_list: PickList, value: Decimal) -> None:
    need(value > 0, "credit.worth_nothing", "补货的价值须大于零。", "Goods in replacement are worth more than nothing.",
         clause="R-02", field="value")  # fmt: skip
    need(
        pick_list.customer_id == credit.customer_id,
        "credit.other_customer",
        "提货单 {number} 是另一个客户的。",
        "The pick list {number} is another customer's.",
        clause="R-08",
        field="pick_list",
        number=pick_list.number,
    )
    need(
        pick_list.state == PickListState.SHIPPED,
        "credit.not_shipped",
        "提货单 {number} 还没有出门。",
        "The goods of {number} have not left yet.",
        clause="R-08",
        field="pick_list",
        number=pick_list.number,
    )
    need(
        not Entry.objects.filter(pick_list=pick_list).exists(),
        "credit.used_already",
        "提货单 {number} 已经补过货。",
        "{number} was entered as a replacement already.",
        clause="R-08",
        field="pick_list",
        number=pick_list.number,
    )
    need(
        credit.open > 0,
        "credit.nothing_open",
        "{customer} 没有未补的额度。",
        "Nothing is open for {customer}.",
        clause="R-02",
        customer=credit.customer.name,
    )


def _kilograms(case: Return) -> Decimal:
    return Decimal(case.accepted_milli) / 1000
