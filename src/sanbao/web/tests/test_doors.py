"""Log-in: who comes in, what he must do first, and who stays outside (M-02)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from sanbao.kernel.journal import JournalEntry
from sanbao.parties.actions import deactivate
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import HOUSE, PASSWORD

pytestmark = pytest.mark.django_db


def test_every_page_sends_a_stranger_to_the_log_in_page_and_remembers_where_he_wanted_to_go() -> None:
    answer = Client().get("/policies/?tab=x")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/policies/%3Ftab%3Dx")


def test_an_expired_session_answers_a_script_with_401_and_never_with_a_log_in_page() -> None:
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_person_logs_in_with_his_name_and_password(inspector: Person, entered: Callable[..., Client]) -> None:
    page = entered(inspector).get("/")
    assert page.status_code == 200
    assert "王检" in page.content.decode()


def test_a_wrong_password_says_so_and_keeps_the_name(inspector: Person) -> None:
    answer = Client(HTTP_ACCEPT_LANGUAGE="zh-CN").post("/accounts/login/", {"login": "inspector", "password": "no"})
    assert answer.status_code == 200
    assert 'value="inspector"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_after_too_many_wrong_passwords_the_door_is_locked_for_a_stated_time(inspector: Person, settings: Any) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/accounts/login/", {"login": "inspector", "password": "guess"})
    answer = client.post("/accounts/login/", {"login": "inspector", "password": PASSWORD})
    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_a_name_in_other_letters_is_the_same_name_to_the_lock(inspector: Person, settings: Any) -> None:
    names = itertools.cycle(["Inspector", "INSPECTOR", " inspector"])
    for name in itertools.islice(names, settings.AXES_FAILURE_LIMIT):
        Client().post("/accounts/login/", {"login": name, "password": "guess"})
    assert Client().post("/accounts/login/", {"login": "inspectoR", "password": PASSWORD}).status_code == 429


def test_nobody_signs_himself_up_and_no_password_is_reset_by_mail() -> None:
    for page in ("signup/", "reset/", "email/"):
        assert Client().get(f"/accounts/{page}").status_code == 404


def test_a_deactivated_person_is_out_at_once(leader: Person, inspector: Person, entered: Callable[..., Client]) -> None:
    client = entered(inspector)
    deactivate(inspector, by=HOUSE)
    assert client.get("/").status_code == 302


def test_no_page_leads_to_a_walled_up_door(inspector: Person, entered: Callable[..., Client]) -> None:
    client = entered(inspector)
    for page in ("password/", "reauthenticate/?next=/"):
        shown = client.get(f"/accounts/{page}").content.decode()
        assert not any(door in shown for door in ("/accounts/reset/", "/accounts/signup/", "/accounts/email/"))
    assert client.get("/accounts/2fa/")["Location"] == "/me/"


def test_a_password_that_was_handed_out_must_be_replaced_before_anything_else(
    inspector: Person, entered: Callable[..., Client]
) -> None:
    client = entered(inspector)
    Person.objects.filter(pk=inspector.pk).update(one_time_password=True)
    assert client.get("/journal/")["Location"] == "/accounts/password/"
    new = {"oldpassword": PASSWORD, "password1": "another-river-8", "password2": "another-river-8"}
    assert client.post("/accounts/password/", new)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert JournalEntry.objects.filter(subject=inspector.subject, action="person.choose_password").exists()


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def no_demonstration(self, settings: Any) -> None:
        settings.DEMO = False

    def test_a_post_that_requires_it_gets_nowhere_before_it_is_set_up(
        self, leader: Person, entered: Callable[..., Client]
    ) -> None:
        client = entered(leader)
        assert client.get("/journal/")["Location"] == "/accounts/2fa/totp/activate/"
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200

    def test_a_post_that_does_not_require_it_goes_on(self, inspector: Person, entered: Callable[..., Client]) -> None:
        assert entered(inspector).get("/").status_code == 200

    def test_setting_it_up_opens_the_house_and_the_next_log_in_asks_for_it(
        self, leader: Person, entered: Callable[..., Client]
    ) -> None:
        client = entered(leader)
        client.get("/accounts/2fa/totp/activate/")
        secret = client.session["mfa.totp.secret"]
        done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
        assert done["Location"] == "/accounts/2fa/recovery-codes/"
        assert client.get("/").status_code == 200
        assert Authenticator.objects.filter(user=leader, type="totp").exists()
        again = Client().post("/accounts/login/", {"login": "leader", "password": PASSWORD})
        assert again["Location"].startswith("/accounts/2fa/authenticate/")

    def test_its_digits_cannot_be_guessed_by_trying(self, leader: Person, entered: Callable[..., Client]) -> None:
        client = entered(leader)
        client.get("/accounts/2fa/totp/activate/")
        secret = client.session["mfa.totp.secret"]
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
        thief = Client(REMOTE_ADDR="192.0.2.1")
        thief.post("/accounts/login/", {"login": "leader", "password": PASSWORD})
        for n in range(25):
            thief.post("/accounts/2fa/authenticate/", {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{n + 1}")
        assert thief.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200
        assert thief.get("/").status_code == 302

    def test_in_the_demonstration_it_is_not_asked_for(
        self, leader: Person, entered: Callable[..., Client], settings: Any
    ) -> None:
        settings.DEMO = True
        assert entered(leader).get("/").status_code == 200


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))
