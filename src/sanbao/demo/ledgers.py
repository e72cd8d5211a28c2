"""The demonstration's ledgers: half a year of an invented profile maker, written as its spreadsheets would be.

Its numbers lie in ranges of their own (``BQ9…``, ``JC9…``, ``PT7-``), so that a factory that tries its own
ledgers beside it mixes nothing. They go in through the ordinary import, so that the demonstration shows what a new
user's own folder would give. Everything is counted back from one day and drawn from one seed: the same day gives
the same rows.
Three things are hidden in it on purpose: a bad powder lot (``BAD_HEATS``) behind several complaints, a traveller
whose ageing date nobody wrote down (``GAP_HEAT``), and a heat without a casting record (``UNRECORDED_HEAT``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sanbao.demo import company

Row = tuple[object, ...]
HEADS = 24
DAYS_PER_HEAT = 5
BASKETS_PER_HEAT = 4
BAD_HEATS, BAD_PRODUCT = (13, 14), "YM80-03"
BAD, GAP = "bad", "gap"
GAP_HEAT = 9
UNRECORDED_HEAT = 18
POWDER, SEALER, INGOT, ALLOY = "粉末涂料", "封孔剂", "铝锭", "铝硅合金"
HEADERS: dict[str, tuple[str, ...]] = {
    "供应商": ("代码", "名称", "主供"),
    "经销商": ("代码", "名称", "省", "城市", "上级代码"),
    "客户": ("客户代码", "名称", "类别", "省/国", "城市", "电话", "经销商代码"),
    "产品": ("型号", "名称", "表面", "米重kg/m", "合金状态"),
    "进仓台账": (
        "进仓单号", "日期", "供应商代码", "材料名称", "规格", "供方批号", "本厂批号", "数量(kg)",
        "合格证号", "检验员", "质量状态",
    ),
    "领料单": ("单号", "日期", "领用部门", "材料名称", "批号", "数量", "用于(炉次/槽次)"),
    "熔铸记录": ("炉次", "日期", "铸棒批号", "支数", "重量(kg)", "质量状态"),
    "生产随行卡": (
        "卡号", "框号", "型号", "铸棒批号", "机台", "班次", "挤压日期", "时效炉次", "时效日期",
        "氧化/喷涂批", "氧化/喷涂日期", "重量(kg)", "检验状态",
    ),
    "检验报告": ("报告号", "日期", "随行卡号", "壁厚mm", "膜厚um", "硬度HW", "外观", "结论", "检验员"),
    "成品入库": ("标签号", "喷码", "型号", "随行卡号", "支数", "净重(kg)", "入库日期", "库位"),
    "发货明细": ("提货单号", "发货日期", "客户代码", "标签号", "重量(kg)", "车号"),
}  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A label that a customer got: what stories are told about. ``mark``: BAD, GAP or nothing special."""

    customer: str
    label: str
    product: str
    billet: str
    on: date
    mark: str = ""


@dataclass
class Ledgers:
    """The rows of each ledger, and the deliveries that the stories speak of, in the order of packing."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in HEADERS})
    deliveries: list[Delivery] = field(default_factory=list)

    def add(self, ledger: str, *row: object) -> None:
        self.rows[ledger].append(row)

    def write(self, folder: Path, until: date) -> None:
        """One CSV a ledger with what had happened by a day, as Excel in a Chinese office would save it."""
        for name, rows in self.rows.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(HEADERS[name])
                writer.writerows(row for row in rows if all(c <= until for c in row if isinstance(c, date)))


def ledgers(day: date) -> Ledgers:
    """The company's paper up to ``day``."""
    dice, book = Random(20260418), Ledgers()
    for name in ("供应商", "经销商", "客户", "产品"):
        book.rows[name] = list(company.MASTER_DATA[name])
    stock = _receipts(book, dice, day)
    for heat in range(HEADS):
        _heat(book, dice, day, heat, stock)
    return book


def heat_day(day: date, heat: int) -> date:
    """Heat 0 lies furthest back; the last one three weeks before ``day``."""
    return day - timedelta(days=21 + (HEADS - 1 - heat) * DAYS_PER_HEAT)


