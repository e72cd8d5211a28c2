"""An analysis is opened, by the calendar or when needed, and concluded with measures or with why none are needed
(U-11); measures are organised, and all of it goes into the management review (U-01, U-12)."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.tallies.models import Analysis, AnalysisState

S = AnalysisState

ANALYSIS: Lifecycle[Analysis] = Lifecycle(
    "analysis",
    "tallies.Analysis",
    title=W("综合分析", "Analysis"),
    states=AnalysisState,
    tracked=("first", "last", "regular", "occasion", "due_at", "reason"),
    searched=lambda a: (a.number, a.occasion, a.findings, a.measures),
    moves={
        "analyse": Move((), S.OPEN, permission="tallies.analyse", clause="U-11", title=W("开综合分析", "Analyse")),
        "conclude_analysis": Move(
            {S.OPEN},
            (S.MEASURES, S.NOTHING),
            permission="tallies.conclude",
            clause="U-11",
            title=W("下结论", "Conclude"),
        ),
        "organise": Move(
            {S.MEASURES}, STAY, permission="tallies.organise", clause="U-01",
            title=W("组织落实", "Organise the measures"),
        ),
        "take_to_review": Move(
            {S.MEASURES, S.NOTHING}, STAY, permission="tallies.review", clause="U-12",
            title=W("纳入管理评审", "Take into the management review"),
        ),
    },
)  # fmt: skip
