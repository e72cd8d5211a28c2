"""Our own names in events: lots, partners, steps that the standard's vocabulary does not know. Plain values.

A lot is ``<authority>/lots/<kind>/<code>``, so that it is found again when our own events come back. What a lot is
(its kind, quantity, status …) stands beside the standard's fields under ``sanbao:lots``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

PREFIX = "sanbao"
NAMESPACE = "https://ns.sanbao.example/epcis/"
CONTEXT = {PREFIX: NAMESPACE}
#: The field under which an event of ours describes its lots as they stand when it is handed out.
LOTS = f"{NAMESPACE}lots"
#: Steps of a profile maker for which the Core Business Vocabulary has no word.
MELTING, EXTRUDING, ISSUING = "melting", "extruding", "issuing"


def step(name: str) -> str:
    return f"{PREFIX}:{name}"


def uri(authority: str, *parts: str) -> str:
    """``https://factory.example/lots/label/BQ1``, or with colons below a URN."""
    sign = ":" if authority.startswith("urn:") else "/"
    return sign.join([authority, *(quote(part, safe="") for part in parts)])


def parts_of(authority: str, text: str) -> list[str] | None:
    """What stands below our address in an identifier, or None where it is not ours."""
    sign = ":" if authority.startswith("urn:") else "/"
    if not text.startswith(authority + sign):
        return None
    return [unquote(part) for part in text[len(authority) + 1 :].split(sign)]


def lot_of(authority: str, text: str) -> tuple[str, str] | None:
    """(kind, code) of a lot that an identifier of ours names."""
    match parts_of(authority, text):
        case ["lots", kind, code] if code:
            return kind, code
    return None


def partner_of(authority: str, text: str, kind: str) -> str | None:
    """The code of a customer (``kind`` = ``customers``) or supplier that an identifier of ours names."""
    match parts_of(authority, text):
        case [found, code] if found == kind and code:
            return code
    return None


@dataclass(frozen=True, slots=True)
class Described:
    """What an event of ours says about one of its lots beside the standard's fields."""

    code: str
    kind: str
    quantity_milli: int | None
    unit: str
    status: str
    made_on: date | None
    product: str
    material: str

    def as_json(self, epc: str) -> dict[str, Any]:
        told: dict[str, Any] = {"epc": epc, "code": self.code, "kind": self.kind}
        if self.quantity_milli is not None:
            told |= {"quantity": amount(self.quantity_milli), "unit": self.unit}
        told |= {"status": self.status, "madeOn": self.made_on.isoformat() if self.made_on else ""}
        told |= {"product": self.product, "material": self.material}
        return {f"{PREFIX}:{name}": value for name, value in told.items() if value != ""}


def amount(milli: int) -> int | float:
    """Thousandths as JSON writes a number."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def described(
    event: Mapping[str, Any], authority: str, expand: Callable[[str], str], kinds: frozenset[str]
) -> dict[str, Described]:
    """By identifier, what an event of this very house says of its lots; nothing of anybody else's."""
    own = {expand(name): value for name, value in event.items() if ":" in name}
    if own.get(f"{NAMESPACE}house") != authority:
        return {}
    found: dict[str, Described] = {}
    for row in own.get(LOTS) or ():
        if isinstance(row, Mapping):
            told = {expand(name).removeprefix(NAMESPACE): value for name, value in row.items()}
            if (one := _described(told, kinds)) is not None:
                found[told["epc"]] = one
    return found


def _described(told: Mapping[str, Any], kinds: frozenset[str]) -> Described | None:
    texts = {
        name: told.get(name, "") for name in ("epc", "code", "kind", "unit", "status", "madeOn", "product", "material")
    }
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    if not texts["epc"] or not 0 < len(texts["code"]) <= 64 or texts["kind"] not in kinds:
        return None
    quantity = told.get("quantity")
    milli = int(Decimal(quantity) * 1000) if isinstance(quantity, int | Decimal) and abs(quantity) < 10**12 else None
    try:
        made_on = date.fromisoformat(texts["madeOn"]) if texts["madeOn"] else None
    except ValueError:
        return None
    if len(texts["unit"]) > 8 or len(texts["status"]) > 12:
        return None
    return Described(
        texts["code"], texts["kind"], milli, texts["unit"] or "kg", texts["status"], made_on, texts["product"],
        texts["material"],
    )  # fmt: skip


def record_of(event: Mapping[str, Any], authority: str, expand: Callable[[str], str]) -> str:
    """Which record of ours an event says that it tells of (``receipt:17``), or nothing."""
    own = {expand(name): value for name, value in event.items() if ":" in name}
    if own.get(f"{NAMESPACE}house") != authority:
        return ""
    record = own.get(f"{NAMESPACE}record")
    return record if isinstance(record, str) else ""
