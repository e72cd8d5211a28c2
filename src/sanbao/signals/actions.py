"""What happens to a signal: the house proposes, a person judges, measures follow (C-09, U-11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sanbao.kernel import notices, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.calendars import Span
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.policies import Decision
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.signals import policies, queries
from sanbao.signals.lifecycle import SIGNAL
from sanbao.signals.matters import Matter
from sanbao.signals.models import Level, Signal, SignalCase, SignalState
from sanbao.signals.telling import Names, as_facts, both, ranked, sentence

#: What is owed on a signal.
JUDGE, MEASURES = "signal.judge", "signal.measures"


def propose(matter: Matter, *, by: Actor, on: date, names: Names) -> Signal:
    """The stream of complaints looks as if a matter were fairly widespread: somebody has to judge it (提示较为普遍)."""
    count, rest = policies.decided(on)
    with SIGNAL.opening(
        "propose", by=by, defect_id=matter.defect, raised_on=date.fromordinal(matter.raised_on)
    ) as step:
        step.case.number = numbering.take("signal")
        step.case.decision = count.as_facts("count") | rest.as_facts("test")
        step.record(**step.case.decision)
        _show(step, matter, names, on, int(count["days"]))
        step.insert()
        _add(step, matter, on)
        _have_judged(step, rest)
    return step.case


def grow(signal: Signal, matter: Matter, *, by: Actor, on: date, names: Names) -> Signal:
    """More of what was proposed already: it is added to, not proposed a second time."""
    with SIGNAL.move("grow", signal, by=by) as step:
        before = step.case.level
        _show(step, matter, names, on, int(policies.decided(on)[0]["days"]))
        _add(step, matter, on)
        if step.case.level != before:
            _tell_judges(step)
    return step.case


def propose_again(signal: Signal, matter: Matter, *, by: Actor, on: date, names: Names) -> Signal:
    """What a person rejected has grown by as much as the policy says; he is asked once more."""
    count, rest = policies.decided(on)
    with SIGNAL.move("propose_again", signal, by=by) as step:
        step.record(rejected_at=step.case.rejected_at, **count.as_facts("count"), **rest.as_facts("test"))
        step.case.rejected_at, step.case.judged_at, step.case.judged_by = None, None, ""
        _show(step, matter, names, on, int(count["days"]))
        _add(step, matter, on)
        _have_judged(step, rest)
    return step.case


def confirm(signal: Signal, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Signal:
    """A person confirms that the matter is fairly widespread. Whoever must act is told; measures are owed (U-11)."""
    with SIGNAL.move("confirm", signal, by=by, expect=expect) as step:
        _judge(step, reason, basis)
        rest = policies.SIGNALS.decide(on=today())
        step.record(**rest.as_facts("test"))
        step.case.due_at = _due(rest["measures_due"])
        said = W("{number} 已确认较为普遍：{told}", "{number} is confirmed as widespread: {told}")
        _tell(step, rest["told"], "confirmed", said.format(number=step.case.number, told=step.case.words))
        if in_force("U-11"):
            obligations.owe(
                subject=step.case.subject,
                code=MEASURES,
                sentence=W(
                    "对信号 {number} 作分析、定措施",
                    "Analyse signal {number} and lay down measures",
                    number=step.case.number,
                ),
                to=rest["measures"],
                by=by,
                clause="U-11",
                due=step.case.due_at,
            )
    return step.case


def reject(signal: Signal, *, by: Actor, reason: str, basis: str, expect: int | None = None) -> Signal:
    """A person says that it is no more than chance, or something else. It comes back only if it grows."""
    with SIGNAL.move("reject", signal, by=by, expect=expect) as step:
        _judge(step, reason, basis)
        step.case.rejected_at, step.case.due_at = step.case.count, None
    return step.case


def settle(signal: Signal, *, by: Actor, analysis: str, measures: str, basis: str, expect: int | None = None) -> Signal:
    """What the analysis found and what is done about it (定措施). A confirmed signal does not end without (U-11)."""
    with SIGNAL.move("settle", signal, by=by, expect=expect) as step:
        need_basis(basis)
        for name, words in (("analysis", analysis), ("measures", measures)):
            if len(words.strip()) < 2:
                refuse(
                    "signal.no_measures",
                    W(
                        "请写明分析结果和纠正措施。",
                        "Say what the analysis found and which corrective measures follow.",
                    ),
                    clause="U-11",
                    status=422,
                    field=name,
                )
        step.case.analysis, step.case.measures, step.case.settled_at = analysis, measures, now()
        step.case.due_at = None
        step.record(measures_basis=basis)
        step.private(analysis=analysis, measures=measures)
        obligations.discharge(subject=step.case.subject, code=MEASURES, by=by, outcome=measures)
    return step.case


def _judge(step: Step[Signal], reason: str, basis: str) -> None:
    """C-09: the house proposes, a person judges; who, when, on what basis and why are kept beside the proposal."""
    if step.by.person_id is None:
        refuse(
            "signal.not_a_person",
            W("信号由人判定，系统不能代判。", "A signal is judged by a person; the house may not do it."),
            clause="C-09",
            status=403,
        )
    need_basis(basis)
    if len(reason.strip()) < 2:
        refuse(
            "signal.no_reason",
            W("请写明判定的理由。", "Say why you judge it so."),
            clause="C-09",
            status=422,
            field="reason",
        )
    case = step.case
    case.judged_by, case.judged_at, case.reason, case.basis = step.by.ref, now(), reason, basis
    step.record(basis=basis, level=case.level, told=case.told, cases=queries.case_ids(case))
    step.private(reason=reason)
    obligations.discharge(subject=case.subject, code=JUDGE, by=step.by, outcome=step.name)


def _show(step: Step[Signal], matter: Matter, names: Names, on: date, days: int) -> None:
    """Bring the row up to what the matter is now."""
    case = step.case
    case.level = Level.RED if matter.red else Level.AMBER
    case.red_on = date.fromordinal(matter.red_on) if matter.red_on else None
    case.grown_on = on
    case.told = both(sentence(matter, names, days))
    case.findings = [as_facts(finding, names) for finding in ranked(matter)]
    case.count, case.users = len(matter.cases), queries.users_of(matter.cases)
    step.record(told=case.told, cases=sorted(matter.cases), findings=case.findings)


def _add(step: Step[Signal], matter: Matter, on: date) -> None:
    known = set(SignalCase.objects.filter(signal=step.case).values_list("complaint_id", flat=True))
    SignalCase.objects.bulk_create(
        [SignalCase(signal=step.case, complaint_id=pk, added_on=on) for pk in sorted(matter.cases - known)]
    )


def _have_judged(step: Step[Signal], rest: Decision) -> None:
    step.case.due_at = _due(rest["due"])
    if in_force("C-09"):
        obligations.owe(
            subject=step.case.subject,
            code=JUDGE,
            sentence=W("判定是否较为普遍：{told}", "Judge whether widespread: {told}", told=step.case.words),
            to=rest["judge"],
            by=step.by,
            clause="C-09",
            due=step.case.due_at,
        )


def _tell_judges(step: Step[Signal]) -> None:
    """An amber signal has turned red: whoever has to judge or to act hears of it at once."""
    rest = policies.SIGNALS.decide(on=today())
    said = W(
        "{number} 转为红色：{told}", "{number} has turned red: {told}", number=step.case.number, told=step.case.words
    )
    _tell(step, [rest["judge"] if step.case.state == SignalState.PROPOSED else rest["measures"]], "red", said)


def _tell(step: Step[Signal], roles: Any, why: str, said: W) -> None:
    for role in roles:
        notices.tell(
            to=role,
            about=f"signal:{step.case.pk}:{why}",
            subject=step.case.subject,
            sentence=said,
            clause="C-09",
            but=step.by.ref,
        )


def _due(span: Span) -> datetime:
    return calendar().counting(span.working).due(now(), span)
