"""Which lots have gained or lost a link since the snapshot was built: noted with the link, in the same transaction.

Only while there is a snapshot, or one is being built. A load that changes more than notes are worth ends the snapshot
instead; until the next one is built the database answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from secrets import randbits

from django.db import connection

from sanbao.trace import store
from sanbao.trace.models import LinkNews, Snapshot

#: More notes than this make a snapshot that is no longer worth keeping: each process reads these lots anew.
MOST = 200_000
_TABLE = LinkNews._meta.db_table
_STATE = f"""
SELECT since, (SELECT max(id) FROM {_TABLE}) FROM {Snapshot._meta.db_table} WHERE token <> '' OR building <> ''"""


def note(pairs: Sequence[tuple[int, int]]) -> None:
    """These links (dst, src) have come or gone; the caller has his turn as a writer (``store.take_turn``)."""
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = cursor.fetchone()
    if state is None:
        return
    since, last = state
    if len(pairs) + (last or since) - since > MOST:
        forget()
    else:
        mark = randbits(62)
        store.insert_numbers(_TABLE, ("mark", "dst", "src"), [(mark, *pair) for pair in pairs])


def forget() -> None:
    """The snapshot is not used any more, nor one that is being built, and nothing is noted."""
    Snapshot.objects.update(token="", building="")
    LinkNews.objects.all().delete()
