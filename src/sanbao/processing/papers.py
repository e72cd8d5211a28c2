"""What a line of a processing order says when the trace shows it: labelled rows, as on paper."""

from __future__ import annotations

from collections.abc import Collection

from sanbao.kernel.words import W
from sanbao.processing.models import ProcessingLine, Way
from sanbao.trace.concerns import Paper
from sanbao.trace.models import RecordKind
from sanbao.trace.queries import exact


def told(ids: Collection[int]) -> list[Paper]:
    found = ProcessingLine.objects.filter(pk__in=ids).select_related("order__customer", "order__product", "lot", "into")
    return [
        Paper(
            kind=RecordKind.PROCESSING,
            id=line.pk,
            lot=line.into,
            number=line.number,
            source=line.entered_by,
            rows=[
                (W("种类", "Kind"), Way.title_of(line.what)),
                (W("客户", "Customer"), line.order.customer.name),
                (W("做什么", "What is made"), line.order.wanted),
                (W("由", "From"), line.lot.code),
                (W("到", "Into"), line.into.code),
                (W("数量", "Quantity"), exact(line.quantity_milli, "kg")),
                *([(W("件数", "Pieces"), line.pieces)] if line.pieces else []),
                (W("时间", "When"), line.entered_at),
            ],
        )
        for line in found
    ]
