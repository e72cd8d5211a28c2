"""The permission matrix as people read it: every declared move, its clause, and who may.

``WRITE_SNAPSHOTS=1 .venv/bin/pytest tests/test_permissions.py tests/test_shape.py`` writes the documents anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "permissions.md"
HEAD = """# 权限矩阵 · Permission matrix

谁可以做什么：每一个声明的流转，按出厂的权限规则表（`policies/permissions.toml`）。本页由程序写成，测试核对；工厂可在规则表中修改。
Who may do what: every declared move under the permissions policy as shipped. Written by a program and held against the
house by a test; a factory changes the policy, not the code. `-` is nobody but the clockwork.
"""


def roles() -> list[str]:
    """Every role that people of a factory hold by default: department.post."""
    from sanbao.parties.defaults import DEPARTMENTS

    leaders = ["gm", "production_vp", "technical_vp", "responsible_leader"]
    posts = {
        "management": leaders,
        "sales": ["department_manager", "salesperson", "clerk"],
        "after_sales": ["team_leader", "after_sales_clerk"],
        "export": ["department_manager", "salesperson", "clerk"],
        "production": ["department_manager", "team_leader", "operator"],
        "technology": ["department_manager", "technologist", "clerk"],
        "qc": ["department_manager", "inspector"],
        "transport": ["department_manager", "operator"],
        "warehouse": ["department_manager", "storekeeper"],
        "purchasing": ["department_manager", "purchaser"],
        "office": ["department_manager", "clerk", "administrator"],
    }
    assert set(posts) == {row[0] for row in DEPARTMENTS}, "a department has no role in the matrix"
    return [f"{department}.{post}" for department, held in posts.items() for post in held]


def holders(patterns: Iterable[str]) -> list[str]:
    """The roles that a permission's patterns give it to; a group counts as its department too."""
    from sanbao.parties.defaults import DEPARTMENTS

    parent = {row[0]: row[3] for row in DEPARTMENTS}

    def plays(role: str, pattern: str) -> bool:
        department, _, post = role.partition(".")
        names = [department, *([parent[department]] if parent[department] else [])]
        if "." not in pattern and "*" not in pattern:
            return pattern in names
        return any(fnmatchcase(f"{name}.{post}", pattern) for name in names)

    wanted = list(patterns)
    return [role for role in roles() if any(plays(role, pattern) for pattern in wanted)]


def matrix() -> str:
    """The whole document."""
    from sanbao.kernel.lifecycle import Lifecycle
    from sanbao.kernel.policies import permission_table

    table = permission_table()
    lines = [HEAD]
    for kind, lifecycle in sorted(Lifecycle.registry.items()):
        lines += [f"\n## {lifecycle.title.zh} · {lifecycle.title.en} (`{kind}`)\n"]
        lines += ["| 流转 Move | 条款 Clause | 权限 Permission | 角色 Roles |", "|---|---|---|---|"]
        for name, move in lifecycle.moves.items():
            who = " ".join(f"`{role}`" for role in holders(table.get(move.permission, ()))) or "-"
            lines.append(
                f"| {move.title.zh} · {move.title.en} (`{name}`) | {move.clause} | `{move.permission}` | {who} |"
            )
    return "\n".join(lines) + "\n"
