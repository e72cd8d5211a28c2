"""Once a day the head of the record leaves the house by real mail; the doctor says when it does not (M-03)."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sanbao import doctor
from sanbao.kernel import deposits, journal, notices, seals, triggers, verify
from sanbao.kernel.actor import Actor
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.notices import Sending
from sanbao.kernel.policies.files import adopt
from sanbao.kernel.seals import Seal
from sanbao.kernel.tests.test_notices import Post, post
from sanbao.kernel.times import frozen, pass_time

__all__ = ["post"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-03")]
HOUSE = Actor.clockwork("test")


@pytest.fixture
def a_day(settings: Any) -> Iterator[None]:
    """Saturday noon in a house that has sealed something; the deposit is due at 17:00."""
    with frozen("2026-04-18 12:00"):
        act()
        seals.seal()
        yield


def act() -> None:
    journal.append(subject="thing:1", action="thing.done", by=HOUSE)


def outside(*addresses: str, to: str = "-") -> None:
    text = deposits.DEPOSIT.write("", [("17:00", to, "|".join(addresses) or "-")])
    adopt(deposits.DEPOSIT, text, number=2, effective_from=date(2026, 1, 1), action="policy.supplemented")


def made() -> list[dict[str, Any]]:
    return [e.facts for e in JournalEntry.objects.filter(action="seal.deposited").order_by("id")]


def said_by_the_doctor() -> tuple[str, str]:
    (finding,) = doctor.depositing()
    return finding.level, finding.sentence


def test_the_newest_seal_is_mailed_once_a_day_at_the_time_that_the_policy_names(a_day: None, post: Post) -> None:
    outside("auditor@example.org", to="management.gm")
    assert deposits.deposit_daily() == 0
    pass_time(hours=5)
    act()
    assert (deposits.deposit_daily(), deposits.deposit_daily()) == (1, 0)
    assert notices.send_mail() == 2
    head = Seal.objects.order_by("-number").values_list("hash", flat=True)[0]
    assert {m["To"] for m in post.taken} == {"qc@example.org", "auditor@example.org"}
    for message in post.taken:
        assert head in message.get_content()
    assert list(verify.verify(head=head)) == []
    pass_time(hours=24)
    assert deposits.deposit_daily() == 1
    assert [facts["seal"] for facts in made()] == [2, 3]


def test_the_record_says_which_head_went_to_whom_and_no_address(a_day: None, post: Post) -> None:
    outside("auditor@example.org", to="management.gm")
    pass_time(hours=5)
    deposits.deposit_daily()
    (facts,) = made()
    assert facts["head"] == Seal.objects.get(number=facts["seal"]).hash
    assert facts["to"] == ["mail:1", "person:7", "person:8"]
    assert facts["decision"] == {"policy": "deposit", "version": 2, "row": 1}
    assert "example.org" not in json.dumps(facts)


def test_a_house_that_slept_at_the_time_deposits_when_it_wakes(a_day: None, post: Post) -> None:
    pass_time(hours=21)
    assert deposits.deposit_daily() == 1
    pass_time(hours=7)
    assert deposits.deposit_daily() == 0
    pass_time(hours=1)
    assert deposits.deposit_daily() == 1


def test_a_house_with_nothing_sealed_owes_no_deposit() -> None:
    with frozen("2026-04-18 17:30"):
        assert deposits.deposit_daily() == 0
        assert said_by_the_doctor() == ("ok", "尚未到时 not due yet")


def test_the_doctor_says_when_the_deposit_is_late(a_day: None) -> None:
    pass_time(hours=5, minutes=30)
    assert said_by_the_doctor()[0] == "ok"
    pass_time(hours=1)
    level, sentence = said_by_the_doctor()
    assert (level, "2026-04-18 17:00" in sentence) == ("wrong", True)


def test_the_doctor_says_when_the_mail_server_refuses_the_deposit_and_is_content_when_it_takes_it(
    a_day: None, post: Post
) -> None:
    post.refusing = True
    pass_time(hours=5)
    deposits.deposit_daily()
    notices.send_mail()
    level, sentence = said_by_the_doctor()
    assert (level, "451" in sentence) == ("wrong", True)
    post.refusing = False
    pass_time(minutes=2)
    assert notices.send_mail() == 1
    assert said_by_the_doctor()[0] == "ok"
    (deposit,) = deposits.latest()
    assert (deposit.accepted, deposit.waiting, deposit.outside) == (1, 0, True)


def test_a_deposit_that_never_left_the_house_is_not_called_one(a_day: None, settings: Any) -> None:
    settings.SMTP_HOST = ""
    outside("auditor@example.org")
    pass_time(hours=5)
    deposits.deposit_daily()
    assert deposits.letters(2).get().sending == Sending.NONE
    level, sentence = said_by_the_doctor()
    assert (level, "only" in sentence) == ("warning", True)


def test_a_history_rewritten_as_a_whole_does_not_know_the_deposited_head(a_day: None, post: Post) -> None:
    pass_time(hours=5)
    deposits.deposit_daily()
    head = made()[0]["head"]
    with triggers.lifted():
        Seal.objects.all().delete()
    assert [b.code for b in verify.verify(head=head) if b.where == "seals"] == ["head_unknown"]


def test_the_command_seals_what_is_new_and_prints_one_line(a_day: None, capsys: pytest.CaptureFixture[str]) -> None:
    act()
    assert deposits.main(["--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    newest = Seal.objects.get(number=2)
    assert said == {"number": 2, "head": newest.hash, "count": 1, "sealed_at": "2026-04-18T12:00:00+08:00"}
    assert deposits.main([]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2 and all(newest.hash in line for line in printed)
