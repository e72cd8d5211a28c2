"""Inspection in the demonstration: instruments of which one is overdue, two plans, lots accepted and refused, a sheet
that is still being filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sanbao.catalog.models import Product
from sanbao.inspection import actions
from sanbao.inspection.models import InspectionPlan, InspectionSheet
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.trace.models import Lot, LotKind

Moment = Callable[[int, str], datetime]
PROFILE = """膜厚 | 严重 | 1.5 | 60 | 40 | 120 | µm | GB/T 5237.4（演示） | 涂层测厚仪
壁厚偏差 | 严重 | 1.5 | 0 | -0.15 | 0.15 | mm | GB/T 5237.1（演示） | 千分尺
划伤、碰伤 | 轻微 | 4.0
颜色与样板一致 | 轻微 | 4.0 | | | | | 目视，对样板
附着力 0 级 | 致命 | | | | | | GB/T 9286（演示）"""
POWDER = """外包装完好 | 轻微 | 6.5
批号与合格证一致 | 严重 | 1.0
结块 | 严重 | 1.0"""
INSTRUMENTS = (
    ("CH-03", "涂层测厚仪", "涂层测厚仪", "0–1250 µm，±2 µm", "质检室", 200),
    ("QF-11", "外径千分尺", "千分尺", "0–25 mm，0.001 mm", "质检室", 120),
    ("QF-12", "外径千分尺", "千分尺", "0–25 mm，0.001 mm", "挤压车间", -9),
)


def play(actors: dict[str, Actor], moment: Moment) -> None:
    """The last weeks; ``moment(days, hour)`` is so many working days ago."""
    inspector = replace(actors["inspector-1"], fresh=True)
    with times.frozen(moment(24, "09:00")):
        _instruments(inspector)
    with times.frozen(moment(23, "10:00")):
        profile, powder = _plans(actors["technologist"], replace(actors["qc-manager"], fresh=True))
    labels = list(Lot.objects.filter(kind=LotKind.LABEL, product=profile.product).order_by("-id")[:4])
    for days, lot, thin in ((12, labels[0], 1), (9, labels[1], 5), (6, labels[2], 0)):
        with times.frozen(moment(days, "14:20")):
            _inspected(lot, profile, inspector, thin=thin)
    with times.frozen(moment(1, "15:30")):
        sheet = actions.open_sheet(by=inspector, lot=labels[3], units=90)
        actions.enter(sheet, by=inspector, results=_grid(sheet, rows=5), instruments="CH-03、QF-11")
    with times.frozen(moment(0, "08:10")):
        actions.revise_plan(powder, by=actors["technologist"])


def _instruments(by: Actor) -> None:
    for number, name, kind, measures, place, days in INSTRUMENTS:
        tool = actions.register_instrument(by=by, number=number, name=name, kind=kind, measures=measures, place=place)
        today = times.today()
        actions.calibrate(
            tool, by=by, result="passed", on=today - timedelta(days=160), due_on=today + timedelta(days=days + 36),
            certificate=f"演校〔演示〕{number}", laboratory="市计量所（演示）",
        )  # fmt: skip


def _plans(technologist: Actor, head: Actor) -> tuple[InspectionPlan, InspectionPlan]:
    product = Product.objects.filter(pk__in=Lot.objects.filter(kind=LotKind.LABEL).values("product")).order_by("code")[
        0
    ]
    profile = actions.draft_plan(
        by=technologist, title="喷涂型材出厂检验", characteristics=PROFILE, product=product, level="II"
    )
    powder = actions.draft_plan(
        by=technologist, title="粉末涂料进货检验", characteristics=POWDER, material_class="粉末涂料", level="S-3"
    )
    return actions.approve_plan(profile, by=head), actions.approve_plan(powder, by=head)


def _inspected(lot: Lot, plan: InspectionPlan, by: Actor, *, thin: int) -> None:
    """A lot that had left before it was inspected by sheet keeps its status: what is judged stands already."""
    sheet = actions.open_sheet(by=by, lot=lot, units=120)
    rows = _grid(sheet, rows=sheet.pieces, thin=thin)
    actions.enter(sheet, by=by, results=rows, instruments="CH-03、QF-11")
    actions.conclude_sheet(InspectionSheet.objects.get(pk=sheet.pk), by=by, judge=False)


def _grid(sheet: InspectionSheet, *, rows: int, thin: int = 0) -> str:
    """Plausible values, so many of them too thin."""
    sizes = {group["weight"]: group["size"] for group in sheet.scheme}
    lines = []
    for piece in range(1, rows + 1):
        film = f"{33 + piece / 10:.1f}" if piece <= thin else f"{58 + piece * 7 % 13 / 2:.1f}"
        wall = f"{(piece * 5 % 17 - 8) / 100:.2f}"
        major = (film, wall) if piece <= sizes["major"] else ("", "")
        minor = ("NG" if piece == 3 else "OK", "OK") if piece <= sizes["minor"] else ("", "")
        lines.append("\t".join((str(piece), *major, *minor, "OK" if piece <= sizes["critical"] else "")))
    return "\n".join(lines)
