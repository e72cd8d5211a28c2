"""供应商, 经销商, 客户, 产品: the master data that the other ledgers refer to (N-01, T-01)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanbao.catalog import actions as catalog
from sanbao.exchange import cells
from sanbao.exchange.columns import Table, code, text
from sanbao.exchange.intake import Codes, Intake
from sanbao.exchange.kinds.base import Kind, Line
from sanbao.exchange.outcomes import UNCHANGED, Verdict, taken
from sanbao.kernel.words import W
from sanbao.parties import actions as parties
from sanbao.parties.models import DealerKind

_DEALER_KINDS = {word: kind.value for kind in DealerKind for word in (kind.zh, kind.en.lower(), kind.value)}

SUPPLIERS = Table(
    "suppliers",
    W("供应商", "Suppliers"),
    (
        code(
            "code",
            "代码",
            "code",
            "供应商代码",
            "供方代码",
            "供应商编号",
            "编号",
            needed=True,
            missing="code_missing",
            limit=40,
        ),
        text(
            "name", "名称", "name", "供应商名称", "供方名称", "供应商", needed=True, missing="name_missing", limit=120
        ),
        text("supplies", "主供", "supplies", "主供材料", "供应材料", "供货范围", "主营", limit=200),
    ),
    key="code",
    once=("code",),
)

DEALERS = Table(
    "dealers",
    W("经销商", "Dealers"),
    (
        code("code", "代码", "code", "经销商代码", "网点代码", "编号", needed=True, missing="code_missing", limit=40),
        text(
            "name", "名称", "name", "经销商名称", "网点名称", "经销商", needed=True, missing="name_missing", limit=120
        ),
        text("kind", "类型", "kind", "网点类型", read=cells.OneOf(_DEALER_KINDS, empty=DealerKind.DEALER.value)),
        text("region", "省", "region", "省/国", "省份/国家", "省份", "国家", "地区", limit=80),
        text("city", "城市", "city", "市", limit=60),
        text("address", "地址", "address", "详细地址", limit=200),
        text("hotline", "热线", "hotline", "电话", "联系电话", limit=60),
        text("parent", "上级代码", "parent", "code above", "上级", "上级经销商"),
    ),
    key="code",
    once=("code",),
)

CUSTOMERS = Table(
    "customers",
    W("客户", "Customers"),
    (
        code("code", "客户代码", "customer", "代码", "客户编号", "code", needed=True, missing="code_missing", limit=40),
        text("name", "名称", "name", "客户名称", "客户", "单位名称", needed=True, missing="name_missing", limit=120),
        text("category", "类别", "category", "客户类别", "内外销", read=cells.lowered),
        text("region", "省/国", "region", "省", "省份/国家", "省份", "国家", "地区"),
        text("city", "城市", "city", "市", limit=60),
        text("address", "地址", "address", "详细地址", limit=200),
        text("phones", "电话", "telephone", "phone", "联系电话", "手机", "手机号", "phones", limit=200),
        text("fax", "传真", "fax", limit=60),
        text("email", "邮箱", "email", "电子邮箱", "电子邮件", "e-mail", limit=254),
        text("dealer", "经销商代码", "dealer code", "经销商", "所属经销商"),
    ),
    key="code",
    once=("code",),
)

PRODUCTS = Table(
    "products",
    W("产品", "Products"),
    (
        code(
            "code",
            "型号",
            "model",
            "product",
            "产品型号",
            "型材型号",
            "产品代码",
            "code",
            needed=True,
            missing="code_missing",
            limit=60,
        ),
        text("name", "名称", "name", "产品名称", "品名", needed=True, missing="name_missing", limit=120),
        text("line", "产品线", "product line", "系列", "产品系列", limit=40),
        text("surface", "表面", "surface", "表面处理", "表面处理方式", limit=40),
        text("kg_per_metre", "米重", "kg per metre", "kg/m", "单重", "线密度"),
        text("alloy_temper", "合金状态", "alloy and temper", "alloy", "合金", "牌号状态", limit=40),
        text("gtin", "GTIN", "barcode", "商品条码", "条码", limit=14),
    ),
    key="code",
    once=("code",),
)

MATERIALS = Table(
    "materials",
    W("材料", "Materials"),
    (
        code("code", "材料代码", "material", "代码", "物料代码", "code", needed=True, missing="code_missing", limit=60),
        text("name", "材料名称", "name", "名称", "物料名称", needed=True, missing="name_missing", limit=120),
        text("specification", "规格", "specification", "规格型号", "牌号", needed=True, limit=120),
        text("material_class", "材料类别", "class", "类别", "分类", limit=40),
    ),
    key="code",
    once=("code",),
)


def _taker(table: Table, take: Callable[..., Any], known: Callable[[Intake], Codes]) -> Callable[..., list[Verdict]]:
    """The room below takes rows by column name; columns that this file does not have are left out."""

    def take_lines(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
        if "dealer" in intake.present and intake.rehearsal:
            intake.dealers.stand_in()
        names = [column.name for column in table.columns]
        rows = [
            {name: value for name, value in zip(names, values, strict=True) if name in intake.present}
            for _, values in lines
        ]
        codes = known(intake)
        new = [row for row in rows if codes.get(row["code"]) is None]
        results = take(rows, by=intake.by)
        codes.added(new, rehearsal=intake.rehearsal)
        return [
            taken(*(("remark", {"note": remark}) for remark in result.remarks))
            if result.changed or result.remarks
            else UNCHANGED
            for result in results
        ]

    return take_lines


def _kind(table: Table, take: Callable[..., Any], known: Callable[[Intake], Codes], permission: str) -> Kind:
    return Kind(table, _taker(table, take, known), permission=permission)


KINDS = (
    _kind(SUPPLIERS, parties.take_suppliers, lambda intake: intake.suppliers, "parties.edit"),
    _kind(DEALERS, parties.take_dealers, lambda intake: intake.dealers, "parties.edit"),
    _kind(CUSTOMERS, parties.take_customers, lambda intake: intake.customers, "parties.edit"),
    _kind(MATERIALS, catalog.take_materials, lambda intake: intake.materials, "catalog.edit"),
    _kind(PRODUCTS, catalog.take_products, lambda intake: intake.products, "catalog.edit"),
)
