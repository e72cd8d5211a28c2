"""国家监督抽查: every holder of the lot, a task for each salesperson, the material, the joint answer (C-10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints import actions, spots, verifying
from sanbao.complaints.models import Complaint, SpotCheck, SpotSignature
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, obligations
from sanbao.parties import actions as parties
from sanbao.parties.models import Contact, Customer, Department, Post, Region
from sanbao.parties.queries import actor_of
from sanbao.trace.tests.factory import small_factory
from tests.cast import Program

pytestmark = pytest.mark.clause("C-10")


@pytest.fixture
def checked(register: Any, by: Any) -> Complaint:
    """BQ1 failed at K1, in the region of our salesman; K2 holds more of the same coating batch, in no region."""
    small_factory()
    Customer.objects.filter(code="K1").update(region=Region.objects.get(code="CN-ZJ"))
    Contact.objects.create(
        customer=Customer.objects.get(code="K1"), name="K1 库管", phone="0574-1234567", state="in_use"
    )
    case: Complaint = register(
        source="spot_check", authority="某省市场监管局", authority_document="监抽〔2026〕12 号", code="BQ1",
        customer=Customer.objects.get(code="K1"),
    )  # fmt: skip
    return case


@pytest.fixture
def heads(people: Any) -> SimpleNamespace:
    head = parties.hire(
        by=HOUSE, username="head", name="head 甲", department=Department.objects.get(code="technology"),
        post=Post.objects.get(code="department_manager"),
    )  # fmt: skip
    return SimpleNamespace(technology=actor_of(head), production=actor_of(people["foreman"]), person=head)


def duties(who: Any) -> set[str]:
    return set(obligations.open_for(who).values_list("code", flat=True))


def test_the_first_step_of_a_spot_check_is_to_locate_the_lot_and_a_clock_runs(checked: Any) -> None:
    assert (checked.next_clause, checked.state) == ("C-10", "registered")
    assert clocks.running(checked.subject).filter(kind="sample").exists()


def test_the_forward_trace_lists_every_holder_with_quantity_and_contact_and_sends_the_salespeople(
    checked: Any, by: Any
) -> None:
    case = actions.locate_holders(checked, by=by.clerk, codes=["PT1"], authority_due=date(2026, 4, 24))
    held = {h.customer.code: h for h in spots.holdings_of(spots.of(case))}
    assert {code: (h.quantity_milli, h.labels) for code, h in held.items()} == {"K1": (240000, 1), "K2": (300000, 1)}
    assert (held["K1"].contact, held["K1"].phone) == ("K1 库管", "0574-1234567")
    assert held["K1"].owed_by == by.salesman.ref and held["K2"].owed_by == "sales.department_manager"
    assert "spot.locate" in duties(by.salesman) and "spot.locate" in duties(by.manager)
    check = spots.of(case)
    assert check.in_store_milli == 250000 and check.due_at.date() <= date(2026, 4, 24)
    assert case.next_clause != "C-10"


def test_a_single_label_stands_for_its_basket(checked: Any, by: Any) -> None:
    case = actions.locate_holders(checked, by=by.clerk, codes=[])
    assert {lot.code for lot in spots.of(case).lots.all()} == {"BQ1", "SX1"}
    assert spots.of(case).holdings.count() == 2, "BQ2 was packed from the same basket"


def test_located_again_it_adds_holders_and_keeps_what_was_reported(checked: Any, by: Any) -> None:
    case = actions.locate_holders(checked, by=by.clerk, codes=["SX1"])
    first = spots.of(case).holdings.get(customer__code="K1")
    case = actions.report_holder(case, by=by.salesman, holding=first, found="已用完", sampled=False)
    case = actions.locate_holders(case, by=by.clerk, codes=["SX3"])
    first.refresh_from_db()
    assert first.found == "已用完" and spots.of(case).holdings.get(customer__code="K2").quantity_milli == 780000


def test_a_holder_is_reported_on_by_the_salesperson_of_his_region(checked: Any, by: Any) -> None:
    case = actions.locate_holders(checked, by=by.clerk, codes=["PT1"])
    k1, k2 = (spots.of(case).holdings.get(customer__code=code) for code in ("K1", "K2"))
    with refused("complaint.not_your_holder", "C-10"):
        actions.report_holder(case, by=by.salesman, holding=k2, found="有货", sampled=True)
    case = actions.report_holder(case, by=by.salesman, holding=k1, found="剩 40 kg", sampled=True, left=Decimal(40))
    assert "spot.locate" not in duties(by.salesman) and "spot.locate" in duties(by.manager)
    assert clocks.running(case.subject).filter(kind="sample").exists()
    case = actions.report_holder(case, by=by.manager, holding=k2, found="已装完", sampled=False)
    assert not clocks.running(case.subject).filter(kind="sample").exists()


def test_production_and_technology_answer_jointly_and_a_changed_text_is_signed_anew(
    checked: Any, by: Any, heads: Any
) -> None:
    case = actions.locate_holders(checked, by=by.clerk, codes=["SX1"])
    for holding in spots.of(case).holdings.all():
        case = actions.report_holder(case, by=by.manager, holding=holding, found="已取样", sampled=True)
    with refused("complaint.spot_not_handed", "C-10"):
        actions.draft_joint_answer(case, by=by.technologist, text="原因……", basis="GB/T 5237.5")
    case = actions.hand_material(case, by=by.clerk, what="样品 2 份、检验通知书复印件")
    with refused("complaint.no_joint_answer", "C-10"):
        actions.sign_joint_answer(case, by=heads.technology)
    case = actions.draft_joint_answer(case, by=by.technologist, text="膜厚不足，已隔离", basis="GB/T 5237.5")
    case = actions.sign_joint_answer(case, by=heads.technology)
    with refused("complaint.joint_answer_signed", "C-10"):
        actions.sign_joint_answer(case, by=heads.technology)
    case = actions.draft_joint_answer(case, by=by.technologist, text="膜厚不足，已隔离并召回", basis="GB/T 5237.5")
    assert SpotSignature.objects.get().void and spots.missing(case)["spot_not_signed"]
    for head in (heads.technology, heads.production):
        case = actions.sign_joint_answer(case, by=head)
    assert not any(spots.missing(case).values())
    assert not {"spot.locate", "spot.hand", "spot.sign"} & duties(HOUSE)
    assert list(verifying.joint_signatures()) == []
    SpotCheck.objects.update(answer="膜厚合格")
    SpotSignature.objects.filter(void=False).update(digest="0" * 64)
    assert {b.code for b in verifying.joint_signatures()} == {"spot_signature_changed"}


def test_a_spot_check_is_not_closed_before_all_of_it_is_done(checked: Any, by: Any) -> None:
    case = actions.explain(checked, by=by.clerk, text="已说明", basis="C-07", reaction="satisfied")
    with refused("complaint.spot_not_located", "C-10") as caught:
        actions.close(case, by=by.clerk, basis="C-07")
    said = {r.code for r in caught.value.errors}
    assert {"complaint.spot_not_located", "complaint.spot_not_handed", "complaint.spot_not_signed"} <= said


def test_nothing_comes_before_the_location_and_it_is_for_spot_checks_only(checked: Any, register: Any, by: Any) -> None:
    with refused("complaint.spot_not_located", "C-10"):
        actions.hand_material(checked, by=by.clerk, what="样品")
    other = register(code="BQ1")
    with refused("complaint.not_a_spot_check", "C-10"):
        actions.locate_holders(other, by=by.clerk, codes=["BQ1"])


def test_the_authority_is_not_answered_without_the_joint_answer(story: Any, by: Any) -> None:
    case = story.decided()
    Complaint.objects.filter(pk=case.pk).update(source="spot_check")
    with refused("complaint.joint_answer_missing", "C-10"):
        actions.answer(fresh(case), by=by.clerk, text="已整改", basis="合同第 7 条")


def test_page_and_program_go_the_same_way(checked: Any, people: Any, heads: Any, client: Any) -> None:
    clerk, salesman, manager = (Program(people[name]) for name in ("clerk", "salesman", "manager"))
    assert clerk.refused(f"complaints/{checked.pk}/hand-material", what="样品")["clause"] == "C-10"
    told = clerk.post(f"complaints/{checked.pk}/locate-holders", codes=["SX1"], authority_due="2026-04-24")
    assert {h["customer"]: h["quantity"] for h in told["spot_check"]["holders"]} == {"K1": "240", "K2": "300"}
    ids = {h["customer"]: h["id"] for h in told["spot_check"]["holders"]}
    for program, code in ((salesman, "K1"), (manager, "K2")):
        path = f"complaints/{checked.pk}/report-holder"
        program.post(path, holding=ids[code], found="已取样", sampled=True, left="12.5")
    clerk.post(f"complaints/{checked.pk}/hand-material", what="样品 2 份")
    clerk.post(f"complaints/{checked.pk}/draft-joint-answer", text="膜厚不足", basis="GB/T 5237.5")
    for person in (heads.person, people["foreman"]):
        told = Program(person).post(f"complaints/{checked.pk}/sign-joint-answer")
    assert told["spot_check"]["missing"] == []
    type(people["clerk"]).objects.filter(pk=people["clerk"].pk).update(one_time_password=False)
    client.force_login(people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"{checked.get_absolute_url()}/spot").content.decode()
    assert "K1 库管" in text and "0574-1234567" in text and "12.5 kg" in text and "膜厚不足" in text
