"""Policies of the house itself: who may do what, who needs a second factor, what may be attached."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sanbao.kernel.actor import Actor
from sanbao.kernel.decision_tables import Amount, Choice, Several, Shape, Text, YesNo
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

FORMS = Policy(
    "forms",
    title=W("受控表单登记册", "Register of controlled forms"),
    clause="M-01",
    shape=Shape(
        inputs=[Choice("form", [], ("表单", "Form"), open=True)],
        outputs=[
            Text("number", title=("表单编号", "Number")),
            Text("title_zh", title=("名称", "Title, in Chinese")),
            Text("title_en", title=("英文名称", "Title")),
            Text("alias_zh", title=("又称", "Also called, in Chinese"), optional=True),
            Text("alias_en", title=("英文又称", "Also called"), optional=True),
            Text("version", title=("版本", "Version")),
            Text("effective", r"\d{4}-\d\d-\d\d", ("生效日期", "Effective")),
            Several("clauses", r"[A-Z]-\d\d", title=("条款", "Clauses")),
        ],
    ),
)
PROCEDURES = Policy(
    "procedures",
    title=W("受控程序登记册", "Register of controlled procedures"),
    clause="M-01",
    shape=Shape(
        inputs=[Choice("procedure", [], ("程序", "Procedure"), open=True)],
        outputs=[
            Text("version", r"\d+(\.\d+)*", ("版本", "Version")),
            Text("effective", r"\d{4}-\d\d-\d\d", ("生效日期", "Effective")),
        ],
    ),
)
COMPANY = Policy(
    "company",
    title=W("表头公司名称", "The company's name on forms"),
    clause="M-01",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("name_zh", title=("公司名称", "Name, in Chinese"), optional=True),
            Text("name_en", title=("英文名称", "Name"), optional=True),
        ],
    ),
)


def permission_table(on: date | None = None) -> dict[str, tuple[str, ...]]:
    """permission → role patterns, as the policy in force on a day has it; one small query."""
    return _permissions(PERMISSIONS.on(on or today()))


def permissions_granted(actor: Actor, on: date | None = None) -> frozenset[str]:
    """What somebody with these roles may do, by the policy in force on a day; roles that were asked for are known."""
    return _granted(PERMISSIONS.on(on or today()), actor.person_id, actor.roles)


@lru_cache(maxsize=1024)
def _granted(version: InForce, person_id: int | None, roles: frozenset[str]) -> frozenset[str]:
    departments = frozenset(role.partition(".")[0] for role in roles)
    actor = Actor("person", f"person:{person_id}", person_id=person_id, roles=roles, departments=departments)
    return frozenset(
        permission
        for permission, patterns in _permissions(version).items()
        if any(actor.plays(pattern) for pattern in patterns)
    )


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
