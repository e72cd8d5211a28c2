"""The life of a return: applied for, looked into, approved by weight, counted, made good (R-01 … R-11); and of the
credit that it makes (R-02)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.returns.models import BEFORE_GOODS, Credit, CreditState, Return, ReturnState

S = ReturnState


def _m(
    sources: Iterable[str], target: str | tuple[str, ...], verb: str, clause: str, zh: str, en: str, **more: bool
) -> Move:
    return Move(sources, target, permission=f"returns.{verb}", clause=clause, title=W(zh, en), **more)


RETURN: Lifecycle[Return] = Lifecycle(
    "return",
    "returns.Return",
    title=W("退换货", "Return"),
    states=ReturnState,
    tracked=(
        "reason", "about", "exchange", "applied_milli", "inspection", "agreed_by", "report_verified_by", "responsible",
        "disposal", "filled_by", "together_milli", "approver", "approved_by", "decision", "decision_basis", "place",
        "agent", "valuation", "accepted_milli", "difference", "accepted_by", "confirmed_by", "value", "open_value",
        "refund_reason", "refund_basis", "refund_consent",
    ),
    searched=lambda c: (
        c.number, c.form_number, c.receipt_number, c.description, c.customer.name, c.customer.code,
        *c.lines.values_list("code", flat=True),
    ),
    moves={
        "apply": _m((), (S.EXCEPTION, S.SAMPLING, S.APPLIED), "apply", "R-01", "申请退换", "Apply for a return"),
        "admit": _m({S.EXCEPTION}, S.APPLIED, "approve", "R-01", "批准例外", "Approve the exception"),
        "add_evidence": _m(BEFORE_GOODS, STAY, "apply", "R-06", "补充凭证", "Add evidence"),
        "ask_sample": _m({S.SAMPLING}, STAY, "ask_sample", "R-04", "要求取样", "Ask for a sample"),
        "tell_verdict": _m({S.SAMPLING}, S.APPLIED, "tell_verdict", "R-04", "转告质检结论", "Pass QC's verdict on"),
        "verify_report": _m({S.SAMPLING, S.APPLIED, S.AGREED}, STAY, "verify_report", "R-09", "核实国外检验报告",
                            "Verify the government body's report"),
        "agree": _m({S.APPLIED}, S.AGREED, "agree", "R-05", "部门经理同意", "The department manager agrees"),
        "fill_form": _m({S.AGREED, S.FILLED}, S.FILLED, "fill_form", "R-05", "填写退换审批表", "Fill in the form"),
        "approve": _m({S.FILLED}, S.APPROVED, "approve", "R-03", "批准退换", "Approve the return"),
        "refuse": _m({S.EXCEPTION, S.SAMPLING, S.APPLIED, S.AGREED, S.FILLED}, S.REFUSED, "refuse", "R-01", "拒绝退换",
                     "Refuse the return"),
        "scan": _m({S.APPROVED, S.COUNTING}, S.COUNTING, "count", "R-07", "扫描标签", "Scan a label"),
        "weigh": _m({S.APPROVED, S.COUNTING}, S.COUNTING, "count", "R-07", "无标签按重量", "Weigh what has no label"),
        "undo": _m({S.COUNTING}, STAY, "count", "R-07", "撤销一次验收", "Take one off again"),
        "accept": _m({S.COUNTING}, (S.ACCEPTED, S.RAISED), "count", "R-07", "验收完毕", "Goods accepted"),
        "certify": _m({S.APPROVED}, (S.ACCEPTED, S.RAISED), "fill_form", "R-09", "登记代理核定数量",
                      "Enter the agent's quantity"),
        "approve_more": _m({S.RAISED}, S.ACCEPTED, "approve", "R-03", "批准超重", "Approve the greater weight"),
        "recount": _m({S.RAISED}, S.COUNTING, "recount", "R-07", "退回重新验收", "Send back to be counted again"),
        "confirm": _m({S.ACCEPTED}, S.CREDITED, "confirm", "R-07", "确认数量", "Confirm the quantity"),
        "ask_refund": _m({S.CREDITED}, STAY, "ask_refund", "R-02", "申请退款", "Ask for a refund"),
        "refuse_refund": _m({S.CREDITED}, STAY, "consent_refund", "R-09", "不同意退款", "Refuse the refund"),
        "consent_refund": _m({S.CREDITED}, S.REFUNDED, "consent_refund", "R-09", "同意退款", "Consent to the refund"),
        "made_good": _m({S.CREDITED}, (S.CREDITED, S.REPLACED), "replace", "R-02", "补货入账", "Made good",
                        internal=True),
        "withdraw": _m(BEFORE_GOODS, S.WITHDRAWN, "apply", "R-01", "撤回申请", "Withdraw the request"),
    },
)  # fmt: skip

CREDIT: Lifecycle[Credit] = Lifecycle(
    "credit",
    "returns.Credit",
    title=W("补货额度", "Replacement credit"),
    states=CreditState,
    tracked=("returned", "replaced", "refunded", "returned_milli", "replaced_milli"),
    searched=lambda c: (c.customer.name, c.customer.code),
    moves={
        "begin": _m((), CreditState.KEPT, "confirm", "R-02", "开立额度", "Begin the account", internal=True),
        "book_return": _m({CreditState.KEPT}, STAY, "confirm", "R-02", "退货入账", "Book a return", internal=True),
        "replace": _m({CreditState.KEPT}, STAY, "replace", "R-02", "登记补货", "Enter a replacement"),
        "book_refund": _m({CreditState.KEPT}, STAY, "consent_refund", "R-02", "退款入账", "Book a refund",
                          internal=True),
    },
)  # fmt: skip
