"""A changed grading table is first tried on the complaints that were graded (M-01, C-12)."""

from __future__ import annotations

from typing import Any

from sanbao.complaints import actions
from sanbao.complaints.policies import GRADING
from sanbao.kernel import policies
from sanbao.kernel.testing import an_actor

AUTHOR = an_actor("policies.draft", person=1)


def draft(old: str, new: str) -> Any:
    text = policies.export(GRADING)
    assert old in text
    return policies.open_draft(by=AUTHOR, policy="grading", text=text.replace(old, new))


def test_a_draft_of_the_grading_table_says_which_complaints_it_would_have_graded_differently(story: Any) -> None:
    mild, grave = story.graded("S3", "M1"), story.graded("S4", "M1")
    stricter = draft('["S3", "M1",    "C",', '["S3", "M1",    "B",')
    rehearsed = policies.rehearse(stricter)
    assert rehearsed is not None and rehearsed.cases == 2
    (change,) = rehearsed.changes
    assert (change.ref, change.before, change.after) == (mild.number, {"grade": "C"}, {"grade": "B"})
    assert grave.number not in str(rehearsed.changes)


def test_where_a_person_departed_from_the_table_the_tables_own_answer_is_compared(story: Any, by: Any) -> None:
    case = story.inspected("S3")
    actions.grade(case, by=by.technologist, spread="M1", override="A", reason="大客户工程，影响面大")
    rehearsed = policies.rehearse(draft('["S4", "*",     "A",', '["S4", "*",     "B",'))
    assert rehearsed is not None and (rehearsed.cases, rehearsed.changes) == (1, ())
