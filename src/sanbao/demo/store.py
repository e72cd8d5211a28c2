"""The store of the demonstration: its places, what suppliers were told, a fortnight at the gate, by the real actions.

Each page of the store has something to show: material taken in, refused, released urgently, issued, counted, and a
customer's own gaskets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sanbao.catalog import actions as catalog
from sanbao.catalog.models import Material
from sanbao.kernel import times, worker
from sanbao.kernel.actor import Actor
from sanbao.kernel.quantities import Quantity
from sanbao.materials import actions
from sanbao.materials.models import IncomingLot, Place
from sanbao.parties.models import Customer, Department, Supplier
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot

MATERIALS = (
    ("YH-AL", "铝锭", "A00 99.7", "铝锭", True),
    ("YH-SI", "铝硅合金", "AlSi20", "中间合金", True),
    ("YH-FM", "粉末涂料", "聚酯 哑光灰", "粉末涂料", False),
    ("YH-FK", "封孔剂", "常温", "化工原料", False),
    ("YH-MF", "三元乙丙密封条", "EPDM 6 mm", "外购件", False),
)
PLACES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("A1", "原料库 铝锭", "raw", {"sign": "蓝牌 A1", "spacing_cm": 80}),
    ("B1", "原料库 粉末涂料", "raw", {"sign": "蓝牌 B1", "spacing_cm": 50, "capacity": 12}),
    ("B2", "原料库 化工", "raw", {"sign": "蓝牌 B2，防潮", "spacing_cm": 50}),
    ("DJ", "待检区", "waiting", {"sign": "黄牌 待检", "spacing_cm": 100}),
    ("BH", "不合格品区", "rejects", {"sign": "红牌 不合格", "spacing_cm": 100}),
    ("KG-004", "东篱巷客供件", "customer", {"sign": "白牌 客供件"}),
)
MARKED = ("supplier", "product", "specification", "model", "date_or_lot", "inspection_mark")


@dataclass
class Store:
    """Who acts at the gate, and the short way to say what came."""

    actors: dict[str, Actor]

    def by(self, username: str) -> Actor:
        return self.actors[username]

    def came(self, supplier: str, code: str, kilograms: str, lot: str, owner: str = "", **more: Any) -> IncomingLot:
        """One lot at the gate, with complete marking unless said otherwise."""
        keeper = self.by("storekeeper")
        delivery = actions.receiving.register(
            by=keeper,
            supplier=Supplier.objects.get(code=supplier) if supplier else None,
            owner=Customer.objects.get(code=owner) if owner else None,
            paper=f"SH-{lot}",
            vehicle="演A·00016",
        )
        facts = {"present": list(MARKED), "certificate": f"HG-{lot}", "model": "标准", **more}
        material = Material.objects.get(code=code)
        quantity = Quantity.parse(kilograms)
        actions.receiving.enter(delivery, by=keeper, material=material, quantity=quantity, supplier_lot=lot, **facts)
        found: IncomingLot = delivery.lots.get()
        return found

    def take_in(self, case: IncomingLot, place: str, *, passed: bool = True) -> Lot:
        taken = actions.receiving.accept(case, by=self.by("storekeeper"), place=Place.objects.get(code=place))
        assert taken.lot is not None
        if passed:
            trace.judge(by=self.by("inspector-1"), lots=[taken.lot], status="passed", basis="进厂检验合格")
        return taken.lot


def lay_out(by: Actor) -> None:
    """The catalogue's materials and the places of the store."""
    for code, name, specification, of, important in MATERIALS:
        facts = {"specification": specification, "material_class": of, "important": important}
        catalog.register_material(by=by, code=code, name=name, **facts)
    for code, name, kind, facts in PLACES:
        owner = Customer.objects.get(code="K004") if kind == "customer" else None
        actions.placing.open_place(by=by, code=code, name=name, kind=kind, customer=owner, **facts)


def play(actors: dict[str, Actor], moment: Any) -> None:
    """A fortnight of the store. ``moment(days, hour)`` is so many working days ago."""
    store = Store(actors)
    for days, hour, scene in (
        (12, "09:10", _tell_suppliers),
        (9, "08:40", _powder_comes_complete),
        (6, "14:05", _ingots_without_a_report),
        (5, "10:30", _customers_gaskets),
        (3, "09:20", _powder_released_urgently),
        (2, "15:10", _sealer_without_marking),
        (1, "08:30", _issued_and_counted),
    ):
        if (at := moment(days, hour)) <= times.now():
            with times.frozen(at):
                scene(store)
                worker.run_once()


