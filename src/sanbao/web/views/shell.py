"""Language, look and health: small addresses that belong to no room."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sanbao import certificates
from sanbao.kernel import worker
from sanbao.parties.actions import choose_language
from sanbao.parties.models import Person
from sanbao.web.preferences import THEMES, keep


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the form stood on; never to another site."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    response.status_code = 303
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English and stay on the page; what was typed is restored from the draft.

    Whoever is logged in is written to in the same language from then on.
    """
    response = back(request)
    if (chosen := request.POST.get("language")) in dict(settings.LANGUAGES):
        keep(response, settings.LANGUAGE_COOKIE_NAME, str(chosen))
        actor = getattr(request, "actor", None)
        if isinstance(request.user, Person) and actor and actor.may("parties.own_account"):
            choose_language(request.user, by=actor, language=str(chosen))
    return response


@require_POST
def likings(request: HttpRequest) -> HttpResponse:
    """Light or dark, and whether single keys act."""
    response = back(request)
    if (theme := request.POST.get("theme")) in THEMES:
        keep(response, "sanbao_theme", str(theme))
    if (keys := request.POST.get("keys")) in ("on", "off"):
        keep(response, "sanbao_keys", str(keys))
    return response


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when web, database and worker are well; 503 otherwise. Says nothing that a stranger may not know."""
    well = {"web": True, "database": False, "worker": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        well["database"] = True
        well["worker"] = worker.alive("worker")
    except DatabaseError:
        pass
    return JsonResponse({"well": all(well.values()), **well}, status=200 if all(well.values()) else 503)


@login_not_required
@require_safe
def authority(request: HttpRequest) -> FileResponse:
    """The authority that a phone has to trust before it opens its camera for us; it holds no secret."""
    file = certificates.authority_file()
    if not file.exists():
        raise Http404
    return FileResponse(file.open("rb"), filename=file.name, content_type="application/x-x509-ca-cert")
