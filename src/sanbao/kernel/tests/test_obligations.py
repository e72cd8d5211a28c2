"""What somebody owes is seen by him, cannot be lost, and holds up the closing."""

import pytest

from sanbao.kernel import journal, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor
from sanbao.kernel.times import factory, frozen
from sanbao.kernel.words import W

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")
WORDS = W("评估召回", "Assess a recall")


def owe(to: str, code: str = "recall.assess", due: str = "2026-04-20 17:00", holds: bool = True) -> None:
    obligations.owe(
        subject="case:1",
        code=code,
        sentence=WORDS,
        to=to,
        by=HOUSE,
        clause="C-13",
        due=factory(due),
        holds_closing=holds,
    )


@pytest.mark.clause("M-04")
def test_a_duty_waits_for_the_department_the_role_and_the_person_that_owe_it_and_for_nobody_else() -> None:
    owe("technology")
    owe("*.gm")
    owe("person:7")
    owe("person:8")
    technologist = an_actor(person=7, roles=["technology.technologist"])
    manager = an_actor(person=9, roles=["management.gm"])
    assert [d.owed_by for d in obligations.open_for(technologist)] == ["technology", "person:7"]
    assert [d.owed_by for d in obligations.open_for(manager)] == ["*.gm"]
    assert not obligations.open_for(an_actor(person=10, roles=["sales.clerk"])).exists()


def test_owing_the_same_twice_is_owing_it_once_with_the_nearer_date() -> None:
    owe("technology", due="2026-04-20 17:00")
    owe("technology", due="2026-04-19 17:00")
    (duty,) = obligations.open_on("case:1")
    assert duty.due_at == factory("2026-04-19 17:00")


@pytest.mark.clause("W-05")
def test_a_closing_is_refused_while_a_duty_holds_it_up_and_the_refusal_names_it() -> None:
    owe("technology")
    owe("qc", code="note", holds=False)
    with pytest.raises(Refusal) as refused:
        obligations.need_none("case:1")
    assert (refused.value.code, refused.value.clause) == ("obligations_open", "W-05")
    assert refused.value.facts["obligations"] == ["recall.assess"]
    obligations.discharge(subject="case:1", code="recall.assess", by=HOUSE, outcome="no recall")
    obligations.need_none("case:1")


def test_opening_and_discharging_are_recorded_with_who_and_how() -> None:
    owe("technology")
    assert obligations.discharge(subject="case:1", code="recall.assess", by=an_actor(person=7), outcome="done") == 1
    assert obligations.discharge(subject="case:1", code="recall.assess", by=HOUSE) == 0
    opened, discharged = journal.entries_of("case:1")
    assert (opened.action, discharged.action, discharged.actor) == (
        "obligation.opened",
        "obligation.discharged",
        "person:7",
    )
    assert discharged.facts["outcome"] == "done"


def test_a_duty_is_late_when_its_date_has_passed() -> None:
    with frozen("2026-04-20 17:01"):
        owe("technology")
        assert obligations.open_on("case:1")[0].late
