"""The page behind a label's QR code, and what a user can do there: report, track, read how to store and use (T-15).

Plain pages and forms: they work without script, in any in-app browser, and weigh a few kilobytes.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.complaints.models import Complaint
from sanbao.goods.models import Label
from sanbao.goods.rules import code_in, token_of
from sanbao.kernel.codes import code_key
from sanbao.kernel.times import today
from sanbao.knowledge import queries as knowledge
from sanbao.knowledge.models import Topic
from sanbao.portal import actions, limits, lookups, queries
from sanbao.portal.forms import ReportForm, TrackForm
from sanbao.portal.gate import busy, own, own_size, public
from sanbao.portal.policies import PORTAL
from sanbao.portal.queries import Standing
from sanbao.portal.rules import check_code
from sanbao.web import answers

RECEIPT_FOR = 2 * 3600
_SALT = "sanbao.portal.receipt"
TEMPLATES = {
    Standing.GENUINE: "portal/label.html",
    Standing.CHECKING: "portal/void.html",
    Standing.VOID: "portal/void.html",
    Standing.UNKNOWN: "portal/unknown.html",
}


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For whoever has no QR code to scan: type the code under it."""
    if typed := request.GET.get("code", "").strip()[:200]:
        token = token_of(code_in(typed))
        return HttpResponseRedirect(reverse("portal:page", args=[token or "0"]))
    return render(request, "portal/home.html", {"contact": queries.contact()})


@public
@require_safe
def page(request: HttpRequest, token: str, gtin: str = "", lot: str = "") -> HttpResponse:
    """Genuine or not, product, warranty, outlet, notices, and three large buttons."""
    code, label = queries.found(token, gtin=gtin, lot=lot)
    if code and request.method == "GET":
        lookups.count(label.pk if label else 0)
    shown = queries.page(code, label)
    status = 404 if shown.standing == Standing.UNKNOWN else 200
    return render(request, TEMPLATES[shown.standing], {"shown": shown, "contact": shown.contact}, status=status)


@public
@require_safe
def care(request: HttpRequest, token: str = "") -> HttpResponse:
    _, label = queries.found(token)
    known = label if queries.standing_of(label) == Standing.GENUINE else None
    facts = {"product": known.product if known else None, "token": token if known else ""}
    facts["care"] = queries.care_of(facts["product"])
    facts["guides"] = knowledge.fitting(facts["product"], None)
    return render(request, "portal/care.html", {**facts, "contact": queries.contact()})


@public
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Every article that is written for users; found by words, gone through by topic (W-09)."""
    words = request.GET.get("q", "").strip()[:80]
    found = [(Topic.title_of(a.topic), a) for a in knowledge.public(words)]
    return render(request, "portal/guides.html", {"found": found, "words": words, "contact": queries.contact()})


@public
@require_safe
def guide(request: HttpRequest, number: str) -> HttpResponse:
    """One article as it holds today, at an address that stays whatever its edition (W-09)."""
    article = knowledge.public_one(number)
    facts = {"article": article, "contact": queries.contact()}
    return render(request, "portal/guide.html", facts, status=200 if article else 404)


# -- report ----------------------------------------------------------------------------------------------------


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str = "") -> HttpResponse:
    """Four fields and photographs, the goods filled in beforehand; a receipt with number and check code follows."""
    code, label = queries.found(token)
    facts: dict[str, Any] = {"label": label, "code": code, "contact": queries.contact(), "form": ReportForm()}
    facts |= {"known": queries.standing_of(label) == Standing.GENUINE, "photos": PORTAL.setting("photos", on=today())}
    if request.method != "POST":
        return render(request, "portal/report.html", facts)
    if not own_size(request):
        return render(request, "portal/report.html", {**facts, "large": True}, status=413)
    if "switch" in request.POST:
        words = {name: request.POST.get(name, "")[:2000] for name in ("what", "name", "reach", "place")}
        return render(request, "portal/report.html", {**facts, "form": ReportForm(initial=words)})
    return take(request, label, facts)


def take(request: HttpRequest, label: Label | None, facts: dict[str, Any]) -> HttpResponse:
    """A report that was sent: ours, whole, not one too many; otherwise the form again with what was typed."""
    form = facts["form"] = ReportForm(request.POST, request.FILES)
    shown = answers.page(request, "portal/report.html", facts)
    if not own(request):
        facts["form"] = form.anew()
        return shown(403, expired=True)
    if not form.is_valid():
        if stale := form.errors.get("nonce"):
            facts["form"] = form.anew()
        return shown(422, stale=stale)
    most = int(PORTAL.setting("reports_an_hour", on=today()))
    if not limits.REPORTS.count(limits.address(request), most):
        return busy(request)
    values = form.cleaned_data
    phone, email = values["reach"]
    case = actions.report(
        label=label,
        what=values["what"],
        name=values["name"],
        phone=phone,
        email=email,
        place=values["place"],
        photos=values["photos"],
        nonce=values["nonce"],
        code=facts["code"],
    )
    signed = signing.dumps(case.pk, salt=_SALT)
    return HttpResponseRedirect(reverse("portal:receipt", args=[signed]))


@public
@require_safe
def receipt(request: HttpRequest, signed: str) -> HttpResponse:
    """The number and the code by which the report is tracked; to be printed or photographed."""
    try:
        pk = signing.loads(signed, salt=_SALT, max_age=RECEIPT_FOR)
    except signing.BadSignature:
        return render(request, "portal/receipt.html", {"gone": True, "contact": queries.contact()}, status=404)
    case = Complaint.objects.get(pk=pk)
    code = check_code(case.salt)
    facts = {"case": case, "check": f"{code[:4]}-{code[4:]}", "contact": queries.contact()}
    return render(request, "portal/receipt.html", facts)


# -- track -----------------------------------------------------------------------------------------------------


@public
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """How far a report is, in words. A wrong number and a wrong code are answered alike, and only so often."""
    facts: dict[str, Any] = {"contact": queries.contact()}
    if request.method != "POST":
        initial = {"number": request.GET.get("number", "")[:40]}
        return render(request, "portal/track.html", {**facts, "form": TrackForm(initial=initial)})
    form = facts["form"] = TrackForm(request.POST if own_size(request) else None)
    if not own_size(request) or not own(request):
        return render(request, "portal/track.html", {**facts, "expired": True}, status=403)
    if not form.is_valid():
        return render(request, "portal/track.html", facts, status=422)
    number, from_where = code_key(form.cleaned_data["number"]), limits.address(request)
    most = int(PORTAL.setting("tracks_an_hour", on=today()))
    if limits.TRIES.reached(number, most) or limits.TRIES_FROM.reached(from_where):
        return busy(request)
    if (tracked := queries.track(number, form.cleaned_data["secret"])) is None:
        limits.TRIES.count(number, most)
        limits.TRIES_FROM.count(from_where)
        return render(request, "portal/track.html", {**facts, "missing": True}, status=404)
    return render(request, "portal/track.html", {**facts, "tracked": tracked})
