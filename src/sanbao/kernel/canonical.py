"""One text for one set of facts, so that the same facts always give the same hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sanbao.kernel.words import W


def plain(value: Any) -> Any:
    """A value as canonical JSON keeps it: decimals and moments as text, sets sorted."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case float():
            return format(Decimal(repr(value)), "f")
        case Decimal():
            return format(value.normalize() if value else Decimal(0), "f")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case W():
            return {"zh": value.said_in("zh-hans"), "en": value.said_in("en")}
        case dict():
            return {str(k): plain(v) for k, v in value.items()}
        case set() | frozenset():
            return sorted(plain(v) for v in value)
        case list() | tuple():
            return [plain(v) for v in value]
        case UUID():
            return str(value)
    raise TypeError(f"a fact of type {type(value).__name__} has no canonical form: {value!r}")


def text_of(facts: Any) -> str:
    return json.dumps(plain(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str | bytes) -> str:
    """SHA-256, 64 hex digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def salted(salt: str, text: str) -> str:
    """A digest of personal text that tells nothing once the salt is erased."""
    return digest(f"{salt}\n{text}")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
