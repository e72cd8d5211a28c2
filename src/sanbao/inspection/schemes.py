"""Which sample of a lot is looked at, how many may fail, and why: plan, lot size and switching state (Q-07)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sanbao.inspection import sampling
from sanbao.inspection.models import Characteristic, InspectionPlan, SamplingSeries, SamplingState, Weight
from sanbao.inspection.policies import SAMPLING
from sanbao.inspection.rules import Count, Wanted, counted
from sanbao.inspection.sampling import Strictness
from sanbao.inspection.switching import Rules
from sanbao.kernel.times import today
from sanbao.kernel.words import W

type Group = dict[str, Any]

ARROW = W("；箭头指到字码 {letter}", "; the arrow leads to letter {letter}")
WHOLE = W("；样本量不小于批量，全检", "; the sample is no smaller than the lot: all are looked at")
BY_SAMPLING = W(
    "批量 {lot}，检验水平 {level} → 字码 {asked}；AQL {aql}，{strictness}{arrow} → 样本量 {size}，Ac {accept}，"
    "Re {reject}{whole}",
    "Lot of {lot}, level {level} → letter {asked}; AQL {aql}, {strictness}{arrow} → sample {size}, Ac {accept}, "
    "Re {reject}{whole}",
)
CRITICAL = W(
    "批量 {lot}，检验水平 {level} → 字码 {asked}，样本量 {size}；致命项目一个也不允许不合格{whole}",
    "Lot of {lot}, level {level} → letter {asked}, sample {size}; a critical characteristic may not fail once{whole}",
)
OF_A_SAMPLE = W("来样 {size} 件全检", "All {size} pieces of the sample are looked at")
WAY_C = W("；该批以加严抽样接收", "; the lot was taken in under tightened sampling")


def groups_of(lines: Iterable[Characteristic]) -> dict[tuple[str, Decimal | None], list[Characteristic]]:
    """Characteristics of one weight and AQL share a sample and are counted together."""
    found: dict[tuple[str, Decimal | None], list[Characteristic]] = {}
    for line in lines:
        found.setdefault((line.weight, line.aql), []).append(line)
    return found


def of_sample(lines: Iterable[Characteristic], units: int) -> list[Group]:
    """A sample that came with a complaint is looked at as a whole; nothing of it may fail."""
    said = OF_A_SAMPLE.format(size=units)
    return [
        _group(weight, aql, size=units, accept=0, reject=1, whole=True, why=said) for weight, aql in groups_of(lines)
    ]


def of_lot(
    plan: InspectionPlan,
    lines: Iterable[Characteristic],
    units: int,
    series: dict[tuple[str, Decimal | None], SamplingSeries],
    *,
    tightened: bool,
) -> list[Group]:
    """One entry for each weight and AQL. ``tightened``: asked for by way C of T-04, whatever the series says."""
    return [
        _critical(plan, weight, units) if aql is None else _sampled(plan, weight, aql, units, series, tightened)
        for weight, aql in groups_of(lines)
    ]


def _critical(plan: InspectionPlan, weight: str, units: int) -> Group:
    found = sampling.critical(units, plan.level)
    why = CRITICAL.format(
        lot=units, level=plan.level, asked=found.asked, size=found.size, whole=WHOLE if found.whole else ""
    )
    return _planned(weight, None, found, why)


def _sampled(
    plan: InspectionPlan,
    weight: str,
    aql: Decimal,
    units: int,
    series: dict[tuple[str, Decimal | None], SamplingSeries],
    tightened: bool,
) -> Group:
    of = series[weight, aql]
    harder = tightened and of.state != SamplingState.TIGHTENED
    strictness = Strictness.TIGHTENED if harder else Strictness(of.state)
    found = sampling.plan(units, plan.level, aql, strictness)
    why = BY_SAMPLING.format(
        lot=units,
        level=plan.level,
        asked=found.asked,
        aql=sampling.said(aql),
        strictness=SamplingState(strictness.value).title,
        arrow=ARROW.format(letter=found.letter) if found.by_arrow else "",
        size=found.size,
        accept=found.accept,
        reject=found.reject,
        whole=WHOLE if found.whole else "",
    )
    said = W("{one}{two}", "{one}{two}", one=why, two=WAY_C) if harder else why
    return _planned(weight, aql, found, said) | {"strictness": strictness.value, "series": of.pk}


def _planned(weight: str, aql: Decimal | None, found: sampling.Plan, why: W) -> Group:
    of = {"size": found.size, "accept": found.accept, "reject": found.reject, "whole": found.whole}
    return _group(weight, aql, why=why, **of) | {"asked": found.asked, "letter": found.letter}


def _group(weight: str, aql: Decimal | None, *, why: W, **of: Any) -> Group:
    said = {"zh": why.said_in("zh-hans"), "en": why.said_in("en")}
    plain = sampling.said(aql) if aql is not None else None
    none = {"asked": "", "letter": "", "strictness": "", "series": None}
    return {"weight": weight, "aql": plain, **none, **of, "why": said}


# -- reading a scheme again ---------------------------------------------------------------------------


def key_of(group: Group) -> tuple[str, Decimal | None]:
    return group["weight"], Decimal(group["aql"]) if group["aql"] is not None else None


def title_of(group: Group) -> W:
    """``严重 · AQL 1.5`` or ``致命``."""
    title = Weight(group["weight"]).title
    return W("{weight} · AQL {aql}", "{weight} · AQL {aql}", weight=title, aql=group["aql"]) if group["aql"] else title


def columns(lines: Iterable[Characteristic], scheme: Iterable[Group]) -> list[Wanted]:
    """The columns of a sheet, in the plan's order: each up to the sample of its group."""
    sizes = {key_of(group): group["size"] for group in scheme}
    return [Wanted(line.pk, line.name, sizes[line.weight, line.aql], line.low, line.high) for line in lines]


def counts(
    lines: Iterable[Characteristic], scheme: Iterable[Group], good: dict[tuple[int, int], bool]
) -> list[tuple[Group, Count]]:
    """What was counted in each group of a scheme."""
    grouped = groups_of(lines)
    return [
        (
            group,
            counted(
                key_of(group)[1], group["size"], group["accept"], group["reject"],
                [line.pk for line in grouped[key_of(group)]], good,
            ),
        )
        for group in scheme
    ]  # fmt: skip


def rules() -> Rules:
    """The switching rules as the factory has set them."""
    row = SAMPLING.decide(on=today())
    numbers = {name: int(row[name]) for name in ("refused", "within", "streak", "score", "stop")}
    return Rules(**numbers, reduced=row["reduced"])
