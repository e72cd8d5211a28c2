"""Steps and transfers are told too, each with what went into what; a struck step did not occur (T-14)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sanbao.epcis import actions, exporting
from sanbao.epcis.models import CaptureStage, Event
from sanbao.epcis.tests.sending import HOUSE, asked, events_of, text
from sanbao.kernel import announcements
from sanbao.production import actions as production
from sanbao.production.tests.conftest import Shop, by, coated, factory, monday_morning, people, shop  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


def step_of(kind: str) -> list[dict[str, Any]]:
    return [event for event in asked() if event["sanbao:record"].startswith(f"{kind}:")]


def ends(event: dict[str, Any]) -> tuple[list[str], list[str]]:
    sides = (event["inputQuantityList"], event["outputQuantityList"])
    return tuple([line["epcClass"].rpartition("/")[2] for line in side] for side in sides)  # type: ignore[return-value]


@pytest.fixture
def aged(shop: Shop) -> Any:  # noqa: F811
    """A card that went through an ageing load, with part of it poured into another basket."""
    return shop.through(shop.check(shop.start(kg=300)), "age")


def test_a_step_is_told_with_its_load_and_the_basket_that_went_through_it(shop: Shop, aged: Any) -> None:  # noqa: F811
    made = shop.last(aged)
    [told] = step_of("step")
    assert ends(told) == ([made.treatment.code], [aged.lot.code])
    assert (told["bizStep"], told["eventTime"][:10]) == ("sanbao:step", "2026-04-20")
    assert (told["sanbao:operation"], told["sanbao:machine"], told["sanbao:shift"]) == ("age", "1 号炉", "甲")


def test_a_step_that_was_struck_is_declared_not_to_have_occurred(shop: Shop, aged: Any) -> None:  # noqa: F811
    [told] = step_of("step")
    production.strike_step(shop.last(aged), by=shop.by.leader, reason="炉号写错")
    announcements.deliver()
    both = asked(EQ_eventID=[told["eventID"]])
    assert [e.get("errorDeclaration", {}).get("reason") for e in both] == [None, "did_not_occur"]
    assert Event.objects.get(event_id=told["eventID"], declaration="").voided


def test_a_step_that_was_struck_before_it_was_told_is_not_told(shop: Shop, aged: Any) -> None:  # noqa: F811
    production.strike_step(shop.last(aged), by=shop.by.leader, reason="炉号写错")
    announcements.deliver()
    assert step_of("step") == []


def test_what_was_split_off_is_told_with_its_kilograms(shop: Shop, aged: Any) -> None:  # noqa: F811
    part = production.split(aged, by=shop.by.operator, kg=Decimal(120), basket="K13")
    [told] = step_of("transfer")
    assert ends(told) == ([aged.lot.code], [part.lot.code])
    assert (told["inputQuantityList"][0]["quantity"], told["sanbao:what"]) == (120, "split")


def test_steps_that_come_back_to_us_are_known(shop: Shop, aged: Any) -> None:  # noqa: F811
    told = exporting.of_code(aged.lot.code, by=HOUSE)
    steps = [event for event in events_of(json.loads(told)) if event["sanbao:record"].startswith("step")]
    assert [event["eventID"] for event in steps] == [event["eventID"] for event in step_of("step")]
    row = actions.capture(told, by=HOUSE)
    assert (row.stage, row.taken, row.unchanged) == (CaptureStage.DONE, 0, row.events)


def test_who_tells_of_a_step_what_it_does_not_say_is_refused(shop: Shop, aged: Any) -> None:  # noqa: F811
    whole = json.loads(exporting.of_code(aged.lot.code, by=HOUSE))
    [told] = [event for event in events_of(whole) if event["sanbao:record"].startswith("step")]
    other = told | {"sanbao:shift": "乙", "eventID": "urn:x:changed"}
    row = actions.capture(text({**whole, "epcisBody": {"eventList": [other]}}), by=HOUSE)
    assert [problem.code for problem in row.problems.all()] == ["not_ours"]
