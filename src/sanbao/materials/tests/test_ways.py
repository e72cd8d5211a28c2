"""What purchasing may do about a refusal (T-04), urgent release and its debt (T-05)."""

from __future__ import annotations

from datetime import date

import pytest

from sanbao.kernel import announcements, obligations, times
from sanbao.materials import actions
from sanbao.materials.models import IncomingLot, IncomingState, Way
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg, refused
from sanbao.materials.tests.test_receiving import fresh, owed
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import Hold, HoldState, Lot, Permit, PermitState, QualityStatus
from sanbao.trace.rows import HeatRow

G = IncomingState
ways = actions.ways


@pytest.fixture
def outside(store: Store, by: Cast) -> IncomingLot:
    """Powder without model and certificate, refused at the gate."""
    return store.entered(by.keeper, present=["supplier", "product", "date_or_lot"], certificate="")


@pytest.mark.clause("T-04")
def test_way_a_the_history_of_the_lot_stands_for_its_marking(outside: IncomingLot, by: Cast) -> None:
    assert refused(ways.collect_history, outside, by=by.keeper, text="x").code == "not_permitted"
    found = ways.collect_history(
        outside, by=by.buyer, text="供方出厂记录与运单一致", reference="运单 7", present=["model"]
    )
    assert (found.state, found.cleared, found.missing) == (G.COMPLETE, Way.HISTORY, ["inspection_mark"])
    assert owed(found) == {"incoming.retake": "warehouse"}
    step = found.steps.get(act="collect_history")
    assert (step.text, step.reference, step.by) == ("供方出厂记录与运单一致", "运单 7", by.buyer.ref)
    taken = actions.receiving.accept(fresh(found), by=by.keeper)
    assert owed(taken) == {"incoming.inspect": "qc"}


@pytest.mark.clause("T-03")
def test_no_history_and_no_sampling_stands_for_a_required_report(store: Store, by: Cast) -> None:
    outside = store.entered(by.keeper, material=store.ingot, present=["supplier", "product"])
    still = ways.collect_history(outside, by=by.buyer, text="来历清楚")
    assert (still.state, owed(still)) == (G.REFUSED, {"incoming.settle": "purchasing"})
    assert refused(actions.receiving.accept, still, by=by.keeper).code == "incoming.report_missing"
    ways.ask_sampling(fresh(still), by=by.buyer, text="请加严")
    agreed = ways.agree_sampling(fresh(still), by=by.qc, plan="加严一次 II", basis="GB/T 2828.1")
    assert agreed.state == G.REFUSED
    supplied = ways.supply(fresh(agreed), by=by.buyer, report="maker", report_number="ZB-9")
    assert supplied.state == G.COMPLETE


@pytest.mark.clause("T-04")
def test_way_b_what_the_supplier_sends_afterwards_completes_it_or_not_yet(outside: IncomingLot, by: Cast) -> None:
    told = refused(ways.supply, outside, by=by.buyer, text="供方说会寄来")
    assert (told.code, told.clause, told.field) == ("incoming.nothing_supplied", "T-04", "present")
    partly = ways.supply(outside, by=by.buyer, certificate="HG-9", present=["inspection_mark"])
    assert (partly.state, partly.missing) == (G.REFUSED, ["model"])
    whole = ways.supply(fresh(partly), by=by.buyer, present=["model"], text="补贴型号标签")
    assert (whole.state, whole.missing, whole.certificate) == (G.COMPLETE, [], "HG-9")


