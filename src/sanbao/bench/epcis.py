"""EPCIS documents of a hundred events through `POST /epcis/capture`, one after another, and single events.

The whole way of a request in this process, from the middleware to the commit that survives a power cut. Beside it the
bare work on the same documents: parse the JSON, insert each event's text, commit, with the same durability.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from sanbao.api.actions import create_token
from sanbao.bench.figures import Figure, milliseconds
from sanbao.bench.people import hire
from sanbao.epcis.models import Event
from sanbao.epcis.standard.contexts import STANDARD
from sanbao.kernel.actor import Actor

IN_A_DOCUMENT = 100
SINGLES = 200
PREFIX = "4012345"


def item(number: int) -> str:
    return f"urn:epc:id:sgtin:{PREFIX}.011122.{number}"


def lot(number: int) -> str:
    return f"urn:epc:class:lgtin:{PREFIX}.012345.L{number:06}"


def events(number: int) -> list[dict[str, Any]]:
    """A hundred events of a maker's day: lots come in, are made into others, packed and shipped."""
    first = number * IN_A_DOCUMENT
    return [one(first + place) for place in range(IN_A_DOCUMENT)]


def one(number: int) -> dict[str, Any]:
    common: dict[str, Any] = {
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": f"2026-04-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": f"urn:epc:id:sgln:{PREFIX}.00001.{number % 7}"},
        "bizLocation": {"id": f"urn:epc:id:sgln:{PREFIX}.00002.0"},
        "example:line": number % 5,
    }
    quantity = {"quantity": 200.5, "uom": "KGM"}
    match number % 4:
        case 0:
            ilmd = {"example:heat": f"H{number}"}
            told = {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "ilmd": ilmd}
            told["quantityList"] = [{"epcClass": lot(number), **quantity}]
        case 1:
            told = {"type": "TransformationEvent", "bizStep": "assembling", "disposition": "in_progress"}
            told["inputQuantityList"] = [{"epcClass": lot(number - 1), **quantity}]
            told["outputEPCList"] = [item(number), item(number + 1)]
        case 2:
            told = {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": pallet(number)}
            told["childEPCs"] = [item(number - 1), item(number)]
        case _:
            paper = {"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:{PREFIX}000016:{number}"}
            told = {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit"}
            told |= {"epcList": [pallet(number - 1)], "bizTransactionList": [paper]}
    return {**told, **common}


def pallet(number: int) -> str:
    return f"urn:epc:id:sscc:{PREFIX}.1{number:09}"


def document(told: list[dict[str, Any]]) -> bytes:
    return json.dumps(
        {
            "@context": [STANDARD, {"example": "http://ns.example.com/epcis/"}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-04-02T08:00:00Z",
            "epcisBody": {"eventList": told},
        }
    ).encode()


def bare(documents: list[bytes], target: Path) -> None:
    """Parse and insert the texts, a commit for each document."""
    database = sqlite3.connect(target)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    database.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, event_id TEXT UNIQUE, text TEXT)")
    for body in documents:
        listed = json.loads(body)["epcisBody"]["eventList"]
        rows = [(each["eventID"], json.dumps(each)) for each in listed]
        database.executemany("INSERT INTO event (event_id, text) VALUES (?, ?)", rows)
        database.commit()
    database.close()


def program() -> Client:
    person = hire("bench-partner", "warehouse", "department_manager")
    _, key = create_token(person=person, name="bench", days=1, by=Actor.clockwork("bench"))
    # A host that the house answers to.
    return Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {key}"})


def measure(size: int = 20_000) -> Iterator[Figure]:
    """``size`` events by documents of a hundred; then single ones; then what a question for one item takes."""
    settings.API_CALLS_PER_MINUTE = 10**9
    client = program()
    documents = [document(events(number)) for number in range(max(1, size // IN_A_DOCUMENT))]
    count = len(documents) * IN_A_DOCUMENT
    raw = milliseconds(lambda: bare(documents, Path(settings.HOME) / "bare.sqlite3")) / 1000

    def send() -> None:
        for body in documents:
            answer = client.post("/epcis/capture", body, content_type="application/json")
            if answer.status_code != 202 or not answer.json()["success"]:
                raise RuntimeError(f"a document was not captured: {answer.content[:500]!r}")

    seconds = milliseconds(send) / 1000
    if Event.objects.count() != count:
        raise RuntimeError(f"only {Event.objects.count()} of {count} events are there")
    yield Figure(f"capture {count:,} events by documents of {IN_A_DOCUMENT}", count / seconds, "events/s", count / raw)
    singles = [
        json.dumps({"@context": [STANDARD, {"example": "http://ns.example.com/epcis/"}], **one(count + n)}).encode()
        for n in range(SINGLES)
    ]

    def send_each() -> None:
        for body in singles:
            answer = client.post("/epcis/events", body, content_type="application/json")
            if answer.status_code != 201:
                raise RuntimeError(f"an event was not captured: {answer.content[:500]!r}")

    yield Figure("capture single events", SINGLES / (milliseconds(send_each) / 1000), "events/s")
    client.get("/epcis/events?perPage=1")
    times = sorted(
        milliseconds(lambda n=n: client.get(f"/epcis/events?MATCH_anyEPC={item(n * 4 + 1)}")) for n in range(50)
    )
    yield Figure(f"ask for one item among {count:,} events, median", times[len(times) // 2], "ms")
    times = sorted(milliseconds(lambda: client.get("/epcis/events?EQ_bizStep=shipping&perPage=30")) for _ in range(20))
    yield Figure("the first page of everything that was shipped, median", times[len(times) // 2], "ms")
