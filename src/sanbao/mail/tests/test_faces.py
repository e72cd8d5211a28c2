"""The tray and the letters by page and by API: the same done, the same refused (C-03, C-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanbao.complaints.models import Complaint
from sanbao.kernel import announcements, attachments
from sanbao.kernel.testing import nothing_recorded
from sanbao.mail import actions
from sanbao.mail.models import Letter, MailItem, MailState
from sanbao.mail.tests.letters import USER, a_mail
from sanbao.parties import actions as parties
from sanbao.parties.models import Person

Receive = Callable[..., MailItem]
JSON = {"content_type": "application/json"}


@pytest.fixture
def clients(people: dict[str, Person]) -> dict[str, Client]:
    found = {}
    for name in ("clerk", "inspector", "manager"):
        Person.objects.filter(pk=people[name].pk).update(one_time_password=False)
        found[name] = Client()
        found[name].force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
    return found


@pytest.mark.clause("C-03")
def test_a_clerk_opens_a_case_from_the_tray_and_finds_it_filled_in(
    receive: Receive, clients: dict[str, Client], customer: Any
) -> None:
    parties.register_contact(by=actions.incoming.HOUSE, customer=customer, name="张工", email=USER.upper())
    mail = receive(a_mail("型材<script>alert(1)</script>掉粉", files=[("p.jpg", b"\xff\xd8\xff1")]))
    tray = clients["clerk"].get("/mail/").content.decode()
    assert "喷涂料掉粉" in tray and "门窗厂张工" in tray
    page = clients["clerk"].get(f"/mail/{mail.pk}").content.decode()
    assert customer.name in page and "p.jpg" in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    form = clients["clerk"].get(f"/mail/{mail.pk}/do/open_case").content.decode()
    assert f'value="{customer.code}"' in form and "张工" in form and "掉粉" in form
    assert f'<option value="{customer.code}">{customer.name}</option>' in form
    done = clients["clerk"].post(
        f"/mail/{mail.pk}/do/open_case", {"source": "user", "description": "掉粉", "customer": customer.code}
    )
    case = Complaint.objects.get()
    assert done["Location"] == case.get_absolute_url()
    shown = clients["clerk"].get(case.get_absolute_url()).content.decode()
    assert f"/mail/{mail.pk}" in shown and f"/mail/write?case={case.number}" in shown
    assert attachments.of(case.subject).filter(original=True).count() == 1


def test_filing_offers_the_open_cases_of_who_writes(
    receive: Receive, clients: dict[str, Client], register: Any
) -> None:
    cases = [register(contact_email=USER), register(contact_email=USER)]
    mail = receive(a_mail("第三支也掉粉"))
    form = clients["clerk"].get(f"/mail/{mail.pk}/do/file").content.decode()
    assert all(f'<option value="{case.number}">' in form for case in cases)


@pytest.mark.clause("C-03")
def test_page_and_api_refuse_alike_and_change_nothing(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    mail = receive(a_mail())
    case = actions.open_case(mail, by=actions.incoming.HOUSE, source="user", description="x", contact_email=USER)
    assert clients["clerk"].get(case.get_absolute_url()).status_code == 200
    body = {"reason": "弄错了"}
    with nothing_recorded():
        page = clients["clerk"].post(f"/mail/{mail.pk}/do/take_back", body)
        api = clients["clerk"].post(f"/api/v1/mails/{mail.pk}/take-back", body, **JSON)
    assert (page.status_code, api.status_code) == (409, 409)
    assert (api.json()["code"], api.json()["clause"]) == ("mail.original", "C-03")
    assert "mail.original" in page.content.decode()


def test_a_program_files_a_mail_and_writes_back(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    mail, case, api = receive(a_mail()), register(), clients["clerk"]
    filed = api.post(f"/api/v1/mails/{mail.pk}/file", {"case": case.number}, **JSON).json()
    assert (filed["state"], filed["case"]) == ("filed", case.number)
    assert filed["attachments"][0]["original"] is True
    body = {"mail": mail.pk, "kind": "progress", "to": USER, "text": "已送检。"}
    written = api.post("/api/v1/letters", body, **JSON)
    assert written.status_code == 201, written.content.decode()
    letter = written.json()
    assert (letter["state"], letter["case"], letter["to"]) == ("queued", case.number, [USER])
    assert api.post(f"/api/v1/letters/{letter['id']}/withdraw", {}, **JSON).json()["state"] == "withdrawn"
    assert [row["id"] for row in api.get("/api/v1/mails", {"case": case.number}).json()["items"]] == [mail.pk]
    assert api.get("/api/v1/letters", {"state": "withdrawn"}).json()["total"] == 1


def test_a_case_is_found_by_words_and_several_are_named(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    one, _, _ = register(title="密封条开裂"), register(title="划伤甲"), register(title="划伤乙")
    mail, api = receive(a_mail()), clients["clerk"]
    refused = api.post(f"/api/v1/mails/{mail.pk}/file", {"case": "划伤"}, **JSON)
    assert refused.status_code == 422 and "划伤甲" in refused.json()["title"] and "划伤乙" in refused.json()["title"]
    assert api.post(f"/api/v1/mails/{mail.pk}/file", {"case": "没有这样的字"}, **JSON).status_code == 422
    assert api.post(f"/api/v1/mails/{mail.pk}/file", {"case": "密封条"}, **JSON).json()["case"] == one.number


def test_the_letter_form_knows_the_user_and_the_case_shows_how_far_the_letter_has_come(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    case = register()
    actions.file(receive(a_mail()), by=actions.incoming.HOUSE, case=case)
    form = clients["clerk"].get(f"/mail/write?case={case.number}").content.decode()
    assert f'value="{USER}"' in form and f'value="{case.number}"' in form
    sent = clients["clerk"].post(
        "/mail/write", {"case": case.number, "kind": "progress", "to": USER, "text": "已送检。", "quote": "on"}
    )
    letter = Letter.objects.get()
    assert sent["Location"] == letter.get_absolute_url()
    assert "待发" in clients["clerk"].get(case.get_absolute_url()).content.decode()
    page = clients["clerk"].get(letter.get_absolute_url()).content.decode()
    assert "已送检。" in page and f"{letter.get_absolute_url()}/do/withdraw" in page
    english = clients["clerk"].get("/mail/letters/", headers={"Accept-Language": "en"})
    assert english.status_code == 200


def test_who_sees_a_case_sees_its_mail_and_nobody_else_does(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    stray, mine = receive(a_mail()), receive(a_mail())
    actions.file(mine, by=actions.incoming.HOUSE, case=register())
    assert clients["inspector"].get(f"/mail/{mine.pk}").status_code == 200
    assert clients["inspector"].get(f"/mail/{stray.pk}").status_code == 404
    file = attachments.of(stray.subject).get()
    assert clients["inspector"].get(f"/attachments/{file.pk}").status_code == 404
    assert clients["inspector"].get(f"/api/v1/mails/{stray.pk}").status_code == 404


def test_a_page_costs_the_same_however_much_mail_there_is(
    receive: Receive, clients: dict[str, Client], register: Callable[..., Complaint]
) -> None:
    case = register()

    def costs() -> list[int]:
        found = []
        for address in ("/mail/?tab=all", case.get_absolute_url()):
            clients["clerk"].get(address)
            with CaptureQueriesContext(connection) as asked:
                assert clients["clerk"].get(address).status_code == 200
            found.append(len(asked))
        return found

    def more() -> None:
        actions.file(receive(a_mail()), by=actions.incoming.HOUSE, case=case)
        actions.write(by=actions.incoming.HOUSE, case=case, to=[USER], text="x")
        announcements.deliver()

    more()
    before = costs()
    for _ in range(4):
        more()
    assert costs() == before


def test_the_rail_counts_what_nobody_has_filed(receive: Receive, clients: dict[str, Client], by: Any) -> None:
    from sanbao.web import desk

    receive(a_mail())
    assert (desk.figures(by.clerk)["mail"], desk.figures(by.inspector)["mail"]) == (1, 0)
    assert MailItem.objects.get().state == MailState.UNMATCHED
