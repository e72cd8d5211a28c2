"""What is asked about returns: what may come back, what is added up, what QC said, what was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from sanbao.catalog.models import Product
from sanbao.complaints import queries as complaints
from sanbao.complaints.models import Complaint
from sanbao.inspection.models import Inspection, Sample
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.parties.models import Customer
from sanbao.returns import rules
from sanbao.returns.models import (
    NEVER_CAME,
    Account,
    Counted,
    Entry,
    EvidenceKind,
    Posting,
    Return,
    ReturnLine,
    ReturnState,
)
from sanbao.returns.policies import TERMS
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind, Movement, MovementKind, Shipment

#: What customers hold of ours: goods under a label.
GOODS = (LotKind.LABEL, LotKind.ITEM)
#: The goods have come: what was counted stands in place of what was applied for.
CAME = (ReturnState.ACCEPTED, ReturnState.CREDITED, ReturnState.REPLACED, ReturnState.REFUNDED)


def listed(actor: Actor) -> QuerySet[Return]:
    return Return.objects.visible_to(actor).select_related("customer")


def holding(words: str) -> QuerySet[Return]:
    """The returns that hold these words or bear this number."""
    key = code_key(words)
    named = Q(number=key) | Q(form_number=key) | Q(receipt_number=key)
    return Return.objects.filter(named | Q(pk__in=search.matching("return", words)))


def lines_of(case: Return) -> list[ReturnLine]:
    return list(case.lines.select_related("product", "lot"))


def about(subject: str, actor: Actor) -> list[Return]:
    return list(listed(actor).filter(about=subject).order_by("id"))


def complaint_of(case: Return) -> Complaint | None:
    """The complaint from which the return comes, if any."""
    kind, _, pk = case.about.partition(":")
    return Complaint.objects.filter(pk=pk).first() if kind == Complaint.KIND else None


def complaint_numbered(actor: Actor, text: str) -> Complaint | None:
    return complaints.numbered(actor, code_key(text))


# -- samples (R-04) -------------------------------------------------------------------------------------------------


def subjects_of(case: Return) -> list[str]:
    """For whose sake a sample may have been taken: the return's, or its complaint's."""
    return [subject for subject in (case.subject, case.about) if subject]


def verdicts(case: Return) -> list[Inspection]:
    """QC's conclusions, the newest first."""
    rows = Inspection.objects.filter(sample__about__in=subjects_of(case))
    return list(rows.select_related("sample", "inspector").order_by("-id"))


def samples(case: Return) -> list[Sample]:
    return list(Sample.objects.filter(about__in=subjects_of(case)).order_by("-id"))


def evidence_kinds(case: Return) -> set[str]:
    return set(case.evidence.values_list("kind", flat=True))


def titles(kinds: Iterable[str]) -> list[Any]:
    return [EvidenceKind(kind).title for kind in kinds]


# -- who answers for it (R-10) --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answering:
    """Who is proposed to answer for a return, and why."""

    who: str
    why: W


def responsible_for(case: Return) -> Answering | None:
    """What the chain of C-16 has found: on the complaint where somebody laid it down, else along the labels."""
    complaint = complaint_of(case)
    if complaint is not None and complaint.blame:
        why = W("{number} 已定责：{basis}", "Laid down on {number}: {basis}", number=complaint.number,
                basis=complaint.blame_basis)  # fmt: skip
        return Answering(str(complaints.responsible_title(complaint)), why)
    labels = [line.lot for line in lines_of(case) if line.lot]
    proposal = trace.chain(labels).proposal if labels else None
    if proposal is None:
        return None
    return Answering(str(complaints.proposed_title(proposal)), proposal.reason)


# -- what may come back (R-07) --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stand:
    """What a customer got of something, what came back, and what other open requests ask for."""

    delivered: int
    returned: int
    asked: int

    @property
    def left(self) -> int:
        return rules.can_come_back(self.delivered, self.returned, self.asked)


def of_lot(customer: Customer, lot: Lot, *, beside: Return | None = None) -> Stand:
    return _stand(customer, Q(lot=lot), beside, Q(line__lot=lot, lot=None) | Q(lot=lot), Q(lot=lot))


def of_product(customer: Customer, product: Product, *, beside: Return | None = None) -> Stand:
    """Of a product: all its labels together, so that a line by label and a line by product never take the same."""
    goods = Q(product=product) | Q(lot__product=product)
    lines = Q(line__product=product) | Q(lot__product=product)
    return _stand(customer, Q(lot__product=product), beside, lines, goods)


