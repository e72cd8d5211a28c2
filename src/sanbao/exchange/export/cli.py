"""``sanbao export FOLDER [--form xlsx|csv] [--without-attachments] [--json]``: everything that the house holds."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sanbao.exchange.export import folder
from sanbao.kernel.actor import Actor


def main(argv: list[str]) -> int:
    """0, or 1 when the folder is not empty (the command's frame says the refusal's sentence)."""
    parser = argparse.ArgumentParser(prog="sanbao export", description="导出全部数据 · take everything out")
    parser.add_argument("folder", metavar="FOLDER", help="一个空的或新的文件夹 · an empty or new folder")
    parser.add_argument("--form", choices=folder.FORMS, default="xlsx", help="台账的格式 · form of the ledgers")
    parser.add_argument("--without-attachments", action="store_true", help="不复制附件 · do not copy attachments")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 输出 · print the result as JSON")
    asked = parser.parse_args(argv)
    quiet = asked.json
    written = folder.write(
        Path(asked.folder),
        by=Actor.clockwork("export").at("cli"),
        form=asked.form,
        attachments=not asked.without_attachments,
        say=(lambda name, rows: None) if quiet else (lambda name, rows: print(f"{rows:>10,}  {name}", file=sys.stderr)),
    )
    if asked.json:
        files = [{"file": name, "rows": rows, "sha256": digest} for name, rows, digest in written.files]
        print(json.dumps({"files": files, "rows": written.rows}, ensure_ascii=False))
    else:
        print(f"{len(written.files)} 个文件 files, {written.rows:,} 行 rows → {asked.folder}")
    return 0
