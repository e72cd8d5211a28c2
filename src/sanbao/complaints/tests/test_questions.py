"""使用咨询: a usage question is answered from the knowledge base, not graded (W-09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanbao.complaints import actions, queries
from sanbao.complaints.models import Complaint, State
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations, times
from sanbao.kernel.actor import Actor
from sanbao.knowledge import actions as knowledge
from sanbao.knowledge import queries as articles
from sanbao.knowledge.models import Article
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


@pytest.fixture
def article(product: Any, surface: Any) -> Article:
    draft = knowledge.draft(
        by=Actor.clockwork("writer"),
        topic="cleaning",
        reader="outside",
        title_zh="喷涂型材的清洁",
        body_zh="用中性清洗剂和软布。",
        title_en="Cleaning coated profiles",
        body_en="A neutral cleaner and a soft cloth.",
        products=[product],
        classes=[surface],
    )
    return knowledge.approve(knowledge.submit(draft, by=HOUSE), by=HOUSE)


@pytest.fixture
def question(by: Any, customer: Any, product: Any) -> Complaint:
    return actions.register_question(
        by=by.clerk, source="user", channel="phone", description="怎样清洁？", customer=customer, product=product
    )


@pytest.mark.clause("W-09")
def test_a_question_asked_by_phone_has_an_owner_a_step_and_a_date_and_needs_no_read_back(question: Complaint) -> None:
    assert (question.state, question.is_question) == (State.REGISTERED, True)
    assert question.owner and question.next_due and question.next_clause == "W-09"
    assert question.step_words.zh == "答复使用咨询" and question.reported_at is None


@pytest.mark.clause("W-09")
def test_a_question_is_not_graded_and_has_no_feedback_form(question: Complaint, register: Any, by: Any) -> None:
    for act, facts in (("issue_form", {}), ("explain", {"text": "说明", "basis": "C-07"})):
        with refused("complaint.other_matter", "W-09", matter="question"):
            getattr(actions, act)(question, by=by.clerk, **facts)
    complaint = register()
    with refused("complaint.other_matter", "W-09", matter="complaint"):
        actions.answer_question(complaint, by=by.clerk, text="这样用")


@pytest.mark.clause("W-09")
def test_an_answer_quotes_an_article_by_number_and_edition_and_the_case_keeps_it(
    question: Complaint, article: Article, by: Any
) -> None:
    with refused("complaint.answer_missing", "W-09"):
        actions.answer_question(question, by=by.clerk)
    case = actions.answer_question(question, by=by.clerk, text="您好：", quotes=[article])
    assert case.answer == f"您好：\n\n《喷涂型材的清洁》（知识库 {article.number} 第 1 版）：\n用中性清洗剂和软布。"
    quoted = articles.quotations_about(case.subject)
    assert [(one.article.number, one.article.edition) for one in quoted] == [(article.number, 1)]
    assert articles.often_quoted() == {article.number: 1}


def test_an_export_user_is_quoted_to_in_english(question: Complaint, article: Article, by: Any) -> None:
    Complaint.objects.filter(pk=question.pk).update(category="export")
    case = actions.answer_question(fresh(question), by=HOUSE, quotes=[article])
    assert case.answer.startswith("“Cleaning coated profiles” (knowledge base ")


@pytest.mark.clause("W-09")
def test_what_is_not_in_force_or_not_public_is_not_quoted(question: Complaint, article: Article, by: Any) -> None:
    gone = knowledge.withdraw(article, by=HOUSE, reason="过时")
    with refused("article.not_quotable", "W-09", number=article.number):
        actions.answer_question(question, by=by.clerk, quotes=[gone])
    assert fresh(question).state == State.REGISTERED


@pytest.mark.clause("W-03")
def test_a_question_ends_with_the_user_s_view(question: Complaint, by: Any) -> None:
    case = actions.answer_question(question, by=by.clerk, text="用软布")
    with refused("wrong_state", "W-03"):
        actions.close(case, by=by.clerk, basis="W-09")
    case = actions.record_view(case, by=by.clerk, view="还是不明白", attitude="asks_more")
    assert (case.state, case.next_clause) == (State.REGISTERED, "W-09")
    case = actions.answer_question(case, by=by.clerk, text="先冲水，再用软布擦")
    case = actions.record_view(case, by=by.clerk, view="明白了", attitude="accepts")
    case = actions.close(case, by=by.clerk, basis="SB-W W-09")
    assert (case.state, case.ending, case.satisfaction) == (State.CLOSED, "satisfied", "satisfied")


@pytest.mark.clause("W-09")
def test_on_site_service_is_a_promised_visit_without_which_the_case_stays_open(question: Complaint, by: Any) -> None:
    with refused("complaint.visit_missing", "W-09"):
        actions.answer_question(question, by=by.clerk, text="上门看", resolution="onsite")
    visit = times.now() + timedelta(days=2)
    case = actions.answer_question(question, by=by.clerk, text="上门看", resolution="onsite", visit_at=visit)
    case = actions.record_view(case, by=by.clerk, view="好", attitude="accepts")
    with refused("obligations_open", "W-05"):
        actions.close(case, by=by.clerk, basis="W-09")
    case = actions.keep_promise(fresh(case), by=by.clerk, promise=case.promises.get(), text="已调试")
    assert actions.close(case, by=by.clerk, basis="W-09").state == State.CLOSED


@pytest.mark.clause("W-09")
def test_a_question_that_is_a_complaint_becomes_one(question: Complaint, by: Any) -> None:
    case = actions.turn_into_complaint(question, by=by.clerk, reason="其实掉粉了", quality_related=True)
    assert (case.is_question, case.state, case.next_clause) == (False, State.REGISTERED, "C-06")
    case = actions.confirm_read_back(case, by=by.clerk, confirmed_by="用户本人")
    assert case.next_clause == "C-08" and case.reported_at is not None
    assert "assign" in obligations.open_for(by.gm).values_list("code", flat=True)


def test_questions_are_no_opinions_and_do_not_count_as_complaints_of_a_kind(question: Complaint, by: Any) -> None:
    today = times.today()
    assert list(queries.register_of(by.gm, today, today)) == []


def test_grade_d_may_be_answered_by_an_article_alone(story: Any, by: Any, article: Article) -> None:
    case = story.decided("S1")
    assert case.grade == "D"
    case = actions.decide_d(case, by=by.clerk, choice="guidance", reason="属清洁不当")
    with refused("complaint.care_missing", "C-15"):
        actions.answer(case, by=by.clerk, text="属使用原因", basis="检验报告")
    case = actions.answer(fresh(case), by=by.clerk, text="属使用原因", basis="检验报告", quotes=[article])
    assert article.number in case.care and "软布" in case.care


def test_page_and_program_enter_and_answer_a_question(people: Any, customer: Any, product: Any, article: Any) -> None:
    client = browser(people["clerk"])
    assert "怎样存放" in client.get("/complaints/new/question").content.decode()
    sent = {"customer": customer.code, "source": "user", "channel": "phone", "description": "怎样清洁？"}
    assert client.post("/complaints/new/question", {**sent, "product": product.code}).status_code == 303
    case = Complaint.objects.get()
    page = client.get(case.get_absolute_url()).content.decode()
    assert "喷涂型材的清洁" in page and "/do/answer_question" in page and "/do/issue_form" not in page
    program = Program(people["clerk"])
    told = program.refused(f"complaints/{case.pk}/answer-question", also="ZS-9999", resolution="answered")
    assert told["errors"][0]["field"] == "also"
    shown = program.post(f"complaints/{case.pk}/answer-question", also=article.number.lower(), resolution="answered")
    assert (shown["state"], shown["quotations"][0]["article"]) == ("answered", article.number)


@pytest.mark.clause("W-03")
def test_a_user_who_never_answers_our_answer_is_tried_too_and_then_the_general_manager_has_the_ball(
    story: Any, by: Any
) -> None:
    case = story.answered()
    for duty in ("nonconformity.control", "corrective.action", "cause.found"):
        story.settle(case, duty)
    case = fresh(case)
    with refused("complaint.view_first", "C-11"):
        actions.ask_satisfaction(case, by=by.clerk, outcome="satisfied")
    for _ in range(3):
        case = actions.ask_satisfaction(case, by=by.clerk, outcome="unreachable")
        times.pass_time(days=1)
    assert (case.state, case.next_party, case.next_clause) == (State.ANSWERED, "management.gm", "W-03")
    case = actions.close_unsatisfied(fresh(case), by=by.gm, basis="W-03，三日三次未接通")
    assert case.ending == "unsatisfied"
