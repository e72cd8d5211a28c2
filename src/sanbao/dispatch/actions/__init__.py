"""Everything that happens to a pick list, in the order of the way to the gate, and to what got past it.

``drafting`` is sales, ``scanning`` and ``weighing`` the warehouse, ``leaving`` the two signatures and the gate,
``escapes`` what was found later.
"""

from sanbao.dispatch.actions.drafting import add_line, draft, place, release, remove_line, revise, take_back
from sanbao.dispatch.actions.escapes import correct, report
from sanbao.dispatch.actions.leaving import cancel, check_out, reopen, ship
from sanbao.dispatch.actions.scanning import scan, undo
from sanbao.dispatch.actions.weighing import accept_weight, weigh

__all__ = [
    "accept_weight",
    "add_line",
    "cancel",
    "check_out",
    "correct",
    "draft",
    "place",
    "release",
    "remove_line",
    "reopen",
    "report",
    "revise",
    "scan",
    "ship",
    "take_back",
    "undo",
    "weigh",
]
