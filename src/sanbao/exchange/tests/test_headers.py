import random
from typing import Any

import pytest

from sanbao.exchange.headers import Layout, plain, recognise
from sanbao.exchange.kinds import TABLES
from sanbao.exchange.reading import Reader, Unreadable

RECEIPTS = [
    "进仓单号",
    "日期",
    "供应商代码",
    "材料名称",
    "规格",
    "供方批号",
    "本厂批号",
    "数量(kg)",
    "合格证号",
    "检验员",
    "质量状态",
]
LINE = [
    "JC00001",
    "2025.9.1",
    "G013",
    "铝硅合金",
    "AlSi20",
    "G013-95443",
    "J25090000",
    1200.0,
    "HG898075",
    "Q4",
    "合格",
]

TREATMENTS = ["时效炉次", "时效日期", "氧化/喷涂批", "氧化/喷涂日期"]


def look(*rows: list[Any]) -> Layout:
    return recognise(enumerate(rows, 1), TABLES)


def kind(layout: Layout) -> str:
    return layout.table.code if layout.table else ""


@pytest.mark.parametrize(
    ("code", "header"),
    [
        ("suppliers", ["代码", "名称", "主供"]),
        ("dealers", ["代码", "名称", "省", "城市", "上级代码"]),
        ("customers", ["客户代码", "名称", "类别", "省/国", "城市", "电话", "经销商代码"]),
        ("materials", ["材料代码", "材料名称", "规格"]),
        ("products", ["型号", "名称", "表面", "米重kg/m", "合金状态"]),
        ("receipts", RECEIPTS),
        ("issues", ["单号", "日期", "领用部门", "材料名称", "批号", "数量", "用于(炉次/槽次)"]),
        ("heats", ["炉次", "日期", "铸棒批号", "支数", "重量(kg)", "质量状态"]),
        ("travellers", ["卡号", "框号", "型号", "铸棒批号", "机台", "班次", "挤压日期", *TREATMENTS, "重量(kg)"]),
        ("inspections", ["报告号", "日期", "随行卡号", "壁厚mm", "膜厚um", "硬度HW", "外观", "结论", "检验员"]),
        ("labels", ["标签号", "喷码", "型号", "随行卡号", "支数", "净重(kg)", "入库日期", "库位"]),
        ("shipments", ["提货单号", "发货日期", "客户代码", "标签号", "重量(kg)", "车号"]),
    ],
)  # fmt: skip
def test_each_ledger_is_recognised_by_its_header_in_any_column_order(code: str, header: list[str]) -> None:
    shuffled = random.Random(7).sample(header, len(header))
    layout = look(["某某台账"], [], shuffled)
    assert (kind(layout), layout.sure, layout.header_row) == (code, True, 3)
    assert layout.unmatched == ()
    for name, at in layout.mapping.items():
        assert plain(shuffled[at]) in {plain(alias) for alias in layout.table.column(name).aliases}  # type: ignore[union-attr]


def test_a_header_is_found_below_titles_and_notes() -> None:
    layout = look(["原材料进仓台账"], ["2025 年度", None, "仓库"], ["编制:李四"], RECEIPTS, LINE)
    assert (kind(layout), layout.header_row) == ("receipts", 4)


def test_width_case_blanks_and_stars_in_a_header_do_not_matter() -> None:
    assert plain("数量（ＫＧ）") == plain(" 数 量 * ") == plain("数量:") == "数量"
    assert plain("壁厚mm") == plain("壁厚 (mm)") == "壁厚"


def test_a_header_in_tonnes_is_understood_and_one_in_an_unknown_unit_is_asked() -> None:
    tonnes = look([title.replace("(kg)", "(吨)") for title in RECEIPTS])
    assert tonnes.sure
    assert tonnes.factors == {"quantity": 1000}
    boxes = look([title.replace("(kg)", "(箱)") for title in RECEIPTS])
    assert not boxes.sure
    assert boxes.doubtful == ("quantity",)


def test_a_list_that_could_be_of_two_kinds_is_asked() -> None:
    layout = look(["代码", "名称", "省", "城市"], ["D01", "广东总经销处", "广东", "广州"])
    assert not layout.sure
    assert {kind(layout), *layout.rivals} >= {"dealers", "customers"}


def test_a_missing_column_is_asked_with_what_was_found() -> None:
    layout = look([title for title in RECEIPTS if title != "本厂批号"])
    assert (kind(layout), layout.sure, layout.missing) == ("receipts", False, ("lot",))


def test_two_columns_of_one_title_are_asked_not_chosen() -> None:
    layout = look([*RECEIPTS, "数量(kg)"])
    assert not layout.sure
    assert layout.missing == ("quantity",)
    assert layout.unmatched == ("数量(kg)", "数量(kg)")


def test_of_two_columns_that_could_be_meant_the_one_with_the_exact_title_is() -> None:
    layout = look(["客户代码", "名称", "经销商", "经销商代码"])
    assert (layout.sure, layout.mapping["dealer"], layout.unmatched) == (True, 3, ("经销商",))


def test_an_unknown_sheet_is_no_ledger() -> None:
    layout = look(["姓名", "工号", "年龄"], ["张三", "7", "40"])
    assert (layout.table, layout.sure, layout.unmatched) == (None, False, ("姓名", "工号", "年龄"))


@pytest.mark.parametrize(
    "row",
    [
        RECEIPTS,
        ["小计", None, None, None, None, None, None, 3152100.0],
        ["合 计", None, None, None, None, None, None, "3,152,100"],
        [None, "本月合计", None, None, None, None, None, 5.0],
        ["9月份累计：", None, None, None, None, None, None, 5.0],
        ["Total", None, None, None, None, None, None, 5.0],
        ["原材料进仓台账"],
        ["制表：王五", None, "审核：赵六"],
        ["第 2 页"],
        ["以下空白"],
    ],
)
def test_headers_titles_sums_and_feet_are_no_data(row: list[Any]) -> None:
    layout = look(["原材料进仓台账"], RECEIPTS, LINE)
    assert layout.is_data(LINE)
    assert not layout.is_data(row)


def test_a_line_without_its_number_is_data_and_is_refused_not_dropped() -> None:
    layout = look(RECEIPTS, LINE)
    nameless = [None, *LINE[1:]]
    assert layout.is_data(nameless)
    with pytest.raises(Unreadable) as caught:
        Reader(layout).row(nameless)
    assert caught.value.verdict[1][0][0] == "number_missing"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (5, "", "supplier_lot_missing"),
        (8, "\u3000", "certificate_missing"),
        (7, "约5吨", "not_a_quantity"),
        (7, None, "not_a_quantity"),
        (1, "昨天", "not_a_date"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_line_with_a_code(column: int, cell: Any, code: str) -> None:
    read = Reader(look(RECEIPTS, LINE)).row
    with pytest.raises(Unreadable) as caught:
        read([*LINE[:column], cell, *LINE[column + 1 :]])
    assert caught.value.verdict[1][0][0] == code


def test_a_missing_date_is_a_gap_and_no_refusal() -> None:
    values, gaps = Reader(look(RECEIPTS, LINE)).row(["JC1", "", *LINE[2:]])
    assert values[1] is None
    assert [code for code, _ in gaps] == ["gap"]
