"""The rail: which rooms there are, who sees them, and how much waits in each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.web.templatetags.parts import place

COUNTS_LAST = 30  # seconds that the rail's figures may lag behind


@dataclass(frozen=True)
class Room:
    """One line of the rail. Shown when its page is built in and the actor holds one of the permissions."""

    title: W
    page: str
    icon: str
    permissions: frozenset[str] = frozenset()
    count: str = ""
    hot: bool = False
    key: str = ""

    @property
    def href(self) -> str:
        return place(self.page)

    def open_to(self, actor: Actor) -> bool:
        return not self.permissions or any(actor.may(permission) for permission in self.permissions)


ROOMS: list[list[Room]] = [
    [
        Room(W("工作台", "My desk"), "web:desk", "desk", count="desk", hot=True, key="g i"),
        Room(
            W("投诉与反馈", "Cases"),
            "complaints:list",
            "complaints",
            frozenset({"complaints.see"}),
            count="cases",
            key="g c",
        ),
        Room(W("邮件", "E-mail"), "mail:list", "mail", frozenset({"mail.sort"}), count="mail", key="g e"),
        Room(
            W("信号", "Signals"),
            "signals:list",
            "alert-triangle",
            frozenset({"signals.see"}),
            count="signals",
            hot=True,
            key="g x",
        ),
        Room(
            W("样品与检验", "Samples & inspection"),
            "inspection:list",
            "inspection",
            frozenset({"inspection.see"}),
            count="samples",
            key="g s",
        ),
        Room(
            W("不合格品", "Nonconformities"),
            "nonconformity:list",
            "stack",
            frozenset({"nonconformity.see"}),
            count="nonconformity",
        ),
        Room(
            W("纠正与预防", "Corrective action"),
            "corrective:list",
            "circle-check",
            frozenset({"corrective.see"}),
            count="corrective",
        ),
        Room(W("索赔", "Claims"), "claims:list", "paper", frozenset({"claims.see"}), key="g o"),
        Room(
            W("退换货", "Returns"),
            "returns:list",
            "refresh",
            frozenset({"returns.see"}),
            count="returns",
            key="g u",
        ),
        Room(W("知识库", "Knowledge base"), "knowledge:list", "catalog", frozenset({"knowledge.see"}), key="g h"),
        Room(
            W("物料仓库", "Materials store"),
            "materials:home",
            "package",
            frozenset({"materials.see"}),
            count="materials",
            key="g w",
        ),
        Room(
            W("生产随行", "Shop floor"),
            "production:list",
            "factory",
            frozenset({"production.see"}),
            count="production",
            key="g r",
        ),
        Room(
            W("成品标签", "Product labels"),
            "goods:list",
            "label",
            frozenset({"trace.see"}),
            count="labels",
            key="g l",
        ),
        Room(
            W("发货关口", "Dispatch gate"),
            "dispatch:list",
            "truck",
            frozenset({"dispatch.see"}),
            count="dispatch",
            key="g d",
        ),
        Room(
            W("召回", "Recalls"),
            "recall:list",
            "alert-triangle",
            frozenset({"recall.see"}),
            count="recalls",
            hot=True,
            key="g z",
        ),
        Room(W("追溯", "Trace"), "trace:home", "trace", frozenset({"trace.see"}), key="g t"),
        Room(W("导入台账", "Import"), "exchange:home", "import", frozenset({"exchange.import"})),
        Room(W("EPCIS 事件", "EPCIS events"), "epcis:home", "branch", frozenset({"epcis.query", "epcis.capture"})),
    ],
    [
        Room(W("客户与供方", "Partners"), "parties:list", "users", frozenset({"parties.see"}), key="g k"),
        Room(W("产品与分类", "Catalog"), "catalog:list", "category", frozenset({"catalog.see"}), key="g m"),
        Room(W("规则表", "Policies"), "web:policies", "policies", frozenset({"policies.see"}), key="g p"),
        Room(W("程序条款", "Procedures"), "web:procedures", "procedures"),
        Room(W("流水", "Journal"), "web:journal", "journal", frozenset({"journal.read"}), key="g j"),
        Room(W("设置", "Settings"), "web:settings", "settings", frozenset({"policies.see"})),
    ],
]


@dataclass(frozen=True)
class Line:
    """A room as one actor sees it now."""

    room: Room
    current: bool
    count: int


def drawn(request: HttpRequest) -> SafeString:
    """The rail as it stands on the page. The same rooms with the same figures are drawn once."""
    return _drawn(tuple(map(tuple, rail(request))), get_language() or "")


@lru_cache(maxsize=512)
def _drawn(groups: tuple[tuple[Line, ...], ...], language: str) -> SafeString:
    return render_to_string("web/parts/rail.html", {"rail": groups})


def rail(request: HttpRequest) -> list[list[Line]]:
    """The groups of the rail for who asks; empty groups are left out."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    figures = counts(actor)
    groups = [
        [
            Line(room, is_current(room.href, request.path), figures.get(room.count, 0))
            for room in group
            if shown(room, actor)
        ]
        for group in ROOMS
    ]
    return [group for group in groups if group]


def shown(room: Room, actor: Actor) -> bool:
    return bool(room.href) and room.open_to(actor)


def is_current(href: str, path: str) -> bool:
    return path == href if href == "/" else path.startswith(href)


def counts(actor: Actor) -> dict[str, int]:
    """What waits where, for one actor; one short-lived cached figure for all pages of all his tabs."""
    from sanbao.web import desk

    return cache.get_or_set(f"rail:{actor.ref}", lambda: desk.figures(actor), COUNTS_LAST) or {}


def forget_counts(actor: Actor) -> None:
    """After an act of his own the actor expects to see the new figure at once."""
    cache.delete(f"rail:{actor.ref}")
