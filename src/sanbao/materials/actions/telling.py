"""What several acts of the store share: who keeps the book when somebody else decides, duties, one lot by its code."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sanbao.kernel import obligations, refusals
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot

#: What the house does itself, because somebody decided it who does not keep the book.
CLOCKWORK = Actor.clockwork("materials")
#: What the store refuses is what was typed or scanned, never a state of the case.
need = partial(refusals.need, status=422)


def keeper(by: Actor, permission: str) -> Actor:
    """Who writes the book: whoever decides, when he may; else the house, and the journal says who decided."""
    return by if by.may(permission) else CLOCKWORK


def owe(
    case: Subject,
    code: str,
    to: str,
    sentence: W,
    *,
    by: Actor,
    clause: str,
    due: datetime | None = None,
    holds: bool = False,
) -> None:
    obligations.owe(
        subject=case.subject, code=code, sentence=sentence, to=to, by=by, clause=clause, due=due, holds_closing=holds
    )


def one_lot(code: str, *, by: Actor, clause: str, kinds: frozenset[str] = frozenset()) -> Lot:
    """The one lot that a code names. Refuses ``lot.unknown`` and, when it names several, ``lot.several`` with them."""
    found = [lot for lot in trace.find(code, actor=by) if not kinds or lot.kind in kinds]
    if not found:
        sentence = W("没有找到编号“{typed}”。", "There is no “{typed}”.")
        raise Refusal("lot.unknown", sentence, clause, 422, "code", {"typed": code.strip()[:80]})
    if len(found) > 1:
        codes = [lot.code for lot in found]
        sentence = W(
            "“{typed}”指 {n} 个批次（{listed}），请用本厂批号。",
            "“{typed}” names {n} lots ({listed}); use our own lot code.",
        )
        facts = {"typed": code.strip()[:80], "n": len(codes), "listed": " ".join(codes[:8]), "lots": codes}
        raise Refusal("lot.several", sentence, clause, 422, "code", facts)
    return found[0]
