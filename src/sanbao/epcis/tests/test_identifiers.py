"""EPC URNs and Digital Links of the same thing are the same thing."""

import pytest

from sanbao.epcis.standard.identifiers import check_digit, digital_link, key, matching, thing

SAME = [
    ("urn:epc:id:sgtin:4012345.011122.25", "https://id.gs1.org/01/04012345111224/21/25"),
    ("urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/04012345123456/10/998877"),
    ("urn:epc:idpat:sgtin:4012345.098765.*", "https://id.gs1.org/01/04012345987652"),
    ("urn:epc:id:sgtin:0614141.712345.2%2F7", "https://example.org/shop/gtin/70614141123451/ser/2%2F7"),
    ("urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141412345678908"),
    ("urn:epc:id:sgln:0614141.07346.1234", "https://id.gs1.org/414/0614141073467/254/1234"),
    ("urn:epc:id:sgln:0614141.00777.0", "https://id.gs1.org/414/0614141007776"),
    ("urn:epc:id:grai:4012345.55555.987", "https://id.gs1.org/8003/04012345555554987"),
    ("urn:epc:id:giai:4000001.12345", "https://id.gs1.org/8004/400000112345"),
    ("urn:epc:id:pgln:4000001.00012", "https://id.gs1.org/417/4000001000128"),
]


@pytest.mark.parametrize(("urn", "link"), SAME)
def test_a_urn_and_the_link_of_the_same_thing_match(urn: str, link: str) -> None:
    assert key(urn) == key(link)
    assert key(digital_link(urn)) == key(urn)
    assert digital_link(link) == link


def test_lot_and_serial_are_read_as_people_write_them() -> None:
    assert thing("urn:epc:class:lgtin:4012345.012345.998877").lot == "998877"
    both = thing("https://id.gs1.org/01/09521234543213/10/ABC123/21/12345?11=260401")
    assert (both.gtin, both.lot, both.serial) == ("09521234543213", "ABC123", "12345")
    assert thing("urn:epc:idpat:sgtin:4012345.066666.*").is_class


@pytest.mark.parametrize(
    "uri",
    [
        "urn:uuid:x",
        "http://example.com/epc/7",
        "https://id.gs1.org/01/12/21/4",
        "urn:epc:id:sgtin:abc.1.2",
        "urn:epc:id:",
    ],
)
def test_whatever_else_a_partner_writes_names_itself(uri: str) -> None:
    assert key(uri) == uri


@pytest.mark.parametrize(
    ("pattern", "found", "passed_over"),
    [
        (
            "urn:epc:idpat:sgtin:4012345.011122.*",
            "urn:epc:id:sgtin:4012345.011122.25",
            "urn:epc:id:sgtin:4012345.011123.25",
        ),
        (
            "urn:epc:idpat:sgtin:4012345.*.*",
            "https://id.gs1.org/01/04012345111224/21/25",
            "urn:epc:id:sgtin:4012346.011122.25",
        ),
        (
            "urn:epc:idpat:lgtin:4012345.012345.*",
            "https://id.gs1.org/01/04012345123456/10/998877",
            "https://id.gs1.org/01/04012345123456/21/9",
        ),
        ("urn:epc:idpat:sscc:0614141.*", "urn:epc:id:sscc:0614141.1234567890", "urn:epc:id:sscc:0614142.1234567890"),
        (
            "urn:epc:idpat:grai:4012345.55555.*",
            "https://id.gs1.org/8003/04012345555554987",
            "urn:epc:id:grai:4012345.55556.987",
        ),
    ],
)
def test_a_pattern_finds_all_of_its_kind_however_they_are_written(pattern: str, found: str, passed_over: str) -> None:
    def matches(uri: str) -> bool:
        wanted = matching(pattern)
        return key(uri) == wanted.exact or wanted.low <= key(uri) < wanted.high

    assert matches(found)
    assert not matches(passed_over)


def test_the_check_digit_is_the_one_of_the_general_specifications() -> None:
    assert check_digit("629104150021") == "3"
    assert check_digit("0401234512345") == "6"
