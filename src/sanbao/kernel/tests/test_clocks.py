"""Clocks of a case: started by the table, paused with a reason, regraded, announced once, explained (M-04)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from sanbao.kernel import clocks, journal, policies
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks import Clock, ClockPause
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor
from sanbao.kernel.times import frozen, local, pass_time
from sanbao.kernel.words import W
from sanbao.kernel.working_time import CALENDAR

BY = an_actor("complaints.handle")
CASE = "complaint:12"
WAITS = W("待样品", "Awaiting the sample")


def due(clock: Clock) -> str:
    clock.refresh_from_db()
    return f"{local(clock.due_at):%Y-%m-%d %H:%M}" if clock.due_at else "-"


def announced() -> list[str]:
    return [e.action for e in journal.entries_of(CASE)]


@pytest.mark.django_db
def test_a_clock_runs_by_the_table_in_working_time_and_for_grade_a_around_the_clock() -> None:
    with frozen("2026-04-17 16:30"):  # a Friday
        assert due(clocks.start(CASE, "first_response", by=BY)) == "2026-04-20 17:30"
        assert due(clocks.start(CASE, "transfer", by=BY)) == "2026-04-20 11:00"
        assert due(clocks.start("complaint:13", "first_response", by=BY, grade="A")) == "2026-04-17 18:30"
        assert due(clocks.start("complaint:13", "law_backstop", by=BY, grade="A")) == "2026-05-03 00:00"


@pytest.mark.django_db
def test_where_the_table_runs_no_clock_nothing_is_due_until_the_grade_asks_for_it() -> None:
    with frozen("2026-04-13 09:00"):
        contain = clocks.start(CASE, "containment", by=BY)
        assert due(contain) == "-" and not clocks.running(CASE)
        pass_time(hours=3)
        clocks.regrade(CASE, "A", by=BY)
        assert due(contain) == "2026-04-14 09:00"


@pytest.mark.django_db
def test_starting_a_clock_that_runs_leaves_it_running() -> None:
    with frozen("2026-04-13 09:00"):
        first = clocks.start(CASE, "silence", by=BY)
        pass_time(hours=1)
        assert clocks.start(CASE, "silence", by=BY) == first
        clocks.stop(CASE, "silence", by=BY)
        assert clocks.start(CASE, "silence", by=BY) != first


@pytest.mark.django_db
def test_a_stopped_clock_says_whether_it_was_in_time() -> None:
    with frozen("2026-04-13 09:00"):
        clocks.start(CASE, "transfer", by=BY)
        clocks.start(CASE, "feedback_form", by=BY, grade="A")
        pass_time(hours=3)
        in_time, late = clocks.stop(CASE, "transfer", by=BY), clocks.stop(CASE, "feedback_form", by=BY)
    assert in_time is not None and late is not None
    assert (in_time.outcome, late.outcome) == ("met", "late")
    assert clocks.stop(CASE, "transfer", by=BY) is None


@pytest.mark.django_db
def test_a_pause_needs_a_reason_and_a_day_that_is_still_to_come() -> None:
    with frozen("2026-04-13 09:00"):
        clocks.start(CASE, "final", by=BY)
        for reason, day, field in [
            (W(" ", " "), date(2026, 4, 15), "reason"),
            (WAITS, date(2026, 4, 12), "expected_on"),
        ]:
            with pytest.raises(Refusal) as refused:
                clocks.pause(CASE, reason=reason, expected_on=day, by=BY)
            assert (refused.value.status, refused.value.field) == (422, field)
    assert not ClockPause.objects.exists()


@pytest.mark.django_db
def test_only_clocks_that_may_wait_are_paused_and_silence_towards_the_user_is_not_one() -> None:
    with frozen("2026-04-13 09:00"):
        clocks.start(CASE, "silence", by=BY)
        with pytest.raises(Refusal) as refused:
            clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 15), by=BY)
        assert refused.value.code == "clock.nothing_to_pause"
        clocks.start(CASE, "final", by=BY)
        assert [c.kind for c in clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 15), by=BY)] == ["final"]


@pytest.mark.django_db
def test_a_pause_is_given_back_when_it_ends() -> None:
    with frozen("2026-04-13 09:00"):
        final = clocks.start(CASE, "final", by=BY, grade="D")
        assert due(final) == "2026-04-16 17:30"
        clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 20), by=BY)
        assert due(final) == "2026-04-24 16:30"  # as if the pause lasted as expected
        pass_time(hours=24)
        clocks.resume(CASE, by=BY)
        assert due(final) == "2026-04-17 17:30"
        with pytest.raises(Refusal) as refused:
            clocks.resume(CASE, by=BY)
    assert refused.value.code == "clock.not_paused"


@pytest.mark.django_db
def test_changing_the_grade_computes_from_the_start_and_keeps_the_pauses_already_earned() -> None:
    with frozen("2026-04-13 09:00"):
        final = clocks.start(CASE, "final", by=BY, grade="C")
        clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 20), by=BY)
        pass_time(hours=24)
        clocks.resume(CASE, by=BY)
        assert due(final) == "2026-04-28 17:30"
        clocks.regrade(CASE, "B", by=BY)
        assert due(final) == "2026-04-23 17:30"
        clocks.regrade(CASE, "C", by=BY)
        assert due(final) == "2026-04-28 17:30"


@pytest.mark.django_db
@pytest.mark.clause("M-04")
def test_a_warning_lateness_and_escalation_are_announced_once_each_by_clockwork() -> None:
    with frozen("2026-04-13 08:00"):
        clocks.start(CASE, "transfer", by=BY)
        assert clocks.tick() == 0
        pass_time(hours=3)  # 75 % of four working hours
        assert (clocks.tick(), clocks.tick()) == (1, 0)
        pass_time(hours=1, minutes=30)
        assert (clocks.tick(), clocks.tick()) == (1, 0)
        pass_time(days=1, hours=6)
        assert (clocks.tick(), clocks.tick()) == (1, 0)
    assert announced() == ["clock.warned", "clock.late", "clock.escalated"]
    entry = journal.entries_of(CASE).last()
    assert entry is not None and (entry.actor, entry.clause) == ("clockwork:clocks", "M-04")
    assert (entry.facts["kind"], entry.facts["level"]) == ("transfer", 1)


@pytest.mark.django_db
def test_after_a_standstill_what_is_late_is_announced_as_late_and_not_warned_of_first() -> None:
    with frozen("2026-04-13 08:00"):
        clocks.start(CASE, "transfer", by=BY)
        pass_time(hours=6)
        assert clocks.tick() == 1
    assert announced() == ["clock.late"]


@pytest.mark.django_db
def test_a_stopped_or_paused_clock_announces_nothing() -> None:
    with frozen("2026-04-13 08:00"):
        clocks.start(CASE, "final", by=BY, grade="D")
        clocks.start(CASE, "transfer", by=BY)
        clocks.stop(CASE, "transfer", by=BY)
        clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 30), by=BY)
        pass_time(days=10)
        assert clocks.tick() == 0


@pytest.mark.django_db
@pytest.mark.clause("M-04")
def test_a_pause_runs_out_after_its_expected_day_and_the_matter_is_chased() -> None:
    with frozen("2026-04-13 09:00"):
        final = clocks.start(CASE, "final", by=BY, grade="D")
        clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 4, 14), by=BY)
        before = due(final)
        pass_time(days=2, hours=5)
        assert clocks.tick() == 1
        assert announced() == ["clock.resumed"]
        assert due(final) == before  # it ran on from the end of the expected day, whenever the worker looked
        assert clocks.tick() == 0


@pytest.mark.django_db
def test_a_clock_that_gets_more_time_is_late_again_when_that_has_passed_too() -> None:
    with frozen("2026-04-13 08:00"):
        clocks.start(CASE, "final", by=BY, grade="D")
        pass_time(days=4)
        clocks.tick()
        clocks.regrade(CASE, "C", by=BY)
        clocks.tick()
        pass_time(days=14)
        clocks.tick()
    assert announced().count("clock.late") == 2


@pytest.mark.django_db
def test_a_new_calendar_moves_the_due_times_of_clocks_that_run() -> None:
    author, second = an_actor("policies.draft", person=1), an_actor("policies.approve", person=2, fresh=True)
    with frozen("2026-04-13 09:00"):
        clock = clocks.start(CASE, "final", by=BY, grade="D")
        stopped = clocks.start("complaint:13", "final", by=BY, grade="D")
        clocks.stop("complaint:13", "final", by=BY)
        text = policies.export(CALENDAR).removesuffix("]\n") + '  ["2026-04-15", "-", "停产检修", "Shutdown"],\n]\n'
        draft = policies.submit(policies.open_draft(by=author, policy="calendar", text=text), by=author)
        policies.approve(draft, by=second)
        clocks.tick()
        assert (due(clock), due(stopped)) == ("2026-04-17 17:30", "2026-04-16 17:30")
        assert "停产检修" in [line.reason.zh for line in clocks.why(clock).lines]


@pytest.mark.django_db
@pytest.mark.parametrize("row", ['"2026-13-01", "-"', '"2026-04-15", "08:00-08:00"', '"2026-04-15", "25:00-26:00"'])
def test_a_calendar_with_an_impossible_day_or_period_is_unsound(row: str) -> None:
    text = policies.export(CALENDAR).removesuffix("]\n") + f'  [{row}, "-", "-"],\n]\n'
    assert [flaw.code for flaw in CALENDAR.flaws(text)] == ["senseless"]


@pytest.mark.django_db
def test_why_this_time_lists_what_counted_what_was_skipped_the_pauses_and_the_rule() -> None:
    with frozen("2026-04-30 16:30"):
        clock = clocks.start(CASE, "sample", by=BY, grade="C")
        clocks.pause(CASE, reason=WAITS, expected_on=date(2026, 5, 7), by=BY)
        pass_time(days=6)
        clocks.resume(CASE, by=BY)
    why = clocks.why(Clock.objects.prefetch_related("pauses").get(pk=clock.pk))
    assert [(local(x.end).strftime("%m-%d"), x.counted, x.reason.zh) for x in why.lines] == [
        ("05-01", False, "起算日不计"),
        ("05-03", False, "劳动节"),
        ("05-04", False, "周休日"),
        ("05-05", False, "劳动节（补假）"),
        ("05-06", False, "休息日（由 2026-05-09 调休）"),
        ("05-09", True, "工作日"),
        ("05-10", True, "调休上班"),
        ("05-11", False, "周休日"),
        ("05-11", True, "工作日"),
    ]
    (pause,) = why.pauses
    assert (pause.reason.zh, pause.earned.zh, pause.open) == ("待样品", "8 小时", False)
    assert why.rule.zh.startswith("时限 第 1 版第 ") and "5 个工作日" in why.span.zh
    with override("en"):
        shown: dict[str, Any] = why.as_dict()
    assert (shown["intervals"][-1]["to"], shown["due_at"]) == (
        "2026-05-11T09:30:00.000000Z",
        "2026-05-12T09:30:00.000000Z",
    )
    assert shown["pauses"][0]["reason"] == "Awaiting the sample"
    assert shown["rule"]["version"] == 1


@pytest.mark.django_db
def test_why_says_when_the_holidays_of_a_year_are_not_announced_yet() -> None:
    with frozen("2029-12-28 09:00"):
        why = clocks.why(clocks.start(CASE, "final", by=BY, grade="C"))
    assert [remark.zh[:4] for remark in why.remarks] == ["2029", "2030"]


@pytest.mark.django_db
def test_the_time_left_is_told_in_the_clocks_own_time() -> None:
    with frozen("2026-04-13 11:00"):
        clock = clocks.start(CASE, "transfer", by=BY)
        pass_time(hours=4)
        left = clocks.left(clock)
        assert left is not None and (left.zh, left.en) == ("剩 1 小时 30 分工作时间", "1 h 30 min of working time left")
        pass_time(hours=18)
        left = clocks.left(clock)
        assert left is not None and left.zh == "已超 2 小时工作时间"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_tick_at_once_one_announces() -> None:
    with frozen("2026-04-13 08:00"):
        for number in range(5):
            clocks.start(f"complaint:{number}", "transfer", by=Actor.clockwork("test"))
        pass_time(days=1)

        def tick(_: int) -> int:
            try:
                return clocks.tick()
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(tick, range(8))) == 5
    assert all([e.action for e in journal.entries_of(f"complaint:{n}")] == ["clock.late"] for n in range(5))
