"""A recall over a synthetic factory: how long until everything is known, stopped and listed, by the number of labels.

The raw limit is what one would do without sets: the same lots found by the bare recursive query, and then one question
and one insert for each label through the bare driver.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test import Client

from sanbao.bench import graph, limits
from sanbao.bench.figures import Figure, interleaved, milliseconds
from sanbao.bench.people import hire
from sanbao.bench.trace import SHIPPED, Factory
from sanbao.kernel.actor import Actor
from sanbao.parties.models import Customer
from sanbao.recall import actions, queries, scoping
from sanbao.recall.models import Recall, RecallHolder
from sanbao.trace import bulk, store
from sanbao.trace.models import Lot, Packing, Shipment
from sanbao.trace.rows import PackingRow, ShipmentRow

HOUSE = Actor.clockwork("bench")
STEPS = (1_000, 10_000, 100_000)
LABELS_PER_CAMPAIGN = graph.HEATS * graph.TRAVELLERS * graph.LABELS
#: Holders of the recall whose page is measured.
HOLDERS = 5_000
_PEER = "peer_held"


def measure(size: int = 100_000) -> Iterator[Figure]:
    """Recalls of growing size up to ``size`` labels, and the page of one with five thousand holders."""
    steps = [step for step in STEPS if step <= size] or [size]
    factory, taken = Factory(), []
    most = _campaigns(steps[-1]) + 1
    if most > SHIPPED:
        raise SystemExit(f"at most {SHIPPED * LABELS_PER_CAMPAIGN:,} labels have been shipped in this factory")
    factory.grow(most * graph.LINKS_PER_CAMPAIGN)
    _count_on()
    _recalled(1)  # what is made once for each process is not measured
    for step in steps:
        recall, whole, figures = _recalled(step)
        yield from figures
        taken.append((recall.labels, whole))
    if len(taken) > 1:
        (few, first), (many, last) = taken[0], taken[-1]
        told = f"from {few:,} to {many:,} labels ({many / few:.0f} times as many): known, stopped and listed"
        yield Figure(told, last / first, "×")
    yield from _kept_up(recall)
    yield from _shown(recall)


def _count_on() -> None:
    """The factory's rows bring their numbers; PostgreSQL must give others to what comes after."""
    if store.postgres():
        with connection.cursor() as cursor:
            for model in (Lot, Packing, Shipment):
                table = model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _campaigns(labels: int) -> int:
    return max(1, round(labels / LABELS_PER_CAMPAIGN))


def _recalled(labels: int) -> tuple[Recall, float, list[Figure]]:
    starts = [int(graph.material(campaign, 0)) for campaign in range(_campaigns(labels))]
    lots = list(Lot.objects.filter(pk__in=starts))
    found, bare = interleaved(partial(scoping.reckon_from, starts), partial(limits.bare, "forward", starts), rounds=3)
    held: list[Recall] = []

    def order() -> None:
        held.append(
            actions.order(
                by=HOUSE, title="bench", danger="bench", measure="bench", statutory=False, lots=lots
            )
        )  # fmt: skip

    whole = milliseconds(order)
    (recall,) = held
    one_by_one = milliseconds(partial(_peer, starts))
    n = f"{recall.labels:,} labels, {recall.lots:,} lots"
    holders = RecallHolder.objects.filter(recall=recall).count()
    return (
        recall,
        whole,
        [
            Figure(f"scope with holders, kilograms and holes ({n}; raw: finding the lots)", found, "ms", bare),
            Figure(
                f"known, stopped and listed ({n}, {holders} holders; raw: one question and one insert per label)",
                whole,
                "ms",
                one_by_one,
            ),
            Figure(f"the same for each label ({n})", whole * 1000 / recall.labels, "µs"),
        ],
    )


def _peer(starts: list[int]) -> None:
    """What one does who thinks of one label at a time; rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {_PEER} (lot bigint, customer bigint)")
        for lot in limits.bare("forward", starts):
            number = lot[0] if isinstance(lot, tuple) else lot
            cursor.execute("SELECT customer_id FROM trace_shipment WHERE lot_id = %s AND voided = ''", [number])
            row = cursor.fetchone()
            cursor.execute(f"INSERT INTO {_PEER} VALUES (%s, %s)", [number, row[0] if row else None])
        transaction.set_rollback(True)


def _kept_up(recall: Recall) -> Iterator[Figure]:
    """No news, and one more label of the scope that was shipped to somebody."""
    same = milliseconds(lambda: actions.refresh(recall))
    yield Figure(f"looking for news when there is none ({recall.labels:,} labels)", same, "ms")
    card = Lot.objects.filter(pk__in=queries.trace.engine.forward([recall.starts.first().pk]), kind="traveller").first()
    customer = Customer.objects.earliest("pk").pk
    bulk.write([PackingRow(label="NEW-1", travellers=(card.code,), quantity_milli=1000)], source="bench")
    bulk.write([ShipmentRow(number="NEW-1", label="NEW-1", customer_id=customer)], source="bench")
    grown: list[Recall] = []
    again = milliseconds(lambda: grown.append(actions.refresh(Recall.objects.get(pk=recall.pk))))
    if grown[0].labels != recall.labels + 1:
        raise RuntimeError("the scope did not grow by the new label")
    yield Figure(f"reckoned again after one more shipment ({grown[0].labels:,} labels)", again, "ms")


def _shown(recall: Recall) -> Iterator[Figure]:
    """The page, filtered too, of a recall with thousands of holders."""
    missing = HOLDERS - RecallHolder.objects.filter(recall=recall).count()
    customers = Customer.objects.bulk_create(
        [Customer(code=f"H{n:05}", name=f"用户 {n}", name_key=f"h{n}", state="in_use") for n in range(missing)]
    )
    RecallHolder.objects.bulk_create(
        [RecallHolder(recall=recall, customer=one, unit="kg", state="notified", issued_milli=1000, labels=1)
         for one in customers]
    )  # fmt: skip
    client = Client(SERVER_NAME="127.0.0.1")
    reader = hire("bench-reader", "management", "gm")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    for what, asked in {"page": "", "filtered and sorted page": "?tab=out&q=用户&sort=customer&page=7"}.items():
        address = f"{recall.get_absolute_url()}{asked}"
        (taken,) = interleaved(partial(_got, client, address), rounds=5)
        yield Figure(f"the whole {what} of a recall with {HOLDERS:,} holders", taken, "ms")


def _got(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
