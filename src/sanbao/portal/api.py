"""``/api/v1/public/{code}``: what a user sees behind a label, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from sanbao.api.auth import actor_of
from sanbao.goods.rules import code_in
from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W
from sanbao.portal import queries
from sanbao.portal.queries import Standing

router = Router(tags=["public"])
routers = {"/public": router}


@router.get("/{path:code}", summary="公开页 What everybody sees behind a label (T-15)", operation_id="public_label")
def public_label(request: HttpRequest, code: str) -> dict[str, Any]:
    """Genuine, being checked or void, with product, warranty, outlet and notices; 404 for a code that nobody knows.
    ``code`` is the public code or the whole address of the QR. A look-up here is not counted."""
    by = actor_of(request)
    by.need("trace.see", clause="M-02")
    token, label = queries.found(code_in(code))
    shown = queries.page(token, label)
    if shown.standing == Standing.UNKNOWN:
        sentence = W("没有这个标签。", "There is no such label.")
        refuse("public.unknown", sentence, clause="T-15", status=404, typed=code[:80])
    return told(shown)


def told(shown: queries.Shown) -> dict[str, Any]:
    product, label, outlet = shown.product, shown.label, shown.contact.outlet
    return {
        "standing": shown.standing.value,
        "title": str(shown.standing.title),
        "product": {"code": product.code, "name": product.name, "alloy": product.alloy_temper} if product else None,
        "label": label.code if label else None,
        "lot": label.spray_code if label else None,
        "produced_on": label.produced_on if label else None,
        "warranty": {
            "period": str(shown.warranty.period),
            "counts": str(shown.warranty.counts),
            "basis": shown.warranty.basis,
            "over": shown.warranty.over,
        }
        if shown.warranty
        else None,
        "hotline": shown.contact.hotline or None,
        "hours": str(shown.contact.hours) or None,
        "outlet": {"name": outlet.name, "city": outlet.city, "address": outlet.address, "hotline": outlet.hotline}
        if outlet
        else None,
        "notices": [{"title": str(one.title), "text": str(one.text), "href": one.href} for one in shown.notices],
        "odd": shown.odd,
    }
