"""The label at every gate (T-10, T-12), and what becomes of it when its packing record is struck."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.goods import actions, queries
from sanbao.goods.models import Label, LabelState, Relabel
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.trace import concerns
from sanbao.trace.models import Lot, LotKind, RecordKind, Reversal

CLOCKWORK = Actor.clockwork("goods")


def keep_the_gate(lots: Sequence[Lot]) -> None:
    """Goods pass under a label that is in force: signed for, not reported, not void."""
    labels = [lot.pk for lot in lots if lot.kind == LotKind.LABEL]
    label = queries.not_in_force(labels) if labels else None
    if label is None:
        return
    if label.state == LabelState.PACKED:
        refuse(
            "lot.label_unsigned",
            W("{lot} 入库后还没有质检签收。", "{lot} was packed, but QC has not signed for it yet."),
            clause="T-10",
            lot=label.code,
        )
    elif label.dead:
        refuse(
            "lot.label_void",
            W("标签 {lot} {state}，不能再用。", "The label {lot} is void ({state})."),
            clause="T-12",
            lot=label.code,
            state=LabelState.title_of(label.state),
        )
    else:
        refuse(
            "lot.label_reported",
            W(
                "标签 {lot} {state}，换发新标签后才能放行。",
                "Label {lot} is reported ({state}); it needs a new one.",
            ),
            clause="T-12",
            lot=label.code,
            state=LabelState.title_of(label.state),
        )


concerns.gatekeepers.append(keep_the_gate)
concerns.linking[RecordKind.RELABEL] = concerns.Linked(Relabel, "entered_at", "made__lot", ("number", "why"))


@listens("reversal.reverse")
def packing_was_struck(entry: JournalEntry) -> None:
    """Goods whose packing record is struck stand under no label; its code is void."""
    reversal = Reversal.objects.get(pk=entry.subject.partition(":")[2])
    if reversal.record_kind != RecordKind.PACKING:
        return
    label = Label.objects.filter(lot=reversal.lot_id).first()
    if label is not None and not label.dead:
        actions.strike(label, by=CLOCKWORK)
