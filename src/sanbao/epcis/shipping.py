"""Shipments of our labels that partners tell of (a forwarder's store, say): who holds the goods now.

Only where it is beyond doubt: the event ships, names a customer of ours by our address, and a label of ours or a
package with labels of ours in it. What a package holds is what lay in it at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.epcis import vocabulary
from sanbao.epcis.lots import Lots
from sanbao.epcis.models import Event
from sanbao.epcis.preparing import Prepared
from sanbao.epcis.standard.words import PARTIES, TRANSACTIONS
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.parties.models import Customer
from sanbao.trace import bulk, captured, store
from sanbao.trace.actions import reverse
from sanbao.trace.models import Lot, LotKind, RecordKind, Shipment
from sanbao.trace.rows import ShipmentRow

HOUSE = Actor.clockwork("epcis")
DECLARED = "EPCIS：发货事件已被声明有误 · the shipping event was declared wrong"


def source_of(pk: int) -> str:
    return f"epcis:{pk}"


def record(events: dict[int, Prepared], lots: Lots, authority: str) -> None:
    """Write a shipment for each label that one of these events says went to a customer of ours."""
    shipping = {pk: code for pk, event in events.items() if (code := _customer(event, authority))}
    if not shipping:
        return
    customers = dict(Customer.objects.filter(code__in=set(shipping.values())).values_list("code", "pk"))
    for pk, code in shipping.items():
        if code not in customers:
            continue
        event = events[pk]
        for label in labels_in([lots.id(key) for key in event.said.goods]):
            row = ShipmentRow(
                number=_number(event),
                label=label,
                customer_id=customers[code],
                shipped_on=local(event.at).date(),
                note="EPCIS",
            )
            bulk.write([row], source=source_of(pk))


def _customer(event: Prepared, authority: str) -> str:
    if event.step != "shipping" or event.value.get("action") == "DELETE" or event.declaration:
        return ""
    found = ""
    for party in event.value.get("destinationList") or ():
        kind = PARTIES.bare(party["type"])
        code = vocabulary.partner_of(authority, party["destination"], "customers")
        if code and (kind == "owning_party" or (kind == "possessing_party" and not found)):
            found = code
    return found


def _number(event: Prepared) -> str:
    """The number of the despatch advice, or the end of the eventID."""
    for paper in event.value.get("bizTransactionList") or ():
        if TRANSACTIONS.bare(paper.get("type", "")) == "desadv":
            text: str = paper["bizTransaction"]
            return text.rstrip("/").replace("/", ":").rsplit(":", 1)[-1][-40:]
    return event.event_id[-40:]


def labels_in(lots: Iterable[int]) -> list[str]:
    """The codes of the labels among these lots and in the packages among them."""
    seen, frontier = set(lots), set(lots)
    while frontier:
        inside = captured.links_into(frontier)
        packing = Event.objects.filter(
            pk__in=store.among(sorted({event for _, _, event in inside})), type="AggregationEvent"
        )
        packed = set(packing.values_list("pk", flat=True))
        frontier = {source for source, _, event in inside if event in packed} - seen
        seen |= frontier
    found = Lot.objects.filter(pk__in=store.among(sorted(seen)), kind=LotKind.LABEL)
    return list(found.order_by("code").values_list("code", flat=True))


def strike(events: Iterable[int]) -> None:
    """The shipments that these events told of did not happen so."""
    sources = [source_of(pk) for pk in events]
    for pk in Shipment.standing.filter(source__in=sources).values_list("pk", flat=True):
        reverse(by=HOUSE, record_kind=RecordKind.SHIPMENT.value, record_id=pk, reason=DECLARED)
