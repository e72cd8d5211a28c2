"""What is captured comes back as it was sent; what is wrong is told event by event and leaves nothing behind."""

import json
from pathlib import Path
from typing import Any

import pytest

from sanbao.epcis import actions, answering
from sanbao.epcis.models import Behaviour, Capture, CaptureStage, Event, Key, Thing
from sanbao.epcis.standard import writing
from sanbao.epcis.standard.contexts import STANDARD
from sanbao.epcis.tests.fixtures import FULL
from sanbao.epcis.tests.sending import (
    EXAMPLES,
    HOUSE,
    asked,
    document,
    event,
    events_of,
    ids,
    item,
    send,
    text,
    without,
)
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import now
from sanbao.trace.models import Lot, LotLink

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_of_the_standard_comes_back_as_it_was_sent(path: Path) -> None:
    row = actions.capture(path.read_bytes(), by=HOUSE, name=path.name)
    assert (row.stage, row.refused, list(row.problems.all())) == (CaptureStage.DONE, 0, [])
    sent = events_of(json.loads(path.read_text()))
    for each in sent:
        found = asked(EQ_eventID=[each["eventID"]])
        assert without(each, "recordTime") in found


@pytest.mark.parametrize("type", FULL)
def test_every_field_of_every_type_of_event_comes_back_word_for_word(type: str) -> None:
    assert send(FULL[type]).success
    assert asked(eventType=[type]) == [FULL[type]] if ":" not in type else True
    assert asked(EQ_eventID=[FULL[type]["eventID"]]) == [FULL[type]]


def test_a_number_in_a_context_is_kept() -> None:
    context = [STANDARD, {"@version": 1.1, "example": "http://ns.example.com/epcis/"}]
    sent = event(epcList=[item("1")], **{"example:weight": 2.50})
    assert send(sent, **{"@context": context}).success
    body = json.loads(writing.query_document(answering.told(Event.objects.all()), created=now()))
    assert body["@context"] == context
    row = Capture.objects.get()
    assert json.loads(row.head)["@context"] == context
    assert send(sent, **{"@context": context}).unchanged == 1


def test_an_event_without_an_id_gets_one_and_is_the_same_when_it_comes_again() -> None:
    sent = event(epcList=[item("1")])
    send(sent)
    [found] = asked()
    assert without(found, "eventID") == sent
    assert found["eventID"].startswith("urn:uuid:")
    again = send(sent)
    assert (again.taken, again.unchanged, Event.objects.count()) == (0, 1, 1)


def test_the_same_event_in_other_prefixes_and_spelling_is_the_same_event() -> None:
    sent = event(eventID="urn:x:1", epcList=[item("1")], **{"example:n": 2.0})
    send(sent)
    other = {**without(sent, "example:n"), "recordTime": "2026-01-01T00:00:00Z", "acme:n": 2}
    again = send(other, **{"@context": [{"acme": "http://ns.example.com/epcis/"}]})
    assert (again.unchanged, again.stage) == (1, CaptureStage.DONE)
    strange = send(other, **{"@context": [{"acme": "http://ns.example.com/other/"}]})
    assert [p.code for p in strange.problems.all()] == ["other_event"]


def test_another_event_with_the_same_id_is_refused_and_nothing_of_its_document_is_kept() -> None:
    send(event(eventID="urn:x:1", epcList=[item("1")]))
    before = (Event.objects.count(), Lot.objects.count(), Key.objects.count(), Thing.objects.count())
    row = send(event(eventID="urn:x:2", epcList=[item("7")]), event(eventID="urn:x:1", epcList=[item("2")]))
    assert (row.stage, row.success, row.taken, row.refused) == (CaptureStage.REJECTED, False, 0, 1)
    [problem] = row.problems.all()
    assert (problem.position, problem.code, problem.event_id) == (2, "other_event", "urn:x:1")
    assert before == (Event.objects.count(), Lot.objects.count(), Key.objects.count(), Thing.objects.count())


