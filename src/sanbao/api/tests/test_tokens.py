"""A key to the API is a person's, for a time, kept as a digest, and gone when it is taken back (M-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sanbao.api import cli
from sanbao.api.actions import create_token, revoke_token
from sanbao.api.models import Token
from sanbao.api.tests.conftest import Program, problem
from sanbao.kernel import announcements, times
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal
from sanbao.parties.actions import deactivate, reactivate
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of
from sanbao.web.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db


def test_a_key_is_kept_as_a_digest_only_and_says_whose_it_is(program: Program) -> None:
    row = Token.objects.values().get()
    assert program.key not in str(row)
    assert row["person_id"] == program.person.pk
    told = program.get("me").json()
    assert told["ref"] == program.person.subject
    assert "qc.inspector" in told["roles"]


def test_what_is_done_with_a_key_is_recorded_as_its_owner_through_that_key(program: Program) -> None:
    assert program.post("products", {"code": "P1", "name": "型材"}).status_code == 201
    entry = JournalEntry.objects.get(action="product.open")
    assert (entry.actor, entry.origin) == (program.person.subject, f"{program.token.subject}@127.0.0.1")


@pytest.mark.clause("M-02")
def test_a_key_ends_with_its_last_day(program: Program) -> None:
    with times.frozen(program.token.expires_at - timedelta(minutes=1)):
        assert program.get("me").status_code == 200
    with times.frozen(program.token.expires_at):
        problem(program.get("me"), 401, "token_invalid")


def test_a_key_that_was_taken_back_works_no_more(program: Program) -> None:
    revoke_token(program.token, by=HOUSE)
    problem(program.get("me"), 401, "token_invalid")
    revoke_token(program.token, by=HOUSE)
    assert JournalEntry.objects.filter(action="token.revoked").count() == 1


def test_the_keys_of_a_leaver_end_with_him_and_do_not_come_back_with_him(leader: Person, program: Program) -> None:
    deactivate(program.person, by=HOUSE)
    problem(program.get("me"), 401, "token_invalid")
    announcements.deliver()
    reactivate(Person.objects.get(pk=program.person.pk), by=HOUSE)
    problem(program.get("me"), 401, "token_invalid")


def test_a_key_shows_when_it_was_last_used_to_the_hour(program: Program) -> None:
    with times.frozen("2026-11-20 09:10"):
        Token.objects.update(expires_at=times.now() + timedelta(days=1))
        program.get("me")
        first = Token.objects.get().used_at
        times.pass_time(minutes=30)
        program.get("me")
        assert Token.objects.get().used_at == first
        times.pass_time(minutes=40)
        program.get("me")
        assert Token.objects.get().used_at == times.now()


@pytest.mark.clause("M-02")
def test_only_an_administrator_makes_or_takes_back_the_key_of_another(inspector: Person, leader: Person) -> None:
    by = actor_of(leader)
    token, _ = create_token(person=inspector, name="x", days=1, by=HOUSE)
    for act in (
        lambda: create_token(person=inspector, name="x", days=1, by=by),
        lambda: revoke_token(token, by=by),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("not_permitted", 403)
    assert Token.objects.filter(revoked_at=None).count() == 1


@pytest.mark.clause("M-02")
def test_neither_an_old_session_nor_another_key_makes_a_key(inspector: Person) -> None:
    with pytest.raises(Refusal) as refused:
        create_token(person=inspector, name="x", days=1, by=actor_of(inspector))
    assert (refused.value.code, refused.value.clause) == ("signature.authenticate", "M-02")


@pytest.mark.parametrize(
    ("name", "days", "field"), [("", 1, "name"), ("x" * 81, 1, "name"), ("x", 0, "days"), ("x", 731, "days")]
)
def test_a_key_has_a_purpose_and_at_most_two_years(inspector: Person, name: str, days: int, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        create_token(person=inspector, name=name, days=days, by=HOUSE)
    assert (refused.value.status, refused.value.field) == (422, field)


class TestCommand:
    def test_create_prints_the_key_once_and_list_never_does(self, inspector: Person, capsys: Any) -> None:
        assert cli.main(["create", "inspector", "--name", "看板", "--days", "7"]) == 0
        key = capsys.readouterr().out.strip()
        assert key.startswith("sb_") and len(key) > 40
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        assert cli.main(["list"]) == 0
        listed = capsys.readouterr().out
        assert "看板" in listed and "inspector" in listed and key not in listed

    def test_revoke_ends_it(self, program: Program, capsys: Any) -> None:
        assert cli.main(["revoke", str(program.token.pk)]) == 0
        problem(program.get("me"), 401, "token_invalid")

    def test_what_cannot_be_done_is_one_sentence_and_exit_1(self, inspector: Person, capsys: Any) -> None:
        wrong: Callable[[list[str]], int] = cli.main
        for argv in (
            ["create", "nobody"],
            ["revoke", "999"],
            ["revoke", "9" * 30],
            ["create", "inspector", "--days", "9999"],
        ):
            assert wrong(argv) == 1
            said = capsys.readouterr()
            assert len((said.out + said.err).strip().splitlines()) == 1
        assert not Token.objects.exists()
