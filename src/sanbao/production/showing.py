"""A card as its page shows it: put together from one look at the database, no request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sanbao.kernel import journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.production import balances, queries
from sanbao.production.lifecycle import CARD, STEP
from sanbao.production.models import Card, CardState, Operation, Outcome, Parameter, Step, StepState, Transfer
from sanbao.production.rules import Balance
from sanbao.trace.models import (
    HeldLot,
    Hold,
    HoldState,
    InspectionReport,
    Lot,
    LotKind,
    LotLink,
    QualityStatus,
    RecordKind,
    record_of,
)
from sanbao.trace.queries import Account, account, exact

STATES = {CardState.REWORK: "late", CardState.ENDED: "", CardState.STRUCK: "", CardState.IN_WORK: "run"}
CHECKS = {StepState.TO_CHECK: "soon", StepState.PASSED: "fine", StepState.FAILED: "late", StepState.STRUCK: ""}


@dataclass(slots=True)
class Check:
    """One check of a step: what was found, by whom, or by which move it is still to be made."""

    needed: bool
    outcome: W | str = ""
    kind: str = ""
    by: str = ""
    at: Any = None
    remark: str = ""
    move: str = ""


@dataclass(slots=True)
class StepLine:
    """One line of the step table."""

    step: Step
    in_: str
    out: str
    scrap: str
    measured: list[tuple[W | str, str]]
    lead: Check
    qc: Check
    counts: bool
    may_strike: bool


@dataclass(slots=True)
class CardPage:
    """Everything on a card's page."""

    card: Card
    at: W | str
    stepper: list[dict[str, Any]]
    lines: list[StepLine]
    lacks: Any
    transfers: list[tuple[Transfer, str, bool]]
    reports: list[tuple[InspectionReport, list[tuple[W | str, str]]]]
    billets: list[tuple[Lot, str]]
    labels: list[tuple[Lot, str]]
    holds: list[Hold]
    book: Account
    balance: Balance | None
    story: list[dict[str, Any]] = field(default_factory=list)

    @property
    def left(self) -> str:
        return exact(self.book.left, self.card.lot.unit) if self.book.left is not None else ""


def card_page(card: Card, by: Actor) -> CardPage:
    """Twelve queries or so, whatever hangs on the card."""
    steps = queries.standing_steps([card]).get(card.pk, [])
    counting = {step.pk for step in queries.counting(card, steps)}
    transfers = list(queries.transfers_of(card.lot))
    billets, labels = _neighbours(card)
    return CardPage(
        card=card,
        at=Operation.title_of(queries.stands_at(card)),
        stepper=_stepper(card, steps),
        lines=[_line(step, card, by, step.pk in counting, step is steps[-1]) for step in steps],
        lacks=queries.lack_of_checks(card, steps),
        transfers=[(t, exact(t.quantity_milli, card.lot.unit), t.lot_id == card.lot_id) for t in transfers],
        reports=[(r, _told(r.measured)) for r in InspectionReport.standing.filter(lot=card.lot).order_by("id")],
        billets=billets,
        labels=labels,
        holds=[
            held.hold
            for held in HeldLot.objects.filter(lot=card.lot, released=False, hold__state=HoldState.IN_FORCE)
            .select_related("hold")
            .order_by("hold_id")
        ],
        book=account(card.lot),
        balance=balances.of_card(card, steps, transfers),
        story=_story(card, steps),
    )


def _stepper(card: Card, steps: list[Step]) -> list[dict[str, Any]]:
    way = queries.progress(card, steps)
    dates = {step.operation: step for step in steps}
    shown = []
    for operation in [*way.route, Operation.INSPECT, Operation.PACK]:
        step = dates.get(operation)
        note: W | str = f"{step.done_on:%m-%d}" if step and operation in way.done else ""
        if operation in card.brought and not step:
            note = W("旧卡", "before")
        state = "done" if operation in way.done else ""
        if operation == queries.stands_at(card):
            state = "now"
        elif operation == Operation.INSPECT and card.lot.status == QualityStatus.PASSED:
            state = "done"
        shown.append({"title": Operation.title_of(operation), "note": note, "state": state})
    return shown


