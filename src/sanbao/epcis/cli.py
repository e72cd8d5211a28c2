"""``sanbao epcis capture FILE…`` and ``sanbao epcis export CODE|--since DAY``: documents of events in and out."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from sanbao.epcis import actions, exporting, pipeline
from sanbao.epcis.models import Behaviour, Capture
from sanbao.kernel.actor import Actor
from sanbao.trace.traces import Direction


def main(argv: list[str]) -> int:
    """0, or 1 where a document was not taken in whole (each problem is told)."""
    parser = argparse.ArgumentParser(prog="sanbao epcis", description="EPCIS 事件 · GS1 EPCIS 2.0 events")
    commands = parser.add_subparsers(dest="command", required=True)
    capture = commands.add_parser("capture", help="取入文件 · capture documents")
    capture.add_argument("files", nargs="+", type=Path, metavar="FILE")
    capture.add_argument("--proceed", action="store_true", help="能取则取 · take what is sound")
    export = commands.add_parser("export", help="导出事件 · events as a document")
    export.add_argument("code", nargs="?", help="批号、标签、单号等 · any number on a lot, label or paper")
    export.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="自某日起的全部 · all since a day")
    export.add_argument("--out", type=Path, metavar="FILE", help="写入文件 · write there")
    ways = export.add_mutually_exclusive_group()
    ways.add_argument("--back", dest="way", action="store_const", const=Direction.BACK, help="溯源 · only back")
    ways.add_argument(
        "--forward", dest="way", action="store_const", const=Direction.FORWARD, help="追踪 · only forward"
    )
    asked = parser.parse_args(argv)
    if asked.command == "capture":
        return max(_capture(path, asked.proceed) for path in asked.files)
    if (asked.code is None) == (asked.since is None):
        parser.error("CODE 或 --since 须且只能给一个 · give either CODE or --since")
    return _export(asked)


def _capture(path: Path, proceed: bool) -> int:
    by = Actor.clockwork("epcis").at("cli")
    behaviour = Behaviour.PROCEED if proceed else Behaviour.ROLLBACK
    row = actions.capture(path.read_bytes(), by=by, behaviour=behaviour, name=path.name)
    while row.running:
        pipeline.step()
        row = Capture.objects.get(pk=row.pk)
    print(
        f"{path.name}: {row.title_of_stage} · {row.stage} · events {row.events}, captured {row.taken}, "
        f"unchanged {row.unchanged}, refused {row.refused}"
    )
    for problem in row.problems.all():
        print(f"  {problem.position} {problem.path} {problem.code}: {problem.sentence}", file=sys.stderr)
    return 0 if row.success else 1


def _export(asked: argparse.Namespace) -> int:
    by = Actor.clockwork("epcis")
    if asked.since is not None:
        told = exporting.since(asked.since, by=by)
    else:
        told = exporting.of_code(asked.code, by=by, direction=asked.way or Direction.BOTH)
    if asked.out:
        asked.out.write_bytes(told)
    else:
        sys.stdout.buffer.write(told + b"\n")
    return 0
