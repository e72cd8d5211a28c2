"""Where what a factory may want different is found, and the matrix of who may do what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import permission_table
from sanbao.kernel.words import W
from sanbao.web.templatetags.parts import place

#: icon, page, permission, title, what it is for. Shown to those who may open it, when the page is built in.
PAGES = [
    (
        "users",
        "parties:organisation",
        "parties.see",
        W("人员、部门与岗位", "People, departments, posts"),
        W("任职、代理、停用与交接", "Appoint, substitute, deactivate, hand over"),
    ),
    (
        "key",
        "web:permissions",
        "policies.see",
        W("权限总表", "Permission matrix"),
        W("每项操作谁可以做", "Who may do what"),
    ),
    (
        "policies",
        "web:policies",
        "policies.see",
        W("规则表", "Policies"),
        W("分级、时限、审批、编号、两步登录", "Grades, times, approvals, numbers, second factor"),
    ),
    (
        "download",
        "exchange:everything",
        "exchange.export",
        W("导出全部数据", "Take everything out"),
        W("台账、全部表、流水、规则表", "Ledgers, all tables, journal, policies"),
    ),
    (
        "clock",
        "web:calendar",
        "",
        W("工作日历", "Working calendar"),
        W("班次、节假日与调休", "Shifts, holidays and make-up days"),
    ),
    (
        "procedures",
        "web:procedures",
        "",
        W("程序条款", "Procedures"),
        W("条款全文与状态图", "Clauses and state diagrams"),
    ),
    (
        "journal",
        "web:journal",
        "journal.read",
        W("流水与核对", "Journal and verification"),
        W("谁在何时做了什么，是否被改动", "Who did what when, and whether it was touched"),
    ),
    (
        "import",
        "exchange:home",
        "exchange.import",
        W("导入台账", "Import ledgers"),
        W("预览、对应列、试运行、导入", "Preview, map, dry run, import"),
    ),
    (
        "bell",
        "web:webhooks",
        "webhooks.manage",
        W("网络回调", "Webhooks"),
        W("把事件通知给别的程序", "Tell other programs what happens"),
    ),
    (
        "link",
        "api_tokens",
        "",
        W("接口", "API"),
        W("接口说明与令牌", "Description and tokens"),
    ),
]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    pages = [
        (icon, href, title, text)
        for icon, page, permission, title, text in PAGES
        if (href := place(page)) and (not permission or actor.may(permission))
    ]
    return render(request, "web/settings.html", {"pages": pages})


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Permission → roles by the policy in force, and the moves that ask for it."""
    request.actor.need("policies.see", clause="M-02")  # type: ignore[attr-defined]
    asked: dict[str, list[str]] = {}
    for lifecycle in Lifecycle.registry.values():
        for move in lifecycle.moves.values():
            if not move.internal:
                asked.setdefault(move.permission, []).append(f"{lifecycle.title} · {move.title}")
    table = permission_table()
    rows = [(name, table.get(name, ()), asked.get(name, [])) for name in sorted({*table, *asked})]
    return render(request, "web/permissions.html", {"rows": rows})
