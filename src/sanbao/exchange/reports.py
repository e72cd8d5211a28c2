"""What an import has come to: per file, as a table for people, as JSON, and the refused lines as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanbao.exchange.kinds import kind_of
from sanbao.exchange.models import COUNTS, ImportFile, ImportLine, ImportRun
from sanbao.exchange.outcomes import Result, sentence
from sanbao.exchange.sheets import FAULTS
from sanbao.kernel.words import W
from sanbao.web.exports import written

UNSURE = W(
    "看不准是什么台账或哪一列是什么，请在“导入”页面上指定。",
    "It is not beyond doubt which ledger this is or what its columns mean; say so on the page “Import”.",
)
LEFT_OUT = W("不导入。", "Left out.")
NOT_PERMITTED = W("您无权导入这种资料。", "You may not import this kind of data.")
TITLES = {
    "read": W("读取", "read"),
    **{str(result): result.title for result in Result},
}


def trouble_of(file: ImportFile) -> W | None:
    """Why a file as a whole takes no part, or None."""
    if file.trouble:
        known = FAULTS | {"not_permitted": NOT_PERMITTED, "left_out": LEFT_OUT}
        return known.get(file.trouble, W(file.trouble, file.trouble))
    return UNSURE if file.asks else None


def summary(run: ImportRun) -> dict[str, Any]:
    """``files`` with their counts, ``totals``; the five counts as in the design: read = the sum of the other four."""
    files = []
    totals = dict.fromkeys(("read", *COUNTS), 0)
    for file in run.files.all():
        trouble = trouble_of(file)
        files.append(
            {
                "file": file.name,
                "kind": file.kind if not file.asks else "",
                **file.counts,
                "skipped": file.skipped,
                "trouble": str(trouble) if trouble else "",
            }
        )
        for name in totals:
            totals[name] += getattr(file, name)
    return {"import": run.pk, "dry_run": run.rehearsal, "stage": run.stage, "files": files, "totals": totals}


def table(run: ImportRun) -> Iterator[str]:
    """Lines for a terminal."""
    files = list(run.files.all())
    for file in files:
        if trouble := trouble_of(file):
            yield f"{file.name}: {trouble}"
            continue
        counts = "  ".join(f"{TITLES[name]} {count}" for name, count in file.counts.items())
        yield f"{file.name}（{kind_of(file.kind).title}）: {counts}"
    totals = summary(run)["totals"]
    yield f"{W('合计', 'Total')}: " + "  ".join(f"{TITLES[name]} {count}" for name, count in totals.items())


def rejects(run: ImportRun) -> Iterator[str]:
    """``file,row,code,sentence`` of every refused line, in the order of the files."""
    lines = ImportLine.refused_of(run).values_list("file__name", "row", "code", "facts")
    rows = ([*place, code, sentence(code, facts)] for *place, code, facts in lines.iterator(chunk_size=2000))
    return written(["file", "row", "code", "sentence"], rows)
