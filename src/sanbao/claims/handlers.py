"""What the case page shows of claims (W-02)."""

from __future__ import annotations

from django.urls import reverse

from sanbao.claims import queries
from sanbao.claims.models import Claim, ClaimState
from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W

KINDS = {ClaimState.SETTLED: "fine", ClaimState.APPROVED: "run", ClaimState.FILED: "soon", ClaimState.ASSESSED: "soon"}


def claims_of(case: Complaint, by: Actor) -> concerns.Part | None:
    """The losses claimed on a case, each with what was accepted; whoever may file one begins it there."""
    if not by.may("claims.see"):
        return None
    lines = [
        concerns.Line(
            f"{claim.number} · {claim.claimed} {claim.currency}",
            claim.get_absolute_url(),
            "" if claim.accepted is None else W("认可 {a}", "accepted {a}", a=f"{claim.accepted} {claim.currency}"),
            ClaimState.title_of(claim.state),
            KINDS.get(ClaimState(claim.state), ""),
        )
        for claim in (queries.about(case, by) if "claims" in concerns.there(case) else ())
    ]
    begin = f"{reverse('claims:file')}?complaint={case.number}" if by.may("claims.file") and not case.ended else ""
    if not lines and not begin:
        return None
    return concerns.Part(W("索赔", "Claims"), "W-02", lines, begin, W("登记索赔", "File a claim"))


concerns.parts.append(claims_of)
concerns.BESIDE.add("claims", Claim, "complaint")
