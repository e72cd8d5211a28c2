"""A letter is read, checked fact by fact, and taken in as a complaint or put away with a reason (C-03, U-07)."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.letters.models import Letter, LetterState

S = LetterState

LETTER: Lifecycle[Letter] = Lifecycle(
    "letter",
    "letters.Letter",
    title=W("来信", "Letter"),
    states=LetterState,
    tracked=("channel", "received_at", "complaint_id", "reason"),
    searched=lambda letter: (letter.number, letter.text),
    moves={
        "read": Move(
            (), S.READ, permission="letters.read", clause="C-03", title=W("登记来信、传真", "Enter a letter or fax")
        ),
        "judge_facts": Move(
            {S.READ}, STAY, permission="letters.read", clause="C-03", title=W("核对事实", "Check the facts")
        ),
        "take_in": Move(
            {S.READ}, S.TAKEN_IN, permission="letters.read", clause="C-03", title=W("按信受理", "Register from it")
        ),
        "put_away": Move(
            {S.READ}, S.PUT_AWAY, permission="letters.read", clause="U-07", title=W("不作投诉", "Not a complaint")
        ),
    },
)
