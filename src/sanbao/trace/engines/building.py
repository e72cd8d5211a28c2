"""Build the snapshot of the links: read them all as of one moment, write the files, compare with the database, publish.

People go on writing meanwhile: their changes are noted from before the reading begins. The files stand under a name
of their own and on the disk before the row names them, so a killed build leaves nothing but a folder, which the next
one removes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from sanbao.kernel.times import now
from sanbao.trace import news, store
from sanbao.trace.engines import Unsuited
from sanbao.trace.engines.arrays import LARGEST, Lots, Neighbours
from sanbao.trace.engines.snapshot import View, folder
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import LinkNews, LotLink, Snapshot

#: So many lots are read at a time; their links come as one text of numbers, ten times quicker than row by row.
_LOTS_AT_ONCE = 100_000
#: Numbers that nobody uses cost four bytes each; the store gives them densely.
_SPARSEST = 50
#: How many answers are compared with the database's, and for how long at most.
_SAMPLES, _SECONDS = 40, 10.0
_TABLE = LotLink._meta.db_table


class Mismatch(Exception):
    """The files do not say what the database says. They are not used; the log and the doctor show it."""


@dataclass(frozen=True)
class Built:
    links: int
    lots: int
    bytes: int
    seconds: float
    compared: int


def build() -> Built | None:
    """Build and publish; None when somebody else is building, or the links changed too much meanwhile."""
    began = perf_counter()
    folder().mkdir(mode=0o700, exist_ok=True)
    with _alone() as alone:
        if not alone:
            return None
        token = token_hex(16)
        _announce(token)
        try:
            with one_moment():
                since = LinkNews.objects.order_by("id").values_list("id", flat=True).last() or 0
                near, far = read()
                view = _write(token, near, far)
                compared = compare(view, near, far)
        except Exception as error:
            _give_up(token, error)
            raise
        if not _publish(token, since, len(near)):
            shutil.rmtree(folder(token))
            return None
        _sweep(token)
    size = sum(path.stat().st_size for path in folder(token).iterdir())
    return Built(len(near), view.into.span, size, perf_counter() - began, compared)


@contextmanager
def _alone() -> Iterator[bool]:
    """One build at a time in this folder; a killed one lets go by itself."""
    with (folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def one_moment() -> Iterator[None]:
    """Every question inside sees the same state, and writers go on."""
    if connection.in_atomic_block:
        yield
    elif store.postgres():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not Django's transaction, which on SQLite would make all writers wait.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _announce(token: str) -> None:
    """From here on changes are noted, also for a build that is never finished."""
    with store.writing():
        Snapshot.objects.update_or_create(id=Snapshot.THE, defaults={"building": token, "tried_at": now()})


def read() -> tuple[Lots, Lots]:
    """All links as (dst, src), in the order of dst."""
    gathered = "string_agg({0}::text, ',')" if store.postgres() else "group_concat({0})"
    question = (
        f"SELECT {gathered.format('dst')}, {gathered.format('src')} FROM "
        f"(SELECT dst, src FROM {_TABLE} WHERE dst >= %s AND dst < %s ORDER BY dst, src) l"
    )
    with connection.cursor() as cursor:
        # Three questions in one: asked for together, SQLite would read the whole table for them.
        ends = ("min(dst)", "max(dst)", "max(src)")
        cursor.execute(f"SELECT {', '.join(f'(SELECT {end} FROM {_TABLE})' for end in ends)}")
        first, last, source = (value or 0 for value in cursor.fetchone())
        if max(last, source) > LARGEST or first < 0:
            raise OverflowError("a lot's number does not fit 32 bits")
        parts: list[tuple[Lots, Lots]] = []
        for lot in range(first, last + 1, _LOTS_AT_ONCE):
            cursor.execute(question, [lot, lot + _LOTS_AT_ONCE])
            dst, src = cursor.fetchone()
            if dst is not None:
                parts.append((_numbers(dst), _numbers(src)))
    empty = np.empty(0, np.int32)
    dst, src = (np.concatenate([part[place] for part in parts] or [empty]) for place in (0, 1))
    return dst, src


def _numbers(text: str) -> Lots:
    return np.fromstring(text, np.int32, sep=",")


def _write(token: str, dst: Lots, src: Lots) -> View:
    """The files, safe from a power cut before anybody may read them; mapped again as a reader would."""
    span = max(int(dst.max(initial=0)), int(src.max(initial=0))) + 1
    if span > _SPARSEST * len(dst) + _LOTS_AT_ONCE:
        raise OverflowError("the lots' numbers lie too far apart")
    part = folder(f"{token}.part")
    part.mkdir(mode=0o700)
    Neighbours.of(dst, src, span).save(part, "into")
    order = np.argsort(src, kind="stable")
    Neighbours.of(src[order], dst[order], span).save(part, "out")
    for path in [*part.iterdir(), part]:
        _to_disk(path)
    part.rename(folder(token))
    _to_disk(folder())
    return View(token, Neighbours.mapped(folder(token), "into"), Neighbours.mapped(folder(token), "out"))


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def compare(view: View, dst: Lots, src: Lots) -> int:
    """Sums over all links, and answers both ways from lots here and there; how many answers. Raises ``Mismatch``."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(dst), sum(src) FROM {_TABLE}")
        theirs = [int(value or 0) for value in cursor.fetchone()]
    read = [len(dst), *(int(lots.sum(dtype=np.int64)) for lots in (dst, src))]
    if read != theirs:
        raise Mismatch(f"{theirs} in the database, {read} in the files")
    sql, end, compared = SqlEngine(), perf_counter() + _SECONDS, 0
    dice = np.random.default_rng()
    for place in dice.integers(0, len(dst), _SAMPLES if len(dst) else 0):
        for question, lot in (("back", int(dst[place])), ("forward", int(src[place]))):
            if perf_counter() > end:
                return compared
            try:
                ours = getattr(view, question)([lot])
            except Unsuited:
                continue
            if set(ours) != set(getattr(sql, question)([lot])):
                raise Mismatch(f"{question} from lot {lot}")
            compared += 1
    return compared


def _give_up(token: str, error: Exception) -> None:
    """Say why; where the files were wrong, those of the last build are not trusted either."""
    with store.writing():
        Snapshot.objects.filter(building=token).update(building="", trouble=f"{type(error).__name__}: {error}"[:300])
        if isinstance(error, Mismatch):
            news.forget()
    for path in (folder(token), folder(f"{token}.part")):
        shutil.rmtree(path, ignore_errors=True)


def _publish(token: str, since: int, links: int) -> bool:
    """Name the files in the row and drop the notes that they hold, unless the notes since were given up."""
    with store.writing():
        ours: dict[str, Any] = {"token": token, "since": since, "links": links, "built_at": now()}
        changed = Snapshot.objects.filter(building=token).update(building="", trouble="", **ours)
        if changed:
            LinkNews.objects.filter(id__lte=since).delete()
    return bool(changed)


def _sweep(token: str) -> None:
    """Remove the files of others. Who reads them at this moment goes on: they are mapped."""
    for path in Path(settings.HOME, "trace").iterdir():
        if path.is_dir() and path.name != token:
            shutil.rmtree(path)
