"""A synthetic profile maker of any size, made in the order in which material flows and never held in memory whole.

Work comes in campaigns of forty heats. A heat takes three material lots, which last one, ten and a hundred campaigns;
its billets go into four travellers, every second one mixed with billets of the heat before; a traveller fills five
labels. Offcuts of a heat's first traveller go into the next heat, forty heats long: up to 130 lots lie behind a label.
Everything follows from the number of the campaign by arithmetic, so any part can be made, or found again, alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import repeat
from typing import Any

import numpy as np
from django.db import models

from sanbao.trace import store
from sanbao.trace.models import (
    Heat,
    InspectionReport,
    LotKind,
    MaterialIssue,
    Packing,
    Receipt,
    RecordKind,
    Shipment,
    Traveller,
    event_of,
)

HEATS, TRAVELLERS, LABELS = 40, 4, 5
#: Lots of one heat: itself, its billet lot, the travellers and their labels.
BLOCK = 2 + TRAVELLERS * (1 + LABELS)
#: For how many campaigns each of the three material lots lasts.
LASTS = (1, 10, 100)
THREAD = HEATS
LINKS_PER_CAMPAIGN = HEATS * (len(LASTS) + 1 + TRAVELLERS + TRAVELLERS // 2 + TRAVELLERS * LABELS + 1)
CUSTOMERS, SITES = 200, 3
#: Of so many labels one is still in the store.
STORED = 10
BEGIN = date(2016, 1, 4)

type Numbers = np.ndarray[Any, np.dtype[np.int64]]
type Rows = list[tuple[Any, ...]]


def first_lot(campaign: int | Numbers) -> Any:
    """The number of a campaign's first lot; before it stand all lots of the campaigns before."""
    begun = sum((campaign + lasts - 1) // lasts for lasts in LASTS)
    return campaign * HEATS * BLOCK + begun + 1


def material(campaign: int | Numbers, which: int) -> Any:
    """The lot of the ``which``-th material that a campaign uses."""
    begun_in = campaign - campaign % LASTS[which]
    return first_lot(begun_in) + which


def heat(campaign: Any, place: Any) -> Any:
    """The lot of a campaign's heat; its billet lot and its travellers' lots follow."""
    begun = sum((campaign % lasts == 0) * 1 for lasts in LASTS)
    return first_lot(campaign) + begun + place * BLOCK


def traveller(heat_lot: Any, place: int) -> Any:
    return heat_lot + 2 + place * (1 + LABELS)


def label(campaign: int, place: int, card: int, number: int) -> int:
    lot: int = traveller(heat(campaign, place), card) + 1 + number
    return lot


def labels(campaigns: range) -> Numbers:
    """The lots of all labels of these campaigns."""
    heats = _heats(campaigns)
    found: Numbers = np.concatenate(
        [traveller(heats, card) + 1 + n for card in range(TRAVELLERS) for n in range(LABELS)]
    )
    found.sort()
    return found


def _heats(campaigns: range) -> Numbers:
    lots: Numbers = heat(np.repeat(np.arange(*_ends(campaigns)), HEATS), np.tile(np.arange(HEATS), len(campaigns)))
    return lots


def _ends(campaigns: range) -> tuple[int, int]:
    return campaigns.start, campaigns.stop


def links(campaigns: range) -> Numbers:
    """(dst, src, event, quantity) of these campaigns, in the order of the table."""
    which = np.repeat(np.arange(*_ends(campaigns)), HEATS)
    place = np.tile(np.arange(HEATS), len(campaigns))
    serial = which * HEATS + place
    melt = heat(which, place)
    # The heat before may lie at the end of the campaign before; the very first has none.
    before = np.where(place > 0, melt - BLOCK, heat(which - 1, HEATS - 1))
    parts: list[tuple[Any, Any, Any]] = []
    for number in range(len(LASTS)):
        parts.append((melt, material(which, number), _event(RecordKind.ISSUE, serial * len(LASTS) + number)))
    thread = place % THREAD > 0
    parts.append((melt[thread], traveller(before, 0)[thread], _event(RecordKind.HEAT, serial)[thread]))
    parts.append((melt + 1, melt, _event(RecordKind.HEAT, serial)))
    for card in range(TRAVELLERS):
        lot, event = traveller(melt, card), _event(RecordKind.TRAVELLER, serial * TRAVELLERS + card)
        parts.append((lot, melt + 1, event))
        if card % 2:
            mixed = serial > 0
            parts.append((lot[mixed], (before + 1)[mixed], event[mixed]))
        for number in range(LABELS):
            packing = (serial * TRAVELLERS + card) * LABELS + number
            parts.append((lot + 1 + number, lot, _event(RecordKind.PACKING, packing)))
    dst, src, event = (np.concatenate([np.broadcast_to(part[n], part[0].shape) for part in parts]) for n in range(3))
    order = np.lexsort((src, dst))
    return np.stack([dst[order], src[order], event[order], np.full(len(dst), 100_000)], axis=1)


def _event(kind: RecordKind, serial: Numbers) -> Numbers:
    """As ``event_of``; records are numbered from 1."""
    numbers: Numbers = ((serial + 1) << 4) | event_of(kind, 0)
    return numbers


def lots(campaigns: range) -> Iterator[tuple[Any, ...]]:
    """Rows of ``trace_lot``: (id, key, code, kind, product, material, quantity, unit, status, date)."""
    for campaign in campaigns:
        day = BEGIN + timedelta(days=campaign)
        for which, lasts in enumerate(LASTS):
            if campaign % lasts == 0:
                number = material(campaign, which)
                yield _lot(number, "J", LotKind.RAW, 20_000_000, day)
        for place in range(HEATS):
            lot = heat(campaign, place)
            yield _lot(lot, "RL", LotKind.HEAT, 6_000_000, day)
            yield _lot(lot + 1, "ZB", LotKind.BILLET, 6_000_000, day)
            for card in range(TRAVELLERS):
                number = traveller(lot, card)
                yield _lot(number, "SX", LotKind.TRAVELLER, 500_000, day)
                for each in range(number + 1, number + 1 + LABELS):
                    yield _lot(each, "BQ", LotKind.LABEL, 100_000, day)


def _lot(number: int, prefix: str, kind: LotKind, milli: int, day: date) -> tuple[Any, ...]:
    code = f"{prefix}{number:09}"
    return (number, code, code, kind.value, None, None, milli, "kg", "passed", day)


def columns(model: type[models.Model], count: int, **given: Any) -> Rows:
    """Rows in the table's order: a list of values or one value for all; what is not given has its default."""
    values = []
    for field in store.columns(model):
        value = given.pop(field.attname, field.get_default())
        values.append(value if isinstance(value, list) else repeat(value, count))
    if given:
        raise TypeError(f"{model.__name__} has no {', '.join(given)}")
    return list(zip(*values, strict=False))


def papers(campaigns: range, suppliers: list[int]) -> Iterator[tuple[type[models.Model], Rows]]:
    """Every record behind these campaigns' links but the shipments: what a page shows beside the lots."""
    serial = np.arange(campaigns.start * HEATS, campaigns.stop * HEATS)
    melt = _heats(campaigns)
    which = serial // HEATS
    day = [BEGIN + timedelta(days=int(campaign)) for campaign in which]
    begun = [(int(material(c, n)), c) for c in campaigns for n in range(len(LASTS)) if c % LASTS[n] == 0]
    numbers = [f"JC{lot}" for lot, _ in begun]
    yield Receipt, columns(
        Receipt, len(begun), id=[lot for lot, _ in begun], lot_id=[lot for lot, _ in begun], source="bench",
        number=numbers, number_key=numbers, supplier_id=[suppliers[lot % len(suppliers)] for lot, _ in begun],
        supplier_lot=numbers, quantity_milli=20_000_000, certificate=numbers, material_name="铝锭",
        received_on=[BEGIN + timedelta(days=campaign) for _, campaign in begun],
    )  # fmt: skip
    for number in range(len(LASTS)):
        ids = (serial * len(LASTS) + number + 1).tolist()
        slips = [f"LL{id}" for id in ids]
        yield MaterialIssue, columns(
            MaterialIssue, len(ids), id=ids, lot_id=material(which, number).tolist(), into_id=melt.tolist(),
            number=slips, number_key=slips, source="bench", quantity_milli=100_000, issued_on=day,
        )  # fmt: skip
    yield Heat, columns(
        Heat, len(serial), id=(serial + 1).tolist(), lot_id=melt.tolist(), billet_id=(melt + 1).tolist(),
        source="bench", pieces=40, quantity_milli=6_000_000, cast_on=day,
    )  # fmt: skip
    for card in range(TRAVELLERS):
        lot, ids = traveller(melt, card), (serial * TRAVELLERS + card + 1).tolist()
        yield Traveller, columns(
            Traveller, len(ids), id=ids, lot_id=lot.tolist(), source="bench", press="880T-2", shift="甲",
            billets=[f"ZB{number:09}" for number in (melt + 1).tolist()], extruded_on=day, aged_on=day,
        )  # fmt: skip
        reports = [f"JY{id}" for id in ids]
        yield InspectionReport, columns(
            InspectionReport, len(ids), id=ids, lot_id=lot.tolist(), source="bench", number=reports,
            number_key=reports, inspected_on=day, measured="{}", conclusion="passed",
        )  # fmt: skip
        for number in range(LABELS):
            ids = ((serial * TRAVELLERS + card) * LABELS + number + 1).tolist()
            yield Packing, columns(
                Packing, len(ids), id=ids, lot_id=(lot + 1 + number).tolist(), source="bench", packed_on=day,
                spray_code=[f"PM{id}" for id in ids], travellers=[f"SX{card:09}" for card in lot.tolist()],
                pieces=6, location="A1",
            )  # fmt: skip


def shipments(campaigns: range, sites: list[tuple[int, int]]) -> Rows:
    """Nine of ten labels have gone to a customer, fifty on a pick list; ``sites`` are (customer, site)."""
    gone = [lot for lot in labels(campaigns).tolist() if lot % STORED]
    at = [sites[lot // 50 % len(sites)] for lot in gone]
    lists = [f"TH{lot // 50}" for lot in gone]
    return columns(
        Shipment, len(gone), id=gone, lot_id=gone, source="bench", number=lists, number_key=lists,
        customer_id=[customer for customer, _ in at], site_id=[site for _, site in at], quantity_milli=100_000,
        shipped_on=BEGIN,
    )  # fmt: skip
