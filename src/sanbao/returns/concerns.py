"""What higher storeys want to hear of a return; each room registers here and is called inside the move."""

from __future__ import annotations

from collections.abc import Callable

from sanbao.complaints.concerns import Part
from sanbao.kernel.actor import Actor
from sanbao.returns.models import Return

#: Called with a return for reason 1 in the move by which its goods were accepted, and who accepted them (R-10).
accepted: list[Callable[[Return, Actor], object]] = []

#: Takes a return and who looks; gives what its page shows of an upper room, or nothing.
parts: list[Callable[[Return, Actor], Part | None]] = []


def about(case: Return, by: Actor) -> list[Part]:
    return [found for tell in parts if (found := tell(case, by)) is not None]
