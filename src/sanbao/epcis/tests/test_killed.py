"""A large document whose worker is killed goes on from its checkpoint; nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sanbao.epcis import actions, pipeline
from sanbao.epcis.models import Capture, CaptureStage, Event, Reservation
from sanbao.epcis.tests.sending import HOUSE, document, event, lot, text
from sanbao.kernel.journal import JournalEntry
from sanbao.trace.models import Lot, LotLink
from tests.plugins.template import own_house

pytestmark = pytest.mark.clause("T-14")
EVENTS = 700


def large() -> bytes:
    """Each lot is made of the one before."""
    return text(
        document(
            *(
                event(
                    "TransformationEvent",
                    inputQuantityList=[lot(f"L{n}", 10)],
                    outputQuantityList=[lot(f"L{n + 1}", 10)],
                )
                for n in range(EVENTS)
            )
        )
    )


@pytest.mark.django_db
@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_chunk_that_fails_is_taken_back_whole_and_taken_again(
    behaviour: str, monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]
) -> None:
    row = actions.capture(large(), by=HOUSE, behaviour=behaviour)
    take, taken = pipeline.take, []

    def failing(*arguments: Any, **named: Any) -> Any:
        done = take(*arguments, **named)
        taken.append(len(done))
        if len(taken) == 2:
            raise OSError("the power is gone")
        return done

    monkeypatch.setattr(pipeline, "take", failing)
    with pytest.raises(OSError, match="the power is gone"):
        work()
    assert Event.objects.count() == pipeline.CHUNK
    pipeline.abandoned()
    work()
    row = Capture.objects.get(pk=row.pk)
    assert (row.stage, row.taken, row.unchanged, row.refused) == (CaptureStage.DONE, EVENTS, 0, 0)
    assert (Event.objects.count(), LotLink.objects.count(), Lot.objects.count()) == (EVENTS, EVENTS, EVENTS + 1)
    assert JournalEntry.objects.filter(subject=row.subject, action="epcis.captured").count() == 1
    assert not Reservation.objects.exists()


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_house(tmp_path / "home", "epcis_killed") as environment:
        yield environment


#: Dies with everything of the second chunk written and nothing of it committed.
DYING = """
import os, signal, sys
import django; django.setup()
from sanbao.epcis import cli, pipeline
take, chunks = pipeline.take, []
def dying(*arguments, **named):
    take(*arguments, **named)
    chunks.append(1)
    if len(chunks) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
pipeline.take = dying
cli.main(["capture", sys.argv[1]])
"""
GOING_ON = """
import django; django.setup()
from sanbao.epcis import pipeline
from sanbao.epcis.models import Capture, Event
from sanbao.trace.models import LotLink
before = Event.objects.count()
while pipeline.step():
    pass
print([before, Event.objects.count(), LotLink.objects.count(), Capture.objects.get().stage])
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_a_killed_process_leaves_a_capture_that_the_next_one_finishes(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = tmp_path / "large.jsonld"
    path.write_bytes(large())
    killed = subprocess.run([sys.executable, "-c", DYING, str(path)], env=environment, capture_output=True)
    assert killed.returncode == -9
    done = subprocess.run([sys.executable, "-c", GOING_ON], env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.replace("'", '"')) == [pipeline.CHUNK, EVENTS, EVENTS, "done"]
