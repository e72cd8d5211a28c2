"""What comes in, what lies where, what is handed out: the nouns of the store.

A lot, its receipt, issues and movements stand in ``trace``; here are the papers around them: what a supplier's marking
must hold, the delivery at the gate, the issue slip, the place, the stock-taking, a customer's property gone wrong.
"""

from sanbao.materials.models.counting import CountEntry, CountLine, CountScope, CountState, Finding, StockCount
from sanbao.materials.models.issuing import IssueSlip, SlipLine, SlipState
from sanbao.materials.models.marking import MarkingContent, MarkingNotice, MarkingState, Report
from sanbao.materials.models.places import Lying, Place, PlaceKind
from sanbao.materials.models.property import PropertyEvent, PropertyReport, PropertyState
from sanbao.materials.models.receiving import (
    Delivery,
    DeliveryState,
    IncomingLot,
    IncomingState,
    IncomingStep,
    Way,
)

__all__ = [
    "CountEntry",
    "CountLine",
    "CountScope",
    "CountState",
    "Delivery",
    "DeliveryState",
    "Finding",
    "IncomingLot",
    "IncomingState",
    "IncomingStep",
    "IssueSlip",
    "Lying",
    "MarkingContent",
    "MarkingNotice",
    "MarkingState",
    "Place",
    "PlaceKind",
    "PropertyEvent",
    "PropertyReport",
    "PropertyState",
    "Report",
    "SlipLine",
    "SlipState",
    "StockCount",
    "Way",
]
