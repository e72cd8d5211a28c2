"""Everything can be taken out, and what the import knows comes in again as it went out (M-06)."""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from sanbao.exchange import cli
from sanbao.exchange.export import cli as export_cli
from sanbao.exchange.export import folder, tables
from sanbao.exchange.export.ledgers import LEDGERS
from sanbao.exchange.tests import ledgers
from sanbao.exchange.tests.test_faces import hired
from sanbao.kernel import attachments
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import file_digest
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.policies import PolicyVersion
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.parties.models import Customer, Dealer, Supplier
from sanbao.trace.models import Handle, Lot, LotLink, Packing, Receipt, Shipment
from sanbao.trace.tests.factory import small_factory

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


def imported(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    cli.main([str(path), "--json", *more])
    return json.loads(capsys.readouterr().out)


def rows_of(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


@pytest.fixture
def factory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A house that was filled from a factory's own ledgers, with all their faults."""
    imported(ledgers.write(tmp_path / "台账"), capsys)
    return tmp_path


@pytest.mark.parametrize("form", folder.FORMS)
def test_what_goes_out_comes_in_again_without_a_change(
    factory: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    folder.write(factory / "out", by=HOUSE, form=form)
    (next((factory / "out" / "台账").glob("*用户意见登记*"))).unlink()  # read by people, not taken in again
    totals = imported(factory / "out" / "台账", capsys, "--dry-run")["totals"]
    assert totals["read"] > 20 and totals["taken"] == totals["refused"] == 0, totals
    assert totals["unchanged"] == totals["read"] - totals["remarked"]


def test_an_empty_house_that_takes_it_in_is_the_same_house(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_factory()
    Supplier.objects.update(state="in_use")
    before = stand()
    folder.write(tmp_path / "out", by=HOUSE)
    for model in (LotLink, Handle, *(m for m in apps.get_app_config("trace").get_models() if hasattr(m, "standing"))):
        model.objects.all().delete()
    Lot.objects.all().delete()
    assert stand() != before
    totals = imported(tmp_path / "out" / "台账", capsys)["totals"]
    assert totals["refused"] == 0
    assert stand() == before


def stand() -> dict[str, Any]:
    """What the trace store holds, told by codes instead of ids."""
    codes = dict(Lot.objects.values_list("id", "code"))
    lots = Lot.objects.values_list("code", "kind", "quantity_milli", "status", "made_on", "product__code")
    links = LotLink.objects.values_list("src", "dst", "quantity_milli")
    return {
        "lots": Counter(lots),
        "links": Counter((codes[src], codes[dst], milli) for src, dst, milli in links),
        "handles": Counter(
            (key, kind, codes[lot]) for key, kind, lot in Handle.objects.values_list("key", "kind", "lot_id")
        ),
        "shipped": Counter(Shipment.standing.values_list("number", "lot__code", "customer__code", "quantity_milli")),
        "packed": Counter(Packing.standing.values_list("lot__code", "spray_code", "travellers", "location", "pieces")),
        "received": Counter(Receipt.standing.values_list("number", "lot__code", "supplier_lot", "certificate")),
    }


def test_every_table_of_the_house_is_there_and_no_secret(factory: Path) -> None:
    written = folder.write(factory / "out", by=HOUSE)
    names = {name for name, _, _ in written.files}
    for model in apps.get_models():
        label = f"{model._meta.app_label}.{model.__name__}"
        if model.__module__.startswith("sanbao.") and label not in tables.LEFT_OUT:
            assert f"全部数据/{label}.csv" in names
    [head, *people] = rows_of(factory / "out" / "全部数据" / "parties.Person.csv")
    assert "username" in head and not {"password", "salt"} & set(head)
    [head, *lots] = rows_of(factory / "out" / "全部数据" / "trace.Lot.csv")
    assert len(lots) == Lot.objects.count() and "quantity_milli" in head
    assert people == [] and len(LEDGERS) == 13


def test_a_new_column_that_may_be_a_secret_is_looked_at_before_it_goes_out() -> None:
    """The token of a label stands on the label; of a one-time password only whether there is one."""
    told = {
        f"{tables.name_of(model)}.{field.name}"
        for model in tables.models()
        for field in tables.columns(model)
        if re.search("secret|password|salt|token|credential", field.name)
    }
    assert told <= {"goods.Label.token", "parties.Person.one_time_password"}


def test_the_list_of_files_tells_rows_and_digests(factory: Path) -> None:
    folder.write(factory / "out", by=HOUSE)
    [_, *listed] = rows_of(factory / "out" / folder.INDEX)
    for name, rows, digest in listed:
        path = factory / "out" / name
        assert file_digest(path) == digest
        if path.suffix in (".csv", ".xlsx"):
            assert int(rows) == len(rows_of(path)) - 1, name
    assert len(listed) == sum(1 for path in (factory / "out").rglob("*") if path.is_file()) - 1


def test_the_journal_goes_out_with_its_hashes_and_the_policies_as_they_are_read(factory: Path) -> None:
    folder.write(factory / "out", by=HOUSE)
    with (factory / "out" / folder.JOURNAL).open(encoding="utf-8") as file:
        told = [json.loads(line) for line in file]
    kept = list(JournalEntry.objects.order_by("id").values_list("hash", flat=True))
    assert [entry["hash"] for entry in told] == kept[: len(told)] and len(told) == len(kept) - 1  # the export's own
    text = (factory / "out" / "规则表" / "grading-v1.toml").read_text("utf-8")
    assert text == PolicyVersion.objects.get(policy="grading", number=1).text and tomllib.loads(text)["rows"]


def test_attachments_are_copied_under_their_digest(factory: Path) -> None:
    kept = [attachments.store(SimpleUploadedFile(name, b"scan"), by=HOUSE) for name in ("a.txt", "b.txt")]
    folder.write(factory / "out", by=HOUSE)
    [copy] = [p for p in (factory / "out" / "附件").iterdir() if p.name == kept[0].sha256]
    assert copy.read_bytes() == b"scan"
    [head, *rows] = rows_of(factory / "out" / "全部数据" / "kernel.Attachment.csv")
    assert {row[head.index("name")] for row in rows} >= {"a.txt", "b.txt"}
    folder.write(factory / "bare", by=HOUSE, attachments=False)
    assert not (factory / "bare" / "附件").exists()


@pytest.mark.parametrize("text", ["=1+1", "+86 21", "@SUM(A1)", "-5", "\t=x"])
def test_no_cell_becomes_a_formula(factory: Path, text: str) -> None:
    Customer.objects.filter(code="K01").update(address=text)
    for form in folder.FORMS:
        folder.write(factory / form, by=HOUSE, form=form)
    [head, *rows] = rows_of(next((factory / "csv" / "台账").glob("*客户.csv")))
    assert f"'{text}" in rows[0]
    with zipfile.ZipFile(next((factory / "xlsx" / "台账").glob("*客户.xlsx"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert head[0] == "客户代码" and Dealer.objects.exists()


@pytest.mark.clause("M-06")
def test_who_may_not_take_everything_out_is_refused_with_the_clause(tmp_path: Path) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        folder.write(tmp_path / "out", by=an_actor("exchange.import"))
    assert (caught.value.code, caught.value.clause, caught.value.status) == ("not_permitted", "M-06", 403)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(factory: Path) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        folder.write(factory / "台账", by=HOUSE)
    assert (caught.value.code, caught.value.clause) == ("export.folder_in_use", "M-06")


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(factory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "ROWS", 2)
    folder.write(factory / "out", by=HOUSE)
    parts = [factory / "out" / "台账" / name for name in ("03 客户.xlsx", "03 客户-2.xlsx")]
    assert [len(rows_of(part)) - 1 for part in parts] == [2, 2]
    assert [row[0] for part in parts for row in rows_of(part)[1:]] == ["K01", "K02", "K03", "X01"]


def test_who_took_it_out_stands_in_the_record(factory: Path) -> None:
    written = folder.write(factory / "out", by=HOUSE)
    entry = JournalEntry.objects.get(action="export.made")
    assert (entry.actor, entry.clause) == (HOUSE.ref, "M-06")
    assert entry.facts == {"files": len(written.files), "rows": written.rows, "attachments": True}


def test_the_command_says_what_it_wrote(factory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export_cli.main([str(factory / "out"), "--json", "--form", "csv"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["file"] for one in told["files"]} >= {"台账/01 供应商.csv", "流水.jsonl", "全部数据/trace.Lot.csv"}


def test_the_page_and_the_api_give_one_file(factory: Path, client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(hired("keeper", "administrator"))
    assert "导出全部数据" in client.get("/exchange/").content.decode()
    assert "导出全部数据" in client.get("/settings/").content.decode()
    assert "进仓台账" in client.get("/exchange/everything").content.decode()
    answers = [client.post("/exchange/everything", {"form": "csv"}), client.post("/api/v1/exports?form=csv")]
    for answer in answers:
        assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert {"清单.csv", "流水.jsonl", "台账/03 客户.csv"} <= set(archive.namelist())
            assert archive.testzip() is None
    assert JournalEntry.objects.filter(action="export.made").count() == 2


@pytest.mark.alike
@pytest.mark.slow
def test_memory_does_not_grow_with_the_house(tmp_path: Path) -> None:
    from sanbao.trace import bulk
    from sanbao.trace.rows import PackingRow

    def grown(count: int, name: str) -> int:
        rows = [PackingRow(label=f"{name}{n:06}", spray_code=f"{name}{n}", quantity_milli=n) for n in range(count)]
        for start in range(0, count, 5000):
            bulk.write(rows[start : start + 5000], source="import:1")
        del rows
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        folder.write(tmp_path / name, by=HOUSE)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    grown(20_000, "A")
    assert grown(60_000, "B") < 40_000  # kilobytes, for some 250,000 lines more
