"""What a step and a transfer say when the trace shows them: labelled rows, as on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sanbao.kernel.words import W
from sanbao.production.models import Outcome, Parameter, Step, StepState, Transfer
from sanbao.trace.concerns import Paper
from sanbao.trace.models import RecordKind
from sanbao.trace.queries import exact

type Rows = list[tuple[W | str, Any]]


def steps(ids: Collection[int]) -> list[Paper]:
    found = Step.objects.filter(pk__in=ids).select_related("card__lot", "treatment", "operator")
    return [
        Paper(
            kind=RecordKind.STEP,
            id=step.pk,
            lot=step.card.lot,
            number=str(step),
            source=step.recorded_by,
            rows=list(_step_rows(step)),
        )
        for step in found
    ]


def transfers(ids: Collection[int]) -> list[Paper]:
    return [
        Paper(
            kind=RecordKind.TRANSFER,
            id=transfer.pk,
            lot=transfer.lot,
            number=transfer.number,
            source=transfer.source,
            rows=_transfer_rows(transfer),
        )
        for transfer in Transfer.objects.filter(pk__in=ids).select_related("lot")
    ]


def _step_rows(step: Step) -> Iterable[tuple[W | str, Any]]:
    unit = step.card.lot.unit
    yield W("随行卡", "Traveller"), step.card.number
    yield W("工序", "Operation"), step.title
    if step.round:
        yield W("返工轮次", "Rework round"), step.round
    yield W("日期", "Date"), step.done_on
    yield W("机台", "Machine"), step.machine
    yield W("班组", "Team"), step.shift
    if step.operator:
        yield W("操作者", "Operator"), step.operator.name
    if step.treatment:
        yield W("炉次/槽批", "Load or batch"), step.treatment.code
    for title, milli in ((W("投入", "In"), step.in_milli), (W("产出", "Out"), step.out_milli)):
        if milli is not None:
            yield title, exact(milli, unit)
    if step.scrap_milli:
        yield W("废料", "Scrap"), exact(step.scrap_milli, unit)
    for name, value in step.measured.items():
        yield Parameter.title_of(name), value
    for title, outcome in (
        (W("班长检查", "Team leader's check"), step.lead_outcome),
        (W("质检检查", "QC's check"), step.qc_outcome),
    ):
        if outcome:
            yield title, Outcome.title_of(outcome)
    yield W("检查结果", "Checks"), StepState.title_of(step.state)
    if step.remark:
        yield W("备注", "Remark"), step.remark


def _transfer_rows(transfer: Transfer) -> Rows:
    rows: Rows = [
        (W("种类", "Kind"), transfer.title),
        (W("由", "From"), transfer.sources),
        (W("到", "Into"), transfer.lot.code),
        (W("数量", "Quantity"), exact(transfer.quantity_milli, transfer.lot.unit)),
        (W("时间", "When"), transfer.moved_at),
    ]
    if transfer.reason:
        rows.append((W("原因", "Reason"), transfer.reason))
    return rows
