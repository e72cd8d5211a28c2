"""Back and forward over a synthetic profile maker's graph, beside the same question asked of the bare driver."""

from collections.abc import Iterator
from itertools import batched
from random import Random
from typing import Any

from django.db import connection, transaction

from sanbao.bench.figures import Figure, interleaved, milliseconds
from sanbao.trace import bulk, queries, store
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import Lot, LotKind

#: A heat takes three material lots; its billets go into four travellers (half of them mixed with the heat before);
#: a traveller fills five labels: 30 links. A material lot lasts for forty heats.
TRAVELLERS, LABELS, MATERIALS, HEATS_PER_MATERIAL = 4, 5, 3, 40
LINKS_PER_HEAT = MATERIALS + 1 + TRAVELLERS + TRAVELLERS // 2 + TRAVELLERS * LABELS
CHUNK = 50_000


class Factory:
    """A graph of about so many links; ids are given in the order in which material flows."""

    def __init__(self, links: int) -> None:
        self.lots: list[tuple[Any, ...]] = []
        self.links: list[tuple[int, int, int, int | None]] = []
        self.labels: list[int] = []
        self.materials: list[int] = []
        self.dice = Random(20260418)
        billet = 0
        for heat in range(max(2, links // LINKS_PER_HEAT)):
            billet = self._heat(heat, billet)

    def _lot(self, kind: LotKind) -> int:
        number = len(self.lots) + 1
        code = f"{kind.value.upper()}-{number}"
        self.lots.append((number, code, code, kind.value, None, None, 1000, "kg", "passed", None))
        return number

    def _link(self, source: int, target: int) -> None:
        self.links.append((target, source, (len(self.links) + 1) << 4, 1000))

    def _heat(self, number: int, billet_before: int) -> int:
        if number % HEATS_PER_MATERIAL == 0:
            self.materials += [self._lot(LotKind.RAW) for _ in range(MATERIALS)]
        heat, billet = self._lot(LotKind.HEAT), self._lot(LotKind.BILLET)
        for material in self.materials[-MATERIALS:]:
            self._link(material, heat)
        self._link(heat, billet)
        for place in range(TRAVELLERS):
            traveller = self._lot(LotKind.TRAVELLER)
            self._link(billet, traveller)
            if place % 2 and billet_before:
                self._link(billet_before, traveller)
            for _ in range(LABELS):
                self.labels.append(self._lot(LotKind.LABEL))
                self._link(traveller, self.labels[-1])
        return billet

    def store(self) -> float:
        """Write lots and links; links per second of the whole."""

        def write() -> None:
            for lots in batched(self.lots, CHUNK):
                with transaction.atomic():
                    store.insert(Lot, lots)
            for links in batched(sorted(self.links), CHUNK):
                with transaction.atomic():
                    bulk.put_links(links)

        return len(self.links) / milliseconds(write) * 1000

    def store_bare(self) -> float:
        """The same rows through the driver's executemany into tables of the same keys, without the product."""
        connection.ensure_connection()
        mark = "%s" if connection.vendor == "postgresql" else "?"
        cursor = connection.connection.cursor()
        cursor.execute("CREATE TEMPORARY TABLE bare_link (dst bigint, src bigint, event bigint, q bigint, "
                       "PRIMARY KEY (dst, src, event))" + (" WITHOUT ROWID" if mark == "?" else ""))  # fmt: skip
        cursor.execute("CREATE INDEX bare_source ON bare_link (src, dst)")
        cursor.execute(f"CREATE TEMPORARY TABLE bare_lot ({', '.join(f'c{n} text' for n in range(10))})")

        def write() -> None:
            cursor.executemany(f"INSERT INTO bare_lot VALUES ({', '.join([mark] * 10)})", self.lots)
            cursor.executemany(f"INSERT INTO bare_link VALUES ({', '.join([mark] * 4)})", sorted(self.links))

        with transaction.atomic():
            return len(self.links) / milliseconds(write) * 1000


def bare(direction: str, start: int) -> list[Any]:
    """The recursive question through the driver's own cursor."""
    near, far = ("src", "dst") if direction == "back" else ("dst", "src")
    mark = "%s" if connection.vendor == "postgresql" else "?"
    cursor = connection.connection.cursor()
    cursor.execute(
        f"WITH RECURSIVE t(n) AS (SELECT {mark}{'::bigint' if mark == '%s' else ''} UNION SELECT e.{near} "
        f"FROM t CROSS JOIN trace_lot_link e WHERE e.{far} = t.n) SELECT n FROM t",
        [start],
    )
    rows: list[Any] = cursor.fetchall()
    return rows


def step_by_step(start: int) -> set[int]:
    """How a program asks that knows no recursive query: the database once per lot."""
    seen, waiting = {start}, [start]
    with connection.cursor() as cursor:
        while waiting:
            cursor.execute("SELECT dst FROM trace_lot_link WHERE src = %s", [waiting.pop()])
            for (lot,) in cursor.fetchall():
                if lot not in seen:
                    seen.add(lot)
                    waiting.append(lot)
    return seen


def measure(links: int = 300_000) -> Iterator[Figure]:
    """Figures for one graph: storing it, and one answer in each direction."""
    factory = Factory(links)
    raw = factory.store_bare()
    yield Figure(f"store {len(factory.links):,} links and {len(factory.lots):,} lots", factory.store(), "links/s", raw)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    engine = SqlEngine()
    some = factory.dice.sample(factory.labels, 50)
    answer = sum(len(engine.back([label])) for label in some) / len(some)
    ours, raw = interleaved(
        lambda: [engine.back([label]) for label in some], lambda: [bare("back", label) for label in some]
    )
    yield Figure(f"back from one label ({answer:.0f} lots)", ours / len(some), "ms", raw / len(some))
    material = factory.materials[len(factory.materials) // 2]
    found = len(engine.forward([material]))
    ours, raw, naive = interleaved(
        lambda: engine.forward([material]), lambda: bare("forward", material), lambda: step_by_step(material)
    )
    yield Figure(f"forward from one material lot ({found:,} lots)", ours * 1000 / found, "µs/lot", raw * 1000 / found)
    yield Figure("the same, asking the database once per lot", naive * 1000 / found, "µs/lot", raw * 1000 / found)
    whole, only = interleaved(lambda: queries.trace_back([some[0]]), lambda: engine.back([some[0]]))
    yield Figure("back with names, links and records, as the page shows it", whole, "ms", only)