def _tell_suppliers(store: Store) -> None:
    buyer, send = store.by("purchaser"), actions.marking.send
    told = send(by=buyer, supplier=Supplier.objects.get(code="G05"), material_class="粉末涂料")
    actions.marking.record_acknowledgement(told, by=buyer, name="供方质检负责人", how="盖章回传")
    send(by=buyer, supplier=Supplier.objects.get(code="G01"), material_class="铝锭")


def _powder_comes_complete(store: Store) -> None:
    store.take_in(store.came("G05", "YH-FM", "600 kg", "G05-D101", pieces=24), "B1")


def _ingots_without_a_report(store: Store) -> None:
    """Refused; the supplier sends the report, and they come in."""
    case = store.came("G01", "YH-AL", "12 t", "G01-D102")
    case = actions.ways.supply(
        case, by=store.by("purchaser"), report="maker", report_number="ZB-D102", text="供方当天传来质保书"
    )
    store.take_in(case, "A1")


def _customers_gaskets(store: Store) -> None:
    lot = store.take_in(store.came("", "YH-MF", "80 kg", "K4-D103", owner="K004", pieces=16), "KG-004")
    actions.property.report(
        by=store.by("storekeeper"), code=lot.code, what="damaged", description="一卷外包装受潮，端头约 3 米发黏。"
    )


def _powder_released_urgently(store: Store) -> None:
    """The debt that stays red until QC has judged."""
    case = store.came(
        "G06", "YH-FM", "300 kg", "G06-D104", present=["supplier", "product", "date_or_lot"], certificate=""
    )
    waiting = Place.objects.get(code="DJ")
    case = actions.ways.ask_urgent(
        case,
        by=store.by("production-manager"),
        reason="幕墙订单当晚排产，库存不足",
        basis="生产副总现场决定",
        place=waiting,
    )
    assert case.permit is not None and case.lot is not None
    trace.approve_permit(case.permit, by=approver(store.by("production-vp")))
    marked = f"粉末涂料 聚酯 哑光灰 300 kg {case.lot.code} 紧急放行"
    actions.ways.mark(case, by=store.by("storekeeper"), marked=marked)
    _issue(store, "YH-FM", "120 kg", "PT9-JJ01", code=case.lot.code, reason="紧急放行，指定用于该订单")


def _sealer_without_marking(store: Store) -> None:
    case = store.came("G07", "YH-FK", "200 kg", "", present=["supplier", "product"], certificate="")
    actions.ways.ask_sampling(case, by=store.by("purchaser"), text="供方答应三天内补证，车间急用，请加严抽样。")
    store.came("G04", "YH-SI", "1.2 t", "G04-D106", present=["supplier"], certificate="")


def _issued_and_counted(store: Store) -> None:
    keeper = store.by("storekeeper")
    _issue(store, "YH-FM", "150 kg", "PT9-KC02")
    slip = actions.issuing.open_slip(
        by=store.by("team-leader"), department=Department.objects.get(code="production"), into="PT9-KC03",
        into_kind="coating",
    )  # fmt: skip
    actions.issuing.add(slip, by=keeper, material=Material.objects.get(code="YH-FM"), quantity=Quantity.parse("90 kg"))
    place = Place.objects.get(code="B1")
    count = actions.counting.open_count(by=keeper, places=[place], remark="月末抽盘")
    for row in place.lying.select_related("lot"):  # type: ignore[attr-defined]
        actions.counting.scan(count, by=keeper, code=row.lot.code, place=place, pieces=row.pieces)
    actions.counting.submit(count, by=keeper)


def _issue(store: Store, material: str, kilograms: str, into: str, *, code: str = "", reason: str = "") -> None:
    keeper = store.by("storekeeper")
    production = Department.objects.get(code="production")
    slip = actions.issuing.open_slip(by=keeper, department=production, into=into, into_kind="coating")
    what = {"code": code, "reason": reason} if code else {"material": Material.objects.get(code=material)}
    actions.issuing.add(slip, by=keeper, quantity=Quantity.parse(kilograms), **what)
    actions.issuing.issue(slip, by=keeper, taken_by="喷涂班")


def approver(actor: Actor) -> Actor:
    """He has just proved who he is, as a signature asks."""
    return replace(actor, fresh=True)
