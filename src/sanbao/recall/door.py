"""The holder's own page behind his link: what is recalled, what he is to do, what he has, and is this label meant."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sanbao.kernel.actor import Actor
from sanbao.kernel.faces import read
from sanbao.kernel.policies import COMPANY
from sanbao.kernel.rates import Rate
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.recall import actions, links, queries
from sanbao.recall.forms import AcknowledgeForm, DeclareForm
from sanbao.recall.models import HolderState, RecallHolder
from sanbao.recall.policies import decided
from sanbao.recall.showing import parts
from sanbao.trace.queries import exact

#: Pages a minute for one address: enough to check a pallet label by label, too few to guess 256 bits.
OPENED = Rate(60)
HOUSE = Actor.clockwork("recall")


def _address(request: HttpRequest) -> str:
    """Behind a proxy, what the proxy itself says, which is the last of the list."""
    if settings.BEHIND_PROXY and (told := request.headers.get("X-Forwarded-For", "")):
        return told.rpartition(",")[2].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it records nothing; only what he sends counts."""
    if not OPENED.count(_address(request)):
        return _kept_out(render(request, "recall/busy.html", status=429))
    holder = links.found(token)
    if holder is None:
        return _kept_out(render(request, "recall/gone.html", status=404))
    told = holder.state == HolderState.ACKNOWLEDGED
    form = (DeclareForm if told else AcknowledgeForm)(request.POST or None, case=holder)
    status, refusal = 200, None
    if request.method == "POST":
        try:
            act = actions.declare if told else actions.acknowledge
            act(holder, by=links.who(holder), **read(form))
        except Refusal as refused:
            status, refusal = refused.status, refused
        else:
            return _kept_out(HttpResponseRedirect(request.path))
    facts = _facts(holder, request.GET.get("label", "").strip()[:64])
    return _kept_out(
        render(request, "recall/door.html", {**facts, "form": form, "told": told, "refusal": refusal}, status=status)
    )


def _facts(holder: RecallHolder, asked: str) -> dict[str, Any]:
    company = COMPANY.decide(on=today())
    line = queries.Line(holder.unit, holder.unit, holder.balance, 1)
    return {
        "holder": holder,
        "recall": holder.recall,
        "company": W(company["name_zh"] or "", company["name_en"] or company["name_zh"] or ""),
        "hotline": decided(today(), holder.recall.statutory)["hotline"],
        "quantity": exact(holder.issued_milli, holder.unit),
        "parts": parts(line),
        "asked": asked,
        "meant": queries.is_affected(holder.recall, asked, HOUSE) if asked else None,
    }


def _kept_out(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": a browser would then send his form without its origin, and it would be refused.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
