"""储运 counts: each label once, no more than was delivered, differences explained, goods held, heavier goods approved
again (R-03, R-07, R-08, R-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.kernel.refusals import Refusal
from sanbao.returns import actions, concerns
from sanbao.returns.models import Counted, ReturnState
from sanbao.returns.tests.conftest import HOUSE, concluded, label, lot, of
from sanbao.trace import actions as trace
from sanbao.trace.accounts import account
from sanbao.trace.models import Hold, Movement
from sanbao.trace.rows import ShipmentRow

pytestmark = pytest.mark.django_db
S = ReturnState


def scanned(case: Any, by: Any, *codes: str) -> Any:
    for code in codes:
        case = actions.scan(case, by=by, code=code)
    return case


@pytest.mark.clause("R-07")
def test_labels_come_in_one_by_one_and_each_once(approved: Any, by: Any) -> None:
    case = scanned(approved(label("L1"), label("L2")), by.keeper, "L1")
    assert (case.state, case.scanned[1]) == (S.COUNTING, False)
    again = actions.scan(case, by=by.carter, code="L1")
    assert again.scanned[1] and Counted.objects.filter(case=case).count() == 1
    case = scanned(case, by.carter, "L2")
    case = actions.accept(case, by=by.carter, place="T-1", sign="DC-7")
    assert (case.state, case.accepted_milli, case.receipt_number[:2]) == (S.ACCEPTED, 400_000, "SZ")


@pytest.mark.clause("R-07")
def test_a_foreign_label_and_one_nobody_applied_for_are_put_aside(approved: Any, by: Any, product: Any) -> None:
    case = approved(label("L1"))
    with refused("return.never_delivered", "R-07", lot="BQ2"):
        actions.scan(case, by=by.keeper, code="BQ2")
    with pytest.raises(Refusal) as caught:
        actions.scan(case, by=by.keeper, code="NIX")
    assert caught.value.code == "return.unknown_label"


@pytest.mark.clause("R-07")
def test_more_than_the_label_weighed_cannot_come_back(approved: Any, by: Any) -> None:
    case = approved(label("L1", "100"))
    with refused("return.part_unweighed", "R-07", whole="200", part="100"):
        actions.scan(case, by=by.keeper, code="L1")
    with refused("return.more_than_delivered", "R-07", delivered="200"):
        actions.scan(case, by=by.keeper, code="L1", kilograms=Decimal("200.001"))
    with refused("return.more_than_delivered", "R-07"):
        actions.scan(case, by=by.keeper, code="L1", kilograms=Decimal(0))
    case = actions.scan(case, by=by.keeper, code="L1", kilograms=Decimal(100))
    assert actions.accept(case, by=by.keeper, place="T-1", sign="1").accepted_milli == 100_000


@pytest.mark.clause("R-07")
def test_a_difference_is_shown_and_explained(approved: Any, by: Any) -> None:
    case = scanned(approved(label("L1"), label("L2")), by.keeper, "L1")
    with refused("return.difference_unexplained", "R-07"):
        actions.accept(case, by=by.keeper, place="T-1", sign="1")
    case = actions.accept(case, by=by.keeper, place="T-1", sign="1", difference="客户留用一捆")
    assert (case.accepted_milli, case.difference) == (200_000, "客户留用一捆")


@pytest.mark.clause("R-07")
def test_another_label_of_the_product_is_a_difference(approved: Any, by: Any) -> None:
    case = scanned(approved(label("L1")), by.keeper, "L2")
    with refused("return.difference_unexplained", "R-07"):
        actions.accept(case, by=by.keeper, place="T-1", sign="1")


@pytest.mark.clause("R-07")
def test_what_has_no_label_is_weighed_onto_its_line(approved: Any, by: Any, product: Any) -> None:
    case = approved(of(product, "50"))
    line = case.lines.get()
    for kg in ("0", "-1"):
        with refused("return.weightless", "R-07"):
            actions.weigh(case, by=by.keeper, line=line, kilograms=Decimal(kg), remark="散料")
    case = actions.weigh(case, by=by.keeper, line=line, kilograms=Decimal("60"), remark="散料")
    case = actions.undo(case, by=by.keeper, counted=Counted.objects.get(undone=False))
    with refused("return.nothing_counted", "R-07"):
        actions.accept(case, by=by.keeper, place="T-1", sign="1")
    case = actions.weigh(case, by=by.keeper, line=line, kilograms=Decimal("50"), remark="散料")
    assert actions.accept(case, by=by.keeper, place="T-1", sign="1").state == S.ACCEPTED


@pytest.mark.clause("R-07")
def test_goods_that_came_back_are_held_and_wait_for_qc(accepted: Any, by: Any, customer: Any) -> None:
    case = accepted(label("L1"))
    back = lot("L1")
    assert (back.status, account(back).left) == ("pending", 200_000)
    assert Hold.objects.get(about=case.subject).state == "in_force"
    assert Movement.objects.get(about=case.subject).quantity_milli == 200_000
    with pytest.raises(Refusal) as caught:
        trace.ship(ShipmentRow(number="TH10", label="L1", customer_id=customer.pk, quantity_milli=200_000), by=HOUSE)
    assert caught.value.code == "lot.held"


@pytest.mark.clause("R-07")
def test_what_came_back_cannot_come_back_again(accepted: Any, apply: Any) -> None:
    accepted(label("L1"))
    with refused("return.more_than_delivered", "R-07", returned="200", left="0"):
        apply(label("L1", "1"))


@pytest.mark.clause("R-03")
def test_heavier_goods_are_approved_again_before_they_are_accepted(approved: Any, by: Any, product: Any) -> None:
    case = approved(of(product, "450"))
    assert case.approver == "sales.department_manager"
    case = scanned(case, by.keeper, "L1", "L2", "L3")
    case = actions.accept(case, by=by.keeper, place="T-1", sign="1", difference="多退一捆")
    assert (case.state, case.approver, case.receipt_number) == (S.RAISED, "management.technical_vp", "")
    assert lot("L1").status == "passed" and not Movement.objects.filter(about=case.subject).exists()
    with refused("return.not_approver", "R-03"):
        actions.approve_more(case, by=by.manager)
    case = actions.approve_more(case, by=by.technical)
    assert (case.state, lot("L1").status) == (S.ACCEPTED, "pending")


def test_lighter_goods_do_not_lower_the_approver(approved: Any, by: Any, product: Any) -> None:
    case = scanned(approved(of(product, "500")), by.keeper, "L1")
    case = actions.accept(case, by=by.keeper, place="T-1", sign="1", difference="其余客户留用")
    assert (case.state, case.approver) == (S.ACCEPTED, "management.technical_vp")


@pytest.mark.clause("R-03")
def test_doubted_goods_are_counted_again(approved: Any, by: Any, product: Any) -> None:
    case = scanned(approved(of(product, "450")), by.keeper, "L1", "L2", "L3")
    case = actions.accept(case, by=by.keeper, place="T-1", sign="1", difference="多退")
    case = actions.recount(case, by=by.technical, reason="数错了")
    extra = Counted.objects.filter(lot=lot("L3"), undone=False).get()
    case = actions.undo(case, by=by.keeper, counted=extra)
    case = actions.accept(case, by=by.keeper, place="T-1", sign="1", difference="少 50")
    assert (case.state, case.accepted_milli) == (S.ACCEPTED, 400_000)


@pytest.mark.clause("R-07")
def test_sales_confirms_and_not_who_counted(accepted: Any, by: Any) -> None:
    case = accepted()
    assert "return.confirm" in set(obligations.open_for(by.clerk).values_list("code", flat=True))
    from dataclasses import replace

    both = replace(by.keeper, permissions=by.keeper.permissions | {"returns.confirm"})
    with refused("return.own_count", "R-07"):
        actions.confirm(case, by=both)
    assert actions.confirm(case, by=by.clerk).state == S.CREDITED


@pytest.mark.clause("R-07")
def test_a_label_lies_on_one_return_at_a_time(approved: Any, by: Any, product: Any) -> None:
    first, second = approved(of(product, "100")), approved(of(product, "150"))
    scanned(first, by.keeper, "L1")
    with refused("return.other_return", "R-07", number=first.number):
        actions.scan(second, by=by.carter, code="L1")


@pytest.mark.clause("R-10")
def test_upper_rooms_hear_of_accepted_goods_with_a_quality_fault(
    apply: Any, accepted: Any, by: Any, monkeypatch: Any
) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(concerns, "accepted", [lambda case, actor: heard.append((case.number, actor.ref))])
    accepted(label("L2"))
    assert heard == []
    case = actions.ask_sample(apply(label("L1"), reason="quality"), by=by.seller, wanted="一段", label="L1")
    case = actions.tell_verdict(concluded(case, by), by=by.clerk)
    case = actions.agree(case, by=by.manager)
    case = actions.fill_form(case, by=by.clerk, responsible="生产科", handling="换货")
    case = actions.approve(case, by=by.manager)
    case = actions.accept(scanned(case, by.keeper, "L1"), by=by.keeper, place="T-1", sign="1")
    assert heard == [(case.number, by.keeper.ref)]
