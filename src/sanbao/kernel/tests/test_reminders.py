"""Who owes is told, who is late is reminded, what stays late goes up, and all of it ends with its reason (M-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sanbao.kernel import announcements, clocks, journal, notices, obligations, ownership
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks import Clock
from sanbao.kernel.handlers import late_duties
from sanbao.kernel.notices import Addressee, Notice
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.ownership import Charge
from sanbao.kernel.testing import an_actor
from sanbao.kernel.times import frozen, now, pass_time
from sanbao.kernel.words import W

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-04")]
BY = an_actor(person=99)
CASE = "case:1"
#: role → people; nobody is production VP.
HOUSE = {
    "person:7": [7],
    "qc": [8, 9],
    "sales": [7, 10],
    "sales.department_manager": [10],
    "management.gm": [11],
    "person:99": [99],
}


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    people = [lambda to: [Addressee(f"person:{n}", f"p{n}@example.org", "zh-hans") for n in HOUSE.get(to, [])]]
    monkeypatch.setattr(notices, "_resolve", people)
    ownership.answers("case", lambda pk: Charge(f"TS-{pk}", "person:7", "sales", "qc", {"transfer": "C-05"}))
    with frozen("2026-04-13 08:00"):  # a Monday
        yield
    ownership._ANSWERS.pop("case")


def work() -> None:
    """What the worker does, until nothing is left."""
    while clocks.tick() + late_duties() + announcements.deliver():
        pass


def told() -> list[tuple[str, str]]:
    return [(n.recipient, n.words.zh) for n in Notice.objects.filter(over_at=None).order_by("pk")]


def owed_by() -> list[str]:
    return list(Obligation.objects.filter(done_at=None).order_by("pk").values_list("owed_by", flat=True))


def test_owner_and_next_party_are_warned_then_told_that_it_is_late_each_once() -> None:
    clocks.start(CASE, "transfer", by=BY)
    pass_time(hours=3)  # 75 % of four working hours
    work()
    assert {who for who, _ in told()} == {"person:7", "person:8", "person:9"}
    assert told()[0][1] == "TS-1：“移交”将于 04-13 12:00 到期"
    pass_time(hours=3)
    work()
    work()
    assert [words for who, words in told() if who == "person:7"] == [
        "TS-1：“移交”将于 04-13 12:00 到期",
        "TS-1：“移交”已超时，应于 04-13 12:00 前完成",
    ]
    assert set(Notice.objects.values_list("clause", flat=True)) == {"C-05"}


def test_what_stays_late_goes_up_level_by_level_and_past_a_post_that_nobody_holds() -> None:
    clocks.start(CASE, "transfer", by=BY)
    pass_time(days=1, hours=10)  # one working day late
    work()
    assert owed_by() == ["sales.department_manager"]
    pass_time(days=2)  # level 2 is the production VP: vacant, so the general manager
    work()
    assert owed_by() == ["sales.department_manager", "management.gm"]
    pass_time(days=6)
    work()
    work()
    assert owed_by() == ["sales.department_manager", "management.gm"]
    levels = [e.facts["level"] for e in journal.entries_of(CASE) if e.action == "clock.escalated"]
    assert levels == [1, 2, 3]
    assert [who for who, words in told() if "请督办" in words] == ["person:10", "person:11"]


def test_the_duty_is_overdue_from_the_first_moment_and_is_not_announced_late_again() -> None:
    clocks.start(CASE, "transfer", by=BY)
    pass_time(days=1, hours=10)
    work()
    duty = Obligation.objects.get()
    assert duty.late and duty.code == "late.transfer"
    assert not journal.entries_of(CASE).filter(action="obligation.late").exists()


def test_everything_stops_when_the_clock_stops() -> None:
    clocks.start(CASE, "transfer", by=BY)
    pass_time(days=1, hours=10)
    work()
    assert told() and owed_by()
    clocks.stop(CASE, "transfer", by=BY)
    assert (told(), owed_by()) == ([], [])
    assert Obligation.objects.get().outcome == "late"
    pass_time(days=9)
    work()
    assert (told(), owed_by()) == ([], [])


def test_news_that_comes_after_the_clock_stopped_is_not_told() -> None:
    clocks.start(CASE, "transfer", by=BY)
    pass_time(days=1, hours=10)
    assert clocks.tick()
    clocks.stop(CASE, "transfer", by=BY)
    work()
    assert (told(), owed_by()) == ([], [])


def test_a_worse_grade_takes_back_what_was_said_and_lays_it_before_the_higher_post_at_once() -> None:
    clocks.start(CASE, "final", by=BY, grade="D")
    pass_time(days=4)
    work()
    assert owed_by() == ["sales"]
    pass_time(days=11)
    clocks.regrade(CASE, "A", by=BY)
    work()
    assert owed_by() == ["management.gm", "management.production_vp"]
    assert {who for who, words in told() if "请督办" in words} == {"person:11"}


def test_who_owes_something_is_told_but_not_who_took_it_on_himself() -> None:
    duty = {"subject": CASE, "sentence": W("取样", "Get a sample"), "clause": "C-08", "by": BY}
    obligations.owe(code="sample", to="person:7", **duty)
    obligations.owe(code="mine", to="person:99", **duty)
    work()
    assert told() == [("person:7", "TS-1：取样")]
    obligations.discharge(subject=CASE, code="sample", by=BY)
    assert told() == []


def test_a_duty_whose_time_has_passed_is_announced_late_once() -> None:
    due = now() + timedelta(hours=2)
    obligations.owe(subject=CASE, code="sample", sentence=W("取样", "Sample"), to="person:7", due=due, by=BY)
    work()
    pass_time(hours=3)
    work()
    work()
    assert [words for _, words in told()] == ["TS-1：取样", "TS-1：取样（已超时，应于 04-13 10:00 前完成）"]
    assert [e.action for e in journal.entries_of(CASE)] == ["obligation.opened", "obligation.late"]


def test_mail_about_what_is_put_right_meanwhile_is_not_sent(settings: pytest.FixtureRequest) -> None:
    settings.SMTP_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    obligations.owe(subject=CASE, code="sample", sentence=W("取样", "Sample"), to="person:7", by=BY)
    work()
    assert Notice.objects.get().sending == "queued"
    obligations.discharge(subject=CASE, code="sample", by=BY)
    assert notices.send_mail() == 0 and Notice.objects.get().sending == "none"


def test_a_reader_sees_as_new_only_what_still_holds() -> None:
    obligations.owe(subject=CASE, code="a", sentence=W("甲", "A"), to="person:7", by=BY)
    obligations.owe(subject=CASE, code="b", sentence=W("乙", "B"), to="person:7", by=BY)
    work()
    obligations.discharge(subject=CASE, code="a", by=BY)
    reader = an_actor(person=7)
    assert [n.words.zh for n in notices.unread(reader)] == ["TS-1：乙"]
    assert notices.of(reader).count() == 2


def test_a_clock_whose_ladder_has_ended_rests() -> None:
    clocks.start(CASE, "law_backstop", by=BY, grade="A")
    pass_time(days=60)
    work()
    assert Clock.objects.get().escalate_at is None
    assert owed_by() == ["management.gm"]
    assert Actor.clockwork("clocks").ref == Obligation.objects.get().opened_by
