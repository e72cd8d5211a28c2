"""``/api/v1/articles``: the knowledge base, as the pages do it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.kernel.actor import Actor
from sanbao.knowledge import (
    forms,  # noqa: F401 - the forms are the faces of the moves
    queries,
)
from sanbao.knowledge.lifecycle import ARTICLE
from sanbao.knowledge.models import Article

FIELDS = (
    "number", "edition", "state", "version", "topic", "reader", "title_zh", "body_zh", "title_en", "body_en", "basis",
    "lines", "approved_by", "approved_at", "ended_at", "ended_reason",
)  # fmt: skip


def article_out(row: Article, by: Actor) -> dict[str, Any]:
    tags = {name: [one.code for one in getattr(row, name).all()] for name in ("products", "materials", "classes")}
    quoted = row.quoted if hasattr(row, "quoted") else row.quotations.count()
    told = {"id": row.pk, "subject": row.subject, "quoted": quoted, **tags}
    return told | {name: getattr(row, name) for name in FIELDS}


router: Router = moves(ARTICLE, shown=article_out, tag="knowledge", opening="draft")
routers = {"/articles": router}


@router.get("", summary="知识条目 Articles, by number", operation_id="article_list")
def index(
    request: HttpRequest,
    q: str = Query("", description="Words or a number"),
    state: str = "",
    topic: str = "",
    reader: str = "",
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("knowledge.see", clause="M-02")
    rows = queries.listed(by).prefetch_related("products", "materials", "classes").order_by("number", "-edition")
    if q:
        rows = rows.filter(pk__in=queries.holding(q).values("pk"))
    wanted = {"state": state, "topic": topic, "reader": reader}
    return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: article_out(row, by))


@router.get("/{int:pk}", summary="知识条目 One article", operation_id="article_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return article_out(found(ARTICLE, pk, by), by)
