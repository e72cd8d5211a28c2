"""What is asked about an analysis, for page and API alike."""

from __future__ import annotations

from functools import partial

from django import forms

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.form_fields import day, words
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.tallies import actions, queries
from sanbao.tallies.lifecycle import ANALYSIS

_words = partial(words, rows=4, length=20_000)


@face(ANALYSIS, "analyse", actions.analyse)
class AnalyseForm(ActForm):
    hint = W(
        "数字按今天的登记表留存；到期由规则表指定的岗位下结论。",
        "The figures of today are kept; the post that the policy names concludes it.",
    )
    first = day("从", "From")
    last = day("到", "To")
    occasion = forms.CharField(label=W("为什么现在分析", "Why now"), max_length=200)

    def prepare(self) -> None:
        self.initial.setdefault("first", today().replace(month=1, day=1))
        self.initial.setdefault("last", today())


@face(ANALYSIS, "conclude_analysis", actions.conclude_analysis)
class ConcludeForm(ActForm):
    findings = _words("分析结果", "Findings")
    measures = _words("纠正措施", "Corrective measures", required=False)
    reason = forms.CharField(label=W("不需要措施的理由", "Why no measures are needed"), max_length=300, required=False)


@face(ANALYSIS, "organise", actions.organise)
class OrganiseForm(ActForm):
    hint = W(
        "每项措施由谁、何时完成；需要验证效果的，开纠正措施并写编号。",
        "Who does what by when; where the effect is to be proven, open a corrective action and give its number.",
    )
    plan = _words("落实安排", "The plan")


@face(ANALYSIS, "take_to_review", actions.take_to_review)
class ReviewForm(ActForm):
    review = _words("管理评审的意见和决定", "What the management review says and decides")

    def prepare(self) -> None:
        if self.case is not None:
            said = queries.titled_satisfaction(self.case.first, self.case.last)
            told = "，".join(f"{title} {count}" for title, count, _ in said) or "—"
            self.hint = W("用户满意结果：{told}", "Satisfaction of the users: {told}", told=told)
