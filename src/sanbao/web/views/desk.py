"""My desk: what waits for me, red first; and the figures of the rail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sanbao.kernel import notices, times
from sanbao.kernel.inbox import Inbox, Whose
from sanbao.kernel.words import W
from sanbao.web import answers, desk, navigation, subjects

#: So many are listed; older ones stand in the record of their subjects.
NOTICES = 200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    whose = Whose.DEPARTMENT if request.GET.get("whose") == Whose.DEPARTMENT else Whose.MINE
    groups, approvals = desk.groups(actor, whose), desk.approvals(actor)
    counts = {group.kind: len(group.tasks) for group in groups}
    waiting = {each: Inbox(actor, each).count() for each in Whose}
    facts = {
        "groups": groups,
        "led": desk.led_by(actor),
        "approvals": approvals if whose == Whose.MINE else [],
        "late": counts.get("late", 0),
        "soon": counts.get("soon", 0),
        "whose": whose,
        "tabs": [(each, each.title, waiting[each] + (len(approvals) if each == Whose.MINE else 0)) for each in Whose],
        "more": waiting[whose] > desk.AT_MOST,
    }
    return render(request, "web/desk.html", facts)


@require_safe
def notices_of(request: HttpRequest) -> HttpResponse:
    """What I was told, the newest first; what failed by e-mail says why, what has been put right says so."""
    actor = request.actor  # type: ignore[attr-defined]
    told = list(notices.of(actor)[:NOTICES])
    about = subjects.shown((notice.subject for notice in told), actor)
    pages = [(notice, about[notice.subject].href if notice.subject in about else "") for notice in told]
    facts = {"notices": pages, "unread": notices.unread(actor).exists()}
    return render(request, "web/notices.html", facts)


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """I have read all of them."""
    notices.unread(request.actor).update(read_at=times.now())  # type: ignore[attr-defined]
    return answers.done(request, reverse("web:notices"))


@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what the mail server did not take (convention 19)."""
    for notice in notices.of(request.actor).filter(pk=pk):  # type: ignore[attr-defined]
        notices.retry(notice)
    return answers.done(request, reverse("web:notices"), W("邮件重新排队。", "The e-mail is queued again."))


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    return JsonResponse(navigation.counts(request.actor))  # type: ignore[attr-defined]
