"""合并: two cases about one matter are handled in one place; nothing is lost, and it can be undone (U-07)."""

from __future__ import annotations

from django.db import transaction

from sanbao.complaints import queries, timing
from sanbao.complaints.actions.telling import involve, tell
from sanbao.complaints.lifecycle import COMPLAINT, acting
from sanbao.complaints.models import Audience, Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import need
from sanbao.kernel.words import W


def merge(
    complaint: Complaint, *, by: Actor, into: Complaint, reason: str = "", expect: int | None = None
) -> Complaint:
    """This case is handled under another about the same matter (并入): it waits, says where, and is found (U-07)."""
    with transaction.atomic():
        # Both rows, in one order for everybody: two people may merge two cases into each other at once.
        for pk in sorted({complaint.pk, into.pk}):
            COMPLAINT.locked(pk, by=by)
        with COMPLAINT.move("take_in", into, by=by) as onward:
            lead = onward.case
            onward.record(case=complaint.pk)
            heading = W(
                "并入 {number}：{title}", "Took in {number}: {title}", number=complaint.number, title=complaint.title
            )
            tell(onward, heading, reason, audience=Audience.SYSTEM)
        with acting("merge", complaint, by=by, expect=expect) as step:
            case = step.case
            _may_follow(case, lead)
            case.merged_into = lead
            step.record(into=lead.pk)
            for one, other in ((lead, case), (case, lead)):
                involve(one, *other.participants.values_list("department__code", flat=True), by=by)
            timing.wait_under(case, lead, by=by)
            tell(step, W("并入 {number} 办理", "Handled under {number}", number=lead.number), reason)
    return step.case


def _may_follow(case: Complaint, lead: Complaint) -> None:
    need(
        lead.pk != case.pk,
        "complaint.merge_with_itself",
        "不能并入自身。",
        "A case cannot be merged into itself.",
        clause="U-07",
        field="into",
    )
    need(
        lead.merged_into_id is None and not case.followers.open().exists(),
        "complaint.merge_chain",
        "已并入别件的不能再作主件，带着别件的也不能再并入；请并入主件，或先解除合并。",
        "A case that follows another cannot lead, and one that leads cannot follow; choose the leading case.",
        clause="U-07",
        field="into",
    )
    need(
        not (case.customer_id and lead.customer_id and case.customer_id != lead.customer_id),
        "complaint.merge_of_two_users",
        "两件不是同一用户：每个用户都须得到答复，请用“关联”。",
        "These are two users, and each is owed an answer; link the cases instead.",
        clause="U-07",
        field="into",
    )
    need(
        not any(queries.pending_transfer(one) for one in (case, lead)),
        "complaint.merge_in_transfer",
        "移交还没有被接收，接收后再合并。",
        "A transfer has not been accepted yet; merge afterwards.",
        clause="C-05",
    )


def unmerge(complaint: Complaint, *, by: Actor, reason: str = "", expect: int | None = None) -> Complaint:
    """Undo a merge (解除合并): the case stands by itself again, with its clocks and what belongs to it (U-07)."""
    with acting("unmerge", complaint, by=by, expect=expect) as step:
        need(
            step.case.merged_into is not None,
            "complaint.not_merged",
            "本件没有并入别件。",
            "This case is not merged into another.",
            clause="U-07",
        )
        leave(step.case, by=by, reason=reason)
        timing.run_again(step.case, by=by)
        tell(step, W("解除合并，单独办理", "Handled by itself again"), reason)
    return step.case


def leave(case: Complaint, *, by: Actor, reason: str) -> None:
    """The case no longer follows; the one that led says so too."""
    if case.merged_into is not None:
        # The leading case may be one that the actor does not see; what happened is said there by the house.
        with COMPLAINT.move("let_go", case.merged_into, by=HOUSE) as onward:
            onward.record(case=case.pk, by=by.ref)
            tell(onward, W("{number} 退出合并", "{number} left", number=case.number), reason, audience=Audience.SYSTEM)
        case.merged_into = None


HOUSE = Actor.clockwork("complaints")
