"""What a factory lays down about its gate: how far a delivery and a scale may depart, and what is weighed."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Choice, OneOf, Shape
from sanbao.kernel.policies import Decision, InForce, Policy
from sanbao.kernel.words import W

#: The row for product lines that have none of their own.
OTHER = "other"

DELIVERY = Policy(
    "delivery",
    title=W("发货公差", "Tolerances of delivery"),
    clause="W-08",
    shape=Shape(
        inputs=[Choice("line", {OTHER: ("其他", "Other")}, ("产品线", "Product line"), open=True)],
        outputs=[
            Amount("percent", "%", 0, 100, ("称重允差（%）", "Weight, %")),
            Amount("kilograms", "kg", 0, 10_000, ("称重允差（公斤）", "Weight, kg")),
            Amount("over", "%", 0, 100, ("可多发（%）", "More than ordered, %")),
            Amount("short", "%", 0, 100, ("少于此数算少发（%）", "Short below, %")),
        ],
    ),
)


GATE = Policy(
    "gate",
    title=W("发货称重", "Weighing at the gate"),
    clause="W-08",
    shape=Shape(
        inputs=[],
        outputs=[
            OneOf(
                "weighed",
                {
                    "vehicle": ("整车", "The whole vehicle"),
                    "labels": ("每个标签", "Every label"),
                    "either": ("整车或每个标签", "The vehicle or every label"),
                    "none": ("不称", "Nothing"),
                },
                ("出门前称什么", "What is weighed"),
            )
        ],
    ),
)


def of_line(line: str, table: InForce) -> Decision:
    """The tolerances of a product line, from the version in force on some day."""
    known = next(column for column in table.table.shape.inputs if column.name == "line")
    return table.decide(line=line if line in known.choices else OTHER)  # type: ignore[attr-defined]
