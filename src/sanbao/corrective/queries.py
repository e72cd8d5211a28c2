"""What is asked about corrective actions: how often the fault came, per tonne, before and after; what it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints.models import Complaint, Ending, Matter
from sanbao.corrective import rules
from sanbao.corrective.models import OPEN, ActionState, CorrectiveAction, Measure
from sanbao.kernel import attachments, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.quantities import KG
from sanbao.nonconformity.models import Nonconformity
from sanbao.trace.models import Shipment


def listed(actor: Actor) -> QuerySet[CorrectiveAction]:
    return CorrectiveAction.objects.visible_to(actor).select_related("lead", "supplier", "product", "defect")


def holding(words: str) -> QuerySet[CorrectiveAction]:
    found = Q(number=code_key(words)) | Q(pk__in=search.matching("corrective_action", words))
    return CorrectiveAction.objects.filter(found)


def measures(case: CorrectiveAction) -> list[Measure]:
    """Those of the present round."""
    return list(case.measures.filter(round=case.round).select_related("owner"))  # type: ignore[attr-defined]


def files_of(case: CorrectiveAction) -> list[Attachment]:
    return list(attachments.of(case.subject))


def complaint_behind(origin: str) -> Complaint | None:
    """The complaint that an action comes from, itself or through its nonconformity."""
    kind, _, key = origin.partition(":")
    if kind == Nonconformity.KIND and key.isdigit():
        about = Nonconformity.objects.filter(pk=key).values_list("about", flat=True).first() or ""
        kind, _, key = about.partition(":")
    if kind == Complaint.KIND and key.isdigit():
        return Complaint.objects.filter(pk=key).first()
    return None


def about(subject: str) -> QuerySet[CorrectiveAction]:
    """The actions that come from a subject, or from a nonconformity about it; the caller saw the subject."""
    through = [
        f"{Nonconformity.KIND}:{pk}" for pk in Nonconformity.objects.filter(about=subject).values_list("pk", flat=True)
    ]
    return CorrectiveAction.objects.filter(origin__in=[subject, *through]).order_by("-id")


def alike(product: Product | None, defect: DefectClass | None) -> Q:
    """Complaints of the same fault at the same product; a class stands for those below it too."""
    found = Q(matter=Matter.COMPLAINT) & ~Q(ending__in=[Ending.DUPLICATE, Ending.WITHDRAWN])
    if product is not None:
        found &= Q(product=product)
    if defect is not None:
        classes = [defect.pk, *DefectClass.objects.filter(parent=defect).values_list("pk", flat=True)]
        found &= Q(confirmed_class__in=classes) | Q(confirmed_class=None, reported_class__in=classes)
    return found


def tonnes(product: Product | None, first: date, last: date) -> Decimal:
    """What was delivered of the product in a period, as far as it was weighed."""
    sent = Shipment.standing.filter(shipped_on__range=(first, last), lot__unit=KG)
    if product is not None:
        sent = sent.filter(lot__product=product)
    milli = sent.aggregate(sum=Sum(Coalesce(F("quantity_milli"), F("lot__quantity_milli"))))["sum"] or 0
    return (Decimal(milli) / 1_000_000).quantize(Decimal("0.001"))


def counted(product: Product | None, defect: DefectClass | None, first: date, last: date) -> rules.Period:
    """Cases and tonnes of a period."""
    days = (last - first).days + 1
    cases = Complaint.objects.filter(alike(product, defect), received_at__date__range=(first, last)).count()
    return rules.Period(days, tonnes(product, first, last), cases)


def told(period: rules.Period, last: date) -> dict[str, Any]:
    return {
        "days": period.days,
        "tonnes": str(period.tonnes),
        "cases": period.cases,
        "first": (last - timedelta(days=period.days - 1)).isoformat(),
        "last": last.isoformat(),
    }


def read(facts: dict[str, Any]) -> rules.Period:
    return rules.Period(int(facts["days"]), Decimal(facts["tonnes"]), int(facts["cases"]))


def recurring(case: Complaint) -> list[CorrectiveAction]:
    """The closed actions against whose fault at whose product this complaint speaks."""
    defect = case.confirmed_class or case.reported_class
    if case.product is None or defect is None:
        return []
    classes = [defect.pk] + ([defect.parent_id] if defect.parent_id else [])
    found = CorrectiveAction.objects.filter(state=ActionState.EFFECTIVE, product=case.product, defect__in=classes)
    return list(found.filter(implemented_at__lt=case.received_at).order_by("-id"))


def held_by(person_id: int) -> QuerySet[CorrectiveAction]:
    """Open actions that a person leads, or in which a measure of his is still to be done."""
    mine = Measure.objects.filter(owner=person_id, done_at=None).values("action")
    return CorrectiveAction.objects.filter(Q(lead=person_id) | Q(pk__in=mine), state__in=OPEN).order_by("id")


def waiting(actor: Actor) -> int:
    """For the rail: actions that are not closed."""
    return CorrectiveAction.objects.visible_to(actor).filter(state__in=OPEN).count()
