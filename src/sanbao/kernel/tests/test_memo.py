"""What a span remembers, and what it must not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from sanbao.kernel import memo, numbering, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.clocks import Clock, start, start_each
from sanbao.kernel.policies import COMPANY, Policy, PolicyVersion
from sanbao.kernel.policies.files import adopt
from sanbao.kernel.search import SearchDoc, matching

HOUSE = Actor.clockwork("test")


class Counted:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_within_a_span_a_question_is_asked_once_and_after_it_again() -> None:
    ask = Counted()
    assert (memo.once("x", ask), memo.once("x", ask)) == (1, 2)
    with memo.span():
        with memo.span():
            assert memo.once("x", ask) == 3
        assert memo.once("x", ask) == 3
        memo.forget("x")
        assert memo.once("x", ask) == 4
    assert memo.once("x", ask) == 5


@pytest.mark.django_db
class TestPolicies:
    def test_a_span_asks_once_which_versions_there_are(self, django_assert_num_queries) -> None:
        shipped = [policy for policy in Policy.registry.values() if policy.file.exists()]
        first = [policy.on(date(2026, 5, 1)) for policy in shipped]  # what a table holds is read when first used
        with memo.span(), django_assert_num_queries(1):
            assert first == [policy.on(date(2026, 5, day)) for day in (1, 2, 3) for policy in shipped][: len(first)]

    def test_a_version_that_comes_into_force_within_the_span_is_seen_in_it(self) -> None:
        day = date(2026, 5, 1)
        with memo.span():
            before = COMPANY.on(day)
            text = PolicyVersion.objects.get(policy=COMPANY.code, number=before.version).text
            adopt(COMPANY, text + "\n", number=before.version + 1, effective_from=day, action="policy.shipped")
            assert COMPANY.on(day).version == before.version + 1

    def test_a_version_that_was_taken_back_is_forgotten_with_its_transaction(self) -> None:
        day = date(2026, 5, 1)
        with memo.span():
            before = COMPANY.on(day)
            text = PolicyVersion.objects.get(policy=COMPANY.code, number=before.version).text
            with pytest.raises(ZeroDivisionError), memo.undone(), transaction.atomic():
                adopt(COMPANY, text + "\n", number=before.version + 1, effective_from=day, action="policy.shipped")
                assert COMPANY.on(day).version == before.version + 1
                raise ZeroDivisionError
            assert COMPANY.on(day) == before

    def test_an_older_version_that_is_seen_later_is_not_overlooked(self) -> None:
        """Of two approvals at once the one with the higher number may commit first."""
        day = date(2026, 5, 1)
        first = COMPANY.on(day)
        text = PolicyVersion.objects.get(policy=COMPANY.code, number=first.version).text
        late = PolicyVersion.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        newest = adopt(COMPANY, text + "\n", number=first.version + 1, effective_from=date(2099, 1, 1), action="x.y")
        assert COMPANY.on(day).version == first.version
        row = PolicyVersion.objects.get(pk=newest.pk)
        row.pk, row.number, row.effective_from = late - 1000, first.version + 2, day
        row.save(force_insert=True)
        assert COMPANY.on(day).version == first.version + 2


@pytest.mark.django_db
class TestTogether:
    def test_clocks_started_together_are_those_started_one_by_one_in_two_statements(
        self, django_assert_num_queries
    ) -> None:
        running = start("toy:1", "silence", by=HOUSE)
        with memo.span():
            numbering.NUMBERING.on(date(2026, 5, 1))
            with django_assert_num_queries(2):
                started = start_each("toy:1", ["final", "silence", "final"], by=HOUSE)
        assert started["silence"] == running
        alone = start("toy:2", "final", by=HOUSE, at=started["final"].started_at)
        assert (started["final"].due_at, started["final"].rule) == (alone.due_at, alone.rule)
        assert Clock.objects.filter(subject="toy:1").count() == 2

    def test_what_is_begun_is_found_and_can_be_rewritten(self) -> None:
        search.begin("toy", 7, ["划格掉粉"])
        assert list(matching("toy", "掉粉")) == [7]
        search.write("toy", 7, ["色差"])
        assert (list(matching("toy", "掉粉")), list(matching("toy", "色差"))) == ([], [7])
        assert SearchDoc.objects.filter(kind="toy").count() == 1
