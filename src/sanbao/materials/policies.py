"""What a factory lays down about its store: what a marking must hold, and how long things may wait."""

from __future__ import annotations

from datetime import date
from typing import Any

from sanbao.catalog.models import Material
from sanbao.kernel.calendars import Span
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.decision_tables import Choice, Duration, Flag, OneOf, Several, Shape
from sanbao.kernel.policies import Decision, InForce, Policy, PolicyVersion
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.materials.models import MarkingContent, Report

#: The class of every material whose own class the table does not name.
OTHER = "other"

MARKING = Policy(
    "marking",
    title=W("供方标识要求", "What a supplier's marking must hold"),
    clause="T-01",
    shape=Shape(
        inputs=[
            Choice("material_class", {OTHER: ("其他材料", "Other materials")}, ("材料类别", "Class"), open=True),
            Flag("important", ("重要材料", "Important")),
        ],
        outputs=[
            Several(
                "contents", choices={c.value: (c.zh, c.en) for c in MarkingContent}, title=("标识内容", "Contents")
            ),
            OneOf("report", {r.value: (r.zh, r.en) for r in Report}, ("须附报告", "Report required")),
        ],
    ),
)

RECEIVING = Policy(
    "receiving",
    title=W("收料时限", "Terms of receiving"),
    clause="T-04",
    shape=Shape(
        inputs=[],
        outputs=[
            Duration("acknowledged_within", ("供方确认标识要求", "Supplier acknowledges within")),
            Duration("refused_within", ("采购处理拒收", "Purchasing settles a refusal within")),
            Duration("sampling_within", ("质检答复加严抽样", "QC answers on sampling within")),
            Duration("inspected_within", ("质检检验来料", "QC inspects incoming material within")),
            Duration("nonconforming_within", ("质检处置不合格来料", "QC settles nonconforming material within")),
            Duration("owner_told_within", ("告知客户其财产受损", "Owner told of his property within")),
        ],
    ),
)


def classes(version: InForce | None = None) -> list[str]:
    """The classes that the table names, the one for all others last."""
    table = (version or MARKING.on(today())).table
    named = {part.strip() for row in table.rows for part in row[0].split("|")}
    return [*sorted(named - {OTHER, "*"}), OTHER]


def class_of(material: Material, version: InForce) -> str:
    """The class under which the table knows a material."""
    wanted = material.material_class.strip()
    return wanted if wanted in classes(version) else OTHER


def rule_for(material: Material, on: date) -> Decision:
    """What the marking of a material must hold on a day (T-01), and whose report must come with it (T-03)."""
    version = MARKING.on(on)
    return version.decide(material_class=class_of(material, version), important=material.important)


def newest() -> InForce:
    """The version that was approved last, also when it holds only from a later day: what suppliers are told."""
    number = PolicyVersion.objects.filter(policy=MARKING.code).order_by("-number").values_list("number", flat=True)[0]
    return MARKING.numbered(number)


def told(material_class: str, version: InForce) -> dict[str, Any]:
    """The rule of a class as a supplier is told it, for important and for ordinary materials."""
    found = {}
    for name, important in (("important", True), ("ordinary", False)):
        known = material_class if material_class in classes(version) else OTHER
        answer = version.decide(material_class=known, important=important)
        found[name] = {"contents": list(answer["contents"]), "report": answer["report"]}
    return found


def rule_digest(rule: dict[str, Any]) -> str:
    return digest(text_of(rule))


def due(term: str) -> Any:
    """The moment until which something may wait, by the terms in force."""
    span: Span = RECEIVING.setting(term, on=today())
    return calendar().counting(span.working).due(now(), span)
