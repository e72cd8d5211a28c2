"""A letter is read, checked fact by fact, and taken in as a complaint or put away with a reason (C-03, U-07)."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.letters.models import UserLetter, UserLetterState

S = UserLetterState

USER_LETTER: Lifecycle[UserLetter] = Lifecycle(
    "user_letter",
    "letters.UserLetter",
    title=W("来函", "Letter"),
    states=UserLetterState,
    tracked=("channel", "received_at", "complaint_id", "reason"),
    searched=lambda letter: (letter.number, letter.text),
    moves={
        "read": Move(
            (),
            (S.READ, S.READING),
            permission="letters.read",
            clause="C-03",
            title=W("登记来函、传真", "Enter a letter or fax"),
        ),
        "recognise": Move(
            {S.READING},
            S.READ,
            permission="letters.read",
            clause="C-03",
            title=W("识别完成", "Recognised"),
            internal=True,
        ),
        "judge_facts": Move(
            {S.READ}, STAY, permission="letters.read", clause="C-03", title=W("核对事实", "Check the facts")
        ),
        "take_in": Move(
            {S.READ}, S.TAKEN_IN, permission="letters.read", clause="C-03", title=W("按信受理", "Register from it")
        ),
        "correct_text": Move(
            {S.READ}, STAY, permission="letters.read", clause="C-03", title=W("更正文字", "Correct the text")
        ),
        "put_away": Move(
            {S.READ}, S.PUT_AWAY, permission="letters.read", clause="U-07", title=W("不作投诉", "Not a complaint")
        ),
    },
)
