"""来函: facts are proposed, a person accepts each, and the accepted ones fill the complaint (C-03)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import (  # noqa: F401 - fixtures of the house
    by,
    customer,
    monday_morning,
    people,
    product,
    quick_passwords,
)
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import attachments, obligations
from sanbao.letters import actions
from sanbao.letters.models import FactKind, UserLetter, UserLetterState
from sanbao.letters.tests.test_rules import CHINESE
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(by: Any) -> UserLetter:  # noqa: F811
    scan = attachments.store(SimpleUploadedFile("fax.pdf", b"%PDF-1.7 scan"), by=by.clerk)
    return actions.read(by=by.clerk, channel="fax", text=CHINESE, files=[scan])


@pytest.mark.clause("C-03")
def test_a_fax_is_registered_only_after_a_person_has_checked_every_fact(letter: UserLetter, by: Any) -> None:  # noqa: F811
    assert actions.CHECK in obligations.open_for(by.clerk).values_list("code", flat=True)
    with refused("user_letter.facts_unjudged", "C-03", count=letter.facts.count()):
        actions.take_in(letter, by=by.clerk, description="x", contact_unknown=True)
    actions.judge_facts(letter, by=by.clerk, accepted=list(letter.facts.all()))
    case = actions.take_in(letter, by=by.clerk, description=letter.text, contact_phone="000-55550136")
    letter = UserLetter.objects.get(pk=letter.pk)
    assert (letter.state, letter.complaint) == (UserLetterState.TAKEN_IN, case)
    originals = [(a.name, a.sha256) for a in attachments.of(letter.subject)]
    assert [(a.name, a.sha256) for a in attachments.of(case.subject)] == originals
    assert not obligations.open_on(letter.subject).exists()


def test_what_is_accepted_fills_the_form_and_what_is_not_does_not(letter: UserLetter, people: Any) -> None:  # noqa: F811
    page = browser(people["clerk"])
    kept = [f.pk for f in letter.facts.all() if f.kind != FactKind.CODE]
    assert "fax.pdf" in page.get(letter.get_absolute_url()).content.decode()
    page.post(f"{letter.get_absolute_url()}/do/judge_facts", {"accepted": kept})
    form = page.get(f"{letter.get_absolute_url()}/do/take_in").content.decode()
    for words in ("清源市宏达门窗厂 陈明远", "000-55550136", "LM80-03", "更换全部不合格料"):
        assert words in form, words
    assert 'value="P260308-07"' not in form
    assert letter.number in page.get("/letters/").content.decode()


@pytest.mark.clause("C-03")
def test_a_program_reads_checks_and_registers_a_letter(people: Any, by: Any) -> None:  # noqa: F811
    program = Program(people["clerk"])
    letter = program.post("user-letters", channel="letter", text=CHINESE)
    phone = next(f for f in letter["facts"] if f["kind"] == "phone")
    assert letter["text"][phone["start"] : phone["end"]] == phone["words"] == "000-55550136"
    assert program.refused(f"user-letters/{letter['id']}/take-in")["code"] == "user_letter.facts_unjudged"
    program.post(f"user-letters/{letter['id']}/judge-facts", accepted=[f["id"] for f in letter["facts"]])
    done = program.post(f"user-letters/{letter['id']}/take-in")
    case = Complaint.objects.get(number=done["complaint"])
    assert (case.contact_phone, case.code, case.quality_related) == ("000-55550136", "P260308-07", True)
    assert case.demands.count() == 1 and case.channel == "letter"
    assert done["number"] in browser(people["clerk"]).get(case.get_absolute_url()).content.decode()


@pytest.mark.clause("C-03")
def test_a_demand_that_does_not_fit_is_sent_back_whole_and_never_cut(people: Any, by: Any) -> None:  # noqa: F811
    program, long = Program(people["clerk"]), "换" * 301
    letter = program.post("user-letters", channel="letter", text=CHINESE)
    program.post(f"user-letters/{letter['id']}/judge-facts", accepted=[f["id"] for f in letter["facts"]])
    problem = program.refused(f"user-letters/{letter['id']}/take-in", demands=["更换", long])
    assert problem["status"] == 422 and problem["errors"][0]["field"] == "demands"
    page = browser(people["clerk"]).post(f"/letters/{letter['id']}/do/take_in", {"demands": f"更换\n{long}"})
    assert page.status_code == 422 and long in page.content.decode() and not Complaint.objects.exists()


def test_a_letter_that_is_no_complaint_is_put_away_with_its_reason(letter: UserLetter, by: Any) -> None:  # noqa: F811
    letter = actions.put_away(letter, by=by.clerk, reason="推销信")
    assert (letter.state, letter.reason) == (UserLetterState.PUT_AWAY, "推销信")
    assert not obligations.open_on(letter.subject).exists()
