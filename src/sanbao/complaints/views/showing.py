"""What the pages of a complaint show: the next step, the stepper, the timeline, who is meant by a code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sanbao.complaints import concerns
from sanbao.complaints.models import ORAL, Audience, Complaint, Entry, Satisfaction, State
from sanbao.inspection.models import Sample, SampleState
from sanbao.kernel import rows
from sanbao.kernel.times import local, now
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.parties.models import Department, Person, Post
from sanbao.web import saying
from sanbao.web.subjects import who

#: State → the kind of its pill.
PILLS = {
    State.CLOSED: "fine",
    State.CANCELLED: "",
    State.DUPLICATE: "",
    State.SAMPLING: "hold",
    State.ANSWERED: "hold",
    State.HEARD: "hold",
}
#: Kinds of entries that we said or sent to the user; the others outward are his.
OURS = frozenset({"answer", "answer_question", "explain", "confirm_read_back", "mail_out"})

#: First part of an entry's key (``letter.7``) → what stands behind these keys: key → (address, how it stands now).
#: An upper room that keeps what a line speaks of adds itself; one question for all lines of a kind.
BEHIND: dict[str, Callable[[list[str]], dict[str, tuple[str, Any]]]] = {}


def pill(state: str) -> str:
    return PILLS.get(State(state), "run")


class Parties:
    """Titles of ``qc``, ``management.gm`` or ``person:7``, with one query for as many departments as are asked."""

    def __init__(self) -> None:
        self.departments = {code: d.title for code, d in parties.departments().items()}

    @cached_property
    def posts(self) -> dict[str, W]:
        return {p.code: p.title for p in rows.where(Post)}

    def title(self, code: str) -> Any:
        if code.startswith("person:"):
            return who(code)
        department, _, post = code.partition(".")
        if not post:
            return self.departments.get(department, code)
        home = self.departments.get(department) if department != "management" else None
        return " · ".join(str(t) for t in (home, self.posts.get(post, post)) if t)


def stepper(case: Complaint, samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """受理 · 口头确认 · 信息反馈表 · 取样 · 检验 · 分级 · 处理与答复 · 满意回访; the first not done is now."""
    if case.is_question:
        return _of_a_question(case)
    sample = next(iter(samples), None)
    there = concerns.there(case)
    form = case.feedback_form if "form" in there else None
    written = case.channel not in ORAL and case.read_back_at is None
    settled = form is None and case.state in (State.EXPLAINED, State.CLOSED) and case.ended
    got = bool(sample and sample.received_at)
    unsampled = bool(case.grade and not case.inspection_id and (sample is None or sample.state == SampleState.LOST))
    way: list[tuple[W, bool, bool, Any]] = [
        (W("受理", "Registered"), True, False, saying.moment(case.received_at)),
        (W("口头确认", "Read back"), bool(case.read_back_at), written, _at(case.read_back_at)),
        (W("解释", "Explained"), case.state == State.EXPLAINED, bool(form), ""),
        (W("信息反馈表", "Feedback form"), bool(form), settled, form.number[-6:].lstrip("0") if form else ""),
        (
            W("取样", "Sample"),
            got,
            settled or unsampled,
            sample.number if sample else "",
        ),
        (W("检验", "Inspection"), bool(case.inspection_id), settled or unsampled, _severity(case)),
        (W("分级", "Grade"), bool(case.grade), settled, case.grade),
        (W("处理与答复", "Answer"), bool(case.answered_at), settled, _at(case.answered_at)),
        (W("满意回访", "Satisfaction"), case.satisfaction == Satisfaction.SATISFIED, False, ""),
    ]
    return _marked(case, way, "explained" in there)


def _of_a_question(case: Complaint) -> list[dict[str, Any]]:
    """受理 · 答复 · 用户意见 · 满意: what there is of a usage question (W-09)."""
    heard = case.state in (State.HEARD, State.CLOSED)
    way: list[tuple[W, bool, bool, Any]] = [
        (W("受理", "Registered"), True, False, saying.moment(case.received_at)),
        (W("答复", "Answer"), case.state in (State.ANSWERED, State.HEARD, State.CLOSED), False, _at(case.answered_at)),
        (W("用户意见", "User's view"), heard, False, ""),
        (W("满意", "Satisfaction"), case.satisfaction == Satisfaction.SATISFIED, False, ""),
    ]
    return _marked(case, way, False)


def _marked(case: Complaint, way: list[tuple[W, bool, bool, Any]], explained: bool) -> list[dict[str, Any]]:
    steps = []
    current = not case.ended
    for title, done, skipped, note in way:
        done = done or (title.zh == "解释" and explained)
        mark = "done" if done else "skipped" if skipped else "now" if current else ""
        current = current and mark != "now"
        steps.append({"title": title, "state": mark, "note": note})
    return steps


def _severity(case: Complaint) -> str:
    return case.inspection.severity if case.inspection else ""


def _at(moment: Any) -> Any:
    return saying.moment(moment) if moment else ""


@dataclass
class Timeline:
    """The lines of a filter, the system's folded away, and how many of each kind there are."""

    show: str
    items: list[dict[str, Any]] = field(default_factory=list)
    system: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def filters(self) -> list[tuple[str, Any, int, bool]]:
        kinds = [("", W("全部", "All")), *((a.value, a.title) for a in Audience)]
        total = sum(self.counts.values())
        return [(code, title, self.counts.get(code, total), code == self.show) for code, title in kinds]


