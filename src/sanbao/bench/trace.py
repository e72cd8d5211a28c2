"""The trace engine over synthetic factories of growing size, each figure beside the raw limit of the same run.

The raw limit of a question is the same recursive query through the bare driver; of loading links it is the ``sqlite3``
shell's own ``.import`` (without the shell the driver's ``executemany``), or PostgreSQL's COPY, of the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random
from statistics import median, quantiles
from typing import Any

from django.db import connection, transaction
from django.test import Client

from sanbao.bench import graph, limits
from sanbao.bench.figures import Figure, interleaved, milliseconds
from sanbao.bench.people import hire
from sanbao.parties.models import Customer, Site, Supplier
from sanbao.trace import bulk, pages, queries, store
from sanbao.trace.engines import building
from sanbao.trace.engines.snapshot import SnapshotEngine
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import Lot, Shipment
from sanbao.trace.traces import Direction

SIZES = (100_000, 1_000_000, 10_000_000)
#: Campaigns with all their papers, and those whose labels have been shipped.
PAPERS, SHIPPED = 200, 400
CHANGES = 10_000
#: Labels asked for one by one.
ASKED = 1000


class Factory:
    """What stands in the database so far; ``grow`` adds to it."""

    def __init__(self) -> None:
        self.campaigns = self.links = self.lots = 0
        self.bytes = 0
        self.suppliers = [_named(Supplier, f"G{n:02}").pk for n in range(8)]
        customers = [_named(Customer, f"K{n:03}") for n in range(graph.CUSTOMERS)]
        self.sites = [
            (customer.pk, Site.objects.create(customer=customer, name=f"工程 {customer.code}-{n}", state="in_use").pk)
            for customer in customers
            for n in range(graph.SITES)
        ]

    def grow(self, links: int) -> tuple[float, float]:
        """Up to about so many links; lots and links a second."""
        new = range(self.campaigns, max(2, round(links / graph.LINKS_PER_CAMPAIGN)))
        lots, standing, before = self.lots, self.links, 0
        seconds = sum(self._lots(block) for block in limits.blocks(new))
        before = size()
        linking = sum(self._links(block) for block in limits.blocks(new))
        self.bytes += size() - before
        for block in limits.blocks(new):
            self._papers(block)
        self.campaigns = new.stop
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return (self.lots - lots) / seconds, (self.links - standing) / linking

    def _lots(self, block: range) -> float:
        rows = list(graph.lots(block))
        self.lots += len(rows)

        def write() -> None:
            with transaction.atomic():
                store.insert(Lot, rows)

        return milliseconds(write) / 1000

    def _links(self, block: range) -> float:
        rows = limits.tuples(block)
        self.links += len(rows)

        def write() -> None:
            with transaction.atomic():
                bulk.put_links(rows)

        return milliseconds(write) / 1000

    def _papers(self, block: range) -> None:
        with transaction.atomic():
            if block.start < PAPERS:
                for model, rows in graph.papers(range(block.start, min(block.stop, PAPERS)), self.suppliers):
                    store.insert(model, rows)
            if block.start < SHIPPED:
                store.insert(Shipment, graph.shipments(range(block.start, min(block.stop, SHIPPED)), self.sites))


def _named(model: Any, code: str) -> Any:
    return model.objects.create(code=code, name=code, name_key=code, state="in_use")


def size() -> int:
    """Bytes of the database file (SQLite), or of the links with their indexes (PostgreSQL)."""
    with connection.cursor() as cursor:
        if store.postgres():
            cursor.execute("SELECT pg_total_relation_size(%s)", [limits.TABLE])
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        found: int = cursor.fetchone()[0]
    return found


def measure(*sizes: int) -> Iterator[Figure]:
    """Figures of each size, the smaller first; the graph grows, so that equal answers can be compared."""
    factory, growth = Factory(), Growth()
    bench_reader = hire("bench-reader", "management", "gm")
    for links in sorted(sizes or SIZES):
        yield from loading(factory, links)
        yield from asking(factory, growth)
        yield from walking(factory)
        yield from showing(factory, bench_reader)
    yield from growth.figures()


class Growth:
    """The same questions at every size."""

    def __init__(self) -> None:
        self.taken: dict[str, list[tuple[int, float]]] = {}

    def add(self, what: str, links: int, value: float) -> None:
        self.taken.setdefault(what, []).append((links, value))

    def figures(self) -> Iterator[Figure]:
        for what, taken in self.taken.items():
            (least, first), (most, last) = taken[0], taken[-1]
            if most > least:
                yield Figure(f"growth from {least:,} to {most:,} links at equal answer: {what}", last / first, "×")


def loading(factory: Factory, links: int) -> Iterator[Figure]:
    began = factory.campaigns
    lots, rate = factory.grow(links)
    means, raw = limits.load(range(began, factory.campaigns))
    yield Figure(f"{factory.links:,} links stored, both directions indexed (raw: {means})", rate, "links/s", raw)
    yield Figure(f"{factory.lots:,} lots stored", lots, "lots/s")
    yield Figure("a link with its indexes", factory.bytes / factory.links, "bytes")


def asking(factory: Factory, growth: Growth) -> Iterator[Figure]:
    """Backward from labels here and there, forward by the database."""
    sql, dice = SqlEngine(), Random(7)
    some = [dice.choice(_labels(factory)) for _ in range(ASKED)]
    for lot in some:
        sql.back([lot])
    times = [milliseconds(partial(sql.back, [lot])) for lot in some]
    raw = [milliseconds(partial(limits.bare, "back", [lot])) for lot in some]
    lots = [len(sql.back([lot])) for lot in some]
    told = f"back from one label ({min(lots)} to {max(lots)} lots, {ASKED} labels)"
    yield Figure(f"{told}, median", median(times), "ms", median(raw))
    yield Figure(f"{told}, p99", quantiles(times, n=100)[98], "ms", quantiles(raw, n=100)[98])
    hundred = min(range(graph.HEATS), key=lambda place: abs(len(sql.back([graph.label(1, place, 0, 0)])) - 100))
    label = graph.label(1, hundred, 0, 0)
    ours, raw_ms = interleaved(partial(sql.back, [label]), partial(limits.bare, "back", [label]), rounds=51)
    yield Figure(f"back from one label ({len(sql.back([label]))} lots), median", ours, "ms", raw_ms)
    growth.add("back from one label", factory.links, ours)
    for number, starts in enumerate(_ladder(factory)):
        found = len(sql.forward(starts))
        asks = [partial(sql.forward, starts), partial(limits.bare, "forward", starts)]
        ours, raw_ms = interleaved(*asks, rounds=11 if number < 2 else 5)
        yield Figure(f"forward by the database ({found:,} lots)", ours * 1000 / found, "µs/lot", raw_ms * 1000 / found)
        if number == 0:
            growth.add("forward by the database", factory.links, ours)


def _labels(factory: Factory) -> Any:
    return graph.labels(range(factory.campaigns)).tolist()


def _ladder(factory: Factory) -> list[list[int]]:
    """Starts whose answers hold about 1,000, 10,000, 100,000 and 400,000 lots, as far as the graph reaches."""
    steps = [(2, [(1, 0)]), (20, [(10, 1)]), (200, [(100, 2)])]
    steps.append((SHIPPED, [(campaign, 2) for campaign in range(0, SHIPPED, graph.LASTS[2])]))
    return [[int(graph.material(*which)) for which in starts] for least, starts in steps if factory.campaigns >= least]


def walking(factory: Factory) -> Iterator[Figure]:
    """The snapshot: built, changed since, and compared with the database at every step of the ladder."""
    built = building.build()
    if built is None:
        raise RuntimeError("the snapshot was not published")
    yield Figure(f"snapshot of {built.links:,} links built and compared", built.seconds, "s")
    yield Figure("a link in the snapshot", built.bytes / built.links, "bytes")
    changed = _change(factory)
    engine, sql = SnapshotEngine(), SqlEngine()
    yield Figure(f"the first question after {changed:,} changes", milliseconds(engine.view), "ms")
    for number, starts in enumerate(_ladder(factory)):
        view = engine.view()
        found = set(sql.forward(starts))
        if view is None or set(view.forward(starts)) != found:
            raise RuntimeError("the snapshot does not find what the database finds")
        ours, theirs = interleaved(partial(_walk, engine, starts), partial(sql.forward, starts), rounds=9)
        told = f"forward by the snapshot ({len(found):,} lots, {changed:,} changes since; raw: the database)"
        yield Figure(told, ours, "ms", theirs)
        if number < 2:
            peers = {"bare": limits.once_per_lot, "ORM": limits.once_per_lot_orm}
            for name, peer in peers.items():
                other, mine = interleaved(partial(peer, starts[0]), partial(queries.engine.forward, starts), rounds=5)
                yield Figure(f"one query per lot, {name} ({len(found):,} lots; raw: the product)", other, "ms", mine)
    if factory.campaigns >= SHIPPED:
        scope = queries.scope(starts)
        whole, only = interleaved(partial(queries.scope, starts), partial(_walk, engine, starts))
        told = f"codes, customers, places and kilograms of {scope.labels:,} labels (raw: finding them)"
        yield Figure(told, whole, "ms", only)


def _walk(engine: SnapshotEngine, starts: list[int]) -> list[int]:
    view = engine.view()
    return view.forward(starts) if view else []


def _change(factory: Factory) -> int:
    """Void links here and there, half of CHANGES, and add as many between the same lots by other events."""
    dice = Random(factory.campaigns)
    by_event: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for row in limits.tuples(range(min(factory.campaigns, SHIPPED))):
        by_event.setdefault((row[0], row[2]), []).append(row)
    wanted, gone, added = min(CHANGES // 2, factory.links // 20), 0, []
    with transaction.atomic():
        for dst, event in dice.sample(sorted(by_event), len(by_event)):
            if gone >= wanted:
                break
            voided = bulk.void_links(event, into=dst)
            # One that an earlier size has changed stands by its other event.
            if voided:
                gone += voided
                added += [(dst, src, event | 1 << 40, milli) for _, src, _, milli in by_event[dst, event]]
        bulk.put_links(added)
    return gone + len(added)


def showing(factory: Factory, reader: Any) -> Iterator[Figure]:
    """The whole page and the API's answer, through Django's test client, of lots that have all their papers."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    dice, papered = Random(3), range(min(PAPERS, factory.campaigns))
    chosen = [
        graph.label(dice.choice(papered), dice.randrange(graph.HEATS), dice.randrange(graph.TRAVELLERS), 0)
        for _ in range(30)
    ]
    codes = list(Lot.objects.filter(id__in=chosen).values_list("code", flat=True))
    for what, address in {"page": "/trace/{}/?view=back", "API answer": "/api/v1/trace/{}?direction=back"}.items():
        client.get(address.format(codes[0]))
        times = [milliseconds(partial(_got, client, address.format(code))) for code in codes]
        raw = [milliseconds(partial(queries.engine.back, [lot])) for lot in chosen]
        yield Figure(f"the whole {what}, back from a label, median", median(times), "ms", median(raw))
        yield Figure(f"the whole {what}, back from a label, slowest of {len(times)}", max(times), "ms", max(raw))
    # About 1,000, 5,000 and 50,000 lots.
    for least, starts in ((2, [(1, 0)]), (12, [(5, 0), (6, 0), (7, 0), (8, 0), (9, 0)]), (60, _tenths(50))):
        if factory.campaigns >= least:
            yield from _drawn([int(graph.material(*which)) for which in starts])


def _tenths(campaigns: int) -> list[tuple[int, int]]:
    return [(campaign, 1) for campaign in range(0, campaigns, graph.LASTS[1])]


def _drawn(starts: list[int]) -> Iterator[Figure]:
    page = partial(pages.trace_page, list(Lot.objects.filter(id__in=starts)), Direction.FORWARD, address="/trace/x/")
    found = len(queries.trace_forward(starts).nodes)
    whole, asked, only = interleaved(
        page, partial(queries.trace_forward, starts), partial(queries.engine.forward, starts), rounds=3
    )
    yield Figure(f"forward with names, links and records ({found:,} lots)", asked, "ms", only)
    yield Figure(f"the same folded and drawn as the page shows it ({found:,} lots)", whole, "ms", only)


def _got(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
