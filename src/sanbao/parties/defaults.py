"""Departments, posts and regions that Sanbao ships. Missing ones are added; what a factory changed stays."""

from __future__ import annotations

from django.db import connection

from sanbao.parties import atlas
from sanbao.parties.models import Department, Post, Region, RegionKind
from sanbao.parties.rules import region_key

#: code, Chinese, English, department that it is a group of, other names in use (rules.md, "Departments").
DEPARTMENTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("management", "公司领导", "Management", "", ("公司", "管理层")),
    ("sales", "经营部", "Sales", "", ("销售部", "营销部")),
    ("after_sales", "售后服务小组", "After-sales group", "sales", ("售后服务组", "售后")),
    ("export", "出口部", "Export", "", ("外贸部",)),
    ("production", "生产科", "Production", "", ("生产部",)),
    ("technology", "技术部", "Technology", "", ("生产技术部", "技术科")),
    ("qc", "质检科", "Quality control", "", ("技术质检科", "质检部", "质量部", "质管部")),
    ("transport", "储运", "Storage and transport", "", ("储运科", "储运部")),
    ("warehouse", "仓库", "Warehouse", "", ("成品仓库", "产品仓库", "原料仓库")),
    ("purchasing", "采购", "Purchasing", "", ("采购部", "供应科", "供应部")),
    ("office", "办公室", "Office", "", ("行政办",)),
)

#: code, Chinese, English.
POSTS: tuple[tuple[str, str, str], ...] = (
    ("gm", "总经理", "General manager"),
    ("production_vp", "生产副总", "Production VP"),
    ("technical_vp", "技术副总", "Technical VP"),
    ("responsible_leader", "主管领导", "Responsible leader"),
    ("department_manager", "部门经理", "Department manager"),
    ("salesperson", "业务员", "Regional salesperson"),
    ("after_sales_clerk", "售后服务员", "After-sales clerk"),
    ("clerk", "文员", "Clerk"),
    ("technologist", "技术员", "Technologist"),
    ("service_engineer", "服务工程师", "Service engineer"),
    ("inspector", "质检员", "Inspector"),
    ("storekeeper", "仓管员", "Storekeeper"),
    ("purchaser", "采购员", "Purchaser"),
    ("team_leader", "班长", "Team leader"),
    ("operator", "操作者", "Operator"),
    ("administrator", "系统管理员", "Administrator"),
)


def load() -> None:
    """Add what is missing; runs after every migrate."""
    if Region._meta.db_table not in connection.introspection.table_names():
        return
    Region.objects.bulk_create(
        (
            Region(
                code=code,
                name_zh=zh,
                name_en=en,
                name_key=region_key(zh),
                kind=RegionKind.PROVINCE if code.startswith("CN-") else RegionKind.COUNTRY,
            )
            for code, zh, en in atlas.regions()
        ),
        ignore_conflicts=True,
    )
    Post.objects.bulk_create(
        (Post(code=code, name_zh=zh, name_en=en, position=n) for n, (code, zh, en) in enumerate(POSTS)),
        ignore_conflicts=True,
    )
    known = set(Department.objects.values_list("code", flat=True))
    for n, (code, zh, en, parent, aliases) in enumerate(DEPARTMENTS):
        if code not in known:
            Department.objects.create(
                code=code,
                name_zh=zh,
                name_en=en,
                parent=Department.objects.get(code=parent) if parent else None,
                aliases=list(aliases),
                position=n,
            )
