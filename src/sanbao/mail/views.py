"""Pages of mail: the tray, one mail, what we wrote and whether it arrived."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanbao.kernel import attachments, obligations, search
from sanbao.kernel.words import W
from sanbao.mail import queries, rules
from sanbao.mail.lifecycle import LETTER, MAIL
from sanbao.mail.models import Letter, LetterKind, LetterState, Mailbox, MailItem, MailState
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Listing, Tab, Words
from sanbao.web.templatetags.parts import due, pill, when

M, L = MailState, LetterState
PILLS = {
    M.UNMATCHED: "soon", M.FILED: "fine", M.ASIDE: "", M.AUTOMATIC: "hold",
    L.QUEUED: "run", L.ACCEPTED: "fine", L.FAILED: "late", L.BOUNCED: "late", L.WITHDRAWN: "", L.SETTLED: "",
}  # fmt: skip
UNDELIVERED = [L.FAILED, L.BOUNCED]


def mail_pill(mail: MailItem) -> Any:
    return pill(M.title_of(mail.state), PILLS.get(M(mail.state), ""))


def letter_pill(letter: Letter) -> Any:
    return pill(L.title_of(letter.state), PILLS.get(L(letter.state), ""))


class MailList(Listing):
    """What came, by what has to be done with it; the nearest due first."""

    name = "mail"
    order = "due"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("mail", words))),
        Choice("state", W("状态", "State"), M.pairs()),
    )
    tabs = (
        Tab("unmatched", W("未归件", "Unmatched"), Q(state=M.UNMATCHED)),
        Tab("filed", W("已归件", "Filed"), Q(state=M.FILED)),
        Tab("automatic", W("自动邮件", "Automatic"), Q(state=M.AUTOMATIC)),
        Tab("aside", W("已搁置", "Put aside"), Q(state=M.ASIDE)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("title", W("主题", "Subject"), lambda m: str(m), opens=True),
        Column("sender", W("来信人", "From"), lambda m: m.sender_name or m.sender, plain=lambda m: m.sender),
        Column("case", W("投诉", "Case"), lambda m: m.case.number if m.case else "—", plain=lambda m: m.case,
               narrow=True),
        Column("state", W("状态", "State"), mail_pill, plain=lambda m: M.title_of(m.state), narrow=True),
        Column("received", W("收到", "Received"), lambda m: when(m.received_at), sort="received_at",
               plain=lambda m: m.received_at, narrow=True),
        Column("due", W("期限", "Due"), lambda m: due(m.due_at, None) if m.due_at else "", sort="due_at",
               plain=lambda m: m.due_at, narrow=True),
    )  # fmt: skip


class LetterList(Listing):
    """What we wrote; what did not arrive first."""

    name = "letters"
    order = "-written"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("letter", words))),
        Choice("kind", W("性质", "Kind"), LetterKind.pairs()),
    )
    tabs = (
        Tab("all", W("全部", "All"), Q()),
        Tab("undelivered", W("未送达", "Not delivered"), Q(state__in=UNDELIVERED)),
        Tab("queued", W("待发", "To be sent"), Q(state=L.QUEUED)),
    )
    columns = (
        Column("title", W("主题", "Subject"), opens=True),
        Column("to", W("收件人", "To"), lambda letter: ", ".join(letter.to), plain=lambda letter: ", ".join(letter.to)),
        Column("case", W("投诉", "Case"), lambda letter: letter.case.number if letter.case else "—",
               plain=lambda letter: letter.case, narrow=True),
        Column("kind", W("性质", "Kind"), lambda letter: LetterKind.title_of(letter.kind), narrow=True),
        Column("state", W("状态", "State"), letter_pill, plain=lambda letter: L.title_of(letter.state), narrow=True),
        Column("trouble", W("说明", "Reason"), lambda letter: letter.trouble[:80]),
        Column("written", W("写于", "Written"), lambda letter: when(letter.created_at), sort="created_at",
               plain=lambda letter: letter.created_at, narrow=True),
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    rows = MailItem.objects.visible_to(by).select_related("case")
    undelivered = Letter.objects.visible_to(by).filter(state__in=UNDELIVERED).count()
    boxes = list(Mailbox.objects.all()) if by.may("mail.sort") else []
    may = by.may("mail.write")
    return MailList(request, rows).respond("mail/list.html", boxes=boxes, undelivered=undelivered, may_write=may)


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    by = request.actor  # type: ignore[attr-defined]
    rows = Letter.objects.visible_to(by).select_related("case")
    return LetterList(request, rows).respond("mail/letters.html", may_write=by.may("mail.write"))


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: who writes, what the house knows of him, the words, the files, and what can be done with it."""
    by = request.actor  # type: ignore[attr-defined]
    mail: Any = moves.find(MAIL, pk, by)
    fresh = rules.fresh(mail.text)
    facts = {
        "case": mail,
        "state": mail_pill(mail),
        "fresh": fresh,
        "quotation": mail.text if fresh != mail.text.strip() else "",
        "files": list(attachments.of(mail.subject)),
        "known": queries.known(mail.answer_to, by=by),
        "letters": [(one, letter_pill(one)) for one in Letter.objects.visible_to(by).filter(answers=mail)],
        "arrivals": list(mail.arrivals.all()),
        "offers": MAIL.offered(mail, by),
        "may_write": by.may("mail.write"),
    }
    return render(request, "mail/item.html", facts)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: where it stands, to whom, the words, what was sent."""
    by = request.actor  # type: ignore[attr-defined]
    found: Any = moves.find(LETTER, pk, by)
    facts = {
        "case": found,
        "state": letter_pill(found),
        "kind": LetterKind.title_of(found.kind),
        "files": list(attachments.of(found.subject)),
        "offers": LETTER.offered(found, by),
        "duties": obligations.duties_on(found.subject),
        "postings": list(found.postings.all()),
        "queued": found.state == L.QUEUED,
    }
    return render(request, "mail/letter.html", facts)


def behind_mails(keys: list[str]) -> dict[str, tuple[str, Any]]:
    """Where the mails of a timeline open."""
    return {key: (reverse("mail:item", args=[key.split(".")[1]]), "") for key in keys}


def behind_letters(keys: list[str]) -> dict[str, tuple[str, Any]]:
    """Where the letters of a timeline open, and how far each has come; one question for all."""
    ids = {key: int(key.split(".")[1]) for key in keys}
    states = dict(Letter.objects.filter(pk__in=ids.values()).values_list("pk", "state"))
    return {key: (reverse("mail:letter", args=[pk]), L.title_of(states[pk])) for key, pk in ids.items() if pk in states}
