"""Pages of letters: those that wait, and one with its facts marked in its words."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.complaints.models import Channel
from sanbao.kernel import attachments, search
from sanbao.kernel.words import W
from sanbao.letters import queries
from sanbao.letters.lifecycle import USER_LETTER
from sanbao.letters.models import FactKind, UserLetter, UserLetterState
from sanbao.web import moves
from sanbao.web.lists import Column, Listing, Tab, Words
from sanbao.web.templatetags.parts import code, pill, when

S = UserLetterState
PILLS = {S.READING: "run", S.READ: "soon", S.TAKEN_IN: "fine"}


def state_pill(letter: UserLetter) -> str:
    return pill(S.title_of(letter.state), PILLS.get(S(letter.state), ""))


class LetterList(Listing):
    """Letters and faxes, those still to be checked first."""

    name = "letters"
    order = "-received"
    filters = (Words(lambda rows, words: rows.filter(pk__in=search.matching("user_letter", words))),)
    tabs = (
        Tab("read", S.READ.title, Q(state__in=[S.READING, S.READ])),
        Tab("taken_in", S.TAKEN_IN.title, Q(state=S.TAKEN_IN)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda r: code(r.number), sort="number", opens=True, narrow=True),
        Column("text", W("开头", "Beginning"), lambda r: r.text[:60], plain=lambda r: r.text),
        Column("channel", W("渠道", "Channel"), lambda r: Channel.title_of(r.channel)),
        Column("state", W("状态", "State"), state_pill, plain=lambda r: S.title_of(r.state), narrow=True),
        Column("complaint", W("投诉", "Case"), lambda r: r.complaint.number if r.complaint else ""),
        Column("received", W("收到", "Received"), lambda r: when(r.received_at), sort="received_at", narrow=True),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    rows = UserLetter.objects.visible_to(by).select_related("complaint")
    return LetterList(request, rows).respond("letters/list.html", may_read=by.may("letters.read"))


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The words with the facts marked in them, and each fact beside its words."""
    by = request.actor  # type: ignore[attr-defined]
    case: UserLetter = moves.find(USER_LETTER, pk, by)  # type: ignore[assignment]
    facts = list(case.facts.select_related("letter"))
    shown = {
        "case": case,
        "state": state_pill(case),
        "channel": Channel.title_of(case.channel),
        "pieces": [
            (text, "、".join(str(FactKind.title_of(kind)) for kind in kinds))
            for text, kinds in queries.marked(case.text, facts)
        ],
        "facts": [(fact, FactKind.title_of(fact.kind)) for fact in facts],
        "offers": USER_LETTER.offered(case, by),
        "files": list(attachments.of(case.subject)),
    }
    return render(request, "letters/letter.html", shown)
