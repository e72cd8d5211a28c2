"""The tables that ship: each sound, each in its one canonical form, each saying what the procedures say."""

from __future__ import annotations

from datetime import date

import pytest

from sanbao.kernel import numbering, policies
from sanbao.kernel.clocks import CLOCKS
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import Policy, text
from sanbao.kernel.times import today
from sanbao.kernel.working_time import calendar

SHIPPED = [policy for policy in Policy.registry.values() if policy.file.exists()]


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.code)
def test_a_shipped_table_is_sound_and_canonical(policy: Policy) -> None:
    shipped = policy.file.read_text("utf-8")
    assert policy.flaws(shipped) == ()
    sheet = text.read(shipped, policy.shape, policy.code)
    assert policy.write(sheet.note, sheet.rows) == shipped


def test_every_declared_policy_ships_a_table_and_every_table_is_declared() -> None:
    files = {path.stem for path in SHIPPED[0].file.parent.glob("*.toml")}
    assert files == {policy.code for policy in Policy.registry.values() if not policy.code.startswith("toy_")}


@pytest.mark.django_db
def test_the_grading_table_is_that_of_the_procedures() -> None:
    table = {
        "S4": "AAAA",
        "S3": "CBBA",
        "S2": "CCBB",
        "S1": "DDCB",
    }
    grading = Policy.registry["grading"].on(today())
    for severity, grades in table.items():
        found = [grading.decide(severity=severity, spread=f"M{n}")["grade"] for n in range(1, 5)]
        assert "".join(found) == grades, severity


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "spans"),
    [
        ("first_response", "2 h, 4 wh, 1 wd, 1 wd"),
        ("transfer", "4 wh, 4 wh, 4 wh, 4 wh"),
        ("feedback_form", "2 h, 4 wh, 4 wh, 4 wh"),
        ("containment", "24 h, 48 h, None, None"),
        ("sample", "24 h, 48 h, 5 wd, None"),
        ("inspection", "24 h, 2 wd, 3 wd, 3 wd"),
        ("interim", "24 h, 2 wd, 3 wd, None"),
        ("final", "10 wd, 7 wd, 10 wd, 3 wd"),
        ("silence", "1 wd, 2 wd, 2 wd, 2 wd"),
        ("law_backstop", "15 d, 15 d, 15 d, 15 d"),
    ],
)
def test_the_clocks_run_as_the_procedures_say_and_what_is_not_graded_runs_as_c(kind: str, spans: str) -> None:
    version = CLOCKS.on(today())
    assert ", ".join(str(version.decide(kind=kind, grade=grade)["due"]) for grade in "ABCD") == spans
    assert version.decide(kind=kind, grade="-").answer == version.decide(kind=kind, grade="C").answer


@pytest.mark.django_db
def test_every_declared_move_has_its_holder_in_the_permission_table() -> None:
    table = policies.permission_table()
    needed = {
        move.permission
        for lifecycle in Lifecycle.registry.values()
        for move in lifecycle.moves.values()
        if lifecycle.kind != "lamp"
    }
    assert sorted(needed - table.keys() - {""}) == []


@pytest.mark.django_db
def test_leaders_show_a_second_factor_and_a_post_that_nobody_listed_must_too() -> None:
    assert policies.second_factor_required(frozenset({"salesperson", "gm"}))
    assert not policies.second_factor_required(frozenset({"salesperson"}))
    assert policies.second_factor_required(frozenset({"astronaut"}))


@pytest.mark.django_db
def test_the_calendar_works_five_days_and_the_state_councils_make_up_days() -> None:
    days = calendar()
    assert days.working.works(date(2026, 5, 9)) and not days.working.works(date(2026, 5, 4))
    assert not days.working.works(date(2026, 4, 18)) and days.working.works(date(2026, 4, 20))
    assert {2025, 2026} <= days.announced and 2030 not in days.announced


@pytest.mark.django_db
def test_every_series_of_the_forms_has_its_prefix() -> None:
    rule = numbering.NUMBERING.on(today())
    series = ("complaint", "feedback_form", "sample", "inspection")
    assert [rule.decide(series=s)["prefix"] for s in series] == ["TS", "XF", "S", "JY"]
