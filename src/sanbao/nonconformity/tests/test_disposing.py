"""Disposition by quantity: proposed, approved by the policy's posts, carried out, re-inspected, closed (Q-01, Q-02)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.models import Disposition
from sanbao.nonconformity.tests.conftest import kg, signer
from sanbao.parties.models import Department
from sanbao.trace import actions as trace
from sanbao.trace.models import HeldLot, Hold, Lot, Movement, Permit, Purpose

pytestmark = pytest.mark.django_db


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def held() -> set[str]:
    return set(HeldLot.objects.filter(released=False, hold__state="in_force").values_list("lot__code", flat=True))


def codes(case: Any) -> set[str]:
    return set(obligations.open_on(case.subject).values_list("code", flat=True))


@pytest.mark.clause("Q-02")
def test_received_is_reworked_plus_scrapped_plus_released_plus_open(
    opened: Any, proposed: Any, executed: Any, posts: Any, goods: Any
) -> None:
    record = opened()
    mended = executed(record, "rework", "200", scrapped="20")
    executed(record, "scrap", "50")
    proposed(record, "concession", "30")
    [one] = queries.standings(again(record))
    assert one.balance.shares == {
        "reworked": 0, "released": 0, "regraded": 0, "returned": 0, "scrapped": 70_000, "pending": 210_000,
        "open": 20_000,
    }  # fmt: skip
    actions.verify(mended, by=posts.inspector, released=Decimal(170), verdict="复检 170 kg 合格")
    [one] = queries.standings(again(record))
    assert (one.balance.reworked, one.balance.open, one.balance.balanced) == (170_000, 30_000, True)


@pytest.mark.clause("Q-02")
@pytest.mark.parametrize("quantity", ["300.001", "301"])
def test_nothing_beyond_what_is_open_is_disposed_of(opened: Any, proposed: Any, quantity: str) -> None:
    record = opened()
    with refused("disposition.beyond", "Q-02", open="300 kg"):
        proposed(record, "rework", quantity)
    proposed(record, "rework", "250")
    with refused("disposition.beyond", "Q-02", open="50 kg"):
        proposed(record, "scrap", "50.001")


@pytest.mark.clause("Q-02")
@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_nothing_and_less_is_no_quantity(opened: Any, proposed: Any, quantity: str) -> None:
    record = opened()
    with refused("nonconformity.no_quantity", "Q-02"):
        proposed(record, "rework", quantity)
    with refused("nonconformity.unreadable", "Q-02"):
        proposed(record, "rework", "1.0001")


@pytest.mark.clause("Q-01")
@pytest.mark.parametrize(
    ("way", "quantity", "estimate", "approvers"),
    [
        ("rework", "100", "0", ["qc.department_manager"]),
        ("rework", "100", "5000", ["qc.department_manager", "management.technical_vp"]),
        ("scrap", "99", "0", ["qc.department_manager"]),
        ("scrap", "100", "0", ["qc.department_manager", "management.production_vp"]),
        ("concession", "10", "0", ["management.technical_vp"]),
    ],
)
def test_way_weight_and_value_say_who_approves(
    opened: Any, proposed: Any, posts: Any, way: str, quantity: str, estimate: str, approvers: list[str]
) -> None:
    row = proposed(opened(), way, quantity, estimate=Decimal(estimate))
    assert row.unsigned == approvers
    wrong = posts.gm if approvers[0] != "management.gm" else posts.vp
    with refused("disposition.not_approver", "Q-01", role=approvers[0]):
        actions.approve(row, by=signer(wrong))


@pytest.mark.clause("Q-01")
def test_dispositions_of_one_record_are_added_up_so_that_no_split_comes_under_a_limit(
    opened: Any, proposed: Any
) -> None:
    record = opened()
    assert proposed(record, "scrap", "60").unsigned == ["qc.department_manager"]
    assert proposed(record, "scrap", "60").unsigned == ["qc.department_manager", "management.production_vp"]


@pytest.mark.clause("R-11")
def test_nobody_approves_what_he_proposed_and_nobody_signs_twice(opened: Any, posts: Any, proposed: Any) -> None:
    row = proposed(opened(), "scrap", "100")
    Disposition.objects.filter(pk=row.pk).update(proposed_by=posts.qc_head.ref)
    with refused("disposition.own", "R-11"):
        actions.approve(again(row), by=signer(posts.qc_head))
    Disposition.objects.filter(pk=row.pk).update(proposed_by="person:0")
    row = actions.approve(again(row), by=signer(posts.qc_head))
    assert (row.state, row.number, row.unsigned) == ("proposed", None, ["management.production_vp"])
    with refused("disposition.own", "R-11"):
        actions.approve(row, by=signer(posts.qc_head))


@pytest.mark.clause("Q-01")
def test_repair_and_concession_need_the_users_consent(opened: Any, proposed: Any) -> None:
    record = opened(lines=[Goods(words="散料", quantity=kg(200))])
    for way in ("repair", "concession"):
        with refused("disposition.no_consent", "Q-01"):
            proposed(record, way, "10", consent="")


@pytest.mark.clause("Q-01")
def test_counted_goods_need_a_weight_for_the_policy(opened: Any, proposed: Any) -> None:
    from sanbao.kernel.quantities import Quantity

    record = opened(lines=[Goods(words="零散支料", quantity=Quantity(Decimal(30), "支"))])
    with refused("disposition.no_weight", "Q-01"):
        proposed(record, "scrap", "10")
    assert proposed(record, "scrap", "10", kg=Decimal("120")).unsigned[-1] == "management.production_vp"


@pytest.mark.clause("Q-02")
def test_the_notice_issues_with_the_last_signature_to_who_carries_it_out(
    opened: Any, approved: Any, posts: Any
) -> None:
    row = approved(opened(), "scrap", "100")
    assert (row.state, row.number) == ("approved", "CL-2026-00001")
    duty = obligations.open_for(posts.foreman).get(subject=row.subject)
    assert (duty.code, row.number in duty.sentence["zh"]) == ("disposition.execute", True)
    assert duty.due_at is not None


@pytest.mark.clause("Q-02")
def test_nothing_is_carried_out_before_it_is_approved(opened: Any, proposed: Any, posts: Any) -> None:
    row = proposed(opened(), "scrap", "100")
    with refused("wrong_state", "Q-02"):
        actions.execute(row, by=posts.foreman, good=Decimal(0), scrapped=Decimal(100), result="已剪碎")


@pytest.mark.clause("Q-02")
@pytest.mark.parametrize(("good", "scrapped"), [("100", "1"), ("99", "0"), ("101", "0"), ("0", "0")])
def test_a_result_accounts_for_the_whole_quantity(
    opened: Any, approved: Any, posts: Any, good: str, scrapped: str
) -> None:
    row = approved(opened(), "rework", "100")
    with refused("disposition.unbalanced", "Q-02"):
        actions.execute(row, by=posts.foreman, good=Decimal(good), scrapped=Decimal(scrapped), result="完成")
    with refused("nonconformity.negative", "Q-02"):
        actions.execute(row, by=posts.foreman, good=Decimal(101), scrapped=Decimal(-1), result="完成")


@pytest.mark.clause("Q-02")
def test_only_the_department_of_the_notice_carries_it_out(opened: Any, approved: Any, posts: Any) -> None:
    row = approved(opened(), "scrap", "100", department=Department.objects.get(code="warehouse"))
    with refused("disposition.not_yours", "Q-02", department="warehouse"):
        actions.execute(row, by=posts.foreman, good=Decimal(0), scrapped=Decimal(100), result="已剪碎")
    done = actions.execute(row, by=posts.storekeeper, good=Decimal(0), scrapped=Decimal(100), result="已剪碎")
    assert done.state == "done"


@pytest.mark.clause("R-08")
def test_what_was_reworked_is_not_released_before_it_is_re_inspected(
    opened: Any, executed: Any, posts: Any, goods: Any
) -> None:
    record = opened()
    row = executed(record, "rework", "300")
    assert (row.state, codes(row)) == ("executed", {"disposition.verify"})
    assert "BQ-1" in held()
    hold = Hold.objects.get(about=record.subject)
    for let_go in (
        lambda: trace.lift(again(hold), by=posts.inspector, basis="看过了"),
        lambda: trace.release(again(hold), by=posts.inspector, lots=[goods.labels[0]], basis="看过了"),
    ):
        with refused("hold.kept_by_record", "R-08", number=record.number):
            let_go()
    with refused("disposition.no_inspection", "R-08"):
        actions.verify(row, by=posts.inspector, released=Decimal(300), verdict="")
    actions.verify(row, by=posts.inspector, released=Decimal(300), verdict="按 GB/T 5237.4 复检合格")
    assert held() == set()
    trace.pass_gate([goods.labels[0]], Purpose.SHIP)


@pytest.mark.clause("R-11")
def test_whoever_did_the_work_does_not_re_inspect_it(opened: Any, executed: Any, posts: Any) -> None:
    row = executed(opened(), "rework", "300")
    Disposition.objects.filter(pk=row.pk).update(executed_by=posts.inspector.ref)
    with refused("disposition.own_work", "R-11"):
        actions.verify(again(row), by=posts.inspector, released=Decimal(300), verdict="复检合格")


@pytest.mark.clause("Q-02")
def test_no_more_is_released_than_was_handed_in_and_what_fails_is_open_again(
    opened: Any, executed: Any, posts: Any
) -> None:
    record = opened()
    row = executed(record, "rework", "300", scrapped="10")
    with refused("disposition.more_than_mended", "Q-02", good="290 kg"):
        actions.verify(row, by=posts.inspector, released=Decimal("290.5"), verdict="复检合格")
    actions.verify(row, by=posts.inspector, released=Decimal(250), verdict="其中 40 kg 仍有划伤")
    [one] = queries.standings(again(record))
    assert (one.balance.reworked, one.balance.scrapped, one.balance.open) == (250_000, 10_000, 40_000)
    assert "nonconformity.review" in codes(record)
    assert "BQ-1" in held()


@pytest.mark.clause("Q-01")
def test_only_what_was_released_leaves_the_hold(
    opened: Any, approved: Any, executed: Any, posts: Any, goods: Any
) -> None:
    record = opened()
    scrap = approved(record, "scrap", "100")
    actions.execute(
        scrap, by=posts.foreman, good=Decimal(0), scrapped=Decimal(100), result="已剪碎", lots=[goods.labels[2]]
    )
    row = executed(record, "rework", "200")
    with refused("disposition.lots_too_heavy", "Q-02"):
        actions.verify(
            row, by=posts.inspector, released=Decimal(150), verdict="复检 150 kg 合格", lots=goods.labels[:2]
        )
    stranger = Lot.objects.create(key="X", code="X", kind="label", quantity_milli=1, unit="kg", status="passed")
    with refused("disposition.other_lot", "Q-01", lot="X"):
        actions.verify(row, by=posts.inspector, released=Decimal(200), verdict="复检合格", lots=[stranger])
    actions.verify(row, by=posts.inspector, released=Decimal(200), verdict="复检合格", lots=goods.labels[:2])
    assert held() == {"BQ-3"}  # the basket is settled, two labels of it are good
    with refused("lot.held", "T-13", lot="BQ-3"):
        trace.pass_gate([goods.labels[2]], Purpose.SHIP)
    moved = Movement.objects.get(lot=goods.labels[2])
    assert (moved.what, moved.quantity_milli, moved.about.split(":")[0]) == ("scrapped", 100_000, "disposition")


@pytest.mark.clause("Q-01")
def test_a_concession_lets_a_failed_lot_pass_by_a_permit_approved_with_it(
    opened: Any, executed: Any, posts: Any, goods: Any
) -> None:
    label = goods.labels[0]
    Lot.objects.filter(pk=label.pk).update(status="failed")
    record = opened(lines=[Goods(label, quantity=kg(100))])
    row = executed(record, "concession", "100")
    permit = Permit.objects.get(lot=label)
    assert (row.state, permit.kind, permit.state, row.permit) == ("done", "concession", "in_force", permit)
    assert permit.decided_by == posts.technical_vp.ref
    assert [p.number for p in trace.pass_gate([again(label)], Purpose.SHIP)] == [permit.number]


@pytest.mark.clause("T-13")
def test_only_qc_lets_goods_out_under_a_concession(opened: Any, approved: Any, posts: Any) -> None:
    row = approved(opened(), "concession", "300")
    with refused("disposition.qc_lets_go", "T-13"):
        actions.execute(row, by=posts.foreman, good=Decimal(300), scrapped=Decimal(0), result="放行")


def test_goods_go_back_to_the_supplier_with_a_paper_and_leave_the_stock_card(
    opened: Any, approved: Any, posts: Any, goods: Any
) -> None:
    record = opened(lines=[Goods(goods.labels[0])])
    row = approved(record, "supplier", "100", department=Department.objects.get(code="purchasing"))
    with refused("disposition.no_paper", "Q-02"):
        actions.execute(row, by=posts.buyer, good=Decimal(100), scrapped=Decimal(0), result="已退")
    row = actions.execute(row, by=posts.buyer, good=Decimal(100), scrapped=Decimal(0), result="已退", paper="TH-7")
    assert (row.state, Movement.objects.get().what) == ("done", "sent_back")
    assert "BQ-1" in held()


@pytest.mark.clause("R-08")
def test_an_inspection_sheet_of_the_goods_after_the_work_must_have_accepted(
    opened: Any, executed: Any, posts: Any, goods: Any
) -> None:
    from sanbao.inspection.models import InspectionPlan, InspectionSheet
    from sanbao.kernel import times

    plan = InspectionPlan.objects.create(number="JH-1", edition=1, title="型材", state="in_force", drafted_by="x",
                                         since=times.today())  # fmt: skip
    common = {"plan": plan, "units": 100, "opened_by": "x"}
    early = InspectionSheet.objects.create(
        number="JD-1", lot=goods.basket, state="accepted", opened_at=times.now(), concluded_at=times.now(), **common
    )
    times.pass_time(hours=1)
    row = executed(opened(), "rework", "300")
    times.pass_time(hours=1)
    late = {"opened_at": times.now(), "concluded_at": times.now(), **common}
    InspectionSheet.objects.create(number="JD-2", lot=goods.basket, state="rejected", **late)
    InspectionSheet.objects.create(number="JD-3", lot=goods.basket, state="accepted", **late)
    for number, code in ((early.number, "other_sheet"), ("JD-9", "other_sheet"), ("JD-2", "not_accepted")):
        with refused(f"disposition.{code}", "R-08"):
            actions.verify(row, by=posts.inspector, released=Decimal(300), verdict="", sheet=number)
    assert actions.verify(row, by=posts.inspector, released=Decimal(300), verdict="", sheet="jd-3").sheet == "JD-3"


@pytest.mark.clause("Q-02")
def test_a_record_closes_only_in_balance_and_then_the_complaint_owes_no_control_any_more(
    story: Any, executed: Any, posts: Any, goods: Any
) -> None:
    case = story.graded("S3", "M1", lot=goods.labels[0])
    record = queries.about(case.subject).get()
    words = {"conclusion": "返工合格", "basis": "复检记录"}
    with refused("nonconformity.open", "Q-02", open="100 kg"):
        actions.close(record, by=posts.inspector, **words)
    row = executed(record, "rework", "100")
    with refused("nonconformity.open", "Q-02", pending="100 kg"):
        actions.close(again(record), by=posts.inspector, **words)
    actions.verify(row, by=posts.inspector, released=Decimal(100), verdict="复检合格")
    with refused("basis_missing", "U-13"):
        actions.close(again(record), by=posts.inspector, conclusion="好", basis="")
    assert "nonconformity.control" in codes(case)
    record = actions.close(again(record), by=posts.inspector, **words)
    assert record.state == "closed"
    assert "nonconformity.control" not in codes(case)
    # The sisters that were contained with it are free again, as nothing of it was lost.
    assert held() == set()
    assert complaints.note(fresh(case), by=posts.clerk, text="处置完毕").pk == case.pk


@pytest.mark.clause("Q-02")
def test_a_record_without_goods_does_not_close(opened: Any, posts: Any) -> None:
    record = opened(lines=[])
    with refused("nonconformity.no_lines", "Q-02"):
        actions.close(record, by=posts.inspector, conclusion="无", basis="无依据")


def test_what_was_scrapped_stays_held_when_the_record_closes(opened: Any, executed: Any, posts: Any) -> None:
    record = opened()
    executed(record, "scrap", "300")
    actions.close(again(record), by=posts.inspector, conclusion="整框报废", basis="评审记录")
    assert held() == {"SX-9", "BQ-1", "BQ-2", "BQ-3"}


def test_what_is_refused_or_cancelled_is_open_again(opened: Any, proposed: Any, approved: Any, posts: Any) -> None:
    record = opened()
    actions.refuse_disposition(proposed(record, "scrap", "300"), by=signer(posts.qc_head), reason="可以返工")
    actions.cancel(approved(record, "rework", "300"), by=posts.technologist, reason="设备占用")
    [one] = queries.standings(again(record))
    assert one.balance.open == 300_000
    proposed(record, "rework", "300")
    with refused("nonconformity.acted_on", "Q-01"):
        actions.withdraw(again(record), by=posts.inspector2, conclusion="x", basis="检验单")


def test_what_it_cost_is_counted_by_way_month_source_and_record(opened: Any, executed: Any, posts: Any) -> None:
    from datetime import date

    record = opened()
    executed(record, "scrap", "50")
    executed(record, "rework", "100")
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert [(t.key, t.amount) for t in queries.cost(posts.gm, *year)] == [("rework", Decimal("120.50")),
                                                                         ("scrap", Decimal("120.50"))]  # fmt: skip
    for ground, key in (("month", "2026-04"), ("source", "stock"), ("record", record.number)):
        assert [(t.key, t.amount, t.dispositions) for t in queries.cost(posts.gm, *year, ground)] == [
            (key, Decimal("241.00"), 2)
        ]
    assert queries.cost(posts.clerk, date(2025, 1, 1), date(2025, 12, 31)) == []
