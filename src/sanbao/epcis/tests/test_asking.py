"""Every query parameter of the standard means what the standard says, in every way of writing the words."""

from typing import Any

import pytest

from sanbao.epcis.standard.asking import Misasked, ask
from sanbao.epcis.standard.contexts import Context
from sanbao.epcis.standard.indexing import Index
from sanbao.epcis.standard.reading import loads
from sanbao.epcis.standard.times import moment
from sanbao.epcis.tests.matching import holds

CONTEXT = Context.of({"example": "http://ns.example.com/epcis/"})
EVENT: dict[str, Any] = loads("""{
  "type": "ObjectEvent", "eventID": "urn:uuid:1", "action": "ADD",
  "eventTime": "2026-04-02T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
  "epcList": ["urn:epc:id:sgtin:4012345.011122.25"],
  "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 200.5, "uom": "KGM"}],
  "bizStep": "https://ref.gs1.org/cbv/BizStep-shipping", "disposition": "example:onTheRoad",
  "persistentDisposition": {"set": ["conformant"], "unset": ["example:x"]},
  "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234", "example:dock": 7},
  "bizLocation": {"id": "https://id.gs1.org/414/0614141073467"},
  "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:1152"}],
  "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4000001.00012"}],
  "destinationList": [{"type": "urn:epcglobal:cbv:sdt:location", "destination": "urn:epc:id:sgln:0614141.00777.0"}],
  "errorDeclaration": {"declarationTime": "2026-05-01T00:00:00Z", "reason": "incorrect_data",
                       "correctiveEventIDs": ["urn:uuid:2"], "example:by": "QC"},
  "sensorElementList": [{
    "sensorMetadata": {"deviceID": "urn:epc:id:giai:4000001.111", "startTime": "2026-04-01T00:00:00Z"},
    "sensorReport": [{"type": "gs1:Temperature", "value": 20, "sDev": 0.5, "uom": "CEL", "percRank": 90},
                     {"type": "example:door", "booleanValue": true, "stringValue": "open"}]}],
  "ilmd": {"example:expiry": "2027-01-01T00:00:00Z",
           "example:made": {"example:press": "880T", "example:at": {"example:n": 4}}},
  "example:grade": 2.50, "example:note": "a|b"
}""")
INDEX = Index(EVENT, CONTEXT.expand)
COLUMNS = {
    "type": "ObjectEvent", "action": "ADD", "event_id": "urn:uuid:1", "event_time": moment(EVENT["eventTime"]),
    "record_time": moment("2026-04-03T00:00:00Z"), "declared_at": moment("2026-05-01T00:00:00Z"),
}  # fmt: skip


def found(**parameters: Any) -> bool:
    named = {name.replace("__", ":"): value for name, value in parameters.items()}
    return holds(ask(named, lambda name: [CONTEXT.expand(name), name]), INDEX, COLUMNS)


@pytest.mark.parametrize(
    "step",
    ["shipping", "cbv:BizStep-shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "https://ns.gs1.org/cbv/BizStep-shipping",
     "urn:epcglobal:cbv:bizstep:shipping"],
)  # fmt: skip
def test_all_ways_of_writing_a_word_of_the_vocabulary_are_one(step: str) -> None:
    assert found(EQ_bizStep=[step])
    assert not found(EQ_bizStep=["receiving"])


