"""What is asked about nonconformities: their lines and balances, their holds, what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from sanbao.kernel import attachments, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.codes import code_key
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.times import start_of, zone
from sanbao.kernel.words import Vocabulary
from sanbao.nonconformity import rules
from sanbao.nonconformity.models import PENDING, STANDING, Disposition, Line, NcState, Nonconformity, Origin, Way
from sanbao.trace.models import Hold, HoldState


class By(Vocabulary):
    """What the cost of nonconforming product is added up by."""

    WAY = "way", "按处置", "By disposition"
    MONTH = "month", "按月", "By month"
    SOURCE = "source", "按来源", "By source"
    RECORD = "record", "按记录", "By record"


@dataclass(frozen=True)
class Standing:
    """A line with its dispositions and what became of its quantity."""

    line: Line
    dispositions: Sequence[Disposition]
    balance: rules.Balance

    def quantity(self, milli: int) -> Quantity:
        return Quantity.of_milli(milli, self.line.unit)


def listed(actor: Actor) -> QuerySet[Nonconformity]:
    return Nonconformity.objects.visible_to(actor).prefetch_related("lines__lot")


def holding(words: str) -> QuerySet[Nonconformity]:
    """The records that hold these words, bear this number or name this lot."""
    key = code_key(words)
    found = Q(number=key) | Q(pk__in=search.matching("nonconformity", words)) | Q(lines__lot__key=key)
    return Nonconformity.objects.filter(found).distinct()


def about(subject: str) -> QuerySet[Nonconformity]:
    """The records that were opened for the sake of a subject, newest first. The caller saw the subject."""
    return Nonconformity.objects.filter(about=subject).order_by("-id")


def standings(record: Nonconformity) -> list[Standing]:
    """Every line with its balance; three queries, however many lines."""
    return list(standings_of([record])[record.pk])


def standings_of(records: Iterable[Nonconformity]) -> dict[int, list[Standing]]:
    """The lines of several records with their balances; three queries in all."""
    ids = [record.pk for record in records]
    found: dict[int, list[Standing]] = {pk: [] for pk in ids}
    by_line: dict[int, list[Disposition]] = {}
    rows = Disposition.objects.filter(record__in=ids).select_related("line__lot", "record", "permit").order_by("id")
    for row in rows:
        by_line.setdefault(row.line_id, []).append(row)
    for line in Line.objects.filter(record__in=ids).select_related("lot__product").order_by("id"):
        own = by_line.get(line.pk, [])
        found[line.record_id].append(Standing(line, own, balance_of(line, own)))
    return found


def balance_of(line: Line, dispositions: Iterable[Disposition] | None = None) -> rules.Balance:
    rows = Disposition.objects.filter(line=line) if dispositions is None else dispositions
    return rules.balance(line.quantity_milli, parts_of(rows))


def parts_of(rows: Iterable[Disposition]) -> list[rules.Part]:
    return [
        rules.Part(d.way, d.state, d.quantity_milli, d.scrapped_milli, d.released_milli, d.failed_milli) for d in rows
    ]


def summed(standings: Iterable[Standing]) -> dict[str, rules.Balance]:
    """The balances of lines added up, each unit by itself."""
    found: dict[str, rules.Balance] = {}
    for one in standings:
        unit = one.line.quantity.base
        found[unit] = found[unit].plus(one.balance) if unit in found else one.balance
    return found


def beside(record: Nonconformity, way: str) -> list[Disposition]:
    """What is disposed of in the same way in the same record, so that no split comes under a limit."""
    return list(Disposition.objects.filter(record=record, way=way, state__in=STANDING))


def pending(record: Nonconformity) -> QuerySet[Disposition]:
    return Disposition.objects.filter(record=record, state__in=PENDING)


def holds_of(record: Nonconformity) -> list[Hold]:
    """The holds that contain what the record is about, in force and lifted."""
    return list(Hold.objects.filter(about=record.subject).order_by("id"))


def holds_in_force(record: Nonconformity) -> list[Hold]:
    return [hold for hold in holds_of(record) if hold.state == HoldState.IN_FORCE]


def files_of(record: Nonconformity) -> list[Attachment]:
    subjects = [record.subject, *(f"disposition:{pk}" for pk in record.dispositions.values_list("pk", flat=True))]
    return list(Attachment.objects.filter(subject__in=subjects).order_by("stored_at"))


def evidence_of(disposition: Disposition) -> list[Attachment]:
    return list(attachments.of(disposition.subject))


def waiting(actor: Actor) -> int:
    """For the rail: records that are not disposed of yet."""
    return Nonconformity.objects.visible_to(actor).filter(state=NcState.CONTAINED).count()


def carried_out(actor: Actor, first: date, last: date) -> QuerySet[Disposition]:
    """Dispositions carried out in a period that cost something or lost material."""
    begin, end = start_of(first), start_of(last + timedelta(days=1))
    return (
        Disposition.objects.visible_to(actor)
        .filter(executed_at__gte=begin, executed_at__lt=end)
        .select_related("record", "line")
        .order_by("executed_at", "id")
    )


def cost(actor: Actor, first: date, last: date, by: str = By.WAY) -> list[rules.CostTotal]:
    """What nonconforming product cost in a period (cost of poor quality, internal), each currency by itself."""
    return rules.totals(_cost(row, by) for row in carried_out(actor, first, last))


def _cost(row: Disposition, by: str) -> rules.Cost:
    match by:
        case By.MONTH:
            key = title = f"{row.executed_at.astimezone(zone()):%Y-%m}" if row.executed_at else ""
        case By.SOURCE:
            key, title = row.record.source, str(Origin.title_of(row.record.source))
        case By.RECORD:
            key, title = row.record.number, str(row.record)
        case _:
            key, title = row.way, str(Way.title_of(row.way))
    return rules.Cost(key, title, row.currency or "", row.cost or Decimal(0), row.quantity_milli, row.quantity.base)
