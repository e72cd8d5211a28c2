"""The record on the page: found, proved, verified, and shown only to who may read it (M-03)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.kernel import deposits, journal, seals, triggers
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.times import frozen, pass_time, today
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import HOUSE

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def entry(leader: Person) -> JournalEntry:
    facts = {"set": {"state": ["a", "b"]}, "number": "QX-7"}
    return journal.append(subject="thing:1", action="thing.done", by=HOUSE, clause="C-01", facts=facts)


@pytest.mark.clause("M-03")
def test_the_record_is_shown_only_to_who_may_read_it(inspector: Person, entered: Callable[..., Client]) -> None:
    for page in ("/journal/", "/journal/verify"):
        assert entered(inspector).get(page).status_code == 403


@pytest.mark.parametrize("query", ["subject=thing:1", "action=thing.", "clause=c-01", "actor=clockwork:test"])
def test_an_entry_is_found_by_subject_act_clause_and_actor(
    leader: Person, entered: Callable[..., Client], entry: JournalEntry, query: str
) -> None:
    page = entered(leader).get(f"/journal/?{query}").content.decode()
    assert "thing:1" in page
    assert "thing:1" not in entered(leader).get("/journal/?subject=other:1").content.decode()


def test_an_entry_shows_what_changed_and_its_proof(
    leader: Person, entered: Callable[..., Client], entry: JournalEntry
) -> None:
    page = entered(leader).get(f"/journal/{entry.pk}").content.decode()
    assert entry.hash in page and "校验相符" in page and "QX-7" in page


def test_an_entry_that_was_touched_fails_its_proof_and_the_verification(
    leader: Person, entered: Callable[..., Client], entry: JournalEntry
) -> None:
    with triggers.lifted():
        JournalEntry.objects.filter(pk=entry.pk).update(facts_text='{"number":"QX-8"}')
    client = entered(leader)
    assert "校验不符" in client.get(f"/journal/{entry.pk}").content.decode()
    found = client.post("/journal/verify", {"subject": "thing:1"}).content.decode()
    assert "entry_changed" in found and "全部相符" not in found


def test_an_untouched_subject_verifies(leader: Person, entered: Callable[..., Client], entry: JournalEntry) -> None:
    assert "全部相符" in entered(leader).post("/journal/verify", {"subject": "thing:1"}).content.decode()


def test_a_page_of_the_record_costs_the_same_however_many_entries_it_lists(
    leader: Person, entered: Callable[..., Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = entered(leader)
    client.get("/journal/")
    for number in range(60):
        journal.append(subject=f"person:{leader.pk}", action="thing.done", by=HOUSE, facts={"n": number})
    with django_assert_max_num_queries(16):
        client.get("/journal/")


@pytest.mark.clause("M-03")
def test_an_auditor_takes_the_evidence_of_what_he_filtered(
    leader: Person, inspector: Person, entered: Callable[..., Client], entry: JournalEntry
) -> None:
    client = entered(leader)
    assert "/journal/evidence?subject=thing%3A1" in client.get("/journal/?subject=thing:1").content.decode()
    assert "/journal/verify#evidence" in client.get("/journal/").content.decode()
    answer = client.get("/journal/evidence?subject=thing:1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as bundle:
        assert entry.hash in bundle.read("entries.jsonl").decode()
    period = client.get(f"/journal/evidence?from={today()}&to={today()}")
    assert period.status_code == 200 and b"".join(period.streaming_content)
    assert client.get("/journal/evidence").status_code == 422
    assert entered(inspector).get("/journal/evidence?subject=thing:1").status_code == 404
    assert entered(inspector).get(f"/journal/evidence?from={today()}&to={today()}").status_code == 403


@pytest.mark.clause("M-03")
def test_the_page_shows_the_last_deposits_of_the_seal_and_how_the_mail_fared(
    leader: Person, entered: Callable[..., Client], settings: Any
) -> None:
    settings.SMTP_HOST = ""
    client = entered(leader)
    assert "还没有寄存过" in client.get("/journal/verify").content.decode()
    with frozen("2026-04-18 12:00"):
        journal.append(subject="thing:1", action="thing.done", by=HOUSE)
        seals.seal()
        pass_time(hours=6)
        deposits.deposit_daily()
    page = client.get("/journal/verify").content.decode()
    assert deposits.latest()[0].head in page and "张总" in page and "仅站内通知" in page
