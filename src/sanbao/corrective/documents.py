"""纠正/预防措施处理单 as 8D report: what it says; how it looks stands in ``typst/eight.typ`` (Q-03)."""

from __future__ import annotations

from typing import Any

from sanbao.corrective import fishbone, queries, word
from sanbao.corrective.models import ActionKind, ActionState, Branch, CorrectiveAction, Measure, Metric
from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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


def eight_docx(case: CorrectiveAction, by: Actor) -> bytes:
    """The 8D report as a Word document, to be worked on or sent on; Chinese with English beside it."""
    form, told = documents.controlled("corrective_8d"), report(case, by)
    measures = [("轮 Round", "措施 Measure", "责任人 By", "期限 Until", "完成 Done", "证据 Evidence")]
    measures += [(str(m["round"]), m["text"], m["owner"], m["due"], m["done"], m["evidence"]) for m in told["measures"]]
    parts = [
        ("D1 立项与小组 Team", [
            ("题目 Title", case.title), ("种类 Kind", _both(told["kind"])), ("状态 State", _both(told["state"])),
            ("来自 Comes from", told["origin"]), ("组长 Led by", told["lead"]), ("小组 Team", "、".join(told["team"])),
            ("产品 Product", told["product"]), ("类别 Class", _both(told["defect"])),
            ("供方 Supplier", told["supplier"]),
        ]),
        ("D2 问题 Problem", [
            ("事实 Facts", case.problem), ("判定 Judged by", f"{_both(told['metric'])}；{case.threshold}"),
            ("立项前 Before", _both(told["before"])),
        ]),
        ("D3 临时措施 Containment", [("遏制 Containment", case.containment)]),
        ("D4 根本原因 Root cause", [
            *((_both(chain["title"]), _chain(chain["whys"], chain["root"])) for chain in told["chains"]),
            *((_both(bone["title"]), "\n".join(bone["causes"])) for bone in told["bones"]),
            ("依据 Basis", case.cause_basis), ("类似产品 The like", case.similar),
        ]),
        ("D5、D6 措施与实施 Measures", measures),
        ("D6 效果 Effect", [
            ("结果 Figures", _both(told["effect"])), ("结论 Finding", case.verdict), ("依据 Basis", case.verdict_basis),
            ("验证 Verified", f"{_both(told['verified']['by'])} {told['verified']['at']}"),
        ]),
        ("D7 横向展开 Carried over", [("推广 Where else", case.spread)]),
        ("D8 关闭 Closing", [("结论 Conclusion", _both(told["state"]))]),
    ]  # fmt: skip
    under = f"{case.number} · {form.number} {form.version}"
    return word.document(f"{form.title.zh} {form.title.en}", under, parts)


def _both(said: W | str) -> str:
    if not isinstance(said, W):
        return said
    zh, en = said.said_in("zh-hans"), said.said_in("en")
    return zh if zh == en else f"{zh} {en}".strip()


def _chain(whys: list[str], root: str) -> str:
    numbered = [f"{number}. {why}" for number, why in enumerate(whys, 1)]
    return "\n".join([*numbered, f"根本原因 Root: {root}"] if root else numbered)


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
