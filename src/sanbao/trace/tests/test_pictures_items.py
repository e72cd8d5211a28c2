"""Captured things in the drawing of a trace: in the order in which they follow on one another, told by their ends."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.trace.drawing import TITLE_EM, Box, fit_end
from sanbao.trace.models import LotKind
from sanbao.trace.pictures import Lane, _item_lanes


class _Node:
    def __init__(self, number: int, kind: str) -> None:
        self.id, self.kind, self.code = number, kind, f"{number}"


class _Link:
    def __init__(self, src: int, dst: int) -> None:
        self.src, self.dst = src, dst


class _Trace:
    def __init__(self, links: list[tuple[int, int]], own: dict[int, str]) -> None:
        numbers = {number for link in links for number in link} | {1}
        self.nodes = {number: _Node(number, own.get(number, LotKind.ITEM)) for number in numbers}
        self.links = [_Link(*link) for link in links]

    def of_kind(self, kind: str) -> list[_Node]:
        return [node for node in self.nodes.values() if node.kind == kind]


def _lanes(links: list[tuple[int, int]], **own: str) -> dict[int, Lane]:
    return _item_lanes(_Trace(links, {int(key[1:]): kind for key, kind in own.items()}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("links", "own", "lanes"),
    [
        ([], {}, {1: Lane.LABEL}),
        ([(1, 2)], {}, {1: Lane.RAW, 2: Lane.LABEL}),
        ([(1, 2), (2, 3)], {}, {1: Lane.RAW, 2: Lane.BILLET, 3: Lane.LABEL}),
        # A longer way is compressed, and never runs backwards.
        ([(n, n + 1) for n in range(1, 9)], {}, None),
        # What was bought feeds a heat of ours; what was made of a label's goods stands right of everything of ours.
        ([(1, 2)], {"n2": LotKind.HEAT}, {1: Lane.RAW}),
        ([(1, 2)], {"n1": LotKind.LABEL}, {2: Lane.LABEL}),
        ([(1, 2), (2, 3)], {"n1": LotKind.BILLET}, {2: Lane.TRAVELLER, 3: Lane.LABEL}),
        # Two that were packed into one another by mistake are drawn all the same.
        ([(1, 2), (2, 1)], {}, {1: Lane.LABEL, 2: Lane.LABEL}),
    ],
)
def test_columns(links: list[tuple[int, int]], own: dict[str, Any], lanes: dict[int, Lane] | None) -> None:
    found = _lanes(links, **own)
    if lanes is not None:
        assert found == lanes
    order = list(Lane)
    looped = {(dst, src) for src, dst in links} & set(links)
    for src, dst in links:
        if src in found and dst in found and not looped:
            assert order.index(found[src]) <= order.index(found[dst])


def test_an_identifier_is_told_by_its_end() -> None:
    assert Box("a", 0, "urn:epc:class:lgtin:4012345.012345.998877").name == "…2345.998877"
    assert Box("a", 0, "https://id.example/01/09506000134352/21/7").name.endswith("/21/7")
    assert Box("a", 0, "R-2026-000000000017").name.startswith("R-2026")
    assert fit_end("short", TITLE_EM) == "short"
