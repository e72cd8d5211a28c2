"""What follows from what in a complaint: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sanbao.kernel.calendars import Both

ORAL = frozenset({"phone", "hotline", "visit"})
TECHNOLOGY, QC = "technology", "qc"


@dataclass(frozen=True, slots=True)
class Alike:
    """A complaint of the same kind: the day it came, and who made it (a customer's id or a contact)."""

    day: date
    user: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the stream of complaints looks like, and whether that reaches the published line (C-09)."""

    cases: int
    users: int
    days: int
    reached: bool


def propose_widespread(alike: Iterable[Alike], on: date, *, days: int, cases: int, users: int) -> Proposal:
    """Count complaints of the same kind in the last ``days`` days, the day ``on`` included.

    One angry user with five calls is not "widespread": distinct users count too.
    """
    first = on - timedelta(days=days - 1)
    within = [a for a in alike if first <= a.day <= on]
    who = {a.user for a in within}
    return Proposal(len(within), len(who), days, len(within) >= cases and len(who) >= users)


def needs_form(*, quality_related: bool, widespread: bool, unsatisfied: bool) -> bool:
    """Whether a 信息反馈表 is due: quality, fairly widespread, or not satisfied with the explanation (C-07, C-08)."""
    return quality_related or widespread or unsatisfied


def propose_spread(*, source: str, category: str, widespread: bool, users: int, lots: int, tonnes: float = 0) -> str:
    """The effect on the market, M1 to M4; the highest that applies wins (C-12)."""
    if source == "spot_check":
        return "M4"
    if widespread or tonnes > 5:
        return "M3"
    if users > 1 or lots > 1:
        return "M2"
    return "M1"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a grade makes somebody owe before the case may close."""

    code: str
    clause: str
    to: str
    said: Both


RECALL = Duty(
    "recall.assess",
    "C-13",
    TECHNOLOGY,
    ("启动召回评估（A 级且有重大安全隐患）", "Assess a recall (grade A with a major safety fault)"),
)
NONCONFORMITY = Duty(
    "nonconformity.control",
    "C-14",
    TECHNOLOGY,
    ("转入不合格品控制：隔离同批、定处置", "Control the nonconforming product: contain the lots, decide a disposition"),
)
CORRECTIVE = Duty(
    "corrective.action",
    "C-18",
    "production",
    ("处置不合格品并采取纠正措施", "Deal with the nonconforming product and take corrective action"),
)
CAUSE = Duty(
    "cause.found",
    "W-05",
    QC,
    ("查明来源和根本原因，定纠正或预防措施", "Find origin and root cause, lay down corrective or preventive action"),
)


def duties_of(grade: str, severity: str) -> tuple[Duty, ...]:
    """What grade and safety make the house owe (C-13, C-14, C-18, W-05); grade D owes nothing."""
    if grade not in ("A", "B", "C"):
        return ()
    first = RECALL if blocks(grade, severity) else NONCONFORMITY
    return (first, CORRECTIVE, CAUSE)


def blocks(grade: str, severity: str) -> bool:
    """Whether the goods are held at once: grade A with a safety fault (C-13)."""
    return grade == "A" and severity == "S4"


ALL_DUTIES = (RECALL, NONCONFORMITY, CORRECTIVE, CAUSE)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something without which a case may not close."""

    code: str
    clause: str
    said: Both


@dataclass(frozen=True, slots=True)
class Closing:
    """What is known when somebody wants to close."""

    quality_related: bool
    widespread: bool
    unsatisfied: bool
    has_form: bool
    classified: bool
    satisfied: bool
    unjudged: int
    unmet: int
    samples_waiting: int
    provisional: bool
    #: What C-10 still lacks: spot_not_located, spot_not_reported, spot_not_handed, spot_not_signed.
    spot_lacks: frozenset[str] = frozenset()


SPOT_GAPS: dict[str, Both] = {
    "spot_not_located": ("抽查批次的去向尚未查明", "Nobody has located who holds the inspected lot"),
    "spot_not_reported": ("还有持有单位没有填报", "A holder of the lot has not been reported on"),
    "spot_not_handed": ("样品和资料尚未交生产科、技术部", "Samples and papers have not been handed over"),
    "spot_not_signed": ("联合答复尚未由两部门会签", "The joint answer is not signed by both departments"),
}


def closing_gaps(c: Closing) -> list[Gap]:
    """Everything that is missing, so that the dialog can ask for all of it at once (convention 21)."""
    due = needs_form(quality_related=c.quality_related, widespread=c.widespread, unsatisfied=c.unsatisfied)
    found = [
        *((code in c.spot_lacks, Gap(code, "C-10", said)) for code, said in SPOT_GAPS.items()),
        (
            due and not c.has_form,
            Gap("no_form", "C-08", ("信息反馈表尚未填写", "No feedback form has been issued")),
        ),
        (
            c.has_form and not c.classified,
            Gap("no_class", "C-21", ("尚未归类", "The fault is not classified")),
        ),
        (
            c.samples_waiting > 0,
            Gap("samples_waiting", "C-12", ("还有样品没有结论", "A sample is still without a conclusion")),
        ),
        (
            c.provisional,
            Gap("grade_provisional", "C-12", ("暂定等级尚未复核", "The provisional grade has not been reviewed")),
        ),
        (
            c.unjudged > 0,
            Gap("demands_unjudged", "U-08", ("还有用户要求没有判定", "A demand of the user has not been judged")),
        ),
        (
            c.unmet > 0,
            Gap("demands_unmet", "U-08", ("还有合理的要求没有满足", "A reasonable demand has not been met")),
        ),
        (
            not c.satisfied,
            Gap("not_asked", "W-03", ("用户尚未表示满意", "The user has not said that he is satisfied")),
        ),
    ]
    return [gap for missing, gap in found if missing]


def rounds_done(outcomes: Sequence[tuple[date, str]], *, attempts: int, rounds: int) -> bool:
    """Whether the user was asked as often as the policy wants before the general manager may decide (W-03).

    ``outcomes`` are (day, outcome); only different days count for "unreachable", each "not satisfied" is a round.
    """
    silent_days = {day for day, outcome in outcomes if outcome == "unreachable"}
    refusals = sum(1 for _, outcome in outcomes if outcome == "not_satisfied")
    return len(silent_days) >= attempts or refusals >= rounds


@dataclass(frozen=True, slots=True)
class Next:
    """The next step: who, what, by which clock, under which clause."""

    party: str
    said: Both
    clock: str
    clause: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next step follows from. ``owner``, ``intake`` and ``transfer_to`` are department codes."""

    state: str
    channel: str = ""
    read_back: bool = True
    owner: str = "after_sales"
    at_intake: bool = True
    intake: str = "sales"
    transfer_to: str = ""
    quality_related: bool = False
    form_due: bool = False
    salesperson: str = ""
    sample: str = ""
    sample_lost: bool = False
    grade: str = ""
    blamed: bool = False
    d_choice: str = ""
    attitude: str = ""
    satisfied: bool = False
    spot_to_locate: bool = False
    question: bool = False
    rounds_done: bool = False


def next_step(s: Situation) -> Next:
    """Who has the ball, in one sentence. Every open state has an answer."""
    for step in (_before_all, _by_state):
        if found := step(s):
            return found
    raise ValueError(f"no next step in {s.state}")


def _before_all(s: Situation) -> Next | None:
    """What comes first in any state: the transfer, then the read-back."""
    if s.transfer_to:
        return Next(s.transfer_to, ("接收移交来的投诉", "accept the complaint passed over"), "transfer", "C-05")
    if not s.at_intake:
        said = ("把投诉移交归口部门", "pass the complaint to the department that owns intake")
        return Next(s.owner, said, "transfer", "C-05")
    if s.channel in ORAL and not s.read_back and not s.question:
        said = ("把记录读给用户听，请其口头确认", "read the record back and have the user confirm it")
        return Next(s.owner, said, "first_response", "C-06")
    if s.spot_to_locate:
        said = ("查明抽查批次的去向，派人取样", "locate who holds the inspected lot and send for samples")
        return Next(s.owner, said, "sample", "C-10")
    return None


def _by_state(s: Situation) -> Next | None:
    form = Next(
        s.owner,
        ("填写信息反馈表，送生产科和技术部", "issue the feedback form to production and technology"),
        "feedback_form",
        "C-08",
    )
    ask = Next(s.owner, ("询问用户是否满意", "ask whether the user is satisfied"), "silence", "W-03")
    if s.rounds_done and (s.state in ("answered", "heard") or (s.state == "explained" and not s.form_due)):
        said = ("决定：未满意关闭，或继续办理", "decide: close unsatisfied, or carry on")
        return Next("management.gm", said, "silence", "W-03")
    close = Next(s.owner, ("了结余下事项并关闭", "settle what is left and close"), "silence", "W-05")
    match s.state:
        case "registered":
            if s.question:
                return Next(s.owner, ("答复使用咨询", "answer the usage question"), "first_response", "W-09")
            explain = Next(s.owner, ("向用户解释", "explain to the user"), "first_response", "C-07")
            return form if s.form_due else explain
        case "explained":
            return form if s.form_due else close if s.satisfied else ask
        case "fed_back" | "sampling":
            return _sample_or_grade(s)
        case "inspecting":
            said = (f"对样品 {s.sample} 出检验结论", f"conclude the inspection of sample {s.sample}")
            return Next(QC, said, "inspection", "C-17")
        case "inspected":
            said = ("按检验结论和市场影响分级", "grade from the inspection result and the effect on the market")
            return Next(TECHNOLOGY, said, "interim", "C-12")
        case "graded":
            said = ("沿链查清责任", "find the responsibility along the chain")
            opinion = ("归类并提出处理意见", "classify the fault and give the handling opinion")
            return (
                Next(TECHNOLOGY, opinion, "interim", "C-21") if s.blamed else Next(TECHNOLOGY, said, "interim", "C-16")
            )
        case "decided":
            return _answer(s)
        case "answered":
            said = ("听取并记录用户对处理的意见", "hear and record the user's view of the outcome")
            return Next(s.owner, said, "silence", "C-11")
        case "heard":
            return close if s.satisfied else ask
    return None


def _sample_or_grade(s: Situation) -> Next:
    if s.sample_lost:
        said = ("样品遗失：另取样品，或先定暂定等级", "the sample is lost: get another, or grade provisionally")
        return Next(TECHNOLOGY, said, "interim", "C-12")
    if s.sample:
        said = (f"把样品 {s.sample} 送到质检科", f"get sample {s.sample} to quality control")
        return Next(s.salesperson or s.owner, said, "sample", "C-22")
    if s.quality_related:
        said = ("了解情况，取得样品", "learn the facts and obtain a sample")
        return Next(s.salesperson or s.owner, said, "sample", "C-08")
    return Next(TECHNOLOGY, ("按影响分级", "grade by the effect"), "interim", "C-12")


def _answer(s: Situation) -> Next:
    if s.grade == "D" and not s.d_choice:
        said = ("决定换货，或存档作为指导", "decide: exchange, or file as guidance")
        return Next(s.intake, said, "final", "C-15")
    if s.attitude in ("refuses", "asks_more"):
        said = ("用户未接受：再次协商并答复", "the user did not accept: negotiate and answer again")
        return Next(s.owner, said, "final", "C-11")
    return Next(
        s.owner, ("把处理意见和依据答复用户", "answer the user with the opinion and its basis"), "final", "C-11"
    )


def days_lost(spans: Iterable[tuple[datetime, datetime]]) -> Decimal:
    """Days between due and met, to a tenth; where spans overlap, each moment counts once."""
    total = timedelta()
    reached: datetime | None = None
    for begin, end in sorted(spans):
        begin = begin if reached is None else max(begin, reached)
        if end > begin:
            total += end - begin
            reached = end
    return (Decimal(int(total.total_seconds())) / 86_400).quantize(Decimal("0.1"))


def rung(role: str) -> int:
    """How high a role stands on the way up: the group, its department, the management."""
    department, _, post = role.partition(".")
    return 3 if department == "management" else {"team_leader": 1, "department_manager": 2}.get(post, 0)
