"""Articles that replies quote: how goods are stored, handled, fitted and used (W-09)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.catalog.models import DefectClass, Material, Product
from sanbao.kernel.actor import Actor
from sanbao.kernel.addresses import page
from sanbao.kernel.lifecycle import Subject, SubjectQuerySet
from sanbao.kernel.triggers import protect
from sanbao.kernel.words import Vocabulary, W


class ArticleState(Vocabulary):
    DRAFT = "draft", "起草中", "Draft"
    SUBMITTED = "submitted", "待批准", "To be approved"
    IN_FORCE = "in_force", "有效", "In force"
    SUPERSEDED = "superseded", "已换版", "Superseded"
    WITHDRAWN = "withdrawn", "已撤下", "Withdrawn"


class Reader(Vocabulary):
    """Whom an article is written for."""

    INSIDE = "inside", "内部", "Inside the house"
    OUTSIDE = "outside", "对外公开", "Public"


class Topic(Vocabulary):
    STORAGE = "storage", "存放", "Storage"
    HANDLING = "handling", "搬运与运输", "Handling and transport"
    FITTING = "fitting", "加工与安装", "Cutting and fitting"
    CLEANING = "cleaning", "清洁与保养", "Cleaning and care"
    USE = "use", "使用", "Use"
    OTHER = "other", "其他", "Other"


class ArticleQuerySet(SubjectQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Staff read all of it; what is public is asked for by :meth:`public`."""
        return self.all() if actor.may("knowledge.see") else self.none()

    def in_force(self) -> Self:
        return self.filter(state=ArticleState.IN_FORCE)

    def public(self) -> Self:
        """What anybody may read without a log-in."""
        return self.in_force().filter(reader=Reader.OUTSIDE)


class Article(Subject):
    """One edition of an article; the editions of an article bear the same number. At most one is in force.

    Both languages stand in one edition, so that one approval covers both; one of them may be empty.
    Without tags it is about everything; ``lines`` are product lines by name.
    """

    KIND = "article"

    number = models.CharField(max_length=24)
    edition = models.PositiveSmallIntegerField(default=1)
    topic = models.CharField(max_length=12)
    reader = models.CharField(max_length=12)
    title_zh = models.CharField(max_length=120, blank=True)
    body_zh = models.TextField(blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    body_en = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list, blank=True)
    products = models.ManyToManyField(Product, related_name="+")
    materials = models.ManyToManyField(Material, related_name="+")
    classes = models.ManyToManyField(DefectClass, related_name="+")
    written_by = models.JSONField(default=list)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("number", "-edition")
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="article_edition_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(state="in_force"), name="article_in_force_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state__in=("draft", "submitted")), name="article_draft_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return page("knowledge:article", self.pk)

    @property
    def title(self) -> W:
        return W(self.title_zh or self.title_en, self.title_en or self.title_zh)

    @property
    def body(self) -> W:
        return W(self.body_zh or self.body_en, self.body_en or self.body_zh)

    @property
    def cited(self) -> W:
        """How a reply names it: number and edition, so that it can be found again as it was read then."""
        return W("{number} 第 {n} 版", "{number}, edition {n}", number=self.number, n=self.edition)


class Quotation(models.Model):
    """Once that a reply quoted an edition: on which subject (``complaint:12``), when, by whom. Never changed."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="quotations")
    about = models.CharField(max_length=80, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "knowledge_quotation"
        ordering = ("id",)


protect("knowledge_quotation")
