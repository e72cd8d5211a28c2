"""What the case page shows of the letter that it came from, and scans that wait to be read (C-03)."""

from __future__ import annotations

from sanbao.complaints import concerns
from sanbao.complaints.models import Complaint
from sanbao.kernel import attachments
from sanbao.kernel.actor import Actor
from sanbao.kernel.words import W
from sanbao.kernel.worker import chore
from sanbao.letters import actions
from sanbao.letters.models import UserLetter, UserLetterState
from sanbao.letters.reading import Reading

CLOCKWORK = Actor.clockwork("letters")


def letters_of(case: Complaint, by: Actor) -> concerns.Part | None:
    if "letters" not in concerns.there(case):
        return None
    found = UserLetter.objects.visible_to(by).filter(complaint=case)
    lines = [concerns.Line(letter.number, letter.get_absolute_url()) for letter in found]
    return concerns.Part(W("来函", "Letters"), "C-03", lines) if lines else None


_reading: Reading | None = None


@chore("letters", every=1)
def read_scans() -> int:
    """One scan after the other, beside everything else that the worker does; how many were finished."""
    global _reading
    if _reading is None:
        waiting = UserLetter.objects.filter(state=UserLetterState.READING).order_by("pk").first()
        if waiting is not None:
            _reading = Reading.begun(waiting.pk, list(attachments.of(waiting.subject)))
        return 0
    if not _reading.over():
        return 0
    done, _reading = _reading, None
    text, trouble = done.result()
    letter = UserLetter.objects.filter(pk=done.letter, state=UserLetterState.READING).first()
    if letter is None:  # another worker was quicker
        return 0
    actions.recognise(letter, by=CLOCKWORK, text=text, trouble=trouble)
    return 1


concerns.parts.append(letters_of)
concerns.BESIDE.add("letters", UserLetter, "complaint")
