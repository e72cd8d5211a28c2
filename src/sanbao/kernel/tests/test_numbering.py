"""Numbers follow each other without a gap, whatever fails and however many take one at once (C-19)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from sanbao.kernel import numbering
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import frozen


@pytest.mark.django_db
def test_numbers_follow_each_other_and_begin_again_each_year() -> None:
    with frozen("2026-12-31 23:30"):
        assert [numbering.take("complaint") for _ in range(2)] == ["TS-2026-000001", "TS-2026-000002"]
    with frozen("2027-01-01 00:10"):
        assert numbering.take("complaint") == "TS-2027-000001"
        assert numbering.take("complaint", on=date(2026, 12, 31)) == "TS-2026-000003"
        assert numbering.take("feedback_form") == "XF-2027-000001"


@pytest.mark.django_db
def test_a_series_that_never_restarts_carries_no_year() -> None:
    assert [numbering.take("sample", on=date(year, 1, 1)) for year in (2026, 2027)] == ["S-0001", "S-0002"]


@pytest.mark.django_db
def test_a_number_that_was_rolled_back_is_given_again() -> None:
    numbering.take("complaint")
    with pytest.raises(RuntimeError, match="power cut"), transaction.atomic():
        lost = numbering.take("complaint")
        raise RuntimeError("power cut")
    assert numbering.take("complaint") == lost


@pytest.mark.django_db
def test_a_series_that_the_policy_does_not_know_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        numbering.take("unheard")
    assert refused.value.code == "policy.input"


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        numbering.take("complaint")


@pytest.mark.django_db
def test_completeness_is_proved_or_the_holes_are_named() -> None:
    used = [numbering.take("feedback_form", on=date(2026, 3, 1)) for _ in range(5)]
    assert numbering.check("feedback_form", used, year=2026).complete
    holed = numbering.check("feedback_form", [*used[:1], used[3], used[3], "XF-2026-000099", "BQ1"], year=2026)
    assert not holed.complete
    assert (holed.given, holed.missing, holed.twice) == (5, (2, 3, 5), (4,))
    assert holed.never_given == ("XF-2026-000099", "BQ1")
    assert numbering.years("feedback_form") == [2026]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_consecutive_numbers_although_some_fail() -> None:
    def take_ten(worker: int) -> list[str]:
        taken = []
        try:
            for turn in range(10):
                try:
                    with transaction.atomic():
                        number = numbering.take("complaint", on=date(2026, 4, 18))
                        if (worker + turn) % 4 == 0:
                            raise RuntimeError("rolled back")
                        taken.append(number)
                except RuntimeError:
                    continue
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [number for numbers in pool.map(take_ten, range(8)) for number in numbers]
    assert len(taken) == 60
    assert sorted(taken) == [f"TS-2026-{n:06d}" for n in range(1, 61)]
    assert numbering.check("complaint", taken, year=2026).complete
