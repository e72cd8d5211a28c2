"""A refusal is a code, a clause and facts, and nothing else happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sanbao.complaints.models import Complaint, Entry
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded


@contextmanager
def refused(code: str, clause: str, **facts: Any) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The body is refused with this code and clause, knows these facts, and leaves no trace."""
    cases, lines = Complaint.objects.count(), Entry.objects.count()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        yield caught
    refusal = caught.value
    assert (refusal.code, refusal.clause) == (code, clause)
    assert {name: refusal.facts.get(name) for name in facts} == facts
    assert (Complaint.objects.count(), Entry.objects.count()) == (cases, lines)
