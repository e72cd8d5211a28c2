"""One event of each type with every field that the standard gives it, and fields of somebody's own."""

from __future__ import annotations

from typing import Any

from sanbao.epcis.tests.sending import TIME, item, lot, pallet

SENSORS: list[dict[str, Any]] = [
    {
        "sensorMetadata": {
            "time": "2026-04-02T08:00:00Z",
            "deviceID": "urn:epc:id:giai:4000001.111",
            "deviceMetadata": "https://example.com/device",
            "rawData": "https://example.com/raw",
            "startTime": "2026-04-02T07:00:00Z",
            "endTime": "2026-04-02T08:00:00Z",
            "dataProcessingMethod": "https://example.com/method",
            "bizRules": "https://example.com/rules",
            "example:floor": "2",
        },
        "sensorReport": [
            {
                "type": "Temperature",
                "exception": "ALARM_CONDITION",
                "time": "2026-04-02T08:00:00Z",
                "value": 26.0,
                "minValue": 25.5,
                "maxValue": 26.5,
                "meanValue": 26,
                "sDev": 0.1,
                "percRank": 50,
                "percValue": 26.1,
                "uom": "CEL",
                "component": "x",
                "example:room": {"example:door": "A"},
            },
            {
                "type": "https://example.com/count",
                "microorganism": "https://example.com/m/1",
                "chemicalSubstance": "https://example.com/c/1",
                "coordinateReferenceSystem": "https://example.com/crs",
                "stringValue": "中文",
                "booleanValue": True,
                "hexBinaryValue": "f0f0f0",
                "uriValue": "https://example.com/u",
            },
        ],
        "example:element": 1,
    }
]
BUSINESS: dict[str, Any] = {
    "bizStep": "https://ref.gs1.org/cbv/BizStep-shipping",
    "disposition": "example:somewhere",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00001.0", "example:gate": "3"},
    "bizLocation": {"id": "https://id.gs1.org/414/4012345000023"},
    "bizTransactionList": [
        {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000016:1"},
        {"bizTransaction": "http://transaction.example.com/x"},
    ],
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00001"}],
    "destinationList": [{"type": "example:broker", "destination": "urn:epc:id:pgln:4012345.00002"}],
    "sensorElementList": SENSORS,
    "certificationInfo": ["https://example.com/certificate"],
    "example:own": {"example:deep": [1, 2.50, {"example:deeper": None}], "@type": "example:Thing"},
    "example:list": ["a", 1, True],
}
MADE: dict[str, Any] = {
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "ilmd": {"example:bestBefore": "2027-01-01", "cbvmda:lotNumber": "7"},
}
FAMILY: dict[str, Any] = {
    "parentID": pallet("1"),
    "childEPCs": [item("1"), item("2")],
    "childQuantityList": [lot("A", 10), {"epcClass": "urn:epc:idpat:sgtin:4012345.066666.*", "quantity": 4}],
}


def _with_id(number: int, event: dict[str, Any]) -> dict[str, Any]:
    return {"eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}", **event}


FULL: dict[str, dict[str, Any]] = {
    "ObjectEvent": _with_id(
        1,
        {"type": "ObjectEvent", "action": "ADD", **TIME, "epcList": [item("1")], "quantityList": [lot("A", 10)]}
        | BUSINESS
        | MADE,
    ),
    "AggregationEvent": _with_id(2, {"type": "AggregationEvent", "action": "ADD", **TIME} | FAMILY | BUSINESS),
    "TransactionEvent": _with_id(
        3,
        {
            "type": "TransactionEvent",
            "action": "ADD",
            **TIME,
            "parentID": pallet("1"),
            "epcList": [item("1")],
            "quantityList": [lot("A", 10)],
        }
        | BUSINESS,
    ),
    "TransformationEvent": _with_id(
        4,
        {
            "type": "TransformationEvent",
            **TIME,
            "transformationID": "urn:epc:id:gdti:4012345.55555.9",
            "inputEPCList": [item("1")],
            "inputQuantityList": [lot("A", 10)],
            "outputEPCList": [item("3")],
            "outputQuantityList": [lot("B", 9)],
        }
        | BUSINESS
        | MADE,
    ),
    "AssociationEvent": _with_id(5, {"type": "AssociationEvent", "action": "ADD", **TIME} | FAMILY | BUSINESS),
    "example:CountingEvent": _with_id(
        6, {"type": "example:CountingEvent", **TIME, "bizStep": "stock_taking", "example:counted": 12, "plain": "too"}
    ),
}
