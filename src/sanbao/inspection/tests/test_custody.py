"""Samples in custody: asked for, chased, handed over by name and place, kept until a day, found again (C-22)."""

from __future__ import annotations

from datetime import date

import pytest

from sanbao.inspection import actions
from sanbao.inspection.models import Sample, SampleState
from sanbao.inspection.scans import find
from sanbao.inspection.tests.conftest import HOUSE
from sanbao.kernel import journal, obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post


@pytest.fixture
def salesman(monday: None) -> Person:
    place = {"department": Department.objects.get(code="sales"), "post": Post.objects.get(code="salesperson")}
    return hire(by=HOUSE, username="salesman", name="业务员甲", **place)


@pytest.fixture
def sample(salesman: Person) -> Sample:
    return actions.request(by=HOUSE, about="complaint:1", wanted="三支料段", asked_of=salesman)


@pytest.mark.clause("C-22")
def test_a_sample_that_never_comes_is_chased_and_never_vanishes(sample: Sample, salesman: Person) -> None:
    (duty,) = obligations.open_on(sample.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("sample.collect", f"person:{salesman.pk}", "C-22")
    assert times.local(duty.due_at).date() == date(2026, 4, 27)  # type: ignore[arg-type]
    times.pass_time(days=8)
    assert obligations.announce_late(HOUSE) == 1
    assert journal.entries_of(sample.subject).filter(action="obligation.late").count() == 1
    assert obligations.open_on(sample.subject).exists()


def test_a_sample_that_has_come_is_owed_no_more(sample: Sample) -> None:
    actions.receive(sample, by=HOUSE, label="Y-1", place="样品架 3-2")
    assert not obligations.open_on(sample.subject).exists()
    last = sample.custody.last()
    assert last is not None and (last.given_by, last.taken_by) == (f"person:{sample.asked_of_id}", HOUSE.ref)


@pytest.mark.clause("C-22")
def test_every_hand_over_names_both_and_a_place(monday: None) -> None:
    asked = actions.request(by=HOUSE, about="complaint:1", wanted="料段")
    for missing, code in (({"place": " "}, "custody.place_missing"), ({}, "custody.party_missing")):
        with nothing_recorded(), pytest.raises(Refusal) as caught:
            actions.receive(asked, by=HOUSE, **{"label": "Y-1", "place": "架 1", **missing})
        assert (caught.value.code, caught.value.clause) == (code, "C-22")
    held = actions.receive(asked, by=HOUSE, label="Y-1", place="架 1", given_by="快递")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.hand_over(held, by=HOUSE, taken_by="", place="力学室")
    assert (caught.value.code, caught.value.field) == ("custody.party_missing", "taken_by")


@pytest.mark.clause("C-22")
def test_what_is_on_the_shelf_is_kept_until_a_day_and_then_somebody_owes_its_end(sample: Sample) -> None:
    held = actions.receive(sample, by=HOUSE, label="Y-1", place="样品架 3-2")
    kept = actions.store(held, by=HOUSE, place="留样柜 2")
    assert kept.kept_until == date(2026, 10, 17)
    (duty,) = obligations.open_on(kept.subject)
    assert (duty.code, duty.words.zh) == ("sample.dispose", f"留样 {kept.number} 到 2026-10-17 期满，退还或报废")
    actions.scrap(kept, by=HOUSE, remark="期满")
    assert not obligations.open_on(kept.subject).exists()


def test_a_lost_sample_that_is_found_goes_on_where_it_turned_up(sample: Sample) -> None:
    sent = actions.send(sample, by=HOUSE, waybill="SF1001")
    lost = actions.lose(sent, by=HOUSE, remark="快递未见")
    assert lost.state == SampleState.LOST and not obligations.open_on(lost.subject).exists()
    found = actions.receive(lost, by=HOUSE, label="Y-1", place="门卫")
    assert [c.act for c in found.custody.all()] == ["request", "send", "lose", "receive"]
    last = found.custody.last()
    assert last is not None and last.given_by == "SF1001"


def test_a_failed_part_is_taken_over_without_having_been_asked_for(monday: None) -> None:
    part = actions.register(
        by=HOUSE, wanted="主轴轴承", label="J-9", place="样品架 1", given_by="工程师", about="complaint:7"
    )
    assert (part.state, part.number, part.received_at) == (SampleState.RECEIVED, "S-0001", times.now())


def test_a_sample_is_found_by_its_tag_and_by_the_label_that_it_bears(sample: Sample) -> None:
    held = actions.receive(sample, by=HOUSE, label="BQ-77", place="架 1")
    assert [match.row.pk for match in find(held.number.lower(), HOUSE)] == [held.pk]
    assert [match.row.pk for match in find("bq77", HOUSE)] in ([], [held.pk])
    assert [match.row.pk for match in find("BQ-77", HOUSE)] == [held.pk]
