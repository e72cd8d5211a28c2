"""What happens to an article, in the order of its life, and how a reply quotes it (W-09)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sanbao.catalog.models import DefectClass, Material, Product
from sanbao.kernel import numbering, obligations, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.knowledge.lifecycle import ARTICLE
from sanbao.knowledge.models import Article, ArticleState, Quotation, Reader
from sanbao.knowledge.policies import KNOWLEDGE

#: The duty of whoever may approve.
APPROVE = "article.approve"
#: The duty of a writer whose draft came back.
EDIT = "article.edit"
TEXTS = ("topic", "reader", "title_zh", "body_zh", "title_en", "body_en", "basis")


def draft(
    *,
    by: Actor,
    topic: str,
    reader: str,
    products: Sequence[Product] = (),
    materials: Sequence[Material] = (),
    classes: Sequence[DefectClass] = (),
    lines: Sequence[str] = (),
    **texts: str,
) -> Article:
    """Begin an article (起草); nobody but the house reads it until a second person has approved it."""
    with ARTICLE.opening("draft", by=by, topic=topic, reader=reader, lines=list(lines), **texts) as step:
        _need_words(step.case)
        step.case.number = numbering.take("article")
        step.case.written_by = [by.ref]
        step.insert()
        _tag(step, products, materials, classes)
    return step.case


def edit(
    article: Article,
    *,
    by: Actor,
    products: Sequence[Product] = (),
    materials: Sequence[Material] = (),
    classes: Sequence[DefectClass] = (),
    lines: Sequence[str] = (),
    expect: int | None = None,
    **texts: str,
) -> Article:
    """Change a draft; who changed it is one of its writers from now on."""
    with ARTICLE.move("edit", article, by=by, expect=expect) as step:
        for name in TEXTS:
            setattr(step.case, name, texts.get(name, getattr(step.case, name)))
        step.case.lines = list(lines)
        _need_words(step.case)
        step.case.written_by = sorted({*step.case.written_by, by.ref})
        _tag(step, products, materials, classes)
    return step.case


def submit(article: Article, *, by: Actor, expect: int | None = None) -> Article:
    """Ask that it be approved."""
    with ARTICLE.move("submit", article, by=by, expect=expect) as step:
        case = step.case
        rule = KNOWLEDGE.decide(on=today(), reader=case.reader)
        step.record(**rule.as_facts())
        obligations.discharge(subject=case.subject, code=EDIT, by=by)
        sentence = W("批准知识条目 {number}", "Approve the article {number}", number=case.number)
        obligations.owe(
            subject=case.subject, code=APPROVE, sentence=sentence, to=str(rule["approver"]), by=by, clause="W-09"
        )
    return step.case


def send_back(article: Article, *, by: Actor, reason: str, expect: int | None = None) -> Article:
    """Not yet: the writer is told what is missing."""
    with ARTICLE.move("send_back", article, by=by, expect=expect) as step:
        _need_approver(step.case, by)
        step.record(reason=reason)
        obligations.discharge(subject=step.case.subject, code=APPROVE, by=by, outcome=reason)
        wrote = step.case.written_by[-1]
        if wrote.startswith("person:"):
            sentence = W("修改后再提交：{reason}", "Change and submit again: {reason}", reason=reason)
            obligations.owe(subject=step.case.subject, code=EDIT, sentence=sentence, to=wrote, by=by, clause="W-09")
    return step.case


def approve(article: Article, *, by: Actor, expect: int | None = None) -> Article:
    """A second person puts the edition in force with his signature; the one before it is superseded (R-11)."""
    with ARTICLE.move("approve", article, by=by, expect=expect) as step:
        case = step.case
        _need_approver(case, by)
        signatures.sign(subject=case.subject, meaning="approve", content=content_of(case), by=by, clause="W-09")
        case.approved_by, case.approved_at = by.ref, now()
        obligations.discharge(subject=case.subject, code=APPROVE, by=by)
        for older in Article.objects.in_force().filter(number=case.number).exclude(pk=case.pk):
            _supersede(older, by=by, edition=case.edition)
    return step.case


def _supersede(article: Article, *, by: Actor, edition: int) -> None:
    with ARTICLE.move("supersede", article, by=by) as step:
        step.case.ended_at = now()
        step.record(by_edition=edition)


def revise(article: Article, *, by: Actor, expect: int | None = None) -> Article:
    """Begin the next edition as a draft of the same number; the present one stays in force until it is approved."""
    with ARTICLE.move("revise", article, by=by, expect=expect) as step:
        present = step.case
        waiting = Article.objects.filter(
            number=present.number, state__in=(ArticleState.DRAFT, ArticleState.SUBMITTED)
        ).first()
        if waiting:
            refuse(
                "article.draft_stands",
                W("{number} 已有第 {edition} 版在起草。", "Edition {edition} of {number} is being written already."),
                clause="W-09",
                number=present.number,
                edition=waiting.edition,
            )
        with ARTICLE.opening("draft", by=by, number=present.number, lines=present.lines) as opened:
            new = opened.case
            for name in TEXTS:
                setattr(new, name, getattr(present, name))
            last = Article.objects.filter(number=present.number).order_by("-edition").values_list("edition", flat=True)
            new.edition, new.written_by = last[0] + 1, [by.ref]
            opened.insert()
            _tag(opened, present.products.all(), present.materials.all(), present.classes.all())
        step.record(edition=new.edition)
    return new


def withdraw(article: Article, *, by: Actor, reason: str, expect: int | None = None) -> Article:
    """No longer right: nobody quotes it any more, and the public page says that it is gone."""
    with ARTICLE.move("withdraw", article, by=by, expect=expect) as step:
        step.case.ended_at, step.case.ended_reason = now(), reason
    return step.case


def discard(article: Article, *, by: Actor, reason: str, expect: int | None = None) -> Article:
    """The draft will not be finished."""
    with ARTICLE.move("discard", article, by=by, expect=expect) as step:
        step.case.ended_at, step.case.ended_reason = now(), reason
    return step.case


def quote(articles: Iterable[Article], *, about: str, by: Actor) -> list[dict[str, Any]]:
    """Note that a reply quotes these editions, inside the caller's move; what the case's record keeps of it.

    Only what is in force and public is quoted to a user.
    """
    quoted = []
    for article in articles:
        if article.state != ArticleState.IN_FORCE or article.reader != Reader.OUTSIDE:
            refuse(
                "article.not_quotable",
                W(
                    "{number} 不是现行有效的对外条目，不能引用给用户。",
                    "{number} is not a public article in force and cannot be quoted to a user.",
                ),
                clause="W-09",
                status=422,
                field="quotes",
                number=article.number,
            )
        Quotation.objects.create(article=article, about=about, at=now(), by=by.ref)
        quoted.append({"article": article.number, "edition": article.edition})
    return quoted


def content_of(article: Article) -> dict[str, Any]:
    """What an approval is given for."""
    return {
        **{name: getattr(article, name) for name in ("number", "edition", *TEXTS)},
        "lines": article.lines,
        "products": sorted(article.products.values_list("code", flat=True)),
        "materials": sorted(article.materials.values_list("code", flat=True)),
        "classes": sorted(article.classes.values_list("code", flat=True)),
    }


def _need_approver(article: Article, by: Actor) -> None:
    signatures.not_the_same(by, others=list(article.written_by), code="article.own", clause="W-09")
    approver = str(KNOWLEDGE.decide(on=today(), reader=article.reader)["approver"])
    if not by.all_powerful and not by.plays(approver):
        refuse(
            "article.not_approver",
            W("按规则表，{number} 由 {approver} 批准。", "By the policy {number} is approved by {approver}."),
            clause="W-09",
            status=403,
            number=article.number,
            approver=approver,
        )


def _need_words(article: Article) -> None:
    whole = [bool(article.title_zh and article.body_zh), bool(article.title_en and article.body_en)]
    halves = [bool(article.title_zh) != bool(article.body_zh), bool(article.title_en) != bool(article.body_en)]
    if not any(whole) or any(halves):
        refuse(
            "article.words_missing",
            W(
                "中文、英文至少写全一种：标题和正文都要有。",
                "Write at least one language in full: a title and a text.",
            ),
            clause="W-09",
            status=422,
            field="body_zh" if halves[0] or not any(whole) else "body_en",
        )


def _tag(step: Step[Article], products: Iterable[Any], materials: Iterable[Any], classes: Iterable[Any]) -> None:
    tags = {"products": list(products), "materials": list(materials), "classes": list(classes)}
    for name, rows in tags.items():
        getattr(step.case, name).set(rows)
    step.record(tags={name: [row.code for row in rows] for name, rows in tags.items()}, lines=step.case.lines)
