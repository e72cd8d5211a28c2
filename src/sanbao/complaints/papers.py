"""What the 信息反馈表 says: a snapshot of the case in plain values, printed and kept as it was (C-19, C-20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanbao.complaints import queries
from sanbao.complaints.models import (
    Channel,
    Complaint,
    FeedbackForm,
    FormRevision,
    Satisfaction,
    Source,
    Stage,
    Widespread,
)
from sanbao.inspection import queries as inspections
from sanbao.inspection.models import SampleState, Severity
from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W


@dataclass(frozen=True)
class Paper:
    """A controlled form: its number and version in the register (M-01), its title, what else it is called."""

    code: str
    number: str
    version: str
    title: W
    aliases: tuple[str, ...]


FEEDBACK_FORM = Paper("feedback_form", "SB-C-01", "1.0", W("信息反馈表", "Feedback form"), ("用户投诉反馈表",))
REGISTER = Paper(
    "register",
    "SB-U-01",
    "1.0",
    W("用户意见登记及处理表", "Register of users' opinions and their handling"),
    ("用户建议或投诉处理表",),
)
PAPERS = (FEEDBACK_FORM, REGISTER)


def called(name: str) -> Paper | None:
    """The form by its code, its title or any other name it goes by (C-20)."""
    wanted = name.strip()
    return next((p for p in PAPERS if wanted in (p.code, p.title.zh, p.title.en, *p.aliases)), None)


def _headed(paper: Paper, language: str) -> dict[str, Any]:
    return {
        "title": paper.title,
        "form_number": paper.number,
        "form_version": paper.version,
        "printed_at": _minute(now()),
        "language": "en" if language.startswith("en") else "zh",
    }


def printed_form(form: FeedbackForm, revision: FormRevision, language: str) -> dict[str, Any]:
    """What the printed 信息反馈表 shows: a revision as it was, and who has acknowledged it since."""
    recipients = [
        {"name": r.department.title, "acknowledged": _minute(r.acknowledged_at)}
        for r in form.recipients.select_related("department")
    ]
    return _headed(FEEDBACK_FORM, language) | {
        "number": form.number,
        "issued_at": _minute(form.issued_at),
        "revision": revision.revision,
        "digest": revision.digest,
        "content": revision.content,
        "recipients": recipients,
    }


def printed_register(cases: Sequence[Complaint], first: date, last: date, language: str) -> dict[str, Any]:
    """What the printed 用户意见登记及处理表 shows: one line for each case, in order of arrival."""
    return _headed(REGISTER, language) | {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "rows": [
            {
                "received": _minute(c.received_at),
                "number": c.number,
                "customer": c.complainant,
                "source": Source.title_of(c.source),
                "channel": Channel.title_of(c.channel),
                "description": c.description,
                "class": fault.title if (fault := c.confirmed_class or c.reported_class) else "",
                "department": c.received_in.title if c.received_in else "",
                "reported": _minute(c.reported_at),
                "responsible": queries.responsible_title(c),
                "measure": c.opinion,
                "closed": _minute(c.closed_at)[:10],
                "satisfaction": Satisfaction.title_of(c.satisfaction) if c.satisfaction else "",
            }
            for c in cases
        ],
    }


def snapshot(case: Complaint, remark: str = "") -> dict[str, Any]:
    """Everything on the form. Titles are kept in both languages, so that it prints in either."""
    sample = inspections.samples_about(case.subject).first()
    found = case.inspection
    return plain(
        {
            "complaint": case.number,
            "title": case.title,
            "source": Source(case.source).title,
            "channel": Channel(case.channel).title,
            "received_at": _minute(case.received_at),
            "customer": case.complainant,
            "contact": {
                "name": case.contact_name,
                "phone": case.contact_phone,
                "fax": case.contact_fax,
                "address": case.contact_address,
                "email": case.contact_email,
            },
            "product": str(case.product or case.product_text),
            "code": case.code,
            "quantity": f"{case.quantity.normalize():f} {case.unit}" if case.quantity is not None else "",
            "contract": case.contract,
            "stage": Stage(case.stage).title,
            "description": case.description,
            "read_back": {"by": case.read_back_by, "at": _minute(case.read_back_at)},
            "demands": [d.text for d in case.demands.all()],
            "quality_related": case.quality_related,
            "widespread": Widespread(case.widespread).title,
            "reported_class": case.reported_class.title if case.reported_class else "",
            "confirmed_class": case.confirmed_class.title if case.confirmed_class else "",
            "sample": {"number": sample.number, "state": SampleState(sample.state).title} if sample else {},
            "inspection": {
                "number": found.number,
                "severity": W(
                    f"{found.severity} {Severity(found.severity).zh}", f"{found.severity} {Severity(found.severity).en}"
                ),
                "conclusion": found.conclusion,
                "opinion": found.opinion,
            }
            if found
            else {},
            "grade": case.grade,
            "provisional": case.provisional,
            "opinion": case.opinion,
            "answer": case.answer,
            "answered_at": _minute(case.answered_at),
            "remark": remark,
        }
    )


def _minute(moment: Any) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def revise(form: FeedbackForm, content: dict[str, Any], *, reason: str, by: str) -> FormRevision:
    """Add a revision; the earlier ones stay."""
    last = form.revisions.order_by("-revision").values_list("revision", flat=True).first() or 0
    return FormRevision.objects.create(
        form=form,
        revision=last + 1,
        content=content,
        digest=digest(text_of(content)),
        reason=reason,
        at=now(),
        by=by,
    )
