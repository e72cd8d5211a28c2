"""QC's word on a card, and the way back: what failed is sent to an earlier operation (W-06)."""

from __future__ import annotations

from collections.abc import Mapping

from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.production import queries
from sanbao.production.actions.common import acting, advance, ref_of, standing
from sanbao.production.models import Card, CardState, Operation
from sanbao.trace import actions as trace
from sanbao.trace import concerns
from sanbao.trace.actions import ReportRow
from sanbao.trace.models import QualityStatus


def inspect(
    card: Card,
    *,
    by: Actor,
    conclusion: str,
    measured: Mapping[str, str] | None = None,
    appearance: str = "",
    expect: int | None = None,
) -> Card:
    """QC inspects a basket: a report with its number, and the basket's status from now on (T-09, W-06).

    合格 is refused while a required check or a step of the route is missing, and to whoever worked on the basket.
    """
    with acting("inspect", card, by=by, expect=expect) as act:
        case = act.case
        doers = {ref for step in standing(case) for ref in (step.recorded_by, ref_of(step.operator))}
        signatures.not_the_same(by, others=sorted(doers), code="card.own_work", clause="W-06")
        report = trace.report_inspection(
            ReportRow(
                number=numbering.take("report"),
                traveller=case.number,
                conclusion=conclusion,
                inspected_on=today(),
                measured={name: text.strip() for name, text in (measured or {}).items() if text.strip()},
                appearance=appearance,
            ),
            by=by,
        )
        act.to(CardState.IN_WORK if conclusion == QualityStatus.PASSED else case.state)
        act.record(report=report.pk, number=report.number, conclusion=conclusion)
    return case


def send_to_rework(
    card: Card, *, by: Actor, operation: str, reason: str = "", disposition: str = "", expect: int | None = None
) -> Card:
    """退回返工: a failed basket goes back to an earlier operation; from there on everything is done, checked and
    inspected again. It says why, or names the disposition that orders it (W-06)."""
    with acting("send_to_rework", card, by=by, expect=expect) as act:
        case, steps = act.case, standing(act.case)
        way = queries.progress(case, steps)
        if max(len(reason.strip()), len(disposition.strip())) < 2:
            sentence = W("请写明返工原因，或处置单号。", "State why, or the number of the disposition.")
            refuse("reason_missing", sentence, clause="W-06", status=422, field="reason")
        if operation not in way.again:
            refuse(
                "card.no_way_back",
                W("{card} 不能退回到{operation}。", "{card} cannot go back to “{operation}”."),
                clause="W-06",
                status=422,
                field="operation",
                card=case.number,
                operation=Operation.title_of(operation),
                may=list(way.again),
            )
        case.round, case.rework_to = case.round + 1, operation
        advance(case, steps)
        act.record(reason=reason, disposition=disposition)
    return case


def finish_rework(card: Card, *, by: Actor) -> None:
    """QC has passed a reworked basket by a verdict of its own: the rework is over."""
    with acting("finish_rework", card, by=by):
        pass


concerns.before_passed.append(queries.unready)
