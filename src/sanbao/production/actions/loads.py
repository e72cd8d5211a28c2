"""Many cards into one furnace load, bath or line batch at once: what became of each is told (T-09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.production import queries
from sanbao.production.actions.common import standing
from sanbao.production.actions.steps import record_step
from sanbao.production.models import Card
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot


@dataclass(frozen=True, slots=True)
class Charged:
    """What became of one code: the card with its step recorded, or why not."""

    code: str
    card: Card | None = None
    refusal: Refusal | None = None


@dataclass(slots=True)
class Load:
    """One load with what was put into it; ``lot`` is nothing when every card was refused."""

    lot: Lot | None = None
    cards: list[Charged] = field(default_factory=list)

    @property
    def taken(self) -> list[Charged]:
        return [one for one in self.cards if one.refusal is None]

    @property
    def refused(self) -> list[Charged]:
        return [one for one in self.cards if one.refusal is not None]


def charge(
    *,
    by: Actor,
    codes: Sequence[str],
    operation: str,
    machine: str,
    shift: str,
    operator: Person,
    done_on: date,
    treatment: str = "",
    measured: Mapping[str, str] | None = None,
    remark: str = "",
) -> Load:
    """Record the same step on every card, with the same load. A card that may not go in stays as it was; the others
    go in without it. A new load gets its number from the first that goes in."""
    by.need("production.record", clause="T-09")
    load = Load()
    with trace.writing():
        known = queries.cards_by_code(codes, actor=by)
        for code in dict.fromkeys(codes):
            card = known.get(code)
            try:
                with transaction.atomic():
                    done = _put_in(
                        card, code, by=by, operation=operation, machine=machine, shift=shift, operator=operator,
                        done_on=done_on, treatment=load.lot.code if load.lot else treatment, measured=measured,
                        remark=remark,
                    )  # fmt: skip
            except Refusal as refusal:
                load.cards.append(Charged(code, card, refusal))
            else:
                load.cards.append(Charged(code, done))
                load.lot = load.lot or standing(done)[-1].treatment
    return load


def _put_in(card: Card | None, code: str, *, by: Actor, **step: object) -> Card:
    if card is None:
        raise Refusal(
            "card.unknown",
            W("没有随行卡“{code}”，或它还没有接续。", "There is no card “{code}”, or it was not taken up yet."),
            "T-09",
            404,
            facts={"code": code},
        )
    return record_step(card, by=by, **step)  # type: ignore[arg-type]
