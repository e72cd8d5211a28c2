"""Through the API too: evidence for whoever may see the subject, deposits, the register of documents."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from sanbao.api.tests.conftest import Program, problem
from sanbao.kernel import deposits, journal, seals
from sanbao.kernel.times import frozen, pass_time, today
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> journal.JournalEntry:
    return journal.append(subject="thing:1", action="thing.done", by=HOUSE)


@pytest.mark.clause("M-03")
def test_the_bundle_is_served_to_who_may_read_the_record_and_does_not_exist_for_others(
    program: Program, leader: Person, entry: journal.JournalEntry
) -> None:
    reader = Program(leader)
    answer = reader.get("journal/evidence", subject=["thing:1", "policy:grading"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as bundle:
        assert {"thing:1", "policy:grading"} <= set(json.loads(bundle.read("manifest.json"))["subjects"])
    period = reader.get("journal/evidence", first=str(today()), last=str(today()))
    assert period.status_code == 200 and b"".join(period.streaming_content)
    problem(reader.get("journal/evidence"), 422, "evidence.of_what")
    problem(program.get("journal/evidence", subject="thing:1"), 404, "evidence.nothing")
    assert program.get("journal/evidence", first=str(today())).status_code == 403


@pytest.mark.clause("M-03")
def test_the_deposits_are_listed_with_their_heads(leader: Person, program: Program, settings: Any) -> None:
    settings.SMTP_HOST = ""
    reader = Program(leader)
    with frozen("2026-04-18 12:00"):
        journal.append(subject="thing:1", action="thing.done", by=HOUSE)
        seals.seal()
        pass_time(hours=6)
        deposits.deposit_daily()
    (told,) = reader.get("journal/deposits").json()
    assert (told["head"], told["outside"]) == (deposits.latest()[0].head, False)
    assert program.get("journal/deposits").status_code == 403


@pytest.mark.clause("M-01")
def test_the_register_says_number_title_version_date_and_approver(program: Program) -> None:
    told = {line["number"]: line for line in program.get("register", on="2026-04-18").json()}
    line = told["SB-C"]
    assert (line["kind"], line["version"], line["effective"], line["in_force"]) == (
        "procedure",
        "1.0",
        "2026-01-01",
        True,
    )
    assert line["approved_by"] == "clockwork:policies" and line["title"]["zh"]
    assert told["SB-C-01"]["kind"] == "form" and told["grading"]["kind"] == "policy"
    before = {line["number"]: line for line in program.get("register", on="2025-12-31").json()}
    assert before["SB-C"]["in_force"] is False


def test_every_clause_is_listed_with_its_text(program: Program) -> None:
    told = {clause["id"]: clause for clause in program.get("clauses").json()}
    assert told["M-03"]["text_zh"] and told["C-01"]["en"]
