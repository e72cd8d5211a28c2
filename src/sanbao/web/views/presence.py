"""Who else looks at this now (conv. 17). Kept in the cache for a moment, recorded nowhere."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import subjects

#: A viewer who has not been heard of for so long has gone; the page says that it is open every ten seconds.
GONE_AFTER = 25


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """I am looking at ``subject``; the names of those who are, too."""
    subject, actor = request.POST.get("subject", "")[:80], request.actor  # type: ignore[attr-defined]
    if subject not in subjects.shown([subject], actor):
        raise Refusal(
            "not_found", W("找不到，或您无权查看。", "There is no such thing, or you may not see it."), "M-02", 404
        )
    key, now = f"viewers:{subject}", time.time()
    seen = {ref: at for ref, at in (cache.get(key) or {}).items() if now - at < GONE_AFTER}
    seen[actor.ref] = now
    cache.set(key, seen, GONE_AFTER)
    return JsonResponse({"others": [subjects.who(ref) for ref in sorted(seen) if ref != actor.ref]})
