"""Somebody who works while the machine is measured."""

from datetime import date
from secrets import token_urlsafe

from sanbao.complaints import actions
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post, Region
from sanbao.parties.queries import actor_of

HOUSE = Actor.clockwork("bench")


def hire(username: str, department: str, post: str) -> Person:
    person = parties.hire(
        by=HOUSE,
        username=username,
        name=username,
        department=Department.objects.get(code=department),
        post=Post.objects.get(code=post),
        since=date(2020, 1, 1),
    )
    # Pages let nobody in who still has the password that was handed out.
    parties.choose_password(person, by=actor_of(person), password=token_urlsafe())
    return Person.objects.get(pk=person.pk)


class Clerk:
    """An after-sales clerk with one customer who writes many letters."""

    def __init__(self) -> None:
        self.person = hire("bench-clerk", "after_sales", "after_sales_clerk")
        region = Region.objects.get(code="CN-ZJ")
        salesperson = hire("bench-sales", "sales", "salesperson")
        parties.entrust(salesperson, by=HOUSE, region=region, since=date(2020, 1, 1))
        self.customer = parties.register_customer(by=HOUSE, name="测速门窗厂", region=region, phones="0574-55550009")
        self.actor = actor_of(self.person, origin="bench")

    def registers(self) -> None:
        actions.register(
            by=self.actor,
            source="user",
            channel="letter",
            description="三支料划格后整片掉粉。",
            customer=self.customer,
        )
