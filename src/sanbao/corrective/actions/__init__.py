"""Everything that happens to a corrective action: cause, measures, effect, and a supplier's answer."""

from sanbao.corrective.actions.effect import note_recurrence, prolong, reopen, verify
from sanbao.corrective.actions.opening import cancel, contain, form_team, hand_over, open_action, open_preventive
from sanbao.corrective.actions.supplying import (
    accept_answer,
    answer,
    ask_again,
    ask_supplier,
    record_answer,
    return_answer,
)
from sanbao.corrective.actions.working import (
    approve_measures,
    draw_bones,
    find_cause,
    plan_measure,
    report_done,
    return_measures,
    spread_out,
)

__all__ = [
    "accept_answer",
    "answer",
    "approve_measures",
    "ask_again",
    "ask_supplier",
    "cancel",
    "contain",
    "draw_bones",
    "find_cause",
    "form_team",
    "hand_over",
    "note_recurrence",
    "open_action",
    "open_preventive",
    "plan_measure",
    "prolong",
    "record_answer",
    "reopen",
    "report_done",
    "return_answer",
    "return_measures",
    "spread_out",
    "verify",
]
