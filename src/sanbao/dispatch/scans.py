"""A pick list that was scanned leads to the gate."""

from __future__ import annotations

from django.urls import reverse

from sanbao.dispatch.models import PickListState
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.web import scans

AT_GATE = (PickListState.RELEASED, PickListState.PICKING, PickListState.READY)


def acts(match: scans.Match, by: Actor) -> list[scans.Act]:
    if match.what != "pick_list" or match.row.state not in AT_GATE or not by.may("dispatch.gate"):
        return []
    return [scans.Act(W("到关口核对", "To the gate"), reverse("dispatch:gate", args=[match.row.pk]), "truck")]
