"""Policies of the house itself: who may do what, who needs a second factor, what may be attached."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sanbao.kernel.decision_tables import Amount, Choice, Several, Shape, YesNo
from sanbao.kernel.policies.base import InForce, Policy
from sanbao.kernel.times import today
from sanbao.kernel.words import W

#: A department, a role pattern such as ``qc.*`` or ``*.gm``, or a person.
ROLE = r"person:\d+|[a-z_]+|[a-z_*]+\.[a-z_*]+"

PERMISSIONS = Policy(
    "permissions",
    title=W("权限表", "Permissions"),
    clause="M-02",
    shape=Shape(
        inputs=[Choice("permission", [], ("权限", "Permission"), open=True)],
        outputs=[Several("roles", ROLE, title=("角色", "Roles"))],
    ),
)
SECOND_FACTOR = Policy(
    "second_factor",
    title=W("两步登录", "Second factor"),
    clause="M-02",
    shape=Shape(
        inputs=[Choice("post", [], ("岗位", "Post"), open=True)],
        outputs=[YesNo("required", ("须两步登录", "Second factor required"))],
    ),
)
ATTACHMENTS = Policy(
    "attachments",
    title=W("附件限制", "Attachments"),
    clause="C-03",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("limit_mb", "MB", 1, 500, ("大小上限", "Size limit")),
            Several("types", r"[a-z0-9.+-]+/[a-z0-9.+*-]+", title=("允许的类型", "Allowed types")),
        ],
    ),
)


def permission_table(on: date | None = None) -> dict[str, tuple[str, ...]]:
    """permission → role patterns, as the policy in force on a day has it; one small query."""
    return _permissions(PERMISSIONS.on(on or today()))


@lru_cache(maxsize=16)
def _permissions(version: InForce) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for row, answer in version.table.hits():
        patterns = answer["roles"]
        assert isinstance(patterns, tuple)
        table.update(dict.fromkeys((name.strip() for name in row[0].split("|")), patterns))
    return table


def second_factor_required(posts: frozenset[str], on: date | None = None) -> bool:
    """Whether somebody who holds these posts must log in with a second factor; a post that is not listed must."""
    version = SECOND_FACTOR.on(on or today())
    listed = {name.strip() for row in version.table.rows for name in row[0].split("|")}
    return any(post not in listed or version.decide(post=post)["required"] for post in posts)
