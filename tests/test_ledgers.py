"""The ledgers of an invented factory's year against the truth that lies beside them.

They stand beside the repository (``../shared/ledgers``, or in the folder ``$SANBAO_SHARED``); where they do not,
these tests are skipped, and the small ledgers of ``exchange/tests`` cover the same ground.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sanbao.complaints.models import Complaint
from sanbao.exchange import pipeline, reports
from sanbao.exchange.models import ImportLine, ImportRun
from sanbao.kernel.actor import Actor
from sanbao.parties.models import Customer
from sanbao.recall import actions as recalls
from sanbao.recall import concerns as recall_concerns
from sanbao.recall.models import RecallHolder
from sanbao.recall.queries import labels_of
from sanbao.signals import policies, running
from sanbao.signals.matters import Matter
from sanbao.trace import queries
from sanbao.trace.models import Handle, HeldLot, LotKind, Shipment
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


@pytest.fixture(scope="module")
def replayed(runs: object) -> running.Replay:
    """The year of the ledgers, day by day, by the policies that ship."""
    return running.replay(date(2025, 10, 1), date(2026, 9, 30))


def about_the_outbreak(matter: Matter, truth: dict[str, Any]) -> bool:
    """Whether most of a matter's cases are about labels made with the bad lot."""
    codes = Complaint.objects.filter(pk__in=matter.cases).values_list("code", flat=True)
    bad = set(truth["labels_made_with_bad_lot"])
    return sum(code in bad for code in codes) * 2 > len(codes)


def test_the_hidden_outbreak_is_amber_on_its_third_case_and_red_once_there_is_history(
    replayed: running.Replay, truth: dict[str, Any]
) -> None:
    first, *rest = [m for m in replayed.matters if about_the_outbreak(m, truth)]
    told = replayed.told(first)
    assert (told["raised_on"], told["red_on"]) == ("2026-03-10", "2026-04-02")
    assert f"全部来自来料批 {truth['bad_supplier_lot']}" in str(told["zh"])
    assert len(first.cases) >= 16 and len(rest) <= 1


def test_with_enough_history_the_outbreak_would_have_been_red_a_day_after_its_first_case(
    runs: object, truth: dict[str, Any]
) -> None:
    line = replace(policies.line(date(2026, 9, 30)), cold_days=120)
    replayed = running.replay(date(2025, 10, 1), date(2026, 9, 30), line=line)
    [red] = [m for m in replayed.matters if m.red]
    assert about_the_outbreak(red, truth)
    assert replayed.told(red)["red_on"] == "2026-03-09"


def test_the_year_of_the_ledgers_has_one_false_alarm_and_no_red_one(
    replayed: running.Replay, truth: dict[str, Any]
) -> None:
    false = [m for m in replayed.matters if not about_the_outbreak(m, truth)]
    assert ([replayed.told(m)["raised_on"] for m in false], sum(m.red for m in false)) == (["2026-01-16"], 0)


def test_cutting_the_ledgers_at_a_day_leaves_the_alarms_up_to_it_unchanged(replayed: running.Replay) -> None:
    for day in (date(2026, 3, 10), date(2026, 4, 2), date(2026, 5, 5)):
        with transaction.atomic():
            Complaint.objects.filter(received_at__date__gt=day).update(reported_class=None, lot=None)
            Shipment.objects.filter(shipped_on__gt=day).update(shipped_on=None)
            cut = running.replay(date(2025, 10, 1), day)
            transaction.set_rollback(True)
        told = [(m["raised_on"], m["red_on"]) for m in map(cut.told, cut.matters)]
        until = day.isoformat()
        assert told == [
            (m["raised_on"], m["red_on"] if str(m["red_on"] or "9") <= until else None)
            for m in map(replayed.told, replayed.matters)
            if str(m["raised_on"]) <= until
        ]


@pytest.mark.clause("Q-06")
def test_a_recall_of_the_bad_lot_finds_stops_tells_and_brings_back_exactly_its_labels(
    runs: object, truth: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[str] = []
    monkeypatch.setattr(recall_concerns, "carriers", [lambda *, to, subject, text: letters.append(to) or "letter:0"])
    with transaction.atomic():
        Customer.objects.update(email="user@example.com")
        lots = queries.found(truth["bad_supplier_lot"], actor=HOUSE)
        recall = recalls.order(
            by=HOUSE, title="喷涂型材", danger="漆膜剥落", measure="停用并退回", statutory=False, lots=lots
        )
        holders = list(RecallHolder.objects.filter(recall=recall).select_related("recall", "customer"))
        stored = {code for part in queries.scope(lots).stored for code in part.labels}
        shipped = [code for holder in holders for code in labels_of(holder)]
        assert sorted({*shipped, *stored}) == truth["labels_made_with_bad_lot"]
        assert len(shipped) + len(stored) == recall.labels == len(truth["labels_made_with_bad_lot"])
        held = HeldLot.objects.filter(hold=recall.hold, lot__kind=LotKind.LABEL)
        assert sorted(held.values_list("lot__code", flat=True)) == truth["labels_made_with_bad_lot"]
        recalls.send_letters(recall, by=HOUSE)
        while recalls.post_due():
            pass
        assert len(letters) == len(holders)
        for holder in holders:
            recalls.posted(holder)
            recalls.acknowledge(holder, by=HOUSE, name="库管")
            quantity = Decimal(holder.issued_milli) / 1000
            recalls.enter(holder, by=HOUSE, kind="returned", quantity=quantity)
        ended = recalls.end(recall, by=HOUSE, summary="全部收回")
        assert {line["effect"] for line in ended.result["sums"]} == {"100.0"}
        transaction.set_rollback(True)
