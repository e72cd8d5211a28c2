"""What events say about lots, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.epcis.rules import Declaration, Lay, Putting, declaration_of, fills, genealogy, holds

TIME = {"eventTime": "2026-04-02T08:00:00+08:00", "eventTimeZoneOffset": "+08:00"}


def lgtin(lot: str, quantity: int | None = None, uom: str = "KGM") -> dict[str, Any]:
    element: dict[str, Any] = {"epcClass": f"urn:epc:class:lgtin:4012345.012345.{lot}"}
    return element if quantity is None else element | {"quantity": quantity, "uom": uom}


def said(**fields: Any) -> Any:
    return genealogy({**TIME, **fields}, "urn:uuid:1")


def test_inputs_are_linked_to_outputs_with_what_went_in() -> None:
    event = said(
        type="TransformationEvent",
        inputQuantityList=[lgtin("A", 10), lgtin("B", 2, "TNE")],
        outputQuantityList=[lgtin("C", 2000)],
    )
    links = [(source[-1], target[-1], milli) for source, target, milli in event.links]
    assert links == [("A", "C", 10_000), ("B", "C", 2_000_000)]
    assert {key[-1] for key in event.made} == {"C"}


def test_of_several_outputs_nobody_knows_the_shares() -> None:
    event = said(
        type="TransformationEvent",
        inputEPCList=["urn:epc:id:sgtin:4012345.011122.25"],
        outputEPCList=["urn:epc:id:sgtin:4012345.077889.1", "urn:epc:id:sgtin:4012345.077889.2"],
    )
    assert [milli for _, _, milli in event.links] == [None, None]


def test_a_transformation_in_several_events_meets_in_one_node() -> None:
    one = said(type="TransformationEvent", transformationID="urn:x:t:1", inputQuantityList=[lgtin("A", 10)])
    two = genealogy(
        {**TIME, "type": "TransformationEvent", "transformationID": "urn:x:t:1", "outputQuantityList": [lgtin("C", 9)]},
        "urn:uuid:2",
    )
    assert one.links[0][1] == two.links[0][0] == "transformation:urn:x:t:1"


def test_a_mixing_of_many_does_not_become_a_million_links() -> None:
    event = said(
        type="TransformationEvent",
        inputQuantityList=[lgtin(f"I{n}", 1) for n in range(1000)],
        outputQuantityList=[lgtin(f"O{n}", 1) for n in range(1000)],
    )
    assert len(event.links) == 2000


def test_goods_without_a_lot_number_are_each_events_own() -> None:
    kind = {"epcClass": "urn:epc:idpat:sgtin:4012345.066666.*", "quantity": 220}
    one = said(type="ObjectEvent", action="OBSERVE", quantityList=[kind])
    two = genealogy({**TIME, "type": "ObjectEvent", "action": "OBSERVE", "quantityList": [kind]}, "urn:uuid:2")
    assert not one.goods.keys() & two.goods.keys()
    assert [(each.nameless, each.quantity_milli, each.unit) for each in one.goods.values()] == [(True, 220_000, "件")]


def test_an_event_that_declares_an_error_asserts_nothing() -> None:
    event = said(
        type="TransformationEvent",
        inputQuantityList=[lgtin("A", 10)],
        outputQuantityList=[lgtin("C", 9)],
        errorDeclaration={"declarationTime": TIME["eventTime"], "reason": "cbv:ER-did_not_occur"},
    )
    assert (event.links, event.made, len(event.goods)) == ([], set(), 2)


ADD, DELETE, OBSERVE = "ADD", "DELETE", "OBSERVE"


def test_a_crate_that_was_emptied_and_filled_again_is_another_fill() -> None:
    story = [
        Putting(1, 10, ADD, ("a", "b")),
        Putting(2, 20, DELETE, ("a",)),
        Putting(3, 25, ADD, ("c",)),
        Putting(4, 30, DELETE, ()),
        Putting(5, 40, ADD, ("d", "a")),
    ]
    expected = [Lay(1, 1, "a"), Lay(1, 1, "b"), Lay(1, 3, "c"), Lay(2, 5, "d"), Lay(2, 5, "a")]
    assert fills(story) == expected


def test_what_is_seen_inside_was_put_inside_and_stays_there_once() -> None:
    assert fills([Putting(1, 10, OBSERVE, ("a",)), Putting(2, 11, ADD, ("a", "b"))]) == [Lay(1, 1, "a"), Lay(1, 2, "b")]


puttings = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([ADD, DELETE, OBSERVE]), st.sets(st.sampled_from("abc"), max_size=2)),
    max_size=8,
).map(lambda rows: [Putting(n, at, action, tuple(sorted(kids))) for n, (at, action, kids) in enumerate(rows)])


@given(puttings, st.randoms())
def test_the_order_in_which_events_arrive_does_not_matter(story: list[Putting], chance: Any) -> None:
    shuffled = list(story)
    chance.shuffle(shuffled)
    assert fills(shuffled) == fills(story)


@given(puttings)
def test_nothing_lies_twice_in_the_same_fill_at_once_and_fills_only_grow(story: list[Putting]) -> None:
    numbers = [lay.fill for lay in fills(story)]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, max(numbers, default=0) + 1))


@pytest.mark.parametrize(
    ("reason", "correctives", "known", "counts"),
    [
        ("did_not_occur", (), set(), False),
        ("incorrect_data", (), set(), True),
        ("incorrect_data", ("urn:x",), set(), True),
        ("incorrect_data", ("urn:x",), {"urn:x"}, False),
        ("", ("urn:x",), {"urn:x"}, False),
    ],
)
def test_what_was_declared_wrong_counts_until_the_right_is_here(
    reason: str, correctives: tuple[str, ...], known: set[str], counts: bool
) -> None:
    assert holds([Declaration(reason, correctives)], known) is counts
    assert holds([], known)


def test_the_reason_is_read_in_all_its_forms() -> None:
    error = {"declarationTime": "x", "reason": "urn:epcglobal:cbv:er:did_not_occur"}
    assert declaration_of({"errorDeclaration": error}) == Declaration("did_not_occur", ())
    assert declaration_of({}) is None
