"""The administrator says which programs are told what, and sees whether they took it (M-04)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.kernel import notices, obligations
from sanbao.kernel.actor import Actor
from sanbao.kernel.announcements import deliver
from sanbao.kernel.journal import append
from sanbao.kernel.webhooks import Call, Webhook
from sanbao.kernel.words import W
from sanbao.parties.models import Person

pytestmark = pytest.mark.django_db
HOUSE = Actor.clockwork("test")


@pytest.fixture
def administrator(settings: Any, keeper: Person) -> Person:
    settings.ALLOW_PRIVATE = frozenset({"127.0.0.1"})
    return keeper


def test_a_webhook_is_added_with_a_secret_shown_once_and_can_be_removed(
    administrator: Person, entered: Callable[..., Client]
) -> None:
    client = entered(administrator)
    made = client.post("/settings/webhooks", {"url": "http://127.0.0.1:9/in", "actions": ["complaint.*", "clock.*"]})
    hook = Webhook.objects.get()
    assert made.status_code == 201 and hook.secret in made.content.decode()
    page = client.get("/settings/webhooks").content.decode()
    assert hook.url in page and hook.secret not in page and "时限：将到期、超时、升级" in page
    client.post(f"/settings/webhooks/{hook.pk}/remove")
    assert not Webhook.objects.get().active


def test_a_private_address_is_refused_beside_its_field_and_what_was_typed_stays(
    administrator: Person, entered: Callable[..., Client]
) -> None:
    answer = entered(administrator).post("/settings/webhooks", {"url": "http://10.0.0.8/in", "actions": ["clock.*"]})
    page = answer.content.decode()
    assert answer.status_code == 422 and "内网地址" in page and "http://10.0.0.8/in" in page
    assert not Webhook.objects.exists()


def test_who_may_not_manage_webhooks_sees_none(leader: Person, entered: Callable[..., Client]) -> None:
    client = entered(leader)
    assert client.get("/settings/webhooks").status_code == 403
    assert client.get("/api/v1/webhooks").status_code == 403


def test_a_program_manages_webhooks_as_the_page_does(administrator: Person, entered: Callable[..., Client]) -> None:
    client = entered(administrator)
    body = {"url": "http://127.0.0.1:9/in", "actions": ["clock.escalated"]}
    made = client.post("/api/v1/webhooks", body, content_type="application/json")
    assert made.status_code == 201 and re.fullmatch("[0-9a-f]{64}", made.json()["secret"])
    (listed,) = client.get("/api/v1/webhooks").json()["items"]
    assert listed["actions"] == ["clock.escalated"] and "secret" not in listed
    hook = Webhook.objects.get()
    entry = append(subject="lamp:1", action="lamp.light", by=HOUSE)
    Call.objects.create(webhook=hook, entry=entry, status=500, trouble="HTTP 500")
    assert client.get(f"/api/v1/webhooks/{hook.pk}/calls").json()["items"][0]["trouble"] == "HTTP 500"
    assert client.post(f"/api/v1/webhooks/{hook.pk}/remove").json()["active"] is False
    wrong = client.post("/api/v1/webhooks", {**body, "actions": []}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "webhook.empty")


def test_the_bell_shows_what_is_new_and_the_list_says_what_is_over(
    administrator: Person, entered: Callable[..., Client]
) -> None:
    duty = {"subject": "lamp:1", "to": f"person:{administrator.pk}", "by": HOUSE}
    obligations.owe(code="a", sentence=W("换灯泡", "Change the bulb"), **duty)
    obligations.owe(code="b", sentence=W("换灯罩", "Change the shade"), **duty)
    deliver()
    obligations.discharge(subject="lamp:1", code="a", by=HOUSE)
    client = entered(administrator)
    assert notices.Notice.objects.filter(recipient=f"person:{administrator.pk}").count() == 2
    page = client.get("/notices/").content.decode()
    assert "换灯罩" in page and "已解除" in page
    client.post("/notices/read")
    assert client.get("/desk/counts").json().get("notices", 0) == 0


def test_mail_that_failed_says_why_and_is_sent_again_by_a_button(
    administrator: Person, entered: Callable[..., Client], settings: Any
) -> None:
    settings.SMTP_HOST = "127.0.0.1"
    Person.objects.filter(pk=administrator.pk).update(email="keeper@example.org")
    duty = {"subject": "lamp:1", "to": f"person:{administrator.pk}", "by": HOUSE}
    obligations.owe(code="a", sentence=W("换灯泡", "Change the bulb"), **duty)
    deliver()
    notices.Notice.objects.update(sending="failed", trouble="451 try later")
    client = entered(administrator)
    assert "451 try later" in client.get("/notices/").content.decode()
    client.post(f"/notices/{notices.Notice.objects.get().pk}/mail")
    notice = notices.Notice.objects.get()
    assert notice.sending == "queued"
    notices.Notice.objects.update(sending="failed")
    assert client.post(f"/api/v1/notices/{notice.pk}/mail").json()["sending"] == "queued"
    assert client.post(f"/api/v1/notices/{notice.pk}/read").json()["read_at"]
    assert client.post("/api/v1/notices/999/read").status_code == 404


def test_the_list_of_notices_takes_the_same_number_of_queries_whatever_its_length(
    administrator: Person, entered: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        notices.tell(to=f"person:{administrator.pk}", about=f"x:{n}", subject=f"customer:{n}", sentence=W("甲", "A"))
    client = entered(administrator)
    client.get("/notices/")
    with django_assert_max_num_queries(25):
        client.get("/notices/")
