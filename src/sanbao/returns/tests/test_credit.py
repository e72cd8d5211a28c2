"""The ledger: owed in goods, made good in goods, no more than is open, no cash but by exception (R-02, R-08, R-09)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from sanbao.complaints.tests.refusing import refused
from sanbao.dispatch.models import PickList
from sanbao.kernel import obligations
from sanbao.kernel.notices import Notice
from sanbao.parties.models import Customer
from sanbao.returns import actions, documents, queries
from sanbao.returns.models import Credit, Entry, Posting, Return, ReturnState
from sanbao.returns.tests.conftest import concluded, credit_of, fresh, label, of, paper, sent

pytestmark = pytest.mark.django_db
S = ReturnState


def replaced(credit: Credit, by: Any, pick_list: PickList, value: str, payment: str = "") -> Credit:
    return actions.replace(
        credit, by=by.clerk, pick_list=pick_list, value=Decimal(value), source="FP-9", payment=payment
    )


def balanced(credit: Credit) -> bool:
    row = Credit.objects.get(pk=credit.pk)
    owed = Posting.objects.filter(entry__credit=row, account="customer").aggregate(sum=Sum("amount"))["sum"] or 0
    of_returns = Return.objects.filter(customer=row.customer_id, state=S.CREDITED).aggregate(sum=Sum("open_value"))
    return sum(queries.sums(row.pk).values()) == 0 and owed == row.open == (of_returns["sum"] or 0)


def test_what_was_accepted_is_owed_at_its_price_and_made_good_in_goods(credited: Any, by: Any, customer: Any) -> None:
    case = credited(label("L1", "200", "20.5"))
    credit = credit_of(case)
    assert (case.state, case.value, credit.open) == (S.CREDITED, Decimal("4100.00"), Decimal("4100.00"))
    credit = replaced(credit, by, sent(customer, "TH-A", 100), "2050")
    assert (fresh(case).state, fresh(case).open_value, balanced(credit)) == (S.CREDITED, Decimal("2050.00"), True)
    credit = replaced(credit, by, sent(customer, "TH-B", 100), "2050")
    assert (fresh(case).state, credit.open, balanced(credit)) == (S.REPLACED, 0, True)
    assert {duty.code for duty in obligations.open_on(case.subject)} == {"return.recheck"}  # QC's, of the goods
    assert [row.balance for row in documents.statement(credit)] == [4100, 2050, 0]
    assert "FP-2026-0031" in Entry.objects.get(kind="returned").source


@pytest.mark.clause("R-02")
def test_no_more_than_is_open_unless_the_customer_pays_the_rest(credited: Any, by: Any, customer: Any) -> None:
    case = credited(label("L1", "200", "20"))
    credit, goods = credit_of(case), sent(customer, "TH-A", 300)
    with refused("credit.not_enough", "R-02", open="4000.00", value="6000.00"):
        replaced(credit, by, goods, "6000")
    credit = replaced(credit, by, goods, "6000", payment="收据 77")
    assert (credit.open, credit.replaced, fresh(case).state, balanced(credit)) == (0, 4000, S.REPLACED, True)
    assert Posting.objects.get(account="paid").amount == Decimal("-2000")
    with refused("credit.nothing_open", "R-02"):
        replaced(credit, by, sent(customer, "TH-B"), "1", payment="收据 78")


@pytest.mark.clause("R-08")
def test_replacement_is_goods_that_left_to_this_customer_once(
    credited: Any, by: Any, customer: Any, other_customer: Any
) -> None:
    credit = credit_of(credited())
    with refused("credit.other_customer", "R-08"):
        replaced(credit, by, sent(other_customer, "TH-X"), "10")
    waiting = PickList.objects.create(number="TH-Y", customer=customer, state="picking")
    with refused("credit.not_shipped", "R-08"):
        replaced(credit, by, waiting, "10")
    goods = sent(customer, "TH-Z")
    credit = replaced(credit, by, goods, "10")
    with refused("credit.used_already", "R-08"):
        replaced(credit, by, goods, "10")


@pytest.mark.clause("R-02")
@pytest.mark.parametrize("value", ["0", "-5", "0.001"])
def test_a_replacement_is_worth_something(credited: Any, by: Any, customer: Any, value: str) -> None:
    credit = credit_of(credited())
    with refused("credit.worth_nothing", "R-02"):
        replaced(credit, by, sent(customer, "TH-A"), value)


def test_currencies_have_accounts_of_their_own(credited: Any) -> None:
    first, second = credited(label("L1")), credited(label("L2"), currency="USD")
    assert {credit_of(first).pk} & {credit_of(second).pk} == set()
    assert credit_of(second).open == Decimal("4000.00")


@pytest.mark.clause("R-02")
def test_a_dealer_gets_no_cash(credited: Any, by: Any) -> None:
    case = credited()
    with refused("return.no_cash", "R-02"):
        actions.ask_refund(case, by=by.clerk, reason="不要货了", basis="合同")
    with refused("return.no_cash", "R-02"):
        actions.consent_refund(case, by=by.manager, payment="FK-1")


@pytest.mark.clause("R-09")
def test_a_small_export_quantity_is_refunded_with_the_leaders_consent(
    credited: Any, by: Any, customer: Any, product: Any
) -> None:
    Customer.objects.filter(pk=customer.pk).update(category="export")
    foreign = Customer.objects.get(pk=customer.pk)
    small = credited(label("L1", "200"), customer=foreign)
    with refused("return.no_cash", "R-02"):
        actions.ask_refund(small, by=by.clerk, reason="小批量", basis="R-09")
    Return.objects.filter(pk=small.pk).update(accepted_milli=99_999)
    case = actions.ask_refund(fresh(small), by=by.trader, reason="小批量", basis="R-09")
    assert "return.refund" in set(obligations.open_for(by.leader).values_list("code", flat=True))
    with refused("return.not_approver", "R-09"):
        actions.consent_refund(case, by=by.gm, payment="FK-1")
    case = actions.consent_refund(case, by=by.leader, payment="FK-1")
    assert (case.state, credit_of(case).open, balanced(credit_of(case))) == (S.REFUNDED, 0, True)


@pytest.mark.clause("R-11")
def test_nobody_consents_to_a_refund_that_he_asked_for(credited: Any, by: Any, customer: Any) -> None:
    Customer.objects.filter(pk=customer.pk).update(category="consumer")
    case = credited(customer=Customer.objects.get(pk=customer.pk))
    with refused("basis_missing", "U-13"):
        actions.ask_refund(case, by=by.clerk, reason="消费者要求退款", basis="")
    case = actions.ask_refund(case, by=by.manager, reason="消费者要求退款", basis="消费者权益保护法第二十四条")
    with refused("return.own", "R-11"):
        actions.consent_refund(case, by=by.manager, payment="FK-1")


@pytest.mark.clause("R-09")
def test_a_refund_that_is_refused_leaves_the_credit_as_it_was_and_is_told(
    credited: Any, by: Any, customer: Any
) -> None:
    Customer.objects.filter(pk=customer.pk).update(category="consumer")
    case = credited(customer=Customer.objects.get(pk=customer.pk))
    with refused("return.no_cash", "R-02"):
        actions.refuse_refund(case, by=by.manager, reason="没有申请", basis="R-02")
    case = actions.ask_refund(case, by=by.clerk, reason="消费者要求退款", basis="消费者权益保护法第二十四条")
    with refused("return.not_approver", "R-09"):
        actions.refuse_refund(case, by=by.exporter, reason="可以换货", basis="R-02")
    case = actions.refuse_refund(case, by=by.manager, reason="用户同意换货", basis="R-02 用户确认函")
    assert (case.state, case.refund_asked_by, case.open_value) == (S.CREDITED, "", case.value)
    assert not obligations.open_on(case.subject).filter(code="return.refund").exists()
    assert Notice.objects.filter(subject=case.subject, recipient=by.clerk.ref).count() == 1
    with refused("return.no_cash", "R-02"):
        actions.consent_refund(case, by=by.manager, payment="FK-1")
    again = actions.ask_refund(case, by=by.clerk, reason="换货不成", basis="消费者权益保护法第二十四条")
    assert again.refund_reason == "换货不成"


@pytest.fixture
def abroad(apply: Any, by: Any, customer: Any) -> Any:
    """An export return for quality, sampled and agreed, its report not yet verified."""
    Customer.objects.filter(pk=customer.pk).update(category="export")
    foreign = Customer.objects.get(pk=customer.pk)
    case = apply(label("L1"), label("L2"), reason="quality", customer=foreign)
    case = actions.ask_sample(case, by=by.trader, wanted="一段", label="L1")
    case = actions.tell_verdict(concluded(case, by), by=by.trader)
    return actions.agree(case, by=by.exporter)


@pytest.mark.clause("R-09")
def test_an_export_return_needs_a_government_report_that_qc_verified(abroad: Any, by: Any) -> None:
    form = {"responsible": "生产科", "handling": "换货", "disposal": "local"}
    with refused("return.report_not_verified", "R-09"):
        actions.fill_form(abroad, by=by.trader, **form)
    with refused("return.no_report", "R-09"):
        actions.verify_report(abroad, by=by.inspector, remark="无")
    case = actions.add_evidence(abroad, by=by.trader, kind="government", remark="TR-9", files=[paper(by.trader)])
    case = actions.verify_report(case, by=by.inspector, remark="与样品一致")
    assert actions.fill_form(case, by=by.trader, **form).state == S.FILLED


@pytest.mark.clause("R-09")
def test_goods_disposed_of_abroad_are_certified_by_a_named_agent(abroad: Any, by: Any) -> None:
    case = actions.add_evidence(abroad, by=by.trader, kind="government", remark="TR-9", files=[paper(by.trader)])
    case = actions.verify_report(case, by=by.inspector, remark="一致")
    case = actions.fill_form(case, by=by.trader, responsible="生产科", handling="补货", disposal="local")
    case = actions.approve(case, by=by.manager)
    certified = {1: Decimal(200), 2: Decimal(150)}
    with refused("return.stays_abroad", "R-09"):
        actions.scan(case, by=by.keeper, code="L1")
    with refused("return.no_certificate", "R-09"):
        actions.certify(case, by=by.trader, agent="SGS", valuation=Decimal(2100), quantities=certified, files=[])
    upload = [paper(by.trader)]
    with refused("return.certified_lines", "R-09"):
        actions.certify(
            case, by=by.trader, agent="SGS", valuation=Decimal(2100), quantities={1: Decimal(200)}, files=upload
        )
    with refused("return.difference_unexplained", "R-07"):
        actions.certify(case, by=by.trader, agent="SGS", valuation=Decimal(2100), quantities=certified, files=upload)
    with refused("return.negative_valuation", "R-09"):
        actions.certify(case, by=by.trader, agent="SGS", valuation=Decimal(-1), quantities=certified, files=upload)
    case = actions.certify(
        case, by=by.trader, agent="SGS", valuation=Decimal("2100.005"), quantities=certified, files=upload,
        difference="50 kg 已用",
    )  # fmt: skip
    assert (case.state, case.accepted_milli, case.agent) == (S.ACCEPTED, 350_000, "SGS")
    assert case.valuation == Decimal("2100.01")
    case = actions.confirm(case, by=by.clerk)
    assert (case.value, credit_of(case).open) == (Decimal("7000.00"), Decimal("7000.00"))


@pytest.mark.clause("R-09")
def test_only_export_goods_stay_where_they_are(agreed: Any, by: Any, product: Any) -> None:
    case = agreed(of(product, "10"))
    with refused("return.not_export", "R-09"):
        actions.fill_form(case, by=by.clerk, responsible="经营部", handling="换货", disposal="local")
