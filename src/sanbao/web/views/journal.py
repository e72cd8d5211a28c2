"""The record: who did what when, each entry with its proof, and the verification of everything (M-03)."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.kernel import deposits, evidence
from sanbao.kernel.journal import GENESIS, JournalEntry
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.seals import Seal
from sanbao.kernel.verify import verify
from sanbao.kernel.words import W
from sanbao.web import subjects
from sanbao.web.lists import Column, Days, Listing, Rows, Words, as_day
from sanbao.web.saying import ACTS
from sanbao.web.templatetags import parts

READ = "journal.read"
#: A page is not kept waiting for more; the command line has no such limit.
VERIFY_ON_PAGE = 200_000
BREACHES_SHOWN = 100


def by_actor(rows: Rows, words: str) -> Rows:
    """By name or by reference."""
    refs = [f"person:{pk}" for pk, name in subjects.names().items() if words in name]
    return rows.filter(Q(actor__in=refs) | Q(actor=words))


class Journal(Listing):
    columns = [
        Column("at", W("时间", "When"), lambda e: parts.when(e.at), sort="at", narrow=True),
        Column("actor", W("操作人", "Who"), lambda e: subjects.who(e.actor), narrow=True),
        Column("action", W("动作", "Action"), lambda e: action_title(e.action), opens=True),
        Column("subject", W("对象", "Subject"), lambda e: named(e)),
        Column("changes", W("变更", "Changes"), lambda e: changed(e), plain=lambda e: changed(e)),
        Column("clause", W("依据", "Clause"), lambda e: parts.clause(e.clause), narrow=True),
        Column("origin", W("来自", "From"), shown=False),
        Column("facts_text", W("事实", "Facts"), shown=False),
        Column("hash", W("校验值", "Hash"), shown=False),
    ]
    filters = [
        Words(
            lambda rows, words: rows.filter(subject=words),
            "subject",
            W("对象，如 complaint:12", "Subject, e.g. complaint:12"),
        ),
        Words(by_actor, "actor", W("操作人", "Who")),
        Words(lambda rows, words: rows.filter(action__startswith=words), "action", W("动作", "Action")),
        Words(lambda rows, words: rows.filter(clause=words.upper()), "clause", W("条款", "Clause")),
        Days("at", W("日期", "Date"), "at__date"),
    ]
    order = "-at"
    name = "journal"
    empty = W("没有符合条件的流水", "No entry matches")

    def link(self, row: Any) -> str:
        return reverse("web:entry", args=[row.pk])

    @property
    def evidence(self) -> str:
        """Where the evidence bundle of what is filtered is to be had; the form that asks, when nothing is."""
        asked = {"subject": self.asked.get("subject")} | {n: self.asked.get(f"at_{n}") for n in ("from", "to")}
        given = {name: value for name, value in asked.items() if value}
        whole = "subject" in given or {"from", "to"} <= given.keys()
        return f"{reverse('web:evidence')}?{urlencode(given)}" if whole else f"{reverse('web:verify')}#evidence"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, each entry knowing what it is about: one query for each kind on the page."""
        about = subjects.shown((e.subject for e in self.page), self.request.actor)  # type: ignore[attr-defined]
        for row in self.page:
            row.about = about.get(row.subject)
        return super().lines


def named(entry: Any) -> SafeString:
    """What an entry is about, as the reader may see it, with its short name."""
    about = getattr(entry, "about", None)
    return format_html("{} {}", about.title, parts.code(entry.subject)) if about else parts.code(entry.subject)


def action_title(action: str) -> str:
    """``complaint.grade`` → 投诉 · 分级, as its lifecycle calls it; an unknown act shows its code."""
    kind, _, name = action.partition(".")
    lifecycle = Lifecycle.registry.get(kind)
    if lifecycle is None or name not in lifecycle.moves:
        return str(ACTS.get(action, action))
    return f"{lifecycle.title} · {lifecycle.moves[name].title}"


def changed(entry: JournalEntry) -> str:
    """What an act changed, in one line."""
    return "；".join(f"{name}: {old or '∅'} → {new or '∅'}" for name, (old, new) in entry.facts.get("set", {}).items())


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    request.actor.need(READ, clause="M-03")  # type: ignore[attr-defined]
    return Journal(request, JournalEntry.objects.all()).respond("web/journal/index.html")


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its proof: its hash recomputed, the entry before it, the seal that covers it."""
    request.actor.need(READ, clause="M-03")  # type: ignore[attr-defined]
    row = get_object_or_404(JournalEntry, pk=pk)
    chain = JournalEntry.objects.filter(subject=row.subject)
    before = chain.filter(seq=row.seq - 1).first()
    facts = row.facts
    shown = {
        "entry": row,
        "title": action_title(row.action),
        "who": subjects.who(row.actor),
        "about": subjects.shown([row.subject], request.actor).get(row.subject),  # type: ignore[attr-defined]
        "changes": facts.pop("set", {}),
        "facts": json.dumps(facts, ensure_ascii=False, indent=2) if facts else "",
        "before": before,
        "after": chain.filter(seq=row.seq + 1).first(),
        "computed": row.computed_hash(),
        "holds": row.hash == row.computed_hash() and row.previous == (before.hash if before else GENESIS),
        "seal": seal_over(pk),
    }
    return render(request, "web/journal/entry.html", shown)


def seal_over(pk: int) -> Seal | None:
    """The seal that covers an entry, newest first: entries are sealed soon, so it is near."""
    for seal in Seal.objects.order_by("-number").iterator(chunk_size=200):
        if any(first <= pk <= last for first, last in seal.runs()):
            return seal
    return None


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Recompute one subject's chain and row, or everything."""
    request.actor.need(READ, clause="M-03")  # type: ignore[attr-defined]
    subject = request.POST.get("subject", request.GET.get("subject", "")).strip()
    head = request.POST.get("head", "").strip()
    count = JournalEntry.objects.filter(subject=subject).count() if subject else JournalEntry.objects.count()
    newest = Seal.objects.order_by("-number").first()
    facts: dict[str, Any] = {"subject": subject, "head": head, "count": count, "newest": newest}
    facts["deposits"] = [(one, [subjects.who(ref) for ref in one.to]) for one in deposits.latest()]
    if request.method == "POST":
        if count > VERIFY_ON_PAGE:
            facts["too_many"] = True
        else:
            breaches = list(islice(verify(subject, head), BREACHES_SHOWN + 1))
            facts.update(checked=True, breaches=breaches[:BREACHES_SHOWN], more=len(breaches) > BREACHES_SHOWN)
    return render(request, "web/journal/verify.html", facts)


@require_safe
def bundle(request: HttpRequest) -> FileResponse:
    """The evidence bundle of subjects (``subject=``, repeated or with commas) or of a period, for an auditor."""
    asked = ",".join(request.GET.getlist("subject")).replace("，", ",").split(",")
    first, last = as_day(request.GET.get("from", "")), as_day(request.GET.get("to", ""))
    wanted = [subject.strip() for subject in asked if subject.strip()]
    return evidence.served(wanted, by=request.actor, first=first, last=last)  # type: ignore[attr-defined]
