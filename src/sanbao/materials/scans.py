"""What the store offers under a scanned code: a lot's card, and the place where it shall lie (W-07)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.trace.models import LotKind
from sanbao.web.scans import Act, Match


def acts(match: Match, by: Actor) -> list[Act]:
    if match.what == f"lot.{LotKind.RAW}" and by.may("materials.see"):
        return [Act(W("进出存卡", "Stock card"), reverse("materials:card", args=[match.row.pk]), "package")]
    if match.what == "place" and by.may("materials.put"):
        here = urlencode({"place": match.code})
        return [Act(W("扫码放到这里", "Put here by scan"), f"{reverse('materials:put')}?{here}", "scan")]
    return []
