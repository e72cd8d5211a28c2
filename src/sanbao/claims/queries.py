"""What is asked about claims: those of a case, their evidence, and what poor quality costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from sanbao.claims import rules
from sanbao.claims.models import Claim, ClaimState
from sanbao.complaints import queries as complaints
from sanbao.complaints.models import Complaint
from sanbao.kernel import attachments, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import Vocabulary, W


class By(Vocabulary):
    """What the cost of quality is added up by."""

    MONTH = "month", "按月", "By month"
    PRODUCT = "product", "按产品", "By product"
    FAULT = "fault", "按故障类别", "By fault class"
    CASE = "case", "按件", "By case"


def listed(actor: Actor) -> QuerySet[Claim]:
    return Claim.objects.visible_to(actor).select_related("complaint__customer")


def holding(words: str) -> QuerySet[Claim]:
    """The claims that hold these words or bear this number."""
    return Claim.objects.filter(Q(number=code_key(words)) | Q(pk__in=search.matching("claim", words)))


def case_numbered(actor: Actor, text: str) -> Complaint | None:
    return complaints.numbered(actor, code_key(text))


def evidence(claim: Claim) -> QuerySet[Attachment]:
    """What shows the loss: files of the claim, and of the case on which it was filed."""
    return Attachment.objects.filter(subject__in=[claim.subject, claim.complaint.subject])


def files_of(claim: Claim) -> list[Attachment]:
    return list(attachments.of(claim.subject))


def accepted_beside(claim: Claim) -> list[Decimal]:
    """What was accepted by other claims on the same case in the same currency."""
    others = Claim.objects.filter(complaint=claim.complaint_id, currency=claim.currency).exclude(pk=claim.pk)
    counted = others.exclude(state__in=[ClaimState.REFUSED, ClaimState.WITHDRAWN]).filter(accepted__isnull=False)
    return [amount for amount in counted.values_list("accepted", flat=True) if amount is not None]


def lead_of(complaint: Complaint) -> str:
    """The department that answers for the case."""
    home = complaint.owner_department
    return (home.parent or home).code if home else "sales"


def about(complaint: Complaint, actor: Actor) -> list[Claim]:
    return list(Claim.objects.visible_to(actor).filter(complaint=complaint).order_by("id"))


def settled(actor: Actor, first: date, last: date) -> QuerySet[Claim]:
    """The lines of cost of quality: losses made good in a period, on cases that the actor may see."""
    return (
        Claim.objects.visible_to(actor)
        .filter(state=ClaimState.SETTLED, settled_on__range=(first, last))
        .select_related("complaint__product", "complaint__confirmed_class", "complaint__reported_class")
        .order_by("settled_on", "id")
    )


def cost_of_quality(actor: Actor, first: date, last: date, by: str = By.MONTH) -> list[rules.Total]:
    """What losses cost in a period, added up by month, product, fault class or case; each currency by itself."""
    return rules.totals(_cost(claim, by) for claim in settled(actor, first, last))


def _cost(claim: Claim, by: str) -> rules.Cost:
    case = claim.complaint
    match by:
        case By.PRODUCT:
            key = title = str(case.product) if case.product else case.product_text
        case By.FAULT:
            fault = case.confirmed_class or case.reported_class
            key, title = (fault.code, str(fault.title)) if fault else ("", "")
        case By.CASE:
            key, title = case.number, str(case)
        case _:
            key = title = f"{claim.settled_on:%Y-%m}"
    return rules.Cost(key, title or str(W("未注明", "Not stated")), claim.currency, claim.accepted or Decimal(0))
