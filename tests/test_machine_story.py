"""A machine tool that could not be installed: promises of part and visit break, the user calls twice a day.

The clock is turned by the test. What must come of it (U-09, M-04): the case turns red by itself at 15:50 of day 8, the
second call goes up, and the case shows twelve chases, the days that were lost, and by what.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from sanbao.catalog import actions as catalog
from sanbao.kernel import announcements, clocks, obligations, times
from sanbao.kernel.times import factory
from sanbao.parties import actions as parties
from sanbao.parties.models import Department, Person, Post, Region
from tests.cast import HOUSE, Program, people, programs

pytestmark = [pytest.mark.django_db, pytest.mark.clause("U-09")]
#: Monday, the day on which the machine was delivered.
FIRST = date(2026, 5, 11)


def at(day: int, clock: str) -> datetime:
    """A moment of the story: day 1 is the delivery."""
    return factory(f"{FIRST + timedelta(days=day - 1)} {clock}")


@pytest.fixture(autouse=True)
def delivery_day() -> Iterator[None]:
    with times.frozen(f"{FIRST} 08:30"):
        yield


def turn(day: int, clock: str) -> None:
    """The clock goes on; what falls due meanwhile is announced as the worker would."""
    times.pass_time(seconds=(at(day, clock) - times.now()).total_seconds())
    clocks.tick()
    obligations.announce_late(HOUSE)
    announcements.deliver()


@pytest.fixture
def cast() -> dict[str, Program]:
    user = {"code": "K0200", "name": "甬北机械加工厂", "phones": "0574-55550200"}
    parties.register_customer(by=HOUSE, region=Region.objects.get(code="CN-ZJ"), **user)
    catalog.register_product(by=HOUSE, code="CK6140", name="数控车床", line="机床")
    for username, department, post in (
        ("chief", "after_sales", "team_leader"),
        ("head", "sales", "department_manager"),
    ):
        parties.hire(
            by=HOUSE,
            username=username,
            name=f"{username} 甲",
            department=Department.objects.get(code=department),
            post=Post.objects.get(code=post),
            since=date(2020, 1, 1),
        )
    return programs(people())


@pytest.fixture
def case(cast: dict[str, Program]) -> dict[str, Any]:
    """Day 2: the fitter finds a broken drive; the part is promised for day 5, by telephone."""
    turn(2, "10:00")
    made: dict[str, Any] = cast["clerk"].post(
        "complaints",
        customer="K0200",
        channel="phone",
        source="user",
        product="CK6140",
        code="CK6140-0187",
        description="安装调试时主轴驱动器损坏，机床不能开机。",
        contact_name="设备科",
        contact_phone="0574-55550200",
        read_back_by="设备科",
    )
    path = f"complaints/{made['id']}"
    clerk = cast["clerk"]
    clerk.post(f"{path}/promise", kind="other", text="安装调试", due_at=at(4, "17:00").isoformat())
    clerk.post(f"{path}/promise", kind="part", text="主轴驱动器", due_at=at(5, "17:00").isoformat())
    return clerk.get(path)  # type: ignore[no-any-return]


def promised(case: dict[str, Any], text: str) -> Any:
    return next(p for p in case["promises"] if p["text"] == text)


def test_the_story_of_the_machine_that_could_not_be_installed(cast: dict[str, Program], case: dict[str, Any]) -> None:
    clerk, path = cast["clerk"], f"complaints/{case['id']}"

    turn(7, "11:00")
    clerk.post(f"{path}/keep-promise", promise=promised(case, "主轴驱动器")["id"], text="驱动器到货")
    clerk.post(f"{path}/promise", kind="visit", text="更换驱动器", due_at=at(8, "15:50").isoformat())

    # By itself, at that minute, and not before.
    turn(8, "15:49")
    seen = clerk.get(path)
    visit = promised(seen, "更换驱动器")
    assert visit["broken"] is False
    assert not owed_late(seen, visit)
    turn(8, "15:51")
    seen = clerk.get(path)
    assert promised(seen, "更换驱动器")["broken"] is True
    assert owed_late(seen, visit)

    # He calls in the morning and in the afternoon, for six days; the second call goes up.
    raised = []
    for day in range(9, 15):
        for clock in ("09:10", "16:20"):
            turn(day, clock)
            clerk.post(f"{path}/chase", channel="phone", text="什么时候修好？")
            raised.append(clerk.get(path)["chased"][-1]["escalated_to"])
    # Three days are counted together: the second call goes to the group leader, the fourth to the manager, then up.
    assert raised[:6] == [
        "",
        "sales.team_leader",
        "sales.team_leader",
        *["sales.department_manager"] * 2,
        "management.gm",
    ]

    turn(14, "17:00")
    seen = clerk.get(path)
    assert (seen["chases"], len(seen["chased"])) == (12, 12)
    why = {line["what"]: line for line in seen["lost"]["why"]}
    assert why["答应寄件：主轴驱动器"]["days"] == pytest.approx(1.8, abs=0.05)
    assert why["答应上门：更换驱动器"]["open"] and why["答应上门：更换驱动器"]["days"] == pytest.approx(6.0, abs=0.05)
    # From day 4, 17:00, when the machine should have run, to now: each day is lost once, whatever else ran over in it.
    assert seen["lost"]["days"] >= 10.0
    assert seen["lost"]["days"] <= 12.3

    Person.objects.filter(pk=clerk.person.pk).update(one_time_password=False)
    page = Client()
    page.force_login(cast["clerk"].person, backend="django.contrib.auth.backends.ModelBackend")
    text = page.get(f"/complaints/{case['id']}").content.decode()
    for said in (f"误期 {seen['lost']['days']} 天", "主轴驱动器", "更换驱动器", '<b class="late">12</b>'):
        assert said in text, said


def owed_late(case: dict[str, Any], promise: dict[str, Any]) -> bool:
    """Whether the promise is an open duty that has run over, and the case therefore stands red in its list."""
    duty = next(o for o in case["obligations"] if o["code"] == f"promise.{promise['id']}")
    return datetime.fromisoformat(duty["due_at"]) < times.now()
