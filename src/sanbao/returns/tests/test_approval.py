"""Who approves which weight, splitting, and never one's own form (R-03, R-05, R-11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import journal, times
from sanbao.parties import actions as parties
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of
from sanbao.returns import actions
from sanbao.returns.models import Return, ReturnState
from sanbao.returns.tests.conftest import HOUSE, fresh, label, of

pytestmark = pytest.mark.django_db
S = ReturnState
SALES, VP = "sales.department_manager", "management.technical_vp"


@pytest.mark.clause("R-03")
@pytest.mark.parametrize(("kg", "approver"), [("499.999", SALES), ("500", VP), ("500.001", VP), ("12", SALES)])
def test_the_weight_says_who_approves_and_exactly_500_goes_up(
    filled: Any, by: Any, product: Any, kg: str, approver: str
) -> None:
    case = filled(of(product, kg))
    assert (case.state, case.approver) == (S.FILLED, approver)
    wrong = by.gm if approver == SALES else by.manager
    with refused("return.not_approver", "R-03", approver=approver):
        actions.approve(case, by=wrong)
    right = by.manager if approver == SALES else by.technical
    assert actions.approve(case, by=right).state == S.APPROVED


def test_the_lines_of_one_request_are_added_up(filled: Any) -> None:
    case = filled(label("L1", "200"), label("L2", "200"), label("L3", "100"))
    assert (case.applied_milli, case.approver) == (500_000, VP)


@pytest.mark.clause("R-03")
def test_requests_split_under_the_limit_are_added_up_and_named(apply: Any, filled: Any, product: Any) -> None:
    first = apply(of(product, "300"))
    case = filled(of(product, "200"))
    assert (case.together_milli, case.together_with, case.approver) == (500_000, [first.number], VP)


@pytest.mark.clause("R-03")
def test_a_request_made_after_the_form_counts_when_it_is_approved(
    filled: Any, apply: Any, by: Any, product: Any
) -> None:
    case = filled(of(product, "300"))
    assert case.approver == SALES
    later = apply(of(product, "250"))
    with refused("return.not_approver", "R-03", approver=VP):
        actions.approve(case, by=by.manager)
    case = actions.approve(fresh(case), by=by.technical)
    assert (case.together_with, case.together_milli) == ([later.number], 550_000)


def test_other_goods_other_customers_old_and_withdrawn_requests_do_not_count(
    apply: Any, filled: Any, by: Any, product: Any, other_customer: Any
) -> None:
    old = apply(of(product, "100"))
    Return.objects.filter(pk=old.pk).update(applied_on=date(2026, 4, 10))
    actions.withdraw(apply(of(product, "300")), by=by.seller, reason="重写")
    apply(label("BQ2", "290"), customer=other_customer)
    case = filled(of(product, "300"))
    assert (case.together_with, case.approver) == ([], SALES)


@pytest.mark.clause("R-11")
def test_nobody_approves_what_he_applied_for_or_filled_in(apply: Any, filled: Any, by: Any) -> None:
    mine = apply(by=by.manager)
    with refused("return.own", "R-11"):
        actions.agree(mine, by=by.manager)
    actions.withdraw(mine, by=by.seller, reason="改由业务员申请")
    case = filled()
    for column in ("applied_by", "filled_by"):
        before = getattr(case, column)
        Return.objects.filter(pk=case.pk).update(**{column: by.manager.ref})
        with refused("return.own", "R-11"):
            actions.approve(fresh(case), by=by.manager)
        Return.objects.filter(pk=case.pk).update(**{column: before})


@pytest.mark.clause("R-03")
def test_a_delegate_approves_while_he_stands_in_and_not_a_day_longer(
    filled: Any, by: Any, people: dict[str, Person], product: Any
) -> None:
    parties.delegate(
        people["technical"], by=HOUSE, substitute=people["gm"], since=date(2026, 5, 11), until=date(2026, 5, 12)
    )
    first, second = filled(of(product, "500")), None
    standing_in = replace(actor_of(people["gm"]), fresh=True)
    assert actions.approve(first, by=standing_in).approved_by == standing_in.ref
    said = journal.entries_of(first.subject).get(action="return.approve").facts
    assert said["standing_in"] == [f"person:{people['technical'].pk}"]
    with times.frozen("2026-05-13 09:00"):
        second = filled(of(product, "500"))
        ended = replace(actor_of(people["gm"]), fresh=True)
        with refused("return.not_approver", "R-03", approver=VP):
            actions.approve(second, by=ended)


@pytest.mark.clause("R-05")
def test_no_form_before_the_manager_agreed_and_no_approval_before_the_form(apply: Any, agreed: Any, by: Any) -> None:
    case = apply()
    with refused("wrong_state", "R-05"):
        actions.fill_form(case, by=by.clerk, responsible="经营部", handling="换货")
    ready = agreed(label("L1", "10"))
    with refused("wrong_state", "R-03"):
        actions.approve(ready, by=by.manager)


def test_a_signature_asks_who_it_is_again(filled: Any, by: Any) -> None:
    case = filled()
    with refused("signature.authenticate", "R-03"):
        actions.approve(case, by=replace(by.manager, fresh=False))


def test_the_approver_refuses_a_filled_form_not_another(filled: Any, by: Any, product: Any) -> None:
    case = filled(of(product, "600"))
    with refused("return.not_approver", "R-03"):
        actions.refuse_return(case, by=by.manager, reason="不同意", basis="R-03")
    assert actions.refuse_return(case, by=by.technical, reason="不同意", basis="R-03").state == S.REFUSED