def timeline(case: Complaint, show: str = "") -> Timeline:
    """Everything that happened, in order; one query."""
    found = Timeline(show if show in {a.value for a in Audience} else "")
    entries = entries_of(case)
    behind = _behind(entries)
    for entry in entries:
        found.counts[entry.audience] = found.counts.get(entry.audience, 0) + 1
        shown = item(entry, *behind.get(entry.key or "", ("", "")))
        if entry.audience == Audience.SYSTEM and not found.show:
            found.system.append(shown)
        elif found.show in ("", entry.audience):
            found.items.append(shown)
    return found


def entries_of(case: Complaint) -> list[Entry]:
    """The lines of the timeline in their order, each with who wrote it: two questions."""
    entries = rows.where(Entry, complaint=case.pk, order=("at", "id"))
    writers = list({entry.person_id for entry in entries if entry.person_id})
    people = {person.pk: person for person in rows.where(Person, pk=writers)}
    for entry in entries:
        entry.person = people.get(entry.person_id)
    return entries


def _behind(entries: Iterable[Entry]) -> dict[str, tuple[str, Any]]:
    keys: dict[str, list[str]] = {}
    for entry in entries:
        if entry.key and (kind := entry.key.partition(".")[0]) in BEHIND:
            keys.setdefault(kind, []).append(entry.key)
    return {key: stands for kind, asked in keys.items() for key, stands in BEHIND[kind](asked).items()}


def item(entry: Entry, href: str = "", stands: Any = "") -> dict[str, Any]:
    kind = ""
    if entry.kind == "note":
        kind = "in"
    elif entry.kind in ("chase", "escalated"):
        kind = "late"
    elif entry.audience == Audience.OUTWARD and entry.kind in OURS:
        kind = "out"
    by = entry.person.name if entry.person else who(entry.by)
    return {
        "at": entry.at,
        "who": entry.words,
        "text": entry.text,
        "kind": kind,
        "ref": f"{by} · {stands}" if stands else by,
        "href": href,
        "clause": entry.clause if entry.audience != Audience.SYSTEM else "",
    }


def age_in_days(case: Complaint) -> int:
    return (local(now()).date() - local(case.received_at).date()).days


def owner_title(person: Person | None, department: Department | None) -> str:
    return " · ".join(str(part) for part in (department and department.title, person and person.name) if part)
