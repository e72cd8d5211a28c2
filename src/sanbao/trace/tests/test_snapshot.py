"""The snapshot of the links: used only where it belongs, never without the changes since, loud when it is wrong."""

import fcntl
import json
import shutil
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from sanbao import doctor
from sanbao.cli import run
from sanbao.kernel.times import now
from sanbao.trace import bulk, handlers, news, store
from sanbao.trace.engines import building, keeping
from sanbao.trace.engines.choosing import ChoosingEngine
from sanbao.trace.engines.snapshot import SnapshotEngine, folder
from sanbao.trace.engines.sql import SqlEngine
from sanbao.trace.models import LinkNews, LotLink, Snapshot


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HOME = tmp_path


def link(src, dst, event=0):
    return bulk.put_links([(dst, src, event << 4, 1000)])


@pytest.fixture
def chain(db):
    """1 → 2 → 3, with a snapshot."""
    link(1, 2)
    link(2, 3)
    building.build()


def said_by_the_doctor():
    return [(finding.level, finding.sentence) for finding in doctor.tracing()]


def test_a_link_added_or_voided_later_is_in_the_next_answer(chain):
    engine = SnapshotEngine()
    assert set(engine.view().forward([1])) == {1, 2, 3}
    link(3, 4)
    assert set(engine.view().forward([1])) == {1, 2, 3, 4}
    bulk.void_links(0, into=2)
    assert set(engine.view().forward([1])) == {1}
    link(1, 2, event=7)
    assert set(engine.view().forward([1])) == {1, 2, 3, 4}


def test_nothing_is_noted_while_there_is_no_snapshot(db):
    link(1, 2)
    bulk.void_links(0, into=2)
    assert LinkNews.objects.count() == 0


def test_a_load_that_changes_too_much_ends_the_snapshot_and_the_database_answers(chain, monkeypatch):
    monkeypatch.setattr(news, "MOST", 3)
    engine = ChoosingEngine()
    bulk.put_links((dst, 3, 0, None) for dst in range(10, 20))
    assert SnapshotEngine().view() is None
    assert LinkNews.objects.count() == 0
    assert len(engine.forward([1])) == 13
    link(19, 20)
    assert LinkNews.objects.count() == 0
    building.build()
    assert len(engine.forward([1])) == 14
    assert engine.snapshot.known is not None


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_linked_and_took_back_is_in_no_later_answer():
    link(1, 2)
    building.build()
    engine = SnapshotEngine()
    with transaction.atomic():
        link(2, 3)
        assert set(engine.view().forward([1])) == {1, 2, 3}
        transaction.set_rollback(True)
    assert set(engine.view().forward([1])) == {1, 2}
    # On SQLite the number of the note is given again.
    link(2, 4)
    assert set(engine.view().forward([1])) == {1, 2, 4}


@pytest.mark.django_db(transaction=True)
def test_a_note_known_that_is_now_another_one_makes_it_read_all_anew():
    """As after a restore under a running process: the same numbers, other changes."""
    link(1, 2)
    building.build()
    engine = SnapshotEngine()
    link(2, 3)
    assert set(engine.view().forward([1])) == {1, 2, 3}
    LinkNews.objects.update(mark=5, dst=4, src=2)
    LotLink.objects.filter(dst=3).update(dst=4)
    assert set(engine.view().forward([1])) == {1, 2, 4}


def test_another_database_never_uses_these_files(chain):
    engine = SnapshotEngine()
    assert engine.view()
    Snapshot.objects.all().delete()
    assert engine.view() is None
    Snapshot.objects.create(token="0" * 32)
    assert engine.view() is None


@pytest.mark.parametrize("spoil", [shutil.rmtree, lambda place: (place / "out-lots.npy").write_bytes(b"\x93NUMPY")])
def test_files_that_are_gone_or_cut_short_are_not_used_and_the_log_says_so_once(chain, spoil, caplog):
    spoil(folder(Snapshot.objects.get().token))
    engine = ChoosingEngine()
    assert set(engine.forward([1])) == {1, 2, 3}
    assert set(engine.forward([1])) == {1, 2, 3}
    assert len([record for record in caplog.records if "cannot be used" in record.message]) == 1


def test_files_that_differ_from_the_database_are_not_used_and_the_doctor_says_so(chain, monkeypatch):
    whole = building.read
    monkeypatch.setattr(building, "read", lambda: tuple(numbers[1:] for numbers in whole()))
    with pytest.raises(building.Mismatch):
        building.build()
    assert SnapshotEngine().view() is None
    [wrong, *_] = said_by_the_doctor()
    assert wrong[0] == "wrong"
    assert "2, 5, 3" in wrong[1]
    monkeypatch.undo()
    building.build()
    assert [level for level, _ in said_by_the_doctor()] == ["ok"]


