"""What hangs on a case cannot be changed behind the journal's back either (M-03, W-05)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.models import Complaint, Demand, Settlement
from sanbao.kernel import verify
from sanbao.kernel.obligations import Obligation

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-03")]


def breaches() -> list[str]:
    """The product of these tests was put straight into its table, which verify rightly tells."""
    return sorted(b.code for b in verify.verify() if not b.where.startswith("product:"))


@pytest.fixture
def settled(by: SimpleNamespace, story: Any) -> Complaint:
    """A graded case: a demand judged, one duty waived with a second person's approval, others still owed."""
    case = story.graded(demands=["更换"])
    case = actions.judge_demand(case, by=by.clerk, demand=case.demands.get(), reasonable=False, basis="合同第 7 条")
    duty = "cause.found"
    owner = Obligation.objects.get(subject=case.subject, code=duty).owed_by
    who = {"qc": by.inspector, "production": by.foreman, "technology": by.technologist}[owner]
    case = actions.settle_duty(case, by=who, duty=duty, how="not_needed", reason="单件磕碰，原因清楚")
    return actions.approve_settlement(case, by=by.technical_vp, settlement=case.settlements.get(), agree=True)


def test_an_honest_case_holds(settled: Complaint) -> None:
    assert breaches() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda case: Complaint.objects.filter(pk=case.pk).update(grade="D"), "row_changed"),
        (lambda case: Settlement.objects.update(approved_by="person:1"), "settlement_changed"),
        (lambda case: Settlement.objects.update(how="done"), "settlement_changed"),
        (lambda case: Demand.objects.update(reasonable=True), "demand_changed"),
        (lambda case: Obligation.objects.filter(done_at=None).first().delete(), "duty_missing"),
        (lambda case: Obligation.objects.filter(holds_closing=True).update(holds_closing=False), "duty_changed"),
        (lambda case: Obligation.objects.filter(done_at=None).update(done_at=case.created_at), "duty_changed"),
    ],
    ids=["grade", "approver", "how", "judgement", "duty deleted", "duty let go", "duty marked done"],
)  # fmt: skip
def test_a_change_behind_the_journals_back_is_found(settled: Complaint, change: Any, code: str) -> None:
    change(settled)
    assert set(breaches()) == {code}
