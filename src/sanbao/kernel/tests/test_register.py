"""Every procedure, form and policy stands in the register, and what is not in force is not printed (M-01)."""

from __future__ import annotations

from datetime import date

import pytest

from sanbao.kernel import documents, register
from sanbao.kernel.actor import Actor
from sanbao.kernel.policies import FORMS, PROCEDURES, Policy, PolicyVersion
from sanbao.kernel.policies.files import adopt
from sanbao.kernel.procedures import procedures
from sanbao.kernel.refusals import Refusal, muted
from sanbao.kernel.register import DocumentKind

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-01")]
HOUSE = Actor.clockwork("test")
DAY = date(2026, 4, 18)


def lines(kind: DocumentKind, on: date = DAY) -> dict[str, register.Controlled]:
    return {line.number: line for line in register.register(on) if line.kind == kind}


def revised(policy: Policy, row: tuple[str, ...], effective_from: date) -> PolicyVersion:
    """A second version of a register, in which one document has this row."""
    text = PolicyVersion.objects.get(policy=policy.code, number=1).text
    rows = [found for found, _ in policy.parse(text).hits()]
    changed = policy.write("", [row if found[0] == row[0] else found for found in rows])
    return adopt(policy, changed, number=2, effective_from=effective_from, action="policy.supplemented")


def test_every_procedure_form_and_policy_is_registered_with_version_date_and_approver() -> None:
    assert set(lines(DocumentKind.PROCEDURE)) == {book.number for book in procedures()}
    assert {"SB-C-01", "SB-U-01"} <= set(lines(DocumentKind.FORM))
    assert {"grading", "clocks", "forms", "procedures"} <= set(lines(DocumentKind.POLICY))
    for line in register.register(DAY):
        assert line.title.zh and line.version and line.approved_by, line.number
    numbers = [line.number for line in register.register(DAY)]
    assert len(numbers) == len(set(numbers))


def test_the_registered_version_of_a_shipped_procedure_is_the_one_that_its_text_says() -> None:
    assert [line.number for line in lines(DocumentKind.PROCEDURE).values() if line.text_version] == []


def test_a_text_of_another_version_than_the_registered_one_is_shown_as_such() -> None:
    revised(PROCEDURES, ("SB-C", "2.0", "2026-04-01"), date(2026, 4, 1))
    line = lines(DocumentKind.PROCEDURE)["SB-C"]
    assert (line.version, line.text_version) == ("2.0", "1.0")


def test_a_case_stands_under_the_version_that_was_in_force_on_its_day() -> None:
    revised(PROCEDURES, ("SB-C", "2.0", "2026-05-01"), date(2026, 5, 1))
    found = {on: register.procedure("SB-C", on) for on in (date(2020, 1, 1), DAY, date(2026, 5, 2))}
    assert [line.version if line else None for line in found.values()] == [None, "1.0", "2.0"]


def test_a_form_whose_version_is_not_in_force_yet_is_registered_and_not_printed() -> None:
    assert documents.controlled("feedback_form", DAY).version == "1.0"
    row = ("feedback_form", "SB-C-01", "信息反馈表", "Feedback form", "-", "-", "2.0", "2026-06-01", "C-08|C-19")
    revised(FORMS, row, date(2026, 4, 1))
    assert lines(DocumentKind.FORM)["SB-C-01"].in_force(DAY) is False
    with pytest.raises(Refusal) as refused:
        documents.controlled("feedback_form", DAY)
    assert (refused.value.code, refused.value.clause) == ("form.not_in_force", "M-01")
    assert documents.controlled("feedback_form", date(2026, 6, 1)).version == "2.0"
    with muted("M-01"):
        assert documents.controlled("feedback_form", DAY).version == "2.0"


def test_a_form_that_is_not_registered_is_not_printed() -> None:
    with pytest.raises(Refusal) as refused:
        documents.controlled("no_such_form", DAY)
    assert (refused.value.status, refused.value.clause) == (422, "M-01")
