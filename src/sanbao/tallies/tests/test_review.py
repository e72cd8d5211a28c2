"""Measures are organised by the production VP, and satisfaction goes into the management review (U-01, U-12)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints.models import Complaint
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
from sanbao.kernel import journal, obligations
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import today
from sanbao.tallies import actions
from sanbao.tallies.models import Analysis, AnalysisState
from sanbao.tallies.tests.test_tallies import SPAN, page_of

pytestmark = pytest.mark.django_db


def owed(analysis: Analysis) -> dict[str, str]:
    return {duty.code: duty.owed_by for duty in obligations.open_on(analysis.subject)}


@pytest.fixture
def concluded(register: Any, quality: Any, by: Any) -> Any:  # noqa: F811
    """An analysis of April, of two complaints: one user was satisfied, one was not asked yet."""

    def make(measures: str = "前处理加一道水洗") -> Analysis:
        case = quality()
        register()
        Complaint.objects.filter(pk=case.pk).update(satisfaction="satisfied")
        opened = actions.analyse(by=by.manager, first=SPAN[0], last=today(), occasion="季度")
        return actions.conclude_analysis(
            opened, by=by.manager, findings="掉粉集中在一条线", measures=measures, reason="" if measures else "已整改"
        )

    return make


@pytest.mark.clause("U-01")
def test_measures_are_organised_by_the_production_vp_before_the_review(concluded: Any, by: Any) -> None:  # noqa: F811
    case = concluded()
    assert owed(case) == {"analysis.organise": "management.production_vp"}
    assert "analysis.organise" in set(obligations.open_for(by.vp).values_list("code", flat=True))
    with refused("analysis.not_organised", "U-01"):
        actions.take_to_review(case, by=by.gm, review="同意")
    with pytest.raises(Refusal) as caught:
        actions.organise(case, by=by.manager, plan="我来排")
    assert caught.value.status == 403
    case = actions.organise(case, by=by.vp, plan="前处理班 6 月 1 日前加水洗，JZ-2026-0007")
    assert owed(case) == {"analysis.review": "management.gm"}
    assert (case.organised_by, case.state) == (by.vp.ref, AnalysisState.MEASURES)


@pytest.mark.clause("U-12")
def test_how_satisfied_users_were_goes_into_the_management_review(concluded: Any, by: Any) -> None:  # noqa: F811
    case = concluded("")
    assert owed(case) == {"analysis.review": "management.gm"}
    assert next(iter(obligations.open_on(case.subject))).due_at is not None
    case = actions.take_to_review(case, by=by.gm, review="满意情况列入下季度重点")
    assert owed(case) == {}
    kept = journal.entries_of(case.subject).get(action="analysis.take_to_review").facts["satisfaction"]
    assert sorted(kept) == [["", 1, 0], ["satisfied", 1, 0]]


def test_the_page_shows_satisfaction_and_what_the_review_decided(concluded: Any, people: Any, by: Any) -> None:  # noqa: F811
    case = actions.organise(concluded(), by=by.vp, plan="前处理班加水洗")
    assert "data-row=" in page_of(people["gm"]).get("/tallies/analyses/?tab=review").content.decode()
    case = actions.take_to_review(case, by=by.gm, review="列入下季度重点")
    page = page_of(people["gm"]).get(case.get_absolute_url()).content.decode()
    assert "列入下季度重点" in page and "前处理班加水洗" in page and "满意" in page
    assert "data-row=" not in page_of(people["gm"]).get("/tallies/analyses/?tab=review").content.decode()
