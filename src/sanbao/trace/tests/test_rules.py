"""Who answers for a fault: the walk along the ten stages, on plain values (C-16)."""

import pytest

from sanbao.kernel.words import W
from sanbao.trace.rules import KEEPERS, Finding, Stage, Weight, propose

WHAT = W("缺检验报告", "no report")


def missing(stage, code="X"):
    return Finding(Weight.NOT_IN_ORDER, stage, code, WHAT)


def shared(code, stage, *, hits, complaints, width, supplier=""):
    return Finding(Weight.SHARED, stage, code, WHAT, hits, complaints, width, supplier)


def proposed(*findings, **more):
    found = propose(findings, **more)
    return found.kind, found.ref


def test_a_missing_record_points_to_the_department_that_keeps_it():
    for stage in Stage:
        assert proposed(missing(stage)) == ("department", KEEPERS[stage])


def test_of_several_missing_records_the_one_nearest_to_the_user_decides():
    assert proposed(missing(Stage.RECEIPT), missing(Stage.REPORT), missing(Stage.ISSUE)) == ("department", "qc")


def test_goods_that_failed_and_were_let_through_outweigh_everything():
    failed = Finding(Weight.LET_THROUGH, Stage.REPORT, "JY1", W("不合格仍放行", "let through"))
    powder = shared("J2", Stage.MATERIAL_LOT, hits=4, complaints=4, width=9, supplier="G2")
    assert proposed(missing(Stage.WAREHOUSE), powder, failed) == ("department", "qc")


def test_a_supplier_lot_behind_all_complaints_outweighs_a_missing_date():
    powder = shared("J2", Stage.MATERIAL_LOT, hits=4, complaints=4, width=9, supplier="G2")
    assert proposed(missing(Stage.QUALITY_RECORD), powder) == ("supplier", "G2")


def test_of_two_common_sources_the_narrower_one_decides():
    ingot = shared("J1", Stage.MATERIAL_LOT, hits=4, complaints=4, width=900, supplier="G1")
    batch = shared("PT1", Stage.QUALITY_RECORD, hits=4, complaints=4, width=12)
    found = propose([ingot, batch])
    assert (found.kind, found.ref, found.finding.code) == ("department", "production", "PT1")
    assert str(found.reason) == "4 起同类投诉全部出自 PT1，而由它做成的只有 12 个批次。"


@pytest.mark.parametrize(("hits", "complaints"), [(3, 4), (1, 1)])
def test_a_source_of_only_some_complaints_or_of_a_single_one_proves_nothing(hits, complaints):
    some = shared("J2", Stage.MATERIAL_LOT, hits=hits, complaints=complaints, width=9, supplier="G2")
    assert proposed(some) == ("department", "qc")


def test_a_chain_in_order_falls_back_on_the_class_of_fault_and_then_on_the_sample():
    assert proposed(usual="production") == ("department", "production")
    assert proposed() == ("department", "qc")
    assert "样品" in str(propose([]).reason)


def test_a_factory_with_other_departments_says_so():
    assert proposed(missing(Stage.SPRAY_CODE), keepers={Stage.SPRAY_CODE: "packing"}) == ("department", "packing")
