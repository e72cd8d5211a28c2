"""Held against the standard's own JSON Schema, where it lies beside the checkout: what we take is sound, so is what we
give, and what the schema refuses we refuse."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.catalog.models import Product
from sanbao.epcis import exporting, publishing
from sanbao.epcis.standard.reading import event, loads, read
from sanbao.epcis.standard.shapes import document_faults, faults
from sanbao.epcis.tests.fixtures import FULL
from sanbao.epcis.tests.sending import EXAMPLES, HOUSE, STANDARD_FILES, document, events_of, item, lot, send, text
from sanbao.epcis.tests.test_capture import WRONG
from sanbao.trace.tests.factory import small_factory

SCHEMA = STANDARD_FILES / "EPCIS-JSON-Schema.json"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SCHEMA.is_file(), reason="the standard's schema is not here"),
]


@cache
def schema() -> Any:
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)


def taken_by_the_standard(told: Any) -> bool:
    return bool(schema().is_valid(told))


def taken_by_us(told: dict[str, Any]) -> bool:
    found = read(text(told).decode())
    wrong = document_faults(found.head, has_events=found.events is not None)
    return not wrong and not any(faults(each.value) for each in found.events or ())


def test_the_examples_are_sound_to_both() -> None:
    assert len(EXAMPLES) >= 20
    for path in EXAMPLES:
        told = json.loads(path.read_text())
        assert (taken_by_the_standard(told), taken_by_us(told)) == (True, True), path.name


@pytest.mark.parametrize("type", FULL)
def test_our_fixtures_are_sound_to_both(type: str) -> None:
    told = document(FULL[type])
    assert (taken_by_the_standard(told), taken_by_us(told)) == (True, True)


#: Where we ask for more than the schema: a time of this age, a word that the standard's own space holds.
STRICTER = {("year", "eventTime")}


@pytest.mark.parametrize(("fields", "code", "path"), WRONG, ids=[f"{code} {path}" for _, code, path in WRONG])
def test_what_we_refuse_the_schema_refuses_too(fields: dict[str, Any], code: str, path: str) -> None:
    if (code, path) in STRICTER or code == "too_long" or "ref.gs1.org" in str(fields):
        return
    told = document({**FULL["ObjectEvent"], "action": "OBSERVE", "ilmd": {}, **fields})
    told["epcisBody"]["eventList"][0].pop("ilmd") if "ilmd" not in fields else None
    assert not taken_by_the_standard(told)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*path, name))


JUNK = st.sampled_from(
    [
        *(None, 7, -0.5, True, [], {}, [7], [None], {"x": 1}, {"id": "x"}, "", "x", "shipping", "ADD"),
        *("2026-04-02", "2026-04-02T08:00:00Z", "urn:x:1", "urn::", "urn:x:%", "x:%zz", "x:#a#b", "urn:a:<>"),
        *("http://[", "http://a:b/c", "https://u@h:1/p?q#f", "https://例.example/路", "a b:c", "ex:a\\b"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data())
def test_whatever_we_take_the_schema_takes(type: str, data: Any) -> None:
    told = copy.deepcopy(FULL[type])
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(list(places(told))))
        target: Any = told
        for step in place[:-1]:
            target = target[step]
        if data.draw(st.booleans()):
            target[place[-1]] = copy.deepcopy(data.draw(JUNK))  # what is changed later is ours alone
        else:
            del target[place[-1]]
    if not faults(event(json.dumps(told)).value):
        assert taken_by_the_standard(document(told)), told


@pytest.mark.clause("T-14")
def test_our_own_records_and_traces_are_exported_as_the_schema_wants_them() -> None:
    small_factory()
    Product.objects.update(gtin="09521234543213")
    send(*FULL.values())
    for code in ("BQ2", "J1", item("1")):
        told = loads(exporting.of_code(code, by=HOUSE).decode())
        assert events_of(told)
        assert taken_by_the_standard(json.loads(json.dumps(told, default=float))), code


@pytest.mark.clause("T-14")
def test_answers_to_questions_are_sound_query_documents(partner: Client) -> None:
    small_factory()
    publishing.tell_all()
    send(*FULL.values())
    send({**FULL["ObjectEvent"], "eventID": "urn:x:other"}, **{"@context": {"example": "http://other.example/"}})
    for headers in ({}, {"GS1-EPC-Format": "Always_GS1_Digital_Link"}):
        answer = partner.get("/epcis/events?perPage=1000", headers=headers).json()
        assert len(events_of(answer)) > 20
        assert taken_by_the_standard(answer)


def test_the_schemas_of_events_and_of_documents_agree_about_a_lot_without_a_unit() -> None:
    told = document({**FULL["ObjectEvent"], "quantityList": [lot("A")]})
    assert (taken_by_the_standard(told), taken_by_us(told)) == (True, True)
