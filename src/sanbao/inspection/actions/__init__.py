"""Everything that changes a sample, an unknown label, an instrument, a plan, a sheet or a series of lots."""

from sanbao.inspection.actions.instruments import (
    assess,
    calibrate,
    edit_instrument,
    register_instrument,
    restore_instrument,
    retire_instrument,
)
from sanbao.inspection.actions.labels import CLEAR_UP, clear_up, report, see_again
from sanbao.inspection.actions.plans import approve_plan, draft_plan, edit_plan, revise_plan, withdraw_plan
from sanbao.inspection.actions.samples import (
    conclude,
    give_back,
    hand_over,
    lose,
    receive,
    register,
    request,
    scrap,
    send,
    store,
)
from sanbao.inspection.actions.series import end_reduced, resume
from sanbao.inspection.actions.sheets import cancel_sheet, conclude_sheet, enter, open_sheet

__all__ = [
    "CLEAR_UP",
    "approve_plan",
    "assess",
    "calibrate",
    "cancel_sheet",
    "clear_up",
    "conclude",
    "conclude_sheet",
    "draft_plan",
    "edit_instrument",
    "edit_plan",
    "end_reduced",
    "enter",
    "give_back",
    "hand_over",
    "lose",
    "open_sheet",
    "receive",
    "register",
    "register_instrument",
    "report",
    "request",
    "restore_instrument",
    "resume",
    "retire_instrument",
    "revise_plan",
    "scrap",
    "see_again",
    "send",
    "store",
    "withdraw_plan",
]