def _stand(customer: Customer, sent: Q, beside: Return | None, counted: Q, asked: Q) -> Stand:
    got = Shipment.standing.filter(sent, customer=customer)
    delivered = got.aggregate(kg=Sum(Coalesce(F("quantity_milli"), F("lot__quantity_milli"), 0)))["kg"] or 0
    others = Return.objects.filter(customer=customer).exclude(state__in=NEVER_CAME)
    if beside is not None and beside.pk:
        others = others.exclude(pk=beside.pk)
    here = others.filter(state__in=CAME).values("pk")
    came = Counted.objects.filter(counted, case__in=here, undone=False).aggregate(kg=Sum("quantity_milli"))["kg"] or 0
    pending = others.exclude(state__in=CAME).values("pk")
    wanted = ReturnLine.objects.filter(asked, case__in=pending).aggregate(kg=Sum("quantity_milli"))["kg"] or 0
    # What came back before there were returns here, or by import, has no customer: it is his as far as the same labels
    # did not go to others as well.
    lots = got.values("lot")
    back = Movement.standing.filter(lot__in=lots, what=MovementKind.RETURNED).exclude(
        about__startswith=Return.KIND + ":"
    )
    came_otherwise = back.aggregate(kg=Sum("quantity_milli"))["kg"] or 0
    elsewhere = Shipment.standing.filter(lot__in=lots).exclude(customer=customer) if came_otherwise else None
    if elsewhere is not None:
        gone = elsewhere.aggregate(kg=Sum(Coalesce(F("quantity_milli"), F("lot__quantity_milli"), 0)))["kg"] or 0
        came += max(0, came_otherwise - gone)
    return Stand(delivered, came, wanted)


def delivery_of(customer: Customer, lot: Lot) -> Shipment | None:
    """By which pick list the customer got a label last."""
    return Shipment.standing.filter(customer=customer, lot=lot).order_by("-id").first()


# -- added up (R-03) ------------------------------------------------------------------------------------------------


def goods_key(line: ReturnLine) -> str:
    """By what goods are the same: the product; what the books do not know, by what was typed."""
    return f"product:{line.product_id}" if line.product_id else f"code:{code_key(line.code)}"


def weights(lines: Iterable[ReturnLine]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        found[goods_key(line)] += line.quantity_milli
    return dict(found)


def others_near(case: Return) -> list[rules.Other]:
    """What other requests of the customer ask for within the window of the policy, by goods."""
    days = int(TERMS.decide(on=case.applied_on)["window"])
    near = (case.applied_on - timedelta(days=days), case.applied_on + timedelta(days=days))
    rows = ReturnLine.objects.filter(case__customer=case.customer_id, case__applied_on__range=near)
    rows = rows.exclude(case=case.pk).exclude(case__state__in=NEVER_CAME).select_related("case").order_by("case", "id")
    return [rules.Other(row.case.number, goods_key(row), row.quantity_milli) for row in rows]


# -- counted (R-07) -------------------------------------------------------------------------------------------------


def standing(case: Return) -> list[Counted]:
    """What lies there, as it was counted."""
    rows = Counted.objects.filter(case=case, undone=False).select_related("lot__product", "line__product", "line__lot")
    return list(rows.order_by("id"))


def by_line(counted: Iterable[Counted]) -> dict[int, int]:
    """Line → thousandths counted onto it."""
    found: dict[int, int] = defaultdict(int)
    for row in counted:
        found[row.line_id] += row.quantity_milli
    return dict(found)


def differences(lines: Sequence[ReturnLine], counted: Iterable[Counted]) -> list[rules.Difference]:
    """Where what came is not what was applied for, by position."""
    on_line, at = by_line(counted), {line.pk: line.position for line in lines}
    accepted = {at[pk]: milli for pk, milli in on_line.items()}
    return rules.differences({line.position: line.quantity_milli for line in lines}, accepted)


def other_labels(lines: Sequence[ReturnLine], counted: Iterable[Counted]) -> list[Counted]:
    """Labels that came although the application named others."""
    named = {line.lot_id for line in lines if line.lot_id}
    by_pk = {line.pk: line for line in lines}
    return [row for row in counted if row.lot_id and by_pk[row.line_id].lot_id and row.lot_id not in named]


# -- the ledger (R-02) ----------------------------------------------------------------------------------------------


def entries_of(credit: int) -> list[Entry]:
    rows = Entry.objects.filter(credit=credit).select_related("case", "pick_list")
    return list(rows.prefetch_related("postings").order_by("on", "id"))


def owed_of(credit: Any) -> list[rules.Owed]:
    """The returns of the account that are not yet made good, the oldest first."""
    waiting = Return.objects.filter(
        customer=credit.customer_id, currency=credit.currency, state=ReturnState.CREDITED, open_value__gt=0
    )
    return [rules.Owed(pk, amount) for pk, amount in waiting.order_by("id").values_list("pk", "open_value")]


def sums(credit: int) -> dict[str, Any]:
    """Account → sum of its postings; all of them together are nothing."""
    rows = Posting.objects.filter(entry__credit=credit).values("account").order_by()
    found = {row["account"]: row["sum"] for row in rows.annotate(sum=Sum("amount"))}
    return {account.value: rules.in_cents(found[account.value]) for account in Account if account.value in found}
