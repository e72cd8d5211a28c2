"""The scenes of a complaint, each one act or two of the people whose business it is, by the real actions.

A scene answers how much working time passes until the next one. ``COURSES`` puts scenes in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sanbao.catalog.models import DefectClass
from sanbao.complaints import actions
from sanbao.complaints.models import ORAL, Complaint, Widespread
from sanbao.demo import quality
from sanbao.demo.stories import Story
from sanbao.inspection import actions as inspection
from sanbao.inspection import queries as samples
from sanbao.inspection.models import Sample
from sanbao.kernel.actor import Actor
from sanbao.parties import queries as parties
from sanbao.parties.models import Customer, Department, Supplier

MINUTES, HOURS = (lambda n: timedelta(minutes=n)), (lambda n: timedelta(hours=n))
#: A working day has eight hours.
DAY = timedelta(hours=8)
CARE = "存放：室内垫高、防潮、避免与酸碱同库；使用：拆封后尽快加工，清洁用中性清洗剂。"
#: Who settles what a department owes.
HEADS = {"technology": "technologist", "production": "production-manager", "qc": "qc-manager", "sales": "sales-manager"}


@dataclass
class Play:
    """A story on the stage: who may act in it, and how far it has come."""

    story: Story
    actors: dict[str, Actor]
    customer: Customer
    label: str
    case: Any = None

    def act(self, username: str) -> Actor:
        return self.actors[username]

    @property
    def clerk(self) -> Actor:
        return self.act(self.story.by)

    @property
    def salesperson(self) -> Actor:
        person = parties.salesperson_for(self.customer)
        return self.act(person.username if person else "sales-manager")

    def fresh(self) -> Complaint:
        return Complaint.objects.get(pk=self.case.pk)

    @property
    def sample(self) -> Sample:
        return samples.samples_about(self.case.subject)[0]

    def fault(self) -> DefectClass:
        return DefectClass.objects.get(code=self.story.fault)


Scene = Callable[[Play], timedelta]


def _facts(play: Play) -> dict[str, Any]:
    story = play.story
    facts = {
        "source": story.source, "channel": story.channel, "title": story.title, "description": story.said,
        "customer": play.customer, "contact_name": story.caller, "contact_phone": play.customer.phones,
        "code": play.label, "reported_class": play.fault(), "quality_related": story.quality, "stage": "after",
        "contract": f"演合-{play.customer.code}", "demands": [story.demand] if story.demand else [],
    }  # fmt: skip
    if story.source == "spot_check":
        facts |= {"authority": "省级质量监督机构（演示）", "authority_document": "演检〔演示〕017 号"}
    return facts


def register(play: Play) -> timedelta:
    said = {"read_back_by": play.story.caller} if play.story.channel in ORAL else {}
    play.case = actions.register(by=play.clerk, **_facts(play), **said)
    return MINUTES(9)


def register_unconfirmed(play: Play) -> timedelta:
    play.case = actions.register(by=play.clerk, read_back_missing="通话中断，等对方回电", **_facts(play))
    return HOURS(1)


def light(play: Play) -> timedelta:
    facts = _facts(play)
    facts.pop("demands"), facts.pop("title")
    play.case = actions.register_light(
        by=play.clerk, explanation=play.story.found, basis="程序 C-04", satisfied=True, **facts
    )
    return HOURS(1)


def transfer(play: Play) -> timedelta:
    sales = Department.objects.get(code="sales")
    actions.transfer(play.case, by=play.clerk, to=sales, reason="用户打到办公室，转经营部办理")
    return HOURS(1)


def split(play: Play) -> timedelta:
    actions.split(play.case, by=play.clerk, matters=["询问下批送货时间，请答复"])
    return HOURS(1)


def cancel(play: Play) -> timedelta:
    actions.cancel(play.case, by=play.act("sales-manager"), reason=play.story.found)
    return HOURS(1)


def mark_duplicate(play: Play) -> timedelta:
    first = Complaint.objects.filter(reported_class=play.fault()).exclude(pk=play.case.pk).latest("id")
    actions.mark_duplicate(play.case, by=play.act("sales-manager"), of=first)
    return HOURS(1)


def assign(play: Play) -> timedelta:
    departments = Department.objects.filter(code__in=("production", "technology", "qc"))
    actions.assign(play.case, by=play.act("gm"), departments=departments, instruction="尽快查清，按程序答复用户。")
    return MINUTES(15)


def explain(play: Play) -> timedelta:
    text = "已向用户说明：先停用余料、保留标签，本厂取样检验后按结论处理。"
    actions.explain(play.case, by=play.clerk, text=text, basis="程序 C-07；合同质量条款", reaction="not_satisfied")
    _judge_demands(play)
    return MINUTES(20)


def explain_satisfied(play: Play) -> timedelta:
    actions.explain(
        play.case,
        by=play.clerk,
        text=play.story.found,
        basis="合同数量条款",
        reaction="satisfied",
        words=play.story.view,
    )
    _judge_demands(play)
    _meet_demands(play)
    return HOURS(3)


def _judge_demands(play: Play) -> None:
    for demand in play.fresh().demands.filter(reasonable=None):
        actions.judge_demand(play.case, by=play.clerk, demand=demand, reasonable=True, basis="合同质量条款")


def _meet_demands(play: Play) -> None:
    for demand in play.fresh().demands.filter(reasonable=True, met_at=None):
        actions.meet_demand(play.case, by=play.clerk, demand=demand, how="已办理并告知用户")


def feedback(play: Play) -> timedelta:
    if play.fresh().widespread == Widespread.PROPOSED:
        reason = "不同用户、同一产品、同类缺陷，应按较为普遍办理"
        actions.judge_widespread(play.case, by=play.clerk, widespread=True, reason=reason)
    actions.issue_form(play.case, by=play.clerk, remark=play.story.said)
    return HOURS(1)


def sample(play: Play) -> timedelta:
    for username in ("production-clerk", "technologist"):
        actions.acknowledge_form(play.case, by=play.act(username))
    actions.request_sample(play.case, by=play.act("technologist"), wanted="每支截取 300 mm，带标签，三支")
    return HOURS(4)


def _keep_informed(play: Play, text: str) -> None:
    actions.call(play.case, by=play.clerk, text=text, outgoing=True, with_whom=play.story.caller)


def send(play: Play) -> timedelta:
    note = f"演运{Sample.objects.count():05}"
    _keep_informed(play, "告知用户样品已寄出，检验后答复")
    inspection.send(play.sample, by=play.salesperson, given_by=play.story.caller, waybill=note, place="途中")
    return DAY


def receive(play: Play) -> timedelta:
    inspection.receive(play.sample, by=play.act("inspector-1"), label=play.label, place="样品架 3-2", given_by="快递")
    return HOURS(4)


def lose(play: Play) -> timedelta:
    inspection.lose(play.sample, by=play.act("inspector-1"), remark="承运方查无此件，登记遗失")
    return HOURS(2)


def chase(play: Play) -> timedelta:
    actions.chase(play.case, by=play.clerk, text="用户来电询问检验结论")
    _keep_informed(play, "告知用户样品正在检验，出结论当日答复")
    return HOURS(7)


def inspect(play: Play) -> timedelta:
    story = play.story
    _keep_informed(play, "告知用户检验已完成，正在按结论分级处理")
    inspection.conclude(
        by=play.act("inspector-1"),
        sample=play.sample,
        ours="yes",
        used_rightly="no" if story.severity == "S1" else "yes",
        severity=story.severity,
        basis="合同质量条款；GB/T 5237",
        measured=story.found,
        conclusion=story.found,
        opinion="按结论分级处理，同批在库品复验。",
    )
    return HOURS(2)


def grade(play: Play) -> timedelta:
    actions.grade(play.case, by=play.act("technologist"), spread=play.story.spread)
    return HOURS(1)


def grade_provisionally(play: Play) -> timedelta:
    reason = "样品途中遗失，先暂定，等补样复核"
    story = play.story
    actions.grade(play.case, by=play.act("technologist"), spread=story.spread, severity=story.severity, reason=reason)
    return HOURS(2)


def trace(play: Play) -> timedelta:
    kind, _, code = play.story.blame.partition(":")
    who: dict[str, Any] = {"blame": kind}
    if kind == "supplier":
        who["supplier"] = Supplier.objects.get(code=code)
    elif kind != "user":
        who = {"blame": "department", "department": Department.objects.get(code=kind)}
    basis = f"由标签 {play.label} 沿链追查，见追溯页；程序 C-16"
    actions.locate_responsibility(play.case, by=play.act("technologist"), basis=basis, **who)
    return HOURS(2)


def opinion(play: Play) -> timedelta:
    actions.give_opinion(
        play.case,
        by=play.act("technologist"),
        opinion=play.story.opinion,
        basis="程序 C-21；合同质量条款",
        confirmed_class=play.fault(),
    )
    return HOURS(2)


def answer(play: Play) -> timedelta:
    case = play.fresh()
    if case.grade == "D" and not case.d_choice:
        actions.decide_d(case, by=play.act("sales-manager"), choice="guidance", reason="非产品问题，存档作安装指导")
    text = f"经检验：{play.story.found}处理：{play.story.opinion}"
    actions.answer(
        play.case, by=play.clerk, text=text, basis="检验结论；合同质量条款", care=CARE if case.grade == "D" else ""
    )
    _meet_demands(play)
    return DAY


def view(play: Play) -> timedelta:
    actions.record_view(play.case, by=play.clerk, view=play.story.view, attitude="accepts")
    return HOURS(4)


def ask(play: Play) -> timedelta:
    actions.ask_satisfaction(play.case, by=play.clerk, outcome="satisfied", words=play.story.view, channel="phone")
    return HOURS(2)


def ask_dissatisfied(play: Play) -> timedelta:
    actions.ask_satisfaction(
        play.case, by=play.clerk, outcome="not_satisfied", words="还是关不严，请派人来", channel="phone"
    )
    return DAY


def ask_in_vain(play: Play) -> timedelta:
    actions.ask_satisfaction(play.case, by=play.clerk, outcome="unreachable", words="无人接听", channel="phone")
    return 2 * DAY


def close(play: Play) -> timedelta:
    quality.settle(play.fresh(), HEADS, play.actors)
    actions.close(play.case, by=play.clerk, basis="用户表示满意；程序 W-03")
    return HOURS(1)


MAIN: tuple[Scene, ...] = (
    register, explain, feedback, assign, sample, send, receive, inspect,
    grade, trace, opinion, answer, view, ask, close,
)  # fmt: skip
COURSES: dict[str, Sequence[Scene]] = {
    "main": MAIN,
    "chased": (*MAIN[:7], chase, chase),
    "lost": (*MAIN[:6], lose, grade_provisionally),
    "twice": (*MAIN[:13], ask_dissatisfied, answer, view, ask, close),
    "silent": (*MAIN[:13], ask_in_vain, ask_in_vain),
    "explained": (register, explain_satisfied),
    "quick": (register, explain_satisfied, close),
    "withdrawn": (register, cancel),
    "duplicate": (register, mark_duplicate),
    "unconfirmed": (register_unconfirmed,),
    "office": (register, transfer),
    "split": (register, split),
    "light": (light,),
}


def course_of(story: Story) -> Sequence[Scene]:
    """The scenes of a story, up to and including the one that it is played until."""
    course = COURSES[story.course]
    names = [scene.__name__ for scene in course]
    return course[: names.index(story.until) + 1] if story.until else course
