"""包赔偿: a loss is claimed, assessed, approved by amount, settled and counted (W-02)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sanbao.claims import actions, queries
from sanbao.claims.models import Claim, ClaimState
from sanbao.claims.tests.conftest import invoice
from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations, times

pytestmark = pytest.mark.django_db
C = ClaimState


def owes(actor: Any) -> set[str]:
    return set(obligations.open_for(actor).values_list("code", flat=True))


@pytest.mark.clause("W-02")
def test_a_claim_is_assessed_in_part_approved_by_its_amount_and_settled(
    file: Any, assess: Any, signer: Any, by: Any
) -> None:
    claim = file()
    assert (claim.state, actions.ASSESS in owes(by.inspector)) == (C.FILED, True)
    claim = assess(claim)
    assert (claim.state, claim.approver, claim.partly) == (C.ASSESSED, "management.production_vp", True)
    assert (actions.APPROVE in owes(by.vp), actions.ASSESS in owes(by.inspector)) == (True, False)
    claim = actions.approve(claim, by=signer("vp"))
    assert (claim.state, actions.SETTLE in owes(by.clerk)) == (C.APPROVED, True)
    claim = actions.settle(claim, by=by.clerk, payment="credit", settled_on=times.today(), reference="DK-3")
    assert claim.state == C.SETTLED and not obligations.open_on(claim.subject).exists()


@pytest.mark.clause("W-02")
@pytest.mark.parametrize(
    ("currency", "accepted", "approver"),
    [
        ("CNY", "4999.99", "sales.department_manager"),
        ("CNY", "5000", "management.production_vp"),
        ("CNY", "50000", "management.gm"),
        ("EUR", "4999.99", "management.production_vp"),
        ("USD", "5000", "management.gm"),
        ("JPY", "1", "management.gm"),
    ],
)
def test_amount_and_currency_say_who_approves(
    file: Any, assess: Any, signer: Any, currency: str, accepted: str, approver: str
) -> None:
    claim = assess(file(currency=currency, claimed=Decimal("60000")), accepted)
    assert claim.approver == approver
    wrong = "vp" if approver != "management.production_vp" else "gm"
    with refused("claim.not_approver", "W-02", approver=approver):
        actions.approve(claim, by=signer(wrong))


@pytest.mark.clause("W-02")
def test_claims_split_on_one_case_are_added_up_for_the_approval(file: Any, assess: Any, register: Any) -> None:
    case = register()
    first = assess(file(complaint=case, claimed=Decimal("3000")), "3000")
    second = assess(file(complaint=case, claimed=Decimal("3000")), "3000")
    foreign = assess(file(complaint=case, claimed=Decimal("3000"), currency="EUR"), "3000")
    found = [c.approver for c in (first, second, foreign)]
    assert found == ["sales.department_manager", "management.production_vp", "management.production_vp"]


@pytest.mark.clause("R-11")
def test_nobody_approves_a_claim_that_he_filed_or_assessed(file: Any, assess: Any, signer: Any) -> None:
    claim = assess(file())
    for name in ("filed_by", "assessed_by"):
        Claim.objects.filter(pk=claim.pk).update(**{name: signer("vp").ref})
        with refused("claim.own", "R-11"):
            actions.approve(claim, by=signer("vp"))
        with refused("claim.own", "R-11"):
            actions.refuse_claim(claim, by=signer("vp"), reason="不属本厂", basis="合同")
        Claim.objects.filter(pk=claim.pk).update(**{name: "person:0"})


@pytest.mark.clause("W-02")
def test_a_claim_needs_an_amount_a_currency_a_basis_and_evidence(
    file: Any, assess: Any, by: Any, register: Any
) -> None:
    case = register()
    with refused("claim.nothing", "W-02"):
        file(complaint=case, claimed=Decimal(0), files=[])
    with refused("basis_missing", "U-13"):
        file(complaint=case, basis="", files=[])
    bare = file(complaint=case, files=[])
    with refused("claim.no_evidence", "W-02"):
        assess(bare)
    with refused("claim.more_than_claimed", "W-02", claimed="8000.00"):
        assess(bare, "8000.01")
    actions.add_evidence(bare, by=by.clerk, files=[invoice(by.clerk)])
    assert assess(Claim.objects.get(pk=bare.pk)).state == C.ASSESSED


@pytest.mark.clause("W-02")
def test_a_case_with_an_open_claim_does_not_close(file: Any, assess: Any, signer: Any, by: Any, register: Any) -> None:
    case = complaints.explain(register(), by=by.clerk, text="已说明", basis="C-07")
    case = complaints.ask_satisfaction(case, by=by.clerk, outcome="satisfied")
    claim = file(complaint=case)
    for close in (
        lambda: complaints.close(fresh(case), by=by.clerk, basis="C-07"),
        lambda: complaints.close(fresh(case), by=HOUSE, basis="C-07"),
    ):
        with refused("obligations_open", "W-05", obligations=[f"claim.{claim.pk}"]):
            close()
    with refused("complaint.no_such_duty", "W-05"):
        complaints.settle_duty(fresh(case), by=by.clerk, duty=f"claim.{claim.pk}", how="not_needed", reason="不必了结")
    actions.refuse_claim(assess(claim, "0"), by=signer("manager"), reason="属搬运原因", basis="检验报告 JY-1")
    assert complaints.close(fresh(case), by=by.clerk, basis="C-07").ended
    ended = fresh(case)
    with refused("claim.case_ended", "W-02"):
        file(complaint=ended, files=[])


@pytest.mark.clause("W-02")
def test_a_complaint_is_not_withdrawn_or_doubled_over_an_open_claim(file: Any, by: Any, register: Any) -> None:
    claim, other = file(), register()
    for act in (
        lambda: complaints.cancel(claim.complaint, by=by.manager, reason="撤回"),
        lambda: complaints.mark_duplicate(claim.complaint, by=by.manager, of=other),
    ):
        with refused("obligations_open", "W-05"):
            act()
    actions.withdraw(claim, by=by.clerk, reason="用户不再主张")
    assert complaints.cancel(fresh(claim.complaint), by=by.manager, reason="撤回").ended


@pytest.mark.clause("W-02")
def test_nothing_accepted_is_refused_with_reason_and_basis_not_approved(file: Any, assess: Any, signer: Any) -> None:
    claim = assess(file(), "0")
    with refused("claim.nothing_accepted", "W-02"):
        actions.approve(claim, by=signer("manager"))
    with refused("basis_missing", "U-13"):
        actions.refuse_claim(claim, by=signer("manager"), reason="不成立", basis="")
    claim = actions.refuse_claim(claim, by=signer("manager"), reason="不成立", basis="合同第 9 条")
    assert (claim.state, claim.reason) == (C.REFUSED, "不成立")


def test_a_claim_sent_back_is_assessed_again(file: Any, assess: Any, signer: Any, by: Any) -> None:
    claim = actions.return_claim(assess(file()), by=signer("vp"), reason="工时单缺签字")
    assert (claim.state, actions.ASSESS in owes(by.inspector)) == (C.FILED, True)
    assert assess(claim, "1000").approver == "sales.department_manager"


def test_it_cannot_have_been_settled_tomorrow(file: Any, assess: Any, signer: Any, by: Any) -> None:
    claim = actions.approve(assess(file()), by=signer("vp"))
    tomorrow = times.today() + timedelta(days=1)
    with refused("claim.settled_later", "W-02"):
        actions.settle(claim, by=by.clerk, payment="money", settled_on=tomorrow, reference="FK-1")


@pytest.mark.clause("W-02")
def test_what_was_made_good_is_counted_by_month_product_fault_and_case(
    settled: Any, file: Any, quality: Any, by: Any
) -> None:
    first, second = quality(), quality()
    settled("6000", complaint=first)
    settled("1500.50", complaint=second, claimed=Decimal("2000"))
    settled("900", complaint=second, currency="EUR", claimed=Decimal("1000"))
    file(complaint=first)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    for ground, title in (("month", "2026-04"), ("product", "LM80-03 喷涂平开窗料"), ("fault", None)):
        found = [(t.currency, t.amount, t.claims) for t in queries.cost_of_quality(by.gm, *year, ground)]
        assert found == [("CNY", Decimal("7500.50"), 2), ("EUR", Decimal("900.00"), 1)]
        assert title is None or queries.cost_of_quality(by.gm, *year, ground)[0].title == title
    by_case = [(t.key, t.amount) for t in queries.cost_of_quality(by.gm, *year, "case")]
    assert by_case == [
        (first.number, Decimal("6000")), (second.number, Decimal("1500.50")), (second.number, Decimal("900")),
    ]  # fmt: skip
    assert queries.cost_of_quality(by.gm, date(2025, 1, 1), date(2025, 12, 31)) == []


def test_who_may_not_see_the_case_does_not_see_its_claim(file: Any, by: Any) -> None:
    claim = file()
    Complaint.objects.filter(pk=claim.complaint_id).update(region=None, category="export")
    assert not Claim.objects.visible_to(by.exporter).exists()
    assert not Claim.objects.visible_to(by.storekeeper).exists()
    assert Claim.objects.visible_to(by.gm).exists()
