"""``sanbao signal [--day D] [--replay FROM TO] [--json]``: look at the stream now, or at its past."""

from __future__ import annotations

import argparse
import json
from datetime import date

from sanbao.kernel.actor import Actor
from sanbao.kernel.times import today
from sanbao.signals import running
from sanbao.signals.models import Level, Signal


def main(argv: list[str]) -> int:
    """0, whatever was found."""
    parser = argparse.ArgumentParser(prog="sanbao signal", description="信号 · whether a fault is spreading")
    parser.add_argument("--day", type=date.fromisoformat, help="看到哪一天为止 · look up to this day (default today)")
    parser.add_argument(
        "--replay",
        nargs=2,
        type=date.fromisoformat,
        metavar=("FROM", "TO"),
        help="重演一段时间，不写入 · what would have been proposed, day by day; writes nothing",
    )
    parser.add_argument("--json", action="store_true", help="JSON")
    asked = parser.parse_args(argv)
    if asked.replay:
        return _replay(running.replay(*running.span(*asked.replay)), asked.json)
    return _run(asked.day or today(), asked.json)


def _run(day: date, as_json: bool) -> int:
    touched = running.run(day, by=Actor.clockwork("signals"))
    if as_json:
        print(json.dumps([_facts(signal) for signal in touched], ensure_ascii=False, indent=1))
        return 0
    for signal in touched:
        print(f"{signal.number} {Level.title_of(signal.level)} {signal.words}")
    print(f"{day}: {len(touched)} 个信号有变化 · signals raised or added to")
    return 0


def _facts(signal: Signal) -> dict[str, object]:
    names = ("number", "state", "level", "told", "count", "users")
    return {name: getattr(signal, name) for name in names} | {"raised_on": signal.raised_on.isoformat()}


def _replay(result: running.Replay, as_json: bool) -> int:
    told = [result.told(matter) for matter in result.matters]
    red = sum(1 for one in told if one["red_on"])
    if as_json:
        facts = {
            "from": result.first.isoformat(),
            "to": result.last.isoformat(),
            "cases": result.cases,
            "unclassed": result.unclassed,
            "red": red,
            "amber": len(told) - red,
            "milliseconds": result.milliseconds,
            "signals": told,
        }
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return 0
    for one in told:
        turned = f"（{one['red_on']} 转红 red）" if one["red_on"] else ""
        print(f"{one['raised_on']}{turned} {one['zh']}\n    {one['en']}")
    print(
        f"{result.first}…{result.last}: {result.cases} 件 cases（未归类 without class {result.unclassed}），"
        f"红 red {red}，只黄 amber only {len(told) - red}，{result.milliseconds} ms"
    )
    return 0
