"""Work list, light entries, and the register 用户意见登记及处理表."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanbao.catalog import queries as catalog
from sanbao.complaints import boards, queries
from sanbao.complaints.models import ENDED, Channel, Complaint, Ending, Grade, Matter, Satisfaction, Source, State
from sanbao.complaints.views import showing
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W
from sanbao.parties import queries as house
from sanbao.parties.models import Person
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words, as_day
from sanbao.web.templatetags.parts import code, due, grade, pill, when

OPEN = ~Q(state__in=sorted(ENDED))
#: The same as an index knows it. What is light has ended as it began.
RUNNING = Q(state__in=sorted(set(State) - ENDED), light=False)


def departments() -> list[tuple[str, Any]]:
    return [(code, department.title) for code, department in house.departments().items()]


def people() -> list[tuple[str, Any]]:
    """Whoever answers for a case."""
    owning = Complaint.objects.exclude(owner=None).order_by().values("owner")
    return [(person.username, person.name) for person in Person.objects.filter(pk__in=owning).order_by("name")]


def classes() -> list[tuple[str, Any]]:
    """The fault tree: each class of the first level, then what it holds, indented."""
    return [
        (one.code, f"{'　' if one.parent_id else ''}{one.code} {one.title}")
        for first, inner in catalog.defect_tree()
        for one in (first, *inner)
    ]


class Fault(Choice):
    """A class of the fault tree; one of the first level stands for all that it holds."""

    def apply(self, rows: Any, asked: dict[str, str]) -> Any:
        if not (chosen := asked.get(self.name, "")):
            return rows
        return rows.filter(Q(**{f"{self.name}__code": chosen}) | Q(**{f"{self.name}__parent__code": chosen}))


class Ball(Choice):
    """Whoever has the next step; worked out only when it is asked for."""

    def apply(self, rows: Any, asked: dict[str, str]) -> Any:
        return super().apply(boards.balls(rows), asked) if asked.get(self.name) else rows


class Counted:
    """What a figure of a tally counted (``by``) and under which ``key``: how the figure leads to its records (U-11).
    No box offers it; who follows a figure brings it along."""

    kind = "given"
    title = W("统计项", "Figure")
    names = ("by", "key")

    def apply(self, rows: Any, asked: dict[str, str]) -> Any:
        by, key = asked.get("by", ""), asked.get("key", "")
        return rows.filter(queries.counted(by, "" if key == NOT_SAID else key)) if by in queries.COUNTED else rows

    def said(self, values: list[str]) -> str:
        by, key = values
        return f"{queries.COUNTED[by]} = {key}" if by in queries.COUNTED else ""


#: The key of what is not said; an address parameter without a value is dropped.
NOT_SAID = "-"
#: What narrows a list of cases; the work list, the register, its PDF, its sheet and the API have the same.
FILTERS = (
    Words(lambda rows, words: rows.filter(pk__in=queries.holding(words))),
    Choice("state", W("状态", "State"), State.pairs()),
    Choice("grade", W("等级", "Grade"), Grade.pairs()),
    Choice("department", W("负责部门", "Department"), departments, field="owner_department__code"),
    Choice("owner", W("负责人", "Owner"), people, field="owner__username"),
    Choice("source", W("来源", "Source"), Source.pairs()),
    Choice("channel", W("渠道", "Channel"), Channel.pairs()),
    Fault("reported_class", W("反映的类别", "Class as reported"), classes),
    Fault("confirmed_class", W("确认的类别", "Class as confirmed"), classes),
)
RECEIVED = Days("received", W("接到日期", "Received"), field="received_at__date")


def narrowed(rows: Any, request: HttpRequest) -> Any:
    """The rows that the filters in an address leave."""
    asked = {key: value.strip()[:200] for key, value in request.GET.items() if value.strip()}
    for one in FILTERS:
        # A page leaves out a choice that its box does not offer; a program that asks for one gets nothing.
        if type(one) is Choice and one.name in asked:
            rows = rows.filter(**{one.field or one.name: asked[one.name]})
        else:
            rows = one.apply(rows, asked)
    return rows


def class_column(name: str, title: W, *, shown: bool = True) -> Column:
    return Column(name, title, lambda c: getattr(c, name) or "", plain=lambda c: getattr(c, name), shown=shown)


#: What the cells of the work list read.
CELLS = (
    "number", "title", "grade", "provisional", "state", "chases", "contact_name", "next_party", "next_step", "next_due",
    "customer__name", "owner__name",
)  # fmt: skip


class CaseList(Listing):
    """The work list: nearest deadline first; overdue by word, icon and colour."""

    name = "complaints"
    order = "due"
    filters = (
        Choice("matter", W("种类", "Kind"), Matter.pairs()),
        *FILTERS,
        Ball("ball", W("谁的球", "Whose ball"), boards.holders),
        Ball("ball_in", W("球在哪个部门", "Ball lies in"), departments),
        RECEIVED,
    )

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        parties = showing.Parties()
        me = request.actor  # type: ignore[attr-defined]
        self.tabs = (
            Tab("open", W("未结", "Open"), OPEN),
            Tab("late", W("已超时", "Overdue"), OPEN & Q(next_due__lt=now())),
            Tab("mine", W("我负责", "Mine"), OPEN & Q(owner=me.person_id)),
            Tab("closed", W("已结", "Ended"), Q(state__in=sorted(ENDED), light=False)),
            Tab("all", W("全部", "All"), Q()),
        )
        self.columns = (
            Column("grade", W("级", "Gr."), lambda c: grade(c.grade, c.provisional, True), sort="grade", narrow=True),
            Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", narrow=True),
            Column("title", W("标题", "Title"), opens=True),
            Column("customer", W("用户", "User"), lambda c: c.complainant, plain=lambda c: c.complainant),
            Column(
                "state",
                W("状态", "State"),
                lambda c: pill(State.title_of(c.state), showing.pill(c.state)),
                sort="state",
                plain=lambda c: State.title_of(c.state),
                narrow=True,
            ),
            Column(
                "next_step",
                W("下一步", "Next step"),
                lambda c: f"{parties.title(c.next_party)} · {c.step_words}" if c.next_party else "",
                plain=lambda c: f"{parties.title(c.next_party)} · {c.step_words}" if c.next_party else "",
            ),
            Column(
                "due",
                W("期限", "Due"),
                lambda c: due(c.next_due) if c.next_due else "",
                sort="next_due",
                plain=lambda c: c.next_due,
                narrow=True,
            ),
            Column("chases", W("催办", "Chases"), lambda c: c.chases or "", sort="chases", number=True),
            Column("owner", W("负责人", "Owner"), lambda c: c.owner, plain=lambda c: c.owner, narrow=True),
            class_column("reported_class", W("反映的类别", "Class as reported"), shown=False),
            class_column("confirmed_class", W("确认的类别", "Class as confirmed"), shown=False),
            Column("received_at", W("接到", "Received"), sort="received_at", shown=False),
        )

    def slim(self, rows: Any) -> Any:
        return rows.select_related(None).select_related("customer", "owner").only(*CELLS)

    @cached_property
    def counts(self) -> dict[str, int]:
        """As the tabs say, but in two questions that an index answers: how many there are in each state, and the few
        that are late or mine. One question with all conditions takes two to three times as long over 20,000 cases."""
        rows = self.filtered.order_by()
        found = dict.fromkeys(("open", "late", "mine", "closed", "all"), 0)
        for state, light, count in rows.values_list("state", "light").annotate(n=Count("*")):
            found["all"] += count
            if state not in ENDED:
                found["open"] += count
            elif not light:
                found["closed"] += count
        late, mine = Q(next_due__lt=now()), Q(owner=self.request.actor.person_id)  # type: ignore[attr-defined]
        few = rows.filter(RUNNING & late | RUNNING & mine)
        return found | few.aggregate(late=Count("pk", filter=late), mine=Count("pk", filter=mine))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = queries.listed(request.actor).select_related("reported_class", "confirmed_class")  # type: ignore[attr-defined]
    return CaseList(request, rows).respond("complaints/list.html")


class LightList(Listing):
    """What was explained and left the user satisfied: one line each, counted."""

    name = "light-entries"
    order = "-received"
    columns = (
        Column(
            "received",
            W("接到", "Received"),
            lambda c: when(c.received_at),
            sort="received_at",
            plain=lambda c: c.received_at,
            narrow=True,
        ),
        Column("number", W("编号", "No."), lambda c: code(c.number), narrow=True),
        Column("title", W("什么事", "What about"), opens=True),
        Column(
            "customer",
            W("用户", "User"),
            lambda c: c.complainant or W("联系方式不详", "unknown"),
            plain=lambda c: c.complainant,
        ),
        Column("class", W("类别", "Class"), lambda c: c.reported_class, plain=lambda c: c.reported_class),
        Column("by", W("受理人", "Taken by"), lambda c: c.received_by, plain=lambda c: c.received_by, narrow=True),
    )
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=queries.holding(words))),
        Days("received", W("接到日期", "Received"), field="received_at__date"),
    )


@require_safe
def light(request: HttpRequest) -> HttpResponse:
    rows = queries.listed(request.actor).filter(light=True).select_related("received_by", "reported_class")  # type: ignore[attr-defined]
    return LightList(request, rows).respond("complaints/light_list.html")


class RegisterList(Listing):
    """用户意见登记及处理表 (U-10): any period, any filter; what is exported or printed is every row of it."""

    name = "register"
    order = "received"
    size = 50
    filters = (
        *FILTERS,
        Choice("received_in", W("受理部门", "Received in"), departments, field="received_in__code"),
        Choice("ending", W("结果", "Ending"), Ending.pairs()),
        RECEIVED,
        Counted(),
    )
    columns = (
        Column(
            "received",
            W("接到", "Received"),
            lambda c: when(c.received_at),
            sort="received_at",
            plain=lambda c: c.received_at,
            narrow=True,
        ),
        Column("number", W("编号", "No."), lambda c: code(c.number), sort="number", narrow=True),
        Column("customer", W("用户", "User"), lambda c: c.complainant, plain=lambda c: c.complainant),
        Column("title", W("意见内容", "Opinion"), opens=True, plain=lambda c: c.description),
        class_column("reported_class", W("反映的类别", "Class as reported")),
        class_column("confirmed_class", W("确认的类别", "Class as confirmed")),
        Column("department", W("受理部门", "Received in"), lambda c: c.received_in, plain=lambda c: c.received_in),
        Column(
            "reported",
            W("报告总经理", "Reported to GM"),
            lambda c: when(c.reported_at),
            plain=lambda c: c.reported_at,
            shown=False,
        ),
        Column(
            "cause",
            W("责任", "Responsible"),
            lambda c: queries.responsible_title(c),
            plain=lambda c: queries.responsible_title(c),
        ),
        Column("measure", W("处理措施", "Measure"), lambda c: c.opinion[:60], plain=lambda c: c.opinion),
        Column(
            "closed",
            W("完成日", "Closed"),
            lambda c: when(c.closed_at) if c.closed_at else "",
            sort="closed_at",
            plain=lambda c: c.closed_at,
            narrow=True,
        ),
        Column(
            "satisfaction",
            W("满意", "Satisfaction"),
            lambda c: Satisfaction.title_of(c.satisfaction) if c.satisfaction else "",
            plain=lambda c: Satisfaction.title_of(c.satisfaction),
            narrow=True,
        ),
    )


def period(request: HttpRequest) -> tuple[date, date]:
    """The asked period; this year so far when none is asked."""
    first = as_day(request.GET.get("received_from", "")) or today().replace(month=1, day=1)
    return first, as_day(request.GET.get("received_to", "")) or today()


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    first, last = period(request)
    rows = queries.register_of(request.actor, first, last)  # type: ignore[attr-defined]
    year = last.year
    facts = {"first": first, "last": last, "proof": queries.completeness(year), "query": request.GET.urlencode()}
    return RegisterList(request, rows).respond("complaints/register.html", **facts)


def register_list(request: HttpRequest, between: tuple[date, date], *, asked_by_program: bool = False) -> RegisterList:
    """The register of a period as a list, narrowed by the filters in the address."""
    rows = queries.register_of(request.actor, *between)  # type: ignore[attr-defined]
    return RegisterList(request, narrowed(rows, request) if asked_by_program else rows)


def registered(listing: RegisterList) -> tuple[list[Complaint], str]:
    """Every row of the register that the filters hold, for the printed form, and the filters in words."""
    words = [
        f"{one.filter.title}：{str(dict(getattr(one.filter, 'options', ())).get(one.values[0], one.values[0])).strip()}"
        for one in listing.shown_filters
        if one.values[0] and not isinstance(one.filter, Days | Counted)
    ]
    given = [one.filter.said(one.values) for one in listing.shown_filters if isinstance(one.filter, Counted)]
    words += [said for said in given if said]
    return list(listing.filtered.order_by("received_at", "id")), "；".join(words)


def waiting(actor: Actor) -> int:
    """For the rail: open cases that the actor leads, or whose next step his departments owe."""
    mine = Q(owner=actor.person_id) | Q(next_party__in=[*actor.departments, actor.ref])
    return Complaint.objects.visible_to(actor).filter(OPEN, mine).count()
