"""Scanning (conventions 36, 37): what a code is, what can be done with it, and how a scan is answered.

Rooms say in their ``urls.py`` what they know:

    scans.RESOLVERS["samples"] = find_samples      # (code, actor) → matches
    scans.ACTIONS.append(acts_of)                  # (match, actor) → buttons, none where it has nothing to offer
    scans.HANDY["sample"] = ("receive", "store")   # moves of a subject that are worth a button under a scan
    scans.UNKNOWN.append(report_unknown)           # (code, actor) → buttons under a code that nobody knows

A view that takes scans marks itself, reads the code, acts, and answers; refusals need nothing:

    @scans.scanning
    @require_http_methods(["GET", "POST"])
    def gate(request, pk):
        page = answers.page(request, "dispatch/gate.html", {"list": found})
        if request.method == "POST":
            read = scans.read(request)
            line = actions.check_label(found, read.code, by=request.actor)
            return scans.answer(request, page, scans.Answer(read.code, W("已核对", "Checked"), facts={"line": line}))
        return page()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import CharField, Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.utils.dateparse import parse_datetime
from django.views.decorators.csp import csp_override

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import refuse
from sanbao.kernel.scanned import LONGEST, Scanned, read_scan
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.web import answers, subjects
from sanbao.web.models import Scan, ScanResult

#: A page that scans runs our decoder, which is compiled to WebAssembly, and looks through the camera.
SCANNING_CSP = {**settings.SECURE_CSP, "script-src": [*settings.SECURE_CSP["script-src"], CSP.WASM_UNSAFE_EVAL]}
#: A device's clock that is further off says nothing about when a scan was made.
CLOCK_AHEAD, CLOCK_BEHIND = timedelta(hours=1), timedelta(days=90)
#: Kind of subject → the moves that are worth a button under a scan; the others stand on its page.
HANDY: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Act:
    """A button under a scan: where it leads, as a page or as a dialog."""

    title: W
    href: str
    icon: str = ""
    dialog: bool = False


@dataclass(frozen=True)
class Match:
    """One thing that a code may mean. ``what`` tells kinds apart for machines: ``lot.label``, ``complaint``.

    ``warning`` is what must not be overlooked (held, failed, reported as unknown): ear and hand are told "no".
    """

    what: str
    subject: str
    kind: W | str
    code: str
    facts: tuple[Any, ...] = ()
    state: W | str = ""
    tone: str = ""
    href: str = ""
    row: Any = None
    warning: W | str = ""

    def acts(self, by: Actor) -> list[Act]:
        return [act for offer in ACTIONS for act in offer(self, by)]


type Resolver = Callable[[str, Actor], Sequence[Match]]
RESOLVERS: dict[str, Resolver] = {}
ACTIONS: list[Callable[[Match, Actor], Sequence[Act]]] = []
UNKNOWN: list[Callable[[str, Actor], Sequence[Act]]] = []


@dataclass(frozen=True)
class Answer:
    """What one scan came to. ``title`` is read out; ``template`` shows it with ``facts``."""

    code: str
    title: W | str
    sentence: W | str = ""
    clause: str = ""
    ok: bool = True
    outcome: str = "ok"
    template: str = "web/parts/scan_answer.html"
    facts: dict[str, Any] = field(default_factory=dict)

    def html(self, request: HttpRequest) -> str:
        return render_to_string(self.template, {"answer": self, **self.facts}, request=request)


# -- the page -----------------------------------------------------------------------------------------


def scanning(view: answers.View) -> answers.View:
    """Mark a view whose page scans: only there may scripts compile WebAssembly and use the camera."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.scans = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return csp_override(SCANNING_CSP)(marked)  # type: ignore[no-any-return]


def read(request: HttpRequest) -> Scanned:
    """The code that was posted; refuses an empty one, and a text that is none."""
    return read_code(request.POST.get("code", ""))


def read_code(text: str) -> Scanned:
    found = read_scan(text)
    if not found.codes:
        refuse("scan.empty", W("没有读到编号。", "No code was read."), status=422, field="code")
    if (longest := max(len(found.text), *map(len, found.codes))) > LONGEST:
        sentence = W("内容有 {n} 个字，不是编号。", "These are {n} characters, not a code.")
        refuse("scan.too_long", sentence, status=422, field="code", n=longest)
    return found


def made_at(text: str) -> datetime | None:
    """When the device says that it read a code; nothing when it does not say, or its clock is out of reason."""
    try:
        moment = parse_datetime(text[:40])
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment if now() - CLOCK_BEHIND <= moment <= now() + CLOCK_AHEAD else None


def answer(request: HttpRequest, page: answers.Page, told: Answer) -> HttpResponse:
    """Answer a scan: our script gets JSON with the fragment, a browser without script the whole page."""
    if not answers.wants_json(request):
        return page(scan=told, scan_html=told.html(request))
    return JsonResponse(
        {
            "ok": told.ok,
            "outcome": told.outcome,
            "code": told.code,
            "title": str(told.title),
            "sentence": str(told.sentence),
            "clause": told.clause,
            "html": told.html(request),
        }
    )


# -- what a code is -----------------------------------------------------------------------------------


def look_up(scanned: Scanned, by: Actor) -> tuple[str, list[Match]]:
    """The code that is meant and what it names; of several codes in one symbol the most specific that is known."""
    for code in scanned.codes:
        found: dict[str, Match] = {}
        for resolve in RESOLVERS.values():
            for match in resolve(code, by):
                found.setdefault(match.subject, match)
        if found:
            return code, list(found.values())
    return scanned.code, []


