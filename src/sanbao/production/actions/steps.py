"""A step on a basket, its two checks, and striking what was written wrongly (T-09, W-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step as Act
from sanbao.kernel.policies import Decision
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.production import queries, rules
from sanbao.production.actions.common import (
    acting,
    advance,
    left_of,
    milli,
    need_checked,
    need_past,
    need_weight,
    ref_of,
    standing,
)
from sanbao.production.lifecycle import CARD, STEP
from sanbao.production.models import Card, CardState, Operation, Outcome, Parameter, Scope, Step, StepState
from sanbao.production.policies import MASS_BALANCE, STEPS
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot, Movement, MovementKind, Purpose, QualityStatus, RecordKind

#: What a step tells of the card: the date column, and the column of the load's code.
TELLS = {
    Operation.EXTRUDE: ("extruded_on", ""),
    Operation.AGE: ("aged_on", "ageing"),
    Operation.ANODISE: ("finished_on", "finish"),
    Operation.COAT: ("finished_on", "finish"),
}


def record_step(
    card: Card,
    *,
    by: Actor,
    operation: str,
    machine: str,
    shift: str,
    operator: Person,
    done_on: date,
    kg_in: Decimal | None = None,
    kg_out: Decimal | None = None,
    scrap_kg: Decimal | None = None,
    treatment: str = "",
    measured: Mapping[str, str] | None = None,
    remark: str = "",
    expect: int | None = None,
) -> Card:
    """Write down the operation that the card waits for (T-09).

    Refused out of the route's order, while the step before it lacks a check or failed one (W-06), while the basket is
    held (T-13). Without a weight, all of it went in and came out but for the scrap; ``treatment`` is a load, bath lot
    or line batch, a new one gets the next number.
    """
    with acting("record_step", card, by=by, expect=expect) as act:
        case, steps = act.case, standing(act.case)
        _need_in_order(case, steps, operation, done_on)
        need_checked(case, steps)
        purpose = Purpose.REWORK if case.state == CardState.REWORK else Purpose.CONTINUE
        permits = trace.pass_gate([case.lot], purpose, customer_id=case.customer_id)
        if permits:
            act.record(permits=[permit.number for permit in permits])
        left = left_of(case)
        went_in = _went_in(case, left, kg_in)
        scrap = milli(scrap_kg)
        came_out = went_in - scrap if kg_out is None else need_weight(kg_out, "kg_out")
        made = write_step(
            case, by=by, operation=operation, machine=machine, shift=shift, operator=operator, done_on=done_on,
            went_in=went_in, came_out=came_out, scrap=scrap, treatment=treatment, measured=measured, remark=remark,
        )  # fmt: skip
        if left is not None:
            _settle_weight(case, made, left, by)
        advance(case, [*steps, made])
        act.record(step=made.pk, operation=operation)
    return act.case


def write_step(
    card: Card,
    *,
    by: Actor,
    operation: str,
    machine: str,
    shift: str,
    operator: Person,
    done_on: date,
    went_in: int,
    came_out: int,
    scrap: int,
    treatment: str = "",
    measured: Mapping[str, str] | None = None,
    remark: str = "",
) -> Step:
    """The step itself with its load, its links and what it tells the card."""
    rule = STEPS.decide(on=done_on, operation=operation)
    told = {name: text.strip() for name, text in (measured or {}).items() if text.strip()}
    _need_measured(rule, told)
    _need_not_more(went_in, came_out + scrap, done_on)
    with STEP.opening("record", by=by, card=card, operation=operation, machine=machine, shift=shift) as act:
        case = act.case
        case.round, case.operator, case.done_on, case.remark = card.round, operator, done_on, remark
        case.in_milli, case.out_milli, case.scrap_milli, case.measured = went_in, came_out, scrap, told
        case.recorded_by, case.recorded_at = by.ref, now()
        case.lead_needed, case.qc_needed = rule["team_leader"], rule["qc"]
        case.treatment = _load(rule, treatment, by=by, on=done_on)
        act.to(_state(case))
        act.insert()
        if case.treatment:
            trace.connect(RecordKind.STEP, case.pk, [(case.treatment.pk, card.lot_id, None)], by=by)
        case.filled = trace.fill_traveller(card.lot, by=by, **_tells(case))
        act.record(**rule.as_facts(), card=card.pk)
    return case


def check_lead(step: Step, *, by: Actor, outcome: str, remark: str = "", expect: int | None = None) -> Step:
    """The team leader looks at what his team did; never at what he did or wrote down himself (W-06, R-11)."""
    with trace.writing(), STEP.move("check_lead", step, by=by, expect=expect) as act:
        case = act.case
        _need_lacking(case.lead_outcome or not case.lead_needed, case)
        signatures.not_the_same(by, others=_doers(case), code="step.own_work", clause="W-06")
        case.lead_outcome, case.lead_by, case.lead_at, case.lead_remark = outcome, by.ref, now(), remark
        _judge(act, outcome, remark)
    return act.case


def check_qc(step: Step, *, by: Actor, outcome: str, remark: str = "", expect: int | None = None) -> Step:
    """QC looks at a step; what it finds not good is 不合格 from that moment (W-06)."""
    with trace.writing(), STEP.move("check_qc", step, by=by, expect=expect) as act:
        case = act.case
        _need_lacking(case.qc_outcome or not case.qc_needed, case)
        signatures.not_the_same(by, others=[*_doers(case), case.lead_by], code="step.own_work", clause="W-06")
        case.qc_outcome, case.qc_by, case.qc_at, case.qc_remark = outcome, by.ref, now(), remark
        _judge(act, outcome, remark)
        if outcome == Outcome.BAD and case.card.lot.status != QualityStatus.FAILED:
            basis = f"{case.card.number} {Operation(case.operation).zh}检查：{remark}"
            trace.judge(by=by, lots=[case.card.lot_id], status=QualityStatus.FAILED, basis=basis[:300])
    return act.case


def strike_step(step: Step, *, by: Actor, reason: str, expect: int | None = None) -> Step:
    """冲销: the last step of a card was written wrongly. It stays, struck; weights, links and dates go back."""
    with trace.writing(), STEP.move("strike", step, by=by, expect=expect) as act:
        case = act.case
        steps = standing(case.card)
        _need_last(case, steps)
        for movement in Movement.standing.filter(about=case.subject).order_by("-id"):
            trace.reverse(by=by, record_kind=RecordKind.MOVEMENT.value, record_id=movement.pk, reason=reason)
        if case.treatment:
            trace.disconnect(RecordKind.STEP, case.pk, into=case.card.lot, by=by)
        trace.unfill_traveller(case.card.lot, case.filled, by=by)
        act.record(card=case.card_id, reason=reason)
        with CARD.move("step_back", case.card, by=by) as back:
            advance(back.case, [other for other in steps if other.pk != case.pk])
    return act.case


# -- what must hold -----------------------------------------------------------------------------------


def _need_in_order(card: Card, steps: Sequence[Step], operation: str, done_on: date) -> None:
    way = queries.progress(card, steps)
    if operation != way.next:
        facts = {"card": card.number, "operation": Operation(operation).title, "next": Operation(way.next).title}
        refuse(
            "card.out_of_order",
            W("{card} 接下来应做{next}，不是{operation}。", "{card} comes to “{next}” now, not to “{operation}”."),
            clause="T-09",
            **facts,
        )
    need_past(done_on)
    last = max([step.done_on for step in steps], default=card.record.extruded_on)
    if last is not None and done_on < last:
        refuse(
            "step.before_the_last",
            W("日期早于上一道工序（{last}）。", "The date lies before the step before it ({last})."),
            clause="T-09",
            status=422,
            field="done_on",
            last=last.isoformat(),
        )


def _went_in(card: Card, left: int | None, kg_in: Decimal | None) -> int:
    """What went in: what was weighed, else the whole basket; never more than is left of it."""
    if kg_in is None and left is not None:
        return left
    went_in = need_weight(kg_in, "kg_in")
    if left is not None and went_in > left:
        refuse(
            "step.more_than_left",
            W("{card} 账面只剩 {left} kg，投入不能是 {kg} kg。", "Only {left} kg of {card} is left, not {kg} kg."),
            clause="T-09",
            status=422,
            field="kg_in",
            card=card.number,
            left=f"{left / 1000:g}",
            kg=f"{went_in / 1000:g}",
        )
    return went_in


def _need_not_more(went_in: int, came_out: int, on: date) -> None:
    """No step makes metal; a coating adds weight, within the tolerance."""
    gain = MASS_BALANCE.decide(on=on, scope=Scope.STEP)["gain"]
    if went_in and came_out > went_in and Decimal(came_out - went_in) * 100 > gain * went_in:
        refuse(
            "step.more_came_out",
            W(
                "投入 {went_in} kg，产出和废料却有 {came_out} kg，超过允许的增重 {gain}%。",
                "{went_in} kg went in and {came_out} kg came out, more than the {gain}% that may be gained.",
            ),
            clause="T-09",
            status=422,
            field="kg_out",
            went_in=f"{went_in / 1000:g}",
            came_out=f"{came_out / 1000:g}",
            gain=f"{gain:f}",
        )


def _need_measured(rule: Decision, told: Mapping[str, str]) -> None:
    for name in rule["measured"]:
        if name not in told:
            refuse(
                "step.unmeasured",
                W("这道工序必须记{what}。", "“{what}” must be written down at this step."),
                clause="T-09",
                status=422,
                field=name,
                what=Parameter(name).title,
            )


def _need_lacking(there: object, step: Step) -> None:
    if there:
        refuse(
            "step.checked_already",
            W("{step} 的这项检查已经做过，或不需要。", "This check of {step} was made already, or is not asked for."),
            clause="W-06",
            step=str(step),
        )


def _need_last(step: Step, steps: Sequence[Step]) -> None:
    def no(code: str, zh: str, en: str) -> None:
        refuse(code, W(zh, en), clause="T-09", card=step.card.number)

    if step.operation == Operation.EXTRUDE:
        no("step.is_the_card", "挤压就是开卡，请冲销 {card} 的随行卡记录。", "That is the card itself; strike {card}.")
    if steps and steps[-1].pk != step.pk:
        no("step.not_last", "{card} 后面还有工序，先冲销后面的。", "{card} has later steps; strike those first.")
    if queries.transfers_of(step.card.lot).filter(moved_at__gt=step.recorded_at).exists():
        no(
            "step.poured_on",
            "{card} 之后拆并过框，不能冲销。",
            "{card} was split or merged since; it cannot be struck.",
        )
    if step.card.lot.status == QualityStatus.PASSED:
        no("step.passed_on", "{card} 已判合格，不能冲销工序。", "{card} has passed; its steps cannot be struck.")


# -- what follows -------------------------------------------------------------------------------------


def _load(rule: Decision, treatment: str, *, by: Actor, on: date) -> Lot | None:
    kind = rule["load"]
    if kind == "none":
        if treatment.strip():
            sentence = W("这道工序不记炉次或槽批。", "This step records no load or batch.")
            refuse("step.no_load", sentence, clause="T-09", status=422, field="treatment")
        return None
    return trace.treatment(treatment.strip() or numbering.take(kind), kind, by=by, on=on)


def _tells(step: Step) -> dict[str, object]:
    column, code = TELLS.get(Operation(step.operation), ("", ""))
    told: dict[str, object] = {column: step.done_on} if column else {}
    if code and step.treatment:
        told[code] = step.treatment.code
    return told


def _settle_weight(card: Card, step: Step, left: int, by: Actor) -> None:
    """The card's book follows the scales: scrap goes, and what does not add up is written down as a difference."""
    title = Operation(step.operation).zh
    if step.scrap_milli:
        trace.move(
            by=by, lot=card.lot, what=MovementKind.SCRAPPED, quantity_milli=step.scrap_milli, reason=f"{title}废料",
            about=step.subject,
        )  # fmt: skip
    difference = (step.out_milli or 0) + step.scrap_milli - left
    if difference:
        trace.move(
            by=by, lot=card.lot, what=MovementKind.COUNTED, quantity_milli=difference, reason=f"{title}称重",
            about=step.subject,
        )  # fmt: skip


def _state(step: Step) -> str:
    checks = {"lead_needed": step.lead_needed, "lead": step.lead_outcome}
    return StepState(rules.checked(**checks, qc_needed=step.qc_needed, qc=step.qc_outcome))


def _judge(act: Act[Step], outcome: str, remark: str) -> None:
    if outcome == Outcome.BAD and len(remark.strip()) < 2:
        sentence = W("请写明什么不合格。", "Say what is not good.")
        refuse("reason_missing", sentence, clause="W-06", status=422, field="remark")
    act.to(_state(act.case))
    act.record(card=act.case.card_id, outcome=outcome)
    act.private(remark=remark)


def _doers(step: Step) -> list[str]:
    return [step.recorded_by, ref_of(step.operator)]
