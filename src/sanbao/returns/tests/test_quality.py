"""Goods that came back: a quality fault goes to nonconforming-product control, anything else to QC (R-08, R-10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import announcements, obligations
from sanbao.kernel.quantities import Quantity
from sanbao.nonconformity import actions as nonconformity
from sanbao.nonconformity import queries as records
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.models import Disposition, Nonconformity
from sanbao.parties.models import Department
from sanbao.returns import actions, concerns, queries
from sanbao.returns.actions.applying import Wanted
from sanbao.returns.models import Return, ReturnState
from sanbao.returns.tests.conftest import concluded, fresh, label, lot, of, paper
from sanbao.trace import actions as trace
from sanbao.trace.models import HeldLot, Hold, Lot, QualityStatus

pytestmark = pytest.mark.django_db
S = ReturnState
Taken = Callable[..., Return]


def in_hold(subject: str) -> list[str]:
    """The codes that a subject's holds in force keep."""
    rows = HeldLot.objects.filter(hold__about=subject, hold__state="in_force", released=False)
    return sorted(rows.values_list("lot__code", flat=True))


def record_of(case: Return) -> Nonconformity:
    return records.about(case.subject).get()


def lines(record: Nonconformity) -> list[tuple[str, int]]:
    return [(line.lot.code if line.lot else line.words, line.quantity_milli) for line in record.lines.order_by("id")]


@pytest.fixture
def taken(apply: Any, by: Any) -> Taken:
    """A return for quality, sampled, approved and counted; ``weighed``: what came without a label, onto line 1."""

    def make(*wanted: Wanted, kg: dict[str, str] | None = None, weighed: str = "", **facts: Any) -> Return:
        case = apply(*wanted, reason="quality", description="掉粉", **facts)
        case = actions.ask_sample(case, by=by.seller, wanted="一段", label="BQ1")
        case = actions.tell_verdict(concluded(case, by), by=by.clerk)
        case = actions.agree(case, by=by.manager)
        case = actions.fill_form(case, by=by.clerk, responsible="生产科", handling="换货")
        case = actions.approve(case, by=by.technical if "technical" in case.approver else by.manager)
        for line in case.lines.all():
            if line.lot is not None:
                part = Decimal(kg[line.code]) if kg and line.code in kg else None
                case = actions.scan(case, by=by.keeper, code=line.code, kilograms=part)
        if weighed:
            case = actions.weigh(
                case, by=by.keeper, line=case.lines.get(position=1), kilograms=Decimal(weighed), remark="标签脱落"
            )
        return actions.accept(case, by=by.keeper, place="T-1", sign="DC-7", difference="见验收")

    return make


# -- a quality fault (R-08, R-10, C-14) -----------------------------------------------------------------------------


@pytest.mark.clause("R-08", "R-10")
def test_goods_with_a_quality_fault_go_to_control_as_they_are_accepted(taken: Taken, by: Any) -> None:
    case = taken(label("L1"), label("L2"))
    record = record_of(case)
    assert (record.source, record.state, record.opened_by) == ("return", "contained", "clockwork:nonconformity")
    assert lines(record) == [("L1", 200_000), ("L2", 200_000)]
    assert case.number in record.description and "换货" in record.description  # QC's opinion came along
    assert {"L1", "L2"} <= set(in_hold(record.subject)) and in_hold(case.subject) == []
    assert {lot(code).status for code in ("L1", "L2")} == {"undecided"}
    hold = Hold.objects.get(about=record.subject)
    with refused("hold.kept_by_record", "R-08", number=record.number):
        trace.lift(hold, by=by.inspector, basis="看过了")