def _receipts(book: Ledgers, dice: Random, day: date) -> dict[str, list[str]]:
    """Goods receipts: every third heat a fresh lot of each material. Material → own lots in order of heats."""
    stock: dict[str, list[str]] = {}
    number = 0
    for delivery in range(HEADS // 3):
        on = heat_day(day, delivery * 3) - timedelta(days=6)
        for material, (suppliers, specification, quantity) in company.MATERIALS.items():
            supplier = suppliers[delivery % len(suppliers)]
            number += 1
            lot = f"J{on:%y%m}9{number:03}"
            stock.setdefault(material, []).append(lot)
            book.add(
                "进仓台账", f"JC9{number:04}", on, supplier, material, specification,
                f"{supplier}-{dice.randint(10000, 99999)}", lot, quantity,
                f"HG{dice.randint(100000, 999999)}", f"Q{dice.randint(1, 3)}", "合格",
            )  # fmt: skip
    return stock


def _issue(book: Ledgers, on: date, material: str, lot: str, kg: float, into: str) -> None:
    workshop = "熔铸车间" if material in (INGOT, ALLOY) else "表面处理车间"
    book.add("领料单", f"LL9{len(book.rows['领料单']) + 1:04}", on, workshop, material, lot, kg, into)


def _heat(book: Ledgers, dice: Random, day: date, heat: int, stock: dict[str, list[str]]) -> None:
    """One heat, its billets, and everything made of them up to the customer."""
    on, delivery = heat_day(day, heat), heat // 3
    furnace, billet = f"RL{on:%y%m}9{heat:02}", f"ZB{on:%y%m}9{heat:02}"
    for material, kg in ((INGOT, 3600), (ALLOY, 180)):
        _issue(book, on, material, stock[material][delivery], kg, furnace)
    if heat != UNRECORDED_HEAT:
        book.add("熔铸记录", furnace, on, billet, 28, 3620, "合格")
    pressed, ageing = on + timedelta(days=2), f"SJ9-{on + timedelta(days=3):%y%m%d}"
    finished = on + timedelta(days=4)
    batches = {
        "喷涂": (f"PT{7 + heat % 3}-{finished:%y%m%d}", POWDER, 42),
        "氧化": (f"YH{8 + heat % 2}-{finished:%y%m%d}", SEALER, 25),
    }
    for batch, material, kg in batches.values():
        _issue(book, finished, material, stock[material][delivery], kg, batch)
    for basket in range(BASKETS_PER_HEAT):
        product = company.PRODUCTS[(heat + basket * 5) % len(company.PRODUCTS)]
        bad = heat in BAD_HEATS and basket < 3
        if bad:
            product = next(p for p in company.PRODUCTS if p[0] == BAD_PRODUCT)
        coated, gap = product[2] == "喷涂", heat == GAP_HEAT and basket == 0
        card, weight = f"SX{on:%y%m}9{heat:02}{basket:02}", dice.randint(620, 840)
        book.add(
            "生产随行卡", card, f"K{dice.randint(100, 399)}", product[0], billet, dice.choice(company.PRESSES),
            "甲乙丙"[basket % 3], pressed, ageing, "" if gap else pressed + timedelta(days=1),
            batches[str(product[2])][0], finished, weight, "合格",
        )  # fmt: skip
        _report(book, dice, card, finished, coated=coated, thin=bad)
        mark = BAD if bad else GAP if gap else ""
        for label, kg in _labels(book, dice, card, str(product[0]), weight, finished):
            _ship(book, dice, Delivery("", label, str(product[0]), billet, finished, mark), kg)


def _report(book: Ledgers, dice: Random, card: str, on: date, *, coated: bool, thin: bool) -> None:
    film = dice.uniform(41, 46) if thin else dice.uniform(58, 82) if coated else dice.uniform(10, 14)
    book.add(
        "检验报告", f"JY9{len(book.rows['检验报告']) + 1:05}", on, card, f"{dice.uniform(1.3, 1.5):.2f}", f"{film:.1f}",
        f"{dice.uniform(10.5, 13.5):.1f}", "合格", "合格", f"Q{dice.randint(1, 3)}",
    )  # fmt: skip


def _labels(book: Ledgers, dice: Random, card: str, product: str, weight: int, on: date) -> Iterator[tuple[str, int]]:
    """Two or three labels a basket; each as (label, net weight in kg)."""
    for parts in range(dice.randint(2, 3), 0, -1):
        number = len(book.rows["成品入库"]) + 1
        weight -= (kg := weight // parts)
        place = f"{'ABCD'[number % 4]}{number % 20 + 1:02}"
        day_in = on + timedelta(days=1)
        label = f"BQ9{number:06}"
        book.add("成品入库", label, f"{day_in:%Y%m%d} 9{number:03}", product, card, kg // 6, kg, day_in, place)
        yield label, kg


def _ship(book: Ledgers, dice: Random, packed: Delivery, kg: int) -> None:
    """Most labels are shipped within two weeks of packing; a tenth still stands in the store."""
    if dice.random() < 0.1:
        return
    lines = book.rows["发货明细"]
    customer = str(dice.choice(company.MASTER_DATA["客户"])[0])
    on = packed.on + timedelta(days=dice.randint(3, 14))
    lines.append((f"TH9{len(lines) // 3 + 1:05}", on, customer, packed.label, kg, f"演A{dice.randint(10000, 99999)}"))
    book.deliveries.append(replace(packed, customer=customer, on=on))
