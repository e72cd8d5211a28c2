"""A document is read so that each event keeps its own words, and what cannot be kept is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.epcis.standard.reading import Unreadable, decoded, event, loads, read


def test_each_event_keeps_its_own_spelling() -> None:
    text = """{"type":"EPCISDocument", "epcisBody": { "eventList" : [
      { "type" : "ObjectEvent",  "n": 1.50, "deep": {"a":  [1e2, 0.10000000000000000000001]} ,
        "eventID":"a","eventID": "b" },
      {}
    ] }, "sender": "x"}"""
    document = read(text)
    assert document.head == {"type": "EPCISDocument", "epcisBody": {"eventList": None}, "sender": "x"}
    assert document.events is not None
    first, second = document.events
    assert (
        first.text() == '{"type":"ObjectEvent","n":1.50,"deep":{"a":  [1e2, 0.10000000000000000000001]},"eventID":"b"}'
    )
    assert first.text(without=("n",), first={"eventID": '"c"'}).startswith('{"eventID":"b","type"')
    assert second.text() == "{}"


KEPT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | KEPT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=5), max_size=4), st.sampled_from([None, 1]))
def test_whatever_an_event_holds_comes_out_equal(events: list[dict[str, object]], indent: int | None) -> None:
    try:
        text = json.dumps({"epcisBody": {"eventList": events}}, indent=indent, ensure_ascii=indent is None)
        found = read(text).events
    except Unreadable as refused:
        assert refused.code == "character"
        return
    assert found is not None
    assert [json.loads(each.text()) for each in found] == events


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"a":1} x', "not_json"),
        (b"[1]", "no_object"),
        (b'"x"', "no_object"),
        (b'{"a" 1}', "not_json"),
        (b'{"epcisBody":{"eventList":[{},]}}', "not_json"),
        (b'{"epcisBody":{"eventList":[{"a":}]}}', "not_json"),
        (b'{"a":NaN}', "constant"),
        (b'{"a":1e999999}', "number"),
        (b'{"a":' + b"9" * 5000 + b"}", "number"),
        (b"\xff{}", "not_utf8"),
        (b'{"a":"\\u0000"}', "character"),
        (b'{"epcisBody":{"eventList":[{"a":"\\ud800"}]}}', "character"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"a":' + b"[" * 60 + b"]" * 60 + b"}", "too_deep"),
        (b'{"epcisBody":' * 50_000, "too_deep"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_says_why(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(decoded(body))
    assert refused.value.code == code


def test_an_escaped_backslash_is_no_odd_character() -> None:
    assert loads('{"a":"\\\\u0000"}') == {"a": "\\u0000"}
    assert event(' {"a":1} ').text() == '{"a":1}'
