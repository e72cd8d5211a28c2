"""Everything that changes a recall, in the order in which the procedure tells it (Q-06, C-13)."""

from sanbao.recall.actions.deciding import confirm, define, end, order, propose, reject, widen
from sanbao.recall.actions.ledger import enter, excuse, explain, strike
from sanbao.recall.actions.rehearsing import finish, rehearse
from sanbao.recall.actions.reports import report
from sanbao.recall.actions.scope import refresh
from sanbao.recall.actions.sweeping import sweep
from sanbao.recall.actions.telling import (
    acknowledge,
    attempt,
    declare,
    give_up,
    notify,
    post_due,
    posted,
    send_again,
    send_letters,
    undelivered,
)

__all__ = [
    "acknowledge",
    "attempt",
    "confirm",
    "declare",
    "define",
    "end",
    "enter",
    "excuse",
    "explain",
    "finish",
    "give_up",
    "notify",
    "order",
    "post_due",
    "posted",
    "propose",
    "refresh",
    "rehearse",
    "reject",
    "report",
    "send_again",
    "send_letters",
    "strike",
    "sweep",
    "undelivered",
    "widen",
]
