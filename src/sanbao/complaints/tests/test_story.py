"""The whole story, from the first phone call to the satisfied user."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints import actions
from sanbao.complaints.models import State
from sanbao.complaints.tests.conftest import fresh
from sanbao.inspection import actions as inspection
from sanbao.inspection.queries import samples_about
from sanbao.kernel import announcements, clocks, journal, obligations, times
from sanbao.parties.models import Customer, Department


def test_one_complaint_goes_from_the_first_call_to_a_satisfied_user(
    by: SimpleNamespace, customer: Customer, product: Product, surface: DefectClass, story: Any, people: Any
) -> None:
    case = actions.register(
        by=by.clerk,
        source="user",
        channel="phone",
        description="三支料划格后整片掉粉，剩余约 1.2 吨未上墙。要求尽快来人看样。",
        customer=customer,
        product=product,
        reported_class=surface,
        quality_related=True,
        demands=["更换未上墙的料"],
        read_back_missing="用户在开车，半小时后回电",
    )
    assert (case.number, case.state) == ("TS-2026-000001", State.REGISTERED)
    assert case.owner == people["clerk"] and case.next_due is not None
    assert case.title == "三支料划格后整片掉粉，剩余约 1.2 吨未上墙"

    times.pass_time(minutes=30)
    case = actions.confirm_read_back(case, by=by.clerk, confirmed_by="采购部联系人")
    case = actions.assign(case, by=by.gm, departments=Department.objects.filter(code__in=["technology", "qc"]))
    case = actions.explain(case, by=by.clerk, text="先停用，待检验结论", basis="C-07")
    form = actions.issue_form(case, by=by.clerk, remark="同批尚有库存")
    assert form.number == "XF-2026-000001"
    owed_to_salesman = obligations.open_for(by.salesman).filter(subject=case.subject)
    assert [o.code for o in owed_to_salesman] == ["learn_facts"]

    case = actions.request_sample(fresh(case), by=by.salesman, wanted="三支料段")
    sample = samples_about(case.subject).get()
    inspection.send(sample, by=by.salesman, waybill="自送")
    times.pass_time(days=1)
    inspection.receive(sample, by=by.inspector, label="Y-001", place="样品架 3-2")
    announcements.deliver()
    assert fresh(case).state == State.INSPECTING and fresh(case).next_party == "qc"
    inspection.conclude(
        by=by.inspector, sample=sample, ours="yes", used_rightly="yes", severity="S3", basis="GB/T 5237.5",
        conclusion="附着力 2 级，膜厚 42 µm", opinion="同批停发",
    )  # fmt: skip
    announcements.deliver()

    case = actions.grade(fresh(case), by=by.technologist, spread="M1")
    assert (case.grade, case.provisional, case.state) == ("C", False, State.GRADED)
    production = Department.objects.get(code="production")
    case = actions.locate_responsibility(
        case, by=by.technologist, blame="department", department=production, basis="喷涂批记录"
    )
    case = actions.give_opinion(
        case, by=by.technologist, opinion="整批更换", basis="合同第 7 条", confirmed_class=surface
    )
    demand = case.demands.get()
    case = actions.judge_demand(case, by=by.clerk, demand=demand, reasonable=True, basis="合同第 7 条")
    case = actions.answer(case, by=by.clerk, text="下周一前全部更换", basis="合同第 7 条")
    case = actions.record_view(case, by=by.clerk, view="同意更换", attitude="accepts")
    case = actions.meet_demand(case, by=by.clerk, demand=demand, how="换货 1.2 吨已到")
    case = actions.ask_satisfaction(case, by=by.clerk, outcome="satisfied", words="处理得快")
    for duty in ("nonconformity.control", "corrective.action", "cause.found"):
        story.settle(case, duty)
    case = actions.close(fresh(case), by=by.clerk, basis="SB-C C-11")

    assert (case.state, case.ending, case.next_step) == (State.CLOSED, "satisfied", {})
    assert not clocks.running(case.subject).exists()
    assert not obligations.open_on(case.subject).exists()
    acts = [e.action for e in journal.entries_of(case.subject) if e.action.startswith("complaint.")]
    assert acts[0] == "complaint.register" and acts[-1] == "complaint.close"


@pytest.mark.clause("C-07")
def test_a_minor_matter_explained_to_a_satisfied_user_needs_no_form(register: Any, by: Any) -> None:
    case = register(description="发票抬头少一个字")
    case = actions.explain(case, by=by.clerk, text="当日重开", basis="合同第 3 条", reaction="satisfied", words="好的")
    case = actions.close(case, by=by.clerk, basis="C-07")
    assert case.state == State.CLOSED
    assert not hasattr(case, "feedback_form")
