"""``sanbao trace CODE [--back|--forward|--side] [--json]``, as the page and the API say it; ``sanbao snapshot``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict

from sanbao.kernel.actor import Actor
from sanbao.trace import documents, queries, telling
from sanbao.trace.models import LotKind
from sanbao.trace.saying import exact
from sanbao.trace.telling import Told
from sanbao.trace.traces import Direction


def main(argv: list[str]) -> int:
    """0, or 1 for an unknown code (the command's frame says the refusal's sentence)."""
    parser = argparse.ArgumentParser(prog="sanbao trace", description="溯源与追踪 · trace a code back and forward")
    parser.add_argument("code", help="批号、标签、喷码、供方批号、单号 · any number on a lot, label or paper")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--back", dest="way", action="store_const", const=Direction.BACK, help="溯源 · only back")
    ways.add_argument(
        "--forward", dest="way", action="store_const", const=Direction.FORWARD, help="追踪 · only forward"
    )
    ways.add_argument(
        "--side", dest="way", action="store_const", const=Direction.SIDE,
        help="旁溯 · what else shared furnace load, bath, press and shift, heat, basket or package",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="JSON")
    asked = parser.parse_args(argv)
    lots = queries.found(asked.code, actor=Actor.clockwork("trace"))
    told = telling.asked(lots, asked.way or Direction.BOTH)
    if asked.json:
        print(json.dumps(documents.document(told, asked.code, contacts=True), ensure_ascii=False, indent=1))
    else:
        print(readable(told))
    return 0


def readable(told: Told) -> str:
    """A screenful for people: what is in common, lots by kind, gaps, balances, customers."""
    trace = told.trace
    lines = [f"{' '.join(node.code for node in trace.starts)} · {trace.direction.title}"]
    for group in told.groups:
        codes = " ".join(trace.nodes[lot].code for lot in group.lots)
        lines.append(f"{group.shared.title} {group.code}（{len(group.lots)}）: {codes}")
    for kind in LotKind:
        if found := trace.of_kind(kind):
            lines.append(f"{kind.title}（{len(found)}）: {' '.join(node.code for node in found)}")
    if trace.suppliers:
        lines.append(f"供应商 Suppliers: {'、'.join(f'{c} {n}' for c, n in sorted(trace.suppliers.items()))}")
    lines += [f"缺口 Gap: {documents.gap_sentence(gap)}" for gap in trace.gaps]
    for balance in told.balances:
        terms = "　".join(f"{title} {exact(milli, balance.unit)}" for title, milli in balance.lines)
        last = f"{balance.left} {exact(balance.left_milli, balance.unit)}"
        lines.append(f"{' '.join(balance.of[:3])}{' …' if len(balance.of) > 3 else ''}: {terms}　{last}")
    lines += [f"{held.code} {held.name}: {exact(held.quantity_milli, held.unit)}" for held in trace.customers]
    return "\n".join(lines)


def snapshot(argv: list[str]) -> int:
    """``sanbao snapshot [--json]``: build it now. Exit 1 when nothing was published."""
    from sanbao.trace.engines import building

    parser = argparse.ArgumentParser(
        prog="sanbao snapshot", description="链接快照 · build the snapshot of the links now"
    )
    parser.add_argument("--gently", action="store_true", help="让路给别人 · give way to everybody else")
    parser.add_argument("--json", action="store_true", help="JSON")
    asked = parser.parse_args(argv)
    if asked.gently:
        os.nice(10)
    built = building.build()
    if built is None:
        print("另一个进程正在生成，或链接变化太多 · another build is under way, or too much changed", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps(asdict(built)))
    else:
        print(f"{built.links:,} 条链接 links, {built.bytes / 1e6:.1f} MB, {built.seconds:.1f} s, "
              f"已核对 compared {built.compared}")  # fmt: skip
    return 0
