"""Every engine gives the same sets for the same graph, loops included."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanbao.trace import bulk
from sanbao.trace.engines.reference import ReferenceEngine
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import LotLink

lot = st.integers(1, 25)
graphs = st.lists(st.tuples(lot, lot).filter(lambda pair: pair[0] != pair[1]), max_size=60)


def laid(pairs):
    """Replace the stored links by these (src, dst) pairs; the same pair twice is two events."""
    LotLink.objects.all().delete()
    bulk.put_links((dst, src, event << 4, 1000) for event, (src, dst) in enumerate(pairs))
    return ReferenceEngine(pairs)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None)
@given(pairs=graphs, starts=st.lists(lot, min_size=1, max_size=4))
def test_the_database_finds_exactly_what_walking_the_links_finds(pairs, starts):
    reference, sql = laid(pairs), SqlEngine()
    for question in ("back", "forward"):
        found = getattr(sql, question)(starts)
        assert len(found) == len(set(found))
        assert set(found) == set(getattr(reference, question)(starts))
    assert sql.sources(starts) == reference.sources(starts)
    assert sql.widths(starts) == reference.widths(starts)


@pytest.mark.django_db
def test_a_rework_loop_ends(db):
    reference = laid([(1, 2), (2, 3), (3, 2), (3, 4)])
    assert set(SqlEngine().forward([1])) == {1, 2, 3, 4} == set(reference.forward([1]))
    assert set(SqlEngine().back([4])) == {1, 2, 3, 4}


@pytest.mark.django_db
def test_a_mixing_graph_is_walked_once_per_lot_and_not_once_per_path(django_assert_num_queries):
    """Twenty layers of ten lots, all mixed: 10^20 paths, 200 lots."""
    layers = [[layer * 10 + place for place in range(10)] for layer in range(1, 21)]
    laid([(src, dst) for upper, lower in itertools.pairwise(layers) for src in upper for dst in lower])
    with django_assert_num_queries(1):
        assert len(SqlEngine().back([layers[-1][0]])) == 191


@pytest.mark.django_db
def test_links_written_twice_stand_once():
    links = [(2, 1, 16, 500), (3, 2, 32, None)]
    assert bulk.put_links(links) == 2
    assert bulk.put_links([*links, (3, 1, 48, 1)]) == 1
    assert LotLink.objects.count() == 3
