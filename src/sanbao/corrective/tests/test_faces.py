"""Corrective actions in the browser, through the API, on paper."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from sanbao.complaints.tests.conftest import fresh
from sanbao.corrective import actions, documents
from sanbao.kernel import times
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


@pytest.mark.clause("Q-03")
def test_a_program_opens_one_and_is_refused_like_a_page(people: Any, story: Any, posts: Any, surface: Any) -> None:
    case, qc = story.graded(), Program(people["inspector"])
    body = {"title": "附着力", "problem": "三批掉粉", "lead": "technologist", "metric": "rate", "defect": surface.code}
    told = qc.refused("corrective-actions", origin="TS-9999", **body)
    assert told["errors"][0]["field"] == "origin"
    one = qc.post("corrective-actions", origin=case.number, team=["foreman"], **body)
    assert (one["origin"], one["state"], one["team"]) == (case.subject, "analysing", ["technologist", "foreman"])
    path = f"corrective-actions/{one['id']}"
    cause = {"occurrence_whys": "一\n二\n三", "occurrence_cause": "没有规程", "escape_whys": "一\n二\n三",
             "escape_cause": "没有检出", "basis": "记录"}  # fmt: skip
    told = Program(people["technologist"]).refused(f"{path}/find-cause", **cause)
    assert (told["code"], told["clause"]) == ("corrective.no_origin", "W-05")
    told = Program(people["inspector"]).refused(f"{path}/verify", effective=True, verdict="好", basis="台账")
    assert told["code"] == "wrong_state"
    told = Program(people["inspector"]).refused(
        f"complaints/{case.pk}/settle-duty", duty="cause.found", how="done", reason="已口头查明"
    )
    assert (told["code"], told["clause"]) == ("complaint.by_corrective_action", "W-05")
    assert qc.get("corrective-actions", origin=case.subject)["items"][0]["id"] == one["id"]


def test_pages_show_the_disciplines_the_fishbone_and_the_story(
    doing: Any, opened: Any, waiting: Any, posts: Any, people: Any, ship: Any
) -> None:
    ship(50, times.today() - timedelta(days=5), "FH-1")
    case = actions.draw_bones(opened(), by=posts.technologist, machine="加热管结垢", method="没有清洗周期")
    case = waiting(case)
    page = browser(people["inspector"])
    text = page.get(case.get_absolute_url()).content.decode()
    for said in (
        "前处理温度偏低",
        "没有规定加热管清洗周期",
        "加热管结垢",
        "<svg",
        "每周清洗加热管并记录",
        "待验证效果",
    ):
        assert said in text
    assert case.number in page.get("/corrective/?tab=verify").content.decode()
    assert case.number in page.get("/corrective/?q=附着力&tab=all").content.decode()
    times.pass_time(days=2)
    assert "单侧" in page.get(f"{case.get_absolute_url()}").content.decode() or case.before["cases"] == 0
    assert page.get("/corrective/open").status_code == 200
    assert browser(people["secretary"]).get(case.get_absolute_url()).status_code == 403


def test_the_form_is_filled_in_from_the_case_that_it_comes_from(story: Any, people: Any) -> None:
    case = story.graded()
    text = browser(people["inspector"]).get(f"/corrective/open?origin={case.number}").content.decode()
    assert case.number in text and "LM80-03" in text
    assert (
        "corrective/open?origin=" in browser(people["inspector"]).get(fresh(case).get_absolute_url()).content.decode()
    )


@pytest.mark.clause("Q-03")
def test_the_8d_report_prints(waiting: Any, opened: Any, posts: Any, people: Any) -> None:
    case = actions.draw_bones(opened(), by=posts.technologist, machine="加热管结垢 #evil[]", method="没有清洗周期")
    case = waiting(case)
    made = documents.eight_pdf(case, posts.inspector)
    assert made.startswith(b"%PDF") and len(made) > 15000
    response = browser(people["inspector"]).get(f"{case.get_absolute_url()}/8d.pdf")
    assert response.content.startswith(b"%PDF")


@pytest.mark.clause("Q-03")
def test_the_8d_report_is_a_word_document_too(waiting: Any, opened: Any, posts: Any, people: Any) -> None:
    case = actions.draw_bones(opened(title="<b>附着力 & 掉粉\x07</b>"), by=posts.technologist, machine="加热管结垢")
    case = waiting(case)
    response = browser(people["inspector"]).get(f"{case.get_absolute_url()}/8d.docx")
    with ZipFile(BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        text = "".join(ElementTree.fromstring(archive.read("word/document.xml")).itertext())
    for said in ("<b>附着力 & 掉粉</b>", "没有规定加热管清洗周期", "Root cause", "每周清洗加热管并记录", "加热管结垢"):
        assert said in text
    assert documents.eight_docx(case, posts.inspector) == documents.eight_docx(case, posts.inspector)


def test_the_list_asks_as_often_for_many_actions_as_for_one(
    opened: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        opened()
    page = browser(people["inspector"])
    page.get("/corrective/")
    with django_assert_max_num_queries(20):
        page.get("/corrective/")
