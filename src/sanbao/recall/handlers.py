"""What the house does by itself: proposes a recall, keeps the scope live, sends letters, hears what became of them."""

from __future__ import annotations

from django.db.models import Q

from sanbao.complaints import concerns as cases
from sanbao.complaints.models import Complaint
from sanbao.complaints.rules import RECALL as ASSESS
from sanbao.complaints.rules import blocks
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import listens
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.lifecycle import Move
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.words import W
from sanbao.kernel.worker import chore
from sanbao.parties.models import Contact, Customer
from sanbao.recall import actions, queries, scoping
from sanbao.recall.actions.common import HOUSE
from sanbao.recall.models import Recall, RecallHolder, RecallState
from sanbao.trace import concerns as trace
from sanbao.trace import queries as lots
from sanbao.trace.lifecycle import HOLD
from sanbao.trace.models import Hold


@chore("recalls", every=60)
def look_after() -> int:
    return actions.sweep()


@chore("recall letters", every=2)
def send_letters() -> int:
    return actions.post_due()


@listens("complaint.grade", "complaint.confirm_grade", "complaint.correct", "complaint.classify")
def a_case_calls_for_a_recall(entry: JournalEntry) -> None:
    """Grade A with a safety fault: the recall is proposed at once, whoever thinks of it (C-13)."""
    case = Complaint.objects.select_related("lot", "product").get(pk=entry.subject.partition(":")[2])
    if not blocks(case.grade, case.severity) or not in_force("C-13") or case.ended:
        return
    found = lots.with_baskets([case.lot]) if case.lot else []
    standing = Recall.objects.filter(origin=case.subject).exclude(state=RecallState.REJECTED).first()
    if standing is None:
        if Recall.objects.filter(origin=case.subject).exists():
            return
        title = str(case.product) if case.product else case.product_text or case.title
        actions.propose(by=HOUSE, title=title[:120], lots=found, danger=case.description, origin=case.subject)
    elif standing.state == RecallState.PROPOSED and found and not scoping.starts_of(standing):
        actions.define(
            standing,
            by=HOUSE,
            title=standing.title,
            lots=found,
            danger=standing.danger,
            measure=standing.measure,
            statutory=standing.statutory,
            statutory_basis=standing.statutory_basis,
        )


@listens("letter.accept", "letter.fail", "letter.bounce")
def a_letter_went_or_came_back(entry: JournalEntry) -> None:
    """The mail room says what became of a notice."""
    for holder in RecallHolder.objects.filter(letter=entry.subject).select_related("recall"):
        if entry.action == "letter.accept":
            actions.posted(holder)
        else:
            actions.undelivered(holder, str(W("邮件未送达", "The mail was not delivered")))


@listens("contact.erase", "customer.erase")
def personal_data_is_erased(entry: JournalEntry) -> None:
    """What a recall had copied of whom to reach goes with it (M-02)."""
    kind, _, pk = entry.subject.partition(":")
    if kind == Customer.KIND:
        RecallHolder.objects.filter(customer=pk).update(contact="", phone="", email="", acknowledged_by="")
        return
    contact = Contact.objects.get(pk=pk)
    meant = Q(site=contact.site_id) if contact.site_id else Q(customer=contact.customer_id)
    RecallHolder.objects.filter(meant).update(contact="", phone="", email="")


def keep_what_is_recalled(hold: Hold, name: str, move: Move, by: Actor) -> None:
    """What a recall stopped stays stopped while it runs (Q-06)."""
    kind, _, pk = hold.about.partition(":")
    if kind != Recall.KIND or name not in ("lift", "release"):
        return
    running = Recall.objects.filter(pk=pk, state=RecallState.IN_FORCE).first()
    if running is not None:
        refuse(
            "recall.still_running",
            W("召回 {number} 还在进行，不能解除冻结。", "The recall {number} is in force; its hold stays."),
            clause="Q-06",
            number=running.number,
        )


def announced(lot: int) -> list[trace.PublicNotice]:
    """What everybody who scans an affected label reads."""
    if not in_force("Q-06"):
        return []
    return [
        trace.PublicNotice(
            W("召回公告 {number}", "Recall {number}", number=one.number),
            W(
                "这件产品在召回范围内，请立即停用。{measure}",
                "This product is being recalled: stop using it. {measure}",
                measure=one.measure,
            ),
        )
        for one in scoping.affected(lot)
    ]


KINDS = {RecallState.PROPOSED: "soon", RecallState.IN_FORCE: "late", RecallState.ENDED: "fine"}


def recalls_of(case: Complaint, by: Actor) -> cases.Part | None:
    """The recalls that a case led to."""
    if not by.may("recall.see") or "recalls" not in cases.there(case):
        return None
    lines = [
        cases.Line(
            one.number,
            one.get_absolute_url(),
            one.title,
            RecallState.title_of(one.state),
            KINDS.get(RecallState(one.state), ""),
        )
        for one in queries.about(case.subject, by)
    ]
    return cases.Part(W("召回", "Recall"), "C-13", lines) if lines else None


def only_the_decision_assesses(case: Complaint, duty: str, by: Actor) -> None:
    """While a recall is proposed its assessment is not settled by anybody's word (C-13)."""
    if duty != ASSESS.code or by.all_powerful:
        return
    proposed = Recall.objects.filter(origin=case.subject, state=RecallState.PROPOSED).first()
    if proposed is not None:
        refuse(
            "recall.to_be_decided",
            W(
                "召回 {number} 待总经理决定；决定后此事自行了结。",
                "The general manager decides on the recall {number}, which settles this.",
            ),
            clause="C-13",
            number=proposed.number,
        )


HOLD.guard(keep_what_is_recalled)
cases.before_settled.append(only_the_decision_assesses)
trace.announcers.append(announced)
cases.parts.append(recalls_of)
cases.BESIDE.add("recalls", Recall, "origin")
