"""A record ends: everything disposed of and in balance, or it was no nonconformity after all (Q-02)."""

from __future__ import annotations

from sanbao.kernel import obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step, hold
from sanbao.kernel.refusals import in_force, need_basis
from sanbao.kernel.times import now
from sanbao.nonconformity import queries
from sanbao.nonconformity.actions import letting_go
from sanbao.nonconformity.actions.telling import CONTROL, HOUSE, need
from sanbao.nonconformity.lifecycle import NONCONFORMITY
from sanbao.nonconformity.models import Nonconformity
from sanbao.trace import actions as trace
from sanbao.trace.models import HeldLot


def close(record: Nonconformity, *, by: Actor, conclusion: str, basis: str, expect: int | None = None) -> Nonconformity:
    """QC closes: every quantity is reworked, released, sent back or scrapped, and nothing waits (Q-02).

    What was held with it and is no line of it leaves the hold; what was scrapped stays held.
    """
    with NONCONFORMITY.move("close", record, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        found = queries.standings(case)
        need(found, "nonconformity.no_lines", "还没有写明批次和数量。", "No lot and quantity stands in it yet.",
             clause="Q-02")  # fmt: skip
        unsettled = next((one for one in found if not one.balance.settled), None)
        need(
            unsettled is None, "nonconformity.open", "{line} 还有 {open} 未处置、{pending} 处置未完。",
            "Of {line}, {open} is open and {pending} under way.", clause="Q-02",
            line=unsettled.line.name if unsettled else "",
            open=str(unsettled.quantity(unsettled.balance.open)) if unsettled else "",
            pending=str(unsettled.quantity(unsettled.balance.pending)) if unsettled else "",
        )  # fmt: skip
        step.record(balance={one.line.name: one.balance.shares for one in found}, basis=basis)
        _end(step, conclusion, basis)
        _let_out(case, letting_go.kept([one.line for one in found]), basis)
    return step.case


def withdraw(
    record: Nonconformity, *, by: Actor, conclusion: str, basis: str, expect: int | None = None
) -> Nonconformity:
    """QC finds that it conforms: the hold is lifted. Never by who opened it, nor once anything was carried out."""
    with NONCONFORMITY.move("withdraw", record, by=by, expect=expect) as step:
        case = step.case
        need_basis(basis)
        signatures.not_the_same(by, others=[case.opened_by], code="nonconformity.own")
        acted = case.dispositions.exclude(state__in=["refused", "cancelled"]).exists()
        need(not acted, "nonconformity.acted_on", "已有处置，不能撤销；请先取消处置。",
             "There are dispositions; cancel them first.")  # fmt: skip
        step.record(basis=basis)
        _end(step, conclusion, basis)
        _let_out(case, set(), basis)
    return step.case


def _end(step: Step[Nonconformity], conclusion: str, basis: str) -> None:
    case = step.case
    case.conclusion, case.basis, case.closed_by, case.closed_at = conclusion, basis, step.by.ref, now()
    obligations.withdraw_all(subject=case.subject, by=step.by, reason=case.number)
    others = queries.about(case.about).filter(state="contained").exclude(pk=case.pk) if case.about else None
    if case.about and others is not None and not others.exists():
        hold(case.about)
        obligations.discharge(subject=case.about, code=CONTROL, by=step.by, outcome=case.number)


def _let_out(case: Nonconformity, keep: set[int], basis: str) -> None:
    """Every hold of the record is lifted, but for what must stay; a hold in which something stays is lifted in part."""
    if not in_force("Q-01"):
        return
    for held in queries.holds_in_force(case):
        rows = HeldLot.objects.filter(hold=held, released=False)
        inside = set(rows.values_list("lot_id", flat=True))
        if not inside & keep:
            trace.lift(held, by=HOUSE, basis=f"{case.number} {basis}"[:300])
        elif out := sorted(inside - keep):
            trace.release(held, by=HOUSE, lots=out, basis=f"{case.number} {basis}"[:300])
