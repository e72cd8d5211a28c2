"""A decision table answers every question exactly once, or it is refused with the reason."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.kernel.calendars import Span
from sanbao.kernel.decision_tables import (
    Amount,
    Choice,
    Duration,
    Flag,
    Number,
    OneOf,
    Several,
    Shape,
    Table,
    Text,
    Unsound,
    Unusable,
    check,
    overlapping,
)

WEIGHT = Shape(
    inputs=[
        Choice(
            "reason",
            {"quality": ("质量", "Quality"), "unsaleable": ("不适销", "Unsaleable")},
            ("原因", "Reason"),
        ),
        Number("weight", "kg", Decimal(0), None, ("重量", "Weight")),
        Flag("export"),
    ],
    outputs=[OneOf("approver", ["sales", "technical_vp"]), Text("why", optional=True)],
)
ROUTES = [
    ("*", "[0, 500)", "no", "sales", "-"),
    ("*", "[500,)", "no", "technical_vp", "大宗"),
    ("quality|unsaleable", "*", "yes", "technical_vp", "出口"),
]


def codes(rows: list[tuple[str, ...]], shape: Shape = WEIGHT) -> list[str]:
    return [flaw.code for flaw in check(shape, rows)]


def test_a_sound_table_has_no_flaw_and_answers_at_the_limit() -> None:
    assert check(WEIGHT, ROUTES) == []
    table = Table(WEIGHT, ROUTES)
    below = table.decide(reason="quality", weight=Decimal("499.999"), export=False)
    at = table.decide(reason="quality", weight=500, export=False)
    assert (below.row, below.answer) == (1, {"approver": "sales", "why": None})
    assert (at.row, at.answer) == (2, {"approver": "technical_vp", "why": "大宗"})


def test_a_gap_is_shown_with_an_example_that_nobody_answers() -> None:
    flaws = check(WEIGHT, [ROUTES[0], ("*", "[600,)", "no", "technical_vp", "-"), ROUTES[2]])
    assert [flaw.code for flaw in flaws] == ["gap"]
    assert flaws[0].example == {"reason": "quality", "weight": "500", "export": "no"}


def test_an_overlap_names_the_rows_that_both_answer() -> None:
    flaws = check(WEIGHT, [*ROUTES, ("unsaleable", "[400,600)", "no", "sales", "-")])
    assert {(flaw.code, flaw.rows) for flaw in flaws} == {("overlap", (1, 4)), ("overlap", (2, 4))}


@pytest.mark.parametrize("cell", ["[500", "500", "[500,500)", "[9,3)", "(3,9)", "[,9)", "[-1,5)", "[a,b)", "", "≥500"])
def test_a_number_cell_that_cannot_be_read_is_a_flaw_and_never_skipped(cell: str) -> None:
    flaws = check(WEIGHT, [ROUTES[0], ("*", cell, "no", "technical_vp", "-"), ROUTES[2]])
    assert [(flaw.code, flaw.rows, flaw.column) for flaw in flaws] == [("unreadable", (2,), "weight")]


@pytest.mark.parametrize("cell", ["qualty", "quality|", "quality|quality", "*|quality", "", "quality,unsaleable"])
def test_an_unknown_choice_is_a_flaw(cell: str) -> None:
    assert "unreadable" in codes([*ROUTES[:2], (cell, *ROUTES[2][1:])])


@pytest.mark.parametrize("cell", ["boss", "", "-"])
def test_an_answer_outside_its_list_is_a_flaw(cell: str) -> None:
    assert codes([*ROUTES[:2], (*ROUTES[2][:3], cell, "-")]) == ["answer"]


def test_a_row_of_the_wrong_width_is_a_flaw() -> None:
    assert codes([*ROUTES, ("*", "*")]) == ["width"]


def test_an_unsound_table_decides_nothing() -> None:
    with pytest.raises(Unsound) as refused:
        Table(WEIGHT, ROUTES[:2])
    assert [flaw.code for flaw in refused.value.flaws] == ["gap"]


@pytest.mark.parametrize(
    "inputs",
    [
        {"reason": "quality", "weight": 1},
        {"reason": "quality", "weight": 1, "export": False, "more": 1},
        {"reason": "other", "weight": 1, "export": False},
        {"reason": None, "weight": 1, "export": False},
        {"reason": "quality", "weight": -1, "export": False},
        {"reason": "quality", "weight": 1.5, "export": False},
        {"reason": "quality", "weight": True, "export": False},
        {"reason": "quality", "weight": Decimal("NaN"), "export": False},
        {"reason": "quality", "weight": "12", "export": False},
        {"reason": "quality", "weight": 1, "export": None},
        {"reason": "quality", "weight": 1, "export": "no"},
    ],
)
def test_a_missing_or_unfit_input_is_an_error_and_never_a_default(inputs: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        Table(WEIGHT, ROUTES).decide(**inputs)


def test_a_table_without_inputs_is_a_sheet_of_settings_with_exactly_one_row() -> None:
    shape = Shape(
        [],
        [Amount("attempts", high=Decimal(9)), Duration("within"), Several("types"), Text("at", r"\d\d:\d\d")],
    )
    row = ("3", "4 wh", "pdf|jpg", "08:00")
    assert Table(shape, [row]).decide().answer == {
        "attempts": Decimal(3),
        "within": Span(Decimal(4), "wh"),
        "types": ("pdf", "jpg"),
        "at": "08:00",
    }
    assert codes([], shape) == ["gap"]
    assert codes([row, row], shape) == ["overlap"]
    assert codes([("10", "4 weeks", "a||b", "8:00")], shape) == ["answer"] * 4


def test_the_explanation_says_which_row_and_because_of_what() -> None:
    table = Table(WEIGHT, ROUTES)
    zh, en = table.explain(table.decide(reason="quality", weight=620, export=False))
    assert zh == "第 2 行：重量“620”符合“[500,)”；export“no”符合“no”"
    assert en == "Row 2: Weight “620” meets “[500,)”; export “no” meets “no”"


def test_rows_overlap_only_when_one_question_can_hit_both() -> None:
    assert overlapping(WEIGHT, ("*", "[0,500)", "*", "sales", "-"), ("quality", "[499,)", "no", "sales", "-"))
    assert not overlapping(WEIGHT, ("*", "[0,500)", "*", "sales", "-"), ("quality", "[500,)", "no", "sales", "-"))


def test_a_bounded_number_is_answered_up_to_and_including_its_upper_end() -> None:
    share = Shape([Number("share", "%", Decimal(0), Decimal(100))], [Text("say")])
    assert codes([("[0,50)", "a"), ("[50,)", "b")], share) == []
    assert [flaw.example for flaw in check(share, [("[0,50)", "a"), ("[50,100)", "b")])] == [{"share": "100"}]
    assert Table(share, [("*", "a")]).decide(share=100).row == 1


# Properties: tables are grown by cutting the space of questions, so they are sound by construction.

COLORS = ["red", "green", "blue", "white"]
GROWN = Shape([Choice("color", COLORS), Number("size", "", Decimal(0), Decimal(10)), Flag("wet")], [Text("leaf")])
QUESTIONS = [
    {"color": color, "size": Decimal(half) / 2, "wet": wet}
    for color, half, wet in product(COLORS, range(21), (True, False))
]


@st.composite
def sound_rows(draw: st.DrawFn) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []

    def cut(colors: list[str], low: int, high: int | None, wets: list[bool], depth: int) -> None:
        ways = ["color"] * (len(colors) > 1) + ["size"] * ((high or 10) - low > 1) + ["wet"] * (len(wets) > 1)
        way = draw(st.sampled_from([*ways, "stop"])) if ways and depth < 5 else "stop"
        if way == "color":
            at = draw(st.integers(1, len(colors) - 1))
            cut(colors[:at], low, high, wets, depth + 1)
            cut(colors[at:], low, high, wets, depth + 1)
        elif way == "size":
            at = draw(st.integers(low + 1, (high or 10) - 1))
            cut(colors, low, at, wets, depth + 1)
            cut(colors, at, high, wets, depth + 1)
        elif way == "wet":
            cut(colors, low, high, [True], depth + 1)
            cut(colors, low, high, [False], depth + 1)
        else:
            color = "*" if len(colors) == len(COLORS) else "|".join(colors)
            size = "*" if (low, high) == (0, None) else f"[{low},{'' if high is None else high})"
            wet = "*" if len(wets) > 1 else {True: "yes", False: "no"}[wets[0]]
            rows.append((color, size, wet, f"leaf {len(rows)}"))

    cut(COLORS, 0, None, [True, False], 0)
    return draw(st.permutations(rows))


def brute(row: tuple[str, ...], question: dict[str, Any]) -> bool:
    color, size, wet, _ = row
    low, _, high = size.strip("[)").partition(",")
    return (
        (color == "*" or question["color"] in color.split("|"))
        and (size == "*" or (int(low) <= question["size"] and (not high or question["size"] < int(high))))
        and (wet == "*" or (wet == "yes") == question["wet"])
    )


@given(sound_rows())
def test_a_table_cut_without_holes_is_sound_and_decides_as_reading_every_row_would(
    rows: list[tuple[str, ...]],
) -> None:
    table = Table(GROWN, rows)
    for question in QUESTIONS:
        assert [table.decide(**question).row - 1] == [n for n, row in enumerate(rows) if brute(row, question)]


@given(sound_rows(), st.data())
def test_any_removed_row_is_found_as_a_gap_that_really_gapes(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    removed = data.draw(st.sampled_from(rows))
    left = [row for row in rows if row is not removed]
    flaws = check(GROWN, left)
    assert flaws and {flaw.code for flaw in flaws} == {"gap"}
    for flaw in flaws:
        partial = {k: {"yes": True, "no": False}.get(v, v) for k, v in flaw.example.items()}
        asked = {**QUESTIONS[0], **partial}
        asked["size"] = Decimal(asked["size"])
        assert not any(brute(row, asked) for row in left)


@given(sound_rows(), st.data())
def test_any_row_written_twice_is_found_as_an_overlap(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    flaws = check(GROWN, [*rows, rows[at]])
    assert ("overlap", (at + 1, len(rows) + 1)) in [(flaw.code, flaw.rows) for flaw in flaws]


def test_an_open_list_takes_the_names_of_its_rows_and_still_answers_every_declared_one() -> None:
    shape = Shape([Choice("permission", ["complaints.grade"], open=True)], [Several("roles")])
    rows = [("complaints.grade", "technology.*"), ("house.special|house.other", "-")]
    assert check(shape, rows) == []
    assert Table(shape, rows).decide(permission="house.other").answer == {"roles": ()}
    with pytest.raises(Unusable):
        Table(shape, rows).decide(permission="house.unheard")
    assert [flaw.example for flaw in check(shape, rows[1:])] == [{"permission": "complaints.grade"}]
    assert [flaw.code for flaw in check(shape, [*rows, ("house.other", "qc.*")])] == ["overlap"]
    assert [flaw.code for flaw in check(shape, [rows[0], ("no good", "-")])] == ["unreadable"]
