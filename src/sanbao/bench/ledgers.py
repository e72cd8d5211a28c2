"""A synthetic profile maker's ledgers: all seven kinds in the proportions of a real year, every line to be taken."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

#: One heat: a receipt, four issues, the heat, seven travellers, each with a report, three labels and three shipments.
TRAVELLERS, LABELS = 7, 3
LINES_PER_HEAT = 1 + 4 + 1 + TRAVELLERS * (2 + 2 * LABELS)
FIRST = date(2024, 1, 1)
CUSTOMERS, PRODUCTS, SUPPLIERS = 200, 24, 10

type Cells = tuple[str | int | float, ...]

MASTERS: dict[str, tuple[Cells, list[Cells]]] = {
    "供应商": (("代码", "名称", "主供"), [(f"G{n:03}", f"测速铝锭厂{n}", "铝锭") for n in range(SUPPLIERS)]),
    "客户": (("客户代码", "名称", "城市"), [(f"K{n:04}", f"测速门窗厂{n}", "宁波") for n in range(CUSTOMERS)]),
    "产品": (
        ("型号", "名称", "表面", "米重kg/m", "合金状态"),
        [(f"LM60-{n:02}", "推拉窗型材", "粉末喷涂", "0.9", "6063-T5") for n in range(PRODUCTS)],
    ),
}
HEADERS: dict[str, Cells] = {
    "进仓台账": ("进仓单号", "日期", "供应商代码", "材料名称", "规格", "供方批号", "本厂批号", "数量(kg)", "合格证号",
                 "检验员", "质量状态"),
    "领料单": ("单号", "日期", "领用部门", "材料名称", "批号", "数量", "用于(炉次/槽次)"),
    "熔铸记录": ("炉次", "日期", "铸棒批号", "支数", "重量(kg)", "质量状态"),
    "生产随行卡": ("卡号", "框号", "型号", "铸棒批号", "机台", "班次", "挤压日期", "时效炉次", "时效日期",
                   "氧化/喷涂批", "氧化/喷涂日期", "重量(kg)", "检验状态"),
    "检验报告": ("报告号", "日期", "随行卡号", "壁厚mm", "膜厚um", "硬度HW", "外观", "结论", "检验员"),
    "成品入库": ("标签号", "喷码", "型号", "随行卡号", "支数", "净重(kg)", "入库日期", "库位"),
    "发货明细": ("提货单号", "发货日期", "客户代码", "标签号", "重量(kg)", "车号"),
}  # fmt: skip


class Heat:
    """What one heat brings into each ledger. ``prefix`` keeps the codes of two factories apart."""

    def __init__(self, number: int, prefix: str) -> None:
        self.number, self.prefix = number, prefix
        # A year of days, so that a factory of any size stays within what a date can be.
        self.days = [str(FIRST + timedelta(number // 20 % 300 + later)) for later in range(9)]
        self.coating = f"PT{prefix}-{number // 4:06}"

    def lines(self) -> Iterator[tuple[str, Cells]]:
        """(ledger, cells) in no particular order; within a ledger in the order of the paper."""
        n, p, days = self.number, self.prefix, self.days
        raw, billet = f"J{p}{n:07}", f"ZB{p}{n:07}"
        yield "进仓台账", (f"JC{p}{n:06}", days[0], f"G{n % SUPPLIERS:03}", "铝锭", "A00", f"G{n % SUPPLIERS:03}-{n}",
                          raw, 20000, f"HG{p}{n:06}", f"Q{n % 9}", "合格")  # fmt: skip
        for slip, (into, kg) in enumerate(((f"RL{p}{n:07}", 9000), (f"RL{p}{n:07}", 800), (f"RL{p}{n:07}", 120),
                                           (self.coating, 60))):  # fmt: skip
            shop = "熔铸车间" if slip < 3 else "表面处理车间"
            yield "领料单", (f"LL{p}{4 * n + slip:07}", days[1], shop, "铝锭", raw, kg, into)
        yield "熔铸记录", (f"RL{p}{n:07}", days[1], billet, 60, 9900, "合格")
        for basket in range(TRAVELLERS):
            yield from self._basket(f"SX{p}{n:07}-{basket}", basket, billet)

    def _basket(self, card: str, basket: int, billet: str) -> Iterator[tuple[str, Cells]]:
        n, p, days = self.number, self.prefix, self.days
        product = f"LM60-{(n + basket) % PRODUCTS:02}"
        yield "生产随行卡", (card, f"K{basket}", product, billet, f"880T-{basket % 4}", "甲乙丙"[n % 3], days[2],
                            f"SJ{p}-{n // 2:06}", days[3], self.coating, days[4], 900 + n % 90, "合格")  # fmt: skip
        yield "检验报告", (f"JY{p}{n:07}-{basket}", days[5], card, f"1.{38 + n % 5}", f"{60 + n % 30}.5", "12.5",
                          "合格", "合格", f"Q{n % 9}")  # fmt: skip
        for place in range(LABELS):
            label, kg = f"BQ{p}{n:07}{basket}{place}", f"{180 + (7 * n + place) % 90}.{n % 10}"
            yield "成品入库", (label, f"{days[6]} {p}{n % 10000:04}{basket}{place}", product, card, 48, kg, days[6],
                              f"{'ABCD'[place]}{n % 30:02}")  # fmt: skip
            yield "发货明细", (f"TH{p}{n:07}", days[8], f"K{(n + basket) % CUSTOMERS:04}", label, kg, f"浙B{n % 40:05}")


def heats_for(rows: int) -> int:
    return max(1, rows // LINES_PER_HEAT)


def as_csv(folder: Path, rows: int, prefix: str = "A") -> list[Path]:
    """About ``rows`` lines together, and the few lines of master data."""
    files = {name: folder / f"{name}.csv" for name in (*MASTERS, *HEADERS)}
    opened = [path.open("w", encoding="utf-8-sig", newline="") for path in files.values()]
    writers = {name: csv.writer(file) for name, file in zip(files, opened, strict=True)}
    _write({name: writer.writerow for name, writer in writers.items()}, rows, prefix)
    for file in opened:
        file.close()
    return list(files.values())


def as_xlsx(folder: Path, rows: int, prefix: str = "X") -> list[Path]:
    """The same as workbooks of one sheet each, numbers as numbers and texts as shared strings, as Excel saves them."""
    files = {name: folder / f"{name}.xlsx" for name in (*MASTERS, *HEADERS)}
    books = {name: xlsxwriter.Workbook(path) for name, path in files.items()}
    sheets = {name: book.add_worksheet("台账") for name, book in books.items()}
    places = dict.fromkeys(files, 0)

    def into(name: str) -> Callable[[Cells], None]:
        def row(cells: Cells) -> None:
            sheets[name].write_row(places[name], 0, cells)
            places[name] += 1

        return row

    _write({name: into(name) for name in files}, rows, prefix)
    for book in books.values():
        book.close()
    return list(files.values())


def _write(rows_of: dict[str, Callable[[Cells], object]], rows: int, prefix: str) -> None:
    for name, (header, lines) in MASTERS.items():
        for cells in (header, *lines):
            rows_of[name](cells)
    for name, header in HEADERS.items():
        rows_of[name](header)
    for number in range(heats_for(rows)):
        for name, cells in Heat(number, prefix).lines():
            rows_of[name](cells)
