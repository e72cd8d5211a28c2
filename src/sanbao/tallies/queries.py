"""What the register of a period comes to: two queries for all dimensions, however many complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints.models import Channel, Complaint, Grade, Matter, Satisfaction
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import Vocabulary, W
from sanbao.parties.models import Department, Region
from sanbao.tallies import rules
from sanbao.tallies.rules import Fact, Line

#: Lines of each dimension that an analysis keeps with it.
KEPT = 10
UNSAID = W("未定", "not said")


class By(Vocabulary):
    """By what the register is tallied; ``filter_of`` is the register's filter that shows the same complaints."""

    FAULT = "fault", "类别", "Class"
    PRODUCT = "product", "产品", "Product"
    REGION = "region", "地区", "Region"
    DEPARTMENT = "responsible", "责任部门", "Responsible"
    GRADE = "grade", "等级", "Grade"
    CHANNEL = "channel", "渠道", "Channel"
    SATISFACTION = "satisfaction", "满意", "Satisfaction"
    MONTH = "month", "月份", "Month"


_COLUMNS = (
    "received_at", "confirmed_class__code", "reported_class__code", "product__code", "region__code",
    "responsible_department__code", "grade", "channel", "satisfaction", "customer", "contact_key", "contact_name",
    "light", "pk",
)  # fmt: skip


@dataclass
class Shown:
    """One line with its title and where its complaints stand."""

    line: Line
    title: W | str
    query: dict[str, str]


def facts(rows: Any, first: date, last: date) -> list[Fact]:
    """The complaints of a period. A confirmed class goes before the one that was reported."""
    found = rows.filter(received_at__date__range=(first, last), matter=Matter.COMPLAINT).order_by()
    return [_fact(*row) for row in found.values_list(*_COLUMNS)]


def _fact(
    received: Any, confirmed: str, reported: str, product: str, region: str, responsible: str, grade: str,
    channel: str, satisfaction: str, customer: int | None, phone: str, name: str, light: bool, pk: int,
) -> Fact:  # fmt: skip
    keys = {
        By.FAULT.value: confirmed or reported or "",
        By.PRODUCT.value: product or "",
        By.REGION.value: region or "",
        By.DEPARTMENT.value: responsible or "",
        By.GRADE.value: grade or "",
        By.CHANNEL.value: channel,
        By.SATISFACTION.value: satisfaction or "",
        By.MONTH.value: f"{local(received):%Y-%m}",
    }
    return Fact(keys, f"customer:{customer}" if customer else phone or name or f"case:{pk}", light)


def tally(actor: Actor, first: date, last: date, by: str) -> list[Shown]:
    """The lines of a dimension over what the actor may see, beside the period before."""
    actor.need("tallies.see", clause="U-11")
    rows = Complaint.objects.visible_to(actor)
    lines = rules.tallied(
        facts(rows, first, last), facts(rows, *rules.before(first, last)), by, in_order=by == By.MONTH
    )
    titles = _titles(by, [line.key for line in lines])
    return [Shown(line, titles(line.key), _query(by, line.key, first, last)) for line in lines]


def figures(first: date, last: date) -> dict[str, Any]:
    """What an analysis keeps: the whole, and the first lines of each dimension, of everybody's complaints."""
    now, then = (facts(Complaint.objects.all(), *span) for span in ((first, last), rules.before(first, last)))
    kept: dict[str, Any] = {"complaints": len(now), "before": len(then), "users": len({fact.user for fact in now})}
    for by in By:
        lines = rules.tallied(now, then, by.value, in_order=by is By.MONTH)
        kept[by.value] = [[line.key, line.count, line.before] for line in lines][: None if by is By.MONTH else KEPT]
    return kept


def satisfaction(first: date, last: date) -> list[list[Any]]:
    """``[answer, complaints, before]`` of a period: how satisfied the users were, as an input to the review (U-12)."""

    def counted(first: date, last: date) -> dict[str, int]:
        found = Complaint.objects.filter(received_at__date__range=(first, last), matter=Matter.COMPLAINT).order_by()
        return dict(found.values_list("satisfaction").annotate(n=Count("pk")))

    now, then = counted(first, last), counted(*rules.before(first, last))
    return [[answer, now.get(answer, 0), then.get(answer, 0)] for answer in sorted(now | then)]


def titled_satisfaction(first: date, last: date) -> list[tuple[W | str, int, int]]:
    rows = satisfaction(first, last)
    titles = _titles(By.SATISFACTION.value, ())
    return [(titles(key), count, before) for key, count, before in rows]


def titled(kept: dict[str, Any]) -> list[tuple[W, list[tuple[W | str, int, int]]]]:
    """The kept figures of an analysis with the names of their keys."""
    told = []
    for by in By:
        lines = kept.get(by.value, [])
        titles = _titles(by.value, [key for key, _, _ in lines])
        told.append((by.title, [(titles(key), count, before) for key, count, before in lines]))
    return told


def _titles(by: str, keys: Iterable[str]) -> Callable[[str], W | str]:
    words: dict[str, Any] = {
        By.GRADE.value: Grade,
        By.CHANNEL.value: Channel,
        By.SATISFACTION.value: Satisfaction,
    }
    if by in words:
        return lambda key: words[by].title_of(key) if key else UNSAID
    models: dict[str, Any] = {
        By.FAULT.value: DefectClass,
        By.PRODUCT.value: Product,
        By.REGION.value: Region,
        By.DEPARTMENT.value: Department,
    }
    if by not in models:
        return lambda key: key
    named = {row.code: f"{row.code} {row.name}" if by == By.PRODUCT else row.title
             for row in models[by].objects.filter(code__in=list(keys))}  # fmt: skip
    return lambda key: named.get(key, key) if key else UNSAID


def _query(by: str, key: str, first: date, last: date) -> dict[str, str]:
    """The register's address parameters that show the complaints of a line."""
    span = {"received_from": f"{first:%Y-%m-%d}", "received_to": f"{last:%Y-%m-%d}"}
    if by == By.MONTH:
        year, month = map(int, key.split("-"))
        begin, end = date(year, month, 1), rules.last_period(date(year + month // 12, month % 12 + 1, 1), 1)[1]
        return {"received_from": f"{max(begin, first):%Y-%m-%d}", "received_to": f"{min(end, last):%Y-%m-%d}"}
    return span | {"by": by, "key": key or "-"}
