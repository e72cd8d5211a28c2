"""Which lot of the trace an identifier names: one known already, one of ours, or a new one.

An identifier of ours leads to the lot of that kind and code. A lot or serial number of one of our products that is the
code of a lot of that product is that lot. Whatever else is named becomes a lot of its own, an "other item", with its
identifier as code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanbao.catalog.models import Material, Product
from sanbao.epcis import vocabulary
from sanbao.epcis.models import Thing
from sanbao.epcis.rules import Goods
from sanbao.epcis.sets import texts
from sanbao.epcis.standard.identifiers import digital_link
from sanbao.epcis.vocabulary import Described
from sanbao.kernel.codes import code_key
from sanbao.trace import captured, store
from sanbao.trace.models import HandleKind, LotKind, QualityStatus
from sanbao.trace.plans import LotFacts

LONGEST_CODE = 64


@dataclass(slots=True)
class Mention:
    """Goods as one event names them, with what else it says. ``made``: the event says that they came into being."""

    goods: Goods
    described: Described | None
    made: bool
    on: date


@dataclass(slots=True)
class Known:
    """An identifier whose lot is known. ``unit`` is the lot's."""

    lot: int
    uri: str
    made_milli: int | None
    ours: bool
    unit: str = ""


class Lots:
    """The lots of one batch of events; ``ids`` is by key of goods, after ``settle``."""

    def __init__(self, authority: str) -> None:
        self.authority = authority
        self.known: dict[str, Known] = {}
        self.mentions: dict[str, list[Mention]] = {}
        self.fresh: set[str] = set()
        self._codes: set[str] = set()

    def mention(self, mention: Mention) -> None:
        self.mentions.setdefault(mention.goods.key, []).append(mention)

    def id(self, key: str) -> int:
        return self.known[key].lot

    def links(self, said: Iterable[tuple[str, str, int | None]], goods: dict[str, Goods], event: int) -> captured.Links:
        """Links by key as links by lot. A quantity counts in the unit of the lot that it came from, or not at all."""
        return {
            (self.id(source), self.id(target), event): milli if goods[source].unit == self.known[source].unit else None
            for source, target, milli in said
            if self.id(source) != self.id(target)
        }

    def load(self, keys: Iterable[str]) -> None:
        """What stands of these keys."""
        wanted = sorted(set(keys) - self.known.keys())
        rows = Thing.objects.filter(key__in=texts(wanted)).values_list(
            "key", "lot_id", "uri", "made_milli", "ours", "lot__unit"
        )
        self.known |= {key: Known(*facts) for key, *facts in rows}

    def settle(self) -> None:
        """Find or make the lot of everything that was mentioned; write down what came into being."""
        self.load(self.mentions)
        new = {key: mentions for key, mentions in self.mentions.items() if key not in self.known}
        self.fresh = set(new)
        self._enter(new)
        self._handles()
        self._quantities(set(self.mentions) - self.fresh)

    # -- new identifiers ------------------------------------------------------------------------------------------

    def _enter(self, new: dict[str, list[Mention]]) -> None:
        if not new:
            return
        wanted = {key: self._wanted(mentions[0]) for key, mentions in new.items()}
        keys = {code_key(code) for code, _ in wanted.values()}
        numbers = {key: self._numbers(mentions[0].goods) for key, mentions in new.items()}
        keys |= {number for each in numbers.values() for number in each}
        standing = {lot.key: lot for lot in captured.known(keys).select_related("product")}
        made, things = [], []
        for key, mentions in new.items():
            code, kind = wanted[key]
            lot = self._standing(standing, numbers[key], mentions[0].goods, code, kind)
            if lot is not None:
                self.known[key] = Known(lot.pk, mentions[0].goods.uri, None, True, lot.unit)
                continue
            made.append((key, self._facts(code, kind, mentions, standing)))
        self._name(made)
        for (key, facts), id in zip(made, captured.enter([facts for _, facts in made]), strict=True):
            self.known[key] = Known(id, new[key][0].goods.uri, self._made(new[key], facts.unit), False, facts.unit)
        for key in new:
            known = self.known[key]
            things.append((key, known.uri[:1000], known.lot, known.made_milli, known.ours))
        store.insert(Thing, things)

    def _wanted(self, mention: Mention) -> tuple[str, str]:
        """Code and kind by our own address, by what an event of ours says, or by the identifier itself."""
        if mention.described is not None:
            return mention.described.code, mention.described.kind
        own = vocabulary.lot_of(self.authority, mention.goods.uri)
        if own is not None and own[0] in list(LotKind) and len(own[1]) <= LONGEST_CODE:
            return own[1], own[0]
        return code_of(mention.goods), LotKind.ITEM.value

    @staticmethod
    def _numbers(goods: Goods) -> list[str]:
        """Under which codes a lot of ours may stand for goods with a GTIN: its serial, its lot number."""
        if not goods.named.gtin or goods.nameless:
            return []
        return [code_key(number)[:LONGEST_CODE] for number in (goods.named.serial, goods.named.lot) if number]

    def _standing(self, standing: dict[str, Any], numbers: list[str], goods: Goods, code: str, kind: str) -> Any:
        for number in numbers:
            lot = standing.get(number)
            if lot is not None and lot.product and lot.product.gtin.zfill(14) == goods.named.gtin:
                return lot
        lot = standing.get(code_key(code))
        return lot if lot is not None and lot.kind == kind and kind != LotKind.ITEM else None

    def _facts(self, code: str, kind: str, mentions: list[Mention], standing: dict[str, Any]) -> LotFacts:
        first = mentions[0]
        if code_key(code) in standing or code_key(code) in self._codes:
            # The code is another lot's: somebody else's number happens to be one of ours.
            code, kind = shortened(first.goods.uri, first.goods.key), LotKind.ITEM.value
        self._codes.add(code_key(code))
        told = first.described
        unit = told.unit if told else next((m.goods.unit for m in mentions if m.goods.unit), "")
        milli = told.quantity_milli if told else self._made(mentions, unit)
        if milli is None and told is None:
            milli = next((m.goods.quantity_milli for m in mentions if m.goods.unit == unit), None)
        made_on = told.made_on if told else next((m.on for m in mentions if m.made), None)
        status = told.status if told else QualityStatus.PENDING.value
        return LotFacts(code_key(code), code, kind, made_on, milli, unit, status)

    @staticmethod
    def _made(mentions: list[Mention], unit: str) -> int | None:
        said = [m.goods.quantity_milli for m in mentions if m.made and m.goods.unit == unit]
        known = [milli for milli in said if milli is not None]
        return sum(known) if known else None

    def _name(self, made: list[tuple[str, LotFacts]]) -> None:
        """Which product or material a new lot is of, where our catalogue knows it."""
        firsts = {key: self.mentions[key][0] for key, _ in made}
        gtins = {form for m in firsts.values() if m.goods.named.gtin for form in _forms(m.goods.named.gtin)}
        codes = {m.described.product for m in firsts.values() if m.described and m.described.product}
        names = {m.described.material for m in firsts.values() if m.described and m.described.material}
        products = {p.gtin.zfill(14): p.pk for p in Product.objects.filter(gtin__in=gtins)} if gtins else {}
        coded = dict(Product.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
        materials = dict(Material.objects.filter(name__in=names).values_list("name", "pk")) if names else {}
        for key, facts in made:
            told = firsts[key].described
            facts.product_id = products.get(firsts[key].goods.named.gtin) or (coded.get(told.product) if told else None)
            facts.material_id = materials.get(told.material) if told else None

    # -- by what else a lot is found ---------------------------------------------------------------------------------

    def _handles(self) -> None:
        rows = []
        for key, mentions in self.mentions.items():
            known = self.known[key]
            if key not in self.fresh and all(m.goods.uri == known.uri for m in mentions):
                continue
            for goods in {m.goods.uri: m.goods for m in mentions}.values():
                uris = {goods.uri, digital_link(goods.uri)}
                rows += [(code_key(uri), HandleKind.EPC.value, known.lot) for uri in uris]
                rows.append((code_key(goods.named.lot), HandleKind.LOT_NUMBER.value, known.lot))
                rows.append((code_key(goods.named.serial), HandleKind.SERIAL.value, known.lot))
        captured.find_by(rows)

    # -- quantities --------------------------------------------------------------------------------------------------

    def _quantities(self, keys: Iterable[str]) -> None:
        """What further came into being of lots that stood already."""
        changed: dict[str, int] = {}
        for key in keys:
            known = self.known[key]
            more = self._made(self.mentions[key], known.unit)
            if more is not None and not known.ours and not _single(self.mentions[key][0].goods):
                changed[key] = (known.made_milli or 0) + more
        self.set_made(changed)

    def set_made(self, made: dict[str, int | None]) -> None:
        for key, milli in made.items():
            self.known[key].made_milli = milli
        rows = [Thing(key=key, made_milli=milli) for key, milli in made.items()]
        Thing.objects.bulk_update(rows, ["made_milli"], batch_size=200)
        captured.requantify({self.known[key].lot: milli for key, milli in made.items()})

    def take_back(self, mention: Mention) -> None:
        """What an event said came into being of these goods did not: its share goes."""
        known = self.known[mention.goods.key]
        milli = mention.goods.quantity_milli
        if known.ours or milli is None or known.made_milli is None or mention.goods.unit != known.unit:
            return
        left = max(0, known.made_milli - milli)
        self.set_made({mention.goods.key: left or None})


def _single(goods: Goods) -> bool:
    """An item of its own: it comes into being once, however often somebody says so."""
    return bool(goods.named.serial) or (goods.unit == "件" and goods.quantity_milli == 1000 and not goods.named.lot)


def _forms(gtin: str) -> list[str]:
    """A GTIN of 14 digits as it may stand in the catalogue."""
    return [gtin, *(gtin[14 - n :] for n in (13, 12, 8) if gtin[: 14 - n] == "0" * (14 - n))]


def code_of(goods: Goods) -> str:
    """What a lot that is none of ours is called: its identifier, if that fits."""
    if goods.nameless:
        return shortened(goods.named.gtin or goods.uri, goods.key)
    return goods.uri if len(code_key(goods.uri)) <= LONGEST_CODE else shortened(goods.uri, goods.key)


def shortened(text: str, key: str) -> str:
    """A code that nobody else has: as much of the text as fits, and a digest."""
    return f"{text[: LONGEST_CODE - 17]}#{hashlib.sha256(key.encode()).hexdigest()[:16]}"
