"""How a refusal and a success look: fragment, JSON, page, and the form again with what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.policies import drafts
from sanbao.kernel.policies.drafts import PolicyDraft
from sanbao.parties.models import Person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "div#refusal"}


@pytest.fixture
def draft(keeper: Person, as_actor: Callable[..., object]) -> PolicyDraft:
    return drafts.open_draft(policy="grading", by=as_actor(keeper))


def test_a_refusal_without_script_shows_the_form_again_with_what_was_typed_and_the_clause(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft
) -> None:
    answer = entered(keeper).post(
        f"/policies/drafts/{draft.pk}",
        {
            "note": "我写的说明",
            "version": draft.version,
            **{f"cell-{n}": ["x"] for n in draft.table.shape.columns},
            "bad": 1,
        },
    )
    assert answer.status_code == 303  # an unsound draft may be kept
    answer = entered(keeper).post(f"/policies/drafts/{draft.pk}/do/submit", {"version": draft.version + 1})
    assert answer.status_code == 422
    assert "M-01" in answer.content.decode()


def test_htmx_gets_the_refusal_as_a_fragment_for_its_one_place(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft
) -> None:
    answer = entered(keeper).post(f"/policies/drafts/{draft.pk}/do/submit", headers=HTMX)
    assert answer.status_code == 422
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#refusal", "innerHTML")
    assert 'data-refusal="policy.unchanged"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_stale_form_is_refused_and_says_who_changed_what(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft, as_actor: Callable[..., object]
) -> None:
    client = entered(keeper)
    drafts.revise(draft, text=draft.text.replace('note = "', 'note = "新 '), by=as_actor(keeper))
    before = JournalEntry.objects.count()
    answer = client.post(f"/policies/drafts/{draft.pk}/do/submit", {"version": 1}, headers=HTMX)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'data-refusal="stale"' in page and "李管理" in page
    assert JournalEntry.objects.count() == before


def test_a_move_opens_as_a_dialog_for_script_and_as_a_page_without(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft
) -> None:
    client, url = entered(keeper), f"/policies/drafts/{draft.pk}/do/withdraw"
    whole = client.get(url).content.decode()
    inside = client.get(url, headers={"HX-Request": "true", "HX-Target": "div#dialog-body"}).content.decode()
    assert "<html" in whole and "<html" not in inside
    assert 'name="version" value="1"' in inside


def test_a_get_never_acts(keeper: Person, entered: Callable[..., Client], draft: PolicyDraft) -> None:
    client = entered(keeper)
    for name in ("submit", "withdraw"):
        client.get(f"/policies/drafts/{draft.pk}/do/{name}")
    draft.refresh_from_db()
    assert draft.state == "drafting"


def test_a_success_sends_the_browser_on_and_tells_it_to_forget_the_draft(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft
) -> None:
    answer = entered(keeper).post(
        f"/policies/drafts/{draft.pk}/do/withdraw", {"version": 1, "draft": "policy_draft:1:withdraw"}, headers=HTMX
    )
    assert answer["HX-Redirect"] == f"/policies/drafts/{draft.pk}"
    assert answer.cookies["sanbao_taken"].value == "policy_draft:1:withdraw"


@pytest.mark.parametrize("name", ["", "a\r\nSet-Cookie: x=y", 'a"; b', "草稿", "x" * 121])
def test_what_is_no_name_of_a_draft_becomes_no_cookie(
    keeper: Person, entered: Callable[..., Client], draft: PolicyDraft, name: str
) -> None:
    answer = entered(keeper).post(f"/policies/drafts/{draft.pk}/do/withdraw", {"draft": name})
    assert answer.status_code == 303
    assert "sanbao_taken" not in answer.cookies


def test_what_one_may_not_see_and_what_does_not_exist_answer_alike(
    inspector: Person, entered: Callable[..., Client], draft: PolicyDraft
) -> None:
    client = entered(inspector)
    hidden = client.get(f"/policies/drafts/{draft.pk}", headers=HTMX)
    absent = client.get("/policies/drafts/999999", headers=HTMX)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content


def test_an_unknown_move_is_not_found(keeper: Person, entered: Callable[..., Client], draft: PolicyDraft) -> None:
    assert entered(keeper).get(f"/policies/drafts/{draft.pk}/do/nonsense").status_code == 404


def test_a_form_without_its_token_says_that_the_page_has_expired(keeper: Person) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="zh-CN")
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/language", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    fragment = client.post("/language", {"language": "en"}, headers=HTMX)
    assert fragment.status_code == 403 and "<html" not in fragment.content.decode()


@pytest.mark.parametrize("path", ["/nowhere", "/procedures/nonsense", "/policies/nonsense", "/journal/999999"])
def test_an_unknown_address_answers_404_in_both_languages(
    leader: Person, entered: Callable[..., Client], path: str
) -> None:
    client = entered(leader)
    zh, en = client.get(path), client.get(path, headers={"Accept-Language": "en"}, follow=True)
    assert zh.status_code == en.status_code == 404
    client.post("/language", {"language": "en", "next": "/"})
    assert "Back to my desk" in client.get(path).content.decode()
