"""What is asked about processing orders: those of a case, their lines, and what the kilograms come to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sanbao.complaints import queries as complaints
from sanbao.complaints.models import Complaint
from sanbao.dispatch.models import OPEN as LISTS_OPEN
from sanbao.dispatch.models import Fate, Pick
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.processing.models import ProcessingLine, ProcessingOrder, Way
from sanbao.processing.rules import Balance
from sanbao.trace.models import Lot


def listed(actor: Actor) -> QuerySet[ProcessingOrder]:
    return ProcessingOrder.objects.visible_to(actor).select_related("customer", "product")


def holding(words: str) -> QuerySet[ProcessingOrder]:
    """The orders that hold these words or bear this number."""
    found = search.matching("processing_order", words)
    return ProcessingOrder.objects.filter(Q(number=code_key(words)) | Q(pk__in=found))


def about(case: Complaint, actor: Actor) -> QuerySet[ProcessingOrder]:
    return ProcessingOrder.objects.visible_to(actor).filter(about=case.subject).order_by("id")


def case_numbered(actor: Actor, text: str) -> Complaint | None:
    return complaints.numbered(actor, code_key(text))


def case_of(order: ProcessingOrder) -> Complaint | None:
    """The case from which it follows, whoever asks."""
    kind, _, key = order.about.partition(":")
    return Complaint.objects.get(pk=int(key)) if kind == Complaint.KIND else None


def lead_of(case: Complaint) -> str:
    """The department that answers for the case."""
    home = case.owner_department
    return (home.parent or home).code if home else "sales"


def lines(order: ProcessingOrder) -> list[ProcessingLine]:
    """Every line, also the struck ones, in the order in which they were entered."""
    return list(order.lines.select_related("lot__product", "lot__material", "into__product").order_by("id"))


def balance(order: ProcessingOrder, of: list[ProcessingLine] | None = None) -> Balance:
    standing = [line for line in (lines(order) if of is None else of) if line.struck_at is None]

    def total(way: Way) -> int:
        return sum(line.quantity_milli for line in standing if line.what == way)

    return Balance(total(Way.IN), total(Way.OUT), order.scrap_milli)


def picked_for(lot: Lot) -> Pick | None:
    """Where these goods stand on a pick list that has not left yet."""
    found = Pick.objects.filter(lot=lot, fate=Fate.PICKED, pick_list__state__in=LISTS_OPEN)
    return found.select_related("pick_list").first()
