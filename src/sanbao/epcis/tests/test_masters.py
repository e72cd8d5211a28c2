"""Master data that come in a document's header are asked for: places below places, attributes of goods and places."""

from typing import Any

import pytest

from sanbao.epcis.models import Element
from sanbao.epcis.tests.sending import asked, event, ids, item, send

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T-14")]
PLANT, HALL, DOCK = (f"urn:epc:id:sgln:4012345.0000{n}.0" for n in (1, 2, 3))


def header(*elements: dict[str, Any]) -> dict[str, Any]:
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": list(elements)}
    return {"epcisMasterData": {"vocabularyList": [vocabulary]}}


@pytest.fixture
def places() -> None:
    elements = [
        {"id": PLANT, "children": [HALL], "attributes": [{"id": "cbvmda:city", "attribute": "Foshan"}]},
        {"id": HALL, "children": [DOCK, PLANT]},
    ]
    send(
        event(eventID="urn:x:1", epcList=[item("1")], readPoint={"id": DOCK}),
        event(eventID="urn:x:2", epcList=[item("2")], bizLocation={"id": PLANT}),
        event(eventID="urn:x:3", epcList=[item("3")], readPoint={"id": "urn:x:elsewhere"}),
        epcisHeader=header(*elements),
    )


@pytest.mark.usefixtures("places")
def test_a_place_is_asked_for_with_all_that_lies_below_it() -> None:
    assert ids(asked(WD_readPoint=[PLANT])) == ["urn:x:1"]
    assert ids(asked(EQ_readPoint=[PLANT])) == []
    assert ids(asked(WD_bizLocation=["https://id.gs1.org/414/4012345000016"])) == ["urn:x:2"]


@pytest.mark.usefixtures("places")
def test_what_has_an_attribute_is_asked_for_by_it() -> None:
    assert ids(asked(HASATTR_bizLocation=["urn:epcglobal:cbv:mda:city"])) == ["urn:x:2"]
    assert ids(asked(**{"EQ_ATTR_bizLocation_urn:epcglobal:cbv:mda:city": ["Foshan"]})) == ["urn:x:2"]
    assert ids(asked(**{"EQ_ATTR_bizLocation_urn:epcglobal:cbv:mda:city": ["Wuxi"]})) == []


@pytest.mark.usefixtures("places")
def test_the_later_document_counts() -> None:
    send(epcisHeader=header({"id": PLANT, "attributes": [{"id": "cbvmda:city", "attribute": "Wuxi"}]}))
    assert ids(asked(WD_readPoint=[PLANT])) == []
    assert ids(asked(**{"EQ_ATTR_bizLocation_urn:epcglobal:cbv:mda:city": ["Wuxi"]})) == ["urn:x:2"]
    assert Element.objects.count() == 2


def test_master_data_of_a_refused_document_are_not_kept() -> None:
    send({"type": "ObjectEvent"}, epcisHeader=header({"id": PLANT}))
    assert Element.objects.count() == 0
