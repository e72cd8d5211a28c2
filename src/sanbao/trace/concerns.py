"""Which lots are complained about. Known on a higher storey, so the complaints room hands it down by registering here.

A reporter takes the ids of the lots that are looked at and gives the ids of all lots with complaints of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Reporter = Callable[[Collection[int]], Collection[int]]
reporters: list[Reporter] = []


def alike(lots: Collection[int]) -> set[int]:
    """Lots with complaints of the same kind as those about ``lots``."""
    return {lot for reporter in reporters for lot in reporter(lots)}
