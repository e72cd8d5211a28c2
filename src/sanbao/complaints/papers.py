"""What the 信息反馈表 says: a snapshot of the case in plain values, kept as it was and printed so (C-19, C-20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanbao.complaints import queries
from sanbao.complaints.models import (
    Attitude,
    Blame,
    Channel,
    Complaint,
    DChoice,
    FeedbackForm,
    FormRevision,
    Satisfaction,
    Source,
    Spread,
    Stage,
    Widespread,
)
from sanbao.inspection import queries as inspections
from sanbao.inspection.models import Finding, Inspection, Sample, SampleState, Severity
from sanbao.kernel.canonical import digest, plain, text_of
from sanbao.kernel.obligations import Obligation
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Category
from sanbao.trace.models import Shipment

#: What the departments add after the form was issued: printed as it stands, until the case ends.
HANDLING = (
    "sample", "inspection", "grade", "grade_basis", "spread", "provisional", "confirmed_class", "responsible",
    "blame_basis", "opinion", "opinion_basis", "d_choice", "answer", "care", "answered_at", "view", "attitude",
    "satisfaction", "closed_at", "told",
)  # fmt: skip


def snapshot(case: Complaint, remark: str = "") -> dict[str, Any]:
    """Everything on the form. Titles are kept in both languages, so that it prints in either."""
    return plain({**_received(case), **_handled(case), "remark": remark})


def _received(case: Complaint) -> dict[str, Any]:
    """The upper half: who says what about which goods."""
    return {
        "complaint": case.number,
        "title": case.title,
        "source": Source(case.source).title,
        "authority": " ".join(text for text in (case.authority, case.authority_document) if text),
        "channel": Channel(case.channel).title,
        "received_at": minute(case.received_at),
        "received_by": case.received_by.name if case.received_by else "",
        "received_in": case.received_in.title if case.received_in else "",
        "customer": case.complainant,
        "category": Category(case.category).title,
        "region": case.region.title if case.region else "",
        "contact": {
            "name": case.contact_name,
            "phone": case.contact_phone,
            "fax": case.contact_fax,
            "address": case.contact_address,
            "email": case.contact_email,
        },
        "product": str(case.product or case.product_text),
        "code": case.code,
        "lot": case.lot.code if case.lot else "",
        "quantity": f"{case.quantity.normalize():f} {case.unit}" if case.quantity is not None else "",
        "contract": case.contract,
        "stage": Stage(case.stage).title,
        "delivery": _delivery(case),
        "description": case.description,
        "read_back": {
            "by": case.read_back_by,
            "at": minute(case.read_back_at),
            "asked_by": case.read_back_asked_by.name if case.read_back_asked_by else "",
            "missing": case.read_back_missing,
        },
        "demands": [d.text for d in case.demands.all()],
        "quality_related": case.quality_related,
        "widespread": Widespread(case.widespread).title,
        "reported_class": case.reported_class.title if case.reported_class else "",
    }


def _handled(case: Complaint) -> dict[str, Any]:
    """The lower half: what sample and inspection showed, how it was graded, decided and answered."""
    sample = inspections.samples_about(case.subject).first()
    return {
        "told": _told(case),
        "sample": _sample(sample) if sample else {},
        "inspection": _inspection(case.inspection) if case.inspection else {},
        "grade": case.grade,
        "grade_basis": _grade_basis(case),
        "spread": Spread.title_of(case.spread) if case.spread else "",
        "provisional": case.provisional,
        "confirmed_class": case.confirmed_class.title if case.confirmed_class else "",
        "responsible": queries.responsible_title(case) if case.blame else "",
        "blame": Blame.title_of(case.blame) if case.blame else "",
        "blame_basis": case.blame_basis,
        "opinion": case.opinion,
        "opinion_basis": case.opinion_basis,
        "d_choice": DChoice.title_of(case.d_choice) if case.d_choice else "",
        "answer": case.answer,
        "care": case.care,
        "answered_at": minute(case.answered_at),
        "view": case.view,
        "attitude": Attitude.title_of(case.attitude) if case.attitude else "",
        "satisfaction": Satisfaction.title_of(case.satisfaction) if case.satisfaction else "",
        "closed_at": minute(case.closed_at),
    }


def _delivery(case: Complaint) -> dict[str, str]:
    """When and where to the complained goods went, as far as the trace knows."""
    sent = Shipment.standing.filter(lot=case.lot_id, customer=case.customer_id).select_related("site").order_by("-id")
    found = sent.first() if case.lot_id and case.customer_id else None
    if found is None:
        return {}
    return {
        "number": found.number,
        "on": found.shipped_on.isoformat() if found.shipped_on else "",
        "site": found.site.name if found.site else "",
    }


def _told(case: Complaint) -> dict[str, Any]:
    """Who was told to learn the facts and get a sample, and when (C-08)."""
    duty = Obligation.objects.filter(subject=case.subject, code="learn_facts").order_by("pk").first()
    return {"who": parties.titled(duty.owed_by), "at": minute(duty.opened_at)} if duty else {}


def _grade_basis(case: Complaint) -> W | str:
    """Why this grade: the words of the row that decided, and where they stand; a departure with its reason."""
    if not case.grade or not case.decision:
        return ""
    answer, row = case.decision["answer"], (case.decision["version"], case.decision["row"])
    basis = W(
        f"{answer['why_zh']}（投诉分级第 {row[0]} 版第 {row[1]} 行）",
        f"{answer['why_en']} (grading table v{row[0]}, row {row[1]})",
    )
    if not case.grade_reason:
        return basis
    return W(f"{basis.zh}；{case.grade_reason}", f"{basis.en}; {case.grade_reason}")


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "number": sample.number,
        "state": SampleState(sample.state).title,
        "wanted": sample.wanted,
        "waybill": sample.waybill,
        "received_at": minute(sample.received_at),
    }


def _inspection(found: Inspection) -> dict[str, Any]:
    severity = Severity(found.severity)
    return {
        "number": found.number,
        "ours": Finding(found.ours).title,
        "used_rightly": Finding(found.used_rightly).title,
        "severity": W(f"{severity} {severity.zh}", f"{severity} {severity.en}"),
        "basis": found.basis,
        "measured": found.measured,
        "conclusion": found.conclusion,
        "opinion": found.opinion,
        "inspector": found.inspector.name if found.inspector else "",
        "at": minute(found.concluded_at),
    }


def minute(moment: datetime | None) -> str:
    """A moment as forms print it; nothing for none."""
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
