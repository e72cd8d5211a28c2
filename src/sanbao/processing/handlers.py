"""What case page and trace show of processing orders, and what becomes of one whose output was struck (W-09)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint, Matter
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.processing import actions, queries
from sanbao.processing.models import OrderState, ProcessingLine, ProcessingOrder, Way
from sanbao.processing.papers import told
from sanbao.trace import concerns as tracing
from sanbao.trace.models import RecordKind, Reversal

CLOCKWORK = Actor.clockwork("processing")
KINDS = {OrderState.ORDERED: "soon", OrderState.IN_WORK: "run", OrderState.DONE: "fine"}


def orders_of(case: Complaint, by: Actor) -> concerns.Part | None:
    """What is made for the user of a case; a usage question may lead there."""
    if not by.may("processing.see"):
        return None
    lines = [
        concerns.Line(
            order.number,
            order.get_absolute_url(),
            order.wanted.partition("\n")[0][:60],
            OrderState.title_of(order.state),
            KINDS.get(OrderState(order.state), ""),
        )
        for order in (queries.about(case, by) if "processing_orders" in concerns.there(case) else ())
    ]
    asked = case.matter == Matter.QUESTION and not case.ended and by.may("processing.order")
    begin = f"{reverse('processing:new')}?{urlencode(_known(case))}" if asked else ""
    if not lines and not begin:
        return None
    title = W("开深加工单", "Open a processing order")
    return concerns.Part(W("深加工", "Further processing"), "W-09", lines, begin, title)


def _known(case: Complaint) -> dict[str, str]:
    known = {"complaint": case.number}
    return known | {"customer": case.customer.code} if case.customer else known


concerns.parts.append(orders_of)
concerns.BESIDE.add("processing_orders", ProcessingOrder, "about")
tracing.papers[RecordKind.PROCESSING] = told
tracing.linking[RecordKind.PROCESSING] = tracing.Linked(ProcessingLine, "entered_at", "into", ("number", "what"))


@listens("reversal.reverse")
def output_is_struck(entry: JournalEntry) -> None:
    """An output whose packing record was struck stands in its order again, which is not finished then."""
    reversal = Reversal.objects.get(pk=int(entry.subject.partition(":")[2]))
    if reversal.record_kind != RecordKind.PACKING:
        return
    line = ProcessingLine.objects.filter(into=reversal.lot_id, what=Way.OUT, struck_at=None).first()
    if line is not None:
        actions.resume(line, by=CLOCKWORK, reason=reversal.reason)
