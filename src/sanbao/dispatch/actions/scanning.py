"""Each label is scanned against the list; a wrong one is refused with its reason, and counted (W-08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q

from sanbao.dispatch import queries, rules
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import OPEN, Caught, Fate, Pick, PickLine, PickList, Scanned
from sanbao.dispatch.queries import LineState, Part
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.outlasting import outlast
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot, Purpose


def scan(case: PickList, *, by: Actor, code: str, expect: int | None = None) -> PickList:
    """One label against the list (W-08). A package stands for what is in it at this moment.

    A label that is on the list already is told, not refused. What is refused is counted as caught: whatever
    ``rules.mistake_of`` does not excuse, also what the trace store's own gate refuses (T-05, T-08, T-12, T-13, W-08).
    """
    try:
        return _scan(case, code, by=by, expect=expect)
    except Refusal as refusal:
        if mistake := rules.mistake_of(refusal.code):
            catch(case.pk, code, refusal, mistake, by=by)
        raise


def undo(case: PickList, *, by: Actor, code: str, expect: int | None = None) -> PickList:
    """Take a label off the list again; of a package all that came with it."""
    with PICK_LIST.move("undo", case, by=by, expect=expect) as step:
        found = lots.find(code, actor=by)
        picks = [p for p in queries.on_list(step.case) if {p.lot, p.through} & set(found)]
        if not picks:
            raise Refusal(
                "gate.not_picked",
                W("“{typed}”不在这张提货单上。", "“{typed}” is not on this list."),
                "W-08",
                404,
                "code",
                {"typed": code[:80]},
            )
        ids = [pick.pk for pick in picks]
        Pick.objects.filter(pk__in=ids).update(fate=Fate.UNDONE, ended_by=by.ref, ended_at=now())
        step.record(picks=ids, labels=[pick.lot.code for pick in picks])
    return step.case


def catch(
    pk: int,
    code: str,
    refusal: Refusal,
    mistake: rules.Mistake,
    *,
    by: Actor,
    also: Callable[[PickList], Any] | None = None,
) -> None:
    """Count a wrong shipment that the gate stopped. It stays counted whatever becomes of the request around it."""

    def write() -> None:
        with PICK_LIST.move("catch", pk, by=by) as step:
            # A refusal in a list's own state would be told by the move; here the list is open.
            found = lots.find(code, actor=by) if code else []
            sentence = refusal.sentence.format(**refusal.facts)
            row = Caught.objects.create(
                pick_list=step.case,
                code=code[:80],
                lot=found[0] if len(found) == 1 else None,
                mistake=mistake.value,
                refusal=refusal.code,
                clause=refusal.clause,
                sentence={"zh": sentence.said_in("zh-hans"), "en": sentence.said_in("en")},
                by=by.ref,
                at=now(),
            )
            step.record(caught=row.pk, code=row.code, refusal=row.refusal, mistake=row.mistake)
            if also is not None:
                also(step.case)

    outlast(write)


def _scan(case: PickList, code: str, *, by: Actor, expect: int | None) -> PickList:
    with transaction.atomic():
        seen = PICK_LIST.locked(case, by=by)
        PICK_LIST.allow(seen, "scan", by)
        lot = label_of(code, by=by)
        if again := queries.on_list(seen).filter(Q(lot=lot) | Q(through=lot)).count():
            seen.scanned = Scanned(lot, again, again=True)
            return seen
        with PICK_LIST.move("scan", seen, by=by, expect=expect) as step:
            _take(step, lot)
    return step.case


def _take(step: Step[PickList], lot: Lot) -> None:
    """Judge one code as a whole: everything in it passes, or nothing does."""
    case = step.case
    now_there = queries.expanded(lot)
    parts, everything = now_there.parts, now_there.everything
    # Whoever scans the same label onto another list waits here.
    list(Lot.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in everything]).order_by("pk"))
    _nobody_elses_list(case, everything)
    placed = _placed(case, lot, parts)
    permits = trace.pass_gate(everything, Purpose.SHIP, customer_id=case.customer_id)
    _something_left(lot, parts)
    moment, through = now(), lot if len(parts) > 1 or parts[0].lot != lot else None
    picks = Pick.objects.bulk_create(
        [
            Pick(
                pick_list=case,
                line=line,
                lot=part.lot,
                through=through,
                quantity_milli=part.milli,
                pieces=part.pieces,
                scanned_by=step.by.ref,
                scanned_at=moment,
            )
            for part, line in placed
        ]
    )
    case.scanned = Scanned(lot, len(picks))
    step.record(
        lot=lot.code,
        picks=[[p.pk, p.lot_id, p.line_id, p.quantity_milli, p.pieces] for p in picks],
        **({"permits": [permit.number for permit in permits]} if permits else {}),
    )


def label_of(code: str, *, by: Actor) -> Lot:
    """The one label that a code names: its own, its spray code, or any number that leads to it alone."""
    found = lots.find(code, actor=by)
    labels = [lot for lot in found if lot.kind in queries.GOODS]
    typed = code.strip()[:80]
    if not found:
        sentence = W("没有编号为“{typed}”的标签。", "There is no label “{typed}”.")
        raise Refusal("gate.unknown_label", sentence, "W-08", 404, "code", {"typed": typed})
    if not labels:
        sentence = W("“{typed}”不是成品标签。", "“{typed}” is no product label.")
        raise Refusal("gate.not_a_label", sentence, "W-08", 409, "code", {"typed": typed})
    if len(labels) > 1:
        sentence = W("“{typed}”对应 {n} 个标签，请扫标签本身。", "“{typed}” names {n} labels; scan the label itself.")
        raise Refusal("gate.several_labels", sentence, "W-08", 409, "code", {"typed": typed, "n": len(labels)})
    return Lot.objects.select_related("product").get(pk=labels[0].pk)


def _nobody_elses_list(case: PickList, everything: list[Lot]) -> None:
    """Goods stand on one list at a time; a label that another open list names is that list's."""
    if pick := queries.taken_elsewhere(case, everything):
        _other_list(pick.lot, pick.pick_list)
    named = PickLine.objects.filter(label__in=everything, pick_list__state__in=OPEN).exclude(pick_list=case)
    if line := named.select_related("pick_list", "label").order_by("id").first():
        _other_list(line.label, line.pick_list)


