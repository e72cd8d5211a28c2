"""What is asked about complaints."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from sanbao.complaints import rules, spots
from sanbao.complaints.models import (
    Complaint,
    Demand,
    FeedbackForm,
    LinkKind,
    Matter,
    Participant,
    Satisfaction,
    Transfer,
    Widespread,
)
from sanbao.complaints.policies import WIDESPREAD
from sanbao.inspection import queries as samples
from sanbao.kernel import numbering, obligations, rows, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.inbox import Task, Whose
from sanbao.kernel.numbering import Completeness
from sanbao.kernel.policies import Decision
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Department, Person, Supplier
from sanbao.parties.queries import phone_key
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

HOUSE = Actor.clockwork("intake")


# -- what the actions need ---------------------------------------------------------------------------


def lot_of(code: str) -> Lot | None:
    """The one lot that a typed label, spray code or lot number means; None when it means none or several."""
    found = trace.find(code, actor=HOUSE)
    return found[0] if len(found) == 1 else None


def home_of(by: Actor, intake: str) -> Department:
    """The department for which somebody receives a complaint: the owning one if he belongs to it, else his own."""
    if intake in by.departments:
        code = "after_sales" if "after_sales" in by.departments and intake == "sales" else intake
        return parties.departments()[code]
    own = [d for d in parties.departments().values() if d.code in by.departments]
    groups = {d.parent_id for d in own}
    home = next((d for d in own if d.pk not in groups), None)
    return home or parties.departments()[intake]


def somebody_in(department: Department) -> Person | None:
    """Who can own a case that came in without a person: the clerk on duty, else anybody of the department."""
    for role in (f"{department.code}.after_sales_clerk", f"{department.code}.*"):
        if people := parties.holders(role):
            return people[0]
    return None


def pending_transfer(case: Complaint) -> Transfer | None:
    return case.transfers.filter(accepted_at=None).select_related("to_department").last()


def widespread_line(on: date) -> Decision:
    """The published count of a day: window, cases, users (C-09)."""
    return WIDESPREAD.decide(on=on)


def user_key(case: Complaint) -> str:
    """Who complains, for counting distinct users."""
    return user_of(case.customer_id, case.contact_name, case.contact_phone)


def user_of(customer: int | None, name: str, phone: str) -> str:
    """The same of a case of which only these are known."""
    return f"customer:{customer}" if customer else f"{name}/{phone}"


def alike(case: Complaint, *, since: datetime) -> list[rules.Alike]:
    """Complaints of the same class on the same product or lot that came since a moment."""
    same = Q(pk__in=[])
    if case.product_id:
        same |= Q(product=case.product_id)
    if case.lot_id:
        same |= Q(lot=case.lot_id)
    found = Complaint.objects.filter(
        same, reported_class=case.reported_class_id, received_at__gte=since, matter=Matter.COMPLAINT
    )
    return [rules.Alike(local(c.received_at).date(), user_key(c)) for c in found.only(
        "received_at", "customer_id", "contact_name", "contact_phone"
    )]  # fmt: skip


def expects_sample(case: Complaint) -> bool:
    """Whether a sample is to be inspected before the grade is final: quality is touched, or one was asked for."""
    return case.quality_related or samples.samples_about(case.subject).exists()


def closing_of(case: Complaint) -> rules.Closing:
    """What is known when somebody wants to close, the cases handled under this one included (U-07)."""
    demands = list(Demand.objects.filter(Q(complaint=case) | Q(complaint__merged_into=case)))
    subjects = [case.subject, *(follower.subject for follower in case.followers.open())]
    return rules.Closing(
        quality_related=case.quality_related and not case.is_question,
        widespread=case.widespread == Widespread.CONFIRMED,
        unsatisfied=case.satisfaction == Satisfaction.NOT_SATISFIED and not case.is_question,
        has_form=FeedbackForm.objects.filter(complaint=case).exists(),
        classified=case.confirmed_class_id is not None,
        satisfied=case.satisfaction == Satisfaction.SATISFIED,
        unjudged=sum(1 for d in demands if d.reasonable is None),
        unmet=sum(1 for d in demands if d.reasonable and d.met_at is None),
        samples_waiting=sum(samples.waiting_about(subject).count() for subject in subjects),
        provisional=case.provisional,
        spot_lacks=frozenset(name for name, lacking in spots.missing(case).items() if lacking),
    )


def responsible_title(case: Complaint) -> W | str:
    from sanbao.complaints.models import Blame

    if case.responsible_department:
        return case.responsible_department.title
    if case.responsible_supplier:
        return W("供方 {name}", "Supplier {name}", name=case.responsible_supplier.name)
    return Blame.title_of(case.blame)


# -- what the faces ask ------------------------------------------------------------------------------


def found(actor: Actor, words: str) -> QuerySet[Complaint]:
    """The visible cases that hold these words; a number is found without its prefix and in full width too."""
    return Complaint.objects.visible_to(actor).filter(pk__in=holding(words))


def numbered(actor: Actor, key: str) -> Complaint | None:
    """The visible case with this number (as ``code_key`` makes it), also without its prefix."""
    return Complaint.objects.visible_to(actor).filter(_by_number(key)).first()


def _by_number(key: str) -> Q:
    short = key.isdigit() and len(key) <= 6
    return Q(number=key) | (Q(number__endswith=f"-{key.zfill(6)}") if short else Q(pk__in=[]))


def holding(words: str) -> QuerySet[Complaint]:
    """Ids of the cases that hold these words or bear this number, for a filter beside ``visible_to``."""
    return Complaint.objects.filter(_by_number(code_key(words)) | Q(pk__in=search.matching("complaint", words))).values(
        "pk"
    )


def listed(actor: Actor) -> QuerySet[Complaint]:
    """The work list: the nearest deadline first, what the rows show in a constant number of queries."""
    return (
        Complaint.objects.visible_to(actor)
        .select_related("customer", "owner", "owner_department", "product")
        .order_by(F("next_due").asc(nulls_last=True), "-id")
    )


#: Whether the department that has the next step is the one that answers for the case, or the one above it.
LED_INSIDE = Q(next_party=Coalesce("owner_department__code", Value(""))) | Q(
    next_party=Coalesce("owner_department__parent__code", Value(""))
)


def awaited(actor: Actor, whose: Whose) -> QuerySet[Complaint]:
    """Open cases whose next step is the actor's or, led by a colleague, his department's; the nearest date first.

    A step that stands as an open duty of the actor under the same clause (a promise to keep, a sample to fetch) is
    that duty, and is not asked for twice.
    """
    open_cases = Complaint.objects.visible_to(actor).open()
    parties = open_cases.order_by().values_list("next_party", flat=True).distinct()
    his = [party for party in parties if party and actor.plays(party)]
    subject = Concat(Value(f"{Complaint.KIND}:"), Cast(OuterRef("pk"), CharField()))
    said = obligations.open_for(actor).order_by().filter(subject=subject, clause=OuterRef("next_clause"))
    colleague = LED_INSIDE & ~Q(owner=actor.person_id)
    return (
        open_cases.filter(~Exists(said), next_party__in=his)
        .filter(colleague if whose == Whose.DEPARTMENT else ~colleague)
        .select_related("owner_department__parent")
        .order_by("next_due", "id")
    )


def next_task(case: Complaint) -> Task:
    """The next step of a case as something that waits for somebody."""
    home = case.owner_department
    inside = home and case.next_party in (home.code, home.parent.code if home.parent else "")
    return Task(
        pile=Complaint.KIND,
        code="next_step",
        subject=case.subject,
        sentence=case.step_words,
        owed_by=case.next_party,
        due_at=case.next_due,
        clause=case.next_clause,
        leader=f"person:{case.owner_id}" if inside else "",
    )


def same_matter(*, customers: Collection[int] = (), lots: Collection[int] = (), phone: str = "", typed: str = "") -> Q:
    """Cases of these users or lots, of this telephone number however it is written, or with this number or name."""
    same = Q(customer__in=list(customers))
    if lots:
        same |= Q(lot__in=trace.among(list(lots)))
    if key := contact_key(phone):
        same |= Q(contact_key=key)
    if len(typed) >= 2:
        same |= Q(contact_name=typed) | _by_number(code_key(typed))
    return same


def contact_key(phone: str) -> str:
    """A telephone number as it is compared; nothing for what is too short to be one."""
    key = phone_key(phone)
    return key if len(key) >= 5 else ""


def departments_in(case: Complaint) -> list[Department]:
    """Who is in the case, in the order of the house."""
    involved = {row.department_id for row in rows.where(Participant, complaint=case.pk)}
    return [department for department in parties.departments().values() if department.pk in involved]


def recent_of(actor: Actor, case: Complaint) -> int:
    """How many other complaints of this user came within a year."""
    if not case.customer_id:
        return 0
    since = case.received_at - timedelta(days=365)
    found = Complaint.objects.visible_to(actor).filter(customer=case.customer_id, received_at__gte=since)
    return found.exclude(pk=case.pk).count()


def same_lot(actor: Actor, case: Complaint) -> list[Complaint]:
    """Other visible cases about the same lot."""
    if not case.lot_id:
        return []
    return list(Complaint.objects.visible_to(actor).filter(lot=case.lot_id).exclude(pk=case.pk)[:10])


def proposed_title(proposal: Any) -> W | str:
    """Whom the chain proposes, by name."""
    if proposal is None:
        return ""
    if proposal.kind == "supplier":
        return ", ".join(Supplier.objects.filter(code=proposal.ref).values_list("name", flat=True)) or proposal.ref
    department = Department.objects.filter(code=proposal.ref).first()
    return department.title if department else proposal.ref


def register_of(actor: Actor, first: date, last: date, **filters: object) -> QuerySet[Complaint]:
    """用户意见登记及处理表 (U-10): everything received in a period, light entries too, in order of arrival."""
    actor.need("complaints.see", clause="U-10")
    return (
        Complaint.objects.visible_to(actor)
        .filter(received_at__date__gte=first, received_at__date__lte=last, matter=Matter.COMPLAINT, **filters)
        .select_related(
            "customer", "received_in", "owner", "owner_department", "product", "reported_class", "confirmed_class",
            "responsible_department", "responsible_supplier",
        )
        .order_by("received_at", "id")
    )  # fmt: skip


def counted(by: str, key: str) -> Q:
    """The complaints that a tally counts under this key; an empty key are those of which it is not said (U-11)."""
    if by == "fault":
        confirmed, reported = Q(confirmed_class__code=key), Q(confirmed_class=None, reported_class__code=key)
        return confirmed | reported if key else Q(confirmed_class=None, reported_class=None)
    if by in ("grade", "channel", "satisfaction"):
        return Q(**{by: key})
    field = {"product": "product", "region": "region", "responsible": "responsible_department"}[by]
    return Q(**{f"{field}__code": key}) if key else Q(**{field: None})


#: By what a tally counts, besides the month.
COUNTED = {
    "fault": W("类别", "Class"),
    "product": W("产品", "Product"),
    "region": W("地区", "Region"),
    "responsible": W("责任部门", "Responsible"),
    "grade": W("等级", "Grade"),
    "channel": W("渠道", "Channel"),
    "satisfaction": W("满意", "Satisfaction"),
}


def completeness(year: int) -> Completeness:
    """C-19: that not one 信息反馈表 of the year is missing."""
    return numbering.check(
        "feedback_form",
        FeedbackForm.objects.filter(number__contains=f"-{year}-").values_list("number", flat=True),
        year=year,
    )


def lots_alike(lots: Collection[int]) -> set[int]:
    """Lots with complaints of the same class as those about these lots; what the chain of C-16 asks."""
    about = Complaint.objects.filter(lot__in=list(lots), reported_class__isnull=False)
    classes = about.values("reported_class")
    if not about.exists():
        return set()
    same = Complaint.objects.filter(reported_class__in=classes, lot__isnull=False).exclude(
        linked_from__kind=LinkKind.DUPLICATE
    )
    return set(same.values_list("lot_id", flat=True))
