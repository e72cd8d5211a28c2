"""Programs are told too: signed, until they take it, and never at private addresses (M-04)."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from sanbao.kernel import announcements, journal, outside, webhooks
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor
from sanbao.kernel.times import frozen, pass_time
from sanbao.kernel.webhooks import Webhook

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-04")]
HOUSE = Actor.clockwork("test")
Call = tuple[dict[str, str], bytes]


class Receiver(ThreadingHTTPServer):
    taken: list[Call]
    status = 204


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.taken.append((dict(self.headers), body))
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet: the test looks at what was taken."""

    server = Receiver(("127.0.0.1", 0), Handler)
    server.taken = []
    Thread(target=server.serve_forever, daemon=True).start()
    settings.ALLOW_PRIVATE = frozenset({"127.0.0.1"})
    yield server
    server.shutdown()
    server.server_close()


def hook(receiver: Receiver, *actions: str) -> Webhook:
    return webhooks.add(url=f"http://127.0.0.1:{receiver.server_port}/in", actions=list(actions), by=HOUSE)


def test_a_webhook_hears_what_it_wants_with_a_signature_that_holds(receiver: Receiver) -> None:
    made = hook(receiver, "lamp.*")
    journal.append(subject="lamp:1", action="lamp.light", by=HOUSE, clause="X-02", facts={"n": 1})
    journal.append(subject="lamp:1", action="door.open", by=HOUSE)
    announcements.deliver()
    ((headers, body),) = receiver.taken
    assert json.loads(body)["data"]["action"] == "lamp.light"
    message, moment = headers["webhook-id"], int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == webhooks.signature(made.secret, message, moment, body)
    assert made.calls.get().status == 204


def test_a_call_that_is_not_taken_is_logged_and_made_again(receiver: Receiver) -> None:
    made = hook(receiver, "lamp.*")
    receiver.status = 500
    with frozen("2026-04-18 14:30"):
        journal.append(subject="lamp:1", action="lamp.light", by=HOUSE)
        announcements.deliver()
        receiver.status = 200
        pass_time(minutes=2)
        announcements.deliver()
    assert list(made.calls.order_by("pk").values_list("status", flat=True)) == [500, 200]
    assert receiver.taken[0][0]["webhook-id"] == receiver.taken[1][0]["webhook-id"]


def test_without_a_webhook_nothing_is_put_down_for_delivery() -> None:
    journal.append(subject="lamp:1", action="lamp.light", by=HOUSE)
    assert not journal.Pending.objects.filter(consumer="kernel.webhooks.call_webhooks").exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/in", "outside.private"),
        ("http://localhost:8000/", "outside.private"),
        ("http://[::1]/", "outside.private"),
        ("http://169.254.169.254/latest", "outside.private"),
        ("http://10.0.0.8/", "outside.private"),
        ("http://[::ffff:10.0.0.8]/", "outside.private"),
        ("http://0/", "outside.private"),
        ("file:///etc/passwd", "outside.address"),
        ("ftp://example.org/", "outside.address"),
        ("http://user:pw@example.org/", "outside.address"),
    ],
)
def test_no_private_address_and_no_other_scheme_is_called(url: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        webhooks.add(url=url, actions=["*"], by=HOUSE)
    assert (refused.value.code, refused.value.field) == (code, "url")
    assert not Webhook.objects.exists()


def test_an_address_that_became_private_later_is_not_called_either(receiver: Receiver, settings: Any) -> None:
    hook(receiver, "lamp.*")
    settings.ALLOW_PRIVATE = frozenset()
    journal.append(subject="lamp:1", action="lamp.light", by=HOUSE)
    announcements.deliver()
    assert receiver.taken == []
    assert "private" in announcements.stuck()[0].trouble or "内网" in announcements.stuck()[0].trouble


@pytest.mark.clause("M-02")
def test_only_who_may_adds_a_webhook(receiver: Receiver) -> None:
    with pytest.raises(Refusal) as refused:
        webhooks.add(url=f"http://127.0.0.1:{receiver.server_port}/", actions=["*"], by=an_actor("journal.read"))
    assert refused.value.code == "not_permitted"
    assert outside.allowed("127.0.0.1", "127.0.0.1")
