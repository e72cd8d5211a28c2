"""Who, when, field, old → new: the record of a case as people read it (convention 20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints.models import Complaint, State, vocabulary
from sanbao.complaints.views.showing import Parties
from sanbao.inspection.models import Severity
from sanbao.kernel.clocks import Kind
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Department, Supplier
from sanbao.trace.models import Lot
from sanbao.web import saying
from sanbao.web.subjects import Change, Fields, who
from sanbao.web.views.journal import action_title

#: Tracked field → its title, and the list or table in which its codes are explained.
FIELDS: dict[str, tuple[W, Any]] = {
    "state": (W("状态", "State"), State),
    "owner_id": (W("负责人", "Owner"), "person"),
    "owner_department_id": (W("负责部门", "Department"), Department),
    "next_party": (W("下一步由", "Next step by"), "party"),
    "next_due": (W("期限", "Due"), "moment"),
    "source": (W("来源", "Source"), vocabulary.Source),
    "channel": (W("渠道", "Channel"), vocabulary.Channel),
    "customer_id": (W("客户", "Customer"), Customer),
    "product_id": (W("产品", "Product"), Product),
    "lot_id": (W("批次", "Lot"), Lot),
    "code": (W("标签/批号", "Label, lot"), None),
    "quality_related": (W("涉及质量", "Quality"), "flag"),
    "widespread": (W("是否较为普遍", "Widespread"), vocabulary.Widespread),
    "reported_class_id": (W("反映的类别", "Reported class"), DefectClass),
    "confirmed_class_id": (W("确认的类别", "Confirmed class"), DefectClass),
    "chases": (W("催办", "Chases"), None),
    "severity": (W("严重度", "Severity"), Severity),
    "spread": (W("市场影响", "Effect"), vocabulary.Spread),
    "grade": (W("等级", "Grade"), None),
    "grade_proposed": (W("规则表的等级", "Grade by the table"), None),
    "provisional": (W("暂定", "Provisional"), "flag"),
    "blame": (W("责任在", "Responsible is"), vocabulary.Blame),
    "responsible_department_id": (W("责任部门", "Responsible department"), Department),
    "responsible_supplier_id": (W("责任供方", "Responsible supplier"), Supplier),
    "d_choice": (W("D 级决定", "Grade D decision"), vocabulary.DChoice),
    "attitude": (W("用户态度", "Attitude"), vocabulary.Attitude),
    "satisfaction": (W("满意", "Satisfaction"), vocabulary.Satisfaction),
    "matter": (W("种类", "Kind"), vocabulary.Matter),
    "resolution": (W("怎样解决", "Resolution"), vocabulary.Resolution),
    "ending": (W("结果", "Ending"), vocabulary.Ending),
}
EMPTY = (None, "", False, 0)


@dataclass
class Line:
    """One entry of the record; ``changes`` are the fields that it set."""

    entry: JournalEntry
    title: str
    note: Any = ""
    changes: list[Change] = field(default_factory=list)


class Speller:
    """Values of the record in words; a table is asked once for all ids that are named."""

    def __init__(self, sets: Iterable[Fields]) -> None:
        self.parties = Parties()
        ids: dict[type, set[int]] = {}
        for fields in sets:
            for name, pair in fields.items():
                table = FIELDS.get(name, (None, None))[1]
                if isinstance(table, type) and hasattr(table, "objects"):
                    ids.setdefault(table, set()).update(v for v in pair if v)
        self.rows = {table: table.objects.in_bulk(wanted) for table, wanted in ids.items()}  # type: ignore[attr-defined]

    def about(self, entry: JournalEntry) -> Any:
        """What an entry that is no move is about: which clock, whose duty."""
        if entry.action.startswith("clock."):
            return Kind.title_of(entry.facts.get("kind", ""))
        return self.parties.title(entry.facts.get("owed_by", "")) if entry.action.startswith("obligation.") else ""

    def said(self, name: str, value: Any) -> Any:
        if value in EMPTY and value is not False:
            return "—"
        kind = FIELDS.get(name, (None, None))[1]
        match kind:
            case None:
                return value
            case "flag":
                return W("是", "yes") if value else W("否", "no")
            case "moment":
                return saying.moment(parse_datetime(value)) if parse_datetime(value) else value
            case "person":
                return who(f"person:{value}")
            case "party":
                return self.parties.title(value)
        if kind in self.rows:
            return self.rows[kind].get(value, value)
        return kind.title_of(value)

    def changes(self, fields: Fields) -> list[Change]:
        """What a set of fields changed; what was empty and stays so is not told."""
        return [
            Change(FIELDS.get(name, (name, None))[0], self.said(name, old), self.said(name, new))
            for name, (old, new) in fields.items()
            if not (old in EMPTY and new in EMPTY)
        ]


def spelled(sets: list[Fields]) -> list[list[Change]]:
    """Sets of changed fields in words, for pages that know no complaints (a refused stale save)."""
    speller = Speller(sets)
    return [speller.changes(fields) for fields in sets]


def lines(case: Complaint, entries: list[JournalEntry]) -> list[Line]:
    """Every entry of the case's chain; what the first one left empty is not told."""
    speller = Speller(entry.facts.get("set", {}) for entry in entries)
    found = []
    for entry in entries:
        line = Line(entry, action_title(entry.action).rpartition(" · ")[2], speller.about(entry))
        line.changes = speller.changes(entry.facts.get("set", {}))
        found.append(line)
    return found
