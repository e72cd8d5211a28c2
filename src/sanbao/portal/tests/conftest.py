"""A label on goods that were delivered, with a warranty, an outlet and a clerk who takes complaints up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from sanbao.catalog import actions as catalog
from sanbao.catalog.models import Product
from sanbao.goods import actions as goods
from sanbao.goods.models import Label
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer, Department, Person, Post, Region
from sanbao.portal import limits
from sanbao.trace.tests.factory import lot, small_factory

HOUSE = Actor.clockwork("test")


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with times.frozen("2026-04-27 09:00"):
        yield


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    limits.forget()


@pytest.fixture
def clerk(db: None) -> Person:
    place = {
        "department": Department.objects.get(code="after_sales"),
        "post": Post.objects.get(code="after_sales_clerk"),
    }
    return parties.hire(by=HOUSE, username="clerk", name="售后甲", since=date(2020, 1, 1), **place)


@pytest.fixture
def label(clerk: Person) -> Label:
    """BQ1 of the miniature factory: delivered to K1 in Zhejiang on 2026-04-25, guaranteed for ten years."""
    small_factory()
    Product.objects.filter(code="LM50").update(line="喷涂", alloy_temper="6063-T5")
    catalog.lay_down_warranty(
        by=HOUSE, line="喷涂", edition="1", basis="合同第 7 条", whole_months=120, since=date(2020, 1, 1)
    )
    region = Region.objects.get(code="CN-ZJ")
    Customer.objects.filter(code="K1").update(region=region)
    parties.register_dealer(by=HOUSE, code="YX4", name="甬东网点", kind="outlet", region=region, city="宁波",
                            address="海曙路 1 号", hotline="000-8300-0004")  # fmt: skip
    return goods.take_up(by=HOUSE, lot=lot("BQ1"))


@pytest.fixture
def stock(label: Label) -> Label:
    """BQ4, which still stands in the store."""
    return goods.take_up(by=HOUSE, lot=lot("BQ4"))


@pytest.fixture
def user() -> Client:
    """Somebody with a phone, who has logged in nowhere; forms are looked at as strictly as outside."""
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "zh-CN,zh;q=0.9"})


def filled(client: Client, address: str, **values: Any) -> Any:
    """Open a form, fill it in, send it: as a browser does, with its number and its token."""
    shown = client.get(address)
    form = shown.context["form"]
    given = {name: form.initial.get(name, "") for name in form.fields if name != "photos"}
    given |= {"csrfmiddlewaretoken": str(shown.context["csrf_token"]), **values}
    return client.post(address, {name: value for name, value in given.items() if value is not None})


SAID = {
    "what": "三支料划格后整片掉粉，还没有上墙。",
    "name": "赵先生",
    "reach": "0574-5555 0001",
    "place": "宁波海曙某工地",
}
