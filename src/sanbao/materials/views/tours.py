"""A walk through the store with a scanner: a place's sign is scanned, then its lots, then the next sign.

Each page that scans begins a tour of its own. The place is kept with the tour and not in the page, because scans that
wait for the network arrive later, in their order: a lot then belongs to the sign that was scanned before it.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest

from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.materials.models import Place
from sanbao.web import scans

KEPT = "store_tours"
#: So many pages that scan may be open at once in one browser; the oldest ends.
OPEN = 20


def begin(request: HttpRequest, start: str = "") -> str:
    """A new tour, at this place if one is known; its name goes with every scan."""
    tour = secrets.token_urlsafe(9)
    _keep(request, tour, start)
    return tour


def place_of(request: HttpRequest) -> Place | None:
    """Where this tour is now. A tour that nobody remembers (a new log-in) is refused: a lot must not be put down at a
    place that was left long ago."""
    tours = request.session.get(KEPT, {})
    tour = request.POST.get("tour", "")
    if tour not in tours:
        refuse(
            "tour.unknown",
            W(
                "这一轮扫码已中断，请重新打开扫码页，先扫库位牌。",
                "This round was broken off: open the page anew, sign first.",
            ),
            clause="W-07",
            status=409,
            field="code",
        )
    return sign(tours[tour])


def turn_to(request: HttpRequest, place: Place) -> scans.Answer:
    """A sign was scanned: what follows is here."""
    _keep(request, request.POST["tour"], place.code)
    title = W("现在在 {place} {name}", "At {place} {name} now", place=place.code, name=place.name)
    return scans.Answer(place.code, title, place.sign)


def sign(code: str) -> Place | None:
    """The place with this code on its sign, if it is in use."""
    return Place.objects.in_use().filter(code=code_key(code)).first() if code.strip() else None


def _keep(request: HttpRequest, tour: str, place: str) -> None:
    tours = {name: at for name, at in request.session.get(KEPT, {}).items() if name != tour}
    request.session[KEPT] = dict([*tours.items(), (tour, place)][-OPEN:])
