"""`sanbao bench trace|import|epcis|signal|search|recall|http`: how fast, beside the raw limit of the same run.

Everything happens in a scratch data folder, or in the empty database that DATABASE_URL names; a database that holds
data is never touched.
"""

import json
import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

MATTERS = {
    "trace": "溯源 · back and forward over synthetic factories",
    "import": "导入 · a ledger, and other people's saves meanwhile",
    "epcis": "EPCIS · capture documents of 100 events, and single ones",
    "signal": "信号 · five years of complaints along every dimension, one run and a replay",
    "search": "查找 · every two-character word and every code, against a scan",
    "recall": "召回 · a recall of growing size: known, stopped, listed, kept up to date and shown",
    "http": "网页 · pages, search and new complaints with 20,000 complaints, and the memory it takes",
}


def main(argv: list[str]) -> int:
    """``sanbao bench MATTER [--size N] [--json]``. Exit 1 when the database in question is not empty."""
    parser = ArgumentParser(prog="sanbao bench", description="测速 · measure beside the raw limit")
    parser.add_argument("matter", choices=MATTERS, help="; ".join(f"{name}: {text}" for name, text in MATTERS.items()))
    parser.add_argument(
        "--size",
        type=int,
        nargs="+",
        default=[],
        help="links (several: it grows from one to the next), rows or complaints · 链接数（可几个）、行数或投诉数",
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="trace on SQLite, on a busy machine: processor time, no waiting · 机器忙时：只计处理器时间",
    )
    arguments = parser.parse_args(argv)
    if len(arguments.size) > 1 and arguments.matter != "trace":
        parser.error("--size: 只有 trace 可以给几个 · only trace takes several")
    if arguments.cpu and (arguments.matter != "trace" or os.environ.get("DATABASE_URL", "").startswith("postgres")):
        parser.error("--cpu: 只用于 SQLite 上的 trace · only for trace on SQLite, where one process does it all")
    home = Path(tempfile.mkdtemp(prefix="sanbao-bench-"))
    os.environ |= {"SANBAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "sanbao.settings"}
    try:
        return _measured(arguments.matter, arguments.size, arguments.json, cpu=arguments.cpu)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measured(matter: str, sizes: list[int], as_json: bool, *, cpu: bool) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from sanbao.bench import figures as measuring
    from sanbao.bench.figures import table
    from sanbao.kernel import backup

    if backup.holds_data():
        print("数据库里有数据，不在上面测速 · the database holds data; name an empty one", file=sys.stderr)
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    module = import_module(f"sanbao.bench.{matter}" if matter != "import" else "sanbao.bench.importing")
    if cpu:
        measuring.clocks.append(measuring.computing)
    figures = module.measure(*sizes)
    if as_json:
        print(json.dumps([figure.as_dict() for figure in figures], ensure_ascii=False, indent=1))
    else:
        for figure in figures:
            print(table([figure]), flush=True)
    return 0
