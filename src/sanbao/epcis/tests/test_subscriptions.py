"""Subscribers are called with what is new, signed, once or again until they take it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from sanbao.epcis import actions, subscriptions
from sanbao.epcis.models import NamedQuery, Subscription
from sanbao.epcis.subscriptions import signature
from sanbao.epcis.tests.conftest import hired, program_of
from sanbao.epcis.tests.sending import HOUSE, event, events_of, ids, item, send, text
from sanbao.kernel.times import frozen, pass_time
from sanbao.kernel.worker import run_once
from sanbao.parties import actions as parties

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


class Subscriber:
    """A partner's server on loopback: what it got, and how it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self) -> list[list[str]]:
        """The ids of each call's events."""
        return [ids(events_of(json.loads(body))) for _, body in self.got]


@pytest.fixture
def subscriber(settings: Any) -> Iterator[Subscriber]:
    settings.ALLOW_PRIVATE = frozenset({"127.0.0.1"})
    one = Subscriber()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def named(partner: Client) -> Client:
    post(partner, "/queries", {"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}})
    return partner


def post(client: Client, path: str, told: Any) -> Any:
    return client.post(f"/epcis{path}", text(told), content_type="application/json")


def subscribe(client: Client, subscriber: Subscriber, **fields: Any) -> Any:
    return post(
        client, "/queries/shipped/subscriptions", {"dest": subscriber.url, "signatureToken": "s3cret", **fields}
    )


def taken_out(subscriber: Subscriber, **fields: Any) -> Subscription:
    """By the house itself, at whatever time the test has stopped the clock."""
    query = NamedQuery.objects.get(name="shipped")
    return actions.subscribe(query, {"dest": subscriber.url, "signatureToken": "s3cret", **fields}, by=HOUSE)


def calls() -> int:
    done = 0
    while subscriptions.call_due():
        done += 1
    return done


def shipped(number: int, step: str = "shipping") -> dict[str, Any]:
    return event(eventID=f"urn:x:{number}", epcList=[item(str(number))], bizStep=step)


def test_a_stream_is_called_at_every_capture_with_what_the_question_wants(
    named: Client, subscriber: Subscriber
) -> None:
    send(shipped(1))
    made = subscribe(named, subscriber, stream=True)
    assert made.status_code == 201
    send(shipped(2), shipped(3, "receiving"))
    assert (calls(), subscriber.told()) == (1, [["urn:x:2"]])
    headers, body = subscriber.got[0]
    assert headers["GS1-Signature"] == signature("s3cret", body)
    results = json.loads(body)["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("shipped", made.json()["subscriptionID"])
    send(shipped(4, "receiving"))
    calls()
    assert len(subscriber.got) == 1
    run_once()
    assert "lastNotifiedAt" in named.get(made["Location"]).json()


def test_who_does_not_answer_is_called_again_and_loses_nothing(named: Client, subscriber: Subscriber) -> None:
    with frozen("2026-04-02 09:00"):
        taken_out(subscriber, stream=True)
        subscriber.status = 500
        send(shipped(1))
        calls()
        row = Subscription.objects.get()
        assert (row.attempts, row.trouble) == (1, "HTTP 500")
        assert calls() == 0
        subscriber.status = 200
        send(shipped(2))
        pass_time(minutes=1)
        calls()
    assert subscriber.told() == [["urn:x:1"], ["urn:x:1", "urn:x:2"]]
    row.refresh_from_db()
    assert (row.attempts, row.trouble) == (0, "")


def test_much_that_is_new_comes_in_several_calls(
    named: Client, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "AT_A_TIME", 2)
    taken_out(subscriber, stream=True)
    send(*(shipped(n) for n in range(5)))
    calls()
    assert subscriber.told() == [["urn:x:0", "urn:x:1"], ["urn:x:2", "urn:x:3"], ["urn:x:4"]]


def test_a_schedule_is_kept_and_an_empty_answer_is_sent_only_if_wanted(named: Client, subscriber: Subscriber) -> None:
    with frozen("2026-04-02 00:30"):
        taken_out(subscriber, schedule={"hour": "1", "minute": "5"}, reportIfEmpty=True)
        taken_out(subscriber, schedule={"hour": "1", "minute": "5"})
        send(shipped(1))
        assert calls() == 0
        pass_time(minutes=36)
        assert calls() == 2
        pass_time(hours=24)
        assert calls() == 2
    assert subscriber.told() == [["urn:x:1"], ["urn:x:1"], []]


def test_what_came_before_is_told_from_the_initial_time_on(named: Client, subscriber: Subscriber) -> None:
    with frozen(datetime(2026, 4, 1, tzinfo=UTC)):
        send(shipped(1))
    with frozen(datetime(2026, 4, 3, tzinfo=UTC)):
        send(shipped(2))
        taken_out(subscriber, stream=True, initialRecordTime="2026-04-02T00:00:00Z")
        calls()
    assert subscriber.told() == [["urn:x:2"]]


def test_who_is_unsubscribed_removed_or_has_left_is_called_no_more(named: Client, subscriber: Subscriber) -> None:
    one = subscribe(named, subscriber, stream=True)
    assert named.delete(one["Location"]).status_code == 204
    assert named.get(one["Location"]).json()["type"] == "epcisException:NoSuchSubscriptionException"
    subscribe(named, subscriber, stream=True)
    assert named.delete("/epcis/queries/shipped").status_code == 204
    person = hired("leaver", "warehouse", "department_manager")
    leaver = program_of(person)
    post(leaver, "/queries", {"name": "shipped", "query": {}})
    subscribe(leaver, subscriber, stream=True)
    parties.deactivate(person, by=HOUSE)
    run_once()
    send(shipped(9))
    calls()
    assert subscriber.got == []


def test_nobody_takes_away_what_another_has_set_up(named: Client, subscriber: Subscriber, reader: Client) -> None:
    one = subscribe(named, subscriber, stream=True)
    for path in (one["Location"], "/epcis/queries/shipped"):
        assert reader.delete(path).status_code == 403
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "SubscriptionControlsException"),
        ({"stream": True, "schedule": {"hour": "1"}}, "SubscriptionControlsException"),
        ({"schedule": {"hour": "25"}}, "SubscriptionControlsException"),
        ({"schedule": []}, "SubscriptionControlsException"),
        ({"stream": "yes"}, "SubscriptionControlsException"),
        ({"stream": True, "initialRecordTime": "now"}, "SubscriptionControlsException"),
        ({"stream": True, "dest": "ftp://example.com/"}, "InvalidURIException"),
        ({"stream": True, "dest": "http://10.0.0.1/"}, "InvalidURIException"),
        ({"stream": True, "dest": None}, "SubscriptionControlsException"),
        ({"stream": True, "more": 1}, "SubscriptionControlsException"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(
    named: Client, subscriber: Subscriber, fields: dict[str, Any], name: str
) -> None:
    answer = subscribe(named, subscriber, **fields)
    assert answer.json()["type"] == f"epcisException:{name}"
    assert 400 <= answer.status_code < 500
    assert Subscription.objects.count() == 0


def test_websockets_are_refused_with_a_sentence(named: Client) -> None:
    answer = named.get("/epcis/queries/shipped/events?stream=true", headers={"Upgrade": "websocket"})
    assert (answer.status_code, answer.json()["code"]) == (400, "epcis.subscription_websocket")


def test_subscriptions_are_listed_without_their_token(named: Client, subscriber: Subscriber) -> None:
    subscribe(named, subscriber, stream=True)
    [told] = named.get("/epcis/queries/shipped/subscriptions").json()
    assert (told["stream"], told["dest"], told["queryName"]) == (True, subscriber.url, "shipped")
    assert "s3cret" not in json.dumps(told)