def test_with_proceed_the_sound_events_of_a_document_come_in() -> None:
    body = text(document(event(epcList=[item("1")]), {"type": "ObjectEvent"}, 7, event(epcList=[item("2")])))
    row = actions.capture(body, by=HOUSE, behaviour=Behaviour.PROCEED)
    assert (row.stage, row.success, row.taken, row.refused) == (CaptureStage.PARTLY, False, 2, 2)
    assert {(p.position, p.code, p.path) for p in row.problems.all()} == {
        (2, "required", "eventTime"), (2, "required", "eventTimeZoneOffset"), (2, "required", "action"),
        (3, "not_object", ""),
    }  # fmt: skip
    assert all(str(p.sentence) for p in row.problems.all())


def test_two_different_events_with_one_id_in_one_document_are_refused() -> None:
    row = send(event(eventID="urn:x:1", epcList=[item("1")]), event(eventID="urn:x:1", epcList=[item("2")]))
    assert [(p.position, p.code) for p in row.problems.all()] == [(2, "twice_in_document")]
    twin = send(event(eventID="urn:x:1", epcList=[item("1")]), event(eventID="urn:x:1", epcList=[item("1")]))
    assert (twin.taken, twin.unchanged) == (1, 1)


def test_a_capture_is_one_entry_in_the_journal_with_the_kept_document() -> None:
    row = send(event(epcList=[item("1")]))
    entry = JournalEntry.objects.get(subject=row.subject, action="epcis.captured")
    assert entry.clause == "T-14"
    assert {name: entry.facts[name] for name in ("taken", "refused", "sha256")} == {
        "taken": 1, "refused": 0, "sha256": row.digest,
    }  # fmt: skip
    kept = Attachment.objects.get(subject=row.subject)
    assert (kept.sha256, kept.path.read_bytes()) == (row.digest, text(document(event(epcList=[item("1")]))))


def test_prefixes_of_different_partners_that_contradict_each_other_stay_apart() -> None:
    one = event(eventID="urn:x:1", epcList=[item("1")], **{"p:n": 1})
    two = event(eventID="urn:x:2", epcList=[item("1")], **{"p:n": 1})
    send(one, **{"@context": {"p": "http://a.example/"}})
    send(two, **{"@context": {"p": "http://b.example/"}})
    first, second = asked()
    assert first == one
    assert without(second, "@context") == two
    assert second["@context"][-1] == {"p": "http://b.example/"}
    assert ids(asked(**{"EQ_http://b.example/n": ["1"]})) == ["urn:x:2"]


BAD: list[tuple[str, bytes, str]] = [
    ("broken", b'{"type": "EPCISDocument",', "epcis.not_json"),
    ("latin", b'{"type": "\xe9"}', "epcis.not_utf8"),
    ("list", b"[]", "epcis.no_object"),
    ("deep", b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}", "epcis.too_deep"),
    ("nan", b'{"type": NaN}', "epcis.constant"),
    ("no document", b'{"type": "Invoice"}', "epcis.document_type"),
    ("single", text(event(epcList=[])), "epcis.single_event"),
    ("no events", text({**document(), "epcisBody": {}}), "epcis.required"),
    ("no context", text(without(document(), "@context")), "epcis.required"),
    ("naive", text({**document(), "creationDate": "2026-04-02T08:00:00"}), "epcis.time_zone"),
    ("context", text({**document(), "@context": [7]}), "epcis.context"),
    ("strange", text({**document(), "epcis": 1}), "epcis.unknown_field"),
]


