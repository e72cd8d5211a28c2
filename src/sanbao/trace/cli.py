"""``sanbao trace CODE [--back|--forward] [--json]``: the same answer as the page and the API; ``sanbao snapshot``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict

from sanbao.kernel.actor import Actor
from sanbao.trace import documents, queries
from sanbao.trace.models import LotKind
from sanbao.trace.saying import exact
from sanbao.trace.traces import Direction, Trace


def main(argv: list[str]) -> int:
    """0, or 1 for an unknown code (the command's frame says the refusal's sentence)."""
    parser = argparse.ArgumentParser(prog="sanbao trace", description="溯源与追踪 · trace a code back and forward")
    parser.add_argument("code", help="批号、标签、喷码、供方批号、单号 · any number on a lot, label or paper")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--back", dest="way", action="store_const", const=Direction.BACK, help="溯源 · only back")
    ways.add_argument(
        "--forward", dest="way", action="store_const", const=Direction.FORWARD, help="追踪 · only forward"
    )
    parser.add_argument("--json", action="store_true", help="JSON")
    asked = parser.parse_args(argv)
    lots = queries.found(asked.code, actor=Actor.clockwork("trace"))
    trace = queries.trace(lots, asked.way or Direction.BOTH)
    if asked.json:
        print(json.dumps(documents.document(trace, asked.code), ensure_ascii=False, indent=1))
    else:
        print(readable(trace))
    return 0


def readable(trace: Trace) -> str:
    """A screenful for people: lots by kind, gaps, customers."""
    lines = [f"{' '.join(node.code for node in trace.starts)} · {trace.direction.title}"]
    for kind in LotKind:
        if found := trace.of_kind(kind):
            lines.append(f"{kind.title}（{len(found)}）: {' '.join(node.code for node in found)}")
    if trace.suppliers:
        lines.append(f"供应商 Suppliers: {'、'.join(f'{c} {n}' for c, n in sorted(trace.suppliers.items()))}")
    lines += [f"缺口 Gap: {documents.gap_sentence(gap)}" for gap in trace.gaps]
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
