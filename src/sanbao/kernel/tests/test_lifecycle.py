"""What may follow what, who may, and what is written down of it."""

import pytest

from sanbao.kernel import journal, search
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.kernel.tests import toy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lamps")]
KEEPER = an_actor("lamps.make", "lamps.light")


def test_a_move_changes_the_state_and_is_recorded_with_its_clause() -> None:
    lamp = toy.light(toy.make(KEEPER, owner="a"), by=KEEPER)
    assert (lamp.state, lamp.version) == ("on", 2)
    first, second = journal.entries_of(lamp.subject)
    assert (first.action, second.action, second.clause, second.actor) == ("lamp.open", "lamp.light", "X-02", "person:1")
    assert second.facts["set"] == {"state": ["off", "on"]}
    assert second.previous == first.hash


def test_what_the_state_does_not_allow_is_refused_with_the_clause_and_leaves_no_trace() -> None:
    lamp = toy.light(toy.make(KEEPER, owner="a"), by=KEEPER)
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        toy.light(lamp, by=KEEPER)
    assert (refused.value.code, refused.value.clause, refused.value.status) == ("wrong_state", "X-02", 409)
    assert refused.value.facts["needed"] == ["off"]


def test_who_lacks_the_permission_is_refused_and_who_may_not_see_it_finds_nothing() -> None:
    lamp = toy.make(KEEPER, owner="a")
    with pytest.raises(Refusal) as refused:
        toy.light(lamp, by=an_actor("lamps.make"))
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)
    hidden = toy.make(KEEPER, owner="a", hidden=True)
    with pytest.raises(Refusal) as refused:
        toy.light(hidden, by=KEEPER)
    assert (refused.value.code, refused.value.status) == ("not_found", 404)
    assert toy.light(hidden, by=Actor.clockwork("test")).state == "on"


@pytest.mark.clause("M-03")
def test_a_save_over_somebody_elses_save_is_refused_and_shows_what_he_changed() -> None:
    lamp = toy.make(KEEPER, owner="a")
    toy.name(lamp, "red", by=an_actor("lamps.light", person=2), expect=1)
    with nothing_recorded(), pytest.raises(Refusal) as refused:
        toy.name(lamp, "blue", by=KEEPER, expect=1)
    assert refused.value.code == "stale"
    assert refused.value.facts["changes"][0]["actor"] == "person:2"
    assert refused.value.facts["changes"][0]["set"] == {"label": ["", "red"]}


def test_a_guard_holds_every_move_but_those_that_are_always_allowed() -> None:
    lamp = toy.make(KEEPER)
    with pytest.raises(Refusal) as refused:
        toy.light(lamp, by=KEEPER)
    assert refused.value.clause == "X-04"
    assert toy.name(lamp, "red", by=KEEPER).case.label == "red"


def test_a_subject_is_found_by_its_words_in_the_same_transaction() -> None:
    lamp = toy.make(KEEPER, owner="a", label="喷涂层偏薄 BQ0007312")
    assert list(search.matching("lamp", "涂层")) == [lamp.pk]
    assert list(search.matching("lamp", "bq000")) == [lamp.pk]
    toy.name(lamp, "色差", by=KEEPER)
    assert list(search.matching("lamp", "涂层")) == []
    assert list(search.matching("lamp", "色差")) == [lamp.pk]


def test_personal_text_enters_the_record_only_as_a_salted_digest() -> None:
    lamp = toy.make(KEEPER, owner="a")
    with toy.LAMP.move("name", lamp, by=KEEPER) as step:
        step.private(phone="000-1234")
    entry = journal.entries_of(lamp.subject).last()
    assert entry is not None
    assert "000-1234" not in entry.facts_text
    assert len(entry.facts["private"]["phone"]) == 64


def test_a_text_that_its_column_does_not_hold_is_refused_on_both_databases() -> None:
    lamp = toy.make(KEEPER, owner="a")
    for act in (lambda: toy.make(KEEPER, owner="a" * 41), lambda: toy.name(lamp, "x" * 41, by=KEEPER)):
        with nothing_recorded(), pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.status, refused.value.facts["most"]) == ("too_long", 422, 40)
    assert toy.name(lamp, "x" * 40, by=KEEPER).case.label == "x" * 40
