"""What a factory lays down about its labels: the spray code's form, the sizes that are printed, and the periods."""

from __future__ import annotations

from decimal import Decimal

from sanbao.kernel.decision_tables import Amount, Choice, Duration, OneOf, Shape, Table, Text, YesNo
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W


def _holds_day_and_number(table: Table) -> None:
    """A spray code without its date or its running number would tell nothing (T-10)."""
    for _, answer in table.hits():
        pattern = str(answer["spray_code"])
        if "{number}" not in pattern or not ("{date}" in pattern or "{yymmdd}" in pattern):
            raise ValueError(f"{pattern}: {{date}} {{number}}")


LABELS = Policy(
    "labels",
    title=W("成品标签", "Product labels"),
    clause="T-10",
    proof=_holds_day_and_number,
    shape=Shape(
        inputs=[],
        outputs=[
            Text(
                "spray_code", r"([^{}]|\{date\}|\{yymmdd\}|\{number\}){1,50}", ("喷码的样式", "Form of the spray code")
            ),
            Amount("spray_width", "", 2, 8, ("流水号位数", "Digits of the number")),
            OneOf(
                "produced_on",
                {
                    "packed": ("入库日期", "The day of packing"),
                    "extruded": ("挤压日期", "The day of extrusion"),
                    "finished": ("氧化/喷涂日期", "The day of finishing"),
                },
                ("生产日期取", "Production date is"),
            ),
            Amount("at_once", "", 1, 5000, ("一次最多打印", "At most in one print")),
            Duration("print_open", ("打印文件多久以内可再打开", "A print may be opened again within")),
            Duration("reinspect_within", ("报失后多久以内复检", "Re-inspection within")),
            Duration("replace_within", ("复检后多久以内换发", "Replacement within")),
        ],
    ),
)


def _fits_its_page(table: Table) -> None:
    for row, answer in table.hits():
        across = _extent(answer, "left", "columns", "width", "gap_x")
        down = _extent(answer, "top", "rows", "height", "gap_y")
        if across > Decimal(str(answer["page_width"])) or down > Decimal(str(answer["page_height"])):
            raise ValueError(f"{row[0]}: {across} × {down} mm")


def _extent(answer: object, margin: str, count: str, length: str, gap: str) -> Decimal:
    value = {name: Decimal(str(answer[name])) for name in (margin, count, length, gap)}  # type: ignore[index]
    return value[margin] + value[count] * value[length] + (value[count] - 1) * value[gap]


LABEL_SIZES = Policy(
    "label_sizes",
    title=W("标签规格", "Label sizes"),
    clause="T-10",
    proof=_fits_its_page,
    shape=Shape(
        inputs=[Choice("size", [], ("规格", "Size"), open=True)],
        outputs=[
            Text("title_zh", title=("名称", "Title, in Chinese")),
            Text("title_en", title=("英文名称", "Title")),
            Amount("page_width", "mm", 20, 450, ("页宽 mm", "Page width, mm")),
            Amount("page_height", "mm", 15, 650, ("页高 mm", "Page height, mm")),
            Amount("columns", "", 1, 12, ("列", "Columns")),
            Amount("rows", "", 1, 40, ("行", "Rows")),
            Amount("width", "mm", 40, 300, ("标签宽 mm", "Label width, mm")),
            Amount("height", "mm", 25, 300, ("标签高 mm", "Label height, mm")),
            Amount("left", "mm", 0, 100, ("左边距 mm", "Left margin, mm")),
            Amount("top", "mm", 0, 100, ("上边距 mm", "Top margin, mm")),
            Amount("gap_x", "mm", 0, 50, ("列距 mm", "Gap between columns, mm")),
            Amount("gap_y", "mm", 0, 50, ("行距 mm", "Gap between rows, mm")),
            YesNo("barcode", ("加印一维码", "With a bar code")),
        ],
    ),
)
