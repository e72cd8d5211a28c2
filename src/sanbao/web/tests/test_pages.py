"""The desk, the search, my own page, files, health, and what every answer carries."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanbao.kernel import attachments, journal, obligations, times, worker
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import drafts
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.parties.queries import actor_of
from sanbao.web.navigation import ROOMS
from sanbao.web.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def owe(person: Person, zh: str, hours: float | None, to: str) -> None:
    obligations.owe(
        subject=person.subject,
        code=zh,
        sentence=W(zh, zh),
        to=to,
        by=HOUSE,
        due=None if hours is None else times.now() + timedelta(hours=hours),
    )


def test_the_desk_shows_what_waits_for_me_the_overdue_first_and_nothing_of_others(
    leader: Person, inspector: Person, entered: Callable[..., Client]
) -> None:
    with times.frozen("2026-04-18 09:00"):
        owe(leader, "以后的事", 40, "qc")
        owe(leader, "超时的事", -3, "qc.inspector")
        owe(leader, "今天的事", 2, inspector.subject)
        owe(leader, "别人的事", 1, "sales")
    client = entered(inspector)
    with times.frozen("2026-04-18 09:00"):
        page = client.get("/").content.decode()
        assert page.index("超时的事") < page.index("今天的事") < page.index("以后的事")
        assert "别人的事" not in page
        assert client.get("/desk/counts").json()["desk"] == 3


def test_a_number_that_is_searched_for_is_found_only_by_who_may_see_it(
    leader: Person, inspector: Person, entered: Callable[..., Client]
) -> None:
    drafts.open_draft(policy="grading", by=actor(leader))
    assert entered(inspector).get("/search/?q=张总").status_code in (200, 302)
    assert entered(inspector).get("/search/").status_code == 200


@pytest.mark.parametrize("address", ["/search/?q=%00", "/journal/?subject=a%00b", "/trace/%00/"])
def test_an_address_that_no_text_of_ours_could_hold_is_a_bad_request(
    leader: Person, entered: Callable[..., Client], address: str
) -> None:
    assert entered(leader).get(address).status_code == 400


def test_the_language_changes_and_the_page_stays(inspector: Person, entered: Callable[..., Client]) -> None:
    client = entered(inspector)
    answer = client.post("/language", {"language": "en", "next": "/procedures/?x=1"})
    assert answer["Location"] == "/procedures/?x=1"
    assert 'lang="en"' in client.get("/").content.decode()


def test_who_switches_the_language_gets_his_mail_in_it_and_the_record_says_so_once(
    inspector: Person, entered: Callable[..., Client]
) -> None:
    client = entered(inspector)
    client.post("/language", {"language": "en"})
    client.post("/language", {"language": "en"})
    inspector.refresh_from_db()
    assert inspector.language == actor(inspector).language == "en"
    [entry] = journal.entries_of(inspector.subject).filter(action="person.choose_language")
    assert entry.facts["set"] == {"language": ["zh-hans", "en"]}


def test_a_stranger_at_the_door_switches_the_page_only() -> None:
    assert Client().post("/language", {"language": "en"}).cookies["django_language"].value == "en"


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_language_switch_leads_to_no_other_site(place: str) -> None:
    assert Client().post("/language", {"language": "en", "next": place})["Location"] == "/"


def test_light_or_dark_and_single_keys_are_remembered(inspector: Person, entered: Callable[..., Client]) -> None:
    client = entered(inspector)
    client.post("/likings", {"theme": "dark", "keys": "off"})
    page = client.get("/me/").content.decode()
    assert 'data-theme="dark"' in page and 'data-keys="off"' in page


def test_every_lifecycle_is_drawn_with_all_its_moves(leader: Person, entered: Callable[..., Client]) -> None:
    client = entered(leader)
    for kind, lifecycle in Lifecycle.registry.items():
        page = client.get(f"/procedures/{kind}").content.decode()
        assert all(str(move.title) in page for move in lifecycle.moves.values()), kind


@pytest.mark.parametrize("page", ["/", "/me/", "/settings/", "/settings/permissions", "/procedures/", "/policies/"])
def test_the_pages_of_the_house_open_in_both_languages(
    leader: Person, entered: Callable[..., Client], page: str
) -> None:
    client = entered(leader)
    assert client.get(page).status_code == 200
    client.post("/language", {"language": "en"})
    assert client.get(page).status_code == 200


def test_two_who_look_at_the_same_thing_see_each_other_and_a_stranger_learns_nothing(
    leader: Person, keeper: Person, inspector: Person, entered: Callable[..., Client]
) -> None:
    subject = drafts.open_draft(policy="grading", by=actor(leader)).subject
    asked = {"subject": subject}
    assert entered(leader).post("/presence", asked, headers=JSON).json() == {"others": []}
    assert entered(keeper).post("/presence", asked, headers=JSON).json() == {"others": ["张总"]}
    assert entered(inspector).post("/presence", asked, headers=JSON).status_code == 404


class TestHealth:
    def test_it_is_well_when_web_database_and_worker_are(self) -> None:
        worker.beat("worker")
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["well"]) == (200, True)

    def test_it_is_unwell_when_the_worker_has_not_been_seen_for_a_while(self) -> None:
        with times.frozen("2026-04-18 09:00"):
            worker.beat("worker")
        with times.frozen("2026-04-18 09:05"):
            answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["worker"]) == (503, False)


class TestFiles:
    def test_a_picture_goes_up_and_comes_back_to_its_owner_only(
        self, inspector: Person, leader: Person, entered: Callable[..., Client]
    ) -> None:
        client = entered(inspector)
        answer = client.post("/attachments/", {"file": SimpleUploadedFile("划格.png", PNG)}, headers=JSON)
        assert answer.status_code == 201
        url = f"/attachments/{answer.json()['id']}"
        assert b"".join(client.get(url)) == PNG
        assert entered(leader).get(url).status_code == 404

    def test_a_page_disguised_as_a_picture_is_a_download(
        self, inspector: Person, entered: Callable[..., Client]
    ) -> None:
        row = attachments.store(SimpleUploadedFile("x.txt", b"<script>alert(1)</script>"), by=actor(inspector))
        answer = entered(inspector).get(f"/attachments/{row.pk}")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_an_empty_file_is_refused_in_one_sentence(self, inspector: Person, entered: Callable[..., Client]) -> None:
        answer = entered(inspector).post("/attachments/", {"file": SimpleUploadedFile("a.png", b"")}, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (422, "attachment.empty")
        assert entered(inspector).post("/attachments/", headers=JSON).status_code == 422


JSON = {"Accept": "application/json"}


def actor(person: Person) -> Any:
    return actor_of(person)


def test_every_answer_carries_the_strict_headers(inspector: Person, entered: Callable[..., Client]) -> None:
    answer = entered(inspector).get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_a_page_with_all_that_it_loads_stays_within_150_kb(leader: Person, entered: Callable[..., Client]) -> None:
    page = entered(leader).get("/policies/clocks").content
    loaded = set(re.findall(rb'(?:href|src)="/static/([^"#]+\.(?:css|js|svg))', page))
    files = [SOURCE / "web/static" / name.decode() for name in loaded]
    scripts = (SOURCE / "web/static/web").glob("*.js")
    weight = len(gzip.compress(page)) + sum(len(gzip.compress(file.read_bytes())) for file in {*files, *scripts})
    assert weight <= 150_000


def test_no_template_holds_an_inline_script_or_style_which_the_policy_would_refuse() -> None:
    forbidden = re.compile(r"""\sstyle=["']|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)|javascript:""", re.I)
    found = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in SOURCE.rglob("templates/**/*.html")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_every_element_that_asks_by_htmx_says_where_the_answer_goes() -> None:
    asking = re.compile(r"<[a-z][^>]*\shx-(?:get|post|put|patch|delete)=[^>]*>")
    found = [
        f"{path.relative_to(SOURCE)}: {tag[:80]}"
        for path in SOURCE.rglob("templates/**/*.html")
        for tag in asking.findall(path.read_text("utf-8").replace("\n", " "))
        if "hx-target=" not in tag
    ]
    assert found == []


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = (SOURCE / "web/static/web/icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'id="([\w-]+)"', sprite))
    named = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for pair in re.findall(r'\{% icon "([\w-]+)"| icon="([\w-]+)"', path.read_text("utf-8"))
        for name in pair
        if name
    }
    rooms = {room.icon for group in ROOMS for room in group}
    assert (named | rooms) - drawn == set()
