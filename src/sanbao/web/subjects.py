"""From the record's short names (``complaint:12``, ``person:7``) to what people read and where it opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.urls import NoReverseMatch

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import whole
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W
from sanbao.parties.models import Department, Person, Post
from sanbao.web.templatetags.parts import place

NAMES_LAST = 60  # seconds

#: What acts without being a person, by the first part of its name.
OTHERS = {
    "clockwork": W("系统", "System"),
    "token": W("接口", "API"),
    "customer": W("客户", "Customer"),
    "supplier": W("供方", "Supplier"),
    "device": W("设备", "Device"),
}

#: Customers that act without a log-in.
CUSTOMERS = {"qr": W("扫码用户", "User at the label's page")}

#: Parts of the clockwork that people meet by name.
CLOCKWORK = {
    "policies": W("随产品提供", "Shipped"),
    "deposit": W("封存寄存", "Deposit"),
    "clocks": W("时限", "Clocks"),
    "import": W("导入", "Import"),
    "demo": W("演示", "Demonstration"),
    "complaints": W("投诉办理", "Complaints"),
    "trace": W("追溯", "Trace"),
    "materials": W("物料仓库", "Materials store"),
    "goods": W("成品标签", "Product labels"),
    "mail": W("邮件收发", "Mail"),
    "nonconformity": W("不合格品控制", "Nonconforming product"),
    "corrective": W("纠正与预防", "Corrective action"),
    "recall": W("召回", "Recall"),
    "returns": W("退换货", "Returns"),
}


#: What an act set: field → [old, new].
type Fields = dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Change:
    """One changed field in words."""

    title: Any
    old: Any
    new: Any


#: Kind of subject → its sets of changed fields in words; a room's urls add theirs.
SPELLED: dict[str, Callable[[list[Fields]], list[list[Change]]]] = {}


@dataclass(frozen=True)
class Shown:
    """A subject as one actor may see it: its kind, its title, its address (empty when it has no page).

    ``of_whom`` is the customer it concerns and ``due_at`` when its next step is due, where its room says so.
    """

    subject: str
    kind: W | str
    title: str
    href: str = ""
    state: W | str = ""
    of_whom: str = ""
    due_at: datetime | None = None


def shown(subjects: Iterable[str], by: Actor) -> dict[str, Shown]:
    """The subjects that the actor may see; one query for each kind."""
    wanted: dict[str, list[int]] = defaultdict(list)
    found: dict[str, Shown] = {}
    for subject in dict.fromkeys(subjects):
        kind, _, key = subject.partition(":")
        if kind == "policy" and key in Policy.registry:
            found[subject] = Shown(
                subject, W("规则表", "Policy"), str(Policy.registry[key].title), place("web:policy", key)
            )
        elif kind in Lifecycle.registry and (pk := whole(key)) is not None:
            wanted[kind].append(pk)
    for kind, keys in wanted.items():
        lifecycle = Lifecycle.registry[kind]
        for row in rows(lifecycle, by).filter(pk__in=keys):
            found[row.subject] = of(lifecycle, row)
    return found


def rows(lifecycle: Lifecycle[Any], by: Actor) -> QuerySet[Any]:
    """The rows of a kind that the actor may see, with all that ``of`` reads."""
    visible = lifecycle.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
    return visible.prefetch_related(*lifecycle.model.SHOWN_WITH)  # type: ignore[no-any-return]


def of(lifecycle: Lifecycle[Any], row: Any) -> Shown:
    said = {"state": lifecycle.states.title_of(row.state), "of_whom": row.of_whom, "due_at": row.next_due_at}
    return Shown(row.subject, lifecycle.title, str(row), address(row), **said)


def changes(acts: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[Change]]]:
    """Each act of one subject with what it changed, in the words of its room."""
    spell = SPELLED.get(acts[0]["action"].partition(".")[0]) if acts else None
    sets = [act["set"] for act in acts]
    told = spell(sets) if spell else [[Change(name, *pair) for name, pair in fields.items()] for fields in sets]
    return list(zip(acts, told, strict=True))


def address(row: Any) -> str:
    """The page of a row; empty when its kind has none."""
    try:
        return str(row.get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return ""


def who(ref: str) -> str:
    """The name behind an actor's reference: ``person:12`` → 王秀英, ``clockwork:clocks`` → 时限."""
    kind, _, key = ref.partition(":")
    if kind == "person":
        return names().get(key) or str(W("已离职人员 {key}", "Former employee {key}", key=key))
    if kind == "clockwork" and key in CLOCKWORK:
        return str(CLOCKWORK[key])
    if kind == "customer" and key in CUSTOMERS:
        return str(CUSTOMERS[key])
    title = OTHERS.get(kind)
    return str(W("{title}（{key}）", "{title} ({key})", title=title, key=key)) if title else ref


def role(pattern: str) -> str:
    """A role pattern in words: ``qc.*`` → 质检科, ``*.gm`` → 总经理, ``sales.clerk`` → 经营部 · 文员.

    Empty when it is not one that this house knows. ``{owner}`` is the department that has the case.
    """
    department, _, post = pattern.strip().partition(".")
    departments, posts = house()
    if pattern == "*.*":
        return str(W("所有人", "everybody"))
    places = {**departments, "*": ("", ""), "{owner}": ("负责部门", "the owner's department")}
    tasks = {**posts, "*": ("", ""), "": ("", "")}
    if department not in places or post not in tasks or (department == "*" and not posts.get(post)):
        return ""
    said = [str(W(*pair)) for pair in (places[department], tasks[post]) if pair[0]]
    return " · ".join(said)


def house() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Departments and posts: code → name in Chinese and English."""

    def read() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
        rows = (model.objects.values_list("code", "name_zh", "name_en") for model in (Department, Post))
        departments, posts = ({code: (zh, en) for code, zh, en in found} for found in rows)
        return departments, posts

    return cache.get_or_set("house", read, NAMES_LAST) or ({}, {})


def names() -> dict[str, str]:
    """Everybody's name by id. A factory has hundreds of people, a page shows dozens: one short-lived dictionary."""
    found: dict[str, str] = (
        cache.get_or_set(
            "names", lambda: {str(pk): name for pk, name in Person.objects.values_list("pk", "name")}, NAMES_LAST
        )
        or {}
    )
    return found
