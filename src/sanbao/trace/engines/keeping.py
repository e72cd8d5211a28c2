"""When a snapshot of the links is worth building, and how it stands with the one there is. Knows no numpy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from sanbao.kernel.times import now
from sanbao.trace.models import LinkNews, Lot, Snapshot

#: Below so many lots every answer is short, and the database gives it in a moment.
WORTH = 100_000
#: From so many changes on the next one is built; until then each process keeps them beside the files.
STALE = 20_000
#: While more lots than this come in between two looks, somebody is importing; building waits for the end.
BUSY = 5_000
#: A build that failed is tried again after this.
RETRY = timedelta(hours=1)


@dataclass(frozen=True)
class State:
    """``usable``: named by this database and lying here. ``changes`` since it was built."""

    lots: int
    usable: bool = False
    links: int = 0
    built_at: datetime | None = None
    changes: int = 0
    trouble: str = ""
    tried_at: datetime | None = None

    @property
    def wanted(self) -> bool:
        if self.lots < WORTH or (self.trouble and self.tried_at and now() - self.tried_at < RETRY):
            return False
        return not self.usable or self.changes > STALE


def state() -> State:
    lots = Lot.objects.aggregate(newest=Max("id"))["newest"] or 0
    row = Snapshot.objects.first()
    if row is None:
        return State(lots)
    newest = LinkNews.objects.aggregate(newest=Max("id"))["newest"]
    return State(
        lots,
        usable=bool(row.token) and (Path(settings.HOME) / "trace" / row.token).is_dir(),
        links=row.links,
        built_at=row.built_at,
        changes=max(0, newest - row.since) if newest else 0,
        trouble=row.trouble,
        tried_at=row.tried_at,
    )


class Watch:
    """Says when to build: one is wanted, and since the last look not much has come in."""

    def __init__(self) -> None:
        self.before: int | None = None

    def due(self) -> bool:
        stands = state()
        grown = stands.lots - (self.before if self.before is not None else stands.lots)
        self.before = stands.lots
        return stands.wanted and grown <= BUSY
