"""Everything that changes a card: at the press, at each step, between baskets, by QC; castings and marking audits."""

from sanbao.production.actions.audits import begin_audit, correct_mark, finish_audit, see_mark
from sanbao.production.actions.cards import adopt, resume, sample, scrap, settle, start
from sanbao.production.actions.castings import cast
from sanbao.production.actions.loads import Charged, Load, charge
from sanbao.production.actions.quality import finish_rework, inspect, send_to_rework
from sanbao.production.actions.steps import check_lead, check_qc, record_step, strike_step
from sanbao.production.actions.transfers import merge, pour, split

__all__ = [
    "Charged",
    "Load",
    "adopt",
    "begin_audit",
    "cast",
    "charge",
    "check_lead",
    "check_qc",
    "correct_mark",
    "finish_audit",
    "finish_rework",
    "inspect",
    "merge",
    "pour",
    "record_step",
    "resume",
    "sample",
    "scrap",
    "see_mark",
    "send_to_rework",
    "settle",
    "split",
    "start",
    "strike_step",
]
