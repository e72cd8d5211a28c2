"""Whether what came is marked as the rule demands, and the refusal that says what it lacks (T-02, T-03, T-04)."""

from __future__ import annotations

from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.materials.models import IncomingLot, MarkingContent, Way
from sanbao.materials.policies import rule_for
from sanbao.materials.rules import REPORT, lacking, report_lacking

#: Ways that stand for the missing marking; a required report is replaced by none but the nonconforming procedure.
CLEARS_MARKING = {Way.HISTORY, Way.SAMPLING, Way.NONCONFORMING}


def check(case: IncomingLot) -> dict[str, object]:
    """Hold the lot against the rule of the day on which it arrived; the facts to record."""
    decision = rule_for(case.material, case.delivery.arrived_on or today())
    case.rule_version = decision.version
    missing: list[str] = []
    if in_force("T-02"):
        missing = lacking(
            decision["contents"],
            case.present,
            lot_or_date=bool(case.incoming_lot),
            inspection_mark=bool(case.certificate or case.inspector),
        )
    if report_lacking(decision["report"], case.report, case.report_number):
        missing.append(REPORT)
    case.missing = missing
    return decision.as_facts("marking")


def still_missing(case: IncomingLot) -> list[str]:
    """What keeps it outside: the missing contents unless a way stands for them, and a missing report all the same."""
    marking = [] if case.cleared in CLEARS_MARKING else [code for code in case.missing if code != REPORT]
    report = [REPORT] if REPORT in case.missing and case.cleared != Way.NONCONFORMING else []
    return marking + report


def need_complete(case: IncomingLot) -> None:
    """Refuse with T-04 what lacks marking, with T-03 what lacks the required report."""
    missing = still_missing(case)
    if marking := [code for code in missing if code != REPORT]:
        refuse(
            "incoming.marking_incomplete",
            W(
                "{lot} 的标识缺：{list}（T-02），不予收货。",
                "The marking of {lot} lacks {list} (T-02); it is not taken in.",
            ),
            clause="T-04",
            field="present",
            lot=str(case),
            list=titles(marking),
            missing=missing,
        )
    if REPORT in missing:
        refuse(
            "incoming.report_missing",
            W(
                "{lot} 是重要材料，须附检验报告，没有报告不予收货。",
                "{lot} is of an important material: without the required inspection report it is not taken in.",
            ),
            clause="T-03",
            field="report_number",
            lot=str(case),
            missing=missing,
        )


def titles(codes: list[str]) -> W:
    """标识缺的内容，用词说。"""
    found = [MarkingContent(code).title if code != REPORT else W("检验报告", "inspection report") for code in codes]
    return W("、".join(t.zh for t in found), ", ".join(t.en for t in found))
