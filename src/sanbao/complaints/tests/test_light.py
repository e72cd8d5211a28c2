"""轻微登记: minor, explained, satisfied, and still counted (C-04)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.models import Complaint, State
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, times


@pytest.fixture
def light(by: Any, customer: Any) -> Any:
    def make(**facts: Any) -> Complaint:
        values = {
            "by": by.salesman, "source": "user", "channel": "phone", "customer": customer, "description": "露天放吗",
            "explanation": "不可露天，垫高防潮", "basis": "使用说明书 3.2", "satisfied": True,
        }  # fmt: skip
        return actions.register_light(**{**values, **facts})

    return make


def test_a_minor_matter_takes_one_line_and_is_counted(light: Any) -> None:
    case = light()
    assert (case.state, case.light, case.satisfaction) == (State.CLOSED, True, "satisfied")
    assert case.number == "TS-2026-000001"
    assert not clocks.running(case.subject).exists()


@pytest.mark.clause("C-04")
def test_what_touches_quality_cannot_be_a_light_entry(light: Any) -> None:
    with refused("complaint.touches_quality", "C-04"):
        light(quality_related=True)


@pytest.mark.clause("C-04")
def test_an_unsatisfied_user_is_not_put_off_with_a_light_entry(light: Any) -> None:
    with refused("complaint.not_satisfied", "C-04"):
        light(satisfied=False)


@pytest.mark.clause("C-04")
def test_the_third_of_a_kind_is_no_light_matter(light: Any, product: Any, surface: Any, other_customer: Any) -> None:
    for customer in (other_customer, other_customer):
        light(product=product, reported_class=surface, customer=customer)
        times.pass_time(days=3)
    with refused("complaint.looks_widespread", "C-04", cases=3, users=2, days=30):
        light(product=product, reported_class=surface)


@pytest.mark.clause("U-13")
def test_even_a_light_entry_cites_what_the_explanation_rests_on(light: Any) -> None:
    with refused("basis_missing", "U-13"):
        light(basis=" ")


def test_a_light_entry_that_comes_back_is_reopened_with_an_owner(light: Any, by: Any, people: Any) -> None:
    case = actions.reopen(light(), by=by.clerk, reason="用户又来电，不满意")
    assert (case.state, case.light) == (State.REGISTERED, False)
    assert case.owner == people["salesman"] and case.next_due is not None
