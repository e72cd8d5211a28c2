"""纠正/预防措施处理单 as 8D report: what it says; how it looks stands in ``typst/eight.typ`` (Q-03)."""

from __future__ import annotations

from typing import Any

from sanbao.corrective import fishbone, queries
from sanbao.corrective.models import ActionKind, ActionState, Branch, CorrectiveAction, Measure, Metric
from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties


def report(case: CorrectiveAction, by: Actor) -> dict[str, Any]:
    """What the report says, discipline by discipline; PDF and DOCX are drawn from the same."""
    behind = queries.complaint_behind(case.origin)
    rounds = list(case.measures.select_related("owner"))  # type: ignore[attr-defined]
    return {
        "number": case.number,
        "kind": ActionKind.title_of(case.kind),
        "state": ActionState.title_of(case.state),
        "title": case.title,
        "round": case.round,
        "origin": behind.number if behind else case.origin,
        "product": str(case.product) if case.product else "",
        "defect": case.defect.title if case.defect else "",
        "supplier": case.supplier.name if case.supplier else "",
        "lead": case.lead.name,
        "team": [member.person.name for member in case.members.select_related("person")],  # type: ignore[attr-defined]
        "opened": signed(case.opened_by, case.opened_at),
        "problem": case.problem,
        "metric": Metric.title_of(case.metric),
        "threshold": case.threshold,
        "before": figures(case.before),
        "containment": case.containment,
        "chains": [
            {
                "title": W("为什么发生", "Why it came about"),
                "whys": case.occurrence_whys,
                "root": case.occurrence_cause,
            },
            {"title": W("为什么流出", "Why it escaped"), "whys": case.escape_whys, "root": case.escape_cause},
        ],
        "cause_basis": case.cause_basis,
        "found": signed(case.found_by, case.found_at),
        "bones": [{"title": Branch(name).title, "causes": causes} for name, causes in case.bones.items()],
        "fishbone": picture(case, "zh-hans") if case.bones else "",
        "similar": case.similar,
        "measures": [measure(one) for one in rounds],
        "approved": signed(case.approved_by, case.approved_at),
        "approver": parties.titled(case.approver),
        "implemented": minute(case.implemented_at),
        "after": figures(case.after),
        "effect": W(case.after["zh"], case.after["en"]) if case.after.get("zh") else "",
        "verdict": case.verdict,
        "verdict_basis": case.verdict_basis,
        "verified": signed(case.verified_by, case.verified_at),
        "spread": case.spread,
        "closed": case.state == ActionState.EFFECTIVE,
        "printed_by": who(by.ref),
    }


def eight_pdf(case: CorrectiveAction, by: Actor) -> bytes:
    """The 8D report as PDF/A."""
    return documents.pdf("corrective/typst/eight.typ", documents.controlled("corrective_8d"), report(case, by), who=who)


def picture(case: CorrectiveAction, language: str) -> str:
    titles = {branch.value: branch.title.said_in(language) for branch in Branch}
    return fishbone.drawn(case.bones, titles, case.title)


def measure(one: Measure) -> dict[str, Any]:
    return {
        "round": one.round,
        "text": one.text,
        "owner": one.owner.name if one.owner else "",
        "due": one.due_on.isoformat(),
        "done": minute(one.done_at),
        "evidence": one.evidence,
    }


def figures(facts: dict[str, Any]) -> W | str:
    if not facts:
        return ""
    said = W("{days} 天 {tonnes} t 中 {cases} 起", "{cases} cases in {tonnes} t over {days} days")
    return said.format(days=facts["days"], tonnes=facts["tonnes"], cases=facts["cases"])


def signed(ref: str, at: Any) -> dict[str, Any]:
    return {"by": who(ref) if ref else "", "at": minute(at)}


def minute(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def who(ref: str) -> W:
    """The name behind ``person:3``; a supplier answers as such."""
    if ref.startswith("clockwork:policies"):
        return W("随产品提供", "as shipped")
    if ref.startswith("supplier:"):
        return W("供方", "the supplier")
    return W("系统", "System") if ref.startswith("clockwork:") else parties.titled(ref)
