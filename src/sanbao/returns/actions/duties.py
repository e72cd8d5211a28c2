"""Who owes the next step of a return, and what every act insists on."""

from __future__ import annotations

from sanbao.kernel import notices, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.words import W
from sanbao.parties.models import Category
from sanbao.returns import queries, rules
from sanbao.returns.models import Return

EXCEPTION, SAMPLE, VERDICT, TELL, AGREE, FILL = (
    "return.exception", "return.sample", "return.verdict", "return.tell_verdict", "return.agree", "return.fill_form",
)  # fmt: skip
APPROVE, COUNT, CONFIRM, REPLACE, REFUND = (
    "return.approve", "return.count", "return.confirm", "return.replace", "return.refund",
)  # fmt: skip
#: What QC owes once the goods are there; it outlives the return, whose value may be made good before.
RECHECK = "return.recheck"
ALL = (EXCEPTION, SAMPLE, VERDICT, TELL, AGREE, FILL, APPROVE, COUNT, CONFIRM, REPLACE, REFUND)


def tell(case: Return, to: str, what: str, sentence: W, *, clause: str) -> None:
    """A notice to the person who asked for something; a house that did so by import is told nothing."""
    if to.startswith("person:"):
        notices.tell(to=to, about=f"{case.subject}:{what}", subject=case.subject, sentence=sentence, clause=clause)


def house_of(case: Return) -> str:
    """The department that deals with the customer: sales, or export."""
    return "export" if case.category == Category.EXPORT else "sales"


def next_duty(step: Step[Return], code: str, to: str, zh: str, en: str, *, clause: str) -> None:
    """The last step is done; this one is owed now."""
    case = step.case
    over(step, *ALL)
    words = W(zh, en, number=case.number)
    obligations.owe(subject=case.subject, code=code, sentence=words, to=to, by=step.by, clause=clause)


def owe_recheck(step: Step[Return]) -> None:
    """Goods that came back for another reason than their quality wait for QC, whatever becomes of the return: it lets
    them out of their hold, or opens a nonconformity (R-08)."""
    case = step.case
    sentence = W(
        "检验退货 {number}：合格的解除冻结，不合格的开不合格记录",
        "Inspect the goods of {number}: let them out of their hold, or open a nonconformity",
        number=case.number,
    )
    obligations.owe(subject=case.subject, code=RECHECK, sentence=sentence, to="qc", by=step.by, clause="R-08")


def over(step: Step[Return], *codes: str, outcome: str = "") -> None:
    for code in codes:
        obligations.discharge(subject=step.case.subject, code=code, by=step.by, outcome=outcome)


def ended(step: Step[Return], outcome: str) -> None:
    """Nothing more is owed, and the complaint from which it came no longer waits for it."""
    over(step, *ALL, outcome=outcome)
    case = step.case
    if case.about:
        obligations.discharge(subject=case.about, code=holding(case), by=step.by, outcome=outcome)


def holding(case: Return) -> str:
    return f"return.{case.pk}"


def hold_open(step: Step[Return]) -> None:
    """W-01: the complaint that led to a return does not close before the goods are made good or the return refused."""
    case = step.case
    if case.about and in_force("W-01"):
        obligations.owe(
            subject=case.about,
            code=holding(case),
            sentence=W("了结退换 {number}", "Bring the return {number} to its end", number=case.number),
            to=house_of(case),
            by=step.by,
            clause="W-01",
            holds_closing=True,
        )


def need_role(case: Return, by: Actor, role: str, code: str, clause: str) -> None:
    """The post that the policy names, held today: a delegation that has ended gives nothing (R-11)."""
    if not by.all_powerful and not by.plays(role):
        refuse(
            code,
            W("按规则表，{number} 由 {approver} 批准。", "By the policy {number} is approved by {approver}."),
            clause=clause,
            status=403,
            number=case.number,
            approver=role,
        )


def applied(case: Return) -> tuple[int, int, list[str]]:
    """Its own weight, that of other requests for the same goods, and their numbers (R-03)."""
    lines = queries.lines_of(case)
    own = queries.weights(lines)
    if not in_force("R-03"):
        return sum(own.values()), 0, []
    total, numbers = rules.together(own, queries.others_near(case))
    mine = sum(own.values())
    return mine, total - mine, numbers