@pytest.mark.clause("R-08")
def test_what_was_mended_is_stock_again_only_after_its_re_inspection(taken: Taken, by: Any) -> None:
    record = record_of(taken(label("L1")))
    nonconformity.propose(
        record, by=by.technologist, line=record.lines.get(), way="rework", quantity=Decimal(200),
        instruction="脱漆后重喷", basis="GB/T 5237.4", department=Department.objects.get(code="production"),
        due_on=date(2026, 5, 20),
    )  # fmt: skip
    row = Disposition.objects.get()
    while row.unsigned:
        signer = by.qc_head if row.unsigned[0].startswith("qc") else by.technical
        row = nonconformity.approve(row, by=signer)
    row = nonconformity.execute(row, by=by.foreman, good=Decimal(190), scrapped=Decimal(10), result="重喷", paper="1")
    assert (row.state, lot("L1").status) == ("executed", "undecided")
    nonconformity.verify(row, by=by.inspector, released=Decimal(190), verdict="按 GB/T 5237.4 复检合格")
    assert (lot("L1").status, "L1" in in_hold(record.subject)) == ("passed", False)


@pytest.mark.clause("C-14")
def test_a_batch_return_holds_the_sisters_too_and_less_than_a_batch_only_what_came(taken: Taken) -> None:
    few = record_of(taken(label("L1", "20"), kg={"L1": "20"}))
    assert in_hold(few.subject) == ["L1"] and lines(few) == [("L1", 20_000)]
    batch = record_of(taken(label("L2"), label("L3"), label("L4")))
    assert {"SX1", "L2", "L3", "L4", "L5", "L6", "BQ1"} <= set(in_hold(batch.subject))


@pytest.mark.parametrize(
    ("kg", "of_kg", "batch"), [("500", "0", True), ("499.999", "0", False), ("50", "500", True), ("49", "500", False)]
)
def test_a_batch_is_so_much_or_such_a_share_of_its_lot(db: None, kg: str, of_kg: str, batch: bool) -> None:
    from sanbao.nonconformity.actions.returning import is_batch

    assert is_batch(Decimal(kg), Decimal(of_kg)) is batch


@pytest.mark.clause("R-10")
def test_what_came_without_a_label_stands_in_the_record_in_words(taken: Taken, product: Any) -> None:
    case = taken(of(product, "30"), weighed="28.5")
    [(words, milli)] = lines(record_of(case))
    assert ("标签脱落" in words and product.code in words, milli) == (True, 28_500)


@pytest.mark.clause("R-10")
def test_goods_that_an_open_record_has_already_are_not_counted_twice(taken: Taken, by: Any) -> None:
    first = nonconformity.open_record(
        by=by.inspector, source="complaint", description="投诉：掉粉",
        lines=[Goods(lot("L1"), quantity=Quantity(Decimal(120), "kg")), Goods(lot("L2"))],
    )  # fmt: skip
    case = taken(label("L1"), label("L2"))
    assert lines(record_of(case)) == [("L1", 80_000)]
    assert in_hold(case.subject) == []
    assert {"L1", "L2"} <= set(in_hold(first.subject))
    assert Hold.objects.filter(about=first.subject).count() == 2  # its own, and one for both that came back


@pytest.mark.clause("R-10")
def test_what_is_counted_in_pieces_or_weighed_nowhere_goes_to_control_all_the_same(taken: Taken) -> None:
    Lot.objects.filter(code="L1").update(unit="件", quantity_milli=1000)
    Lot.objects.filter(code="L2").update(quantity_milli=None)
    record = record_of(taken(label("L1"), label("L2")))
    assert [(line.unit, line.quantity_milli) for line in record.lines.order_by("id")] == [("件", 1000), ("kg", 200_000)]


@pytest.mark.clause("R-10")
def test_where_one_record_has_all_of_it_no_second_is_opened(taken: Taken, by: Any) -> None:
    first = nonconformity.open_record(
        by=by.inspector, source="complaint", description="投诉：掉粉", lines=[Goods(lot("L2"))]
    )
    hold = Hold.objects.get(about=first.subject)
    trace.release(hold, by=replace(nonconformity_house(), fresh=True), lots=[lot("L2")], basis="放行后又退回")
    case = taken(label("L2"))
    assert not records.about(case.subject).exists()
    assert in_hold(first.subject) == ["L2"] and lot("L2").status == "undecided"


def nonconformity_house() -> Any:
    from sanbao.nonconformity.actions.telling import HOUSE

    return HOUSE


