"""往来: notes, calls, promises, demands, the plan and the pauses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from sanbao.complaints import actions, fields
from sanbao.complaints.forms.base import CaseForm
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import (
    Channel,
    Demand,
    Promise,
    PromiseKind,
    Waiting,
)
from sanbao.kernel.faces import face
from sanbao.kernel.file_fields import Files
from sanbao.kernel.form_fields import basis, day, line, words
from sanbao.kernel.words import W


@face(COMPLAINT, "note", actions.note)
class NoteForm(CaseForm):
    text = words("内部备注", "Internal note")
    files = Files()


@face(COMPLAINT, "call", actions.call)
class CallForm(CaseForm):
    with_whom = line("与谁通话", "With whom")
    text = words("通话内容", "What was said")
    outgoing = fields.yes("由我方打出", "We called")


@face(COMPLAINT, "chase", actions.chase)
class ChaseForm(CaseForm):
    text = words("用户怎么说", "What the user said", required=False)
    channel = fields.pick("渠道", "Channel", Channel, required=False)
    key = forms.CharField(
        label=W("这次催办的标记", "Mark of this one chase"),
        max_length=80,
        required=False,
        widget=forms.HiddenInput,
        help_text=W("同一标记只计一次", "The same mark counts once"),
    )

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("key", uuid4().hex)


@face(COMPLAINT, "attach", actions.attach)
class AttachForm(CaseForm):
    files = Files()


@face(COMPLAINT, "promise", actions.promise)
class PromiseForm(CaseForm):
    kind = fields.pick("承诺", "Promise", PromiseKind)
    due_at = fields.moment("约定时间", "By when")
    text = line("内容", "What", 300)


@face(COMPLAINT, "keep_promise", actions.keep_promise)
class KeepPromiseForm(CaseForm):
    rows = {"promise": "promises"}
    promise = forms.ModelChoiceField(Promise.objects.none(), label=W("哪项承诺", "Which promise"))
    text = words("怎样兑现的", "How it was kept", required=False)

    def choices(self, name: str) -> Any:
        return self.case.promises.filter(kept_at=None)


@face(COMPLAINT, "add_demand", actions.add_demand)
class DemandForm(CaseForm):
    text = line("用户要求", "Demand", 300, required=True)


@face(COMPLAINT, "judge_demand", actions.judge_demand)
class JudgeDemandForm(CaseForm):
    rows = {"demand": "demands"}
    demand = forms.ModelChoiceField(Demand.objects.none(), label=W("哪项要求", "Which demand"))
    reasonable = fields.Verdict("判定", "Verdict", yes=W("合理", "Reasonable"), no=W("不合理", "Not reasonable"))
    basis = basis()


@face(COMPLAINT, "meet_demand", actions.meet_demand)
class MeetDemandForm(CaseForm):
    rows = {"demand": "demands"}
    demand = forms.ModelChoiceField(Demand.objects.none(), label=W("哪项要求", "Which demand"))
    how = line("怎样满足的", "How it was met", 300, required=True)

    def choices(self, name: str) -> Any:
        return self.case.demands.filter(met_at=None).exclude(reasonable=False)


@face(COMPLAINT, "plan", actions.plan)
class PlanForm(CaseForm):
    sentence = line("下一步做什么", "What is to be done next", 200, required=True)
    due_at = fields.moment("何时", "By when")
    party = forms.CharField(label=W("由谁（部门代码）", "By whom (department code)"), max_length=80, required=False)


@face(COMPLAINT, "pause", actions.pause)
class PauseForm(CaseForm):
    reason = fields.radio("等什么", "Waiting for", Waiting)
    expected_on = day("预计到", "Expected on")


@face(COMPLAINT, "resume", actions.resume)
class ResumeForm(CaseForm):
    pass
