"""受理: who owns it, where it came from, how it came (C-01, C-02, C-03, U-07)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from sanbao.complaints import actions, finding, queries
from sanbao.complaints.models import Channel, Complaint, Link, State
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import attachments, clocks, journal, obligations
from sanbao.parties import actions as parties
from sanbao.parties.models import Region


@pytest.mark.clause("C-01")
def test_an_export_complaint_belongs_to_export_and_a_domestic_one_to_sales(by: Any, register: Any, people: Any) -> None:
    abroad = parties.register_customer(
        by=HOUSE, name="Hanoi Facade", category="export", region=Region.objects.get(code="VN")
    )
    export = register(by=by.exporter, customer=abroad)
    assert export.owner_department.code == "export" and export.owner == people["exporter"]
    assert "transfer" not in clocks.running(export.subject).values_list("kind", flat=True)
    home = register()
    assert home.owner_department.code == "after_sales" and home.owner == people["clerk"]


def test_an_open_case_cannot_be_stored_without_an_owner(register: Any) -> None:
    case = register()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(owner=None)


def test_an_open_case_always_says_who_does_what_by_when(register: Any) -> None:
    case = register()
    assert case.next_party == "after_sales"
    assert str(case.step_words) == "向用户解释"
    assert case.next_due == clocks.running(case.subject).get(kind="first_response").due_at


@pytest.mark.clause("C-02")
def test_a_spot_check_names_the_authority_and_its_document(register: Any) -> None:
    with refused("complaint.no_authority", "C-02") as caught:
        register(source="spot_check")
    assert (caught.value.status, caught.value.field) == (422, "authority")
    case = register(source="spot_check", authority="某省市场监管局", authority_document="监抽〔2026〕12 号")
    assert case.source == "spot_check"


@pytest.mark.clause("C-02")
def test_a_corrected_source_keeps_the_old_one_in_the_record(register: Any, by: Any) -> None:
    case = actions.correct(register(), by=by.clerk, source="dealer")
    last = journal.entries_of(case.subject).filter(action="complaint.correct").get()
    assert last.facts["set"]["source"] == ["user", "dealer"]


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_is_taken(register: Any, channel: str) -> None:
    assert register(channel=channel, read_back_missing="待回电").state == State.REGISTERED


@pytest.mark.clause("C-03")
@pytest.mark.parametrize("way", ["contact_phone", "contact_address", "contact_fax", "contact_email"])
def test_any_one_way_to_reach_the_user_is_enough_and_none_is_refused(register: Any, way: str) -> None:
    with refused("complaint.no_contact", "C-03"):
        register(customer=None, contact_name="某先生")
    assert register(customer=None, contact_name="某先生", **{way: "0574-55550002"}).contact_name == "某先生"


def test_contact_unknown_is_allowed_and_counted(register: Any) -> None:
    register(customer=None, contact_unknown=True)
    assert Complaint.objects.filter(contact_unknown=True).count() == 1


def test_the_original_is_attached_under_its_digest(register: Any, by: Any) -> None:
    scan = attachments.store(SimpleUploadedFile("信.pdf", b"%PDF-1.7 letter"), by=by.clerk, original=True)
    case = register(files=[scan])
    assert [a.sha256 for a in attachments.of(case.subject)] == [scan.sha256]
    assert journal.entries_of(case.subject).filter(action="attachment.added").exists()


def test_nothing_personal_stands_in_the_record(register: Any) -> None:
    case = register(customer=None, contact_name="赵某某", contact_phone="13900001111", description="赵某某家的窗")
    texts = "".join(journal.entries_of(case.subject).values_list("facts_text", flat=True))
    assert "赵某某" not in texts and "13900001111" not in texts


@pytest.mark.clause("U-07")
def test_each_matter_of_a_message_becomes_a_case_that_points_back(register: Any, by: Any) -> None:
    case = register(description="发票写错了；另外下批什么时候送？")
    parts = actions.split(case, by=by.clerk, matters=["发票型号写错", "下批送货时间"])
    assert [p.owner_id for p in parts] == [case.owner_id] * 2
    assert all(p.next_due and p.customer_id == case.customer_id for p in parts)
    assert set(Link.objects.filter(target=case, kind="split").values_list("source", flat=True)) == {p.pk for p in parts}
    with refused("complaint.no_matters", "U-07"):
        actions.split(fresh(case), by=by.clerk, matters=[])


def test_the_stage_of_the_contract_is_noted(register: Any) -> None:
    assert register(contract="HT-2026-17", stage="during").stage == "during"


def test_a_case_is_found_by_its_number_without_prefix_and_in_full_width(register: Any, by: Any) -> None:
    case = register()
    for typed in ("TS-2026-000001", "ＴＳ－２０２６－０００００１", "1", "000001"):
        assert list(queries.found(by.clerk, typed)) == [case], typed


def test_open_cases_of_the_same_user_are_found_before_another_is_made(register: Any, by: Any) -> None:
    case = register()
    closed = actions.register_light(
        by=by.clerk, source="user", channel="phone", customer=case.customer, description="问路", explanation="已告知",
        basis="C-04", satisfied=True,
    )  # fmt: skip
    assert finding.find(by.clerk, customer=case.customer.code).cases == [case]
    assert closed.state == State.CLOSED


def test_the_general_manager_is_told_of_a_case_that_sales_receives(register: Any, by: Any) -> None:
    case = register()
    assert case.reported_at is not None
    assert [o.code for o in obligations.open_for(by.gm)] == ["assign"]


def test_someone_who_may_not_register_is_refused(by: Any, register: Any) -> None:
    from sanbao.kernel.testing import an_actor

    with refused("not_permitted", "C-01"):
        register(by=an_actor("complaints.see", person=by.clerk.person_id))
