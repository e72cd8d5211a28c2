"""What a higher storey does for a recall; each room hands it down by registering here.

``carriers`` take letters: the mail room writes and sends them and gives back the letter's subject (``letter:7``),
or refuses with its reason.
"""

from __future__ import annotations

from typing import Protocol

from sanbao.kernel.refusals import refuse
from sanbao.kernel.words import W


class Carrier(Protocol):
    def __call__(self, *, to: str, subject: str, text: str) -> str: ...


carriers: list[Carrier] = []


def carry(*, to: str, subject: str, text: str) -> str:
    """Hand one letter to the mail room."""
    if not carriers:
        sentence = W("本系统没有邮件。", "This house has no mail room.")
        refuse("recall.no_mail", sentence, clause="Q-06")
    return carriers[0](to=to, subject=subject, text=text)
