"""The scale at the gate: gross, tare, net, and how far net may be from what the labels say (W-08)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from sanbao.dispatch import policies, queries, rules
from sanbao.dispatch.actions.scanning import catch, label_of
from sanbao.dispatch.lifecycle import PICK_LIST
from sanbao.dispatch.models import Acceptance, Pick, PickList, Weighing
from sanbao.kernel import signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal, in_force, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.trace.models import Lot


@dataclass(frozen=True)
class Measured:
    """What the scale showed, beside what it should have shown."""

    lot: Lot | None
    gross: int
    tare: int
    expected: int
    allowed: int
    rules: list[str]

    @property
    def net(self) -> int:
        return self.gross - self.tare

    @property
    def within(self) -> bool:
        return rules.within(self.net, self.expected, self.allowed)


def weigh(
    case: PickList, *, by: Actor, gross: Decimal, tare: Decimal, label: str = "", expect: int | None = None
) -> PickList:
    """Weigh one label, or the whole vehicle as it is loaded. Out of tolerance is refused with both figures, and
    counted; it may be weighed again."""
    with transaction.atomic():
        seen = PICK_LIST.locked(case, by=by)
        PICK_LIST.allow(seen, "weigh", by)
        measured = _measured(seen, gross, tare, label, by)
        if measured.within or not in_force("W-08"):
            with PICK_LIST.move("weigh", seen, by=by, expect=expect) as step:
                step.record(**_written(step.case, measured, by))
            return step.case
    refusal = _out(measured)
    code = measured.lot.code if measured.lot else ""
    catch(case.pk, code, refusal, rules.Mistake.WEIGHT, by=by, also=lambda at: _written(at, measured, by))
    raise refusal


def accept_weight(case: PickList, *, by: Actor, weighing: Weighing, reason: str, expect: int | None = None) -> PickList:
    """The warehouse's manager lets a weight pass that is out of tolerance, with his reason; never he who weighed."""
    with PICK_LIST.move("accept_weight", case, by=by, expect=expect) as step:
        scale = queries.scale(step.case, [])
        last = scale.labels.get(weighing.lot_id) if weighing.lot_id else scale.vehicle
        if last is None or last.pk != weighing.pk or queries.good(last):
            refuse(
                "gate.nothing_to_accept",
                W(
                    "这次称重没有超差，或已有更新的称重。",
                    "This weighing is within tolerance, or there is a later one.",
                ),
                clause="W-08",
                status=422,
                field="weighing",
            )
        signatures.not_the_same(by, others=[weighing.by], code="gate.own_weight", clause="W-08")
        Acceptance.objects.create(weighing=weighing, reason=reason, by=by.ref, at=now())
        step.record(weighing=weighing.pk, reason=reason)
    return step.case


def need_weighed(case: PickList, picks: list[Pick]) -> None:
    """Before the gate opens: what the policy wants weighed was weighed as it now is, and holds."""
    how = policies.GATE.setting("weighed", on=today())
    scale = queries.scale(case, picks)
    bad = next((w for w in scale.labels.values() if not queries.good(w)), None)
    if bad is not None and any(pick.lot_id == bad.lot_id for pick in picks):
        raise _again(bad)
    unweighed = scale.unweighed(picks)
    enough = {
        "none": True,
        "vehicle": scale.vehicle_stands,
        "labels": not unweighed,
        "either": scale.vehicle_stands or not unweighed,
    }
    if enough[how]:
        return
    if scale.vehicle is not None and not queries.good(scale.vehicle) and how != "labels":
        raise _again(scale.vehicle)
    refuse(
        "gate.not_weighed",
        W("还没有按现在的装载称重（应称 {expected} kg）。", "Not weighed as loaded now ({expected} kg expected)."),
        clause="W-08",
        expected=rules.kilograms(scale.expected_milli),
        unweighed=[pick.lot.code for pick in unweighed][:50],
    )


def _measured(case: PickList, gross: Decimal, tare: Decimal, label: str, by: Actor) -> Measured:
    picks = list(queries.on_list(case).select_related("lot__product", "line__product", "line__label__product"))
    lot = label_of(label, by=by) if label else None
    if lot is not None:
        picks = [pick for pick in picks if lot.pk in (pick.lot_id, pick.through_id)]
    if not picks:
        refuse(
            "gate.nothing_to_weigh",
            W("先扫描，再称重。", "Scan first, then weigh."),
            clause="W-08",
            status=422,
            field="label" if label else "gross",
        )
    if not 0 <= tare < gross:
        refuse(
            "gate.weights",
            W("毛重须大于皮重。", "Gross must be more than tare."),
            clause="W-08",
            status=422,
            field="gross",
        )
    table = policies.DELIVERY.on(today())
    decided = {line: policies.of_line(line, table) for line in {queries.line_of(pick.line) for pick in picks}}
    parts = [
        rules.Weighed(pick.quantity_milli, rule["percent"], rule["kilograms"])
        for pick in picks
        for rule in [decided[queries.line_of(pick.line)]]
    ]
    return Measured(
        lot,
        rules.milli(gross),
        rules.milli(tare),
        sum(pick.quantity_milli for pick in picks),
        rules.allowed(parts),
        sorted(f"{rule.policy.code} v{rule.version} #{rule.row}" for rule in decided.values()),
    )


def _written(case: PickList, measured: Measured, by: Actor) -> dict[str, object]:
    row = Weighing.objects.create(
        pick_list=case,
        lot=measured.lot,
        gross_milli=measured.gross,
        tare_milli=measured.tare,
        net_milli=measured.net,
        expected_milli=measured.expected,
        allowed_milli=measured.allowed,
        within=measured.within,
        by=by.ref,
        at=now(),
    )
    return {
        "weighing": row.pk,
        "net": row.net_milli,
        "expected": row.expected_milli,
        "allowed": row.allowed_milli,
        "rules": measured.rules,
    }


def _out(measured: Measured) -> Refusal:
    return Refusal(
        "gate.weight_out",
        W("净重 {net} kg，标签合计 {expected} kg，差 {off} kg，允差 ±{allowed} kg。",
          "Net {net} kg, labels {expected} kg: {off} kg off, ±{allowed} kg allowed."),
        "W-08",
        409,
        "gross",
        {
            "net": rules.kilograms(measured.net),
            "expected": rules.kilograms(measured.expected),
            "off": rules.kilograms(measured.net - measured.expected),
            "allowed": rules.kilograms(measured.allowed),
        },
    )  # fmt: skip


def _again(bad: Weighing) -> Refusal:
    return _out(Measured(bad.lot, bad.gross_milli, bad.tare_milli, bad.expected_milli, bad.allowed_milli, []))
