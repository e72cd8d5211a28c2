"""What happens to an analysis of the register (U-11)."""

from __future__ import annotations

from datetime import date

from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.tallies import queries
from sanbao.tallies.lifecycle import ANALYSIS
from sanbao.tallies.models import Analysis, AnalysisState
from sanbao.tallies.policies import TALLY

#: The duty of whoever analyses.
ANALYSE = "analyse"


def analyse(*, by: Actor, first: date, last: date, occasion: str = "", regular: bool = False) -> Analysis:
    """Open an analysis of a period with the figures of today; ``regular`` ones are opened by the calendar."""
    with ANALYSIS.opening("analyse", by=by, first=first, last=last, occasion=occasion, regular=regular) as step:
        case = step.case
        if not first <= last <= today():
            refuse(
                "analysis.period",
                W("期间须从先到后，且不晚于今天。", "The period runs forward and ends no later than today."),
                clause="U-11",
                status=422,
                field="last",
            )
        rule = TALLY.decide(on=today())
        case.number = numbering.take("analysis")
        case.opened_by, case.opened_at = by.ref, now()
        case.due_at = calendar().counting(rule["due"].working).due(now(), rule["due"])
        case.figures = queries.figures(first, last)
        step.insert()
        step.record(**rule.as_facts(), figures=case.figures)
        if in_force("U-11"):
            sentence = W(
                "分析登记表 {first} 至 {last}，提出纠正措施",
                "Analyse the register from {first} to {last} and lay down measures",
                first=f"{first:%Y-%m-%d}",
                last=f"{last:%Y-%m-%d}",
            )
            obligations.owe(
                subject=case.subject, code=ANALYSE, sentence=sentence, to=str(rule["to"]), by=by, clause="U-11",
                due=case.due_at,
            )  # fmt: skip
    return case


def conclude_analysis(
    analysis: Analysis, *, by: Actor, findings: str, measures: str = "", reason: str = "", expect: int | None = None
) -> Analysis:
    """What was found, and the corrective measures that follow; without any it says why none are needed (U-11, Q-03)."""
    with ANALYSIS.move("conclude_analysis", analysis, by=by, expect=expect) as step:
        case = step.case
        if not measures.strip() and not reason.strip():
            refuse(
                "analysis.no_measures",
                W("请写纠正措施；不需要措施的，写明理由。", "Lay down measures, or say why none are needed."),
                clause="U-11",
                status=422,
                field="measures",
            )
        case.findings, case.measures, case.reason = findings, measures, "" if measures.strip() else reason
        case.concluded_by, case.concluded_at = by.ref, now()
        step.to(AnalysisState.MEASURES if measures.strip() else AnalysisState.NOTHING)
        step.record(findings=findings, measures=measures)
        obligations.discharge(subject=case.subject, code=ANALYSE, by=by, outcome=case.state)
    return step.case
