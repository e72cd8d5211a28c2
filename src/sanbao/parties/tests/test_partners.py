"""Customers, dealers, suppliers, sites and contacts: how they are kept, found, and seen by whom."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from sanbao.kernel import journal
from sanbao.kernel.keeping import InUse
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.verify import verify
from sanbao.parties import actions, queries
from sanbao.parties.models import Contact, Customer, Dealer, DealerReach, Number, Person, Site
from sanbao.parties.tests.conftest import HOUSE, hired, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db: None) -> dict[str, Dealer]:
    """A → B → C, and Z apart."""
    a = actions.register_dealer(by=HOUSE, code="A", name="华东总经销处", kind="general_agent")
    b = actions.register_dealer(by=HOUSE, code="B", name="浙江经销处", parent=a)
    c = actions.register_dealer(by=HOUSE, code="C", name="甬东网点", kind="outlet", parent=b)
    z = actions.register_dealer(by=HOUSE, code="Z", name="新疆总经销处", kind="general_agent")
    return {"A": a, "B": b, "C": c, "Z": z}


def customer(code: str = "K1", name: str = "东门门窗厂", **more: Any) -> Customer:
    return actions.register_customer(by=HOUSE, code=code, name=name, **more)


@pytest.mark.clause("N-01")
def test_a_dealer_cannot_come_to_stand_below_itself(tree: dict[str, Dealer]) -> None:
    for parent in ("A", "B", "C"):
        with nothing_recorded(), pytest.raises(Refusal) as refused:
            actions.edit_dealer(tree["A"], by=HOUSE, parent=tree[parent])
        assert (refused.value.code, refused.value.clause) == ("dealer.cycle", "N-01")


def test_a_branch_that_moves_takes_everything_below_along(tree: dict[str, Dealer]) -> None:
    actions.edit_dealer(tree["B"], by=HOUSE, parent=tree["Z"])
    below = {above: set() for above in "AZ"}
    for above, dealer in DealerReach.objects.values_list("above__code", "dealer__code"):
        below.setdefault(above, set()).add(dealer)
    assert below["A"] == {"A"} and below["Z"] == {"Z", "B", "C"} and below["B"] == {"B", "C"}


@pytest.mark.clause("N-01")
def test_a_dealer_with_outlets_in_use_is_not_closed_over_their_heads(tree: dict[str, Dealer]) -> None:
    with pytest.raises(Refusal) as refused:
        actions.retire_dealer(tree["B"], by=HOUSE)
    assert refused.value.facts["dealers"] == ["C"]
    actions.retire_dealer(tree["C"], by=HOUSE)
    assert actions.retire_dealer(tree["B"], by=HOUSE).state == InUse.RETIRED


def test_a_dealer_sees_his_own_tree_and_its_customers_and_nothing_else(tree: dict[str, Dealer]) -> None:
    customers = {code: customer(f"K{code}", f"{code} 门窗厂", dealer=dealer) for code, dealer in tree.items()}
    customer("K0", "无经销商门窗厂")
    for code, held in customers.items():
        site = actions.register_site(by=HOUSE, customer=held, name=f"{code} 大厦")
        actions.register_contact(by=HOUSE, site=site, name="工长", phone="13900000001")
    by = queries.actor_of(hired("dealer", dealer=tree["B"]))
    assert set(Dealer.objects.visible_to(by)) == {tree["B"], tree["C"]}
    assert {c.code for c in Customer.objects.visible_to(by)} == {"KB", "KC"}
    assert {s.name for s in Site.objects.visible_to(by)} == {"B 大厦", "C 大厦"}
    assert Contact.objects.visible_to(by).count() == 2
    assert [p.username for p in Person.objects.visible_to(by)] == ["dealer"]
    assert [c.code for c in queries.find_customers("门窗厂", by=by)] == ["KB", "KC"]


def test_a_customer_sees_himself_and_an_outsider_without_a_link_sees_nobody() -> None:
    mine, _other = customer("K1"), customer("K2", "西门门窗厂")
    by = queries.actor_of(hired("customer", customer=mine))
    assert list(Customer.objects.visible_to(by)) == [mine]
    assert not Dealer.objects.visible_to(by).exists()
    assert not Customer.objects.visible_to(an_actor(person=999)).exists()


@pytest.mark.clause("M-02")
def test_master_data_is_changed_only_by_whom_the_policy_names(colleague: Person) -> None:
    kept = customer()
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        actions.edit_customer(kept, by=an_actor("parties.see"), name="改名门窗厂")
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)
    actions.edit_customer(kept, by=queries.actor_of(colleague), city="宁波")


def test_two_who_edit_the_same_customer_do_not_overwrite_each_other() -> None:
    kept = customer()
    actions.edit_customer(kept, by=HOUSE, expect=1, city="宁波")
    with pytest.raises(Refusal) as refused:
        actions.edit_customer(kept, by=HOUSE, expect=1, city="温州")
    assert refused.value.code == "stale"
    assert Customer.objects.get(pk=kept.pk).city == "宁波"


def test_a_code_is_given_once_and_a_customer_without_one_gets_one() -> None:
    customer("K1")
    with pytest.raises(Refusal) as refused:
        customer(" ｋ1 ")
    assert (refused.value.code, refused.value.field) == ("customer.code_taken", "code")
    given = {actions.register_customer(by=HOUSE, name=f"来电人 {n}").code for n in range(3)}
    assert len(given) == 3


def test_a_customer_is_found_by_telephone_code_and_part_of_the_name() -> None:
    found = customer("K0007", "白鹭渡门窗厂", phones="0577-88881234 / 13900000001")
    actions.register_contact(by=HOUSE, customer=found, name="采购", phone="13900000002")
    customer("K0008", "白石门窗厂", phones="13911111111")
    staff = an_actor("parties.see")
    for text in ("057788881234", "+86 139 0000 0001", "13900000002", "k0007", "鹭渡", "88881234"):
        assert queries.find_customers(text, by=staff) == [found], text
    assert len(queries.find_customers("门窗", by=staff)) == 2
    assert queries.find_customers("  ", by=staff) == []


def test_any_one_way_to_reach_a_contact_is_enough_but_one_there_must_be() -> None:
    kept = customer()
    with pytest.raises(Refusal) as refused:
        actions.register_contact(by=HOUSE, customer=kept, name="某人")
    assert (refused.value.code, refused.value.status) == ("contact.unreachable", 422)
    for way in ("phone", "fax", "email", "address"):
        actions.register_contact(by=HOUSE, customer=kept, name="某人", **{way: "x@example.com"})
    with pytest.raises(Refusal) as refused:
        actions.register_contact(by=HOUSE, name="某人", phone="13900000001")
    assert refused.value.code == "contact.no_owner"


def test_erased_personal_data_is_nowhere_and_the_record_still_holds() -> None:
    kept = customer("K1", "李某某", category="consumer", phones="13900000001", address="某路 1 号")
    contact = actions.register_contact(by=HOUSE, customer=kept, name="王某某", phone="13900000002")
    actions.erase_customer(kept, by=HOUSE)
    kept.refresh_from_db()
    contact.refresh_from_db()
    assert (kept.name, kept.phones, kept.address, kept.name_key, kept.salt) == ("", "", "", "", "")
    assert (contact.name, contact.phone, contact.salt, contact.state) == ("", "", "", "erased")
    assert not Number.objects.exists()
    texts = "".join(journal.entries_of(kept.subject, contact.subject).values_list("facts_text", flat=True))
    assert not any(word in texts for word in ("李某某", "王某某", "13900000001", "某路"))
    assert list(verify(kept.subject)) == []
    company = customer("K2")
    with pytest.raises(Refusal) as refused:
        actions.erase_customer(company, by=HOUSE)
    assert refused.value.code == "customer.not_a_consumer"


def test_an_outlet_serves_from_its_first_to_its_last_day(tree: dict[str, Dealer]) -> None:
    actions.edit_dealer(tree["C"], by=HOUSE, since=date(2026, 1, 1), until=date(2026, 6, 30))
    assert tree["C"] in Dealer.objects.serving(date(2026, 6, 30))
    assert tree["C"] not in Dealer.objects.serving(date(2026, 7, 1))


def test_every_province_and_country_is_known_by_its_names() -> None:
    found = queries.regions_by_name(["江苏省", "广西壮族自治区", "澳门", "Viet Nam", "日本", "CN-GD", "火星"])
    assert {name: r.code for name, r in found.items()} == {
        "江苏省": "CN-JS",
        "广西壮族自治区": "CN-GX",
        "澳门": "CN-MO",
        "Viet Nam": "VN",
        "日本": "JP",
        "CN-GD": "CN-GD",
    }


def test_departments_are_known_by_their_aliases() -> None:
    for name, code in {"技术质检科": "qc", "生产技术部": "technology", "质检部": "qc", "Sales": "sales"}.items():
        department = queries.department_named(name)
        assert department is not None and department.code == code
    assert queries.department_named("没有这个部门") is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_moves_at_the_same_instant_cannot_close_a_circle() -> None:
    a = actions.register_dealer(by=HOUSE, code="A", name="甲总经销处")
    b = actions.register_dealer(by=HOUSE, code="B", name="乙总经销处")
    refused, start = [], Barrier(2)

    def move(dealer: Dealer, parent: Dealer) -> None:
        start.wait()
        try:
            actions.edit_dealer(dealer, by=HOUSE, parent=parent)
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=move, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["dealer.cycle"]


def test_region_of_the_map_has_no_double() -> None:
    assert region("CN-ZJ").title.said_in("en") == "Zhejiang"
