"""A recall in a real browser: readable for everybody, whole on a phone, answered by the holder without a log-in."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.recall import actions, door, links
from sanbao.recall.models import HolderState, Recall
from sanbao.recall.tests.conftest import FACTS, holder
from sanbao.trace.tests.factory import lot, small_factory
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUSE = Actor.clockwork("test")


@pytest.fixture
def leader(settings: Any) -> Person:
    settings.DEMO = True
    place = {"department": Department.objects.get(code="management"), "post": Post.objects.get(code="gm")}
    person = hire(by=HOUSE, username="leader", name="张总", **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return person


@pytest.fixture
def recall(leader: Person, monday_morning: None) -> Recall:
    door.OPENED.forget()
    small_factory()
    found = actions.order(by=HOUSE, **{**FACTS, "lots": [lot("J2"), lot("SX3")]})
    actions.enter(holder(found, "K1"), by=HOUSE, kind="returned", quantity=Decimal(100))
    return found


def test_no_page_of_a_recall_keeps_anybody_out_or_is_wider_than_a_phone(
    recall: Recall, leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(leader)
    one = recall.get_absolute_url()
    kept_out, wide = {}, []
    for path in (
        "/recalls/", one, f"{one}/holes", holder(recall, "K1").get_absolute_url(), f"{one}/do/end", "/recalls/propose",
        f"/recalls/r/{links.token_of(holder(recall, 'K1'))}?label=BQ1",
    ):  # fmt: skip
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        if problems := barriers(page):
            kept_out[path] = problems
        page.set_viewport_size({"width": 360, "height": 780})
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    assert (kept_out, wide) == ({}, [])


def test_a_holder_answers_on_his_phone(recall: Recall, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/recalls/r/{links.token_of(holder(recall, 'K1'))}")
    page.fill("[name=name]", "李某")
    page.fill("[name=held]", "100")
    page.fill("[name=installed]", "40")
    page.click("form[method=post] .btn-primary")
    page.wait_for_selector("text=已确认，谢谢")
    k1 = holder(recall, "K1")
    assert (k1.state, k1.held_milli, k1.balance.out) == (HolderState.ACKNOWLEDGED, 100_000, 0)
