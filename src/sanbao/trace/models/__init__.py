"""The traceability store: lots, the links between them, the handles that find them, the records behind them.

Genealogy: supplier's lot → receipt's own lot → (issue) → heat → billet lot → traveller → label → customer, and
receipt's own lot → (issue) → coating or oxidation batch → traveller → label. Ageing loads and coating batches are
inputs to a traveller; nothing ever runs *into* them from a traveller, so they carry no material from basket to basket.

To write many at once use ``sanbao.trace.bulk`` (its docstring shows how), never ``save()`` in a loop.
"""

from sanbao.trace.models.control import (
    HeldLot,
    Hold,
    HoldState,
    JudgedLot,
    Permit,
    PermitKind,
    PermitState,
    Property,
    Purpose,
    Reversal,
    ReversalState,
    Verdict,
    VerdictState,
)
from sanbao.trace.models.lots import Handle, HandleKind, Lot, LotKind, LotLink, QualityStatus
from sanbao.trace.models.records import (
    Heat,
    InspectionReport,
    MaterialIssue,
    Movement,
    MovementKind,
    Packing,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
    event_of,
    record_of,
)
from sanbao.trace.models.snapshots import LinkNews, Snapshot

__all__ = [
    "Handle",
    "HandleKind",
    "Heat",
    "HeldLot",
    "Hold",
    "HoldState",
    "InspectionReport",
    "JudgedLot",
    "LinkNews",
    "Lot",
    "LotKind",
    "LotLink",
    "MaterialIssue",
    "Movement",
    "MovementKind",
    "Packing",
    "Permit",
    "PermitKind",
    "PermitState",
    "Property",
    "Purpose",
    "QualityStatus",
    "Receipt",
    "Record",
    "RecordKind",
    "Reversal",
    "ReversalState",
    "Shipment",
    "Snapshot",
    "Traveller",
    "Verdict",
    "VerdictState",
    "event_of",
    "record_of",
]
