"""A supplier answers by his link, and his answer is reviewed (Q-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sanbao.complaints.tests.refusing import refused
from sanbao.corrective import actions, links
from sanbao.corrective.models import CorrectiveAction
from sanbao.corrective.tests.conftest import again, signer
from sanbao.corrective.views import OPENED, SENT
from sanbao.kernel import obligations, times
from sanbao.parties.models import Supplier
from tests.cast import Program

pytestmark = pytest.mark.django_db
ANSWER = {
    "name": "陈工",
    "containment": "在库 2 批停发",
    "occurrence_whys": "1. 粉末受潮\n2. 包装破损\n3. 托盘没有护角",
    "occurrence_cause": "托盘没有护角",
    "escape_cause": "出厂只抽外观",
    "measure": "加护角，逐托检查",
    "due_on": "2026-05-10",
}


@pytest.fixture(autouse=True)
def begin_anew() -> None:
    OPENED.forget()
    SENT.forget()


@pytest.fixture
def asked(posts: Any, people: Any, product: Any, surface: Any) -> Callable[..., CorrectiveAction]:
    supplier = Supplier.objects.create(code="GF-9", name="东演粉末厂", state="in_use")

    def make(**facts: Any) -> CorrectiveAction:
        values: dict[str, Any] = {
            "supplier": supplier, "title": "粉末受潮", "problem": "三批粉末结块", "lead": people["inspector"],
            "metric": "rate", "product": product, "defect": surface,
        }  # fmt: skip
        return actions.ask_supplier(by=posts.buyer, **{**values, **facts})

    return make


def page_of(case: CorrectiveAction) -> str:
    address = links.address_of(case)
    return address[address.index("/corrective/a/") :]


@pytest.mark.clause("Q-05")
def test_the_supplier_reads_the_problem_and_answers_without_a_log_in(asked: Any, posts: Any) -> None:
    case = asked()
    token = links.token_of(case)
    assert (len(token), token in str(CorrectiveAction.objects.values().get())) == (43, False)
    client = Client()
    text = client.get(page_of(case)).content.decode()
    assert "三批粉末结块" in text and "东演粉末厂" in text and "LM80" not in text
    assert client.post(page_of(case), ANSWER).status_code == 200
    case = again(case)
    assert (case.state, case.answered_by, case.occurrence_cause) == ("answered", "陈工", "托盘没有护角")
    assert [m.text for m in case.measures.all()] == ["加护角，逐托检查"]
    assert "corrective.review" in obligations.open_for(posts.qc_head).values_list("code", flat=True)
    # A second answer on the same link changes nothing.
    client.post(page_of(case), {**ANSWER, "occurrence_cause": "另一个"})
    assert again(case).occurrence_cause == "托盘没有护角"


@pytest.mark.clause("Q-05")
def test_an_incomplete_answer_is_refused_on_the_form(asked: Any) -> None:
    case = asked()
    answer = Client().post(page_of(case), {**ANSWER, "measure": ""})
    assert answer.status_code == 422 and again(case).state == "asked"
    with refused("corrective.answer_incomplete", "Q-05"):
        actions.answer(case, by=links.holder(case), **{**ANSWER, "measure": " ", "due_on": times.today()})
    with refused("corrective.no_name", "Q-05"):
        actions.answer(case, by=links.holder(case), **{**ANSWER, "name": " ", "due_on": times.today()})


@pytest.mark.clause("Q-05")
def test_a_link_ends_and_a_new_one_ends_the_old(asked: Any, posts: Any) -> None:
    case = asked()
    old = page_of(case)
    case = actions.ask_again(case, by=posts.buyer)
    assert Client().get(old).status_code == 404
    assert Client().get(page_of(case)).status_code == 200
    times.pass_time(days=31)
    assert Client().get(page_of(case)).status_code == 404
    assert Client().get("/corrective/a/" + "x" * 43).status_code == 404


def test_nobody_guesses_at_links(asked: Any) -> None:
    asked()
    answers = [Client().get("/corrective/a/" + "x" * 43).status_code for _ in range(32)]
    assert answers[-1] == 429


@pytest.mark.clause("Q-05")
def test_an_answer_that_does_not_convince_goes_back_and_is_read_on_the_same_link(asked: Any, posts: Any) -> None:
    case = asked()
    case = actions.answer(case, by=links.holder(case), **{**ANSWER, "due_on": times.today()})
    with refused("corrective.not_approver", "Q-05", approver="qc.department_manager"):
        actions.return_answer(case, by=posts.gm, reason="没有根本原因")
    case = actions.return_answer(case, by=posts.qc_head, reason="没有说为什么破损")
    assert case.state == "asked"
    assert "没有说为什么破损" in Client().get(page_of(case)).content.decode()


@pytest.mark.clause("Q-05")
def test_an_accepted_answer_is_watched_like_our_own_and_pays_for_the_complaint(
    asked: Any, posts: Any, story: Any
) -> None:
    complaint = story.decided()
    case = asked(origin=complaint.subject)
    case = actions.answer(case, by=links.holder(case), **{**ANSWER, "due_on": times.today()})
    case = actions.accept_answer(case, by=signer(posts.qc_head))
    assert (case.state, case.verify_on) == ("waiting", times.today() + timedelta(days=90))
    owed = set(obligations.open_on(complaint.subject).values_list("code", flat=True))
    assert not owed & {"cause.found", "corrective.action"}
    assert Client().get("/corrective/a/" + links.token_of(case)).status_code == 404


@pytest.mark.clause("R-11")
def test_whoever_entered_the_answer_does_not_accept_it(asked: Any, posts: Any) -> None:
    case = asked()
    case = actions.record_answer(case, by=posts.qc_head, **{**ANSWER, "due_on": times.today()})
    with refused("corrective.own", "R-11"):
        actions.accept_answer(case, by=signer(posts.qc_head))


@pytest.mark.clause("Q-05")
def test_a_program_asks_a_supplier_and_enters_what_he_answered(asked: Any, posts: Any, people: Any) -> None:
    asked()
    qc = Program(people["inspector"])
    told = qc.refused("corrective-actions/ask-supplier", supplier="XX", title="x", problem="xxxx", lead="inspector",
                      metric="evidence", threshold="连续三批合格")  # fmt: skip
    assert told["errors"][0]["field"] == "supplier"
    case = qc.post(
        "corrective-actions/ask-supplier",
        supplier="GF-9",
        title="受潮",
        problem="结块三批",
        lead="inspector",
        metric="evidence",
        threshold="连续三批合格",
    )
    assert (case["kind"], case["state"], case["supplier"]) == ("supplier", "asked", "GF-9")
    case = qc.post(f"corrective-actions/{case['id']}/record-answer", **ANSWER)
    assert case["state"] == "answered"
