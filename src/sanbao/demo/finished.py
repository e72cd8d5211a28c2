"""The finished goods store of the demonstration: a basket packed, signed for and printed, a label lost and replaced,
and delivered goods whose labels were looked up by users."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sanbao.demo.ledgers import Delivery
from sanbao.goods import actions
from sanbao.goods.models import Label
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.portal import lookups
from sanbao.trace import actions as trace
from sanbao.trace import queries
from sanbao.trace.models import Lot, LotKind, QualityStatus, Traveller

Moment = Callable[[int, str], datetime]
BASKET_KG = 420


def play(actors: dict[str, Actor], deliveries: list[Delivery], moment: Moment) -> None:
    """``moment(days, hour)`` is so many working days ago."""
    keeper, inspector = actors["storekeeper"], actors["inspector-2"]
    with times.frozen(moment(3, "08:40")):
        card = _basket(actors["production-manager"], actors["inspector-1"])
        first, second, third = (
            _packed(card, kg, place, by=keeper) for kg, place in ((150, "C03"), (150, "C03"), (90, "C04"))
        )
        first, second = (actions.sign(label, by=inspector) for label in (first, second))
        actions.print_labels(by=keeper, lots=[label.lot for label in (first, second, third)], size="roll_100x70")
    with times.frozen(moment(2, "10:15")):
        lost = actions.report_lost(second, by=keeper, loss="lost", remark="叉车搬运时标签脱落")
    with times.frozen(moment(2, "15:20")):
        found = actions.reinspect(
            lost, by=inspector, conclusion="passed", basis="复检记录，同 GB/T 5237", weight=Decimal("149.5"), pieces=46
        )
    with times.frozen(moment(1, "08:30")):
        new = actions.replace(found, by=keeper)
        actions.print_labels(by=keeper, lots=[new.lot], size="roll_100x70")
    with times.frozen(moment(0, "08:05")):
        actions.report_lost(first, by=keeper, loss="illegible", remark="被雨水浸湿，喷码看不清")
    gone = [delivery.label for delivery in deliveries[-3:]]
    for label in actions.take_up_many(list(Lot.objects.filter(key__in=gone).order_by("id")), by=keeper):
        lookups.count(label.pk)


def _packed(card: Lot, kg: int, place: str, *, by: Actor) -> Label:
    return actions.pack(
        by=by, travellers=[card], weight=Decimal(kg), pieces=kg * 4 // 13, place=place, sorted_by_kind=True
    )


def _basket(foreman: Actor, inspector: Actor) -> Lot:
    """One more basket from a billet lot of which something is left, with everything its card asks for."""
    billets = Lot.objects.filter(kind=LotKind.BILLET, status=QualityStatus.PASSED).order_by("-id")
    billet = next(lot for lot in billets if (queries.account(lot).left or 0) >= BASKET_KG * 1000)
    before = Traveller.standing.select_related("lot").exclude(ageing="").order_by("-id")[0]
    day = times.today()
    row = trace.TravellerRow(
        code=f"SX{day:%y%m}9901", billets=(billet.code,), product_id=before.lot.product_id,
        quantity_milli=BASKET_KG * 1000, basket="K399", press=before.press, shift="甲",
        extruded_on=day - timedelta(days=3), ageing=before.ageing, aged_on=day - timedelta(days=2),
        finish=before.finish, finished_on=day - timedelta(days=1),
    )  # fmt: skip
    card = trace.start_traveller(row, by=foreman)
    report = trace.ReportRow(
        number=f"JY9-{day:%m%d}-1", traveller=row.code, conclusion="passed", inspected_on=day,
        measured={"wall_mm": "1.42", "film_um": "64.0", "hardness_hw": "12.5"}, appearance="合格",
    )  # fmt: skip
    trace.report_inspection(report, by=inspector)
    return Lot.objects.get(pk=card.lot_id)
