"""The ten-stage chain on one screen, and where it ends (C-16)."""

import pytest

from sanbao.trace import bulk, concerns, documents, queries
from sanbao.trace.models import InspectionReport, Lot, RecordKind, event_of
from sanbao.trace.rules import Stage
from sanbao.trace.tests.factory import lot, small_factory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-16")]


@pytest.fixture(autouse=True)
def factory():
    return small_factory()


def stage(chain, name):
    return next(one for one in chain.stages if one.stage == name)


def test_the_chain_walks_ten_stages_from_the_warehouse_to_the_supplier():
    chain = queries.chain([lot("BQ1")])
    shown = {one.stage.value: [entry.title for entry in one.entries] for one in chain.stages}
    assert list(shown) == [one.value for one in Stage]
    assert shown["warehouse"] == ["A1", "TH1"]
    assert shown["label"] == ["BQ1"]
    assert shown["spray_code"] == ["20260421 0001"]
    assert shown["report"] == ["JY1"]
    assert shown["quality_record"] == ["SX1", "PT1", "RL1", "SJ1", "ZB1"]
    assert shown["material_name"] == ["铝锭", "粉末涂料"]
    assert shown["issue"] == ["LL1", "LL3"]
    assert shown["material_lot"] == ["J1", "J2"]
    assert shown["receipt"] == ["JC1", "JC2"]
    assert shown["supplier"] == ["甲河铝锭厂", "乙江粉末涂料厂"]
    assert not any(one.gaps for one in chain.stages)
    assert (chain.proposal.kind, chain.proposal.ref) == ("department", "qc")


def test_every_record_of_the_chain_can_be_opened():
    chain = queries.chain([lot("BQ1")])
    for one in chain.stages:
        assert one.entries and all(entry.record or entry.lot or entry.supplier for entry in one.entries), one.stage


def test_a_stage_to_which_nothing_leads_is_a_gap_and_one_that_is_not_reached_is_none():
    Lot.objects.create(key="BQ8", code="BQ8", kind="label", status="passed", quantity_milli=1)
    chain = queries.chain([lot("BQ8")])
    assert stage(chain, Stage.QUALITY_RECORD).missing and stage(chain, Stage.SUPPLIER).missing
    told = documents.chain_document(chain, "BQ8")
    assert {one["stage"] for one in told["stages"] if one["missing"]} == {
        "report", "quality_record", "material_name", "issue", "material_lot", "receipt", "supplier", "spray_code",
    }  # fmt: skip
    raw = queries.chain([lot("J1")])
    assert [one.stage.value for one in raw.stages if not one.asked] == [
        "warehouse", "label", "spray_code", "report", "quality_record", "issue",
    ]  # fmt: skip
    assert not any(one.missing for one in raw.stages)


def test_what_upper_rooms_wrote_down_about_a_step_stands_in_the_chain(monkeypatch):
    def steps(ids):
        return [
            concerns.Paper(kind=RecordKind.STEP, id=pk, lot=lot("SX1"), number=f"GX{pk}", source="person:1", rows=[])
            for pk in ids
        ]

    monkeypatch.setitem(concerns.papers, RecordKind.STEP, steps)
    bulk.put_links([(lot("SX1").pk, lot("YH1").pk, event_of(RecordKind.STEP, 7), None)])
    entries = stage(queries.chain([lot("BQ1")]), Stage.QUALITY_RECORD).entries
    assert ("GX7", ("step", 7)) in [(entry.title, entry.record) for entry in entries]


def test_a_program_gets_the_chain_with_its_gaps_and_its_proposal(client):
    told = documents.chain_document(queries.chain([lot("BQ3")]), "BQ3")
    assert [one["title"] for one in told["stages"]][:2] == ["成品仓库", "产品标签"]
    report = next(one for one in told["stages"] if one["stage"] == "report")
    assert report["gaps"] == [{"code": "SX3", "missing": "report", "sentence": "SX3 缺检验报告"}]
    receipt = next(one for one in told["stages"] if one["stage"] == "receipt")
    assert all(entry["record"]["kind"] == "receipt" for entry in receipt["entries"])
    supplier = next(one for one in told["stages"] if one["stage"] == "supplier")
    assert all(entry["supplier"] for entry in supplier["entries"])
    assert told["proposal"]["kind"] == "department" and told["proposal"]["reason"]


def test_gaps_stand_in_their_stage_and_name_who_keeps_the_record():
    chain = queries.chain([lot("BQ3")])
    assert [gap.missing.value for gap in stage(chain, Stage.REPORT).gaps] == ["report"]
    assert [gap.missing.value for gap in stage(chain, Stage.QUALITY_RECORD).gaps] == ["ageing_date"]
    assert (chain.proposal.ref, chain.proposal.stage) == ("qc", Stage.REPORT)
    assert str(chain.proposal.reason) == "检验报告 SX3：缺检验报告。"


def test_a_failed_report_on_packed_goods_is_found():
    InspectionReport.objects.filter(lot=lot("SX1")).update(conclusion="failed")
    chain = queries.chain([lot("BQ1")])
    assert (chain.proposal.ref, str(chain.proposal.reason)) == ("qc", "检验报告 JY1：检验不合格仍被放行。")


def test_material_that_failed_and_was_issued_is_found():
    Lot.objects.filter(key="J2").update(status="failed")
    assert queries.chain([lot("BQ1")]).proposal.ref == "warehouse"


def test_complaints_about_labels_that_share_only_a_powder_lot_point_to_its_supplier():
    chain = queries.chain([lot("BQ1")], complained=[lot("BQ4").pk])
    # SJ1 (load), PT1 (batch), J2 (powder) and J1 (ingot) are common; SJ1 and PT1 are the narrowest.
    assert (chain.proposal.kind, chain.proposal.ref) == ("department", "production")
    assert chain.proposal.finding.complaints == 2


def test_the_complaints_room_may_report_like_complaints_from_above(monkeypatch):
    monkeypatch.setattr(concerns, "reporters", [lambda lots: {lot("BQ4").pk}])
    assert queries.chain([lot("BQ1")]).proposal.finding.hits == 2


def test_a_billet_lot_is_not_asked_for_a_label():
    chain = queries.chain([lot("ZB1")])
    assert [one.stage for one in chain.stages if not one.asked] == [
        Stage.WAREHOUSE,
        Stage.LABEL,
        Stage.SPRAY_CODE,
        Stage.REPORT,
    ]
