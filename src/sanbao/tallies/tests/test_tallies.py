"""The register is tallied, each figure leads to its records, and what it comes to is concluded (U-11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from sanbao.complaints.queries import register_of
from sanbao.complaints.tests.conftest import (  # noqa: F401
    by,
    customer,
    monday_morning,
    people,
    product,
    quality,
    register,
    surface,
)
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations, times
from sanbao.parties.models import Person
from sanbao.tallies import actions, handlers, queries
from sanbao.tallies.models import Analysis, AnalysisState
from sanbao.tallies.queries import By
from tests.cast import Program

pytestmark = pytest.mark.django_db
SPAN = (date(2026, 4, 1), date(2026, 4, 30))


@pytest.fixture
def four(register: Any, quality: Any, by: Any, customer: Any) -> None:  # noqa: F811
    """Four complaints in April: two about a class and a product, one without either, one of long ago."""
    quality()
    quality()
    register()
    old = register()
    type(old).objects.filter(pk=old.pk).update(received_at=times.factory("2025-04-10 10:00"))


def page_of(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.clause("U-11")
@pytest.mark.parametrize("ground", [ground.value for ground in By])
def test_each_figure_opens_the_complaints_that_it_counts(four: None, people: Any, by: Any, ground: str) -> None:  # noqa: F811
    lines = queries.tally(by.gm, *SPAN, ground)
    assert sum(one.line.count for one in lines) == register_of(by.gm, *SPAN).count() == 3
    page = page_of(people["gm"])
    for one in lines:
        found = page.get("/complaints/register", one.query).content.decode()
        assert found.count("data-row=") == one.line.count, one.query


def test_a_tally_takes_the_same_number_of_queries_however_many_complaints(
    four: None, register: Any, by: Any, django_assert_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    for _ in range(2):
        with django_assert_num_queries(3):
            queries.tally(by.gm, *SPAN, "fault")
        register()


def test_page_sheet_and_api_say_the_same(four: None, people: Any, by: Any) -> None:  # noqa: F811
    page = page_of(people["gm"])
    text = page.get("/tallies/", {"from": "2026-04-01", "to": "2026-04-30", "by": "product"}).content.decode()
    assert "3 件，上期 0 件" in text
    sheet = page.get("/tallies/", {"from": "2026-04-01", "to": "2026-04-30", "by": "product", "export": "csv"})
    rows = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    told = Program(people["gm"]).get("analyses/tally", first="2026-04-01", last="2026-04-30", by="product")["items"]
    assert [row.split(",")[1] for row in rows[1:]] == [str(item["complaints"]) for item in told]
    assert all(item["title"] in text for item in told)


@pytest.mark.clause("U-11")
def test_the_calendar_asks_for_the_analysis_of_the_quarter_once(four: None, by: Any) -> None:  # noqa: F811
    assert handlers.ask_for_it() == 0, "nothing was complained of in the first quarter"
    times.pass_time(days=80)
    assert (handlers.ask_for_it(), handlers.ask_for_it()) == (1, 0)
    case = Analysis.objects.get()
    assert (case.first, case.last, case.regular, case.figures["complaints"]) == (
        date(2026, 4, 1), date(2026, 6, 30), True, 3
    )  # fmt: skip
    duty = obligations.open_on(case.subject).get()
    assert (duty.code, duty.owed_by, duty.due_at) == ("analyse", "qc.department_manager", case.due_at)
    assert case.figures["fault"][0][1:] == [2, 0]


@pytest.mark.clause("U-11")
def test_an_analysis_ends_with_measures_or_with_why_none_are_needed(four: None, by: Any) -> None:  # noqa: F811
    case = actions.analyse(by=by.gm, first=SPAN[0], last=SPAN[0].replace(day=20), occasion="掉粉增多")
    with refused("analysis.no_measures", "U-11"):
        actions.conclude_analysis(case, by=by.gm, findings="两起都是粉末涂料")
    case = actions.conclude_analysis(case, by=by.gm, findings="两起都是粉末涂料", measures="每批粉末加做附着力")
    assert case.state == AnalysisState.MEASURES
    assert not obligations.open_on(case.subject).filter(code=actions.ANALYSE).exists()
    other = actions.analyse(by=by.gm, first=SPAN[0], last=SPAN[0], occasion="抽看")
    assert actions.conclude_analysis(other, by=by.gm, findings="一件", reason="已闭环").state == AnalysisState.NOTHING


def test_a_period_that_runs_backwards_or_into_the_future_is_refused(by: Any) -> None:  # noqa: F811
    for first, last in ((date(2026, 4, 10), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 12, 31))):
        with refused("analysis.period", "U-11"):
            actions.analyse(by=by.gm, first=first, last=last, occasion="x")


def test_what_was_concluded_keeps_its_figures(four: None, register: Any, people: Any, by: Any) -> None:  # noqa: F811
    case = actions.analyse(by=by.gm, first=SPAN[0], last=date(2026, 4, 20), occasion="掉粉增多")
    register()
    case = actions.conclude_analysis(case, by=by.gm, findings="两起", reason="已闭环")
    assert case.figures["complaints"] == 3
    text = page_of(people["gm"]).get(case.get_absolute_url()).content.decode()
    assert "掉粉增多" in text and "已闭环" in text
