"""The whole story of a complaint on one screen: which move leads from where to where, who may, under which clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from sanbao.complaints.models import OPEN, ORAL, Complaint, State
from sanbao.complaints.planning import need_a_plan, plan_next
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import STAY, Lifecycle, Move, Step
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W

S = State
ANY = frozenset(State)
BEGUN = frozenset({S.REGISTERED, S.EXPLAINED})
FORMED = OPEN - BEGUN
ANSWERABLE = frozenset({S.DECIDED, S.ANSWERED, S.HEARD})
#: What remains to be done on a case itself while another one leads the matter (U-07).
STILL_ITS_OWN = frozenset({
    "unmerge", "link", "correct", "judge_demand", "meet_demand", "keep_promise", "settle_duty", "approve_settlement",
    "sign_joint_answer", "report_holder",
})  # fmt: skip
HOUSE = Actor.clockwork("complaints")


def _m(
    sources: Iterable[str],
    target: str | tuple[str, ...],
    verb: str,
    clause: str,
    zh: str,
    en: str,
    *,
    internal: bool = False,
    always: bool = False,
) -> Move:
    return Move(
        sources,
        target,
        permission=f"complaints.{verb}",
        clause=clause,
        title=W(zh, en),
        internal=internal,
        always=always,
    )


COMPLAINT: Lifecycle[Complaint] = Lifecycle(
    "complaint",
    "complaints.Complaint",
    title=W("投诉", "Complaint"),
    states=State,
    tracked=(
        "owner_id", "owner_department_id", "next_party", "next_due", "source", "channel", "customer_id", "product_id",
        "lot_id", "code", "quality_related", "widespread", "reported_class_id", "confirmed_class_id", "chases",
        "merged_into_id",
        "severity", "spread", "grade", "grade_proposed", "provisional", "blame", "responsible_department_id",
        "responsible_supplier_id", "d_choice", "attitude", "satisfaction", "ending", "matter", "resolution",
    ),
    searched=lambda c: (
        c.number, c.title, c.description, c.code, c.product_text, c.contract, c.complainant, c.contact_name,
        c.contact_phone,
    ),
    imported_filter=Q(legacy__isnull=False),
    moves={
        # 受理
        "register": _m((), S.REGISTERED, "register", "C-01", "受理投诉", "Register a complaint"),
        "register_question": _m((), S.REGISTERED, "register", "W-09", "登记使用咨询", "Enter a usage question"),
        "register_light": _m((), S.CLOSED, "register_light", "C-04", "轻微登记", "Light entry"),
        "confirm_read_back": _m(OPEN, STAY, "read_back", "C-06", "复述确认", "Confirm the read-back", always=True),
        "transfer": _m(OPEN, STAY, "transfer", "C-05", "移交", "Transfer", always=True),
        "accept_transfer": _m(OPEN, STAY, "transfer", "C-05", "接收移交", "Accept the transfer", always=True),
        "report": _m(OPEN, STAY, "transfer", "U-08", "报告总经理", "Report to the general manager"),
        "assign": _m(OPEN, STAY, "assign", "U-08", "指派部门", "Assign departments"),
        "hand_over": _m(OPEN, STAY, "hand_over", "C-01", "更换负责人", "Change the owner", always=True),
        "correct": _m(OPEN, STAY, "handle", "C-02", "更正登记", "Correct the entry"),
        "split": _m(OPEN, STAY, "handle", "U-07", "拆分事项", "Split off matters"),
        "link": _m(ANY, STAY, "handle", "U-07", "关联", "Link"),
        "merge": _m(OPEN, STAY, "handle", "U-07", "并入另一件", "Merge into another"),
        "unmerge": _m(OPEN, STAY, "handle", "U-07", "解除合并", "Undo the merge"),
        "take_in": _m(OPEN, STAY, "handle", "U-07", "并入一件", "Take another in", internal=True),
        "let_go": _m(ANY, STAY, "handle", "U-07", "退出一件", "Let a case go", internal=True),
        "follow_lead": _m(OPEN, STAY, "follow", "U-07", "随主件", "Follow the lead", internal=True, always=True),
        "end_with_lead": _m(
            OPEN, S.CLOSED, "follow", "U-07", "随主件关闭", "Closed with the leading case", internal=True, always=True
        ),
        "turn_into_complaint": _m(
            {S.REGISTERED, S.ANSWERED, S.HEARD}, S.REGISTERED, "handle", "W-09", "转为投诉", "Turn into a complaint"
        ),
        # 与用户往来
        "note": _m(ANY, STAY, "note", "C-03", "内部备注", "Internal note", always=True),
        "call": _m(ANY, STAY, "note", "U-09", "通话记录", "Log a call", always=True),
        "chase": _m(OPEN, STAY, "note", "U-09", "催办", "Chase", always=True),
        "attach": _m(ANY, STAY, "note", "C-03", "添加附件", "Attach", always=True),
        "mail_in": _m(ANY, STAY, "note", "C-03", "来信", "Mail received", internal=True, always=True),
        "mail_out": _m(ANY, STAY, "note", "U-09", "去信", "Mail sent", internal=True, always=True),
        "promise": _m(OPEN, STAY, "promise", "U-09", "登记承诺", "Promise"),
        "keep_promise": _m(OPEN, STAY, "promise", "U-09", "承诺已兑现", "Promise kept"),
        "add_demand": _m(OPEN, STAY, "handle", "U-08", "登记用户要求", "Add a demand"),
        "judge_demand": _m(OPEN, STAY, "judge_demand", "U-08", "判定要求", "Judge a demand"),
        "meet_demand": _m(OPEN, STAY, "meet_demand", "U-08", "要求已满足", "Demand met"),
        "break_promise": _m(OPEN, STAY, "follow", "U-09", "承诺失约", "Promise broken", internal=True, always=True),
        "escalate": _m(OPEN, STAY, "follow", "M-04", "升级", "Escalate", internal=True, always=True),
        "plan": _m(OPEN, STAY, "handle", "U-09", "安排下一步", "Plan the next step"),
        "pause": _m(OPEN, STAY, "handle", "M-04", "暂停计时", "Pause the clocks"),
        "resume": _m(OPEN, STAY, "handle", "M-04", "恢复计时", "Resume the clocks"),
        # 解释、反馈、样品
        "explain": _m(BEGUN, S.EXPLAINED, "explain", "C-07", "解释", "Explain"),
        "judge_widespread": _m(OPEN, STAY, "judge_widespread", "C-09", "判定是否较为普遍", "Judge whether widespread"),
        "issue_form": _m(BEGUN, S.FED_BACK, "issue_form", "C-08", "填写信息反馈表", "Issue the feedback form"),
        "revise_form": _m(FORMED, STAY, "issue_form", "C-19", "修订信息反馈表", "Revise the feedback form"),
        "acknowledge_form": _m(FORMED, STAY, "acknowledge_form", "C-08", "签收信息反馈表", "Acknowledge the form"),
        "request_sample": _m(
            FORMED, (S.SAMPLING, *sorted(FORMED - {S.FED_BACK, S.SAMPLING})),
            "request_sample", "C-22", "要求取样", "Request a sample",
        ),
        "sample_received": _m(
            OPEN, (S.INSPECTING, *sorted(OPEN)), "follow", "C-22", "样品已到质检科", "Sample received", internal=True
        ),
        "sample_lost": _m(OPEN, STAY, "follow", "C-22", "样品遗失", "Sample lost", internal=True),
        "record_inspection": _m(
            OPEN, (S.INSPECTED, *sorted(OPEN)), "follow", "C-17", "检验结论已出", "Inspection concluded", internal=True
        ),
        # 分级、追责、处理
        "grade": _m(FORMED, (S.GRADED, *sorted(ANSWERABLE)), "grade", "C-12", "分级", "Grade"),
        "confirm_grade": _m(OPEN, STAY, "confirm_grade", "C-12", "复核改级", "Confirm the changed grade"),
        "classify": _m(OPEN, STAY, "classify", "C-21", "归类", "Classify"),
        "locate_responsibility": _m(FORMED, STAY, "locate_responsibility", "C-16", "确认责任", "Locate responsibility"),
        "give_opinion": _m(
            {S.GRADED, *ANSWERABLE}, S.DECIDED, "give_opinion", "C-21", "提出处理意见", "Give the handling opinion"
        ),
        "acknowledge_opinion": _m(
            OPEN, STAY, "acknowledge_opinion", "C-21", "签收处理意见", "Acknowledge the opinion"
        ),
        "decide_d": _m({S.DECIDED}, STAY, "decide_d", "C-15", "D 级：换货或存档", "Grade D: exchange or file"),
        # 国家监督抽查
        "locate_holders": _m(OPEN, STAY, "locate_holders", "C-10", "查明同批产品去向", "Locate the holders"),
        "report_holder": _m(OPEN, STAY, "report_holder", "C-10", "填报持有单位情况", "Report on a holder"),
        "hand_material": _m(OPEN, STAY, "locate_holders", "C-10", "移交样品和资料", "Hand over samples and papers"),
        "draft_joint_answer": _m(OPEN, STAY, "draft_joint_answer", "C-10", "拟定联合答复", "Draft the joint answer"),
        "sign_joint_answer": _m(OPEN, STAY, "sign_joint_answer", "C-10", "会签联合答复", "Sign the joint answer"),
        # 答复、满意、关闭
        "answer": _m(ANSWERABLE, S.ANSWERED, "answer", "C-11", "答复用户", "Answer the user"),
        "answer_question": _m(
            {S.REGISTERED, S.ANSWERED}, S.ANSWERED, "answer", "W-09", "答复咨询", "Answer the question"
        ),
        "record_view": _m(
            {S.ANSWERED}, (S.HEARD, S.DECIDED, S.REGISTERED), "answer", "C-11", "记录用户意见", "Record his view"
        ),
        "ask_satisfaction": _m(
            {S.EXPLAINED, S.ANSWERED, S.HEARD},
            (S.EXPLAINED, S.ANSWERED, S.HEARD, S.DECIDED, S.REGISTERED),
            "ask_satisfaction", "W-03", "满意回访", "Ask about satisfaction",
        ),
        "settle_duty": _m(OPEN, STAY, "settle_duty", "W-05", "了结事项", "Settle a duty"),
        "approve_settlement": _m(OPEN, STAY, "approve_settlement", "W-05", "批准免办", "Approve a waiver"),
        "close": _m({S.EXPLAINED, S.HEARD}, S.CLOSED, "close", "W-03", "关闭", "Close"),
        "close_unsatisfied": _m(
            {S.EXPLAINED, S.DECIDED, S.ANSWERED, S.HEARD}, S.CLOSED,
            "close_unsatisfied", "W-03", "未满意关闭", "Close unsatisfied",
        ),
        "reopen": _m(
            {S.CLOSED, S.CANCELLED, S.DUPLICATE}, (S.REGISTERED, S.DECIDED), "reopen", "W-03", "重新打开", "Reopen"
        ),
        "follow_up": _m({S.CLOSED}, STAY, "reopen", "W-03", "另立新件", "Follow-up as a new case", internal=True),
        "cancel": _m(BEGUN, S.CANCELLED, "cancel", "U-13", "撤销", "Cancel"),
        "mark_duplicate": _m(BEGUN, S.DUPLICATE, "cancel", "U-07", "标为重复", "Mark as duplicate"),
    },
)  # fmt: skip


@COMPLAINT.guard
def read_back_first(case: Complaint, name: str, move: Move, by: Actor) -> None:
    """C-06: what was said by word of mouth moves on only after the user has confirmed what was written."""
    if case.is_question or case.ended or case.imported:
        return
    if case.channel in ORAL and case.read_back_at is None:
        refuse(
            "complaint.not_read_back",
            W(
                "口头投诉尚未复述并获用户确认，目前只能加备注、记通话或移交。",
                "This oral complaint is not read back and confirmed; only a note, a call or a transfer is possible.",
            ),
            clause="C-06",
            number=case.number,
            reason=case.read_back_missing,
        )


@COMPLAINT.guard
def led_by_another(case: Complaint, name: str, move: Move, by: Actor) -> None:
    """U-07: one matter is handled in one place; the cases merged into it wait, and say where."""
    if case.merged_into is not None and not case.ended and not move.internal and name not in STILL_ITS_OWN:
        refuse(
            "complaint.merged",
            W(
                "本件已并入 {lead}，在那里办理；要分开办理的，先解除合并。",
                "This case is handled under {lead}; undo the merge to handle it by itself.",
            ),
            clause="U-07",
            lead=case.merged_into.number,
            id=case.merged_into_id,
        )


@COMPLAINT.guard
def owned_first(case: Complaint, name: str, move: Move, by: Actor) -> None:
    """M-04: an open case from the old register is nobody's; it is given an owner before anything is done with it."""
    if case.imported and not case.ended and case.owner_id is None and not move.internal:
        refuse(
            "complaint.no_owner_yet",
            W("旧台账的未结件还没有负责人，请先“更换负责人”。", "This old open case has no owner; name one first."),
            clause="M-04",
            number=case.number,
            offered="hand_over",
        )


