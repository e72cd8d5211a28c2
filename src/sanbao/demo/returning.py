"""Returns of the demonstration: a small one made good, one of more than 500 kg at the technical VP, one refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.core.files.base import ContentFile

from sanbao.demo.ledgers import Delivery
from sanbao.dispatch.models import PickList, PickListState
from sanbao.inspection import actions as inspection
from sanbao.kernel import attachments, times
from sanbao.kernel.actor import Actor
from sanbao.parties.models import Category, Customer
from sanbao.returns import actions, queries
from sanbao.returns.actions.applying import Wanted
from sanbao.returns.models import Credit, EvidenceKind, Reason, Return
from sanbao.trace.models import Lot

Moment = Callable[[int, str], datetime]
PRICE = Decimal("21.60")
#: From here on the technical VP approves, by the policy that ships.
LIMIT = 500_000


def play(actors: dict[str, Actor], deliveries: list[Delivery], moment: Moment) -> None:
    """``moment(days, hour)`` is so many working days ago."""
    cast = {name: replace(actor, fresh=True) for name, actor in actors.items()}
    delivered = _delivered(deliveries)
    left = PickList.objects.filter(state=PickListState.SHIPPED).select_related("customer").order_by("id").first()
    small = left.customer if left and left.customer.code in delivered else None
    if small is not None:
        _replaced(cast, small, delivered.pop(small.code)[:1], left, moment)
    code = next(code for code, lots in delivered.items() if sum(lot.quantity_milli or 0 for lot in lots) >= LIMIT)
    _heavy(cast, Customer.objects.get(code=code), delivered.pop(code), moment)
    code = next(iter(delivered))
    _refused(cast, Customer.objects.get(code=code), delivered[code][:1], moment)


def _delivered(deliveries: list[Delivery]) -> dict[str, list[Lot]]:
    """Customer → labels that he got, of which no story is told that they were bad; customers at home only."""
    home = set(Customer.objects.filter(category=Category.DOMESTIC).values_list("code", flat=True))
    names = {one.label: one.customer for one in deliveries if not one.mark and one.customer in home}
    found: dict[str, list[Lot]] = defaultdict(list)
    for lot in Lot.objects.filter(key__in=names, quantity_milli__gt=0).select_related("product").order_by("key"):
        stand = queries.of_lot(Customer.objects.get(code=names[lot.key]), lot)
        if stand.left == lot.quantity_milli:
            found[names[lot.key]].append(lot)
    return found


def _lines(lots: list[Lot]) -> list[Wanted]:
    return [
        Wanted(code=lot.code, milli=lot.quantity_milli or 0, price=PRICE, source="演示发票 26-0417", lot=lot)
        for lot in lots
    ]


def _replaced(
    cast: dict[str, Actor], customer: Customer, lots: list[Lot], left: PickList | None, moment: Moment
) -> None:
    """A quality fault: sampled, found to be ours, approved by sales, counted, and replaced by goods that left."""
    seller, clerk, inspector = cast["sales-east"], cast["after-sales-1"], cast["inspector-1"]
    with times.frozen(moment(9, "09:10")):
        case = actions.apply(
            by=seller, customer=customer, reason=Reason.QUALITY, lines=_lines(lots),
            description="装饰面有麻点，客户要求换货",
        )  # fmt: skip
        case = actions.ask_sample(case, by=seller, wanted="300 mm 两段", label=lots[0].code)
    with times.frozen(moment(8, "10:00")):
        [sample] = queries.samples(case)
        sample = inspection.receive(sample, by=inspector, label=lots[0].code, place="样品架 B-2", given_by=seller.ref)
        inspection.conclude(
            by=inspector, sample=sample, ours="yes", used_rightly="yes", severity="S2", basis="GB/T 5237.4",
            conclusion="装饰面麻点，与本批留样一致", opinion="同意换货，责任在喷涂", measured="膜厚 41 µm",
        )  # fmt: skip
    with times.frozen(moment(8, "14:00")):
        case = actions.tell_verdict(Return.objects.get(pk=case.pk), by=clerk)
        case = actions.agree(case, by=cast["sales-manager"])
        case = actions.fill_form(
            case, by=clerk, responsible="生产科喷涂班", handling="换同型号喷涂料", freight="本公司承担"
        )
        case = actions.approve(case, by=cast["sales-manager"], remark="同意")
    with times.frozen(moment(6, "15:20")):
        case = actions.scan(case, by=cast["transport"], code=lots[0].code)
        case = actions.accept(case, by=cast["transport"], place="退货区 T-1", sign="待检 07")
    with times.frozen(moment(5, "09:00")):
        case = actions.confirm(case, by=clerk)
    if left is not None:
        with times.frozen(moment(3, "11:00")):
            credit = Credit.objects.get(customer=customer, currency=case.currency)
            actions.replace(
                credit, by=clerk, pick_list=left, value=case.value, source="演示发票 26-0533",
                payment="",
            )  # fmt: skip


def _heavy(cast: dict[str, Actor], customer: Customer, lots: list[Lot], moment: Moment) -> None:
    """We made the order out wrongly; 500 kg and more lie with the technical VP."""
    seller, clerk = cast["sales-east"], cast["after-sales-1"]
    weight, chosen = 0, []
    for lot in lots:
        if weight < LIMIT:
            chosen.append(lot)
            weight += lot.quantity_milli or 0
    with times.frozen(moment(2, "09:40")):
        case = actions.apply(
            by=seller, customer=customer, reason=Reason.OUR_ERROR, lines=_lines(chosen),
            description="我方下错订单，颜色与客户确认单不符",
        )  # fmt: skip
        paper = attachments.store(ContentFile("客户确认单与订单对照\n".encode(), name="对照.txt"), by=seller)
        case = actions.add_evidence(case, by=seller, kind=EvidenceKind.MISMATCH, remark="确认单 26-77", files=[paper])
    with times.frozen(moment(1, "10:30")):
        case = actions.agree(case, by=cast["sales-manager"])
        actions.fill_form(case, by=clerk, responsible="经营部", handling="按确认单颜色补货", freight="本公司承担")


def _refused(cast: dict[str, Actor], customer: Customer, lots: list[Lot], moment: Moment) -> None:
    """None of the admitted reasons; the exception that was asked for is refused."""
    with times.frozen(moment(3, "15:00")):
        case = actions.apply(
            by=cast["sales-east"], customer=customer, reason=Reason.OTHER, lines=_lines(lots),
            description="工程取消，客户多订了料", exception="老客户，希望照顾",
        )  # fmt: skip
    with times.frozen(moment(2, "16:10")):
        actions.refuse_return(case, by=cast["technical-vp"], reason="工程取消不属受理范围", basis="R-01")
