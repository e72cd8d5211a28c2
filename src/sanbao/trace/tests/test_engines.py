"""Every engine gives the same sets for the same graph, loops included; the snapshot also after the links changed."""

import itertools

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from sanbao.trace import bulk
from sanbao.trace.engines import Unsuited, building
from sanbao.trace.engines.choosing import SHORT, ChoosingEngine
from sanbao.trace.engines.reference import ReferenceEngine
from sanbao.trace.engines.snapshot import SnapshotEngine, View
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import LinkNews, LotLink, Snapshot

lot = st.integers(1, 25)
pairs_of_lots = st.tuples(lot, lot).filter(lambda pair: pair[0] != pair[1])
graphs = st.lists(pairs_of_lots, max_size=60)
# Not named by any link, or beyond what a number of a lot can be: it stands alone.
starts_of = st.lists(st.one_of(lot, st.sampled_from([-3, 0, 26, 10**12])), min_size=1, max_size=4)
# A new link, or (None, n): the nth of those that stand is voided.
changes_of = st.lists(st.one_of(pairs_of_lots, st.tuples(st.none(), st.integers(0, 200))), max_size=12)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HOME = tmp_path


def laid(pairs):
    """Replace the stored links by these (src, dst) pairs; the same pair twice is two events."""
    for model in (LotLink, LinkNews, Snapshot):
        model.objects.all().delete()
    bulk.put_links((dst, src, event << 4, 1000) for event, (src, dst) in enumerate(pairs))
    return ReferenceEngine(pairs)


def snapshot() -> View:
    view = SnapshotEngine().view()
    assert view is not None
    return view


def compare(engine, reference, starts):
    for question in ("back", "forward"):
        found = getattr(engine, question)(starts)
        assert len(found) == len(set(found))
        assert set(found) == set(getattr(reference, question)(starts))
    assert engine.sources(starts) == reference.sources(starts)
    assert engine.widths(starts) == reference.widths(starts)


@pytest.mark.django_db
@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(pairs=graphs, starts=starts_of)
def test_the_database_finds_exactly_what_walking_the_links_finds(pairs, starts):
    compare(SqlEngine(), laid(pairs), starts)


@pytest.mark.django_db
@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(pairs=graphs, changes=st.lists(changes_of, min_size=1, max_size=3), starts=starts_of)
def test_the_snapshot_finds_the_same_also_when_links_came_and_went_since_it_was_built(pairs, changes, starts):
    laid(pairs)
    standing = {event << 4: pair for event, pair in enumerate(pairs)}
    assert building.build().links == len(pairs)
    engine, number = SnapshotEngine(), len(pairs)
    for some in changes:
        for src, dst in some:
            if src is not None:
                bulk.put_links([(dst, src, number << 4, None)])
                standing[number << 4] = (src, dst)
                number += 1
            elif standing:
                event = sorted(standing)[dst % len(standing)]
                assert bulk.void_links(event, into=standing.pop(event)[1]) == 1
        compare(engine.view(), ReferenceEngine(standing.values()), starts)
    compare(ChoosingEngine(), ReferenceEngine(standing.values()), starts)


@pytest.mark.django_db
@pytest.mark.parametrize("with_snapshot", [False, True], ids=["database", "snapshot"])
def test_a_rework_loop_ends(with_snapshot):
    laid([(1, 2), (2, 3), (3, 2), (3, 4)])
    engine = SqlEngine()
    if with_snapshot:
        building.build()
        engine = snapshot()
    assert set(engine.forward([1])) == {1, 2, 3, 4}
    assert set(engine.back([4])) == {1, 2, 3, 4}


@pytest.mark.django_db
def test_a_mixing_graph_is_walked_once_per_lot_and_not_once_per_path(django_assert_num_queries):
    """Twenty layers of ten lots, all mixed: 10^20 paths, 200 lots."""
    layers = [[layer * 10 + place for place in range(10)] for layer in range(1, 21)]
    laid([(src, dst) for upper, lower in itertools.pairwise(layers) for src in upper for dst in lower])
    with django_assert_num_queries(1):
        assert len(SqlEngine().back([layers[-1][0]])) == 191
    building.build()
    assert len(snapshot().back([layers[-1][0]])) == 191


@pytest.mark.django_db
def test_a_long_thread_of_single_lots_is_left_to_the_database():
    thread = list(itertools.pairwise(range(1, 401)))
    laid(thread)
    building.build()
    with pytest.raises(Unsuited):
        snapshot().forward([1])
    assert sorted(ChoosingEngine().forward([1])) == list(range(1, 401))


@pytest.mark.django_db
def test_a_short_answer_back_asks_the_database_once_and_a_long_one_is_complete(django_assert_num_queries):
    many = SHORT + 500
    laid([(1, 2), *((src, 3) for src in range(10, 10 + many))])
    building.build()
    engine = ChoosingEngine()
    with django_assert_num_queries(1):
        assert sorted(engine.back([2])) == [1, 2]
    assert len(engine.back([3])) == many + 1
    assert len(engine.forward([1])) == 2
    with django_assert_num_queries(1):
        assert len(engine.forward([10])) == 2


@pytest.mark.django_db
def test_a_house_without_a_snapshot_gets_long_answers_from_the_database():
    laid([(src, 1) for src in range(2, 1500)])
    engine = ChoosingEngine()
    assert len(engine.back([1])) == 1499
    assert engine.widths([2, 3]) == {2: 1, 3: 1}
    assert engine.snapshot is None


@pytest.mark.django_db
def test_links_written_twice_stand_once():
    links = [(2, 1, 16, 500), (3, 2, 32, None)]
    assert bulk.put_links(links) == 2
    assert bulk.put_links([*links, (3, 1, 48, 1)]) == 1
    assert LotLink.objects.count() == 3


@pytest.mark.django_db
def test_a_lot_is_never_linked_to_itself():
    with pytest.raises(ValueError, match="itself"):
        bulk.put_links([(2, 1, 16, 500), (3, 3, 32, None)])
    assert LotLink.objects.count() == 0


@pytest.mark.django_db
def test_a_voided_link_is_walked_no_more_and_its_neighbours_are():
    laid([(1, 3), (2, 3), (3, 4)])
    assert bulk.void_links(0 << 4, into=3) == 1
    assert bulk.void_links(0 << 4, into=3) == 0
    assert set(SqlEngine().back([4])) == {2, 3, 4}
