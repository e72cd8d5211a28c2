"""The demonstration's shop floor: a few living cards, one of each kind that a new user should see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sanbao.catalog.models import Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.parties.models import Person
from sanbao.production import actions
from sanbao.production.models import Card, MarkingAudit, Step
from sanbao.production.queries import standing_steps
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, QualityStatus

#: What is written down at each operation.
MEASURED = {"age": {"temperature_c": "185", "hours": "2.5"}, "coat": {"film_um": "68 71 66"}}


class ShopFloor:
    """Acts of the people of the shops, in short words."""

    def __init__(self, actors: dict[str, Actor]) -> None:
        self.actors, self.day = actors, today()
        self.operator = Person.objects.get(username="operator")
        self.billets = _billets(5)

    def start(self, model: str, kg: int, basket: str, **more: Any) -> Card:
        return actions.start(
            by=self.actors["operator"], product=Product.objects.get(code=model), billets=[(self.billets.pop(), None)],
            kg_out=Decimal(kg), scrap_kg=Decimal(12), machine="880T-2", shift="甲班", operator=self.operator,
            done_on=self.day, basket=basket, die=f"M-{model[2:]}", **more,
        )  # fmt: skip

    def step(self, card: Card, operation: str, machine: str, **more: Any) -> Card:
        return actions.record_step(
            card, by=self.actors["operator"], operation=operation, machine=machine, shift="甲班",
            operator=self.operator, done_on=self.day, measured=MEASURED.get(operation), **more,
        )  # fmt: skip

    def check(self, card: Card) -> Card:
        step: Step = standing_steps([card])[card.pk][-1]
        step = actions.check_lead(step, by=self.actors["team-leader"], outcome="good")
        actions.check_qc(step, by=self.actors["inspector-1"], outcome="good")
        return Card.objects.select_related("lot", "record").get(pk=card.pk)

    def worked(self, model: str, kg: int, basket: str) -> Card:
        card = self.check(self.start(model, kg, basket))
        card = self.check(self.step(card, "age", "2 号时效炉"))
        return self.check(self.step(card, "coat", "立式喷涂线", scrap_kg=Decimal(2)))


def play(actors: dict[str, Actor]) -> None:
    """A card fresh from the press, one in the furnace, one split, one in rework, one that may be packed; an audit."""
    floor = ShopFloor(actors)
    floor.start("YM50-01", 86, "K401")
    aged = floor.check(floor.start("YM60-01", 95, "K402"))
    floor.step(aged, "age", "1 号时效炉")
    ready = floor.check(floor.start("YM80-03", 110, "K403"))
    actions.split(ready, by=actors["operator"], kg=Decimal(40), basket="K404", reason="分两炉时效")
    failed = actions.inspect(
        floor.worked("YM70-01", 72, "K405"), by=actors["inspector-2"], conclusion="failed", measured={"film_um": "42"},
        appearance="露底",
    )  # fmt: skip
    actions.send_to_rework(failed, by=actors["qc-manager"], operation="coat", reason="膜厚不足，退漆重喷")
    good = floor.worked("YM90-01", 64, "K406")
    actions.inspect(
        good, by=actors["inspector-2"], conclusion="passed", measured={"film_um": "69", "hardness_hw": "11"}
    )
    _audit(actors, [good, aged])


def _audit(actors: dict[str, Actor], cards: list[Card]) -> MarkingAudit:
    by = actors["inspector-1"]
    audit = actions.begin_audit(by=by, place="时效车间")
    for card in cards:
        audit = actions.see_mark(audit, by=by, code=card.number, found="complete")
    audit = actions.see_mark(audit, by=by, found="illegible", remark="3 号位左起第二框，卡被油污盖住")
    return actions.finish_audit(audit, by=by)


def _billets(count: int) -> list[str]:
    """Passed billet lots with metal to spare, the newest last."""
    lots = Lot.objects.filter(kind=LotKind.BILLET, status=QualityStatus.PASSED)
    codes = {lot.pk: lot.code for lot in lots.order_by("-made_on", "-pk")[: count * 3]}
    books = trace.accounts(codes)
    spare = [code for pk, code in codes.items() if (books[pk].left or 0) >= 130_000]
    return spare[:count][::-1]
