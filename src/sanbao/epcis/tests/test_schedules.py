"""A scheduled question is asked when its fields say so."""

from datetime import datetime

import pytest

from sanbao.epcis.standard.schedules import NoSchedule, Schedule

NOON = datetime(2026, 4, 2, 12, 0, 30)  # a Thursday


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hour": "1", "minute": "5"}, datetime(2026, 4, 3, 1, 5)),
        ({"hour": "13"}, datetime(2026, 4, 2, 13, 0)),
        ({"second": "0/30"}, datetime(2026, 4, 2, 12, 1, 0)),
        ({"minute": "[10-12],45"}, datetime(2026, 4, 2, 12, 10)),
        ({"dayOfWeek": "1"}, datetime(2026, 4, 6)),
        ({"dayOfWeek": "4", "hour": "11"}, datetime(2026, 4, 9, 11)),
        ({"dayOfMonth": "31"}, datetime(2026, 5, 31)),
        ({"dayOfMonth": "29", "month": "2"}, datetime(2028, 2, 29)),
        ({"month": "1"}, datetime(2027, 1, 1)),
        ({"second": 31}, datetime(2026, 4, 2, 12, 0, 31)),
    ],
)
def test_the_next_time_is_the_first_that_fits_every_field(fields: dict[str, str], expected: datetime) -> None:
    assert Schedule.of(fields).after(NOON) == expected


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, ""),
        ({"hour": "24"}, "hour"),
        ({"hour": "x"}, "hour"),
        ({"minute": "9-3"}, "minute"),
        ({"minute": "0/0"}, "minute"),
        ({"dayOfWeek": "0"}, "dayOfWeek"),
        ({"hour": True}, "hour"),
        ({"hours": "1"}, "hours"),
        ({"dayOfMonth": "31", "month": "2"}, ""),
    ],
)
def test_a_schedule_that_cannot_be_read_or_never_comes_is_refused(fields: dict[str, str], field: str) -> None:
    with pytest.raises(NoSchedule) as refused:
        Schedule.of(fields)
    assert refused.value.field == field
