"""How a policy changes on the page: drafted, flawed, mended, submitted, approved by a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.kernel.policies import Policy, PolicyVersion
from sanbao.kernel.policies.drafts import PolicyDraft
from sanbao.parties.models import Person
from sanbao.web import subjects

pytestmark = pytest.mark.django_db


def grid(draft: PolicyDraft, change: Callable[[list[list[str]]], Any] = lambda rows: None) -> dict[str, Any]:
    """What the page would post: every cell by column, after a change."""
    rows = [list(row) for row in draft.sheet.rows]
    change(rows)
    cells = {f"cell-{name}": [row[n] for row in rows] for n, name in enumerate(draft.table.shape.columns)}
    return {"note": draft.sheet.note, "version": draft.version, "effective_from": "", **cells}


def begun(client: Client, code: str = "grading") -> PolicyDraft:
    client.post(f"/policies/{code}/draft")
    return PolicyDraft.objects.latest("pk")


def test_every_policy_reads_as_a_table_in_words(leader: Person, entered: Callable[..., Client]) -> None:
    client = entered(leader)
    index = client.get("/policies/").content.decode()
    for code, policy in Policy.registry.items():
        assert policy.title.said_in("zh-hans") in index
        page = client.get(f"/policies/{code}").content.decode()
        assert "第 1 版" in page


def test_an_export_is_the_approved_text_byte_for_byte(leader: Person, entered: Callable[..., Client]) -> None:
    answer = entered(leader).get("/policies/grading/v1.toml")
    assert answer.content.decode() == PolicyVersion.objects.get(policy="grading", number=1).text


def test_a_gap_is_shown_with_the_row_that_would_fill_it(keeper: Person, entered: Callable[..., Client]) -> None:
    client = entered(keeper)
    draft = begun(client)
    client.post(draft.get_absolute_url(), grid(draft, lambda rows: rows.pop(1)))
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "severity=S3" in page and "data-add-row" in page


def test_an_unreadable_cell_is_marked_where_it_stands(keeper: Person, entered: Callable[..., Client]) -> None:
    client = entered(keeper)
    draft = begun(client)
    client.post(draft.get_absolute_url(), grid(draft, lambda rows: rows[0].__setitem__(0, "S9")))
    page = client.get(draft.get_absolute_url()).content.decode()
    marked = page[page.index('value="S9"') :][:400]
    assert 'aria-invalid="true"' in marked


def test_a_row_that_was_emptied_is_taken_out(keeper: Person, entered: Callable[..., Client]) -> None:
    client = entered(keeper)
    draft = begun(client)
    client.post(draft.get_absolute_url(), grid(draft, lambda rows: rows.append([""] * 5)))
    draft.refresh_from_db()
    assert all(any(row) for row in draft.sheet.rows)


@pytest.mark.clause("R-11")
def test_the_author_cannot_approve_his_own_draft_and_another_can(
    leader: Person, hired: Callable[..., Person], entered: Callable[..., Client]
) -> None:
    author, other = entered(leader), entered(hired("second", "management", "technical_vp"))
    draft = begun(author)
    author.post(draft.get_absolute_url(), grid(draft, lambda rows: rows[1].__setitem__(2, "B")))
    draft.refresh_from_db()
    author.post(f"{draft.get_absolute_url()}/do/submit", {"version": draft.version})
    refused = author.post(f"{draft.get_absolute_url()}/do/approve", {})
    assert refused.status_code == 403
    assert PolicyVersion.objects.filter(policy="grading").count() == 1
    other.post(f"{draft.get_absolute_url()}/do/approve", {})
    assert PolicyVersion.objects.filter(policy="grading").latest("number").approved_by != leader.subject
    assert "第 2 版" in other.get("/policies/grading").content.decode()


def test_approving_long_after_log_in_asks_for_the_password_again(
    leader: Person, keeper: Person, entered: Callable[..., Client], settings: Any
) -> None:
    author, approver = entered(keeper), entered(leader)
    draft = begun(author)
    author.post(draft.get_absolute_url(), grid(draft, lambda rows: rows[1].__setitem__(2, "B")))
    author.post(f"{draft.get_absolute_url()}/do/submit", {})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    asked = approver.post(
        f"{draft.get_absolute_url()}/do/approve",
        {},
        headers={"Referer": f"http://testserver{draft.get_absolute_url()}"},
    )
    assert asked["Location"] == f"/accounts/reauthenticate/?next=%2Fpolicies%2Fdrafts%2F{draft.pk}"
    assert PolicyVersion.objects.filter(policy="grading").count() == 1


@pytest.mark.clause("M-01")
def test_who_may_not_draft_sees_the_table_and_no_button(inspector: Person, entered: Callable[..., Client]) -> None:
    client = entered(inspector)
    assert "/policies/grading/draft" not in client.get("/policies/grading").content.decode()
    assert client.post("/policies/grading/draft").status_code == 403


def test_a_role_reads_as_the_house_calls_it(db: None) -> None:
    assert subjects.role("qc.*") == "质检科"
    assert subjects.role("*.gm") == "总经理"
    assert subjects.role("{owner}.department_manager") == "负责部门 · 部门经理"
    assert subjects.role("sales") == "经营部"
    assert subjects.role("*.*") == "所有人"
    assert subjects.role("S4") == subjects.role("*") == subjects.role("qc.nobody") == ""


def test_a_table_that_says_why_in_both_languages_is_read_in_one(leader: Person, entered: Callable[..., Client]) -> None:
    client = entered(leader)
    page = client.get("/policies/grading").content.decode()
    assert "英文说明" not in page and "涉及人身" in page
    client.post("/language", {"language": "en"})
    page = client.get("/policies/grading").content.decode()
    assert "Why, in Chinese" not in page and "A safety fault" in page
