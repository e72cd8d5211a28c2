"""The tables of the production room that a factory may change; their rows ship in ``policies/*.toml``."""

from __future__ import annotations

from datetime import date

from sanbao.kernel.decision_tables import Amount, Choice, Duration, OneOf, Several, Shape, Table, YesNo
from sanbao.kernel.policies import Decision, Policy
from sanbao.kernel.words import W
from sanbao.production.models import WORK, Inherit, Operation, Parameter, Scope, TransferKind
from sanbao.trace.models import LotKind

LOADS = (LotKind.AGEING, LotKind.OXIDATION, LotKind.COATING)
#: What a product without a line, or with one that no row names, is asked with; and one without a surface.
OTHER, BARE = "other", "bare"


def _begins_with_extrusion(table: Table) -> None:
    for number, (_, answer) in enumerate(table.hits(), 1):
        route = answer["operations"]
        if not isinstance(route, tuple) or route[:1] != (Operation.EXTRUDE,):
            raise ValueError(f"第 {number} 行须从挤压开始 · row {number} must begin with extrude")


ROUTES = Policy(
    "routes",
    title=W("工艺路线", "Routes"),
    clause="T-09",
    shape=Shape(
        inputs=[
            Choice("line", [OTHER], ("产品线", "Product line"), open=True),
            Choice("surface", [BARE], ("表面", "Surface"), open=True),
        ],
        outputs=[
            Several(
                "operations",
                choices={o.value: (o.zh, o.en) for o in WORK},
                title=("工序（依次）", "Operations, in order"),
            )
        ],
    ),
    proof=_begins_with_extrusion,
)

STEPS = Policy(
    "steps",
    title=W("工序检查", "Checks at each step"),
    clause="W-06",
    shape=Shape(
        inputs=[Choice("operation", {o.value: (o.zh, o.en) for o in WORK}, ("工序", "Operation"))],
        outputs=[
            YesNo("team_leader", ("须班长检查", "Team leader checks")),
            YesNo("qc", ("须质检检查", "QC checks")),
            OneOf(
                "load",
                {"none": ("无", "None"), **{kind.value: (kind.zh, kind.en) for kind in LOADS}},
                ("记哪一种炉次或槽批", "Load or batch"),
            ),
            Several(
                "measured",
                choices={p.value: (p.zh, p.en) for p in Parameter},
                title=("必须记的参数", "To be written down"),
            ),
        ],
    ),
)

MASS_BALANCE = Policy(
    "mass_balance",
    title=W("重量平衡允差", "Tolerance of the mass balance"),
    clause="T-09",
    shape=Shape(
        inputs=[Choice("scope", {s.value: (s.zh, s.en) for s in Scope}, ("范围", "Scope"))],
        outputs=[
            Amount("loss", "%", 0, 100, ("允许的不明损失 %", "Loss allowed, %")),
            Amount("gain", "%", 0, 100, ("允许的增重 %", "Gain allowed, %")),
        ],
    ),
)

TRANSFERS = Policy(
    "transfers",
    title=W("拆框并框后的质量状态", "Quality status after split or merge"),
    clause="T-13",
    shape=Shape(
        inputs=[Choice("what", {k.value: (k.zh, k.en) for k in TransferKind}, ("种类", "Kind"))],
        outputs=[OneOf("status", {i.value: (i.zh, i.en) for i in Inherit}, ("状态", "Status"))],
    ),
)

MARKING_AUDITS = Policy(
    "marking_audits",
    title=W("标识检查", "Marking audits"),
    clause="T-11",
    shape=Shape(inputs=[], outputs=[Duration("corrected_within", ("多久以内纠正", "Corrected within"))]),
)


def route_of(line: str, surface: str, on: date) -> Decision:
    """The route of a product. A line that no row names is an ordinary one; a surface that none names is refused,
    because nobody would know how the basket goes on."""
    version = ROUTES.on(on)
    lines = version.table.shape.inputs[0]
    assert isinstance(lines, Choice)
    return version.decide(line=line if line in lines.choices else OTHER, surface=surface or BARE)


def routed(on: date) -> set[str]:
    """Every operation that some route in force has."""
    return {operation for _, answer in ROUTES.on(on).table.hits() for operation in answer["operations"]}  # type: ignore[union-attr]
