"""What a factory lays down about returns: who approves which weight, what counts as one request, when money flows."""

from __future__ import annotations

from decimal import Decimal

from sanbao.kernel.decision_tables import Amount, Choice, Number, Shape, Text, YesNo
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W
from sanbao.parties.models import Category
from sanbao.returns.models import Reason

ROLE = r"[a-z_*]+\.[a-z_*]+"
CATEGORIES = {category.value: (category.zh, category.en) for category in Category}

APPROVAL = Policy(
    "return_approval",
    title=W("退换货的审批", "Approval of returns"),
    clause="R-03",
    shape=Shape(
        inputs=[
            Choice("reason", {reason.value: (reason.zh, reason.en) for reason in Reason}, ("理由", "Reason")),
            Number("kilograms", "kg", Decimal(0), None, ("重量", "Weight")),
        ],
        outputs=[Text("approver", ROLE, ("审批人", "Approver"))],
    ),
)

TERMS = Policy(
    "return_terms",
    title=W("退换货的申请", "Applications for returns"),
    clause="R-03",
    shape=Shape(
        inputs=[],
        outputs=[
            Amount("window", "d", 0, 366, ("多少天内的申请合并计算", "Requests within so many days are added up")),
            Text("exception", ROLE, ("批准例外的人", "Who approves an exception to R-01")),
        ],
    ),
)

REFUNDS = Policy(
    "return_refunds",
    title=W("退款", "Refunds"),
    clause="R-02",
    shape=Shape(
        inputs=[
            Choice("category", CATEGORIES, ("客户类别", "Kind of customer")),
            Number("kilograms", "kg", Decimal(0), None, ("重量", "Weight")),
        ],
        outputs=[
            YesNo("allowed", ("可以退款", "A refund is possible")),
            Text("consent", ROLE, ("经谁同意", "With whose consent")),
            YesNo("law", ("提示法律冲突", "Warn of a conflict with the law")),
        ],
    ),
)
