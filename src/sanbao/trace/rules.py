"""Who answers for a fault, read off the chain from the finished warehouse to the supplier (C-16). Plain values.

The walk knows three kinds of finding. *Let through*: a record says 不合格 and the goods went on. *Shared*: all
complaints of a kind come from one lot. *Not in order*: a record is missing, or its dates run backwards. The first
kind that is there decides, in this order, because an unwritten date explains a fault less than a shared powder lot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from sanbao.kernel.words import Vocabulary, W


class Stage(Vocabulary):
    """The ten stages of C-16, in the order of the walk."""

    WAREHOUSE = "warehouse", "成品仓库", "Finished warehouse"
    LABEL = "label", "产品标签", "Product label"
    SPRAY_CODE = "spray_code", "喷码", "Spray code"
    REPORT = "report", "检验报告", "Inspection report"
    QUALITY_RECORD = "quality_record", "生产质量记录", "Production quality record"
    MATERIAL_NAME = "material_name", "原材料名称", "Raw-material name"
    ISSUE = "issue", "领料记录", "Issue record"
    MATERIAL_LOT = "material_lot", "原材料批号", "Raw-material lot"
    RECEIPT = "receipt", "进仓记录", "Goods receipt"
    SUPPLIER = "supplier", "供应商", "Supplier"


#: Which department keeps the record of a stage, and answers when it is not in order.
KEEPERS: dict[Stage, str] = {
    Stage.WAREHOUSE: "warehouse",
    Stage.LABEL: "warehouse",
    Stage.SPRAY_CODE: "production",
    Stage.REPORT: "qc",
    Stage.QUALITY_RECORD: "production",
    Stage.MATERIAL_NAME: "warehouse",
    Stage.ISSUE: "warehouse",
    Stage.MATERIAL_LOT: "warehouse",
    Stage.RECEIPT: "purchasing",
    Stage.SUPPLIER: "purchasing",
}


class Weight(IntEnum):
    """What kind of finding it is; the lower decides first."""

    LET_THROUGH = 1
    SHARED = 2
    NOT_IN_ORDER = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the walk found. ``what`` reads on its own: 缺检验报告, 检验不合格仍入库.

    For a shared source, ``hits`` of ``complaints`` come from it, ``width`` lots were made from it, and ``supplier``
    is the code of who supplied it when it is a supplier's lot.
    """

    weight: Weight
    stage: Stage
    code: str
    what: W
    hits: int = 0
    complaints: int = 0
    width: int = 0
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``kind`` is ``department`` or ``supplier``, ``ref`` its code. A proposal: a person decides and may differ."""

    kind: str
    ref: str
    stage: Stage
    reason: W
    finding: Finding | None = None


def propose(findings: Iterable[Finding], *, usual: str = "", keepers: Mapping[Stage, str] = KEEPERS) -> Proposal:
    """The responsible department or supplier, with the reason in words.

    ``usual`` is the department that usually answers for this class of fault; it is proposed when the whole chain is
    in order. Without it QC is to look at the sample first.
    """
    order = list(Stage)
    ranked = sorted(findings, key=lambda f: (f.weight, f.width, order.index(f.stage), f.code))
    telling = [f for f in ranked if f.weight is not Weight.SHARED or (f.hits == f.complaints and f.complaints >= 2)]
    if telling:
        return _by_finding(telling[0], keepers)
    if usual:
        reason = W(
            "链上十个环节记录齐全且合格；这类缺陷通常由该部门负责。",
            "All ten stages are recorded and in order; this department usually answers for this class of fault.",
        )
        return Proposal("department", usual, Stage.QUALITY_RECORD, reason)
    reason = W(
        "链上十个环节记录齐全且合格，尚无指向；先由质检科检验样品。",
        "All ten stages are recorded and in order and nothing points anywhere yet; QC inspects the sample first.",
    )
    return Proposal("department", "qc", Stage.REPORT, reason)


def _by_finding(finding: Finding, keepers: Mapping[Stage, str]) -> Proposal:
    if finding.weight is Weight.SHARED:
        reason = W(
            "{complaints} 起同类投诉全部出自 {code}，而由它做成的只有 {width} 个批次。",
            "All {complaints} complaints of this kind come from {code}, of which only {width} lots were made.",
            complaints=finding.complaints,
            code=finding.code,
            width=finding.width,
        )
        if finding.supplier:
            return Proposal("supplier", finding.supplier, Stage.SUPPLIER, reason, finding)
        return Proposal("department", keepers[finding.stage], finding.stage, reason, finding)
    reason = W(
        "{stage} {code}：{what}。",
        "{stage} {code}: {what}.",
        stage=finding.stage.title,
        code=finding.code,
        what=finding.what,
    )
    return Proposal("department", keepers[finding.stage], finding.stage, reason, finding)
