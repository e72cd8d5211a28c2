"""熔铸记录, 生产随行卡, 检验报告: from the heat to the basket (T-09, Q-07)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.exchange.columns import Table, code, codes, count, day, measure, text, weight
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds.base import Batch, Kind, Line, backward, status_of, unrecorded
from sanbao.exchange.kinds.prefixes import batch_kind
from sanbao.exchange.kinds.stages import AGED, CAST, EXTRUDED, FINISHED, INSPECTED, ISSUED
from sanbao.exchange.outcomes import Note, Verdict
from sanbao.kernel.words import W
from sanbao.trace.models import LotKind
from sanbao.trace.rows import HeatRow, ReportRow, TravellerRow

HEATS = Table(
    "heats",
    W("熔铸记录", "Casting records"),
    (
        code("heat", "炉次", "heat", "熔铸炉次", "炉号", "熔次", needed=True, missing="heat_missing"),
        day("cast_on", "日期", "date", "熔铸日期", "铸造日期", expected=True),
        code("billet", "铸棒批号", "billet", "铸棒批", "棒批号", "铸次", needed=True, missing="billet_missing"),
        count("pieces", "支数", "pieces", "数量", "根数"),
        weight("weight", "重量", "weight", "净重", expected=True),
        text("status", "质量状态", "status", "检验状态", "状态"),
    ),
    key="heat",
    once=("heat", "billet"),
)

TRAVELLERS = Table(
    "travellers",
    W("生产随行卡", "Travellers"),
    (
        code("code", "卡号", "traveller", "随行卡号", "流程卡号", needed=True, missing="code_missing"),
        text("basket", "框号", "basket", "料框号", "筐号"),
        code("product", "型号", "product", "产品型号", "型材型号"),
        codes("billets", "铸棒批号", "billet", "铸棒批", "棒批号", "铸次", needed=True, missing="billets_missing"),
        text("press", "机台", "press", "挤压机", "挤压机台"),
        text("shift", "班次", "shift", "班组"),
        day("extruded_on", "挤压日期", "extruded on", "生产日期", "挤压日", expected=True),
        code("ageing", "时效炉次", "ageing load", "时效批", "时效炉号"),
        day("aged_on", "时效日期", "aged on", "时效日"),
        code("finish", "氧化/喷涂批", "finish batch", "表面处理批", "氧化批", "喷涂批", "氧化喷涂批", "表面处理批号"),
        day("finished_on", "氧化/喷涂日期", "finished on", "表面处理日期", "氧化日期", "喷涂日期", "氧化喷涂日期"),
        weight("weight", "重量", "weight", "净重", "数量", expected=True),
        text("status", "检验状态", "status", "质量状态", "状态", "检验质量状态"),
    ),
    key="code",
    once=("code",),
)

REPORTS = Table(
    "inspections",
    W("检验报告", "Inspection reports"),
    (
        code("number", "报告号", "report", "检验报告号", "报告编号", needed=True, missing="number_missing"),
        day("inspected_on", "日期", "date", "检验日期", "报告日期", expected=True),
        code("traveller", "随行卡号", "traveller", "卡号", "流程卡号", needed=True, missing="traveller_missing"),
        measure("wall_mm", "壁厚", "wall", "壁厚mm"),
        measure("film_um", "膜厚", "film", "膜厚um", "涂层厚度"),
        measure("hardness_hw", "硬度", "hardness", "硬度hw", "韦氏硬度"),
        text("appearance", "外观", "appearance", "外观质量"),
        text("conclusion", "结论", "conclusion", "检验结论", "判定", needed=True, missing="conclusion_missing"),
        text("inspector", "检验员", "inspector", "检验人"),
    ),
    key="number",
    once=("number", "traveller"),
)
_MEASURED = ("wall_mm", "film_um", "hardness_hw")


def take_heats(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    lots = intake.lots(values[0] for _, values in lines)
    batch = Batch(lines, intake, lots)
    for place, (row, (heat, cast_on, billet, pieces, weight_, written)) in enumerate(lines):
        notes: list[Note] = []
        status = status_of(written, notes)
        if (named := lots.get(heat)) is not None and named.quantity_milli is None:
            backward(notes, (ISSUED, named.made_on), (CAST, cast_on))
        cast = HeatRow(
            row=row, heat=heat, billet=billet, pieces=pieces, quantity_milli=weight_, cast_on=cast_on, status=status
        )
        batch.add(place, cast, notes)
    return batch.write()


def take_travellers(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    """A missing ageing date is a gap that the trace shows, and no reason to refuse the basket."""
    lots = intake.lots(key for _, values in lines for key in (*values[3], values[9]) if key)
    batch = Batch(lines, intake, lots)
    for place, (row, values) in enumerate(lines):
        code_, basket, product, billets, press, shift, extruded_on, ageing, aged_on, finish, *rest = values
        finished_on, weight_, written = rest
        notes: list[Note] = []
        product_id = intake.products.get(product)
        if product and product_id is None:
            notes.append(("unknown_product", {"code": product}))
        unrecorded(billets, LotKind.BILLET, lots, notes)
        if ageing and aged_on is None:
            notes.append(("gap", {"column": TRAVELLERS.column("aged_on").title}))
        if finish and finished_on is None:
            notes.append(("gap", {"column": TRAVELLERS.column("finished_on").title}))
        cast_on = max((day for key in billets if key in lots and (day := lots[key].made_on)), default=None)
        backward(notes, (CAST, cast_on), (EXTRUDED, extruded_on), (AGED, aged_on), (FINISHED, finished_on))
        known = lots[finish].kind if finish in lots else batch_kind(finish)
        traveller = TravellerRow(
            row=row,
            code=code_,
            billets=billets,
            product_id=product_id,
            quantity_milli=weight_,
            basket=basket,
            press=press,
            shift=shift,
            extruded_on=extruded_on,
            ageing=ageing,
            aged_on=aged_on,
            finish=finish,
            finish_kind=known or LotKind.COATING,
            finished_on=finished_on,
            status=status_of(written, notes),
        )
        batch.add(place, traveller, notes, billets[0] if len(billets) == 1 else "", weight_)
    return batch.write()


def take_reports(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    lots = intake.lots(values[2] for _, values in lines)
    batch = Batch(lines, intake, lots, unknown="unknown_traveller")
    for place, (row, values) in enumerate(lines):
        number, inspected_on, traveller, *measured, appearance, conclusion, inspector = values
        notes: list[Note] = []
        status = status_of(conclusion, notes)
        if (card := lots.get(traveller)) is not None:
            if card.status != status:
                notes.append(("status_differs", {}))
            backward(notes, (EXTRUDED, card.made_on), (INSPECTED, inspected_on))
        report = ReportRow(
            row=row,
            number=number,
            traveller=traveller,
            conclusion=status,
            inspected_on=inspected_on,
            measured={name: format(v, "f") for name, v in zip(_MEASURED, measured, strict=True) if v is not None},
            appearance=appearance,
            inspector=inspector,
        )
        batch.add(place, report, notes)
    return batch.write()


KINDS = (
    Kind(HEATS, take_heats),
    Kind(TRAVELLERS, take_travellers),
    Kind(REPORTS, take_reports),
)
