"""What higher storeys want to hear of a return; each room registers here and is called inside the move."""

from __future__ import annotations

from collections.abc import Callable

from sanbao.kernel.actor import Actor
from sanbao.returns.models import Return

#: Called with a return for reason 1 in the move by which its goods were accepted, and who accepted them (R-10).
accepted: list[Callable[[Return, Actor], object]] = []
