"""The worker's part: carry on the imports that people have begun on the page, one chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator

from sanbao.exchange import pipeline
from sanbao.exchange.cli import only_one
from sanbao.exchange.models import ImportFile, ImportRun, Stage
from sanbao.kernel.worker import chore
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of

#: Imports that this process is in the middle of. Another process goes on from the checkpoint instead.
_going: dict[int, Iterator[ImportFile]] = {}


@chore("imports", every=1)
def carry_on() -> int:
    """One chunk of the oldest import that waits; 0 when there is none."""
    waiting = ImportRun.objects.filter(by_worker=True, stage__in=(Stage.REHEARSING, Stage.GOING))
    run = waiting.order_by("pk").first()
    if run is None:
        return 0
    with only_one() as alone:
        if not alone:
            return 0
        try:
            steps = _going.get(run.pk) or _going.setdefault(run.pk, _steps(run))
            if next(steps, None) is None:
                _going.pop(run.pk, None)
        except Exception:
            # Nobody watches the worker: the import must show that it stopped, and be continued by hand.
            _going.pop(run.pk, None)
            ImportRun.objects.filter(pk=run.pk).update(stage=Stage.FAILED)
            raise
    return 1


def _steps(run: ImportRun) -> Iterator[ImportFile]:
    """As the person who began it, with what he may do today."""
    person = Person.objects.get(pk=int(run.actor.partition(":")[2]))
    return pipeline.drive(run, by=actor_of(person, origin=run.origin))
