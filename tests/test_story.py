"""One complaint through the API: from the first phone call to the supplier's lot and back to a satisfied user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sanbao.catalog import actions as catalog
from sanbao.corrective import actions as corrective
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import announcements, seals, times, verify
from sanbao.nonconformity import actions as quality
from sanbao.nonconformity.models import Disposition
from sanbao.parties import actions as parties
from sanbao.parties.models import Person, Region
from sanbao.parties.queries import actor_of
from sanbao.trace import actions as trace
from sanbao.trace.models import Lot
from sanbao.trace.rows import IssueRow, PackingRow, ReceiptRow, ReportRow, ShipmentRow, TravellerRow
from tests.cast import HOUSE, Program, people, programs

pytestmark = pytest.mark.django_db
KG = 1000


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with times.frozen("2026-04-20 09:00"):
        yield


def a_bundle_at_a_customer() -> None:
    """Powder from a supplier, sprayed on a basket of profiles, packed under a label, shipped to a customer."""
    supplier = parties.register_supplier(by=HOUSE, code="G002", name="丙山粉末涂料厂", supplies="粉末涂料")
    zhejiang = Region.objects.get(code="CN-ZJ")
    phones = "0574-55550001"
    user = parties.register_customer(by=HOUSE, code="K0001", name="东安源门窗厂", region=zhejiang, phones=phones)
    product = catalog.register_product(by=HOUSE, code="LM80-03", name="喷涂平开窗料", line="喷涂")
    day = date(2026, 4, 2)
    trace.receive(
        ReceiptRow(
            number="JC00218",
            lot="J26040218",
            supplier_id=supplier.pk,
            supplier_lot="G002-61608",
            material_name="粉末涂料",
            quantity_milli=800 * KG,
            received_on=day,
            certificate="HG1",
        ),
        by=HOUSE,
    )
    trace.judge(by=HOUSE, lots=Lot.objects.filter(code="J26040218"), status="passed", basis="HG1")
    trace.issue_material(
        IssueRow(number="LL1", lot="J26040218", into="PT2-260418", into_kind="coating", quantity_milli=120 * KG),
        by=HOUSE,
    )
    trace.start_traveller(
        TravellerRow(
            code="SX260402210",
            product_id=product.pk,
            quantity_milli=486 * KG,
            press="880T-4",
            shift="丙",
            extruded_on=day,
            ageing="SJ1-260402",
            finish="PT2-260418",
            finished_on=day,
        ),
        by=HOUSE,
    )
    trace.report_inspection(
        ReportRow(number="JY1", traveller="SX260402210", conclusion="passed", inspected_on=day), by=HOUSE
    )
    trace.pack(
        PackingRow(
            label="BQ0007312",
            travellers=("SX260402210",),
            spray_code="20260421 7312",
            product_id=product.pk,
            quantity_milli=112 * KG,
            packed_on=day,
        ),
        by=HOUSE,
    )
    trace.ship(
        ShipmentRow(number="TH1", label="BQ0007312", customer_id=user.pk, quantity_milli=112 * KG, shipped_on=day),
        by=HOUSE,
    )


@pytest.fixture
def cast() -> dict[str, Program]:
    a_bundle_at_a_customer()
    return programs(people())


def signed(act: Any, model: Any, pk: int, role: str) -> None:
    """A signature takes a person who has just shown who he is; no program signs for him."""
    department, _, post = role.partition(".")
    person = next(p for p in Person.objects.all() if f"{department}.{post}" in actor_of(p).roles)
    act(model.objects.get(pk=pk), by=replace(actor_of(person), fresh=True))


def dispose(cast: dict[str, Program], case: str) -> None:
    """The goods complained of: contained at the grading, reworked, re-inspected, closed (C-14, Q-01, Q-02)."""
    subject = f"complaint:{case.rpartition('/')[2]}"
    [row] = cast["inspector"].get("nonconformities", about=subject)["items"]
    record = f"nonconformities/{row['id']}"
    lines = cast["inspector"].get(record)["lines"]
    if not lines:
        lines = cast["inspector"].post(f"{record}/add-line", goods="用户处三支", goods_quantity="12 kg")["lines"]
    plan = {"line": lines[0]["id"], "way": "rework", "quantity": lines[0]["quantity"], "instruction": "重新喷涂",
            "basis": "评审记录", "department": "production", "due_on": "2100-01-01"}  # fmt: skip
    told = cast["technologist"].post(f"{record}/propose", **plan)
    disposition = told["lines"][0]["dispositions"][0]
    way = f"dispositions/{disposition['id']}"
    for one in disposition["approvals"]:
        signed(quality.approve, Disposition, disposition["id"], one["role"])
    cast["foreman"].post(f"{way}/execute", good=disposition["quantity"], scrapped=0, result="已重新喷涂")
    cast["inspector"].post(f"{way}/verify", released=disposition["quantity"], verdict="复检合格，划格 0 级")
    assert cast["inspector"].post(f"{record}/close", conclusion="返工合格", basis="复检记录")["state"] == "closed"


def correct(cast: dict[str, Program], case: str, number: str) -> None:
    """The cause is found and removed; by that the case owes neither cause nor action any more (W-05, C-18, Q-03)."""
    told = cast["inspector"].post(
        "corrective-actions", origin=number, title="附着力", problem="划格后掉粉", lead="technologist",
        metric="evidence", threshold="连续五槽划格 0 级",
    )  # fmt: skip
    action = f"corrective-actions/{told['id']}"
    whys = "掉粉\n前处理温度低\n加热管结垢"
    cast["technologist"].post(
        f"{action}/find-cause", occurrence_whys=whys, occurrence_cause="没有清洗周期", escape_whys=whys,
        escape_cause="划格每班一次", basis="槽液记录",
    )  # fmt: skip
    cast["technologist"].post(f"{action}/plan-measure", text="每周清洗加热管", owner="foreman", due_on="2100-01-01")
    signed(corrective.approve_measures, CorrectiveAction, told["id"], told["approver"])
    [measure] = cast["technologist"].get(action)["measures"]
    told = cast["foreman"].post(f"{action}/report-done", measure=measure["id"], evidence="清洗记录两周")
    assert told["state"] == "waiting"


@pytest.mark.clause("C-06", "C-08", "C-11", "C-12", "C-16", "C-17", "W-03", "W-05")
def test_one_complaint_goes_from_the_first_call_to_a_satisfied_user_through_the_api(cast: dict[str, Program]) -> None:
    clerk, salesman, inspector, technologist = (cast[n] for n in ("clerk", "salesman", "inspector", "technologist"))

    made = clerk.post(
        "complaints",
        customer="K0001",
        channel="phone",
        source="user",
        code="ｂｑ０００７３１２",
        product="LM80-03",
        reported_class="Q3",
        quality_related=True,
        description="三支料划格后整片掉粉，剩余约 1.2 吨未上墙。",
        demands=["更换未上墙的料"],
        contact_name="采购部联系人",
        contact_phone="0574-55550001",
        read_back_missing="用户在开车，半小时后回电",
    )
    assert made["number"] == "TS-2026-000001"
    assert made["lot"] == "BQ0007312"
    case = f"complaints/{made['id']}"

    refused = clerk.refused(f"{case}/explain", text="先停用", basis="C-07")
    assert (refused["code"], refused["clause"], refused["status"]) == ("complaint.not_read_back", "C-06", 409)
    clerk.post(f"{case}/confirm-read-back", confirmed_by="采购部联系人")
    clerk.post(f"{case}/explain", text="先停用未上墙的料，保留标签", basis="SB-C C-07", reaction="not_satisfied")
    formed = clerk.post(f"{case}/issue-form", remark="同批尚有库存")
    assert formed["form"] == "XF-2026-000001"
    assert [d["code"] for d in salesman.get("inbox")["items"] if d["subject"] == formed["subject"]] == ["learn_facts"]

    salesman.post(f"{case}/request-sample", wanted="三支 300 mm 料段", label="BQ0007312")
    (sample,) = salesman.get("samples")["items"]
    salesman.post(f"samples/{sample['id']}/send", waybill="自送")
    times.pass_time(days=1)
    inspector.post(f"samples/{sample['id']}/receive", label="Y-001", place="样品架 3-2")
    announcements.deliver()
    assert clerk.get(case)["next"]["party"] == "qc"
    refused = technologist.refused(f"{case}/grade", spread="M1")
    assert refused["clause"] == "C-12"
    inspector.post(
        "inspections",
        sample=sample["number"],
        severity="S3",
        ours="yes",
        used_rightly="yes",
        basis="GB/T 5237.5",
        conclusion="附着力 2 级，膜厚 42 µm",
        opinion="同批停发",
    )
    announcements.deliver()

    graded = technologist.post(f"{case}/grade", spread="M1")
    assert (graded["grade"], graded["provisional"]) == ("C", False)
    assert graded["decision"]["row"] >= 1

    chain = technologist.get("trace/BQ0007312", direction="back")
    assert {"J26040218", "PT2-260418", "SX260402210"} <= {node["code"] for node in chain["nodes"]}
    blamed = technologist.post(
        f"{case}/locate-responsibility",
        blame="supplier",
        supplier="G002",
        basis="追溯：粉末批 J26040218 只用于本喷涂批",
    )
    assert blamed["responsible_supplier"] == "G002"
    technologist.post(f"{case}/give-opinion", opinion="整批更换", confirmed_class="Q3", basis="合同第 7 条")
    demand = clerk.get(case)["demands"][0]["id"]
    clerk.post(f"{case}/judge-demand", demand=demand, reasonable=True, basis="合同第 7 条")
    clerk.post(f"{case}/answer", text="下周一前全部更换", basis="合同第 7 条")
    clerk.post(f"{case}/record-view", view="同意更换", attitude="accepts")

    assert clerk.refused(f"{case}/close", basis="SB-C C-11")["clause"] in {"W-03", "U-08", "W-05"}
    clerk.post(f"{case}/meet-demand", demand=demand, how="换货 1.2 吨已到")
    clerk.post(f"{case}/ask-satisfaction", outcome="satisfied", words="处理得快")
    refused = clerk.refused(f"{case}/close", basis="SB-C C-11")
    assert (refused["code"], refused["clause"]) == ("obligations_open", "W-05")
    assert refused["facts"]["obligations"] == ["nonconformity.control", "corrective.action", "cause.found"]
    dispose(cast, case)
    correct(cast, case, made["number"])
    closed = clerk.post(f"{case}/close", basis="SB-C C-11")
    assert (closed["state"], closed["ending"], closed["obligations"]) == ("closed", "satisfied", [])
    assert all(clock["stopped_at"] for clock in closed["clocks"])

    seals.seal()
    assert [(b.where, b.code) for b in verify.verify()] == []
