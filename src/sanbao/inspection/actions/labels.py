"""Labels that nobody knows: reported, found again, cleared up by QC (T-12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import UNKNOWN_LABEL
from sanbao.inspection.models import Origin, Sighting, UnknownLabel
from sanbao.inspection.policies import UNKNOWN_LABELS
from sanbao.kernel import attachments, notices, numbering, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar

#: What QC owes on an unknown label.
CLEAR_UP = "unknown_label.clear_up"
#: Findings that say what the label should be; the house must know that code by then.
OURS = (Origin.RECORDED, Origin.RELABELLED, Origin.MISREAD)


def report(
    *, by: Actor, code: str, place: str = "", holder: str = "", remark: str = "", files: Iterable[Attachment] = ()
) -> UnknownLabel:
    """A code on goods that nobody knows (登记未知标签): QC is told and has to clear it up. A known code is refused.

    Found again while it is open, it is the same label, seen once more.
    """
    seen = {"place": place, "holder": holder, "remark": remark, "files": files}
    if (label := queries.open_unknown(code)) is not None:
        return see_again(label, by=by, **seen)  # type: ignore[arg-type]
    if queries.lots_of(code):
        refuse(
            "unknown_label.known",
            W("编号“{typed}”本厂有记录，不是未知标签。", "The code “{typed}” is on record; it is not unknown."),
            clause="T-12",
            field="code",
            typed=code,
        )
    try:
        return _report(by, code, seen)
    except IntegrityError:  # somebody else reported it between our look and our entry
        label = queries.open_unknown(code)
        if label is None:
            raise
        return see_again(label, by=by, **seen)  # type: ignore[arg-type]


def _report(by: Actor, code: str, seen: dict[str, Any]) -> UnknownLabel:
    rule = UNKNOWN_LABELS.decide(on=today())
    with UNKNOWN_LABEL.opening("report", by=by, code=code, key=code_key(code)) as step:
        label = step.case
        label.number = numbering.take("unknown_label")
        label.due_at = calendar().counting(rule["due"].working).due(now(), rule["due"])
        step.insert()
        step.record(**rule.as_facts())
        _sighting(step, **seen)
        if in_force("T-12"):
            obligations.owe(
                subject=label.subject,
                code=CLEAR_UP,
                sentence=W("查明未知标签 {code}", "Clear up the unknown label {code}", code=code),
                to=rule["to"],
                by=by,
                clause="T-12",
                due=label.due_at,
            )
    return label


def see_again(
    label: UnknownLabel,
    *,
    by: Actor,
    place: str = "",
    holder: str = "",
    remark: str = "",
    files: Iterable[Attachment] = (),
    expect: int | None = None,
) -> UnknownLabel:
    """The same unknown code was found once more: where, and in whose hands."""
    with UNKNOWN_LABEL.move("see_again", label, by=by, expect=expect) as step:
        _sighting(step, place=place, holder=holder, remark=remark, files=files)
    return step.case


def clear_up(
    label: UnknownLabel,
    *,
    by: Actor,
    origin: str,
    basis: str,
    finding: str,
    true_code: str = "",
    expect: int | None = None,
) -> UnknownLabel:
    """QC says what the label was (查明). Where it is ours, the code that it should bear must be on record."""
    with UNKNOWN_LABEL.move("clear_up", label, by=by, expect=expect) as step:
        need_basis(basis)
        case = step.case
        bears = true_code or (case.code if origin == Origin.RECORDED else "")
        if origin in OURS and not queries.lots_of(bears):
            refuse(
                "unknown_label.not_on_record",
                W(
                    "按“{origin}”查明，须写明本厂有记录的正确编号；“{typed}”查不到。",
                    "To clear it up as “{origin}”, name the right code, on record; “{typed}” is not.",
                ),
                clause="T-12",
                status=422,
                field="true_code",
                origin=Origin(origin).title,
                typed=bears,
            )
        case.origin, case.basis, case.finding, case.cleared_at = origin, basis, finding, now()
        case.true_code = bears
        step.private(finding=finding)
        obligations.discharge(subject=case.subject, code=CLEAR_UP, by=by, outcome=origin)
        if origin == Origin.COUNTERFEIT:
            _alarm(case, by)
    return step.case


def _alarm(label: UnknownLabel, by: Actor) -> None:
    """Whoever the policy names hears of a suspected counterfeit at once."""
    rule = UNKNOWN_LABELS.decide(on=today())
    said = W("{number}：标签“{code}”疑似假冒", "{number}: the label “{code}” is a suspected counterfeit")
    for role in rule["alarm"]:
        notices.tell(
            to=role,
            about=f"unknown_label:{label.pk}:counterfeit",
            subject=label.subject,
            sentence=said.format(number=label.number, code=label.code),
            clause="T-12",
            but=by.ref,
        )


def _sighting(step: Step[UnknownLabel], *, place: str, holder: str, remark: str, files: Iterable[Attachment]) -> None:
    Sighting.objects.create(label=step.case, at=now(), by=step.by.ref, place=place, holder=holder, remark=remark)
    step.private(place=place, holder=holder, remark=remark)
    attachments.attach(files, subject=step.case.subject, by=step.by, clause="T-12")