HITS: list[tuple[str, Any, Any]] = [
    ("eventType", ["AggregationEvent", "epcis:ObjectEvent"], ["AggregationEvent"]),
    ("EQ_action", "ADD", ["OBSERVE", "DELETE"]),
    ("EQ_eventID", ["urn:uuid:1"], ["urn:uuid:2"]),
    ("GE_eventTime", "2026-04-02T00:00:00Z", "2026-04-02T00:00:01Z"),
    ("LT_eventTime", "2026-04-02T00:00:00.001Z", "2026-04-02T00:00:00Z"),
    ("GE_recordTime", "2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z"),
    ("LT_recordTime", "2026-04-04T00:00:00Z", "2026-04-03T00:00:00Z"),
    ("EQ_disposition", ["http://ns.example.com/epcis/onTheRoad"], ["in_transit"]),
    ("EQ_persistentDisposition_set", ["urn:epcglobal:cbv:disp:conformant"], ["damaged"]),
    ("EQ_persistentDisposition_unset", ["example:x"], ["conformant"]),
    ("EQ_readPoint", ["https://id.gs1.org/414/0614141073467/254/1234"], ["urn:epc:id:sgln:0614141.07346.0"]),
    ("EQ_bizLocation", ["urn:epc:id:sgln:0614141.07346.0"], ["urn:epc:id:sgln:0614141.07346.1234"]),
    ("MATCH_epc", ["https://id.gs1.org/01/04012345111224/21/25"], ["https://id.gs1.org/01/04012345111224/21/26"]),
    ("MATCH_epc", ["urn:epc:idpat:sgtin:4012345.*.*"], ["urn:epc:idpat:sgtin:4012346.*.*"]),
    ("MATCH_anyEPC", ["urn:epc:id:sgtin:4012345.011122.25"], ["urn:epc:class:lgtin:4012345.012345.998877"]),
    ("MATCH_epcClass", ["https://id.gs1.org/01/04012345123456/10/998877"], ["urn:epc:id:sgtin:4012345.011122.25"]),
    ("MATCH_anyEPCClass", ["urn:epc:idpat:lgtin:4012345.012345.*"], ["urn:epc:idpat:lgtin:4012345.012346.*"]),
    ("EQ_quantity", 200.5, 200),
    ("GE_quantity", 200.5, 201),
    ("LT_quantity", 201, 200.5),
    ("GT_quantity_GRM", 200_000, 200_500),
    ("EXISTS_errorDeclaration", None, None),
    ("GE_errorDeclarationTime", "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"),
    ("EQ_errorReason", ["cbv:ER-incorrect_data"], ["did_not_occur"]),
    ("EQ_correctiveEventID", ["urn:uuid:2"], ["urn:uuid:1"]),
    ("EQ_ERROR_DECLARATION_example:by", ["QC"], ["GM"]),
    ("EQ_bizTransaction_po", ["urn:epcglobal:cbv:bt:0614141073467:1152"], ["urn:epcglobal:cbv:bt:0614141073467:1153"]),
    ("EQ_source_owning_party", ["https://id.gs1.org/417/4000001000128"], ["https://id.gs1.org/417/4000001000135"]),
    ("EQ_destination_location", ["https://id.gs1.org/414/0614141007776"], ["urn:epc:id:sgln:0614141.00777.1"]),
    ("EQ_example:grade", "2.5", "2.6"),
    ("GE_example:grade", 2.5, 2.51),
    ("LT_http://ns.example.com/epcis/grade", "3", "2.5"),
    ("EQ_example:note", ["a|b"], ["a"]),
    ("EXISTS_example:note", None, "never"),
    ("EQ_ILMD_example:expiry", "2027-01-01T08:00:00+08:00", "2027-01-02T00:00:00Z"),
    ("LT_ILMD_example:expiry", "2027-01-01T00:00:01Z", "2027-01-01T00:00:00Z"),
    ("EQ_INNER_ILMD_example:press", ["880T"], ["500T"]),
    ("GE_INNER_ILMD_example:n", 4, 5),
    ("EQ_readPoint_example:dock", 7, 8),
    ("EXISTS_sensorElementList", 1, None),
    ("EQ_type", ["Temperature"], ["Mass"]),
    ("EQ_deviceID", ["https://id.gs1.org/8004/4000001111"], ["urn:x:y"]),
    ("GE_startTime", "2026-04-01T00:00:00Z", "2026-04-01T00:00:01Z"),
    ("EQ_value_FAH", 68, 69),
    ("LT_value_KEL", 294, 293),
    ("EQ_sDev_CEL", 0.5, 273.65),
    ("GE_percRank", 90, 91),
    ("EQ_booleanValue", "true", "false"),
    ("EQ_stringValue", ["open"], ["shut"]),
]


@pytest.mark.parametrize(("parameter", "hit", "miss"), HITS)
def test_a_parameter_finds_what_it_names_and_nothing_else(parameter: str, hit: Any, miss: Any) -> None:
    assert found(**{parameter: hit})
    if parameter.startswith("EXISTS_"):
        return
    assert not found(**{parameter: miss})


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"EQ_bizstep": ["shipping"]}, "unknown"),
        ({"eventime": "x"}, "unknown"),
        ({"EQ_action": ["BUY"]}, "value"),
        ({"GE_eventTime": "2026-04-02T08:00:00"}, "time_zone"),
        ({"GE_eventTime": "yesterday"}, "time"),
        ({"EQ_bizStep": []}, "value"),
        ({"EQ_bizStep": [1]}, "value"),
        ({"EQ_quantity": "many"}, "value"),
        ({"GE_quantity": [1, 2]}, "value"),
        ({"GT_example:grade": "good"}, "value"),
        ({"eventCountLimit": 5}, "order"),
        ({"orderBy": "eventTime", "eventCountLimit": 5, "maxEventCount": 5}, "excludes"),
        ({"orderBy": "size"}, "value"),
        ({"orderBy": "eventTime", "orderDirection": "UP"}, "value"),
        ({"maxEventCount": "0"}, "value"),
        ({"EQ_booleanValue": "perhaps"}, "value"),
        ({"EQ_ATTR_readPoint": ["x"]}, "unknown"),
    ],
)
def test_what_the_standard_does_not_know_is_refused(parameters: dict[str, Any], code: str) -> None:
    with pytest.raises(Misasked) as refused:
        ask(parameters, lambda name: [name])
    assert refused.value.code == code


def test_several_parameters_hold_together_and_several_values_apart() -> None:
    assert found(EQ_bizStep=["receiving", "shipping"], EQ_action=["ADD"])
    assert not found(EQ_bizStep=["shipping"], EQ_action=["DELETE"])
