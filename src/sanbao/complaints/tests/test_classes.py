"""Classes reported and confirmed stand side by side, and the responsible department is told within the clock (C-21)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanbao.catalog.models import DefectClass
from sanbao.complaints import actions
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import clocks, obligations, times
from sanbao.parties.models import Person
from tests.cast import Program


@pytest.mark.clause("C-21")
def test_intake_reports_a_class_and_technology_confirms_another(quality: Any, by: Any, surface: Any) -> None:
    case, other = quality(), DefectClass.objects.get(code="Q2")
    with refused("complaint.class_not_yours", "C-21"):
        actions.classify(case, by=by.clerk, confirmed_class=other)
    actions.issue_form(case, by=by.clerk)
    case = actions.classify(fresh(case), by=by.technologist, confirmed_class=other)
    assert (case.reported_class, case.confirmed_class) == (surface, other)


@pytest.mark.clause("C-21")
def test_the_responsible_department_is_told_and_a_clock_runs_until_it_acknowledges(story: Any, by: Any) -> None:
    case = story.decided()
    assert clocks.running(case.subject).filter(kind="notice").exists()
    assert "opinion" in obligations.open_for(by.foreman).values_list("code", flat=True)
    with refused("complaint.not_your_opinion", "C-21"):
        actions.acknowledge_opinion(case, by=by.inspector)
    times.pass_time(hours=1)
    case = actions.acknowledge_opinion(case, by=by.foreman)
    assert not clocks.running(case.subject).filter(kind="notice").exists()
    with refused("complaint.no_opinion_to_acknowledge", "C-21"):
        actions.acknowledge_opinion(case, by=by.foreman)


@pytest.mark.clause("U-10")
def test_list_register_sheet_and_api_are_narrowed_by_both_classes(quality: Any, by: Any, people: Any) -> None:
    inner = DefectClass.objects.filter(parent__code="Q3").first()
    one, other = quality(reported_class=inner), quality(reported_class=DefectClass.objects.get(code="Q2"))
    actions.issue_form(one, by=by.clerk)
    actions.classify(fresh(one), by=by.technologist, confirmed_class=inner)
    Person.objects.filter(pk=people["clerk"].pk).update(one_time_password=False)
    client = Client()
    client.force_login(people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    for page in ("complaints:list", "complaints:register"):
        for asked in ({"reported_class": "Q3"}, {"confirmed_class": "Q3"}, {"reported_class": inner.code}):
            text = client.get(reverse(page), asked).content.decode()
            assert one.number in text and other.number not in text, (page, asked)
    answer = client.get(reverse("complaints:register"), {"reported_class": "Q2", "export": "csv"})
    sheet = answer.getvalue().decode("utf-8-sig")
    assert other.number in sheet and one.number not in sheet
    program = Program(people["clerk"])
    assert [c["number"] for c in program.get("complaints", confirmed_class="Q3")["items"]] == [one.number]
    assert program.get("complaints", state="nowhere")["items"] == []
    period = {"first": "2026-04-01", "last": "2026-04-30"}
    for form, magic in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        answer = program.client.get(f"/api/v1/complaints/register.{form}", {**period, "reported_class": "Q2"})
        assert answer.getvalue().startswith(magic), form
