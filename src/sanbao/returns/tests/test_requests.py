"""Applying: admitted reasons, what may come back, sample first, evidence (R-01, R-04, R-06, R-07, W-01)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.kernel.worker import run_once
from sanbao.returns import actions
from sanbao.returns.actions import duties
from sanbao.returns.actions.applying import Wanted
from sanbao.returns.models import Return, ReturnState
from sanbao.returns.tests.conftest import HOUSE, concluded, fresh, label, lot, of, paper

pytestmark = pytest.mark.django_db
S = ReturnState


def owes(actor: Any) -> set[str]:
    return set(obligations.open_for(actor).values_list("code", flat=True))


@pytest.mark.clause("R-01")
def test_a_reason_of_no_kind_is_refused_unless_the_technical_vp_approves_an_exception(apply: Any, by: Any) -> None:
    with refused("return.not_admitted", "R-01"):
        apply(reason="other_reason")
    case = apply(reason="other_reason", exception="老客户，样板房改款")
    assert (case.state, duties.EXCEPTION in owes(by.technical)) == (S.EXCEPTION, True)
    with refused("return.not_approver", "R-01", approver="management.technical_vp"):
        actions.admit(case, by=by.gm, reason="同意")
    case = actions.admit(case, by=by.technical, reason="同意")
    assert (case.state, duties.AGREE in owes(by.manager)) == (S.APPLIED, True)


def test_an_exception_is_refused_with_reason_and_basis(apply: Any, by: Any) -> None:
    case = apply(reason="other_reason", exception="想换颜色")
    with refused("basis_missing", "U-13"):
        actions.refuse_return(case, by=by.technical, reason="不属受理范围", basis="")
    case = actions.refuse_return(case, by=by.technical, reason="不属受理范围", basis="R-01")
    assert case.state == S.REFUSED and not obligations.open_on(case.subject).exists()


@pytest.mark.clause("R-07")
def test_what_the_customer_never_got_cannot_come_back(apply: Any, customer: Any) -> None:
    with refused("return.never_delivered", "R-07", lot="BQ2"):
        apply(label("BQ2", "10"))
    with refused("return.never_delivered", "R-07", lot="BQ4"):
        apply(label("BQ4", "10"))


@pytest.mark.clause("R-07")
def test_no_more_comes_back_than_was_delivered_less_what_is_asked_for_already(apply: Any, product: Any) -> None:
    with refused("return.more_than_delivered", "R-07", delivered="240", left="240"):
        apply(label("BQ1", "240.001"))
    first = apply(label("BQ1", "200"))
    with refused("return.more_than_delivered", "R-07", asked="200", left="40"):
        apply(label("BQ1", "41"))
    apply(label("BQ1", "40"))
    with refused("return.more_than_delivered", "R-07", delivered="1,040", asked="240", left="800"):
        apply(of(product, "800.5"))
    actions.withdraw(first, by=HOUSE, reason="客户留用")
    assert apply(label("BQ1", "200")).applied_milli == 200_000


@pytest.mark.clause("R-07")
def test_goods_that_the_books_do_not_know_need_a_reason(apply: Any) -> None:
    strange = {"code": "旧标签 77", "milli": 5000, "price": label("BQ1").price, "source": "FP-0"}
    with refused("return.unknown_goods", "R-07", lot="旧标签 77"):
        apply(Wanted(**strange))
    case = apply(Wanted(**strange, note="2019 年的货，标签已褪色"))
    assert (case.lines.get().product, case.lines.get().note) == (None, "2019 年的货，标签已褪色")


@pytest.mark.clause("R-07")
@pytest.mark.parametrize("kg", ["0", "-5"])
def test_nothing_and_less_than_nothing_cannot_come_back(apply: Any, kg: str) -> None:
    apply()
    with refused("return.weightless", "R-07"):
        apply(label("L1", kg))


@pytest.mark.clause("R-07")
def test_a_label_stands_on_one_line(apply: Any) -> None:
    apply()
    with refused("return.label_twice", "R-07"):
        apply(label("L1", "10"), label("L1", "20"))


@pytest.mark.clause("R-04")
def test_a_quality_fault_is_sampled_and_confirmed_before_any_form(apply: Any, by: Any) -> None:
    case = apply(reason="quality", description="掉粉")
    assert (case.state, duties.SAMPLE in owes(by.seller)) == (S.SAMPLING, True)
    with refused("wrong_state", "R-05"):
        actions.fill_form(case, by=by.clerk, responsible="生产科", handling="换货")
    with refused("return.no_verdict", "R-04"):
        actions.tell_verdict(case, by=by.clerk)
    case = actions.ask_sample(case, by=by.seller, wanted="300 mm 三段", label="BQ1")
    case = concluded(case, by)
    run_once()
    assert duties.TELL in owes(by.clerk)
    case = actions.tell_verdict(case, by=by.clerk)
    assert (case.state, case.inspection != "", case.opinion) == (S.APPLIED, True, "换货")
    assert duties.TELL not in owes(by.clerk)


@pytest.mark.clause("R-04")
def test_goods_that_are_not_ours_do_not_come_back(apply: Any, by: Any) -> None:
    case = actions.ask_sample(apply(reason="quality"), by=by.seller, wanted="一段", label="BQ1")
    for ours, code in (("no", "return.not_ours"), ("unclear", "return.not_ours")):
        sample_again = concluded(case, by, ours=ours)
        with refused(code, "R-04"):
            actions.tell_verdict(sample_again, by=by.clerk)
        case = actions.ask_sample(sample_again, by=by.seller, wanted="再取一段", label="BQ1")
    case = actions.refuse_return(fresh(case), by=by.manager, reason="不是本公司产品", basis="检验结论")
    assert case.state == S.REFUSED


@pytest.mark.clause("R-06")
@pytest.mark.parametrize(("reason", "kinds"), [("our_error", ["mismatch"]), ("unsaleable", ["stock", "sales"])])
def test_other_reasons_need_their_evidence_before_the_manager_agrees(
    apply: Any, by: Any, reason: str, kinds: list[str]
) -> None:
    case = apply(reason=reason)
    for kind in kinds:
        with refused("return.no_evidence", "R-06"):
            actions.agree(case, by=by.manager)
        case = actions.add_evidence(case, by=by.seller, kind=kind, remark="附表", files=[paper(by.seller)])
    assert actions.agree(case, by=by.manager).state == S.AGREED


@pytest.mark.clause("R-06")
def test_evidence_is_a_file(apply: Any, by: Any) -> None:
    case = apply()
    with refused("return.no_file", "R-06"):
        actions.add_evidence(case, by=by.seller, kind="mismatch", remark="口头", files=[])


@pytest.fixture
def complaint(customer: Any, by: Any) -> Complaint:
    return complaints.register(by=by.clerk, source="user", channel="letter", description="发错型号", customer=customer)


@pytest.mark.clause("W-01")
def test_a_complaint_does_not_close_before_its_return_has_ended(apply: Any, by: Any, complaint: Complaint) -> None:
    case = apply(complaint=complaint)
    assert case.about == complaint.subject
    found = complaints.explain(complaint, by=by.clerk, text="已说明", basis="C-07")
    found = complaints.ask_satisfaction(found, by=by.clerk, outcome="satisfied")
    with refused("obligations_open", "W-05", obligations=[f"return.{case.pk}"]):
        complaints.close(Complaint.objects.get(pk=found.pk), by=by.clerk, basis="C-07")
    actions.withdraw(case, by=by.seller, reason="客户留用")
    assert complaints.close(Complaint.objects.get(pk=found.pk), by=by.clerk, basis="C-07").ended


@pytest.mark.clause("R-01")
def test_a_complaint_of_another_customer_leads_to_no_return(
    apply: Any, complaint: Complaint, other_customer: Any
) -> None:
    with refused("return.other_customer", "R-01"):
        apply(label("BQ2", "10"), customer=other_customer, complaint=complaint)


@pytest.mark.clause("R-01")
def test_an_exchange_decided_for_grade_d_counts_as_a_quality_fault(apply: Any, complaint: Complaint) -> None:
    with refused("return.not_admitted", "R-01"):
        apply(complaint=complaint, reason="other_reason")
    Complaint.objects.filter(pk=complaint.pk).update(grade="D", d_choice="exchange")
    case = apply(complaint=Complaint.objects.get(pk=complaint.pk), reason="other_reason")
    assert (case.reason, case.exchange, case.state) == ("quality", True, S.SAMPLING)


def test_only_who_deals_with_returns_sees_them(apply: Any, by: Any) -> None:
    apply()
    from dataclasses import replace

    stranger = replace(by.worker, permissions=frozenset())
    assert Return.objects.visible_to(by.keeper).exists() and not Return.objects.visible_to(stranger).exists()
    assert lot("BQ1").status == "passed"