@pytest.mark.parametrize(("body", "code"), [(body, code) for _, body, code in BAD], ids=[name for name, _, _ in BAD])
def test_what_is_no_document_is_refused_in_one_sentence_and_leaves_nothing(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.capture(body, by=HOUSE)
    assert (refused.value.code, refused.value.status, refused.value.clause) == (code, 400, "T-14")
    assert str(refused.value)
    assert (Capture.objects.count(), Attachment.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_document_beyond_the_limit_is_refused_with_the_limit() -> None:
    with pytest.raises(Refusal) as refused:
        actions.capture(b" " * (20 * 1024 * 1024 + 1), by=HOUSE)
    assert (refused.value.code, refused.value.status, refused.value.facts) == ("epcis.too_large", 413, {"mb": 20})


def test_an_empty_list_of_events_is_a_document_all_the_same() -> None:
    row = send()
    assert (row.stage, row.events, LotLink.objects.count()) == (CaptureStage.DONE, 0, 0)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"eventTime": "2026-04-02T08:00:00"}, "time_zone", "eventTime"),
    ({"eventTime": "yesterday"}, "time", "eventTime"),
    ({"eventTime": "0001-01-01T00:00:00Z"}, "year", "eventTime"),
    ({"eventTimeZoneOffset": "8"}, "offset", "eventTimeZoneOffset"),
    ({"action": "BUY"}, "one_of", "action"),
    ({"type": "PurchaseEvent"}, "event_type", "type"),
    ({"bizStep": "shiping"}, "word", "bizStep"),
    ({"bizStep": "https://ref.gs1.org/cbv/BizStep-shiping"}, "word", "bizStep"),
    ({"epcList": "urn:x:1"}, "not_list", "epcList"),
    ({"epcList": ["not a uri"]}, "not_uri", "epcList[0]"),
    ({"epcList": ["urn:x:1", "urn:x:1"]}, "twice", "epcList"),
    ({"quantityList": [{"quantity": 1}]}, "required", "quantityList[0].epcClass"),
    ({"quantityList": [{"epcClass": "urn:x:1", "quantity": "1"}]}, "not_number", "quantityList[0].quantity"),
    ({"quantityList": [{"epcClass": "urn:x:1", "uom": "kilogram"}]}, "uom", "quantityList[0].uom"),
    ({"quantityList": [{"epcClass": "urn:x:1", "size": 1}]}, "unknown_field", "quantityList[0].size"),
    ({"myField": 1}, "unknown_field", "myField"),
    ({"ilmd": {"example:x": 1}}, "ilmd", "ilmd"),
    ({"readPoint": "urn:x:1"}, "not_object", "readPoint"),
    ({"persistentDisposition": {}}, "required", "persistentDisposition.set"),
    ({"sourceList": [{"source": "urn:x:1"}]}, "required", "sourceList[0].type"),
    ({"sensorElementList": [{"sensorReport": []}]}, "empty_list", "sensorElementList[0].sensorReport"),
    ({"errorDeclaration": {"reason": "did_not_occur"}}, "required", "errorDeclaration.declarationTime"),
    ({"eventID": "x" * 600}, "not_uri", "eventID"),
    ({"eventID": "urn:x:" + "x" * 600}, "too_long", "eventID"),
]


@pytest.mark.parametrize(("fields", "code", "path"), WRONG, ids=[f"{code} {path}" for _, code, path in WRONG])
def test_what_is_wrong_with_an_event_is_told_with_its_place(fields: dict[str, Any], code: str, path: str) -> None:
    row = send(event(**{"epcList": [item("1")], **fields}))
    assert (code, path) in {(p.code, p.path) for p in row.problems.all()}
    assert row.stage == CaptureStage.REJECTED
    assert "{" not in "".join(str(p.sentence) for p in row.problems.all())


def test_what_events_lack_of_one_another_is_told() -> None:
    row = send(
        event(),
        event("TransformationEvent", inputEPCList=[item("1")]),
        event("AggregationEvent", action="ADD", childEPCs=[item("1")]),
        event("AggregationEvent", parentID=item("1")),
        event("TransactionEvent", epcList=[]),
        event("AssociationEvent", childEPCs=[item("1")]),
    )
    assert [(p.position, p.code, p.path) for p in row.problems.all()] == [
        (1, "nothing", "epcList"), (2, "one_sided", "outputEPCList"), (3, "required", "parentID"),
        (4, "nothing", "childEPCs"), (5, "required", "bizTransactionList"), (6, "required", "parentID"),
    ]  # fmt: skip
