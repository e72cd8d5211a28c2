"""Work lists: columns declared once; filter, sort, page and export follow, all of it in the address (conv. 8–13).

    class CaseList(Listing):
        columns = [
            Column("number", W("编号", "No."), sort="number", opens=True),
            Column("due", W("期限", "Due"), lambda c: parts.due(c.due_at), sort="due_at"),
        ]
        filters = [
            Words(lambda rows, words: rows.filter(pk__in=search.matching("complaint", words))),
            Choice("state", W("状态", "State"), State.pairs()),
            Days("received_on", W("受理日期", "Received")),
        ]
        tabs = [Tab("open", W("未结", "Open"), ~Q(state="closed")), Tab("all", W("全部", "All"), Q())]
        order = "due"

    def index(request):
        rows = Complaint.objects.visible_to(request.actor).select_related("customer")
        return CaseList(request, rows).respond("complaints/list.html")

The template extends ``web/list.html`` and says its heading. Two queries whatever the number of rows: counts and
page; what a cell follows must be in ``select_related`` or ``prefetch_related``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import template_localtime
from django.utils.translation import get_language

from sanbao.kernel import memo
from sanbao.kernel.words import W
from sanbao.web import exports
from sanbao.web.markup import escape

type Rows = QuerySet[Any]
FIND = W("查找", "Find")
OPTIONS_LAST = 30  # seconds that what a filter offers may lag behind


@dataclass(frozen=True)
class Column:
    """One column. ``cell`` is what is shown (default: the attribute ``name``), ``plain`` what is exported."""

    name: str
    title: W
    cell: Callable[[Any], Any] | None = None
    sort: str = ""
    plain: Callable[[Any], Any] | None = None
    opens: bool = False
    number: bool = False
    narrow: bool = False
    shown: bool = True
    named: bool = False  # its title stands beside the value where a phone leaves the head out; a number's always does

    @property
    def css(self) -> str:
        marks = {"title": self.opens, "num": self.number, "narrow": self.narrow}
        return " ".join(name for name, holds in marks.items() if holds)

    @property
    def attributes(self) -> str:
        """Of its cells."""
        name = f' data-name="{escape(self.title)}"' if self.named or self.number else ""
        return f'class="{self.css}"{name}'

    def show(self, row: Any) -> Any:
        return self.cell(row) if self.cell else getattr(row, self.name)

    def export(self, row: Any) -> Any:
        return self.plain(row) if self.plain else getattr(row, self.name, "")


@dataclass(frozen=True)
class Words:
    """A text filter, e.g. over the search index."""

    find: Callable[[Rows, str], Rows]
    name: str = "q"
    title: W = FIND
    kind: ClassVar[str] = "words"

    def apply(self, rows: Rows, asked: dict[str, str]) -> Rows:
        return self.find(rows, asked[self.name]) if asked.get(self.name) else rows

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Choice:
    """One value out of several; ``field`` is the lookup, by default the name. ``pairs`` may be a callable."""

    name: str
    title: W
    pairs: Any
    field: str = ""
    kind: ClassVar[str] = "choice"

    @property
    def options(self) -> list[tuple[str, Any]]:
        pairs = memo.once(("pairs", self.pairs), self.pairs) if callable(self.pairs) else self.pairs
        return [(str(code), title) for code, title in pairs]

    def written(self, chosen: str) -> SafeString:
        """The options of the box, as HTML. Those that are asked of the database may lag behind for a few seconds."""
        language = get_language() or ""
        if not callable(self.pairs):
            return _options(tuple(self.options), chosen, language)
        key = f"options:{self.pairs.__module__}.{self.pairs.__qualname__}:{language}"
        said = cache.get_or_set(key, lambda: tuple((code, str(title)) for code, title in self.options), OPTIONS_LAST)
        return _options(said or (), chosen, language)

    def apply(self, rows: Rows, asked: dict[str, str]) -> Rows:
        chosen = asked.get(self.name, "")
        if not chosen or chosen not in {code for code, _ in self.options}:
            return rows
        return rows.filter(**{self.field or self.name: chosen})

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@lru_cache(maxsize=256)
def _options(pairs: tuple[tuple[str, Any], ...], chosen: str, language: str) -> SafeString:
    return mark_safe(
        "".join(
            f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>{escape(title)}</option>'
            for code, title in pairs
        )
    )


@dataclass(frozen=True)
class Days:
    """From a first day to a last day, both included, over a date field (or a moment's date)."""

    name: str
    title: W
    field: str = ""
    kind: ClassVar[str] = "days"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def apply(self, rows: Rows, asked: dict[str, str]) -> Rows:
        for name, lookup in zip(self.names, ("gte", "lte"), strict=True):
            if day := as_day(asked.get(name, "")):
                rows = rows.filter(**{f"{self.field or self.name}__{lookup}": day})
        return rows


@dataclass(frozen=True)
class Tab:
    """A named part of the list; the first one is where the list opens."""

    name: str
    title: W
    where: Q


@dataclass(frozen=True)
class Shown:
    """A filter with what is asked of it now, for the template."""

    filter: Any
    values: list[str]

    @property
    def said(self) -> str:
        return str(self.filter.said(self.values))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(zip(self.filter.names, self.values, strict=True))

    @property
    def options(self) -> SafeString:
        written: SafeString = self.filter.written(self.values[0])
        return written


def shown(value: Any) -> str:
    """A cell as a template would write it: in the reader's way of writing numbers and days, and escaped."""
    if value is None:
        return ""
    if isinstance(value, (str, Promise)):
        return escape(value)
    return escape(localize(template_localtime(value)))


def as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Listing:
    """A list over rows that are already restricted to what the actor may see."""

    columns: Sequence[Column] = ()
    filters: Sequence[Any] = ()
    tabs: Sequence[Tab] = ()
    #: The name of the column by which it is sorted at first, ``-`` before it for the other way round.
    order = ""
    size = 25
    name = "list"
    #: (address, title) of what can be done with selected rows; each gets the ids as ``pick``.
    bulk: Sequence[tuple[str, W]] = ()
    empty = W("没有符合条件的记录", "Nothing matches")

    def __init__(self, request: HttpRequest, rows: Rows) -> None:
        self.request, self.all = request, rows
        self.asked = {key: value.strip()[:200] for key, value in request.GET.items() if value.strip()}

    # -- what is asked -------------------------------------------------------------------------------

    @cached_property
    def tab(self) -> Tab | None:
        return next((t for t in self.tabs if t.name == self.asked.get("tab")), self.tabs[0] if self.tabs else None)

    @cached_property
    def sort(self) -> str:
        by = self.asked.get("sort", self.order)
        return by if by.lstrip("-") in {c.name for c in self.columns if c.sort} else self.order

    @cached_property
    def filtered(self) -> Rows:
        rows = self.all
        for one in self.filters:
            rows = one.apply(rows, self.asked)
        return rows

    @cached_property
    def rows(self) -> Rows:
        """All rows of the current filter and tab, in the order asked for."""
        rows = self.filtered.filter(self.tab.where) if self.tab else self.filtered
        if column := next((c for c in self.columns if c.name == self.sort.lstrip("-")), None):
            field = F(column.sort)
            down = self.sort.startswith("-")
            rows = rows.order_by(field.desc(nulls_last=True) if down else field.asc(nulls_last=True), "-pk")
        return rows

    @cached_property
    def page(self) -> Page[Any]:
        paginator = Paginator(self.slim(self.rows), self.size)
        if self.tab:
            paginator.count = self.counts[self.tab.name]
        return paginator.get_page(self.asked.get("page"))

    @cached_property
    def counts(self) -> dict[str, int]:
        """Tab → how many rows of the filter it holds, in one query. Nothing here joins to several rows of another."""
        return dict(
            self.filtered.order_by().aggregate(**{t.name: Count("pk", filter=t.where) for t in self.tabs})
        )  # fmt: skip

    def slim(self, rows: Rows) -> Rows:
        """The rows of a page with what its cells read and no more; override where they have many columns."""
        return rows

    # -- what is shown -------------------------------------------------------------------------------

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Column heads with the address that sorts by them, and which way they are sorted now."""
        heads = []
        for column in self.shown_columns:
            way = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")
            turned = f"-{column.name}" if way == "ascending" else column.name
            heads.append({"column": column, "way": way, "href": self.address(sort=turned) if column.sort else ""})
        return heads

    @property
    def shown_columns(self) -> list[Column]:
        return [c for c in self.columns if c.shown]

    @property
    def body(self) -> SafeString:
        """The rows of the page. Made here, because a template takes ten times as long over a table of cells."""
        columns = [(c, c.attributes) for c in self.shown_columns]
        return mark_safe("\n".join(self._line(row, columns) for row in self.page))

    def _line(self, row: Any, columns: list[tuple[Column, str]]) -> str:
        href = escape(self.link(row))
        cells = [f'<tr data-row="{href}">']
        if self.bulk:
            said = escape(W("选中 {row}", "Select {row}").format(row=row))
            pick = f'<input type="checkbox" class="form-check-input" name="pick" value="{row.pk}" aria-label="{said}">'
            cells.append(f'<td class="pick">{pick}</td>')
        for column, attributes in columns:
            value = column.show(row)
            if column.opens:
                cells.append(f'<td {attributes}><a class="open" href="{href}">{shown(value) or "—"}</a></td>')
            else:
                cells.append(f"<td {attributes}>{shown(value)}</td>")
        cells.append("</tr>")
        return "".join(cells)

    def link(self, row: Any) -> str:
        """Where a row opens; override when it is not its own page."""
        return str(row.get_absolute_url())

    @property
    def tab_links(self) -> list[dict[str, Any]]:
        return [
            {"tab": t, "count": self.counts[t.name], "current": t is self.tab, "href": self.address(tab=t.name)}
            for t in self.tabs
        ]

    @property
    def shown_filters(self) -> list[Shown]:
        return [Shown(one, [self.asked.get(name, "") for name in one.names]) for one in self.filters]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along."""
        return [(name, self.asked[name]) for name in ("tab", "sort") if name in self.asked]

    @property
    def narrowed(self) -> bool:
        return any(self.asked.get(name) for one in self.filters for name in one.names)

    def address(self, **changed: Any) -> str:
        """This list's address with something changed; a change leads back to page 1."""
        asked = {k: v for k, v in self.asked.items() if k not in ("page", "export")}
        asked.update({k: str(v) for k, v in changed.items()})
        return "?" + urlencode(asked)

    @property
    def plain_address(self) -> str:
        return "?" + urlencode({k: v for k, v in self.kept})

    @property
    def pages(self) -> list[dict[str, Any]]:
        elided = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [
            {"number": n, "href": self.address(page=n) if isinstance(n, int) else "", "current": n == self.page.number}
            for n in elided
        ]

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [("XLSX", self.address(export="xlsx")), ("CSV", self.address(export="csv"))]

    # -- answers -------------------------------------------------------------------------------------

    def respond(self, template: str = "web/list.html", **facts: Any) -> HttpResponse:
        """The page, or the file when an export is asked for."""
        if self.asked.get("export") in ("xlsx", "csv"):
            return self.file(self.asked["export"])
        return render(self.request, template, {"list": self, **facts})

    def file(self, kind: str) -> HttpResponse:
        """Every row of the current filter and tab as a spreadsheet or as text."""
        heads = [str(c.title) for c in self.columns]
        lines = ([c.export(row) for c in self.columns] for row in self.rows.iterator(chunk_size=2000))
        return exports.file(kind, self.name, heads, lines)
