"""Samples and what QC found (C-17, C-22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sanbao.inspection import actions
from sanbao.inspection.models import Sample, SampleState
from sanbao.kernel import journal, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded

HOUSE = Actor.clockwork("test")
FOUND = {
    "ours": "yes", "used_rightly": "yes", "severity": "S3", "basis": "GB/T 5237.5", "conclusion": "附着力 2 级",
    "opinion": "同批停用",
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday_morning(db: None) -> Iterator[None]:
    with times.frozen("2026-04-20 09:00"):
        yield


@pytest.fixture
def sample() -> Sample:
    return actions.request(by=HOUSE, about="complaint:1", wanted="三支料段", label="BQ0007312")


def received(sample: Sample) -> Sample:
    return actions.receive(sample, by=HOUSE, label="Y-1", place="样品架 3-2", given_by="业务员")


def test_a_sample_has_a_number_from_the_moment_it_is_asked_for(sample: Sample) -> None:
    assert (sample.number, sample.state) == ("S-0001", SampleState.REQUESTED)


def test_every_hand_over_keeps_label_place_time_and_both_parties(sample: Sample) -> None:
    actions.send(sample, by=HOUSE, waybill="SF1001", given_by="业务员")
    times.pass_time(days=1)
    sample = received(Sample.objects.get())
    actions.hand_over(sample, by=HOUSE, taken_by="力学室", place="力学室")
    acts = list(sample.custody.values_list("act", "place", "label"))
    assert acts == [
        ("request", "", "BQ0007312"), ("send", "", "BQ0007312"), ("receive", "样品架 3-2", "Y-1"),
        ("hand_over", "力学室", "Y-1"),
    ]  # fmt: skip
    assert sample.custody.get(act="receive").at == times.now()


@pytest.mark.clause("C-22")
def test_nothing_is_concluded_about_a_sample_that_was_never_received(sample: Sample) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.conclude(by=HOUSE, sample=sample, **FOUND)
    assert (caught.value.code, caught.value.clause) == ("sample.not_received", "C-22")


@pytest.mark.clause("C-17")
def test_only_quality_control_concludes(sample: Sample) -> None:
    received(sample)
    clerk = an_actor("inspection.see", "inspection.request_sample")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.conclude(by=clerk, sample=sample, **FOUND)
    assert (caught.value.code, caught.value.clause, caught.value.status) == ("not_permitted", "C-17", 403)


def test_a_second_inspection_stands_beside_the_first(sample: Sample) -> None:
    sample = received(sample)
    first = actions.conclude(by=HOUSE, sample=sample, **FOUND)
    second = actions.conclude(by=HOUSE, sample=sample, **{**FOUND, "severity": "S2", "conclusion": "复检 1 级"})
    assert [i.severity for i in sample.inspections.order_by("id")] == ["S3", "S2"]
    assert (first.number, second.number) == ("JY-2026-000001", "JY-2026-000002")
    assert Sample.objects.get().state == SampleState.INSPECTED


@pytest.mark.clause("U-13")
def test_a_conclusion_names_the_standard_it_rests_on(sample: Sample) -> None:
    received(sample)
    with pytest.raises(Refusal) as caught:
        actions.conclude(by=HOUSE, sample=sample, **{**FOUND, "basis": ""})
    assert (caught.value.code, caught.value.field) == ("basis_missing", "basis")


def test_a_lost_sample_is_a_state_and_may_turn_up_again(sample: Sample) -> None:
    lost = actions.lose(sample, by=HOUSE, remark="快递未见")
    assert lost.state == SampleState.LOST
    assert received(lost).state == SampleState.RECEIVED


def test_after_the_inspection_a_sample_is_stored_returned_or_scrapped(sample: Sample) -> None:
    actions.conclude(by=HOUSE, sample=received(sample), **FOUND)
    stored = actions.store(Sample.objects.get(), by=HOUSE, place="留样柜 2")
    assert actions.scrap(stored, by=HOUSE, remark="保存期满").state == SampleState.SCRAPPED


def test_what_was_measured_enters_the_record_as_a_digest(sample: Sample) -> None:
    found = actions.conclude(by=HOUSE, sample=received(sample), **FOUND, measured="膜厚 42 µm")
    entry: Any = journal.entries_of(found.subject).get()
    assert len(entry.facts["private"]["measured"]) == 64 and "膜厚" not in entry.facts_text
