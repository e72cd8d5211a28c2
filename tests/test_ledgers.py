"""The ledgers of an invented factory's year against the truth that lies beside them.

They stand beside the repository (``../shared/ledgers``, or in the folder ``$SANBAO_SHARED``); where they do not,
these tests are skipped, and the small ledgers of ``exchange/tests`` cover the same ground.
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sanbao.exchange import pipeline, reports
from sanbao.exchange.models import ImportLine, ImportRun
from sanbao.kernel.actor import Actor
from sanbao.trace import queries
from sanbao.trace.models import Handle, LotKind
from sanbao.trace.traces import Direction, Missing

SHARED = Path(os.environ.get("SANBAO_SHARED") or Path(__file__).resolve().parents[2] / "shared")
LEDGERS = SHARED / "ledgers"
HOUSE = Actor.clockwork("import")
KINDS = {
    "receipts": "receipts",
    "issues": "issues",
    "heats": "heats",
    "cards": "travellers",
    "inspections": "inspections",
    "labels": "labels",
    "shipments": "shipments",
    "complaints": "complaints",
    "customers": "customers",
}

pytestmark = pytest.mark.skipif(not LEDGERS.is_dir(), reason="the shared ledgers are not here")


def import_all(*, rehearsal: bool = False) -> ImportRun:
    run = pipeline.begin(pipeline.spreadsheets_in(LEDGERS), by=HOUSE, rehearsal=rehearsal)
    for _ in pipeline.drive(run, by=HOUSE):
        pass
    return run


def refused(run: ImportRun) -> list[tuple[str, int, str]]:
    return sorted(ImportLine.refused_of(run).values_list("file__name", "row", "code"))


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((LEDGERS / "truth" / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def expected() -> list[tuple[str, int, str]]:
    with (LEDGERS / "truth" / "expected_rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted((line["file"], int(line["row"]), line["code"]) for line in csv.DictReader(file))


@pytest.fixture(scope="module")
def runs(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[ImportRun, ImportRun, ImportRun]]:
    """A rehearsal, the import and the import again, made once for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_all(rehearsal=True), import_all(), import_all()
        transaction.set_rollback(True)


@pytest.fixture(params=range(3), ids=["dry run", "first", "again"])
def run(request: pytest.FixtureRequest, runs: tuple[ImportRun, ...]) -> ImportRun:
    return runs[request.param]


def test_exactly_the_lines_that_must_be_refused_are_refused(run: ImportRun, expected: list[Any]) -> None:
    assert refused(run) == expected


def test_every_refused_line_says_why_in_both_languages(runs: tuple[ImportRun, ...]) -> None:
    for line in ImportLine.refused_of(runs[1]):
        assert line.sentence.said_in("zh-hans").endswith("。")
        assert line.sentence.said_in("en").endswith(".")


def test_every_line_of_every_ledger_is_counted(run: ImportRun, truth: dict[str, Any]) -> None:
    read = {file.kind: file.read for file in run.files.all()}
    assert {name: read[kind] for name, kind in KINDS.items()} == truth["rows"]
    assert all(reports.trouble_of(file) is None for file in run.files.all())
    for file in run.files.all():
        assert file.read == file.taken + file.unchanged + file.remarked + file.refused


def test_importing_the_folder_again_changes_nothing(runs: tuple[ImportRun, ...]) -> None:
    for file in runs[2].files.all():
        assert (file.taken, file.remarked) == (0, 0), file.name
        assert file.unchanged == file.read - file.refused


def test_a_dry_run_foretells_the_import_file_by_file(runs: tuple[ImportRun, ...]) -> None:
    dry, first, _ = runs
    assert [file.counts for file in dry.files.all()] == [file.counts for file in first.files.all()]


def test_contradictions_are_taken_with_a_remark(runs: tuple[ImportRun, ...]) -> None:
    remarked = {file.kind: file.remarked for file in runs[1].files.all()}
    assert remarked["issues"] > 0  # more issued than came in
    assert remarked["shipments"] > 0  # weights differ from the labels
    assert remarked["complaints"] == 27  # 24 names cut short, 3 of names that stand twice


def test_the_travellers_of_the_sampled_labels_are_right(runs: object, truth: dict[str, Any]) -> None:
    for label, cards in truth["label_cards_sample"].items():
        back = queries.trace_back(queries.found(label, actor=HOUSE))
        assert sorted(node.code for node in back.of_kind(LotKind.TRAVELLER)) == cards, label


def test_the_bad_lot_leads_to_its_coating_batches_and_labels_and_to_no_others(
    runs: object, truth: dict[str, Any]
) -> None:
    forward = queries.trace(queries.found(truth["bad_supplier_lot"], actor=HOUSE), Direction.FORWARD)
    assert sorted(node.code for node in forward.of_kind(LotKind.COATING)) == truth["bad_coating_batches"]
    assert sorted(node.code for node in forward.of_kind(LotKind.LABEL)) == truth["labels_made_with_bad_lot"]
    assert forward.customers


def test_cards_without_an_ageing_date_show_a_gap(runs: object, truth: dict[str, Any]) -> None:
    remarked = ImportLine.objects.filter(file__run=runs[1], file__kind="travellers", code="gap")  # type: ignore[index]
    assert remarked.count() == len(truth["cards_without_ageing_date"])
    for card in truth["cards_without_ageing_date"]:
        gaps = queries.trace_back(queries.found(card, actor=HOUSE)).gaps
        assert any(gap.missing == Missing.AGEING_DATE and gap.code == card for gap in gaps), card


def test_a_lot_is_found_by_any_number_on_its_papers(runs: object) -> None:
    for kind in ("spray", "supplier_lot", "certificate", "report", "delivery", "issue"):
        handle = Handle.objects.filter(kind=kind).first()
        assert handle is not None, kind
        assert handle.lot_id in {lot.pk for lot in queries.found(handle.key, actor=HOUSE)}
