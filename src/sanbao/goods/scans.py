"""What can be done with a product label that was scanned."""

from __future__ import annotations

from django.urls import reverse

from sanbao.goods.lifecycle import LABEL
from sanbao.goods.models import Label
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.trace.models import LotKind
from sanbao.web.scans import Act, Match

#: Moves that are worth a button under a scan; the others stand on the label's page.
HANDY = ("sign", "report_lost", "reinspect", "replace")


def acts(match: Match, by: Actor) -> list[Act]:
    """The label's page, and what the one who scans may do now; an imported label leads to taking it up."""
    if match.what != f"lot.{LotKind.LABEL.value}" or not by.may("trace.see"):
        return []
    label = Label.objects.visible_to(by).filter(lot=match.row.pk).first()
    if label is None:
        return [Act(W("标签", "Label"), reverse("goods:of", args=[match.code]), "label")]
    moves = [
        Act(offer.move.title, f"{label.get_absolute_url()}/do/{offer.name}", dialog=True)
        for offer in LABEL.offered(label, by)
        if offer.refusal is None and offer.name in HANDY
    ]
    return [Act(W("标签", "Label"), label.get_absolute_url(), "label"), *moves]
