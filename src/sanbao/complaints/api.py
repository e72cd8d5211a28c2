"""``/api/v1/complaints``: the list, one case with its story, and every move as the pages do it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from sanbao.api.auth import actor_of
from sanbao.api.operations import found, moves
from sanbao.api.paging import paged
from sanbao.complaints import boards, concerns, documents, finding, lateness, queries
from sanbao.complaints.consulting import CONSULTATION
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import ENDED, Complaint, Consultation
from sanbao.complaints.spots import spot_out
from sanbao.complaints.views import lists
from sanbao.kernel import attachments, clocks, obligations, rows, search
from sanbao.kernel.actor import Actor
from sanbao.knowledge import queries as articles

FIELDS = (
    "number", "light", "source", "channel", "authority", "authority_document", "received_at", "category",
    "contact_name", "contact_phone", "contact_address", "contact_fax", "contact_email", "contact_unknown", "title",
    "description", "contract", "stage", "product_text", "code", "quantity", "unit", "quality_related", "widespread",
    "widespread_facts", "read_back_at", "read_back_by", "read_back_missing", "reported_at", "chases", "escalated_to",
    "severity", "spread", "grade", "grade_proposed", "provisional", "grade_reason", "decision", "blame",
    "blame_basis", "opinion", "opinion_basis", "d_choice", "d_reason", "answer", "care", "answered_at", "view",
    "attitude", "resolution", "satisfaction", "closed_at", "ending", "closing_basis",
)  # fmt: skip
CODED = (
    "customer", "region", "product", "reported_class", "confirmed_class", "received_in", "owner_department", "lot",
    "responsible_department", "responsible_supplier",
)  # fmt: skip


def line(case: Complaint, by: Actor) -> dict[str, Any]:
    """A case as a list shows it."""
    return {
        "id": case.pk,
        "subject": case.subject,
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "matter": case.matter,
        "title": case.title,
        "grade": case.grade,
        "provisional": case.provisional,
        "customer": case.customer.code if case.customer else None,
        "complainant": case.complainant,
        "owner": case.owner.username if case.owner else None,
        "owner_department": case.owner_department.code if case.owner_department else None,
        "chases": case.chases,
        "merged_into": case.merged_into.number if case.merged_into else None,
        "received_at": case.received_at,
        "next": {
            "party": case.next_party,
            "step": str(case.step_words),
            "due_at": case.next_due,
            "clause": case.next_clause,
        },
    }


def shown(case: Complaint, by: Actor) -> dict[str, Any]:
    """A case with everything that belongs to it, and the moves that the actor could make now or why not."""
    there = concerns.there(case)
    promises = list(case.promises.all()) if "promises" in there else []
    running = clocks.every(case.subject)
    form = case.feedback_form if "form" in there else None
    return line(case, by) | {
        **{name: getattr(case, name) for name in FIELDS},
        **{name: getattr(rows.related(case, name), "code", None) for name in CODED},
        "inspection": case.inspection.number if case.inspection else None,
        "form": form.number if form else None,
        "demands": [
            {"id": d.pk, "text": d.text, "reasonable": d.reasonable, "basis": d.basis, "met_at": d.met_at}
            for d in (case.demands.all() if "demands" in there else ())
        ],
        "chased": [
            {"at": c.at, "by": c.by, "channel": c.channel, "words": c.words, "escalated_to": c.escalated_to}
            for c in (case.chased.all() if "chased" in there else ())
        ],
        "followers": [follower.number for follower in case.followers.all()] if "followers" in there else [],
        "spot_check": spot_out(case),
        "promises": [
            {"id": p.pk, "kind": p.kind, "text": p.text, "due_at": p.due_at, "kept_at": p.kept_at, "broken": p.broken}
            for p in promises
        ],
        "quotations": [
            {"article": q.article.number, "edition": q.article.edition, "at": q.at, "by": q.by}
            for q in (articles.quotations_about(case.subject) if "quotations" in there else ())
        ],
        "settlements": [
            {"id": s.pk, "duty": s.duty, "how": s.how, "approved_at": s.approved_at, "rejected": s.rejected}
            for s in (case.settlements.all() if "settlements" in there else ())
        ],
        "obligations": [
            {
                "code": o.code,
                "sentence": str(o.words),
                "owed_by": o.owed_by,
                "due_at": o.due_at,
                "holds_closing": o.holds_closing,
            }
            for o in obligations.duties_on(case.subject)
        ],
        "clocks": [
            {"id": c.pk, "kind": c.kind, "due_at": c.due_at, "stopped_at": c.stopped_at, "late": c.late}
            for c in running
        ],
        "lost": lateness.lost(case, promises, running).as_json(),
        "attachments": [
            {"id": str(a.pk), "name": a.name, "sha256": a.sha256, "size": a.size}
            for a in (attachments.of(case.subject) if "files" in there else ())
        ],
        "moves": {o.name: str(o.refusal) if o.refusal else None for o in COMPLAINT.offered(case, by)},
    }


class Narrowing(Schema):
    """The filters of the list and of the register."""

    q: str = Field("", description="Words or a number")
    state: str = ""
    grade: str = ""
    department: str = Field("", description="The department that answers for the case")
    owner: str = Field("", description="Who answers for the case: a username")
    source: str = ""
    channel: str = ""
    reported_class: str = Field("", description="Class at intake, or the one above it")
    confirmed_class: str = Field("", description="Class as technology confirmed it, or the one above it")


NARROWED: Any = Query(...)
router: Router = moves(COMPLAINT, shown=shown, tag="complaints", opening="register")


@router.get("", summary="投诉 Complaints, the nearest deadline first", operation_id="complaint_list")
def index(
    request: HttpRequest,
    customer: str = "",
    matter: str = Query("", description="complaint or question"),
    open: bool | None = Query(None, description="Only open ones, or only ended ones"),
    more: Narrowing = NARROWED,
) -> dict[str, Any]:
    by = actor_of(request)
    by.need("complaints.see", clause="M-02")
    rows = lists.narrowed(queries.listed(by), request)
    if open is not None:
        rows = rows.exclude(state__in=ENDED) if open else rows.filter(state__in=ENDED)
    wanted = {"matter": matter, "customer__code": customer}
    rows = rows.filter(**{k: v for k, v in wanted.items() if v})
    return paged(request, rows.select_related("merged_into"), lambda row: line(row, by))


@router.get("/find", summary="查找 What the intake finds", operation_id="complaint_find")
def find(
    request: HttpRequest,
    q: str = Query("", description="Telephone, label, spray code, lot, delivery note, case number or name"),
    customer: str = Query("", description="Code of a customer that is chosen already"),
) -> dict[str, Any]:
    """User, deliveries with their warranty, open cases and the last that ended. Clauses C-01, W-04."""
    by = actor_of(request)
    by.need("complaints.register", clause="C-01")
    found = finding.find(by, typed=q, customer=customer)
    return {
        "customers": [{"code": c.code, "name": c.name, "phones": c.phones} for c in found.customers],
        "more_customers": found.more_customers,
        "lots": [lot.code for lot in found.lots],
        "deliveries": [delivery_out(delivery) for delivery in found.deliveries],
        "more_deliveries": found.more_deliveries,
        "open": [line(case, by) for case in found.cases],
        "more_open": found.more_cases,
        "ended": [line(case, by) for case in found.ended],
    }


def delivery_out(delivery: finding.Delivery) -> dict[str, Any]:
    warranty = delivery.warranty
    return {
        "customer": delivery.customer.code,
        "number": delivery.number,
        "shipped_on": delivery.shipped_on,
        "place": delivery.place,
        "product": delivery.product.code if delivery.product else None,
        "labels": delivery.labels,
        "quantity": str(Decimal(delivery.quantity_milli) / 1000),
        "unit": delivery.unit,
        "warranty": {"period": str(warranty.period), "counts": str(warranty.counts), "over": warranty.over}
        if warranty
        else None,
    }


@router.get("/board", summary="谁的球 Whose ball", operation_id="complaint_board")
def ball(
    request: HttpRequest, by: str = Query("person", description="person or department", pattern="^(person|department)$")
) -> dict[str, Any]:
    """Every open case under whoever has the next step, the reddest first. Clause M-04."""
    actor = actor_of(request)
    actor.need("complaints.see", clause="M-04")
    board = boards.board(actor, by)
    return {
        "open": board.open,
        "late": board.late,
        "today": board.today,
        "holders": [
            {
                "holder": group.key,
                "name": str(group.title),
                "open": group.open,
                "late": group.late,
                "today": group.today,
                "first": [line(case, actor) for case in group.cases],
            }
            for group in board.groups
        ],
    }


@router.get("/{int:pk}", summary="投诉 One complaint", operation_id="complaint_get")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return shown(found(COMPLAINT, pk, by), by)


@router.get("/{int:pk}/timeline", summary="时间线 What was said and done", operation_id="complaint_timeline")
def timeline(request: HttpRequest, pk: int) -> dict[str, Any]:
    case = found(COMPLAINT, pk, actor_of(request))
    return {
        "items": [
            {
                "at": e.at,
                "kind": e.kind,
                "audience": e.audience,
                "heading": str(e.words),
                "text": e.text,
                "clause": e.clause,
                "by": e.by,
            }
            for e in case.entries.all()
        ]
    }


@router.get(
    "/{int:pk}/clocks/{int:clock}",
    summary="为什么是这个时间 Why a due time is what it is",
    operation_id="complaint_why",
)
def why(request: HttpRequest, pk: int, clock: int) -> dict[str, Any]:
    case = found(COMPLAINT, pk, actor_of(request))
    row = next((each for each in clocks.every(case.subject) if each.pk == clock), None)
    return clocks.why(row).as_dict() if row else {}


@router.get("/{int:pk}/form.pdf", summary="信息反馈表 The feedback form as PDF", operation_id="complaint_form_pdf")
def form_pdf(
    request: HttpRequest, pk: int, revision: int | None = Query(None, ge=1, description="As it was kept then")
) -> HttpResponse:
    """As it stands, or one revision of it. Clause C-20."""
    by = actor_of(request)
    form = documents.form_of(found(COMPLAINT, pk, by))
    return HttpResponse(documents.feedback_form_pdf(form, by, revision), content_type="application/pdf")


@router.get("/{int:pk}/sheet.pdf", summary="用户建议或投诉处理表 One case as PDF", operation_id="complaint_sheet_pdf")
def sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The line of the register that is this case, with room for signatures. Clause C-20."""
    by = actor_of(request)
    return HttpResponse(documents.opinion_sheet_pdf(found(COMPLAINT, pk, by), by), content_type="application/pdf")


