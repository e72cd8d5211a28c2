"""A return whose number was scanned from its form leads to the counting."""

from __future__ import annotations

from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.returns.models import ReturnState
from sanbao.web import scans

TO_COUNT = (ReturnState.APPROVED, ReturnState.COUNTING)


def acts(match: scans.Match, by: Actor) -> list[scans.Act]:
    if match.what != "return" or match.row.state not in TO_COUNT or not by.may("returns.count"):
        return []
    return [scans.Act(W("验收退货", "Count the goods"), reverse("returns:count", args=[match.row.pk]), "scan")]
