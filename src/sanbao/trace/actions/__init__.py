"""Everything that changes a lot: what happens to it, what stands in its way, what lets it through, what strikes it.

``records`` are the papers of daily work, ``work`` is what happens between extrusion and packing,
``processing`` what is made of goods further on, ``control`` is QC's
word and the holds, ``permits`` is urgent release and concession, ``reversal`` is the counter-entry. Upper rooms write
material through here and nowhere else; one that does several of these acts at once does them ``with writing()``, so
that two cannot wait for each other.
"""

from sanbao.trace.actions.control import hold, judge, lift, release
from sanbao.trace.actions.permits import apply_permit, approve_permit, mark_permit, refuse_permit
from sanbao.trace.actions.processing import come_out, go_in, take_out
from sanbao.trace.actions.records import (
    connect,
    issue_material,
    move,
    name,
    name_many,
    pack,
    receive,
    record_heat,
    report_inspection,
    ship,
    ship_together,
    start_traveller,
)
from sanbao.trace.actions.reversal import reverse
from sanbao.trace.actions.work import disconnect, fill_traveller, open_basket, pour, treatment, unfill_traveller
from sanbao.trace.gates import pass_gate
from sanbao.trace.rows import HeatRow, IssueRow, PackingRow, ReceiptRow, ReportRow, ShipmentRow, TravellerRow
from sanbao.trace.store import writing

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
    "come_out",
    "connect",
    "disconnect",
    "fill_traveller",
    "go_in",
    "hold",
    "issue_material",
    "judge",
    "lift",
    "mark_permit",
    "move",
    "name",
    "name_many",
    "open_basket",
    "pack",
    "pass_gate",
    "pour",
    "receive",
    "record_heat",
    "refuse_permit",
    "release",
    "report_inspection",
    "reverse",
    "ship",
    "ship_together",
    "start_traveller",
    "take_out",
    "treatment",
    "unfill_traveller",
    "writing",
]
