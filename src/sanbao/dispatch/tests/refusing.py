"""A refusal is a code, a clause and facts; nothing happened but, at the gate, that it was counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sanbao.dispatch.models import Caught, Fate, Pick
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded


@contextmanager
def refused(code: str, clause: str, **facts: Any) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Refused, and no trace of it."""
    before = Caught.objects.count()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        yield caught
    _as_expected(caught.value, code, clause, facts)
    assert Caught.objects.count() == before


@contextmanager
def stopped(code: str, clause: str, mistake: str, **facts: Any) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Refused at the gate: counted once, with the reason, and nothing is on the list that was not."""
    picks = Pick.objects.filter(fate=Fate.PICKED).count()
    before = Caught.objects.count()
    with pytest.raises(Refusal) as caught:
        yield caught
    _as_expected(caught.value, code, clause, facts)
    assert Caught.objects.count() == before + 1
    row = Caught.objects.latest("id")
    assert (row.refusal, row.clause, row.mistake) == (code, clause, mistake)
    assert row.sentence["zh"] == caught.value.sentence.format(**caught.value.facts).said_in("zh-hans")
    assert Pick.objects.filter(fate=Fate.PICKED).count() == picks


def _as_expected(refusal: Refusal, code: str, clause: str, facts: dict[str, Any]) -> None:
    assert (refusal.code, refusal.clause) == (code, clause)
    assert {name: refusal.facts.get(name) for name in facts} == facts
