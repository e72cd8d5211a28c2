"""What is asked about articles: which fit a case, what was quoted, how often."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from sanbao.catalog.models import DefectClass, Product
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.knowledge import rules
from sanbao.knowledge.models import Article, Quotation


def listed(actor: Actor) -> QuerySet[Article]:
    """Every edition that the actor may read, with how often it was quoted."""
    return Article.objects.visible_to(actor).annotate(quoted=Count("quotations"))


def holding(words: str) -> QuerySet[Article]:
    """The editions that hold these words, or bear this number."""
    return Article.objects.filter(pk__in=search.matching("article", words))


def public(words: str = "") -> QuerySet[Article]:
    """What anybody may read: in force and written for users."""
    found = Article.objects.public().order_by("topic", "number")
    return found.filter(pk__in=search.matching("article", words)) if words.strip() else found


def public_one(number: str) -> Article | None:
    """The edition in force behind a stable public address."""
    return Article.objects.public().filter(number=code_key(number)[:24]).first()


def quotable(numbers: Iterable[str]) -> list[Article]:
    """Public articles in force by their numbers, as a reply names them."""
    keys = [code_key(number)[:24] for number in numbers]
    found = {article.number: article for article in Article.objects.public().filter(number__in=keys)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def fitting(product: Product | None, fault: DefectClass | None, *, words: str = "") -> list[Article]:
    """Public articles for a case about this product and fault, the best first; ``words`` lift what holds them."""
    found = {
        article.pk: article for article in Article.objects.public().prefetch_related("products", "classes").order_by()
    }
    tags = [(pk, tags_of(article)) for pk, article in found.items()]
    searched = set(search.matching("article", words)) if words.strip() else set()
    return [found[pk] for pk in rules.ranked(tags, about(product, fault), searched=searched)]


def about(product: Product | None, fault: DefectClass | None) -> rules.Tags:
    """What a case is about; a fault counts with the class above it."""
    lines = {line for line in (product.line, product.surface) if line} if product else set()
    classes = {pk for pk in (fault.pk, fault.parent_id) if pk} if fault else set()
    return rules.Tags(frozenset({product.pk} if product else ()), frozenset(lines), frozenset(classes))


def tags_of(article: Article) -> rules.Tags:
    return rules.Tags(
        frozenset(product.pk for product in article.products.all()),
        frozenset(article.lines),
        frozenset(fault.pk for fault in article.classes.all()),
    )


def quotations_about(subject: str) -> list[Quotation]:
    """What was quoted on a case, each with the edition as it was then."""
    return list(Quotation.objects.filter(about=subject).select_related("article"))


def quotation(article: Article, language: str) -> str:
    """The words that go into a reply: the text, and where it stands, in the reader's language where there is one."""
    text = W("《{title}》（知识库 {cited}）：\n{body}", "“{title}” (knowledge base {cited}):\n{body}")
    return text.format(title=article.title, cited=article.cited, body=article.body).said_in(language)


def often_quoted() -> dict[str, int]:
    """Number of an article → how often its editions were quoted, the most first."""
    counted = Quotation.objects.values("article__number").annotate(times=Count("pk")).order_by("-times")
    return {line["article__number"]: line["times"] for line in counted}