@pytest.mark.clause("T-04")
def test_way_c_qc_agrees_to_tightened_sampling_with_a_plan_or_declines(outside: IncomingLot, by: Cast) -> None:
    asked = ways.ask_sampling(outside, by=by.buyer, text="供方老客户，急用")
    assert (asked.state, owed(asked)["incoming.sampling"]) == (G.SAMPLING, "qc")
    assert refused(actions.receiving.accept, asked, by=by.keeper).code == "wrong_state"
    assert refused(ways.agree_sampling, asked, by=by.buyer, plan="x", basis="yy").code == "not_permitted"
    told = refused(ways.agree_sampling, asked, by=by.qc, plan="加严一次 II", basis="")
    assert (told.code, told.clause) == ("basis_missing", "U-13")
    declined = ways.decline_sampling(asked, by=by.qc, reason="无法追溯")
    assert (declined.state, owed(declined)) == (G.REFUSED, {"incoming.settle": "purchasing"})
    ways.ask_sampling(fresh(declined), by=by.buyer, text="再请一次")
    agreed = ways.agree_sampling(fresh(declined), by=by.qc, plan="加严一次 II，AQL 0.65", basis="GB/T 2828.1")
    assert (agreed.state, agreed.tightened) == (G.COMPLETE, True)
    taken = actions.receiving.accept(fresh(agreed), by=by.keeper)
    [duty] = obligations.open_on(taken.subject)
    assert "加严抽样" in duty.sentence["zh"]


@pytest.mark.clause("R-11")
def test_nobody_consents_to_the_sampling_that_he_asked_for(outside: IncomingLot, by: Cast) -> None:
    from dataclasses import replace

    both = replace(by.qc, permissions=by.qc.permissions | by.buyer.permissions)
    asked = ways.ask_sampling(outside, by=both, text="请加严")
    told = refused(ways.agree_sampling, asked, by=both, plan="加严", basis="GB/T 2828.1")
    assert (told.code, told.clause, told.status) == ("incoming.own_request", "R-11", 403)


@pytest.mark.clause("T-04")
def test_way_d_opens_a_duty_that_only_qcs_disposition_ends(outside: IncomingLot, by: Cast) -> None:
    case = ways.use_nonconforming(outside, by=by.buyer, text="包装破损，无任何标识")
    [duty] = obligations.holding_up(case.subject)
    assert (duty.code, duty.owed_by, case.state) == ("incoming.nonconforming", "qc", G.NONCONFORMING)
    for act in (ways.send_back, actions.receiving.cancel):
        how = {"reason": "x"} if act is actions.receiving.cancel else {"text": "x"}
        assert refused(act, fresh(case), by=HOUSE, **how).code == "wrong_state"
    settled = ways.settle_nonconforming(fresh(case), by=by.qc, taken=False, basis="评审：退货")
    assert (settled.state, owed(settled)) == (G.REFUSED, {"incoming.settle": "purchasing"})
    assert ways.send_back(fresh(settled), by=by.buyer, text="供方拉回").state == G.RETURNED
    assert owed(settled) == {}


def test_qc_may_take_in_by_the_nonconforming_procedure_what_lacks_everything(store: Store, by: Cast) -> None:
    outside = store.entered(by.keeper, material=store.ingot, present=[], certificate="")
    ways.use_nonconforming(outside, by=by.buyer, text="无标识无报告")
    settled = ways.settle_nonconforming(fresh(outside), by=by.qc, taken=True, basis="评审：光谱全检后使用")
    assert actions.receiving.accept(fresh(settled), by=by.keeper).state == G.ACCEPTED


def urgent(case: IncomingLot, by: Cast) -> IncomingLot:
    return ways.ask_urgent(case, by=by.shop, reason="今晚开炉", basis="生产副总电话")


@pytest.mark.clause("T-05")
def test_urgent_release_is_asked_approved_by_the_named_approver_and_re_marked_before_anything_goes_out(
    store: Store, outside: IncomingLot, by: Cast
) -> None:
    case = urgent(outside, by)
    assert (case.state, case.lot.status, case.permit.state) == (G.URGENT, QualityStatus.PENDING, PermitState.APPLIED)
    assert case.permit.approver == "management.production_vp"
    slip = store.slip(by.keeper)
    told = refused(actions.issuing.add, slip, by=by.keeper, code=case.lot.code, quantity=kg(10))
    assert (told.code, told.clause) == ("lot.not_passed", "T-07")
    trace.approve_permit(case.permit, by=by.vp)
    told = refused(actions.issuing.add, slip, by=by.keeper, code=case.lot.code, quantity=kg(10))
    assert (told.code, told.clause) == ("permit.unmarked", "T-05")
    ways.mark(case, by=by.keeper, marked=f"粉末涂料 PE-60 400 kg {case.lot.code} 紧急放行")
    actions.issuing.add(slip, by=by.keeper, code=case.lot.code, quantity=kg(10))
    actions.issuing.issue(slip, by=by.keeper)
    made = queries.trace_forward([case.lot])
    assert [node.code for node in made.nodes.values() if node.id != case.lot_id] == ["PT-1"]
    codes = {duty.code for duty in obligations.open_on(case.permit.subject)}
    assert codes == {"permit.settle"}, "the debt stays until QC has judged"


