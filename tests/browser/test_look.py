"""Every page in a real Chromium: nobody is kept out, nothing is lost on a phone, everything works by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from sanbao.complaints.actions import register
from sanbao.kernel.actor import Actor
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.policies import drafts
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.parties.queries import actor_of
from tests.plugins.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMED = [
    "web:desk", "web:policies", "web:journal", "web:verify", "web:procedures", "web:settings", "web:permissions",
    "web:me", "web:search", "web:scan", "complaints:list", "complaints:new", "inspection:list",
    "inspection:unknown_labels", "inspection:report", "trace:home", "parties:list", "parties:organisation",
    "catalog:list", "exchange:home", "materials:home", "materials:deliveries", "materials:incoming_lots",
    "materials:slips", "materials:places:list", "materials:put", "materials:counts", "materials:property",
    "materials:markings",
]  # fmt: skip
OTHERS = ["/policies/clocks", "/procedures/complaint", "/accounts/password/", "/nowhere"]


def pages() -> list[str]:
    found = []
    for name in NAMED:
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return [*found, *OTHERS]


def parts_of(case: str) -> list[str]:
    return [case, *(f"{case}/{part}" for part in ("timeline", "samples", "chain", "history", "do/note"))]


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def leader() -> Person:
    place = {"department": Department.objects.get(code="management"), "post": Post.objects.get(code="gm")}
    person = hire(by=Actor.clockwork("test"), username="leader", name="张总", **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return person


@pytest.fixture
def case(leader: Person) -> str:
    """The page of a complaint in hand."""
    by = actor_of(leader)
    said = "三支料划格后整片掉粉，剩余约 1.2 吨未上墙，要求尽快来人看样。"
    found = register(
        by=by, source="user", channel="phone", description=said, read_back_by="联系人", contact_phone="0574-5550123"
    )
    return str(found.get_absolute_url())


def test_no_page_keeps_anybody_out(leader: Person, case: str, enter: Callable[..., Any], page: Any) -> None:
    enter(leader)
    found = {}
    for path in [*pages(), *parts_of(case)]:
        page.goto(path)
        if problems := barriers(page):
            found[path] = problems
    assert found == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_at_360_pixels_nothing_is_lost_to_the_side(
    leader: Person, case: str, enter: Callable[..., Any], page: Any, language: str
) -> None:
    enter(leader)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.set_viewport_size({"width": 360, "height": 780})
    wide = {}
    for path in [*pages(), *parts_of(case)]:
        page.goto(path)
        if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            wide[path] = over
    assert wide == {}


def test_the_list_works_by_keyboard_and_no_key_fires_in_a_field(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(leader, "/policies/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tr.here").get_attribute("data-row")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
    page.keyboard.press("]")
    page.wait_for_function(f"location.pathname !== '{second}'")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("jjn?")
    assert page.locator("#find").input_value() == "jjn?"
    assert page.locator("dialog[open]").count() == 0


def test_no_key_fires_while_an_input_method_composes(leader: Person, enter: Callable[..., Any], page: Any) -> None:
    enter(leader, "/policies/")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', isComposing: true, bubbles: true}))"
    )
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', keyCode: 229, bubbles: true}))")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1


def test_single_keys_can_be_switched_off_and_the_palette_stays(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(leader, "/me/")
    page.locator("button[name=keys][value=off]").click()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Control+k")
    page.keyboard.type("规则")
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/")


def test_going_to_a_room_takes_two_keys(leader: Person, enter: Callable[..., Any], page: Any) -> None:
    enter(leader, "/me/")
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_url("**/journal/")


def test_what_was_typed_survives_a_closed_tab_and_is_forgotten_once_it_is_taken(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    draft = drafts.open_draft(policy="grading", by=actor_of(leader))
    enter(leader, draft.get_absolute_url())
    page.fill("#note", "没有保存的说明")
    page.wait_for_timeout(400)
    page.goto("/me/")
    page.goto(draft.get_absolute_url())
    assert page.locator("#note").input_value() == "没有保存的说明"
    assert page.get_by_text("已恢复未保存内容").is_visible()
    page.click("[data-submit]")
    page.get_by_text("草稿已保存").wait_for()
    assert page.get_by_text("已恢复未保存内容").count() == 0
    draft.refresh_from_db()
    assert draft.sheet.note == "没有保存的说明"


def test_switching_the_language_keeps_page_and_typed_text(leader: Person, enter: Callable[..., Any], page: Any) -> None:
    draft = drafts.open_draft(policy="grading", by=actor_of(leader))
    enter(leader, draft.get_absolute_url())
    page.fill("#note", "typed 打字")
    page.get_by_role("button", name="EN", exact=True).click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.url.endswith(draft.get_absolute_url())
    assert page.locator("#note").input_value() == "typed 打字"


def test_a_move_opens_as_a_dialog_its_refusal_stands_inside_and_focus_returns(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    draft = drafts.open_draft(policy="grading", by=actor_of(leader))
    enter(leader, draft.get_absolute_url())
    page.get_by_role("link", name="提交").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[data-submit]").click()
    dialog.locator("[data-refusal='policy.unchanged']").wait_for()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.textContent.trim()") == "提交"


def test_an_expired_session_says_so_and_offers_the_way_back(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    draft = drafts.open_draft(policy="grading", by=actor_of(leader))
    enter(leader, draft.get_absolute_url())
    page.context.clear_cookies()
    page.get_by_role("link", name="撤回").click()
    page.get_by_text("登录已过期").wait_for()
    assert page.locator("dialog[open]").count() == 0
    assert "next=" in page.get_by_role("link", name="重新登录").get_attribute("href")


def test_a_picture_that_is_pasted_or_dropped_stands_in_the_form_before_it_is_sent(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(leader, "/complaints/new")
    for way, carrier in (("paste", "clipboardData"), ("drop", "dataTransfer")):
        page.evaluate(
            """([way, carrier]) => {
                const data = new DataTransfer();
                const bytes = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array(60).fill(7)];
                data.items.add(new File([new Uint8Array(bytes)], `${way}.png`, { type: "image/png" }));
                const event = new Event(way, { bubbles: true, cancelable: true });
                Object.defineProperty(event, carrier, { value: data });
                document.querySelector("[data-drop]").dispatchEvent(event);
            }""",
            [way, carrier],
        )
        page.locator(".drop-list li", has_text=f"{way}.png").locator("input[type=hidden]").wait_for(state="attached")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["drop.png", "paste.png"]


def test_a_file_that_is_refused_says_why_and_leaves_no_trace_in_the_form(
    leader: Person, enter: Callable[..., Any], page: Any
) -> None:
    enter(leader, "/complaints/new")
    page.set_input_files("[data-drop] input[type=file]", {"name": "空.png", "mimeType": "image/png", "buffer": b""})
    page.get_by_text("“空.png”是空文件。").wait_for()
    assert page.locator(".drop-list li").count() == 0
