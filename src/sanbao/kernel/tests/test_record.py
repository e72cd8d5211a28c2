"""The record cannot be changed unnoticed (M-03)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from sanbao.kernel import attachments, journal, seals, signatures, triggers, verify
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.journal import JournalEntry, Pending
from sanbao.kernel.testing import an_actor
from sanbao.kernel.tests import toy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lamps"), pytest.mark.clause("M-03")]
KEEPER = an_actor("lamps.make", "lamps.light", fresh=True)


def run(sql: str, *params: Any) -> None:
    """As somebody who owns the database and walks around the house."""
    with triggers.lifted(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def breaches(head: str = "") -> list[tuple[str, str]]:
    return [(b.where, b.code) for b in verify.verify(head=head)]


@pytest.fixture
def lamp() -> toy.Lamp:
    lamp = toy.make(KEEPER, owner="a", label="red")
    toy.light(lamp, by=KEEPER)
    return toy.name(lamp, "blue", by=KEEPER).case


def test_an_untouched_record_holds(lamp: toy.Lamp) -> None:
    seals.seal()
    assert breaches() == []


@pytest.mark.parametrize("sql", ["UPDATE kernel_journal SET clause = ''", "DELETE FROM kernel_journal"])
def test_the_database_itself_refuses_to_change_an_entry(lamp: toy.Lamp, sql: str) -> None:
    with pytest.raises(DatabaseError, match="may not be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_insert_or_replace_does_not_walk_past_the_triggers(lamp: toy.Lamp) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own way round")
    with pytest.raises(DatabaseError, match="may not be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO kernel_journal SELECT * FROM kernel_journal LIMIT 1")


def test_one_changed_byte_is_found(lamp: toy.Lamp) -> None:
    run("UPDATE kernel_journal SET facts_text = replace(facts_text, 'on', 'On') WHERE seq = 2")
    assert (f"{lamp.subject}#2", "entry_changed") in breaches()


def test_a_deleted_entry_is_found(lamp: toy.Lamp) -> None:
    run("DELETE FROM kernel_pending")
    run("DELETE FROM kernel_journal WHERE seq = 2")
    assert (f"{lamp.subject}#3", "entry_missing") in breaches()


def test_the_newest_entry_once_sealed_cannot_vanish(lamp: toy.Lamp) -> None:
    seals.seal()
    run("DELETE FROM kernel_journal WHERE seq = 3")
    run("UPDATE test_lamp SET label = 'red', version = 2")
    assert breaches() == [("seal:1", "sealed_entries_changed")]


def test_an_inserted_entry_is_found(lamp: toy.Lamp) -> None:
    seals.seal()
    forged = journal.append(subject=lamp.subject, action="lamp.name", by=KEEPER, facts={"version": 4})
    run("UPDATE kernel_journal SET seq = 9 WHERE id = %s", forged.pk)
    assert (f"{lamp.subject}#9", "entry_missing") in breaches()


def test_a_swapped_order_is_found(lamp: toy.Lamp) -> None:
    run("UPDATE kernel_journal SET seq = 99 WHERE seq = 2")
    run("UPDATE kernel_journal SET seq = 2 WHERE seq = 3")
    run("UPDATE kernel_journal SET seq = 3 WHERE seq = 99")
    assert (f"{lamp.subject}#2", "chain_broken") in breaches()


def test_a_row_changed_behind_the_journals_back_is_found(lamp: toy.Lamp) -> None:
    run("UPDATE test_lamp SET label = 'green'")
    assert (lamp.subject, "row_changed") in breaches()


def test_a_row_inserted_behind_the_journals_back_is_found(lamp: toy.Lamp) -> None:
    toy.Lamp.objects.create(state="off", label="forged")
    assert any(code == "row_unrecorded" for _, code in breaches())


def test_a_changed_or_lost_attachment_is_found(lamp: toy.Lamp) -> None:
    row = attachments.store(SimpleUploadedFile("来函.pdf", b"%PDF-1.7 original"), by=KEEPER, subject=lamp.subject)
    assert breaches() == []
    row.path.chmod(0o600)
    row.path.write_bytes(b"%PDF-1.7 0riginal")
    assert breaches() == [(f"attachment:{row.pk}", "attachment_changed")]
    row.path.unlink()
    assert breaches() == [(f"attachment:{row.pk}", "attachment_missing")]
    Attachment.objects.all().delete()
    assert breaches() == [(f"attachment:{row.pk}", "attachment_missing")]


def test_a_changed_signature_is_found(lamp: toy.Lamp) -> None:
    signatures.sign(subject=lamp.subject, meaning="approve", content={"weight": "620"}, by=KEEPER)
    run("UPDATE kernel_signature SET signer = 'person:9'")
    assert [code for _, code in breaches()] == ["signature_changed"]


def test_a_changed_seal_is_found_and_so_is_a_lost_one(lamp: toy.Lamp) -> None:
    seals.seal()
    toy.name(lamp, "green", by=KEEPER)
    seals.seal()
    run("UPDATE kernel_seal SET count = 9 WHERE number = 2")
    assert breaches() == [("seal:2", "seal_changed")]
    run("DELETE FROM kernel_seal WHERE number = 1")
    assert ("seal:2", "seal_missing") in breaches()


def test_a_history_rewritten_as_a_whole_is_found_by_the_seal_deposited_outside(lamp: toy.Lamp) -> None:
    deposited = seals.seal()
    assert deposited is not None
    assert breaches(deposited.hash) == []
    run("DELETE FROM kernel_seal")
    assert breaches() == []
    assert breaches(deposited.hash) == [("seals", "head_unknown")]


def test_a_missing_trigger_is_reported_and_put_back(lamp: toy.Lamp) -> None:
    on = " ON kernel_journal" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER kernel_journal_no_update{on}")
    assert breaches() == [("kernel_journal_no_update", "trigger_missing")]
    triggers.install()
    assert breaches() == []


def test_every_entry_is_sealed_exactly_once(lamp: toy.Lamp) -> None:
    written = JournalEntry.objects.count()
    first = seals.seal()
    toy.name(lamp, "green", by=KEEPER)
    second = seals.seal()
    assert first is not None
    assert second is not None
    assert (first.count, second.count, seals.seal()) == (written, 1, None)
    assert second.previous == first.hash
    assert not Pending.objects.filter(consumer=seals.CONSUMER).exists()
    assert JournalEntry.objects.count() == written + 1


def test_the_house_has_a_name_in_the_record_too(lamp: toy.Lamp) -> None:
    toy.name(lamp, "dark", by=Actor.clockwork("clocks"))
    last = journal.entries_of(lamp.subject).last()
    assert last is not None
    assert last.actor == "clockwork:clocks"
