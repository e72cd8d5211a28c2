"""What the case page shows of the letter that it came from (C-03)."""

from __future__ import annotations

from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.letters.models import UserLetter


def letters_of(case: Complaint, by: Actor) -> concerns.Part | None:
    if "letters" not in concerns.there(case):
        return None
    found = UserLetter.objects.visible_to(by).filter(complaint=case)
    lines = [concerns.Line(letter.number, letter.get_absolute_url()) for letter in found]
    return concerns.Part(W("来函", "Letters"), "C-03", lines) if lines else None


concerns.parts.append(letters_of)
concerns.BESIDE.add("letters", UserLetter, "complaint")
