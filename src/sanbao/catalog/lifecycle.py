"""What may happen to products, materials and warranty terms."""

from __future__ import annotations

from sanbao.catalog.models import Material, Product, WarrantyTerm
from sanbao.kernel.keeping import InUse, kept
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

PRODUCT: Lifecycle[Product] = Lifecycle(
    "product",
    "catalog.Product",
    title=W("产品", "Product"),
    states=InUse,
    tracked=("code", "name", "line", "surface", "kg_per_metre", "alloy_temper", "gtin"),
    searched=lambda product: (product.code, product.name, product.gtin),
    moves=kept("catalog.edit", "T-10"),
)

MATERIAL: Lifecycle[Material] = Lifecycle(
    "material",
    "catalog.Material",
    title=W("材料", "Material"),
    states=InUse,
    tracked=("code", "name", "specification", "material_class", "important"),
    searched=lambda material: (material.code, material.name, material.specification),
    moves=kept("catalog.edit", "T-03"),
)

WARRANTY: Lifecycle[WarrantyTerm] = Lifecycle(
    "warranty",
    "catalog.WarrantyTerm",
    title=W("三包期限", "Warranty term"),
    states=InUse,
    tracked=("line", "start", "whole_months", "parts_months", "basis", "edition", "since", "until"),
    moves={
        **{name: move for name, move in kept("catalog.edit", "W-04").items() if name != "edit"},
        "supersede": Move(
            {InUse.IN_USE},
            STAY,
            permission="catalog.edit",
            clause="W-04",
            title=W("由新版取代", "Superseded by a new edition"),
            internal=True,
        ),
    },
)
