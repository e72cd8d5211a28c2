"""A house with a complaint in it: one person per post, two users in Zhejiang, a product, the faults that ship."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints import actions
from sanbao.complaints.models import Complaint
from sanbao.inspection import actions as inspection
from sanbao.inspection.queries import samples_about
from sanbao.kernel import announcements, times
from sanbao.kernel.actor import Actor
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer, Department, Person, Post, Region
from sanbao.parties.queries import actor_of

HOUSE = Actor.clockwork("test")
#: name → department, post
STAFF = {
    "clerk": ("after_sales", "after_sales_clerk"),
    "clerk2": ("after_sales", "after_sales_clerk"),
    "exporter": ("export", "clerk"),
    "manager": ("sales", "department_manager"),
    "salesman": ("sales", "salesperson"),
    "gm": ("management", "gm"),
    "vp": ("management", "production_vp"),
    "technical_vp": ("management", "technical_vp"),
    "technologist": ("technology", "technologist"),
    "foreman": ("production", "department_manager"),
    "inspector": ("qc", "inspector"),
    "secretary": ("office", "clerk"),
    "storekeeper": ("warehouse", "storekeeper"),
}


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """Every test begins on a working day, 2026-04-20 09:00 at the factory; ``times.pass_time`` turns the clock."""
    with times.frozen("2026-04-20 09:00"):
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    found = {}
    for name, (department, post) in STAFF.items():
        found[name] = parties.hire(
            by=HOUSE,
            username=name,
            name=f"{name} 甲",
            department=Department.objects.get(code=department),
            post=Post.objects.get(code=post),
            since=date(2020, 1, 1),
        )
    region = Region.objects.get(code="CN-ZJ")
    parties.entrust(found["salesman"], by=HOUSE, region=region, since=date(2020, 1, 1))
    return found


@pytest.fixture
def by(people: dict[str, Person]) -> SimpleNamespace:
    """``by.clerk``, ``by.gm`` …: each person as one who acts, with the permissions that ship."""
    return SimpleNamespace(**{name: actor_of(person, origin="test") for name, person in people.items()})


@pytest.fixture
def customer(people: Any) -> Customer:
    return parties.register_customer(
        by=HOUSE, name="东安源门窗厂", region=Region.objects.get(code="CN-ZJ"), phones="0574-55550001"
    )


@pytest.fixture
def other_customer(people: Any) -> Customer:
    return parties.register_customer(by=HOUSE, name="北安隆幕墙工程公司", region=Region.objects.get(code="CN-GD"))


@pytest.fixture
def product(db: None) -> Product:
    return Product.objects.create(code="LM80-03", name="喷涂平开窗料", line="喷涂", state="in_use")


@pytest.fixture
def surface(db: None) -> DefectClass:
    return DefectClass.objects.get(code="Q3")


@pytest.fixture
def register(by: SimpleNamespace, customer: Customer) -> Callable[..., Complaint]:
    """A complaint by letter, so that no read-back is in the way; anything may be given differently."""

    def make(**facts: Any) -> Complaint:
        values: dict[str, Any] = {
            "by": by.clerk,
            "source": "user",
            "channel": "letter",
            "description": "三支料划格后整片掉粉。",
            "customer": customer,
        }
        return actions.register(**{**values, **facts})

    return make


@pytest.fixture
def quality(register: Callable[..., Complaint], product: Product, surface: DefectClass) -> Callable[..., Complaint]:
    """A registered complaint that touches quality."""

    def make(**facts: Any) -> Complaint:
        return register(**{"quality_related": True, "product": product, "reported_class": surface, **facts})

    return make


@pytest.fixture
def story(by: SimpleNamespace, quality: Callable[..., Complaint], surface: DefectClass) -> SimpleNamespace:
    """The way of a quality complaint, step by step: each function carries it on and returns it as it stands."""

    def formed(**facts: Any) -> Complaint:
        case = quality(**facts)
        actions.issue_form(case, by=by.clerk)
        return fresh(case)

    def inspected(severity: str = "S3", **facts: Any) -> Complaint:
        case = formed(**facts)
        case = actions.request_sample(case, by=by.clerk, wanted="三支 300 mm 长料段")
        sample = samples_about(case.subject).get()
        inspection.receive(sample, by=by.inspector, label="Y-001", place="样品架 3-2")
        announcements.deliver()
        inspection.conclude(
            by=by.inspector,
            sample=sample,
            ours="yes",
            used_rightly="yes",
            severity=severity,
            basis="GB/T 5237.5 涂层附着力",
            conclusion="附着力不合格",
            opinion="同批停用",
        )
        announcements.deliver()
        return fresh(case)

    def graded(severity: str = "S3", spread: str = "M1", **facts: Any) -> Complaint:
        return actions.grade(inspected(severity, **facts), by=by.technologist, spread=spread)

    def decided(severity: str = "S3", spread: str = "M1", **facts: Any) -> Complaint:
        case = graded(severity, spread, **facts)
        production = Department.objects.get(code="production")
        case = actions.locate_responsibility(
            case, by=by.technologist, blame="department", department=production, basis="随行卡记录"
        )
        return actions.give_opinion(
            case, by=by.technologist, opinion="整批更换", basis="合同第 7 条", confirmed_class=surface
        )

    def answered(*args: str, **facts: Any) -> Complaint:
        case = decided(*args, **facts)
        return actions.answer(case, by=by.clerk, text="下周一前更换", basis="合同第 7 条")

    def heard(*args: str, **facts: Any) -> Complaint:
        return actions.record_view(answered(*args, **facts), by=by.clerk, view="同意更换", attitude="accepts")

    def satisfied(*args: str, **facts: Any) -> Complaint:
        return actions.ask_satisfaction(heard(*args, **facts), by=by.clerk, outcome="satisfied")

    def settled(*args: str, **facts: Any) -> Complaint:
        case = satisfied(*args, **facts)
        for duty in ("recall.assess", "nonconformity.control", "corrective.action", "cause.found"):
            settle(case, duty)
        return fresh(case)

    def settle(case: Complaint, duty: str) -> None:
        from sanbao.kernel import obligations

        if obligations.open_on(case.subject).filter(code=duty).exists():
            if duty == "recall.assess":
                actions.settle_duty(case, by=HOUSE, duty=duty, how="done", reason="已按程序办理", reference="ZH-7")
                return
            # Dealt with in the rooms above; on the case itself a person may only say that nothing is needed.
            actions.settle_duty(case, by=HOUSE, duty=duty, how="not_needed", reason="个别搬运碰伤，原因清楚")
            waived = fresh(case).settlements.get(duty=duty, approved_at=None, rejected=False)
            actions.approve_settlement(fresh(case), by=Actor.clockwork("second"), settlement=waived, agree=True)

    return SimpleNamespace(
        formed=formed,
        inspected=inspected,
        graded=graded,
        decided=decided,
        answered=answered,
        heard=heard,
        satisfied=satisfied,
        settled=settled,
        settle=settle,
    )


def fresh(case: Complaint) -> Complaint:
    """The case as it stands in the database."""
    return Complaint.objects.get(pk=case.pk)
