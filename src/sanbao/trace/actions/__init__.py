"""Everything that changes a lot: what happens to it, what stands in its way, what lets it through, what strikes it.

``records`` are the papers of daily work, ``control`` is QC's word and the holds, ``permits`` is urgent release and
concession, ``reversal`` is the counter-entry. Upper rooms write material through here and nowhere else.
"""

from sanbao.trace.actions.control import hold, judge, lift, release
from sanbao.trace.actions.permits import apply_permit, approve_permit, mark_permit, refuse_permit
from sanbao.trace.actions.records import (
    connect,
    issue_material,
    move,
    pack,
    receive,
    record_heat,
    report_inspection,
    ship,
    start_traveller,
)
from sanbao.trace.actions.reversal import reverse
from sanbao.trace.gates import pass_gate
from sanbao.trace.rows import (
    HeatRow,
    IssueRow,
    PackingRow,
    ReceiptRow,
    ReportRow,
    ShipmentRow,
    TravellerRow,
)

__all__ = [
    "HeatRow",
    "IssueRow",
    "PackingRow",
    "ReceiptRow",
    "ReportRow",
    "ShipmentRow",
    "TravellerRow",
    "apply_permit",
    "approve_permit",
    "connect",
    "hold",
    "issue_material",
    "judge",
    "lift",
    "mark_permit",
    "move",
    "pack",
    "pass_gate",
    "receive",
    "record_heat",
    "refuse_permit",
    "release",
    "report_inspection",
    "reverse",
    "ship",
    "start_traveller",
]
