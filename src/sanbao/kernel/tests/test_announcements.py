"""News is told after commit, at least once, and survives a killed worker."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from sanbao.kernel import announcements, journal
from sanbao.kernel.actor import Actor
from sanbao.kernel.journal import JournalEntry, Pending
from sanbao.kernel.times import frozen, now, pass_time

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


class Ear:
    """A handler that remembers, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.failing = 0

    def __call__(self, entry: JournalEntry) -> None:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the line is dead")
        self.heard.append(entry.action)


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    announcements.HANDLERS["test.ear"] = ear
    journal.CONSUMERS["test.ear"] = lambda action: action.startswith("lamp.")
    yield ear
    del announcements.HANDLERS["test.ear"], journal.CONSUMERS["test.ear"]


def tell(action: str = "lamp.light") -> JournalEntry:
    return journal.append(subject="lamp:1", action=action, by=HOUSE)


def waiting() -> int:
    return Pending.objects.filter(consumer="test.ear").count()


def test_a_handler_hears_what_it_listens_to_and_once(ear: Ear) -> None:
    tell()
    tell("door.open")
    announcements.deliver()
    announcements.deliver()
    assert ear.heard == ["lamp.light"]
    assert waiting() == 0


def test_a_failed_delivery_is_kept_with_its_reason_and_tried_again_later(ear: Ear) -> None:
    with frozen("2026-04-18 14:30"):
        tell()
        ear.failing = 2
        announcements.deliver()
        (stuck,) = announcements.stuck()
        assert (stuck.attempts, stuck.trouble) == (1, "RuntimeError: the line is dead")
        announcements.deliver()
        assert ear.failing == 1, "it was tried again without a wait"
        pass_time(minutes=2)
        announcements.deliver()
        pass_time(minutes=5)
        announcements.deliver()
    assert (ear.heard, waiting()) == (["lamp.light"], 0)


def test_what_a_killed_worker_had_claimed_is_told_by_the_next_one(ear: Ear) -> None:
    with frozen("2026-04-18 14:30"):
        tell()
        Pending.objects.filter(consumer="test.ear").update(claimed_until=now() + announcements.CLAIM)
        announcements.deliver()
        assert ear.heard == []
        pass_time(seconds=announcements.CLAIM / timedelta(seconds=1) + 1)
        announcements.deliver()
    assert ear.heard == ["lamp.light"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_several_workers_each_delivery_is_claimed_by_one(ear: Ear) -> None:
    for _ in range(40):
        tell()
    together = Barrier(4)

    def claim(worker: int) -> list[int]:
        together.wait()
        try:
            return [pending.pk for _ in range(5) for pending in announcements._claim(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        claimed = [pk for some in pool.map(claim, range(4)) for pk in some]
    assert sorted(claimed) == sorted(Pending.objects.filter(consumer="test.ear").values_list("pk", flat=True))


def test_a_failing_handler_holds_up_nobody_else(ear: Ear) -> None:
    other = Ear()
    announcements.HANDLERS["test.other"] = other
    journal.CONSUMERS["test.other"] = lambda action: action == "lamp.light"
    try:
        ear.failing = 1
        tell()
        announcements.deliver()
    finally:
        del announcements.HANDLERS["test.other"], journal.CONSUMERS["test.other"]
    assert other.heard == ["lamp.light"]
