"""扫码: what is this, and what can I do with it. The page, its shell for a time without network, its service worker."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from sanbao.web import answers, scans
from sanbao.web.models import Scan

LAST = 12
#: What the shell needs to work without network; the decoder is kept by the worker once a device has needed it.
SHELL = [
    *(f"web/{name}.css" for name in ("sanbao", "parts", "scan")),
    *(
        f"web/{name}.js"
        for name in ("scan", "scan-camera", "scan-queue", "scan-signals", "scan-wedge", "fields", "words")
    ),
    "web/icons.svg",
    "web/icon.svg",
    "vendor/tabler/1.6.1/tabler.min.css",
]  # fmt: skip


@scans.scanning
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Look a code up; a posted one is written down, one in the address (``?code=``) only looked up."""
    by = request.actor  # type: ignore[attr-defined]
    recent = list(Scan.objects.filter(actor=by.ref).order_by("-id")[:LAST])
    page = answers.page(request, "web/scan.html", {"recent": recent})
    if request.method == "POST":
        read = scans.read(request)
        code, matches = scans.look_up(read, by)
        scans.keep(read, code, matches, by, scanned_at=scans.made_at(request.POST.get("scanned_at", "")))
        return scans.answer(request, page, scans.told(code, matches, by))
    if asked := request.GET.get("code", ""):
        told = scans.told(*scans.look_up(scans.read_code(asked), by), by)
        return page(scan=told, scan_html=told.html(request))
    return page()


@login_not_required
@scans.scanning
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The shell: the scan field and the queue, and nothing that belongs to anybody, so that it may be kept."""
    return render(request, "web/scan_offline.html")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of ``/scan/``. Its version follows what it keeps, so that it renews itself."""
    files = [staticfiles_storage.url(name) for name in SHELL]
    version = sha256("\n".join([*files, get_language() or ""]).encode()).hexdigest()[:12]
    facts = {"files": files, "version": version, "static_prefix": staticfiles_storage.base_url}
    return render(request, "web/scan_worker.js", facts, content_type="text/javascript; charset=utf-8")
