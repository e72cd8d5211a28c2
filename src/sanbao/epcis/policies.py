"""What a factory may set about EPCIS; the row ships in ``policies/epcis.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Shape, Text, YesNo
from sanbao.kernel.policies import Decision, Policy
from sanbao.kernel.times import today
from sanbao.kernel.words import W

EPCIS = Policy(
    "epcis",
    title=W("EPCIS 事件交换", "Exchange of EPCIS events"),
    clause="T-14",
    shape=Shape(
        inputs=[],
        outputs=[
            Text(
                "authority",
                r"https?://[\w.-]+(:\d+)?(/[\w.~-]+)*|urn:[a-z0-9][a-z0-9-]+:[\w.-]+",
                ("本厂地址", "Our address"),
            ),
            Amount("limit_mb", "MB", 1, 500, ("文件大小上限", "Size limit of a document")),
            Amount("limit_events", "", 1, 1_000_000, ("一份文件的事件数上限", "Most events in a document")),
            Amount("at_once", "", 1, 2000, ("当场取入的事件数", "Events taken in at once")),
            YesNo("own_events", ("本厂记录也是事件", "Our own records are events too")),
        ],
    ),
)


def settings() -> Decision:
    return EPCIS.decide(on=today())


def authority() -> str:
    return str(settings()["authority"])


def limits() -> tuple[int, int]:
    """Bytes and events that a document may hold."""
    rule = settings()
    return int(rule["limit_mb"]) * 1024 * 1024, int(rule["limit_events"])


def tells_own() -> bool:
    return bool(settings()["own_events"])


def at_once() -> int:
    return int(settings()["at_once"])
