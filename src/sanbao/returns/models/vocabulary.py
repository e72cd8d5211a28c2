"""The words of a return: its states, why goods come back, what proves it, how it is settled."""

from __future__ import annotations

from sanbao.kernel.words import Vocabulary


class ReturnState(Vocabulary):
    EXCEPTION = "exception", "待批例外", "Exception to be decided"
    SAMPLING = "sampling", "待样品结论", "Sample to be inspected"
    APPLIED = "applied", "待部门经理同意", "Manager to agree"
    AGREED = "agreed", "待填审批表", "Form to be filled in"
    FILLED = "filled", "待审批", "To be approved"
    APPROVED = "approved", "待验收", "Goods to be accepted"
    COUNTING = "counting", "验收中", "Being counted"
    RAISED = "raised", "验收超重待批", "Heavier than approved"
    ACCEPTED = "accepted", "待确认数量", "Quantity to be confirmed"
    CREDITED = "credited", "待补货", "To be replaced"
    REPLACED = "replaced", "已补货", "Replaced"
    REFUNDED = "refunded", "已退款", "Refunded"
    REFUSED = "refused", "已拒绝", "Refused"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


S = ReturnState
#: Before the form is filled in.
BEFORE_FORM = (S.EXCEPTION, S.SAMPLING, S.APPLIED, S.AGREED)
BEFORE_GOODS = (*BEFORE_FORM, S.FILLED, S.APPROVED)
#: Goods lie with the warehouse, or their value is still owed.
WITH_GOODS = (S.COUNTING, S.RAISED, S.ACCEPTED, S.CREDITED)
OPEN = (*BEFORE_GOODS, *WITH_GOODS)
NEVER_CAME = (S.REFUSED, S.WITHDRAWN)


class Reason(Vocabulary):
    """R-01: the three admitted reasons, and everything else."""

    QUALITY = "quality", "质量问题", "Quality fault"
    OUR_ERROR = "our_error", "我方开错票、下错单或发错货", "Invoice, order or shipment made out wrongly by us"
    UNSALEABLE = "unsaleable", "在经销商所在地区滞销", "Unsaleable in the dealer's region"
    OTHER = "other_reason", "其他", "Any other"


class EvidenceKind(Vocabulary):
    """What R-06 and R-09 ask for."""

    MISMATCH = "mismatch", "提货单、发票或标签不符的凭证", "Pick list, invoice or label that does not match"
    STOCK = "stock", "本地区库存报表", "Statement of stock in the region"
    SALES = "sales", "本地区销售报表", "Statement of sales in the region"
    GOVERNMENT = "government", "用户所在国政府机构检验报告", "Inspection report of a government body"
    AGENT = "agent", "代理核定数量的凭证", "Quantity certified by the agent"
    OTHER = "other_evidence", "其他凭证", "Other evidence"


class Disposal(Vocabulary):
    """Where the goods go: home, or sold on the spot at a recorded valuation (R-09)."""

    SEND_BACK = "send_back", "运回", "Sent back"
    LOCAL = "local", "当地作价处理", "Disposed of locally"


class CreditState(Vocabulary):
    KEPT = "kept", "在用", "Kept"


class EntryKind(Vocabulary):
    RETURNED = "returned", "退货入账", "Goods returned"
    REPLACED = "replaced", "补货", "Goods in replacement"
    REFUNDED = "refunded", "退款", "Refund"


class Account(Vocabulary):
    """The accounts of the double entry: every entry's postings add up to nothing."""

    CUSTOMER = "customer", "应补客户", "Owed to the customer"
    RETURNED = "returned_goods", "退回货物", "Goods returned"
    REPLACEMENT = "replacement", "补发货物", "Goods in replacement"
    PAID = "paid", "客户补差", "Difference paid by the customer"
    CASH = "cash", "退款支出", "Refund paid"
