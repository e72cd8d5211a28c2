"""The demonstration: an invented profile maker whose last weeks are played through the real actions.

Nothing is written behind the actions' backs, so the journal, the clocks, the numbers and the notices are
what a factory's own would be. It is whole or not there: one transaction holds all of it.
"""

from __future__ import annotations

import heapq
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from sanbao.catalog import actions as catalog
from sanbao.demo import (
    company,
    desk,
    finished,
    gate,
    inspecting,
    labels,
    mails,
    quality,
    recalling,
    returning,
    shop_floor,
    store,
    support,
)
from sanbao.demo.ledgers import BAD, GAP, Delivery, Ledgers, ledgers
from sanbao.demo.people import hire_all, write_down
from sanbao.demo.scenes import Play, course_of
from sanbao.demo.stories import STORIES, Story
from sanbao.exchange import pipeline
from sanbao.kernel import backup, times, worker, working_time
from sanbao.kernel.actor import Actor
from sanbao.parties.models import Customer

#: Working days back: the house is set up, and its ledgers are imported for the first time.
SET_UP = 26
BY = Actor.clockwork("demo")


def load() -> None:
    """Fill an empty house and write the accounts to ``$SANBAO_HOME/demo-accounts``."""
    with transaction.atomic():
        book = ledgers(times.today())
        with times.frozen(_moment(SET_UP, "08:00")):
            import_ledgers(book)
            lay_down_warranties()
            accounts, actors = hire_all(by=BY)
            store.lay_out(by=BY)
        perform(book, actors)
        import_ledgers(book)
        gate.play(actors, book.deliveries, _moment, by=BY)
        store.play(actors, _moment)
        shop_floor.play(actors)
        labels.play(actors, _moment)
        inspecting.play(actors, _moment)
        finished.play(actors, book.deliveries, _moment)
        desk.play(actors, _moment)
        mails.play(actors, _moment, by=BY)
        quality.play(actors, _moment)
        support.play(actors, _moment)
        recalling.play(actors, book.deliveries, _moment)
        returning.play(actors, book.deliveries, _moment)
    write_down(accounts)


def _moment(days: int, hour: str) -> datetime:
    """So many working days ago, at an hour of the factory's clock."""
    return times.factory(f"{_day(days)} {hour}")


def _day(days: int) -> date:
    working, day = working_time.calendar().working, times.today()
    while days:
        day -= timedelta(days=1)
        days -= working.works(day)
    return day


def import_ledgers(book: Ledgers) -> None:
    """What the ledgers say by today; lines that stand already are found unchanged."""
    with TemporaryDirectory() as folder:
        book.write(Path(folder), until=times.today())
        run = pipeline.begin(pipeline.spreadsheets_in(Path(folder)), by=BY)
        for _ in pipeline.drive(run, by=BY):
            pass


def lay_down_warranties() -> None:
    for line, months, basis in company.WARRANTIES:
        catalog.lay_down_warranty(
            by=BY, line=line, edition="1", basis=basis, whole_months=months, since=date(times.today().year - 1, 1, 1)
        )


def perform(book: Ledgers, actors: dict[str, Actor]) -> None:
    """Play every story's scenes in the order of time, as far as time has come."""
    end, turn = times.now(), 0
    stage: list[tuple[datetime, int, Play, int]] = []
    for story, delivery in cast(book):
        customer = Customer.objects.get(code=delivery.customer)
        play = Play(story, actors, customer, delivery.label)
        heapq.heappush(stage, (_moment(story.days, story.hour), turn := turn + 1, play, 0))
    while stage:
        moment, _, play, number = heapq.heappop(stage)
        if moment > end:
            continue
        course = course_of(play.story)
        with times.frozen(moment):
            pause = course[number](play)
            worker.run_once()
            following = working_time.calendar().working.add(moment, pause)
        if number + 1 < len(course):
            heapq.heappush(stage, (following, turn := turn + 1, play, number + 1))


def cast(book: Ledgers) -> Iterator[tuple[Story, Delivery]]:
    """Each story with a delivery that was there before it; customers and billets not yet heard of come first."""
    heard: Counter[str] = Counter()
    free = [delivery for delivery in reversed(book.deliveries) if delivery.on <= _day(SET_UP)]
    for story in sorted(STORIES, key=lambda s: not s.customer):
        fitting = [delivery for delivery in free if fits(story, delivery)]
        chosen = min(fitting, key=lambda delivery: (heard[delivery.customer], heard[delivery.billet]))
        heard.update((chosen.customer, chosen.billet))
        free.remove(chosen)
        yield story, chosen


def fits(story: Story, delivery: Delivery) -> bool:
    if story.customer:
        return delivery.customer == story.customer and not delivery.mark
    domestic = int(delivery.customer[1:]) < company.FIRST_EXPORT
    if story.goods in (BAD, GAP):
        return domestic and delivery.mark == story.goods
    return domestic and not delivery.mark and delivery.product.startswith(story.goods)


def main(argv: list[str]) -> int:
    """``sanbao demo``: 0 when loaded, 1 when the house is not empty."""
    ArgumentParser(prog="sanbao demo", description="装入演示公司 · load the demonstration company").parse_args(argv)
    if backup.holds_data():
        print("数据库不是空的，不装演示公司 · the database is not empty; the demonstration was not loaded")
        return 1
    load()
    return 0