#: Moves of a complaint that a usage question does not know, and the other way round.
OF_COMPLAINTS = frozenset(
    {"explain", "issue_form", "judge_widespread", "answer", "report", "assign", "confirm_read_back"}
)
OF_QUESTIONS = frozenset({"answer_question", "turn_into_complaint"})


def foreign(case: Complaint, name: str) -> bool:
    """Whether this move belongs to the other kind of case."""
    return name in (OF_COMPLAINTS if case.is_question else OF_QUESTIONS)


@COMPLAINT.guard
def of_its_kind(case: Complaint, name: str, move: Move, by: Actor) -> None:
    """W-09: a usage question is answered, not graded; a complaint is not disposed of as a question."""
    if foreign(case, name):
        sentence = (
            W("本件是使用咨询，“{move}”用于投诉；确属投诉的请先转为投诉。",
              "This is a usage question; “{move}” is for complaints. If it is one, turn it into a complaint first.")
            if case.is_question
            else W("本件是投诉，“{move}”只用于使用咨询。", "This is a complaint; “{move}” is for usage questions.")
        )  # fmt: skip
        refuse("complaint.other_matter", sentence, clause="W-09", move=move.title, matter=case.matter)


@contextmanager
def acting(name: str, complaint: Complaint | int, *, by: Actor, expect: int | None = None) -> Iterator[Step[Complaint]]:
    """A move after which the case knows its next step: who, what, by when. Nothing is ever left ownerless."""
    with transaction.atomic():
        with COMPLAINT.move(name, complaint, by=by, expect=expect) as step:
            yield step
            plan_next(step)
            need_a_plan(step)
        _lead_on(step)


def _lead_on(step: Step[Complaint]) -> None:
    """The cases handled under this one have its next step for theirs."""
    case = step.case
    moved = any(step.before[name] != getattr(case, name) for name in ("next_party", "next_due", "next_step"))
    if not moved or case.ended:
        return
    for follower in case.followers.open():
        with COMPLAINT.move("follow_lead", follower, by=HOUSE) as onward:
            plan_next(onward)
            need_a_plan(onward)
