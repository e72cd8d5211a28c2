"""Who assesses a claim and who approves it, by currency and amount; the rows ship in ``policies/claims.toml``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sanbao.kernel.decision_tables import Choice, Number, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.base import Decision
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W

#: The row that serves every currency without one of its own.
OTHER = "other"

CLAIMS = Policy(
    "claims",
    title=W("索赔的评估与批准", "Assessment and approval of claims"),
    clause="W-02",
    shape=Shape(
        inputs=[
            Choice("currency", [OTHER], ("币种", "Currency"), open=True),
            Number("amount", "", Decimal(0), None, ("金额", "Amount")),
        ],
        outputs=[
            Text("assessor", ROLE, ("评估人", "Assessor")),
            Text("approver", r"[a-z_*]+\.[a-z_*]+", ("批准人", "Approver")),
        ],
    ),
)


def decided(on: date, currency: str, amount: Decimal) -> Decision:
    """The row for this currency, or that of all the others."""
    named = {part.strip() for row in CLAIMS.on(on).table.rows for part in row[0].split("|")}
    return CLAIMS.decide(on=on, currency=currency if currency in named else OTHER, amount=amount)
