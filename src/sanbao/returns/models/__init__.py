"""Returns, what was counted of them, and the credit that they make."""

from sanbao.returns.models.cases import Counted, Evidence, Return, ReturnLine, ReturnsQuerySet
from sanbao.returns.models.credit import Credit, Entry, Posting
from sanbao.returns.models.vocabulary import (
    BEFORE_FORM,
    BEFORE_GOODS,
    NEVER_CAME,
    OPEN,
    WITH_GOODS,
    Account,
    CreditState,
    Disposal,
    EntryKind,
    EvidenceKind,
    Reason,
    ReturnState,
)

__all__ = [
    "BEFORE_FORM",
    "BEFORE_GOODS",
    "NEVER_CAME",
    "OPEN",
    "WITH_GOODS",
    "Account",
    "Counted",
    "Credit",
    "CreditState",
    "Disposal",
    "Entry",
    "EntryKind",
    "Evidence",
    "EvidenceKind",
    "Posting",
    "Reason",
    "Return",
    "ReturnLine",
    "ReturnState",
    "ReturnsQuerySet",
]
