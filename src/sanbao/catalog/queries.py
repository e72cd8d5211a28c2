"""What other rooms ask about the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sanbao.catalog.models import DefectClass, Material, Product, WarrantyStart, WarrantyTerm
from sanbao.catalog.rules import end_of, gtin_holds
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import InUse
from sanbao.kernel.times import today
from sanbao.kernel.words import W


def products_by_code(codes: Iterable[str]) -> dict[str, Product]:
    """model as given → product; unknown ones are left out."""
    keys = {code: code_key(code) for code in codes}
    found = Product.objects.in_bulk(set(keys.values()), field_name="code")
    return {code: found[key] for code, key in keys.items() if key in found}


def materials_by_code(codes: Iterable[str]) -> dict[str, Material]:
    keys = {code: code_key(code) for code in codes}
    found = Material.objects.in_bulk(set(keys.values()), field_name="code")
    return {code: found[key] for code, key in keys.items() if key in found}


def gtin_of(product: Product) -> str:
    """The product's GTIN in 14 digits; empty where it has none, or one whose check digit is wrong."""
    return product.gtin.zfill(14) if gtin_holds(product.gtin) else ""


def find_products(text: str, *, by: Actor, limit: int = 10) -> list[Product]:
    """Products in use by part of the model or name, by model first."""
    text = text.strip()
    if not text:
        return []
    rows = Product.objects.visible_to(by).in_use()
    wanted = Q(code__contains=code_key(text)) | Q(name__icontains=text) | Q(gtin=text)
    return list(rows.filter(wanted).order_by("code")[:limit])


def product_lines() -> list[str]:
    """Every product line that a product or a warranty term names."""
    lines = set(Product.objects.exclude(line="").order_by().values_list("line", flat=True))
    return sorted(lines | set(WarrantyTerm.objects.order_by().values_list("line", flat=True)))


def defect_tree(pack: str | None = None) -> list[tuple[DefectClass, list[DefectClass]]]:
    """First-level classes in use with their second level, of one trade (and what is common) or of all."""
    rows = DefectClass.objects.in_use().select_related("responsible")
    if pack is not None:
        rows = rows.filter(Q(parent=None) | Q(pack__in={"", pack}))
    rows = list(rows)
    return [(first, [c for c in rows if c.parent_id == first.pk]) for first in rows if first.parent_id is None]


def defect_class(code: str) -> DefectClass | None:
    return DefectClass.objects.select_related("responsible", "parent").filter(code=code_key(code)).first()


def warranty_of(product: Product, day: date | None = None) -> WarrantyTerm | None:
    """The term that holds for a product: of its line, else of its surface, which many a factory takes for the line."""
    for line in filter(None, (product.line, product.surface)):
        if term := warranty_on(line, day):
            return term
    return None


def warranty_on(line: str, day: date | None = None) -> WarrantyTerm | None:
    """The warranty term of a product line that held on a day (W-04)."""
    day = day or today()
    open_end = Q(until=None) | Q(until__gte=day)
    return (
        WarrantyTerm.objects.filter(open_end, line=line, since__lte=day, state=InUse.IN_USE).order_by("-since").first()
    )


@dataclass(frozen=True)
class Warranty:
    """What is guaranteed, in words: how long, from when, until when where that is known."""

    period: W
    counts: W
    basis: str
    over: bool = False


def in_words(term: WarrantyTerm, delivered: date | None) -> Warranty:
    """How long, from when and, where the day of delivery is known, until when (W-04)."""
    parts = term.parts_months
    period = W("整体 {whole} 个月，部件 {parts} 个月", "{whole} months, parts {parts} months") if parts else W(
        "{whole} 个月", "{whole} months"
    )  # fmt: skip
    start = WarrantyStart(term.start)
    if start == WarrantyStart.DELIVERY and delivered:
        end = end_of(delivered, term.whole_months)
        counts = W(
            "自交付之日 {start} 起，到 {end} 为止", "from delivery on {start} until {end}", start=delivered, end=end
        )
    else:
        counts = W("自{start}起", "from {start}", start=W(start.zh, start.en.lower()))
        end = None
    over = end is not None and end < today()
    return Warranty(period.format(whole=term.whole_months, parts=parts), counts, term.basis, over)


def warranties_of(delivered: Iterable[tuple[Product, date | None]]) -> list[Warranty | None]:
    """For each product the term that held on its day of delivery, or holds today; one query for all of them."""
    delivered = list(delivered)
    lines = {line for product, _ in delivered for line in (product.line, product.surface) if line}
    terms = list(WarrantyTerm.objects.filter(line__in=lines, state=InUse.IN_USE).order_by("-since")) if lines else []

    def of(product: Product, day: date | None) -> Warranty | None:
        on = day or today()
        held = [t for t in terms if t.since <= on and (t.until is None or t.until >= on)]
        found = [t for line in (product.line, product.surface) if line for t in held if t.line == line]
        return in_words(found[0], day) if found else None

    return [of(product, day) for product, day in delivered]
