# ruff: noqa: E501 (one line of a ledger per line)
"""A profile maker in miniature, small enough to know by heart.

JC1 铝锭 J1 → RL1 → ZB1 ┐                      JC2 粉末 J2 → PT1      JC3 封孔剂 J3 → YH1
JC1 铝锭 J1 → RL2 → ZB2 │
SX1 = ZB1 + load SJ1 + PT1      SX2 = ZB2 + load SJ1 + PT1      SX3 = ZB1 + load SJ2 + YH1 (no ageing date, no report)
BQ1 = SX1 → K1      BQ2 = SX1 + SX2 → K2      BQ3 = SX3 → K2      BQ4 = SX2, in stock at A1
"""

from dataclasses import dataclass
from datetime import date

from sanbao.catalog.models import Material, Product
from sanbao.kernel.codes import code_key
from sanbao.parties.models import Customer, Supplier
from sanbao.trace import bulk
from sanbao.trace.models import Lot, LotKind
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ReportRow, ShipmentRow, TravellerRow

KG = 1000


@dataclass
class Masters:
    suppliers: dict[str, int]
    materials: dict[str, int]
    products: dict[str, int]
    customers: dict[str, int]


def masters() -> Masters:
    """Suppliers G1–G3, materials, one product, customers K1 and K2."""

    def made(model, **names):
        rows = {}
        for code, name in names.items():
            facts = {"name_key": name} if hasattr(model, "name_key") else {}
            rows[code] = model.objects.create(code=code, name=name, state="in_use", **facts).pk
        return rows

    return Masters(
        made(Supplier, G1="甲河铝锭厂", G2="乙江粉末涂料厂", G3="丙川化工原料厂"),
        made(Material, AL="铝锭", PW="粉末涂料", SE="封孔剂"),
        made(Product, LM50="50系列幕墙立柱"),
        made(Customer, K1="宁波东安源门窗厂", K2="杭州西盛昌幕墙工程公司"),
    )


def ledgers(m: Masters) -> list[list]:
    """The rows, ledger by ledger, in the order in which they are to be written."""
    day = date(2026, 4, 2)
    return [
        [
            ReceiptRow(
                number=f"JC{n}", lot=f"J{n}", supplier_id=m.suppliers[f"G{n}"], quantity_milli=kg * KG, received_on=day,
                material_id=m.materials[code], material_name=name, supplier_lot=f"G{n}-77", certificate=f"HG{n}",
                status="passed", row=n,
            )
            for n, kg, code, name in [(1, 20000, "AL", "铝锭"), (2, 800, "PW", "粉末涂料"), (3, 500, "SE", "封孔剂")]
        ],
        [
            IssueRow(
                number=f"LL{n}", lot=lot, into=into, into_kind=kind, quantity_milli=kg * KG, issued_on=date(2026, 4, 5),
                material_name=name,
            )
            for n, lot, into, kind, kg, name in [
                (1, "J1", "RL1", LotKind.HEAT, 6000, "铝锭"),
                (2, "J1", "RL2", LotKind.HEAT, 6000, "铝锭"),
                (3, "J2", "PT1", LotKind.COATING, 120, "粉末涂料"),
                (4, "J3", "YH1", LotKind.OXIDATION, 30, "封孔剂"),
            ]
        ],
        [
            HeatRow(heat=f"RL{n}", billet=f"ZB{n}", pieces=52, quantity_milli=6000 * KG, cast_on=date(2026, 4, 6), status="passed")
            for n in (1, 2)
        ],
        [
            TravellerRow(
                code=f"SX{n}", billets=(billet,), product_id=m.products["LM50"], quantity_milli=500 * KG, basket=f"K{n}",
                press="880T-2", shift="甲", extruded_on=date(2026, 4, 16), ageing=ageing, aged_on=aged, finish=finish,
                finish_kind=kind, finished_on=date(2026, 4, 18), status="passed",
            )
            for n, billet, ageing, aged, finish, kind in [
                (1, "ZB1", "SJ1", date(2026, 4, 17), "PT1", LotKind.COATING),
                (2, "ZB2", "SJ1", date(2026, 4, 17), "PT1", LotKind.COATING),
                (3, "ZB1", "SJ2", None, "YH1", LotKind.OXIDATION),
            ]
        ],
        [
            ReportRow(number=f"JY{n}", traveller=f"SX{n}", inspected_on=date(2026, 4, 19), measured={"film_um": "41"}, conclusion="passed")
            for n in (1, 2)
        ],
        [
            PackingRow(
                label=label, travellers=cards, spray_code=f"20260421 000{n}", product_id=m.products["LM50"],
                quantity_milli=kg * KG, pieces=50, packed_on=date(2026, 4, 21), location="A1",
            )
            for n, label, cards, kg in [
                (1, "BQ1", ("SX1",), 240),
                (2, "BQ2", ("SX1", "SX2"), 300),
                (3, "BQ3", ("SX3",), 480),
                (4, "BQ4", ("SX2",), 250),
            ]
        ],
        [
            ShipmentRow(number=number, label=label, customer_id=m.customers[k], quantity_milli=kg * KG, shipped_on=date(2026, 4, 25))
            for number, label, k, kg in [("TH1", "BQ1", "K1", 240), ("TH2", "BQ2", "K2", 300), ("TH2", "BQ3", "K2", 480)]
        ],
    ]  # fmt: skip


def small_factory() -> Masters:
    m = masters()
    for rows in ledgers(m):
        bulk.write(rows, source="import:1")
    return m


def lot(code: str) -> Lot:
    return Lot.objects.get(key=code_key(code))
