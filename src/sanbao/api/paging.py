"""Lists come in pages that say how many there are; a page size beyond the limit is refused, not cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from sanbao.kernel.codes import whole
from sanbao.kernel.inbox import Inbox
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W

LARGEST = 200
FURTHEST = 1_000_000_000


def paged(request: HttpRequest, rows: QuerySet[Any] | Inbox, shown: Callable[[Any], Any]) -> dict[str, Any]:
    """``?page=2&per_page=50`` → items, total, page, pages, next. Refuses numbers that make no sense."""
    page, per_page = number(request, "page", 1), number(request, "per_page", 25)
    if per_page > LARGEST:
        refuse(
            "page_too_large",
            W("每页最多 {largest} 条。", "A page holds at most {largest} rows."),
            status=422,
            field="per_page",
            largest=LARGEST,
        )
    total = rows.count()
    pages = max(1, -(-total // per_page))
    items = [shown(row) for row in rows[(page - 1) * per_page : page * per_page]]
    following = request.GET.copy()
    following["page"] = str(page + 1)
    link = f"{request.path}?{following.urlencode()}" if page < pages else None
    return {"items": items, "total": total, "page": page, "pages": pages, "next": link}


def number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    asked = whole(text)
    if not asked or asked > FURTHEST:
        sentence = W("“{name}”须为不超过 {most} 的正整数。", "“{name}” must be a positive whole number up to {most}.")
        refuse("bad_input", sentence, status=422, field=name, name=name, most=FURTHEST)
        return default
    return asked