def _line(step: Step, card: Card, by: Actor, counts: bool, last: bool) -> StepLine:
    unit = card.lot.unit
    alive = card.state in queries.ALIVE and step.state == StepState.TO_CHECK
    others = by.ref not in (step.recorded_by, f"person:{step.operator_id}")
    lead = Check(step.lead_needed, *_found(step.lead_outcome), step.lead_by, step.lead_at, step.lead_remark)
    qc = Check(step.qc_needed, *_found(step.qc_outcome), step.qc_by, step.qc_at, step.qc_remark)
    if alive and others and step.lead_needed and not step.lead_outcome and by.may(STEP.moves["check_lead"].permission):
        lead.move = "check_lead"
    if alive and others and step.qc_needed and not step.qc_outcome and by.may(STEP.moves["check_qc"].permission):
        qc.move = "check_qc"
    strikable = last and step.operation != Operation.EXTRUDE and card.state in queries.ALIVE
    return StepLine(
        step,
        exact(step.in_milli, unit) if step.in_milli is not None else "",
        exact(step.out_milli, unit) if step.out_milli is not None else "",
        exact(step.scrap_milli, unit) if step.scrap_milli else "",
        _told(step.measured),
        lead,
        qc,
        counts,
        strikable and by.may(STEP.moves["strike"].permission),
    )


def _found(outcome: str) -> tuple[W | str, str]:
    return (Outcome.title_of(outcome), "fine" if outcome == Outcome.GOOD else "late") if outcome else ("", "")


def _told(measured: dict[str, str]) -> list[tuple[W | str, str]]:
    return [(Parameter.title_of(name), text) for name, text in measured.items()]


def _neighbours(card: Card) -> tuple[list[tuple[Lot, str]], list[tuple[Lot, str]]]:
    """The billet lots that were pressed into it, and the labels that it was packed under, with kilograms."""
    into = {e.src: e for e in LotLink.objects.filter(dst=card.lot_id)}
    out = {e.dst: e for e in LotLink.objects.filter(src=card.lot_id)}
    kinds = (LotKind.BILLET, LotKind.LABEL)
    billets, labels = [], []
    for lot in Lot.objects.filter(pk__in=[*into, *out], kind__in=kinds).order_by("code"):
        link = into.get(lot.pk) or out[lot.pk]
        if lot.kind == LotKind.BILLET:
            billets.append((lot, exact(link.quantity_milli, lot.unit) if link.quantity_milli is not None else ""))
        elif record_of(link.event)[0] == RecordKind.PACKING:
            labels.append((lot, exact(lot.quantity_milli, lot.unit) if lot.quantity_milli is not None else ""))
    return billets, labels


def _story(card: Card, steps: list[Step]) -> list[dict[str, Any]]:
    """The record of the card and of its steps, newest first."""
    entries = list(journal.entries_of(card.subject, *(step.subject for step in steps)))
    titles = {step.subject: step.title for step in steps}
    return [
        {"at": e.at, "who": e.actor, "text": _said(e, titles), "clause": e.clause, "ref": _reason(e)}
        for e in reversed(entries)
    ]


def _said(entry: JournalEntry, titles: dict[str, W | str]) -> W | str:
    kind, _, move = entry.action.partition(".")
    lifecycle: Lifecycle[Any] | None = {"card": CARD, "step": STEP}.get(kind)
    title = lifecycle.moves[move].title if lifecycle and move in lifecycle.moves else entry.action
    about = titles.get(entry.subject, "")
    if "operation" in entry.facts:
        about = Operation.title_of(entry.facts["operation"])
    return W("{title}：{about}", "{title}: {about}", title=title, about=about) if about else title


def _reason(entry: JournalEntry) -> str:
    facts = entry.facts
    return " · ".join(str(facts[name]) for name in ("transfer", "number", "disposition", "reason") if facts.get(name))
