"""The kinds of ledger that are recognised, in the order in which they depend on each other."""

from __future__ import annotations

from sanbao.exchange.columns import Table
from sanbao.exchange.kinds import complaints, goods, masters, materials, production
from sanbao.exchange.kinds.base import Kind

KINDS: tuple[Kind, ...] = (*masters.KINDS, *materials.KINDS, *production.KINDS, *goods.KINDS, *complaints.KINDS)
TABLES: tuple[Table, ...] = tuple(kind.table for kind in KINDS)


def kind_of(code: str) -> Kind:
    return next(kind for kind in KINDS if kind.code == code)


def rank(code: str) -> int:
    """Where a kind stands among those it refers to; unknown ones come last."""
    return next((at for at, kind in enumerate(KINDS) if kind.code == code), len(KINDS))
