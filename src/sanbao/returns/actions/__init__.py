"""What happens to a return and to the credit that it makes."""

from sanbao.returns.actions.applying import add_evidence, apply, ask_sample, tell_verdict, verify_report, withdraw
from sanbao.returns.actions.approving import admit, agree, approve, approve_more, fill_form, refuse_return
from sanbao.returns.actions.counting import accept, certify, confirm, recount, scan, undo, weigh
from sanbao.returns.actions.crediting import ask_refund, consent_refund, refuse_refund, replace

__all__ = [
    "accept",
    "add_evidence",
    "admit",
    "agree",
    "apply",
    "approve",
    "approve_more",
    "ask_refund",
    "ask_sample",
    "certify",
    "confirm",
    "consent_refund",
    "fill_form",
    "recount",
    "refuse_refund",
    "refuse_return",
    "replace",
    "scan",
    "tell_verdict",
    "undo",
    "verify_report",
    "weigh",
    "withdraw",
]