@router.get("/register.pdf", summary="用户意见登记及处理表 The register as PDF", operation_id="complaint_register_pdf")
def register_pdf(request: HttpRequest, first: date, last: date, more: Narrowing = NARROWED) -> HttpResponse:
    """Everything received in the period that you may see; every filter of the list narrows it. Clause U-10."""
    by = actor_of(request)
    rows, words = lists.registered(lists.register_list(request, (first, last), asked_by_program=True))
    return HttpResponse(documents.register_pdf(rows, (first, last), by, filtered=words), content_type="application/pdf")


@router.get(
    "/register.xlsx", summary="用户意见登记及处理表 The register as a sheet", operation_id="complaint_register_xlsx"
)
def register_xlsx(request: HttpRequest, first: date, last: date, more: Narrowing = NARROWED) -> HttpResponse:
    """The same rows as the PDF, as a spreadsheet. Clause U-10."""
    return lists.register_list(request, (first, last), asked_by_program=True).file("xlsx")


def consultation_out(row: Consultation, by: Actor) -> dict[str, Any]:
    names = (
        "number",
        "state",
        "version",
        "paper",
        "reference",
        "title",
        "wanted",
        "inquirer",
        "due_at",
        "reply",
        "basis",
    )
    return {
        "id": row.pk,
        "subject": row.subject,
        **{name: getattr(row, name) for name in names},
        "customer": row.customer.code if row.customer else None,
        "department": row.department.code,
        "owner": row.owner.username if row.owner else None,
        "unanswered": row.unanswered,
        "closed_at": row.closed_at,
        "opinions": [
            {"department": o.department.code, "able": o.able, "answer": o.answer, "answered_at": o.answered_at}
            for o in row.opinions.all()
        ],
    }


consultations: Router = moves(CONSULTATION, shown=consultation_out, tag="consultations", opening="consult")


@consultations.get("", summary="售前咨询 Consultations, newest first", operation_id="consultation_list")
def consultation_list(request: HttpRequest, q: str = "", state: str = "") -> dict[str, Any]:
    by = actor_of(request)
    by.need("complaints.answer_consultation", clause="M-02")
    rows = Consultation.objects.visible_to(by).select_related("customer", "department", "owner")
    rows = rows.prefetch_related("opinions__department").order_by("-id")
    if q:
        rows = rows.filter(pk__in=search.matching("consultation", q))
    return paged(request, rows.filter(state=state) if state else rows, lambda row: consultation_out(row, by))


@consultations.get("/{int:pk}", summary="售前咨询 One consultation", operation_id="consultation_get")
def consultation_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return consultation_out(found(CONSULTATION, pk, by), by)


routers = {"/complaints": router, "/consultations": consultations}
