"""Five years of complaints and deliveries, looked at along every dimension: one run, and the whole time day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import connection

from sanbao.bench.figures import Figure, milliseconds
from sanbao.catalog.models import Product
from sanbao.complaints.actions.old_register import OldLine, take_old
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.parties.models import Category, Customer, Region
from sanbao.signals import running
from sanbao.trace.models import Lot, LotKind, LotLink, Shipment, Traveller

HOUSE = Actor.clockwork("bench")
YEARS, PRODUCTS, CUSTOMERS = 5, 40, 300
#: Baskets a day, and labels of each: about 10,000 deliveries a year.
BASKETS, LABELS = 10, 3
#: 300 kg under each label, in thousandths.
KG = 300_000
CLASSES = ("划伤", "色差", "膜厚", "起皮", "碰伤", "壁厚", "角度", "弯曲扭拧", "短重", "错发货")
#: What one does who only reads the rows.
BARE = (
    "SELECT id, received_at, state, reported_class_id, product_id, lot_id, customer_id FROM complaints_complaint",
    "SELECT id, lot_id, customer_id, shipped_on, quantity_milli FROM trace_shipment",
    "SELECT dst, src FROM trace_lot_link",
)


def measure(size: int = 20_000) -> list[Figure]:
    """``size`` complaints over five years, about 50,000 deliveries."""
    first = today() - timedelta(days=YEARS * 365)
    labels = _factory(first)
    _complaints(size, labels)
    bare = milliseconds(_bare) / 1000
    looked = milliseconds(lambda: running.run(by=HOUSE)) / 1000
    again = milliseconds(lambda: running.replay(first, today())) / 1000
    return [
        Figure(f"一次运行 · one run, {size} complaints and {len(labels)} deliveries of five years", looked, "s", bare),
        Figure("五年逐日重演 · a replay of the five years, day by day", again, "s", bare),
    ]


def _bare() -> int:
    count = 0
    with connection.cursor() as cursor:
        for sql in BARE:
            cursor.execute(sql)
            count += len(cursor.fetchall())
    return count


def _factory(first: date) -> list[tuple[Lot, date, Customer]]:
    """Lots, cards, links and deliveries, written past the gates: nothing but the reading is measured."""
    chance = Random(7)
    Product.objects.bulk_create(
        [Product(code=f"BM{n:03}", name="测速型材", line="喷涂", state="in_use") for n in range(PRODUCTS)]
    )
    regions = list(Region.objects.filter(code__startswith="CN-")[:20])
    Customer.objects.bulk_create(
        [
            Customer(code=f"BK{n:04}", name=f"测速门窗厂{n}", region=regions[n % 20], category=Category.DOMESTIC)
            for n in range(CUSTOMERS)
        ]
    )
    products, customers = list(Product.objects.all()), list(Customer.objects.all())
    sent: list[tuple[Lot, date, Customer]] = []
    for start in range(0, YEARS * 365 - 10, 50):
        sent += _fifty_days(first, start, products, customers, chance)
    return sent


def _fifty_days(
    first: date, start: int, products: list[Product], customers: list[Customer], chance: Random
) -> Iterator[tuple[Lot, date, Customer]]:
    lots, links, cards, sent = [], [], [], []
    for number in range(start, min(start + 50, YEARS * 365 - 10)):
        day = first + timedelta(days=number)
        kinds = (("RAW", 2), ("BILLET", 2), ("AGEING", 2), ("COATING", 3))
        made = {k: [_lot(f"{k}{n}-{number:05}", LotKind[k], day) for n in range(many)] for k, many in kinds}
        lots += [lot for some in made.values() for lot in some]
        links += [(raw, other) for raw in made["RAW"] for other in (*made["BILLET"], *made["COATING"])]
        for basket in range(BASKETS):
            product = chance.choice(products)
            card = _lot(f"BSX{number:05}-{basket}", LotKind.TRAVELLER, day, product)
            inputs = [chance.choice(made[kind]) for kind in ("BILLET", "AGEING", "COATING")]
            lots.append(card)
            links += [(one, card) for one in inputs]
            cards.append((card, f"880T-{basket % 5}", "甲乙丙"[number % 3], inputs[1].code, inputs[2].code))
            for n in range(LABELS):
                label = _lot(f"BBQ{number:05}-{basket}-{n}", LotKind.LABEL, day, product)
                lots.append(label)
                links.append((card, label))
                sent.append((label, day + timedelta(days=chance.randint(1, 9)), chance.choice(customers)))
    Lot.objects.bulk_create(lots, batch_size=500)
    LotLink.objects.bulk_create(
        [LotLink(dst=dst.pk, src=src.pk, event=dst.pk << 4) for src, dst in links], batch_size=2000
    )
    Traveller.objects.bulk_create(
        [Traveller(lot=c, press=p, shift=s, ageing=a, finish=f, source="bench") for c, p, s, a, f in cards]
    )
    Shipment.objects.bulk_create(
        [
            Shipment(
                lot=lot, number="B", number_key="B", customer=who, quantity_milli=KG, shipped_on=on, source="bench"
            )
            for lot, on, who in sent
        ],
        batch_size=500,
    )
    yield from sent


def _lot(code: str, kind: LotKind, day: date, product: Product | None = None) -> Lot:
    return Lot(key=code.upper(), code=code, kind=kind, product=product, quantity_milli=KG, made_on=day)


def _complaints(size: int, sent: list[tuple[Lot, date, Customer]]) -> None:
    """Evenly over the years, each from five days to four months after its delivery."""
    chance, last = Random(11), today()
    sent = [one for one in sent if one[1] < last - timedelta(days=120)]
    lines = []
    for number in range(size):
        lot, on, customer = sent[number * len(sent) // size]
        day = on + timedelta(days=chance.randint(5, 120))
        lines.append(
            OldLine(
                serial=str(number), received_on=day, source="user", channel="phone", user=customer.name,
                customer_id=customer.pk, content="测速投诉", label=lot.code, lot_id=lot.pk,
                class_word=chance.choice(CLASSES), closed=True,
            )
        )  # fmt: skip
    for start in range(0, size, 2000):
        take_old(lines[start : start + 2000], by=HOUSE)
