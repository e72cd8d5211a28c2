"""The ten-stage chain of C-16 for one screen: each stage with its records, its gaps and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sanbao.kernel.words import W
from sanbao.trace.concerns import Paper
from sanbao.trace.models import LotKind, QualityStatus, RecordKind
from sanbao.trace.rules import Finding, Proposal, Stage, Weight
from sanbao.trace.traces import Gap, Missing, Node, Trace

STAGE_OF: dict[Missing, Stage] = {
    Missing.PACKING: Stage.WAREHOUSE,
    Missing.WHEREABOUTS: Stage.WAREHOUSE,
    Missing.TRAVELLERS: Stage.LABEL,
    Missing.SPRAY_CODE: Stage.SPRAY_CODE,
    Missing.REPORT: Stage.REPORT,
    Missing.TRAVELLER: Stage.QUALITY_RECORD,
    Missing.BILLET: Stage.QUALITY_RECORD,
    Missing.EXTRUSION_DATE: Stage.QUALITY_RECORD,
    Missing.AGEING_DATE: Stage.QUALITY_RECORD,
    Missing.FINISH_DATE: Stage.QUALITY_RECORD,
    Missing.HEAT: Stage.QUALITY_RECORD,
    Missing.ISSUE: Stage.ISSUE,
    Missing.RECEIPT: Stage.RECEIPT,
    Missing.CERTIFICATE: Stage.RECEIPT,
    Missing.SUPPLIER_LOT: Stage.RECEIPT,
}


@dataclass(slots=True)
class Entry:
    """One record (or fact) of a stage. ``record`` is its kind and id, so that it can be opened."""

    title: str
    detail: str = ""
    on: date | None = None
    quantity_milli: int | None = None
    unit: str = "kg"
    status: str = ""
    record: tuple[str, int] | None = None
    lot: int | None = None
    supplier: int | None = None


@dataclass(slots=True)
class ChainStage:
    """``asked`` is False for a stage that this kind of lot has not reached (a billet lot has no label)."""

    number: int
    stage: Stage
    entries: list[Entry] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    asked: bool = True

    @property
    def missing(self) -> bool:
        """Nothing at all leads here although the chain passes here: as much a gap as a record that lacks something."""
        return self.asked and not self.entries and not self.gaps


@dataclass(slots=True)
class Chain:
    """The answer of ``queries.chain``; ``proposal`` is where it ends."""

    trace: Trace
    stages: list[ChainStage]
    findings: list[Finding]
    proposal: Proposal | None


def stages_of(trace: Trace, papers: Iterable[Paper] = ()) -> list[ChainStage]:
    """A backward trace as the ten stages, in the order of the walk.

    ``papers`` are the records that upper rooms keep of its links: process steps, transfers, new labels.
    """
    stages = {stage: ChainStage(number, stage) for number, stage in enumerate(Stage, 1)}
    for gap in trace.gaps:
        stages[STAGE_OF[gap.missing]].gaps.append(gap)
    for node in trace.of_kind(LotKind.LABEL):
        _add_label(stages, node, trace.records.packings.get(node.id), trace.records.shipments.get(node.id, []))
    for node in trace.of_kind(LotKind.TRAVELLER):
        _add_traveller(stages, node, trace)
    for node in trace.of_kind(LotKind.BILLET, LotKind.HEAT, LotKind.COATING, LotKind.OXIDATION, LotKind.AGEING):
        stages[Stage.QUALITY_RECORD].entries.append(
            Entry(node.code, LotKind.title_of(node.kind), node.made_on, node.quantity_milli, node.unit, lot=node.id)
        )
    for paper in papers:
        stage = Stage.LABEL if paper.kind == RecordKind.RELABEL else Stage.QUALITY_RECORD
        title = paper.number or paper.lot.code
        stages[stage].entries.append(Entry(title, paper.kind.title, record=(paper.kind.value, paper.id)))
    _add_materials(stages, trace)
    for stage in _not_reached({node.kind for node in trace.nodes.values()}):
        stages[stage].asked = False
    return list(stages.values())


def _not_reached(kinds: set[str]) -> Iterable[Stage]:
    """The stages before the start: a billet lot has no label yet, a material lot no issue."""
    if LotKind.LABEL not in kinds:
        yield from (Stage.WAREHOUSE, Stage.LABEL, Stage.SPRAY_CODE)
        if LotKind.TRAVELLER not in kinds:
            yield Stage.REPORT
    if kinds <= {LotKind.RAW}:
        yield from (Stage.QUALITY_RECORD, Stage.ISSUE)


def _add_label(stages: dict[Stage, ChainStage], node: Node, packing: Any, shipments: list[Any]) -> None:
    stages[Stage.LABEL].entries.append(
        Entry(node.code, node.product, node.made_on, node.quantity_milli, node.unit, node.status, lot=node.id)
    )
    if packing:
        record = (RecordKind.PACKING.value, packing.id)
        stages[Stage.WAREHOUSE].entries.append(
            Entry(packing.location or node.code, node.code, packing.packed_on, node.quantity_milli, record=record)
        )
        if packing.spray_code:
            stages[Stage.SPRAY_CODE].entries.append(Entry(packing.spray_code, node.code, record=record))
    for line in shipments:
        stages[Stage.WAREHOUSE].entries.append(
            Entry(
                line.number,
                line.customer__name,
                line.shipped_on,
                line.quantity_milli,
                node.unit,
                record=(RecordKind.SHIPMENT.value, line.id),
            )
        )


def _add_traveller(stages: dict[Stage, ChainStage], node: Node, trace: Trace) -> None:
    for report in trace.records.reports.get(node.id, []):
        stages[Stage.REPORT].entries.append(
            Entry(
                report.number,
                node.code,
                report.inspected_on,
                status=report.conclusion,
                record=(RecordKind.REPORT.value, report.id),
            )
        )
    card = trace.records.travellers.get(node.id)
    if card:
        stages[Stage.QUALITY_RECORD].entries.append(
            Entry(
                node.code,
                " · ".join(part for part in (card.press, card.shift, card.ageing, card.finish) if part),
                card.extruded_on,
                node.quantity_milli,
                node.unit,
                node.status,
                (RecordKind.TRAVELLER.value, card.id),
                node.id,
            )
        )


def _add_materials(stages: dict[Stage, ChainStage], trace: Trace) -> None:
    names: dict[str, tuple[str, int]] = {}
    suppliers: dict[str, tuple[str, int]] = {}
    for issue in trace.records.issues.values():
        record = (RecordKind.ISSUE.value, issue.id)
        names.setdefault(issue.material_name, record)
        lots = f"{trace.nodes[issue.lot_id].code} → {trace.nodes[issue.into_id].code}"
        stages[Stage.ISSUE].entries.append(
            Entry(issue.number, lots, issue.issued_on, issue.quantity_milli, record=record)
        )
    for node in trace.of_kind(LotKind.RAW):
        stages[Stage.MATERIAL_LOT].entries.append(
            Entry(node.code, node.material, node.made_on, node.quantity_milli, node.unit, node.status, lot=node.id)
        )
        for receipt in trace.records.receipts.get(node.id, []):
            record = (RecordKind.RECEIPT.value, receipt.id)
            names.setdefault(receipt.material_name or node.material, record)
            suppliers[receipt.supplier__code] = (receipt.supplier__name, receipt.supplier_id)
            papers = " · ".join(part for part in (receipt.supplier_lot, receipt.certificate) if part)
            stages[Stage.RECEIPT].entries.append(
                Entry(receipt.number, papers, receipt.received_on, receipt.quantity_milli, node.unit, record=record)
            )
    stages[Stage.MATERIAL_NAME].entries = [Entry(name, record=record) for name, record in names.items() if name]
    stages[Stage.SUPPLIER].entries = [Entry(name, code, supplier=pk) for code, (name, pk) in sorted(suppliers.items())]


def findings_of(trace: Trace) -> list[Finding]:
    """What the records of a backward trace say by themselves: let through, missing, backward."""
    found = [
        Finding(
            Weight.NOT_IN_ORDER,
            STAGE_OF[gap.missing],
            gap.code,
            W("缺{what}", "{what} is missing", what=gap.missing.title),
        )
        for gap in trace.gaps
    ]
    for node in trace.nodes.values():
        found += _let_through(node, trace)
    return found + _backward_dates(trace)


def _let_through(node: Node, trace: Trace) -> list[Finding]:
    def finding(stage: Stage, code: str, zh: str, en: str) -> Finding:
        return Finding(Weight.LET_THROUGH, stage, code, W(zh, en))

    went_on = any(link.src == node.id for link in trace.links)
    found = [
        finding(Stage.REPORT, report.number, "检验不合格仍被放行", "failed inspection and was let through")
        for report in trace.records.reports.get(node.id, [])
        if report.conclusion == QualityStatus.FAILED and went_on
    ]
    if node.status == QualityStatus.FAILED:
        if node.kind == LotKind.RAW and went_on:
            found.append(finding(Stage.ISSUE, node.code, "不合格原料被领用", "failed material was issued"))
        elif node.kind == LotKind.LABEL and node.id in trace.records.shipments:
            found.append(finding(Stage.WAREHOUSE, node.code, "不合格品被发出", "failed goods were shipped"))
        elif node.kind in (LotKind.TRAVELLER, LotKind.BILLET) and went_on:
            found.append(finding(Stage.QUALITY_RECORD, node.code, "不合格品转入下道工序", "failed work was passed on"))
    return found


def _backward_dates(trace: Trace) -> list[Finding]:
    what = W("日期倒置", "its dates run backwards")
    found = []
    for issue in trace.records.issues.values():
        came = [r.received_on for r in trace.records.receipts.get(issue.lot_id, []) if r.received_on]
        if issue.issued_on and came and issue.issued_on < min(came):
            found.append(Finding(Weight.NOT_IN_ORDER, Stage.ISSUE, issue.number, what))
    for lot, card in trace.records.travellers.items():
        steps = [day for day in (card.extruded_on, card.aged_on, card.finished_on) if day]
        if steps != sorted(steps):
            found.append(Finding(Weight.NOT_IN_ORDER, Stage.QUALITY_RECORD, trace.nodes[lot].code, what))
    for lot, lines in trace.records.shipments.items():
        packing = trace.records.packings.get(lot)
        if packing and packing.packed_on and any(s.shipped_on and s.shipped_on < packing.packed_on for s in lines):
            found.append(Finding(Weight.NOT_IN_ORDER, Stage.WAREHOUSE, trace.nodes[lot].code, what))
    return found
