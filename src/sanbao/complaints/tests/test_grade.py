"""分级: from the inspection result and the effect on the market, explained by the table (C-12 … C-15)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import actions
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import State
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.inspection import actions as inspection
from sanbao.inspection.queries import samples_about
from sanbao.kernel import announcements, clocks, journal, obligations

TABLE = {
    "S4": "AAAA",
    "S3": "CBBA",
    "S2": "CCBB",
    "S1": "DDCB",
}


@pytest.mark.parametrize("severity", list(TABLE))
@pytest.mark.parametrize("spread", ["M1", "M2", "M3", "M4"])
def test_the_grade_is_the_one_the_table_gives(severity: str, spread: str, db: None) -> None:
    from sanbao.complaints.policies import GRADING
    from sanbao.kernel.times import today

    assert GRADING.decide(on=today(), severity=severity, spread=spread)["grade"] == TABLE[severity][int(spread[1]) - 1]


def test_the_grade_keeps_version_row_and_inputs_and_says_why(story: Any) -> None:
    case = story.graded("S3", "M3")
    assert case.grade == "B" and not case.provisional
    entry = journal.entries_of(case.subject).filter(action="complaint.grade").get()
    assert entry.facts["decision"]["inputs"] == {"severity": "S3", "spread": "M3"}
    assert entry.facts["decision"]["version"] == 1 and case.decision["row"] == entry.facts["decision"]["row"]
    assert "第 1 版" in case.decision["why"]["zh"]


@pytest.mark.clause("C-12")
def test_without_an_inspected_sample_the_grade_is_provisional_and_says_why(story: Any, by: Any) -> None:
    case = story.formed()
    with refused("complaint.no_inspection", "C-12"):
        actions.grade(case, by=by.technologist, spread="M1")
    with refused("complaint.provisional_reason", "C-12"):
        actions.grade(case, by=by.technologist, spread="M1", severity="S3")
    case = actions.grade(case, by=by.technologist, spread="M1", severity="S3", reason="样品在途中遗失")
    assert (case.grade, case.provisional, case.state) == ("C", True, State.GRADED)


@pytest.mark.clause("C-12")
def test_the_inspection_gives_the_severity_and_nobody_writes_another(story: Any, by: Any) -> None:
    case = story.inspected("S3")
    with refused("complaint.severity_is_inspected", "C-12", found="S3"):
        actions.grade(case, by=by.technologist, spread="M1", severity="S1")


def test_a_provisional_grade_is_reviewed_when_the_sample_comes_after_all(story: Any, by: Any) -> None:
    case = actions.request_sample(story.formed(), by=by.clerk, wanted="料段")
    case = actions.grade(case, by=by.technologist, spread="M1", severity="S1", reason="先行答复用户")
    assert case.grade == "D"
    assert "grade.review" in obligations.open_for(by.technologist).values_list("code", flat=True)
    sample = samples_about(case.subject).get()
    inspection.receive(sample, by=by.inspector, label="Y-2", place="样品架")
    announcements.deliver()
    inspection.conclude(
        by=by.inspector, sample=sample, ours="yes", used_rightly="yes", severity="S4", basis="GB/T 5237.2",
        conclusion="硬度不合格", opinion="停用",
    )  # fmt: skip
    announcements.deliver()
    case = actions.grade(fresh(case), by=by.technologist, spread="M1")
    assert (case.grade, case.provisional) == ("A", False)
    assert "grade.review" not in obligations.open_for(by.technologist).values_list("code", flat=True)
    assert [o.code for o in obligations.holding_up(case.subject)] == [
        "recall.assess",
        "corrective.action",
        "cause.found",
        "contain.name_lot",
    ]


def test_a_service_complaint_has_nothing_to_sample_and_is_graded_for_good(register: Any, by: Any) -> None:
    case = register(description="打了几次电话没人回")
    actions.issue_form(case, by=by.clerk)
    case = actions.grade(fresh(case), by=by.technologist, spread="M1", severity="S2")
    assert (case.grade, case.provisional) == ("C", False)


def test_clocks_go_by_the_grade(story: Any) -> None:
    case = story.inspected("S3")
    before = clocks.running(case.subject).get(kind="final").due_at
    case = story.graded("S4", "M1")
    assert clocks.running(case.subject).get(kind="final").rule["inputs"]["grade"] == "A"
    assert before is not None


@pytest.mark.clause("C-12")
def test_another_grade_than_the_table_s_needs_a_reason_and_a_second_person(story: Any, by: Any) -> None:
    case = story.inspected("S3")
    with refused("complaint.override_reason", "C-12", proposed="C"):
        actions.grade(case, by=by.technologist, spread="M1", override="B")
    case = actions.grade(case, by=by.technologist, spread="M1", override="B", reason="工程为学校")
    assert (case.grade, case.grade_proposed) == ("B", "C")
    assert "grade.confirm" in {o.code for o in obligations.holding_up(case.subject)}
    assert "grade.confirm" in obligations.open_for(by.technical_vp).values_list("code", flat=True)
    case = actions.confirm_grade(case, by=by.technical_vp, agree=True)
    assert "grade.confirm" not in {o.code for o in obligations.holding_up(case.subject)}


@pytest.mark.clause("C-12")
def test_who_changed_the_grade_cannot_confirm_it(story: Any, by: Any) -> None:
    from sanbao.complaints.tests.conftest import HOUSE

    case = actions.grade(story.inspected("S3"), by=HOUSE, spread="M1", override="B", reason="工程为学校")
    with refused("complaint.own_grade", "C-12"):
        actions.confirm_grade(case, by=HOUSE, agree=True)
    case = actions.confirm_grade(case, by=by.technical_vp, agree=False, reason="依据不足")
    assert case.grade == "C"


@pytest.mark.clause("C-13")
def test_grade_a_with_a_safety_fault_owes_a_recall_assessment(story: Any, by: Any) -> None:
    case = story.graded("S4", "M1")
    assert case.grade == "A"
    assert "recall.assess" in obligations.open_for(by.technologist).values_list("code", flat=True)


@pytest.mark.clause("C-14")
@pytest.mark.parametrize(("severity", "spread", "grade"), [("S3", "M4", "A"), ("S3", "M2", "B"), ("S2", "M1", "C")])
def test_other_grades_owe_the_control_of_the_nonconforming_product(
    story: Any, severity: str, spread: str, grade: str
) -> None:
    case = story.graded(severity, spread)
    assert case.grade == grade
    assert "nonconformity.control" in {o.code for o in obligations.holding_up(case.subject)}


@pytest.mark.clause("C-15")
def test_grade_d_is_answered_with_storage_and_use_after_sales_has_decided(story: Any, by: Any) -> None:
    case = story.decided("S1", "M1")
    assert (case.grade, case.next_party, case.next_clause) == ("D", "sales", "C-15")
    assert not obligations.holding_up(case.subject)
    with refused("complaint.d_undecided", "C-15"):
        actions.answer(case, by=by.clerk, text="未发现质量问题", basis="检验结论")
    case = actions.decide_d(case, by=by.manager, choice="guidance", reason="存档供安装培训")
    with refused("complaint.care_missing", "C-15"):
        actions.answer(case, by=by.clerk, text="未发现质量问题", basis="检验结论")
    case = actions.answer(case, by=by.clerk, text="未发现质量问题", basis="检验结论", care="干燥垫高存放，用中性清洗剂")
    assert case.state == State.ANSWERED and case.care


@pytest.mark.clause("C-15")
def test_only_grade_d_is_for_sales_to_decide(story: Any, by: Any) -> None:
    case = story.decided("S3", "M1")
    with refused("complaint.not_grade_d", "C-15"):
        actions.decide_d(case, by=by.manager, choice="exchange", reason="用户要求")


def test_the_grade_of_a_widespread_matter_is_offered_with_its_market_impact(story: Any, by: Any) -> None:
    case = actions.judge_widespread(story.inspected(), by=by.clerk, widespread=True, reason="同一喷涂批")
    form = COMPLAINT.faces["grade"].form(case=case, by=by.technologist)
    assert form.initial["spread"] == "M3"
