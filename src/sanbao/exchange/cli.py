"""``sanbao import PATH… [--dry-run] [--rejects out.csv] [--json]``: ledgers out of files and folders."""

from __future__ import annotations

import argparse
import fcntl
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from sanbao.exchange import pipeline, reports
from sanbao.exchange.models import ImportFile, ImportRun, Stage
from sanbao.exchange.progress import Progress
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W

ANOTHER = W("另一个导入正在进行，请稍后再试。", "Another import is going on; try again later.")
NOTHING = W("没有找到可导入的表格（xlsx、xls、csv）。", "No spreadsheet (xlsx, xls, csv) was found.")
CONTINUES = W("继续上次中断的导入（第 {id} 号）。", "Continuing the interrupted import no. {id}.")
REHEARSED = W("试运行，未保存任何内容。", "A dry run; nothing was saved.")


def main(argv: list[str]) -> int:
    """0 when every file took part (refused lines are listed, not an error), 1 when one could not, 2 for bad usage."""
    arguments = _arguments(argv)
    sources = []
    for path in map(Path, arguments.paths):
        sources += pipeline.spreadsheets_in(path) if path.is_dir() else [pipeline.Source(path)]
    if not sources:
        print(NOTHING, file=sys.stderr)
        return 1
    by = Actor.clockwork("import").at("cli")
    with only_one() as alone:
        if not alone:
            print(ANOTHER, file=sys.stderr)
            return 1
        run = _interrupted(sources, arguments.dry_run) or pipeline.begin(
            sources, by=by, rehearsal=arguments.dry_run, keep=not arguments.dry_run
        )
        _drive(run, sources, by)
        return _tell(run, arguments)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sanbao import", description="导入台账 · import ledgers")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹 · files or folders")
    parser.add_argument("--dry-run", action="store_true", help="试运行，什么也不保存 · save nothing")
    parser.add_argument("--rejects", metavar="CSV", help="被拒绝的行写入此文件 · write the refused lines there")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 输出 · print the result as JSON")
    return parser.parse_args(argv)


@contextmanager
def only_one() -> Iterator[bool]:
    """Whether this process is the only one that imports; the system lets go of the lock however a process ends."""
    with (Path(settings.HOME) / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _interrupted(sources: list[pipeline.Source], dry_run: bool) -> ImportRun | None:
    """The run of exactly these files that a killed process left behind."""
    if dry_run:
        ImportRun.objects.filter(rehearsal=True, by_worker=False).delete()  # a killed dry run left its notes
        return None
    digests = pipeline.digests_of(sources)
    for run in ImportRun.objects.filter(stage=Stage.GOING, rehearsal=False, by_worker=False):
        if set(run.files.values_list("digest", flat=True)) == digests:
            print(CONTINUES.format(id=run.pk), file=sys.stderr)
            return run
    return None


def _drive(run: ImportRun, sources: list[pipeline.Source], by: Actor) -> None:
    paths = {pipeline.digest_of(source): source.path for source in sources} if run.rehearsal else None
    files = {file.pk: file for file in run.files.filter(asks=False, trouble="")}
    progress = Progress(sys.stderr, _rows(files.values()), sum(file.last_row for file in files.values()))
    for file in pipeline.drive(run, by=by, paths=paths):
        files[file.pk] = file
        progress.show(file.name, _rows(files.values()))
    progress.close()


def _rows(files: Iterable[ImportFile]) -> int:
    """How many rows have been dealt with; a file that turned out longer or shorter counts as it said."""
    return sum(file.last_row if file.complete else min(file.next_row, file.last_row) for file in files)


def _tell(run: ImportRun, arguments: argparse.Namespace) -> int:
    if arguments.rejects:
        with Path(arguments.rejects).open("w", encoding="utf-8", newline="") as file:
            file.writelines(reports.rejects(run))
    if arguments.json:
        print(json.dumps(reports.summary(run), ensure_ascii=False, indent=2))
    else:
        print(*reports.table(run), sep="\n")
        if run.rehearsal:
            print(REHEARSED)
    troubled = any(reports.trouble_of(file) for file in run.files.all())
    if run.rehearsal:
        run.delete()
    return 1 if troubled else 0
