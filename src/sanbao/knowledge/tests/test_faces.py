"""The knowledge base in the browser and through the API."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.knowledge import actions
from sanbao.knowledge.models import Article
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


def test_list_and_article_open_and_offer_what_can_be_done(fitting: Article, people: Any) -> None:
    client = browser(people["technologist"])
    page = client.get("/knowledge/").content.decode()
    assert fitting.number in page and fitting.title_zh in page
    shown = client.get(fitting.get_absolute_url()).content.decode()
    assert "/do/revise" in shown and "/do/withdraw" not in shown and f"/q/guides/{fitting.number}" in shown


def test_the_list_asks_as_often_for_many_articles_as_for_one(
    in_force: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        in_force(title_zh=f"第 {n} 篇")
    client = browser(people["technologist"])
    client.get("/knowledge/")
    with django_assert_max_num_queries(20):
        client.get("/knowledge/")


@pytest.mark.clause("W-09")
def test_a_program_writes_submits_and_is_refused_like_a_page(people: Any, approver: Any) -> None:
    writer = Program(people["technologist"])
    article = writer.post(
        "articles", topic="cleaning", reader="outside", title_zh="清洁", body_zh="软布、中性清洗剂", lines=["喷涂"]
    )
    assert (article["state"], article["lines"]) == ("draft", ["喷涂"])
    article = writer.post(f"articles/{article['id']}/edit", body_zh="软布、中性清洗剂，不用钢丝球")
    assert (article["lines"], article["title_zh"]) == (["喷涂"], "清洁")
    article = writer.post(f"articles/{article['id']}/submit")
    told = Program(people["gm"]).refused(f"articles/{article['id']}/approve")
    assert (told["code"], told["clause"]) == ("article.not_approver", "W-09")
    actions.approve(Article.objects.get(pk=article["id"]), by=approver)
    found = writer.get("articles", q="钢丝", state="in_force")
    assert [row["number"] for row in found["items"]] == [article["number"]]
