"""What the 信息反馈表 says: a snapshot of the case in plain values, printed and kept as it was (C-19, C-20)."""

from __future__ import annotations

from typing import Any

from sanbao.complaints.models import Channel, Complaint, FeedbackForm, FormRevision, Source, Stage, Widespread
from sanbao.inspection import queries as inspections
from sanbao.inspection.models import SampleState, Severity
from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W


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