def keep(scanned: Scanned, code: str, matches: Sequence[Match], by: Actor, *, scanned_at: datetime | None) -> Scan:
    """Write down that a code was scanned, by whom, and what it was."""
    result = {0: ScanResult.UNKNOWN, 1: ScanResult.ONE}.get(len(matches), ScanResult.SEVERAL)
    if result == ScanResult.ONE and matches[0].warning:
        result = ScanResult.WARNED
    return Scan.objects.create(
        actor=by.ref,
        text=scanned.text,
        code=code,
        result=result,
        subject=matches[0].subject if len(matches) == 1 else "",
        scanned_at=scanned_at,
        at=now(),
    )


def told(code: str, matches: Sequence[Match], by: Actor) -> Answer:
    """What a code is, in one line, with what can be done."""
    if not matches:
        return unknown(code, by)
    facts = {"matches": [(match, match.acts(by)) for match in matches]}
    if len(matches) == 1:
        match, ok = matches[0], not matches[0].warning
        outcome = "ok" if ok else "warned"
        return Answer(code, title_of(match), match.warning, "", ok, outcome, "web/parts/scan_found.html", facts)
    title = W("“{code}”有 {n} 个匹配，是哪一个？", "“{code}” names {n} things. Which one?", code=code, n=len(matches))
    return Answer(code, title, outcome="several", template="web/parts/scan_found.html", facts=facts)


def title_of(match: Match) -> str:
    parts = [f"{match.kind} {match.code}", *(str(fact) for fact in match.facts), str(match.state)]
    return " · ".join(part for part in parts if part)


def unknown(code: str, by: Actor) -> Answer:
    """Nobody knows this code: scan again, look by hand, or what the rooms offer for it."""
    return Answer(
        code,
        W("未知编号 {code}", "Unknown code {code}", code=code),
        W(
            "没有批次、标签、样品、单据或投诉用这个编号。",
            "No lot, label, sample, paper or complaint has this code.",
        ),
        ok=False,
        outcome="unknown",
        template="web/parts/scan_unknown.html",
        facts={"acts": [act for offer in UNKNOWN for act in offer(code, by)]},
    )


#: Kinds of subject whose codes another resolver knows: a product label is told as the lot under it.
ELSEWHERE: set[str] = set()


def numbered(code: str, by: Actor) -> list[Match]:
    """Whatever has a number or a code of its own (a complaint, a sample, a customer, a pick list) that may be seen."""
    found = []
    for kind, keys in _bearers({code_key(code), code.strip()}).items():
        lifecycle, name = Lifecycle.registry[kind], NUMBERED[kind]
        rows = subjects.rows(lifecycle, by).filter(pk__in=keys)
        found += [of_subject(lifecycle, row, getattr(row, name)) for row in rows]
    return found


class _Numbered(dict[str, str]):
    """Kind of subject → the column that holds its own number, read from the models once they are all there."""

    def __missing__(self, kind: str) -> str:
        columns = {column.name for column in Lifecycle.registry[kind].model._meta.concrete_fields}
        self[kind] = next((name for name in ("number", "code") if name in columns), "")
        return self[kind]


NUMBERED = _Numbered()


def _bearers(codes: set[str]) -> dict[str, list[int]]:
    """Kind → ids of what bears one of these codes: one question to all rooms together, before anybody's eyes."""
    parts = [
        lifecycle.model._base_manager.filter(**{f"{NUMBERED[kind]}__in": codes})
        .order_by()
        .annotate(of_kind=Value(kind, CharField()))
        .values_list("of_kind", "pk")
        for kind, lifecycle in Lifecycle.registry.items()
        if NUMBERED[kind] and kind not in ELSEWHERE
    ]
    found: dict[str, list[int]] = {}
    for kind, pk in parts[0].union(*parts[1:], all=True).order_by():
        found.setdefault(kind, []).append(pk)
    return found


def of_subject(lifecycle: Lifecycle[Any], row: Any, code: str, *facts: Any) -> Match:
    """A thing with a lifecycle as a match; its moves become its buttons."""
    shown = subjects.of(lifecycle, row)
    name = shown.title.removeprefix(code).strip()
    facts = tuple(fact for fact in (name, shown.of_whom, *facts) if fact)
    return Match(lifecycle.kind, row.subject, lifecycle.title, code, facts, shown.state, "run", shown.href, row)


def offered(match: Match, by: Actor) -> list[Act]:
    """The handy moves of a thing that are possible now, and its page."""
    lifecycle = Lifecycle.registry.get(match.what)
    if lifecycle is None or not match.href:
        return []
    acts = [
        Act(offer.move.title, f"{match.href}/do/{offer.name}", dialog=True)
        for offer in (lifecycle.offered(match.row, by) if match.what in HANDY else ())
        if offer.refusal is None and offer.name in HANDY[match.what]
    ]
    return [*acts, Act(W("打开", "Open"), match.href, "arrow-right")]


RESOLVERS["numbered"] = numbered
ACTIONS.append(offered)

__all__ = [
    "ACTIONS", "HANDY", "RESOLVERS", "UNKNOWN", "Act", "Answer", "Match", "answer", "keep", "look_up", "made_at",
    "of_subject", "read", "read_code", "scanning", "told", "unknown",
]  # fmt: skip