def test_answers_that_differ_are_found_where_the_sums_are_right(chain, monkeypatch):
    """Sources exchanged between two links: count and sums stay the same."""
    link(9, 8)
    whole = building.read

    def exchanged():
        dst, src = whole()
        return dst, src[::-1].copy()

    monkeypatch.setattr(building, "read", exchanged)
    with pytest.raises(building.Mismatch, match="from lot"):
        building.build()


def test_a_build_that_cannot_be_written_says_why_and_leaves_the_last_one_in_use(chain, monkeypatch):
    def full(path):
        raise OSError("no space left")

    monkeypatch.setattr(building, "_to_disk", full)
    with pytest.raises(OSError, match="space"):
        building.build()
    assert set(SnapshotEngine().view().forward([1])) == {1, 2, 3}
    assert [level for level, _ in said_by_the_doctor()] == ["wrong", "ok"]
    assert len([path for path in folder().iterdir() if path.is_dir()]) == 1


def test_a_killed_build_leaves_no_trace_after_the_next_and_no_change_is_lost(chain, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "compare", killed)
    with pytest.raises(KeyboardInterrupt):
        building.build()
    link(3, 4)
    engine = SnapshotEngine()
    assert set(engine.view().forward([1])) == {1, 2, 3, 4}
    monkeypatch.undo()
    building.build()
    assert set(engine.view().forward([1])) == {1, 2, 3, 4}
    assert [path.name for path in folder().iterdir() if path.is_dir()] == [Snapshot.objects.get().token]


@pytest.mark.django_db(transaction=True)
def test_what_people_link_during_a_build_is_noted(monkeypatch):
    link(1, 2)
    publish = building._publish

    def meanwhile(*arguments):
        link(2, 3)
        return publish(*arguments)

    monkeypatch.setattr(building, "_publish", meanwhile)
    building.build()
    assert Snapshot.objects.get().links == 1
    assert set(SnapshotEngine().view().forward([1])) == {1, 2, 3}


def test_a_build_during_which_too_much_came_in_is_not_published(chain, monkeypatch):
    publish = building._publish

    def meanwhile(*arguments):
        monkeypatch.setattr(news, "MOST", 0)
        link(3, 4)
        return publish(*arguments)

    monkeypatch.setattr(building, "_publish", meanwhile)
    assert building.build() is None
    assert SnapshotEngine().view() is None


def test_the_keeper_of_the_machine_builds_one_at_once_and_reads_what_it_holds(chain, capsys):
    link(3, 4)
    assert run("snapshot", ["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["links"], told["lots"]) == (3, 5)
    assert Snapshot.objects.get().links == 3
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run("snapshot", []) == 1
    assert "another build" in capsys.readouterr().err


def test_only_one_builds_at_a_time(chain):
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert building.build() is None
    assert building.build() is not None


def test_lots_numbered_too_far_apart_are_left_to_the_database(db):
    link(1, 10**9)
    with pytest.raises(OverflowError):
        building.build()
    assert set(ChoosingEngine().forward([1])) == {1, 10**9}


def test_the_worker_builds_for_a_large_graph_when_it_is_calm(db, monkeypatch):
    grown = iter([120_000, 150_000, 150_100, 150_100])
    standing = {"lots": 0}
    monkeypatch.setattr(keeping, "state", lambda: keeping.State(**standing))

    def due(**facts):
        standing.clear()
        standing.update(lots=next(grown), **facts)
        return watch.due()

    watch = keeping.Watch()
    assert due()
    assert not due(), "30,000 lots came in since the last look"
    assert due()
    assert not due(usable=True)
    grown = iter([150_100] * 3)
    assert due(usable=True, changes=keeping.STALE + 1)
    assert not due(trouble="no space", tried_at=now() - timedelta(minutes=5))
    assert due(trouble="no space", tried_at=now() - timedelta(hours=2))


def test_a_small_house_never_builds_one(db):
    link(1, 2)
    assert handlers.keep_snapshot() == 0
    assert handlers._building is None
    assert [level for level, _ in said_by_the_doctor()] == ["ok"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answers_are_exact_while_others_link_void_and_build():
    stop, troubles = threading.Event(), []

    def writer(own):
        try:
            event = own
            while not stop.is_set():
                event += 2
                src, dst = event * 7 % 60, event * 11 % 61
                if src != dst:
                    link(src, dst, event)
                if event % 3 == 0:
                    with store.writing():
                        old = LotLink.objects.order_by("event").first()
                        bulk.void_links(old.event, into=old.dst) if old else None
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    def builder():
        try:
            while not stop.is_set():
                building.build()
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(0,)), threading.Thread(target=writer, args=(1,))]
    threads.append(threading.Thread(target=builder))
    for thread in threads:
        thread.start()
    engine, sql, compared = SnapshotEngine(), SqlEngine(), 0
    try:
        while compared < 40 and not troubles:
            engine.view()
            with store.writing():
                view = engine.view()
                if view is None:
                    continue
                for lot in range(0, 60, 7):
                    assert set(view.forward([lot])) == set(sql.forward([lot]))
                    assert set(view.back([lot])) == set(sql.back([lot]))
            compared += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert troubles == []
