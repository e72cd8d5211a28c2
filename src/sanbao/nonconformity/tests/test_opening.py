"""A nonconformity contains at once what it is about (Q-01, C-14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from sanbao.complaints import actions as complaints
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.actions import Goods
from sanbao.nonconformity.models import Nonconformity
from sanbao.nonconformity.tests.conftest import kg
from sanbao.trace import actions as trace
from sanbao.trace import bulk
from sanbao.trace.models import Hold, Lot, Purpose, RecordKind, event_of

pytestmark = pytest.mark.django_db


@pytest.mark.clause("Q-01")
def test_opening_holds_the_lots_at_once_with_everything_made_from_them_in_one_hold(opened: Any, goods: Any) -> None:
    record = opened()
    [hold] = Hold.objects.filter(about=record.subject)
    assert (hold.lots, hold.state) == (4, "in_force")
    with refused("lot.held", "T-13", lot="BQ-1"):
        trace.pass_gate([goods.labels[0]], Purpose.SHIP)
    assert record.number.startswith("BH-2026-")
    assert "nonconformity.review" in set(obligations.open_on(record.subject).values_list("code", flat=True))


def test_containing_three_hundred_labels_takes_no_more_statements_than_containing_three(
    opened: Any, goods: Any, product: Any, django_assert_max_num_queries: Any
) -> None:
    made = Lot.objects.bulk_create(
        Lot(key=f"L{n}", code=f"L{n}", kind="label", product=product, quantity_milli=1000, unit="kg", status="passed")
        for n in range(300)
    )
    with transaction.atomic():
        event = event_of(RecordKind.PACKING, 9)
        bulk.put_links([(label.pk, goods.basket.pk, event, 1000) for label in made])
    with django_assert_max_num_queries(60):
        record = opened()
    assert Hold.objects.get(about=record.subject).lots == 304


@pytest.mark.clause("Q-02")
@pytest.mark.parametrize("quantity", [0, -5])
def test_a_line_of_nothing_is_refused(opened: Any, goods: Any, quantity: int) -> None:
    with refused("nonconformity.no_quantity", "Q-02"):
        opened(lines=[Goods(goods.basket, quantity=kg(quantity))])
    assert not Nonconformity.objects.exists()


@pytest.mark.clause("Q-02")
def test_no_more_of_a_lot_fails_than_there_is_and_no_lot_stands_twice(opened: Any, goods: Any, posts: Any) -> None:
    with refused("nonconformity.more_than_lot", "Q-02", lot="SX-9"):
        opened(lines=[Goods(goods.basket, quantity=kg("300.001"))])
    record = opened()
    with refused("nonconformity.lot_twice", "Q-01"):
        actions.add_line(record, by=posts.inspector, lines=[Goods(goods.basket, quantity=kg(1))])


def test_goods_of_which_no_lot_is_known_are_told_in_words_and_gaps_of_a_chain_are_listed(
    opened: Any, goods: Any
) -> None:
    record = opened(lines=[Goods(words="旧料两捆，标签脱落", quantity=kg(40)), Goods(goods.labels[0])])
    words, label = record.lines.all()
    assert (words.lot, str(words.quantity), str(label.quantity)) == (None, "40 kg", "100 kg")
    assert label.gaps and {gap["code"] for gap in label.gaps} >= {"BQ-1"}


def test_lots_found_later_are_held_too(opened: Any, goods: Any, posts: Any) -> None:
    record = opened(lines=[])
    assert {"nonconformity.name_lots"} <= set(obligations.open_on(record.subject).values_list("code", flat=True))
    record = actions.add_line(record, by=posts.storekeeper, lines=[Goods(goods.labels[2])])
    assert Hold.objects.get(about=record.subject).lots == 1
    assert "nonconformity.name_lots" not in set(obligations.open_on(record.subject).values_list("code", flat=True))


@pytest.mark.clause("C-14")
@pytest.mark.parametrize(("severity", "spread", "opens"), [("S3", "M1", True), ("S3", "M4", True), ("S1", "M1", False)])
def test_grades_b_c_and_a_without_safety_open_one_by_themselves(
    story: Any, goods: Any, severity: str, spread: str, opens: bool
) -> None:
    case = story.graded(severity, spread, lot=goods.labels[0])
    found = list(queries.about(case.subject))
    assert bool(found) is opens
    if opens:
        assert (found[0].source, found[0].due_at is not None) == ("complaint", True)
        assert str(found[0].lines.get().quantity) == "100 kg"
        # The sisters from the same basket are contained with it.
        assert Hold.objects.get(about=found[0].subject).lots == 4


@pytest.mark.clause("C-14")
def test_a_safety_fault_goes_to_recall_and_a_second_grading_opens_no_second_record(story: Any, by: Any) -> None:
    case = story.graded("S4", "M1")
    assert not queries.about(case.subject).exists()
    case = story.graded("S3", "M1")
    complaints.grade(fresh(case), by=by.technologist, spread="M2")
    assert queries.about(case.subject).count() == 1


@pytest.mark.clause("C-14")
def test_control_is_not_settled_by_word_of_mouth_but_by_the_record(story: Any, by: Any, goods: Any) -> None:
    case = story.graded("S3", "M1", lot=goods.labels[0])
    record = queries.about(case.subject).get()
    with refused("complaint.by_nonconformity", "C-14", number=record.number):
        complaints.settle_duty(
            fresh(case), by=by.technologist, duty="nonconformity.control", how="done", reason="已口头处理"
        )


def test_whoever_opened_it_does_not_withdraw_it_and_withdrawing_lifts_the_hold(opened: Any, posts: Any) -> None:
    record = opened()
    words = {"conclusion": "复查合格", "basis": "检验单 JD-1"}
    with refused("nonconformity.own", "R-11"):
        actions.withdraw(record, by=posts.inspector, **words)
    record = actions.withdraw(record, by=posts.inspector2, **words)
    assert record.state == "withdrawn"
    assert Hold.objects.get(about=record.subject).state == "lifted"