def _other_list(lot: Lot, other: PickList) -> None:
    refuse(
        "gate.other_list",
        W("{lot} 是提货单 {other} 的货。", "{lot} belongs to the pick list {other}."),
        clause="W-08",
        field="code",
        lot=lot.code,
        other=other.number,
    )


def _placed(case: PickList, lot: Lot, parts: list[Part]) -> list[tuple[Part, PickLine]]:
    """Which line each part lies on: the one that names it, else the first of its product that has room."""
    states = queries.line_states(case)
    named = [state for state in states if state.line.label_id == lot.pk]
    placed = []
    for part in parts:
        fitting = named or [s for s in states if s.line.label_id == part.lot.pk] or _of_product(states, part.lot)
        if not fitting:
            refuse(
                "gate.not_on_list",
                W("{lot}（{product}）不在提货单 {number} 上。", "{lot} ({product}) is not on the pick list {number}."),
                clause="W-08",
                field="code",
                lot=part.lot.code,
                product=part.lot.product.code if part.lot.product else "—",
                number=case.number,
            )
        state = _with_room(case, fitting, part) if fitting else states[0]
        state.load, state.labels = state.load + part.load, state.labels + 1
        placed.append((part, state.line))
    return placed


def _of_product(states: list[LineState], lot: Lot) -> list[LineState]:
    return [s for s in states if s.line.product_id is not None and s.line.product_id == lot.product_id]


def _with_room(case: PickList, fitting: list[LineState], part: Part) -> LineState:
    if not any(state.order.counts(part.load) for state in fitting):
        refuse(
            "gate.no_count",
            W("{lot} 没有支数，而提货单按支数。", "{lot} has no number of pieces, and the list counts pieces."),
            clause="W-08",
            field="code",
            lot=part.lot.code,
        )
    free = next((state for state in fitting if state.takes(part.load)), None)
    if free is None:
        refuse(
            "gate.line_full",
            W("{wanted} 已够：再加 {lot} 就超出提货单 {number}。",
              "{wanted} is complete: {lot} would be more than {number} orders."),
            clause="W-08",
            field="code",
            wanted=fitting[0].line.wanted,
            lot=part.lot.code,
            number=case.number,
        )  # fmt: skip
    return free or fitting[0]


def _something_left(lot: Lot, parts: list[Part]) -> None:
    if not any(part.milli for part in parts) and lot.quantity_milli:
        refuse(
            "gate.nothing_left",
            W("{lot} 已经没有剩余（报废、取样或转出）。", "Nothing of {lot} is left (scrapped, sampled or moved on)."),
            clause="W-08",
            field="code",
            lot=lot.code,
        )
