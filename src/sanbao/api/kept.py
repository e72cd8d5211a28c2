"""The API of one kind of master data: list, get, create, and every move, over the forms of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import Show, found, moves
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W


def kept(
    lifecycle: Lifecycle[Any],
    *,
    shown: Show,
    tag: str,
    title: W,
    followed: Sequence[str] = (),
    gathered: Sequence[str] = (),
) -> Router:
    """``GET /``, ``GET /{id}``, ``POST /`` and ``POST /{id}/{move}``.

    ``followed`` and ``gathered`` are the single and the many rows that ``shown`` follows, fetched for the page at once.
    """
    router = moves(lifecycle, shown=shown, tag=tag, opening="open")

    def index(request: HttpRequest, q: str = "", state: str = "") -> Any:
        return listed(request, q, state=state)

    def index_by_code(request: HttpRequest, q: str = "", state: str = "", code: str = "") -> Any:
        return listed(request, q, state=state, code=code)

    def listed(request: HttpRequest, q: str, **wanted: str) -> Any:
        by = actor_of(request)
        visible = lifecycle.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
        rows = visible.prefetch_related(*gathered).order_by("pk")
        rows = rows.select_related(*followed) if followed else rows
        if q:
            rows = rows.filter(pk__in=search.matching(lifecycle.kind, q))
        return paged(request, rows.filter(**{k: v for k, v in wanted.items() if v}), lambda row: shown(row, by))

    def one(request: HttpRequest, pk: int) -> Any:
        by = actor_of(request)
        return shown(found(lifecycle, pk, by), by)

    names = {"operation_id": f"{lifecycle.kind}_list", "summary": f"{title.zh} · {title.en}"}
    coded = any(field.name == "code" for field in lifecycle.model._meta.concrete_fields)
    router.get("", response=dict[str, Any], **names)(index_by_code if coded else index)
    names = {"operation_id": f"{lifecycle.kind}_get", "summary": f"{lifecycle.title.zh} · {lifecycle.title.en}"}
    router.get("/{int:pk}", response=dict[str, Any], **names)(one)
    return router
