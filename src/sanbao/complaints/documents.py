"""信息反馈表 and 用户意见登记及处理表 on paper (C-20, U-10): what they say; how they look stands in ``typst/``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from sanbao.complaints import papers, queries, rules
from sanbao.complaints.models import Channel as Channels
from sanbao.complaints.models import Complaint, FeedbackForm, Satisfaction, Settling, Source
from sanbao.complaints.papers import minute
from sanbao.kernel import attachments, documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

YES, NO, UNDER_WAY = W("是", "Yes"), W("否", "No"), W("办理中", "Under way")
SHIPPED = W("随产品提供", "as shipped")


def form_of(case: Complaint) -> FeedbackForm:
    """The feedback form of a case; refuses ``complaint.no_form`` (404) where none was issued."""
    form: FeedbackForm | None = getattr(case, "feedback_form", None)
    if form is None:
        raise Refusal("complaint.no_form", W("没有这张信息反馈表。", "There is no such feedback form."), "C-20", 404)
    return form


def feedback_form_pdf(form: FeedbackForm, by: Actor, revision: int | None = None) -> bytes:
    """The 信息反馈表 as PDF/A. A revision that is asked for is printed as it was kept; without one, the upper half is
    the newest revision and the lower half what the departments have added to it so far.

    Refuses ``complaint.no_form`` (404) for a revision that there is not.
    """
    revisions = list(form.revisions.order_by("revision"))
    asked = next((r for r in revisions if r.revision == revision), None) if revision else revisions[-1]
    if asked is None:
        raise Refusal("complaint.no_form", W("没有这一版信息反馈表。", "There is no such revision."), "C-20", 404)
    case = form.complaint
    live = revision is None and not case.ended
    added = papers.snapshot(case) if live else {}
    facts = {
        "number": form.number,
        "issued_at": minute(form.issued_at),
        "issued_by": _who(form.issued_by),
        "revision": asked.revision,
        "revised_at": minute(asked.at),
        "digest": asked.digest,
        "live": live,
        "content": {**asked.content, **{key: added[key] for key in papers.HANDLING if key in added}},
        "revisions": [
            {"number": r.revision, "at": minute(r.at), "by": _who(r.by), "reason": r.reason} for r in revisions
        ],
        "recipients": [
            {
                "name": r.department.title,
                "at": minute(r.acknowledged_at),
                "by": _who(r.acknowledged_by) if r.acknowledged_by else "",
            }
            for r in form.recipients.select_related("department")
        ],
        "attachments": _attached(case),
    }
    return _drawn("feedback_form", "feedback_form", facts, by)


def register_pdf(cases: Iterable[Complaint], period: tuple[date, date], by: Actor, *, filtered: str = "") -> bytes:
    """用户意见登记及处理表 of a period as a table, every row of the filter (U-10). ``filtered`` says the filter in
    words. The rows must be visible to the reader: ``queries.register_of``."""
    rows = list(cases)
    lines = _lines(rows)
    facts = {
        "first": period[0],
        "last": period[1],
        "filtered": filtered,
        "rows": lines,
        "count": len(rows),
        "light": sum(1 for case in rows if case.light),
        "open": sum(1 for case in rows if not case.ended),
        "grades": dict(sorted(Counter(case.grade for case in rows if case.grade).items())),
    }
    return _drawn("opinion_register", "opinion_register", facts, by)


def opinion_sheet_pdf(case: Complaint, by: Actor) -> bytes:
    """The same form for one case, 用户建议或投诉处理表, with room for signatures. Internal notes are not on it."""
    (line,) = _lines([case])
    facts = {
        **line,
        "content": papers.snapshot(case),
        "demands": [
            {
                "text": d.text,
                "judged": "" if d.reasonable is None else W("合理", "reasonable")
                if d.reasonable else W("不合理", "not reasonable"),
                "basis": d.basis,
                "met": d.met_how,
            }
            for d in case.demands.all()
        ],
        "attachments": _attached(case),
    }  # fmt: skip
    return _drawn("opinion_sheet", "opinion_register", facts, by)


def _drawn(template: str, form: str, facts: dict[str, Any], by: Actor) -> bytes:
    printed = {**facts, "printed_by": _who(by.ref)}
    return documents.pdf(f"complaints/typst/{template}.typ", documents.controlled(form), printed, who=_who)


def _who(ref: str) -> W:
    """The name behind ``person:3``; what shipped with the product was approved with it."""
    return SHIPPED if ref.startswith("clockwork:policies") else parties.titled(ref)


def _attached(case: Complaint) -> list[dict[str, Any]]:
    return [{"name": a.name, "size": a.size, "sha256": a.sha256} for a in attachments.of(case.subject)]


def _lines(cases: list[Complaint]) -> list[dict[str, Any]]:
    """One line for each case, in a constant number of queries."""
    prefetch_related_objects(cases, "participants__department", "inspection", "region", "settlements")
    corrected = _corrected(cases)
    return [_line(number, case, corrected[case.subject]) for number, case in enumerate(cases, start=1)]


def _line(position: int, case: Complaint, corrected: W | str) -> dict[str, Any]:
    fault = case.confirmed_class or case.reported_class
    reached = (case.contact_name, case.contact_phone, case.contact_email, case.contact_fax, case.contact_address)
    organising = [p.department for p in case.participants.all() if p.department_id != case.received_in_id]
    found = case.inspection.conclusion if case.inspection else ""
    cause = [text for text in (found, case.blame_basis) if text]
    return {
        "position": position,
        "number": case.number,
        "received": minute(case.received_at),
        "customer": case.complainant,
        "contact": "　".join(text for text in reached if text and text != case.complainant),
        "source": Source.title_of(case.source),
        "channel": Channels.title_of(case.channel),
        "class": fault.title if fault else "",
        "light": case.light,
        "grade": case.grade,
        "description": case.description,
        "department": case.received_in.title if case.received_in else "",
        "reported": minute(case.reported_at),
        "organising": _listed(d.title for d in organising),
        "cause": "；".join(cause),
        "responsible": queries.responsible_title(case) if case.blame else "",
        "measure": case.opinion or case.answer,
        "closed": minute(case.closed_at)[:10],
        "satisfaction": Satisfaction.title_of(case.satisfaction) if case.satisfaction else "",
        "corrective": corrected,
    }


def _listed(titles: Iterable[W]) -> W:
    titles = list(titles)
    return W("、".join(t.zh for t in titles), ", ".join(t.en for t in titles))


def _corrected(cases: list[Complaint]) -> dict[str, W | str]:
    """Whether each case led to corrective action (C-18): done, under way, found needless, or never owed."""
    owed = Obligation.objects.filter(subject__in=[c.subject for c in cases], code=rules.CORRECTIVE.code)
    found: dict[str, W | str] = {case.subject: NO if case.ended or case.grade == "D" else "" for case in cases}
    for subject, done in owed.order_by("pk").values_list("subject", "done_at"):
        found[subject] = YES if done else UNDER_WAY
    for case in cases:
        settled = [s for s in case.settlements.all() if s.duty == rules.CORRECTIVE.code and not s.rejected]
        if settled and settled[-1].how == Settling.NOT_NEEDED:
            found[case.subject] = NO
    return found
