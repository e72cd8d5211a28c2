"""What a case says about lost time: each promise and clock that ran over, and the days in all, each counted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.complaints import actions, rules
from sanbao.complaints.lateness import lost
from sanbao.kernel import clocks, times
from sanbao.kernel.times import now

MONDAY = datetime(2026, 4, 20, tzinfo=UTC)
spans = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 200)).map(
        lambda pair: (MONDAY + timedelta(hours=pair[0]), MONDAY + timedelta(hours=pair[0] + pair[1]))
    ),
    max_size=8,
)


@given(spans)
def test_each_hour_is_lost_once(found: list[tuple[datetime, datetime]]) -> None:
    hours = {hour for begin, end in found for hour in range(int((begin - MONDAY).total_seconds()) // 3600, 999)
             if MONDAY + timedelta(hours=hour) < end}  # fmt: skip
    assert rules.days_lost(found) == (Decimal(len(hours)) / 24).quantize(Decimal("0.1"))


@pytest.mark.clause("U-09")
@pytest.mark.django_db
def test_a_promise_that_ran_over_is_told_until_it_was_kept(register: Any, by: Any) -> None:
    case = register()
    actions.promise(case, by=by.clerk, kind="visit", text="换料", due_at=now() + timedelta(hours=1))
    actions.promise(case, by=by.clerk, kind="other", text="来样", due_at=now() + timedelta(days=9))
    assert not lost(case, case.promises.all(), ())
    times.pass_time(hours=49)
    found = lost(case, case.promises.all(), ())
    assert [(str(line.what), line.open, line.days) for line in found.lines] == [
        ("答应上门：换料", True, Decimal("2.0"))
    ]
    actions.keep_promise(case, by=by.clerk, promise=case.promises.get(kind="visit"))
    times.pass_time(days=1)
    found = lost(case, case.promises.all(), clocks.of(case.subject).none())
    assert [(line.open, line.days) for line in found.lines] == [(False, Decimal("2.0"))]


def test_who_has_gone_higher_stays_there() -> None:
    way = ["", "after_sales.team_leader", "sales.department_manager", "management.gm"]
    assert [rules.rung(role) for role in way] == [0, 1, 2, 3]
