"""生产随行卡 on paper: a card for the basket, with its QR code, one or many in a file (T-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import segno

from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Person
from sanbao.production import queries
from sanbao.production.models import Card, Operation, Outcome, Parameter, Step
from sanbao.trace.models import Lot, LotLink, QualityStatus
from sanbao.trace.queries import accounts, exact

SHIPPED = W("随产品提供", "as shipped")
#: Blank lines below the route, for what nobody foresaw.
SPARE = 2


def cards_pdf(cards: Sequence[Card], by: Actor, *, small: bool = False) -> bytes:
    """The cards as PDF/A, one to a page: A4, or A5 for the pocket on the basket."""
    steps = queries.standing_steps(cards)
    books = accounts(card.lot_id for card in cards)
    shares, names = _shares(cards), _names(steps.values())
    facts = {
        "small": small,
        "number": cards[0].number if len(cards) == 1 else "",
        "printed_by": _who(by.ref),
        "cards": [_card(card, steps.get(card.pk, []), books[card.lot_id].left, shares, names) for card in cards],
    }
    return documents.pdf("production/typst/card.typ", documents.controlled("traveller_card"), facts, who=_who)


def _card(
    card: Card,
    steps: Sequence[Step],
    left: int | None,
    shares: Mapping[tuple[int, str], str],
    names: Mapping[str, str],
) -> dict[str, Any]:
    record, product = card.record, card.lot.product
    way = queries.progress(card, steps)
    latest = {step.operation: step for step in queries.counting(card, steps)}
    return {
        "number": card.number,
        "qr": segno.make(card.number, error="m", micro=False).svg_inline(scale=1, border=0, omitsize=True),
        "order": card.order,
        "customer": card.customer.name if card.customer else "",
        "model": product.code if product else "",
        "product": product.name if product else "",
        "die": card.die,
        "alloy": card.alloy_temper,
        "basket": record.basket,
        "pieces": card.pieces or "",
        "quantity": exact(left, card.lot.unit) if left is not None else "",
        "billets": [f"{code} {shares.get((card.lot_id, code), '')}".strip() for code in record.billets.split()],
        "press": record.press,
        "shift": record.shift,
        "status": QualityStatus.title_of(card.lot.status),
        "remark": card.remark,
        "round": card.round,
        "steps": [_step(operation, latest.get(operation), card.lot.unit, names) for operation in way.route],
        "spare": SPARE,
    }


def _step(operation: str, step: Step | None, unit: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A line of the step table; what was not done yet stays blank, to be written by hand."""
    blank = {"operation": Operation.title_of(operation), "date": "", "machine": "", "operator": "",
             "load": "", "weights": "", "measured": "", "lead": "", "qc": ""}  # fmt: skip
    if step is None:
        return blank
    weights = [exact(milli, unit) for milli in (step.in_milli, step.out_milli) if milli is not None]
    told = "；".join(f"{Parameter.title_of(name)} {text}" for name, text in step.measured.items())
    return blank | {
        "date": step.done_on,
        "machine": " ".join(part for part in (step.machine, step.shift) if part),
        "operator": step.operator.name if step.operator else "",
        "load": step.treatment.code if step.treatment else "",
        "weights": " → ".join(weights),
        "measured": told,
        "lead": _checked(step.lead_outcome, step.lead_by, names),
        "qc": _checked(step.qc_outcome, step.qc_by, names),
    }


def _checked(outcome: str, by: str, names: Mapping[str, str]) -> str:
    return f"{Outcome(outcome).zh} {names.get(by, by)}" if outcome else ""


def _names(steps: Iterable[Sequence[Step]]) -> dict[str, str]:
    """Who checked, by reference; one query for all cards."""
    refs = {ref for own in steps for step in own for ref in (step.lead_by, step.qc_by)}
    ids = [ref.removeprefix("person:") for ref in refs if ref.startswith("person:")]
    return {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}


def _shares(cards: Sequence[Card]) -> dict[tuple[int, str], str]:
    """What each billet lot gave to each card, where somebody weighed it; one query."""
    links = LotLink.objects.filter(dst__in=[card.lot_id for card in cards]).exclude(quantity_milli=None)
    rows = list(links.values_list("dst", "src", "quantity_milli"))
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in={src for _, src, _ in rows})}
    return {(dst, lots[src].code): exact(milli, lots[src].unit) for dst, src, milli in rows}


def _who(ref: str) -> W:
    """The name behind ``person:3``; what shipped with the product was approved with it."""
    return SHIPPED if ref.startswith("clockwork:policies") else parties.titled(ref)
