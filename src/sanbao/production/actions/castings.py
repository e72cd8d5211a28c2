"""熔铸: what was issued into a heat becomes a billet lot; what is cast is held against what was issued (T-09)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.production.actions.common import milli, need_past, need_weight
from sanbao.production.lifecycle import CASTING
from sanbao.production.models import Casting, Scope
from sanbao.production.policies import MASS_BALANCE
from sanbao.trace import actions as trace
from sanbao.trace.actions import HeatRow
from sanbao.trace.models import Heat, Lot, LotKind, MaterialIssue


def cast(
    *,
    by: Actor,
    heat: str,
    kg: Decimal,
    machine: str,
    shift: str,
    operator: Person,
    cast_on: date,
    billet: str = "",
    pieces: int | None = None,
    scrap_kg: Decimal | None = None,
    remark: str = "",
) -> Casting:
    """Record a casting: the heat that material was issued into, the billet lot that it made, dross and scrap.

    Nothing is cast from a heat into which nothing was issued, and no more than was issued. The billet lot waits for
    QC's verdict; without a code it gets the next number.
    """
    with trace.writing(), CASTING.opening("cast", by=by) as act:
        need_past(cast_on, "cast_on")
        made, scrap = need_weight(kg, "kg"), milli(scrap_kg)
        lot = _heat(heat)
        issued = _need_issued(lot, heat)
        _need_not_more(lot, issued, made + scrap, cast_on)
        case = act.case
        case.number = numbering.take("casting")
        row = HeatRow(
            heat=lot.code if lot else heat, billet=billet.strip() or numbering.take("billet"), pieces=pieces,
            quantity_milli=made, cast_on=cast_on,
        )  # fmt: skip
        case.record = trace.record_heat(row, by=by)
        case.machine, case.shift, case.operator = machine, shift, operator
        case.scrap_milli, case.remark, case.recorded_by = scrap, remark, by.ref
        act.insert()
        act.record(heat=row.heat, billet=row.billet, issued=issued, cast=made)
    return case


def _heat(code: str) -> Lot | None:
    return Lot.objects.filter(key=code_key(code), kind=LotKind.HEAT).first()


def _need_issued(lot: Lot | None, code: str) -> int:
    """Thousandths of a kilogram that were issued into the heat."""
    issues = MaterialIssue.standing.filter(into=lot, lot__unit="kg") if lot else MaterialIssue.standing.none()
    issued: int = issues.aggregate(kg=Sum("quantity_milli"))["kg"] or 0
    if not issued:
        refuse(
            "casting.nothing_issued",
            W("没有领料到炉次“{heat}”，不能记熔铸。", "Nothing was issued into the heat “{heat}”; it cannot be cast."),
            clause="T-09",
            status=422,
            field="heat",
            heat=code,
        )
    return issued


def _need_not_more(lot: Lot | None, issued: int, more: int, on: date) -> None:
    before = Heat.standing.filter(lot=lot)
    cast_before: int = before.aggregate(kg=Sum("quantity_milli"))["kg"] or 0
    scrap_before: int = (
        Casting.objects.filter(record__in=before).aggregate(kg=Sum("scrap_milli"))["kg"] or 0 if lot else 0
    )
    gain = MASS_BALANCE.decide(on=on, scope=Scope.HEAT)["gain"]
    total = cast_before + scrap_before + more
    if Decimal(total - issued) * 100 > gain * issued:
        refuse(
            "casting.more_than_issued",
            W("领了 {issued} kg，熔铸连同废料有 {total} kg。",
              "{issued} kg was issued, {total} kg would be cast and scrapped."),
            clause="T-09",
            status=422,
            field="kg",
            issued=f"{issued / 1000:g}",
            total=f"{total / 1000:g}",
        )  # fmt: skip
