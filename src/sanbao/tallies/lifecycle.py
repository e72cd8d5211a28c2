"""An analysis is opened, by the calendar or when needed, and ends with measures or with why none are needed (U-11)."""

from __future__ import annotations

from sanbao.kernel.lifecycle import Lifecycle, Move
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
    },
)
