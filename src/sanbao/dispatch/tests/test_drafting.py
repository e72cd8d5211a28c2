"""Sales says what goes to whom and where; a shipment ends at a place and a contact (W-08, N-04)."""

import pytest

from sanbao.dispatch import actions
from sanbao.dispatch.actions.drafting import LET_GO, PICK, Wanted
from sanbao.dispatch.models import PickLine, PickList
from sanbao.dispatch.tests.conftest import HOUSE, KG, fresh, lot
from sanbao.dispatch.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer

pytestmark = pytest.mark.django_db


def test_a_pick_list_has_a_number_and_knows_the_one_place_and_contact_of_its_customer(draft, site, contact):
    case = draft()
    assert case.number == "TH-2026-000001"
    assert (case.site, case.contact, case.state) == (site, contact, "draft")
    assert [(line.product.code, line.quantity_milli) for line in case.lines.all()] == [("LM50", 300 * KG)]


@pytest.mark.clause("N-04")
def test_a_list_without_place_or_contact_is_not_released(by, product):
    case = actions.draft(by=by.seller, customer=Customer.objects.get(code="K2"), lines=[Wanted(product, pieces=5)])
    with refused("pick_list.no_place", "N-04") as caught:
        actions.release(case, by=by.seller)
    assert str(caught.value) == "发货要落到一个地点和一位联系人；还缺收货地点、联系人。"
    place = parties.register_site(by=HOUSE, customer=case.customer, name="西盛昌二期")
    case = actions.place(case, by=by.seller, site=place)
    with refused("pick_list.no_place", "N-04"):
        actions.release(case, by=by.seller)
    who = parties.register_contact(by=HOUSE, customer=case.customer, name="收货人乙", phone="0571-55550008")
    case = actions.release(actions.place(case, by=by.seller, site=place, contact=who), by=by.seller)
    assert (case.state, case.site, case.contact) == ("released", place, who)


@pytest.mark.clause("N-04")
def test_the_place_and_the_contact_are_the_customers_own(draft, by, site):
    stranger = Customer.objects.get(code="K2")
    elsewhere = parties.register_site(by=HOUSE, customer=stranger, name="别家工地")
    case = draft()
    with refused("pick_list.not_his", "N-04", name="别家工地"):
        actions.place(case, by=by.seller, site=elsewhere)
    somebody = parties.register_contact(by=HOUSE, customer=stranger, name="别家的人", phone="0571-55550007")
    with refused("pick_list.not_his", "N-04", name="别家的人"):
        actions.place(case, by=by.seller, site=site, contact=somebody)


@pytest.mark.clause("W-08")
def test_an_empty_list_is_not_released(by, customer, contact):
    case = actions.draft(by=by.seller, customer=customer)
    with refused("pick_list.empty", "W-08"):
        actions.release(case, by=by.seller)


@pytest.mark.clause("W-08")
@pytest.mark.parametrize("wanted", [{}, {"pieces": 5}, {"product": True}, {"product": True, "label": True}])
def test_a_line_names_a_product_with_a_measure_or_one_label(draft, by, product, wanted):
    given = {
        "product": product if wanted.get("product") else None,
        "label": lot("BQ4") if wanted.get("label") else None,
    }
    case = draft()
    with refused("pick_list.line", "W-08"):
        actions.add_line(case, by=by.seller, **given, pieces=wanted.get("pieces"))


@pytest.mark.clause("W-08")
def test_only_goods_under_a_label_can_be_ordered_by_name(draft, by):
    case = draft()
    with refused("gate.not_a_label", "W-08", lot="SX1"):
        actions.add_line(case, by=by.seller, label=lot("SX1"))


def test_lines_come_and_go_while_the_list_is_a_draft(draft, by, product):
    case = draft()
    case = actions.add_line(case, by=by.seller, label=lot("BQ4"))
    case = actions.add_line(case, by=by.seller, product=product, pieces=40)
    case = actions.remove_line(case, by=by.seller, line=case.lines.first())
    assert [(line.position, line.wanted) for line in case.lines.all()] == [(2, "BQ4"), (3, "LM50 50系列幕墙立柱")]
    case = actions.release(case, by=by.seller)
    with refused("wrong_state", "W-08"):
        actions.add_line(case, by=by.seller, product=product, pieces=1)


def test_a_released_list_is_the_warehouses_duty_until_it_has_left_or_is_taken_back(released, by):
    case = released()
    [duty] = obligations.open_on(case.subject)
    assert (duty.code, duty.owed_by, duty.clause) == (PICK, "warehouse", "W-08")
    case = actions.take_back(case, by=by.seller)
    assert (case.state, case.released_by) == ("draft", "")
    assert not obligations.open_on(case.subject)
    assert LET_GO != PICK


@pytest.mark.clause("W-08")
def test_a_list_that_is_being_picked_is_not_taken_back_or_thinned(picked, by):
    case = picked("P1")
    with refused("wrong_state", "W-08"):
        actions.take_back(case, by=by.seller)
    case = actions.undo(case, by=by.keeper, code="P1")
    assert fresh(case).state == "picking"


@pytest.mark.clause("M-02")
def test_the_warehouse_drafts_nothing_and_others_see_the_lists_of_the_house(draft, by, customer, product):
    with refused("not_permitted", "W-08", permission="dispatch.draft"):
        actions.draft(by=by.keeper, customer=customer, lines=[Wanted(product, pieces=1)])
    case = draft()
    assert list(PickList.objects.visible_to(by.inspector)) == [case]
    assert PickLine.objects.count() == 1
