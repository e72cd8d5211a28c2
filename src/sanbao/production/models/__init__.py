"""Work in progress: living cards with their steps, transfers between baskets, castings, marking audits."""

from sanbao.production.models.audits import MarkingAudit, MarkSeen
from sanbao.production.models.cards import Card, Step, Transfer
from sanbao.production.models.castings import Casting
from sanbao.production.models.vocabulary import (
    WORK,
    AuditState,
    CardState,
    CastingState,
    Inherit,
    Marking,
    Operation,
    Outcome,
    Parameter,
    Scope,
    StepState,
    TransferKind,
)

__all__ = [
    "WORK",
    "AuditState",
    "Card",
    "CardState",
    "Casting",
    "CastingState",
    "Inherit",
    "MarkSeen",
    "Marking",
    "MarkingAudit",
    "Operation",
    "Outcome",
    "Parameter",
    "Scope",
    "Step",
    "StepState",
    "Transfer",
    "TransferKind",
]
