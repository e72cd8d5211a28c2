"""Inspection plans: drafted by one, approved by another, replaced by the next edition (Q-07, R-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.catalog.models import Material, Product
from sanbao.inspection import queries
from sanbao.inspection.lifecycle import INSPECTION_PLAN
from sanbao.inspection.models import Characteristic, InspectionPlan, PlanState
from sanbao.inspection.rules import Line, Unreadable, lines_of
from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W


def draft_plan(
    *,
    by: Actor,
    title: str,
    characteristics: str,
    level: str = "II",
    product: Product | None = None,
    material: Material | None = None,
    material_class: str = "",
) -> InspectionPlan:
    """Write down what is inspected of one product, one material, or a class of materials (拟定检验计划)."""
    if sum(map(bool, (product, material, material_class))) != 1:
        sentence = W("须指明一个产品、一种材料或一个材料类别。", "Name one product, material or class of materials.")
        refuse("plan.of_what", sentence, clause="Q-07", status=422, field="product")
    lines = read_lines(characteristics)
    values = {"title": title, "level": level, "material_class": material_class, "drafted_by": by.ref}
    with INSPECTION_PLAN.opening("draft", by=by, product=product, material=material, **values) as step:
        step.case.number = numbering.take("inspection_plan")
        _write(step, lines)
    return step.case


def revise_plan(plan: InspectionPlan, *, by: Actor, expect: int | None = None) -> InspectionPlan:
    """A new edition of an approved plan, to be changed and approved; until then the old one holds."""
    with INSPECTION_PLAN.move("revise", plan, by=by, expect=expect) as old:
        if (there := InspectionPlan.objects.filter(number=old.case.number, state=PlanState.DRAFT).first()) is not None:
            return there
        old.record(edition=old.case.edition + 1)
    same = {name: getattr(plan, name) for name in ("number", "title", "product", "material", "material_class", "level")}
    last = queries.last_edition(plan.number)
    try:
        with (
            transaction.atomic(),
            INSPECTION_PLAN.opening("draft", by=by, edition=last + 1, drafted_by=by.ref, **same) as step,
        ):
            _write(step, [line_of(one) for one in plan.characteristics.all()])
    except IntegrityError as error:  # somebody else began the edition in the same instant
        raise Refusal(
            "plan.edition_begun", W("别人正在拟新版，请刷新。", "Somebody else has begun this edition.")
        ) from error
    return step.case


def edit_plan(
    plan: InspectionPlan, *, by: Actor, title: str, characteristics: str, level: str, expect: int | None = None
) -> InspectionPlan:
    """Change a draft; who changed it may not approve it either."""
    lines = read_lines(characteristics)
    with INSPECTION_PLAN.move("edit", plan, by=by, expect=expect) as step:
        step.case.title, step.case.level, step.case.drafted_by = title, level, by.ref
        Characteristic.objects.filter(plan=step.case).delete()
        _write(step, lines)
    return step.case


def approve_plan(
    plan: InspectionPlan, *, by: Actor, since: date | None = None, expect: int | None = None
) -> InspectionPlan:
    """A second person approves; from its first day this edition holds and the one before it is replaced (R-11)."""
    with INSPECTION_PLAN.move("approve", plan, by=by, expect=expect) as step:
        case = step.case
        signatures.not_the_same(by, others=queries.writers_of(case), code="plan.own_draft")
        case.since = since or today()
        if case.since < today():
            sentence = W("生效日期不能早于今天。", "The plan cannot come into force before today.")
            refuse("plan.since_past", sentence, clause="Q-07", status=422, field="since")
        case.approved_by, case.approved_at = by.ref, now()
        signatures.sign(subject=case.subject, meaning="approve", content=case.digest, by=by, clause="Q-07")
        for other in queries.same_subject(case):
            # What begins no earlier than this one would never hold; what holds today ends today, if this one begins.
            if case.since <= today() or (other.since and other.since >= case.since):
                with INSPECTION_PLAN.move("supersede", other, by=by) as gone:
                    gone.record(by_plan=str(case))
    return step.case


def withdraw_plan(plan: InspectionPlan, *, by: Actor, reason: str, expect: int | None = None) -> InspectionPlan:
    with INSPECTION_PLAN.move("withdraw", plan, by=by, expect=expect) as step:
        step.record(reason=reason)
    return step.case


def read_lines(text: str) -> list[Line]:
    """The characteristics as typed; refuses with every line that is wrong."""
    try:
        return lines_of(text)
    except Unreadable as wrong:
        raise unreadable("plan.unreadable", "characteristics", wrong) from wrong


def unreadable(code: str, field: str, wrong: Unreadable) -> Refusal:
    """Every line that cannot be read, in one refusal of the field."""
    sentence = W(
        "；".join(f"第 {fault.line} 行：{fault.zh}" for fault in wrong.faults),
        "; ".join(f"line {fault.line}: {fault.en}" for fault in wrong.faults),
    )
    told = W(sentence.zh.replace("{", "{{").replace("}", "}}"), sentence.en.replace("{", "{{").replace("}", "}}"))
    facts: dict[str, Any] = {"lines": [fault.line for fault in wrong.faults]}
    return Refusal(code, told, "Q-07", 422, field, facts)


def line_of(row: Characteristic) -> Line:
    names = ("name", "weight", "aql", "nominal", "low", "high", "unit", "method", "instrument_kind")
    return Line(*(getattr(row, name) for name in names))


def as_facts(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The characteristics as the record keeps them; a plan's digest is over this."""
    return [{name: plain(getattr(line, name)) for name in Line.__dataclass_fields__} for line in lines]


def _write(step: Step[InspectionPlan], lines: list[Line]) -> None:
    case = step.case
    told = as_facts(lines)
    case.digest = digest(text_of(told))
    step.insert()
    Characteristic.objects.bulk_create(
        Characteristic(plan=case, position=place, **{name: getattr(line, name) for name in Line.__dataclass_fields__})
        for place, line in enumerate(lines, 1)
    )
    step.record(characteristics=told)
