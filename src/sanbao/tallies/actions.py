"""What happens to an analysis of the register, and what follows from it (U-01, U-11, U-12)."""

from __future__ import annotations

from datetime import date

from sanbao.kernel import numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.tallies import queries
from sanbao.tallies.lifecycle import ANALYSIS
from sanbao.tallies.models import Analysis, AnalysisState
from sanbao.tallies.policies import IMPROVEMENT, TALLY

#: The duties of whoever analyses, organises the measures, and takes it all into the management review.
ANALYSE, ORGANISE, REVIEW = "analyse", "analysis.organise", "analysis.review"


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
        ends = AnalysisState.MEASURES if measures.strip() else AnalysisState.NOTHING
        step.to(ends)
        step.record(findings=findings, measures=measures)
        obligations.discharge(subject=case.subject, code=ANALYSE, by=by, outcome=ends)
        if ends == AnalysisState.MEASURES:
            _owe(step, ORGANISE, "organise", "组织落实 {number} 的措施", "Organise the measures of {number}", "U-01")
        else:
            _owe_review(step)
    return step.case


def organise(analysis: Analysis, *, by: Actor, plan: str, expect: int | None = None) -> Analysis:
    """The production VP has the measures carried out: who does what by when, and which corrective actions (U-01)."""
    with ANALYSIS.move("organise", analysis, by=by, expect=expect) as step:
        case = step.case
        case.plan, case.organised_by, case.organised_at = plan, by.ref, now()
        step.record(plan=plan)
        obligations.fulfil(case.subject, ORGANISE, by=by)
        if not case.reviewed_at:
            _owe_review(step)
    return step.case


def take_to_review(analysis: Analysis, *, by: Actor, review: str, expect: int | None = None) -> Analysis:
    """Findings, measures and how satisfied the users were are an input to the management review (U-12, M-05).

    What the register says of satisfaction for the period, beside the period before, is kept in the record.
    """
    with ANALYSIS.move("take_to_review", analysis, by=by, expect=expect) as step:
        case = step.case
        need(
            case.state != AnalysisState.MEASURES or case.organised_at,
            "analysis.not_organised",
            "措施还没有组织落实，先由生产副总排定。",
            "The measures are not organised yet; the production VP does that first.",
            clause="U-01",
        )
        case.review, case.reviewed_by, case.reviewed_at = review, by.ref, now()
        step.record(review=review, satisfaction=queries.satisfaction(case.first, case.last))
        obligations.fulfil(case.subject, REVIEW, by=by)
    return step.case


def _owe_review(step: Step[Analysis]) -> None:
    zh, en = (
        "把 {number} 的结论和用户满意结果纳入管理评审",
        "Take {number} and the satisfaction into the management review",
    )
    _owe(step, REVIEW, "review", zh, en, "U-12")


def _owe(step: Step[Analysis], code: str, what: str, zh: str, en: str, clause: str) -> None:
    """Owed to the post that the policy names, within its time; nothing where a test has muted the clause."""
    if not in_force(clause):
        return
    rule = IMPROVEMENT.decide(on=today())
    within = rule[f"{what}_within"]
    obligations.owe(
        subject=step.case.subject, code=code, sentence=W(zh, en, number=step.case.number),
        to=str(rule["organiser" if what == "organise" else "reviewer"]), by=step.by, clause=clause,
        due=calendar().counting(within.working).due(now(), within),
    )  # fmt: skip
    step.record(**rule.as_facts())
