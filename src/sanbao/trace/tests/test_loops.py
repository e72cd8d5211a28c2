"""A lot that feeds itself through others is found when the link is written that closes the loop."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor
from sanbao.trace import actions, bulk
from sanbao.trace.loops import on_a_loop
from sanbao.trace.models import LotLink, MaterialIssue
from sanbao.trace.rows import IssueRow, PackingRow
from sanbao.trace.tests.factory import KG, lot, small_factory

pytestmark = pytest.mark.django_db


def linked(pairs: set[tuple[int, int]]) -> None:
    bulk.put_links((dst, src, event << 4, 1) for event, (src, dst) in enumerate(sorted(pairs)))


def reached(pairs: set[tuple[int, int]], start: int) -> set[int]:
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        near = {dst for src, dst in pairs if src == here} - seen
        seen |= near
        waiting += near
    return seen


@pytest.mark.parametrize("seed", range(12))
def test_exactly_the_links_that_lie_on_a_loop_are_told(seed: int) -> None:
    dice = random.Random(seed)
    lots = range(1, dice.randint(3, 9))
    pairs = {(dice.choice(lots), dice.choice(lots)) for _ in range(dice.randint(3, 14))}
    pairs = {(src, dst) for src, dst in pairs if src != dst}
    linked(pairs)
    assert on_a_loop(pairs) == {(src, dst) for src, dst in pairs if src in reached(pairs, dst)}


def test_links_of_lots_that_feed_nothing_take_one_question(django_assert_num_queries) -> None:
    pairs = {(1, n) for n in range(2, 400)}
    linked(pairs)
    with django_assert_num_queries(1):
        assert on_a_loop(pairs) == set()


def test_a_long_ring_takes_as_many_questions_as_a_short_one(django_assert_max_num_queries) -> None:
    ring = set(pairwise([*range(1, 600), 1]))
    linked(ring)
    with django_assert_max_num_queries(4):
        assert on_a_loop({(599, 1)}) == {(599, 1)}


def test_an_act_by_which_a_lot_would_feed_itself_is_refused_and_writes_nothing() -> None:
    small_factory()
    by = an_actor("trace.see", "trace.issue")
    before = MaterialIssue.objects.count(), LotLink.objects.count()
    billet, heat = lot("ZB1"), lot("RL1")
    assert LotLink.objects.filter(src=heat.pk, dst=billet.pk).exists()
    with pytest.raises(Refusal) as refused:
        actions.issue_material(IssueRow(number="LL9", lot="ZB1", into="RL1", quantity_milli=KG), by=by)
    assert (refused.value.code, refused.value.status) == ("trace.loop", 422)
    assert refused.value.facts["lot"] == "RL1"
    assert (MaterialIssue.objects.count(), LotLink.objects.count()) == before


def test_lots_that_are_new_cost_no_question_about_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    small_factory()
    monkeypatch.setattr("sanbao.trace.bulk.on_a_loop", lambda links: pytest.fail(f"asked for {links}"))
    written = bulk.write([PackingRow(label="BQ99", travellers=("SX1",))], source="import:9")
    assert [one.loops for one in written] == [()]
