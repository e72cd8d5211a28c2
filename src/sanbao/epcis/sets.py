"""Sets of texts as one bound value, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sanbao.trace.store import among


def texts(values: Iterable[str]) -> Any:
    """For ``filter(key__in=texts(keys))``. An empty set has no type of its own, so it is told apart here."""
    listed = sorted(set(values))
    return among(listed) if listed else []
