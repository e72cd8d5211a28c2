"""Questions with a name through the standard's REST bindings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanbao.epcis.tests.sending import events_of, ids
from sanbao.epcis.tests.test_rest import filled, get, post

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]
__all__ = ["filled"]


def test_a_question_gets_a_name_is_answered_by_it_and_taken_away(filled: Client) -> None:
    query = {"@context": {"own": "http://ns.example.com/epcis/"}, "eventType": ["ObjectEvent"], "GE_own:n": 6.5}
    made = post(filled, "/queries", {"name": "recent", "query": query})
    assert (made.status_code, made["Location"]) == (201, "/epcis/queries/recent")
    assert get(filled, "/queries") == [{"name": "recent", "query": query}]
    assert get(filled, "/queries/recent")["query"] == query
    answer = get(filled, "/queries/recent/events")
    assert (ids(events_of(answer)), answer["epcisBody"]["queryResults"]["queryName"]) == (["urn:x:2"], "recent")
    assert post(filled, "/queries", {"name": "recent", "query": {}}).status_code == 409
    assert filled.delete("/epcis/queries/recent").status_code == 204
    assert get(filled, "/queries/recent/events", 404)["type"] == "epcisException:NoSuchNameException"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"name": "x"},
        {"name": "a b", "query": {}},
        {"name": "x", "query": {"EQ_x": 1}},
        {"name": "x", "query": {}, "y": 1},
        [],
    ],
)
def test_a_question_that_makes_no_sense_gets_no_name(partner: Client, told: Any) -> None:
    answer = post(partner, "/queries", told)
    assert answer.status_code == 400
    assert answer.json()["type"].startswith("epcisException:")