@pytest.mark.clause("T-05")
def test_what_fails_after_its_urgent_release_holds_everything_made_from_it(
    store: Store, outside: IncomingLot, by: Cast
) -> None:
    case = urgent(outside, by)
    trace.approve_permit(case.permit, by=by.vp)
    ways.mark(case, by=by.keeper, marked="粉末涂料 紧急放行")
    store.issued(case.lot, kg(100))
    trace.judge(by=by.qc, lots=[case.lot], status="failed", basis="JY-9 附着力 3 级")
    announcements.deliver()
    hold = Hold.objects.get(state=HoldState.IN_FORCE)
    assert hold.lots == 2
    settled = fresh(case)
    assert (settled.state, Permit.objects.get().state) == (G.ACCEPTED, PermitState.ENDED)
    assert owed(settled) == {"incoming.failed": "purchasing"}


def test_an_urgent_release_that_is_not_approved_leaves_purchasing_the_marking(outside: IncomingLot, by: Cast) -> None:
    case = urgent(outside, by)
    trace.refuse_permit(case.permit, by=by.vp, reason="可以等")
    announcements.deliver()
    assert owed(case)["incoming.complete"] == "purchasing"
    completed = ways.supply(fresh(case), by=by.buyer, certificate="HG-9", present=["model", "inspection_mark"])
    assert (completed.state, owed(completed)) == (G.ACCEPTED, {"incoming.inspect": "qc"})


def test_an_urgent_release_may_be_asked_again_after_it_was_refused_and_not_twice_at_once(
    outside: IncomingLot, by: Cast
) -> None:
    case = urgent(outside, by)
    told = refused(ways.ask_urgent, fresh(case), by=by.shop, reason="急", basis="急")
    assert (told.code, told.clause) == ("permit.stands", "T-05")
    trace.refuse_permit(case.permit, by=by.vp, reason="可以等")
    again = urgent(fresh(case), by)
    assert again.permit != case.permit and Lot.objects.count() == 1


def test_complete_material_that_waits_for_inspection_may_be_released_urgently_too(store: Store, by: Cast) -> None:
    taken = actions.receiving.accept(store.entered(by.keeper), by=by.keeper)
    case = urgent(taken, by)
    assert (case.state, case.lot, case.permit.lot) == (G.URGENT, taken.lot, taken.lot)


def test_what_was_asked_by_the_shop_is_booked_in_the_name_of_the_house(outside: IncomingLot, by: Cast) -> None:
    from sanbao.kernel import journal

    case = urgent(outside, by)
    [entry] = journal.entries_of(f"lot:{case.lot_id}").filter(action="trace.receipt")
    assert entry.actor == "clockwork:materials"
    asked = journal.entries_of(case.subject).get(action="incoming.ask_urgent")
    assert (asked.actor, asked.facts["book"]) == (by.shop.ref, "clockwork:materials")


def test_of_a_lot_that_was_partly_used_the_rest_goes_back(store: Store, by: Cast) -> None:
    lot = store.passed()
    store.issued(lot, kg(150))
    case = IncomingLot.objects.get(lot=lot)
    sent = ways.send_back(case, by=by.buyer, text="多送的退回", paper="TH-2")
    account = queries.account(lot)
    assert (sent.state, account.sent_back, account.left) == (G.RETURNED, 250_000, 0)
    trace.record_heat(HeatRow(heat="RL-1", billet="ZB-1", cast_on=date(2026, 4, 20)), by=HOUSE)


def test_a_duty_that_purchasing_does_not_settle_in_time_is_announced_late(outside: IncomingLot, by: Cast) -> None:
    times.pass_time(days=7)
    assert obligations.announce_late(HOUSE) >= 1
    assert obligations.open_on(outside.subject).get(code="incoming.settle").late_at is not None
