"""One text for one event, however it was written: the digest by which the same event is recognised.

Names of somebody's own count in full, whatever prefix a document gives them; 200 and 200.0 are the same number.
``recordTime``, ``eventID`` and ``@context`` are left out: they are not what happened; and so is what a house of ours
says beside an event about its lots as they stand now (``beside``).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

LEFT_OUT = ("recordTime", "eventID", "@context")


def digest(event: dict[str, Any], expand: Callable[[str], str], *, beside: str = "") -> str:
    """SHA-256 over the canonical text."""
    told = {name: value for name, value in event.items() if name not in LEFT_OUT and expand(name) != beside}
    text = json.dumps(_plain(told, expand), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any, expand: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {expand(name) if ":" in name else name: _plain(part, expand) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, expand) for part in value]
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else ["#", f"{value.normalize():f}"]
    return value


def assigned_id(digest_of_event: str) -> str:
    """The eventID of an event that came without one: the same event gets the same, so that it is captured once."""
    number = int(digest_of_event[:32], 16)
    number = number & ~(0xF << 76) | 8 << 76  # RFC 9562: version 8, bits of the maker's own choosing
    number = number & ~(0x3 << 62) | 0x2 << 62
    return f"urn:uuid:{uuid.UUID(int=number)}"
