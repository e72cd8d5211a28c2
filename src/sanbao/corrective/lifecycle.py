"""The life of a corrective, preventive or supplier's action: cause, measures, implementation, effect (Q-03)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.corrective.models import OPEN, ActionState, CorrectiveAction
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W

A = ActionState
OWN = {A.ANALYSING, A.PLANNING, A.DOING, A.WAITING}


def _m(
    sources: Iterable[str],
    target: str | tuple[str, ...],
    verb: str,
    zh: str,
    en: str,
    *,
    clause: str = "Q-03",
    internal: bool = False,
) -> Move:
    return Move(sources, target, permission=f"corrective.{verb}", clause=clause, title=W(zh, en), internal=internal)


ACTION: Lifecycle[CorrectiveAction] = Lifecycle(
    "corrective_action",
    "corrective.CorrectiveAction",
    title=W("纠正措施", "Corrective action"),
    states=ActionState,
    tracked=(
        "kind", "origin", "product_id", "defect_id", "supplier_id", "lead_id", "due_at", "round", "metric", "threshold",
        "window_days", "before", "occurrence_cause", "escape_cause", "cause_basis", "planned_by", "approver",
        "approved_by", "implemented_at", "verify_on", "after", "outcome", "verdict_basis", "verified_by", "recurrences",
    ),
    searched=lambda a: (a.number, a.title, a.problem, a.occurrence_cause, a.escape_cause),
    moves={
        "open": _m((), A.ANALYSING, "open", "立项", "Open a corrective action"),
        "open_preventive": _m((), A.ANALYSING, "open", "预防措施立项", "Open a preventive action", clause="Q-04"),
        "ask_supplier": _m((), A.ASKED, "ask", "向供方提出纠正", "Ask a supplier", clause="Q-05"),
        "find_cause": _m(
            {A.ANALYSING, A.PLANNING}, A.PLANNING, "work", "写明根本原因", "State the root cause", clause="W-05"
        ),
        "plan_measure": _m({A.PLANNING}, STAY, "work", "定措施", "Lay down a measure"),
        "approve_measures": _m({A.PLANNING}, A.DOING, "approve", "批准措施", "Approve the measures"),
        "return_measures": _m({A.PLANNING}, A.ANALYSING, "approve", "退回分析", "Send back to the analysis"),
        "report_done": _m({A.DOING}, (A.DOING, A.WAITING), "work", "报告完成", "Report a measure done"),
        "contain": _m(OWN, STAY, "work", "临时措施", "Containment (D3)"),
        "form_team": _m(OWN, STAY, "work", "小组", "Team (D1)"),
        "draw_bones": _m({A.ANALYSING, A.PLANNING}, STAY, "work", "鱼骨图", "Fishbone"),
        "hand_over": _m(set(OPEN), STAY, "work", "更换组长", "Change who leads"),
        "spread_out": _m({A.DOING, A.WAITING}, STAY, "work", "横向展开", "Carry over to the like (D7)"),
        "prolong": _m({A.WAITING}, STAY, "verify", "延长观察", "Watch for longer"),
        "verify": _m({A.WAITING}, (A.EFFECTIVE, A.ANALYSING, A.ASKED), "verify", "验证效果", "Verify the effect"),
        "reopen": _m({A.EFFECTIVE}, (A.ANALYSING, A.ASKED), "reopen", "重新打开", "Take up again"),
        "note_recurrence": _m({A.EFFECTIVE}, STAY, "follow", "登记复发", "Note a recurrence", internal=True),
        "answer": _m({A.ASKED}, A.ANSWERED, "answer", "供方答复", "Supplier's answer", clause="Q-05", internal=True),
        "record_answer": _m({A.ASKED}, A.ANSWERED, "ask", "登记供方答复", "Enter the supplier's answer", clause="Q-05"),
        "ask_again": _m({A.ASKED}, STAY, "ask", "再次发出", "Send the link again", clause="Q-05"),
        "accept_answer": _m({A.ANSWERED}, A.WAITING, "review", "接受答复", "Accept the answer", clause="Q-05"),
        "return_answer": _m({A.ANSWERED}, A.ASKED, "review", "退回供方", "Send it back to the supplier", clause="Q-05"),
        "cancel": _m({A.ANALYSING, A.ASKED, A.PLANNING}, A.CANCELLED, "approve", "取消立项", "Cancel"),
    },
)  # fmt: skip
