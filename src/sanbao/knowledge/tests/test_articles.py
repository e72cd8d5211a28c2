"""知识库: written by one, approved by another, in force until the next edition (W-09)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import obligations
from sanbao.knowledge import actions, queries, rules
from sanbao.knowledge.models import Article, ArticleState
from sanbao.knowledge.rules import Tags

pytestmark = pytest.mark.django_db
A = ArticleState


@pytest.mark.clause("W-09")
def test_an_article_holds_only_after_another_person_has_approved_it(write: Any, by: Any, approver: Any) -> None:
    article = actions.submit(write(), by=by.technologist)
    assert (article.state, list(queries.public())) == (A.SUBMITTED, [])
    assert actions.APPROVE in obligations.open_for(by.technical_vp).values_list("code", flat=True)
    Article.objects.filter(pk=article.pk).update(written_by=[approver.ref])
    with refused("article.own", "W-09"):
        actions.approve(article, by=approver)
    Article.objects.filter(pk=article.pk).update(written_by=[by.technologist.ref])
    article = actions.approve(article, by=approver)
    assert (article.state, article.approved_by, list(queries.public())) == (A.IN_FORCE, approver.ref, [article])
    assert not obligations.open_on(article.subject).exists()


@pytest.mark.clause("W-09")
def test_the_policy_names_who_approves_what_users_read(write: Any, by: Any) -> None:
    article = actions.submit(write(), by=by.technologist)
    with refused("article.not_approver", "W-09", approver="management.technical_vp"):
        actions.approve(article, by=replace(by.gm, fresh=True))


@pytest.mark.clause("W-09")
def test_an_article_is_whole_in_one_language_at_least(write: Any) -> None:
    with refused("article.words_missing", "W-09"):
        write(title_zh="", body_zh="", title_en="Only a title", body_en="")
    assert str(write(title_en="", body_en="").title) == "喷涂型材的存放"


@pytest.mark.clause("W-09")
def test_the_next_edition_supersedes_the_last_and_keeps_the_number(fitting: Article, by: Any, approver: Any) -> None:
    new = actions.revise(fitting, by=by.clerk)
    assert (new.number, new.edition, new.state) == (fitting.number, 2, A.DRAFT)
    assert list(new.products.all()) == list(fitting.products.all())
    with refused("article.draft_stands", "W-09", edition=2):
        actions.revise(Article.objects.get(pk=fitting.pk), by=by.clerk)
    new = actions.edit(new, by=by.clerk, topic="storage", body_zh="室内存放，六个月内撕膜。")
    new = actions.approve(actions.submit(new, by=by.clerk), by=approver)
    old = Article.objects.get(pk=fitting.pk)
    assert (old.state, new.state, queries.public_one(new.number)) == (A.SUPERSEDED, A.IN_FORCE, new)


def test_a_draft_that_comes_back_waits_for_its_writer(write: Any, by: Any, approver: Any) -> None:
    article = actions.send_back(actions.submit(write(), by=by.technologist), by=approver, reason="写明依据")
    assert article.state == A.DRAFT
    assert "article.edit" in obligations.open_for(by.technologist).values_list("code", flat=True)
    actions.submit(article, by=by.technologist)
    assert "article.edit" not in obligations.open_for(by.technologist).values_list("code", flat=True)


def test_every_two_character_word_and_the_number_find_an_article(fitting: Article) -> None:
    for words in ("水泥", "存放", "cement", fitting.number, fitting.number.lower()):
        assert list(queries.public(words)) == [fitting], words
    assert not queries.public("玻璃")


@pytest.mark.parametrize(
    ("article", "case", "fits"),
    [
        (Tags(), Tags(frozenset({1}), frozenset({"喷涂"}), frozenset({3})), 1),
        (Tags(products=frozenset({1})), Tags(products=frozenset({1})), 5),
        (Tags(products=frozenset({1})), Tags(products=frozenset({2})), 0),
        (Tags(lines=frozenset({"喷涂"})), Tags(frozenset({1}), frozenset({"喷涂"})), 3),
        (Tags(classes=frozenset({3})), Tags(classes=frozenset({4})), 0),
        (Tags(frozenset({1}), classes=frozenset({3})), Tags(frozenset({1}), frozenset(), frozenset({3})), 13),
        (Tags(products=frozenset({1})), Tags(), 1),
    ],
)
def test_what_speaks_of_other_goods_or_faults_does_not_fit(article: Tags, case: Tags, fits: int) -> None:
    assert rules.fit(article, case) == fits


def test_the_best_fitting_come_first_and_the_case_s_own_words_decide_between_equals() -> None:
    case = Tags(frozenset({1}), frozenset({"喷涂"}), frozenset({3}))
    articles = [(10, Tags()), (11, Tags(lines=frozenset({"喷涂"}))), (12, Tags()), (13, Tags(products=frozenset({9})))]
    assert rules.ranked(articles, case, searched={12}) == [11, 12, 10]


@pytest.mark.clause("W-09")
def test_public_articles_are_read_without_a_log_in_and_inner_ones_are_not(
    in_force: Any, by: Any, client: Client
) -> None:
    public = in_force()
    inner = _inner(by)
    page = client.get(f"/q/guides/{public.number}", headers={"Accept-Language": "zh"})
    assert (page.status_code, "离水泥石灰远" in page.content.decode()) == (200, True)
    assert "away from cement" in client.get(f"/q/guides/{public.number}?lang=en").content.decode()
    assert client.get(f"/q/guides/{inner.number}").status_code == 404
    assert public.title_zh in client.get("/q/guides?q=水泥&lang=zh").content.decode()
    assert public.title_zh in client.get("/q/care?lang=zh").content.decode()
    actions.withdraw(public, by=replace(by.technical_vp, fresh=True), reason="内容过时")
    assert client.get(f"/q/guides/{public.number}").status_code == 404


def _inner(by: Any) -> Article:
    return actions.draft(by=by.technologist, topic="use", reader="inside", title_zh="内部判定", body_zh="只给自己人看")
