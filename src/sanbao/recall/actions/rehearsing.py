"""召回演练: the same scope against the clock; nothing is blocked and nobody is written to."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now, today
from sanbao.recall import queries, rules
from sanbao.recall.actions import scope
from sanbao.recall.actions.common import need, need_words
from sanbao.recall.lifecycle import RECALL
from sanbao.recall.models import Recall
from sanbao.recall.policies import REHEARSAL, due
from sanbao.trace.models import Lot


def rehearse(*, by: Actor, title: str, lots: Sequence[Lot]) -> Recall:
    """The stopwatch starts: every holder is listed as in a recall."""
    with RECALL.opening("rehearse", by=by, rehearsal=True) as step:
        case = step.case
        need(lots, "recall.no_starts", "请写明从哪个批次开始。", "Name the lot to begin from.", field="lots")
        rule = REHEARSAL.decide(on=today())
        step.record(**rule.as_facts(), starts=[lot.code for lot in lots])
        case.number, case.title, case.rule = numbering.take("rehearsal"), title, rule.as_facts()["decision"]
        case.proposed_by, case.proposed_at, case.due_at = by.ref, now(), due(now(), rule["within"])
        step.insert()
        case.starts.set(lots)
        scope.list_holders(step, scope.take(step))
    return case


def finish(recall: Recall, *, by: Actor, remarks: str, expect: int | None = None) -> Recall:
    """The stopwatch stops: the time, the share of the weight that the trace accounts for, and whether both suffice."""
    with RECALL.move("finish", recall, by=by, expect=expect) as step:
        case = step.case
        need_words(remarks, "remarks", "请写明发现的问题和改进。", "State what was found and what is to be improved.")
        rule = REHEARSAL.decide(on=today())
        case.ended_at = now()
        known, whole = queries.known_of(case)
        within = case.due_at is not None and case.ended_at <= case.due_at
        case.result = queries.result_of(case) | {
            "known_milli": known,
            "whole_milli": whole,
            "percent": str(rules.percent(known, whole)),
            "target": str(rule["target"]),
            "minutes": round((case.ended_at - case.proposed_at).total_seconds() / 60),
            "within": str(rule["within"]),
            "in_time": within,
            "passed": rules.accounted(known, whole, within, rule["target"]),
        }
        case.summary, case.due_at = remarks, None
        step.record(result=case.result)
        step.private(remarks=remarks)
    return step.case
