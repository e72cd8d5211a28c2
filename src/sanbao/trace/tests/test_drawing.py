"""The drawing is readable at five boxes and at five thousand, and loses none of them."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.trace.drawing import APART, HEIGHT, Box, Edge, draw, fit


def fan(count, **more):
    """One box that feeds ``count`` others in the next column."""
    boxes = [Box("a", 0, "A", marks={"here"})]
    boxes += [Box(f"b{n}", 1, f"B{n:05}", milli=n) for n in range(count)]
    return draw(boxes, [Edge("a", f"b{n}") for n in range(count)], columns=3, **more)


def counted(drawing):
    return sum(box.folded or 1 for box in drawing.boxes)


@pytest.mark.parametrize("count", [1, 5, 8, 9, 5000])
def test_no_box_is_lost_however_many_there_are(count):
    assert counted(fan(count)) == count + 1


def test_five_thousand_boxes_fold_into_one_that_says_how_many_and_how_much():
    drawing = fan(5000)
    [fold] = [box for box in drawing.boxes if box.folded]
    assert fold.folded == 4993
    assert fold.milli == sum(range(4993))  # the seven largest stand by themselves
    assert drawing.height < 600


def test_an_opened_column_shows_two_hundred_and_still_counts_the_rest():
    drawing = fan(5000, opened=1)
    assert len(drawing.columns[1].boxes) == 201
    assert counted(drawing) == 5001


def test_a_single_box_is_not_folded_away_for_nothing():
    assert not any(box.folded for box in fan(8).boxes)


def test_the_start_gaps_and_the_hot_path_stay_visible():
    boxes = [Box("a", 0, "A", marks={"here"})]
    boxes += [Box(f"b{n}", 1, f"B{n}", milli=1000) for n in range(50)]
    boxes += [Box("gap", 1, "G", marks={"gap"}), Box("hot", 1, "H", marks={"hot"})]
    shown = {box.key for box in draw(boxes, [], columns=2).boxes}
    assert {"a", "gap", "hot"} <= shown


def test_a_fold_that_hides_a_gap_is_drawn_as_one():
    boxes = [Box(f"b{n}", 0, f"B{n}", marks={"gap"}) for n in range(20)]
    [fold] = [box for box in draw(boxes, [], columns=1).boxes if box.folded]
    assert "gap" in fold.marks


def test_a_link_past_a_column_gets_a_way_between_its_boxes():
    boxes = [Box("coat", 0, "PT1"), Box("billet", 1, "ZB1"), Box("card", 2, "SX1")]
    drawing = draw(boxes, [Edge("coat", "card"), Edge("billet", "card")], columns=3)
    past = next(curve for curve in drawing.curves if " H" in curve.path)
    level = float(past.path.split(" H")[0].split()[-1])
    billet = next(box for box in drawing.boxes if box.key == "billet")
    assert not billet.y <= level <= billet.y + HEIGHT
    assert len(drawing.boxes) == 3


def test_a_rework_link_runs_backwards_round_below():
    boxes = [Box("a", 0, "A"), Box("b", 1, "B")]
    drawing = draw(boxes, [Edge("a", "b"), Edge("b", "a")], columns=2)
    assert len(drawing.curves) == 2


keys = st.integers(0, 40)


@settings(deadline=None)
@given(columns=st.lists(st.integers(0, 4), min_size=1, max_size=60), pairs=st.lists(st.tuples(keys, keys), max_size=80))
def test_no_two_boxes_ever_stand_upon_each_other(columns, pairs):
    boxes = [Box(str(n), column, f"B{n}") for n, column in enumerate(columns)]
    edges = [Edge(str(a), str(b)) for a, b in pairs if a < len(boxes) and b < len(boxes) and a != b]
    drawing = draw(boxes, edges, columns=5)
    assert counted(drawing) == len(boxes)
    for column in drawing.columns:
        levels = [box.y for box in column.boxes]
        assert all(below - above >= HEIGHT + APART - 0.2 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("宁波东安源门窗厂", "宁波东安源门窗厂"), ("乌鲁木齐东和昌门窗厂", "乌鲁木齐东和昌…"), ("BQ0007312", "BQ0007312")],
)
def test_a_name_too_long_for_its_box_is_cut_with_an_ellipsis(text, shown):
    assert fit(text, 8.0) == shown