@pytest.mark.clause("R-10")
def test_goods_disposed_of_abroad_are_written_down_and_nothing_is_held(apply: Any, by: Any, customer: Any) -> None:
    type(customer).objects.filter(pk=customer.pk).update(category="export")
    case = apply(label("L1"), reason="quality", customer=type(customer).objects.get(pk=customer.pk))
    case = actions.ask_sample(case, by=by.trader, wanted="一段", label="L1")
    case = actions.agree(actions.tell_verdict(concluded(case, by), by=by.trader), by=by.exporter)
    case = actions.add_evidence(case, by=by.trader, kind="government", remark="TR-9", files=[paper(by.trader)])
    case = actions.verify_report(case, by=by.inspector, remark="一致")
    case = actions.fill_form(case, by=by.trader, responsible="生产科", handling="补货", disposal="local")
    case = actions.approve(case, by=by.manager)
    case = actions.certify(
        case, by=by.trader, agent="SGS", valuation=Decimal(2000), quantities={1: Decimal(200)}, files=[paper(by.trader)]
    )
    record = record_of(case)
    [(words, milli)] = lines(record)
    assert ("L1" in words, milli, in_hold(record.subject)) == (True, 200_000, [])
    assert lot("L1").status == "passed"


# -- any other reason (R-08) ----------------------------------------------------------------------------------------


def recheck(case: Return) -> bool:
    return obligations.open_on(case.subject).filter(code="return.recheck").exists()


@pytest.mark.clause("R-08")
def test_goods_that_came_back_for_another_reason_wait_for_qc(accepted: Any, by: Any) -> None:
    case = accepted(label("L1"), label("L2"))
    assert not records.about(case.subject).exists()
    assert recheck(case) and "return.recheck" in set(obligations.open_for(by.inspector).values_list("code", flat=True))
    case = actions.confirm(case, by=by.clerk)
    assert recheck(case)  # that the value is owed in goods says nothing of what became of these
    hold = Hold.objects.get(about=case.subject)
    hold = trace.release(hold, by=by.inspector, lots=[lot("L1")], basis="复检合格")
    announcements.deliver()
    assert recheck(case)
    trace.lift(hold, by=by.inspector, basis="复检合格")
    announcements.deliver()
    assert not recheck(case)
    trace.judge(by=by.inspector, lots=[lot("L1").pk], status=QualityStatus.PASSED, basis="复检合格")
    assert lot("L1").status == "passed"


def test_the_page_of_a_return_leads_to_its_records(taken: Taken, by: Any) -> None:
    case = taken(label("L1"))
    [part] = concerns.about(fresh(case), by.inspector)
    assert (part.clause, [line.title for line in part.lines]) == ("R-08", [record_of(case).number])
    assert case.number in part.begin


# -- who answers for it (R-10) --------------------------------------------------------------------------------------


@pytest.mark.clause("R-10")
def test_the_chain_proposes_who_answers_and_what_was_laid_down_on_the_case_goes_first(
    agreed: Any, by: Any, customer: Any
) -> None:
    case = agreed(label("L1"))
    proposed = queries.responsible_for(case)
    assert proposed is not None and proposed.who and proposed.why
    complaint = complaints.register(
        by=by.clerk, source="user", channel="phone", category="domestic", description="型材掉粉", customer=customer,
        product=lot("L1").product, lot=lot("L1"), contact_phone="13000000000", read_back_by="张",
    )  # fmt: skip
    Complaint.objects.filter(pk=complaint.pk).update(
        blame="department", blame_basis="追溯链", responsible_department=Department.objects.get(code="technology")
    )
    Return.objects.filter(pk=case.pk).update(about=complaint.subject)
    told = queries.responsible_for(fresh(case))
    assert told is not None and told.who == str(Department.objects.get(code="technology").title)


def test_a_form_comes_with_the_proposed_department_and_the_reason(agreed: Any, by: Any) -> None:
    from sanbao.returns.forms import FillForm

    case = agreed(label("L1"))
    form = FillForm(by=by.clerk, case=case)
    proposed = queries.responsible_for(case)
    assert proposed is not None
    assert (form.initial["responsible"], str(form.hint)) == (proposed.who, str(proposed.why))
