"""What the intake finds while the phone rings: user, deliveries, warranty, open cases (C-01, W-04)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from sanbao.catalog.models import WarrantyTerm
from sanbao.complaints import actions, finding
from sanbao.complaints.models import Complaint
from sanbao.parties.models import Customer
from sanbao.trace.bulk import write
from sanbao.trace.rows import PackingRow, ShipmentRow
from sanbao.trace.tests.factory import lot, small_factory
from tests.cast import Program


@pytest.fixture
def shipped(people: Any) -> Any:
    """The small factory has shipped BQ1 to K1 and BQ2, BQ3 to K2; its line is guaranteed for two years."""
    m = small_factory()
    product = lot("BQ1").product
    product.line = "幕墙"
    product.save()
    WarrantyTerm.objects.create(
        line="幕墙", whole_months=24, basis="合同第 9 条", edition="2026", since=date(2020, 1, 1), state="in_use"
    )
    return m


@pytest.mark.parametrize(
    "written", ["0574-55550001", "０５７４－５５５５０００１", "0574 5555 0001", "+86 574 55550001"]
)
def test_a_telephone_number_finds_user_and_open_case_however_it_is_written(
    register: Any, customer: Any, by: Any, written: str
) -> None:
    case = register(customer=None, contact_phone="(0574)5555-0001")
    found = finding.find(by.clerk, typed=written)
    assert found.customers == [customer] and found.cases == [case]


@pytest.mark.parametrize("typed", ["BQ1", " bq１ ", "20260421 0001", "th1"])
def test_a_label_a_spray_code_or_a_delivery_note_finds_delivery_user_and_warranty(
    shipped: Any, by: Any, typed: str
) -> None:
    found = finding.find(by.clerk, typed=typed)
    (delivery,) = found.deliveries
    assert (delivery.customer.code, delivery.number, delivery.labels) == ("K1", "TH1", ["BQ1"])
    assert delivery.quantity == "240 kg" and not delivery.warranty.over
    assert "2028-04-24" in str(delivery.warranty.counts)
    assert [c.code for c in found.customers] == ["K1"]


def test_the_digits_of_a_label_are_no_telephone_number(register: Any, by: Any) -> None:
    register(customer=None, contact_phone="9000137")
    assert finding.find(by.clerk, typed="BQ9000137").cases == []
    assert len(finding.find(by.clerk, typed="9000137").cases) == 1


def test_a_lot_finds_everybody_who_holds_what_was_made_from_it(shipped: Any, by: Any) -> None:
    found = finding.find(by.clerk, typed="PT1")
    assert {(d.customer.code, tuple(d.labels)) for d in found.deliveries} == {("K1", ("BQ1",)), ("K2", ("BQ2",))}


def test_a_name_finds_the_last_deliveries_and_the_open_cases_of_that_user(shipped: Any, register: Any, by: Any) -> None:
    case = register(customer=Customer.objects.get(code="K2"))
    found = finding.find(by.clerk, typed="杭州西盛昌")
    assert [(d.number, d.labels) for d in found.deliveries] == [("TH2", ["BQ3", "BQ2"])]
    assert found.cases == [case]


def test_the_last_papers_are_whole_and_the_older_ones_are_counted(shipped: Any, by: Any) -> None:
    customer = Customer.objects.get(code="K2")
    labels = [f"BQX{n:03}" for n in range(130)]
    write([PackingRow(label=label, quantity_milli=1000) for label in labels], source="import:9")
    papers = [("TH99", label, 9) for label in labels[:120]] + [(f"TH8{n}", labels[120 + n], n + 1) for n in range(6)]
    rows = [
        ShipmentRow(number=number, label=label, customer_id=customer.pk, shipped_on=date(2026, 5, day))
        for number, label, day in papers
    ]
    write(rows, source="import:9")
    found = finding.find(by.clerk, typed=customer.name)
    assert [d.number for d in found.deliveries] == ["TH99", "TH85", "TH84", "TH83", "TH82", "TH81"]
    assert (len(found.deliveries[0].labels), found.deliveries[0].quantity) == (120, "120 kg")
    assert found.more_deliveries == 2


def test_goods_in_an_open_case_lead_to_it_although_another_calls(shipped: Any, register: Any, by: Any) -> None:
    case = register(code="BQ1")
    assert finding.find(by.clerk, typed="BQ1").cases == [case]


def test_a_closed_case_is_found_and_offered_for_reopening(register: Any, customer: Any, by: Any) -> None:
    case = register()
    case = actions.explain(case, by=by.clerk, text="已说明", basis="C-07", reaction="satisfied")
    case = actions.close(case, by=by.clerk, basis="C-07")
    found = finding.find(by.clerk, typed=customer.name)
    assert found.ended == [case] and not found.cases


@pytest.mark.parametrize("typed", ["东", "BQ1", "TH2", "0574-55550001", "K"])
def test_what_is_found_takes_a_constant_number_of_queries(
    shipped: Any, register: Any, by: Any, typed: str, django_assert_max_num_queries: Any
) -> None:
    case = register(code="BQ1", contact_phone="0574-55550001")
    copies = [
        Complaint(**{f.attname: getattr(case, f.attname) for f in Complaint._meta.concrete_fields}) for _ in range(60)
    ]
    for n, copy in enumerate(copies):
        copy.pk, copy.number = None, f"TS-2026-1{n:05}"
    Complaint.objects.bulk_create(copies)
    with django_assert_max_num_queries(26):
        found = finding.find(by.clerk, typed=typed)
        [str(c.customer) for c in found.cases]
    assert len(found.cases) <= 8


def test_what_one_may_not_see_is_not_found(register: Any, customer: Any, by: Any) -> None:
    register()
    assert finding.find(by.technologist, typed="0574-55550001").cases == []


def test_a_program_finds_what_the_clerk_finds(shipped: Any, register: Any, people: Any) -> None:
    case = register(code="BQ1")
    told = Program(people["clerk"]).get("complaints/find", q="bq1")
    assert [c["number"] for c in told["open"]] == [case.number]
    assert told["deliveries"][0]["quantity"] == "240" and told["deliveries"][0]["warranty"]["over"] is False
    assert Program(people["clerk"]).get("complaints/find", q="没有这个人")["open"] == []


def test_the_page_shows_warranty_and_offers_the_chase(shipped: Any, register: Any, client: Any, people: Any) -> None:
    type(people["clerk"]).objects.filter(pk=people["clerk"].pk).update(one_time_password=False)
    client.force_login(people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    case = register(code="BQ1")
    text = client.get(reverse("complaints:find"), {"find": "BQ1"}, headers={"HX-Request": "true"}).content.decode()
    assert "三包期" in text and "TH1" in text and f"{case.get_absolute_url()}/do/chase" in text
