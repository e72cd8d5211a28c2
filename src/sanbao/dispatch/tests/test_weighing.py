"""The scale at the gate: gross, tare, net, and how far net may be from the labels (W-08)."""

from decimal import Decimal

import pytest

from sanbao.dispatch import actions, queries
from sanbao.dispatch.models import Acceptance, Caught, Weighing
from sanbao.dispatch.tests.conftest import KG, fresh, weighed
from sanbao.dispatch.tests.refusing import refused, stopped
from sanbao.kernel import journal
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.files import adopt
from sanbao.kernel.times import today

pytestmark = [pytest.mark.django_db, pytest.mark.clause("W-08")]


def lay_down(policy, *rows):
    """A factory's own table."""
    text = Policy.registry[policy].write("本厂", rows)
    adopt(Policy.registry[policy], text, number=2, effective_from=today(), action="policy.loaded")


def scale(case, by, gross, tare="9000", label=""):
    return actions.weigh(case, by=by, gross=Decimal(gross), tare=Decimal(tare), label=label)


def test_a_vehicle_within_tolerance_is_written_down_with_what_was_expected(picked, by):
    case = scale(picked(), by.keeper, "9319.999")
    [row] = Weighing.objects.filter(pick_list=case)
    assert (row.net_milli, row.expected_milli, row.allowed_milli, row.within) == (319_999, 300_000, 20_000, True)
    entry = journal.entries_of(case.subject).last()
    assert (entry.facts["net"], entry.facts["rules"]) == (319_999, ["delivery v1 #1"])


def test_a_vehicle_out_of_tolerance_is_refused_with_both_figures_and_counted(picked, by):
    case = picked()
    with stopped("gate.weight_out", "W-08", "weight", net="320.001", expected="300", off="20.001", allowed="20"):
        scale(case, by.keeper, "9320.001")
    [row] = Weighing.objects.filter(pick_list=case)
    assert not row.within


def test_it_may_be_weighed_again_and_the_last_weighing_counts(picked, by):
    case = picked()
    with stopped("gate.weight_out", "W-08", "weight"):
        scale(case, by.keeper, "9400")
    with refused("gate.weight_out", "W-08", net="400"):
        actions.check_out(case, by=by.keeper)
    scale(case, by.keeper, "9300")
    assert actions.check_out(case, by=by.keeper).state == "ready"
    assert Weighing.objects.count() == 2


def test_a_load_that_was_not_weighed_as_it_is_now_does_not_leave(picked, by):
    case = picked("P1", "P2")
    with refused("gate.not_weighed", "W-08", expected="200"):
        actions.check_out(case, by=by.keeper, short_reason="余货下车")
    scale(case, by.keeper, "9200")
    case = actions.scan(case, by=by.keeper, code="P3")
    with refused("gate.not_weighed", "W-08", expected="300"):
        actions.check_out(case, by=by.keeper)


def test_labels_may_be_weighed_one_by_one(picked, by):
    case = picked("P1", "P2", "P3")
    for code in ("P1", "P2", "P3"):
        scale(case, by.keeper, "101", "1", label=code)
    assert not queries.scale(case, queries.on_list(case)).vehicle
    assert actions.check_out(case, by=by.keeper).state == "ready"


def test_one_label_out_of_tolerance_holds_up_the_whole_list(picked, by):
    case = weighed(picked("P1", "P2", "P3"), by)
    with stopped("gate.weight_out", "W-08", "weight", net="120.5", expected="100"):
        scale(case, by.keeper, "121.5", "1", label="P2")
    assert Caught.objects.get().lot.code == "P2"
    with refused("gate.weight_out", "W-08", net="120.5"):
        actions.check_out(case, by=by.keeper)


def test_the_warehouses_manager_lets_a_weight_pass_with_his_reason(picked, by):
    case = picked()
    with stopped("gate.weight_out", "W-08", "weight"):
        scale(case, by.keeper, "9330")
    row = Weighing.objects.get()
    with refused("not_permitted", "W-08"):
        actions.accept_weight(case, by=by.keeper, weighing=row, reason="车上有雨水")
    case = actions.accept_weight(case, by=by.head, weighing=row, reason="车上有雨水")
    assert Acceptance.objects.get().by == by.head.ref
    assert actions.check_out(case, by=by.keeper).state == "ready"


def test_nobody_accepts_his_own_weighing_or_one_that_is_in_order(picked, by):
    case = picked()
    with stopped("gate.weight_out", "W-08", "weight"):
        scale(case, by.head, "9330")
    row = Weighing.objects.get()
    with refused("gate.own_weight", "W-08"):
        actions.accept_weight(case, by=by.head, weighing=row, reason="没问题")
    scale(case, by.head, "9300")
    with refused("gate.nothing_to_accept", "W-08"):
        actions.accept_weight(case, by=by.head, weighing=row, reason="没问题")


@pytest.mark.parametrize(("gross", "tare"), [("5", "5"), ("5", "6")])
def test_gross_is_more_than_tare(picked, by, gross, tare):
    case = picked()
    with refused("gate.weights", "W-08"):
        scale(case, by.keeper, gross, tare)


def test_nothing_is_weighed_that_was_not_scanned(picked, by):
    case = picked("P1")
    with refused("gate.nothing_to_weigh", "W-08"):
        scale(case, by.keeper, "101", "1", label="P2")


def test_tolerances_go_by_product_line(picked, by, product):
    lay_down("delivery", ("other", "0.5", "20", "5", "5"), ("幕墙", "1", "2", "0", "0"))
    product.line = "幕墙"
    product.save()
    case = picked()
    with stopped("gate.weight_out", "W-08", "weight", allowed="3"):
        scale(case, by.keeper, "9303.001")
    assert scale(case, by.keeper, "9303").state == "picking"


@pytest.mark.parametrize(
    ("how", "vehicle", "labels"),
    [("none", True, True), ("vehicle", True, False), ("labels", False, True), ("either", True, True)],
)
def test_what_is_weighed_is_the_factorys_to_say(picked, by, how, vehicle, labels):
    lay_down("gate", (how,))
    by_vehicle = weighed(picked("P1", "P2", "P3"), by)
    assert passes(by_vehicle, by) == vehicle
    actions.cancel(by_vehicle, by=by.seller, reason="试")
    by_label = picked("P1", "P2", "P3")
    for code in ("P1", "P2", "P3"):
        scale(by_label, by.keeper, "101", "1", label=code)
    assert passes(by_label, by) == labels
    actions.cancel(fresh(by_label), by=by.seller, reason="试")
    bare = picked("P1", "P2", "P3")
    assert passes(bare, by) == (how == "none")
    assert KG == 1000


def passes(case, by):
    from sanbao.kernel.refusals import Refusal

    try:
        actions.check_out(case, by=by.keeper)
    except Refusal as refusal:
        assert refusal.code == "gate.not_weighed"
        return False
    return True
