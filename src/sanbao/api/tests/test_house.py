"""What the API says of the house: lists without a silent end, files, the record, duties, policies, versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.api.tests.conftest import Program, problem
from sanbao.catalog import actions
from sanbao.kernel import attachments, notices, obligations, seals
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import HOUSE

pytestmark = pytest.mark.django_db


def products(count: int) -> None:
    for n in range(count):
        actions.register_product(by=HOUSE, code=f"P{n:03}", name=f"型材 {n}")


class TestLists:
    def test_a_list_says_how_many_there_are_and_where_the_rest_is(self, program: Program) -> None:
        products(7)
        told = program.get("products", per_page=3, state="in_use").json()
        assert (told["total"], told["page"], told["pages"], len(told["items"])) == (7, 1, 3, 3)
        seen = [item["code"] for item in told["items"]]
        while told["next"]:
            told = program.client.get(told["next"]).json()
            seen += [item["code"] for item in told["items"]]
        assert seen == [f"P{n:03}" for n in range(7)]

    def test_a_page_beyond_the_last_is_empty_and_says_so(self, program: Program) -> None:
        products(1)
        told = program.get("products", page=9).json()
        assert (told["items"], told["total"], told["pages"], told["next"]) == ([], 1, 1, None)

    def test_a_larger_page_than_200_is_refused_and_not_cut(self, program: Program) -> None:
        assert program.get("products", per_page=200).status_code == 200
        problem(program.get("products", per_page=201), 422, "page_too_large")


class TestVersions:
    def test_who_saves_over_what_another_saved_is_refused_with_what_changed(self, program: Program) -> None:
        made = program.post("products", {"code": "P1", "name": "窗框"}).json()
        path = f"products/{made['id']}/edit"
        assert program.post(path, {"name": "门框", "version": made["version"]}).status_code == 200
        told = problem(program.post(path, {"name": "幕墙", "version": made["version"]}), 409, "stale")
        assert told["facts"]["changes"][0]["set"]["name"] == ["窗框", "门框"]
        assert program.get(f"products/{made['id']}").json()["name"] == "门框"


class TestFiles:
    def upload(self, program: Program, name: str = "原始信.txt", content: bytes = b"dear Sanbao") -> dict[str, Any]:
        answer = program.client.post("/api/v1/attachments", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def test_a_file_comes_down_as_it_went_up_and_is_never_shown_in_place(self, program: Program) -> None:
        made = self.upload(program)
        answer = program.get(f"attachments/{made['id']}")
        assert b"".join(answer.streaming_content) == b"dear Sanbao"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/octet-stream"

    @pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"%!PS evil"])
    @pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.png"])
    def test_what_a_browser_would_run_comes_as_bytes(self, program: Program, name: str, content: bytes) -> None:
        made = self.upload(program, name, content)
        for path in (f"/api/v1/attachments/{made['id']}", f"/attachments/{made['id']}"):
            shown = program.client.get(path)
            if shown.status_code == 200:
                assert shown["Content-Type"] == "application/octet-stream"
                assert shown["Content-Disposition"].startswith("attachment;")
                assert "sandbox" in shown["Content-Security-Policy"]

    def test_nobody_else_sees_a_file_that_belongs_to_nothing_yet(self, program: Program, leader: Person) -> None:
        made = self.upload(program)
        problem(Program(leader).get(f"attachments/{made['id']}"), 404, "not_found")

    def test_a_file_is_seen_by_who_may_see_what_it_belongs_to(
        self, program: Program, hired: Callable[..., Person], leader: Person
    ) -> None:
        made = self.upload(program)
        product = actions.register_product(by=HOUSE, code="P1", name="x")
        attachments.attach(
            attachments.Attachment.objects.filter(pk=made["id"]), subject=product.subject, by=HOUSE, clause="C-03"
        )
        assert Program(leader).get(f"attachments/{made['id']}").status_code == 200

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "a\r\nSet-Cookie: x=1.txt", '"; filename="b.html', "a\u202egpj.exe"]
    )
    def test_a_file_name_is_only_a_name(self, program: Program, name: str) -> None:
        made = self.upload(program, name + ".txt")
        answer = program.get(f"attachments/{made['id']}")
        assert "Set-Cookie" not in answer
        assert not set(made["name"]) & set('/\\"\r\n\u202e')
        kept = [path.name for path in Path(settings.ATTACHMENTS).rglob("*") if path.is_file()]
        assert all(len(bytes.fromhex(name)) == 32 for name in kept)


class TestRecord:
    @pytest.mark.clause("M-03")
    def test_only_who_may_read_the_record_reads_it(self, program: Program, leader: Person) -> None:
        for path in ("journal", "journal/1", "journal/seals", "journal/verify"):
            assert problem(program.get(path), 403, "not_permitted")["clause"] == "M-03"
            assert Program(leader).get(path).status_code in (200, 404)

    def test_an_entry_shows_its_proof_and_everything_verifies(self, program: Program, leader: Person) -> None:
        program.post("products", {"code": "P1", "name": "窗框"})
        seal = seals.seal()
        reader = Program(leader)
        told = reader.get("journal", action="product.open").json()
        assert told["total"] == 1
        entry = reader.get(f"journal/{told['items'][0]['id']}").json()
        assert entry["holds"] and entry["computed"] == entry["hash"] and entry["actor"] == program.person.subject
        assert seal is not None
        assert reader.get("journal/seals").json()["items"][0]["hash"] == seal.hash
        assert reader.get("journal/verify", head=seal.hash).json() == {
            "entries": JournalEntry.objects.count(),
            "holds": True,
            "breaches": [],
            "more": False,
        }
        wrong = reader.get("journal/verify", head="0" * 64).json()
        assert (wrong["holds"], len(wrong["breaches"])) == (False, 1)

    @pytest.mark.parametrize("subject", ["x", "complaint:99999999999999999999", "complaint:x", "²:²", "product:"])
    def test_a_chain_that_there_is_not_is_empty(self, leader: Person, subject: str) -> None:
        told = Program(leader).get("journal/verify", subject=subject)
        assert (told.status_code, told.json()["entries"]) == (200, 0)


class TestDuties:
    def test_the_inbox_holds_what_waits_for_me_and_nothing_else(self, program: Program, leader: Person) -> None:
        for to in ("qc.inspector", leader.subject):
            obligations.owe(subject="product:1", code=to, sentence=W("查", "Look"), to=to, by=HOUSE)
        told = program.get("inbox").json()
        assert [(duty["owed_by"], duty["sentence"]) for duty in told["items"]] == [("qc.inspector", "Look")]

    def test_what_i_was_told_is_mine_and_can_be_marked_read(self, program: Program, leader: Person) -> None:
        notices.tell(to=program.person.subject, about="a", subject="product:1", sentence=W("看", "See"))
        notices.tell(to=leader.subject, about="a", subject="product:1", sentence=W("看", "See"))
        assert [n["sentence"] for n in program.get("notices").json()["items"]] == ["See"]
        assert program.post("notices/read", {}).json() == {"read": 1}
        assert program.get("notices").json()["items"][0]["read_at"]


class TestPolicies:
    def test_a_policy_is_read_drafted_and_approved_by_a_second_person(self, leader: Person, keeper: Person) -> None:
        reader, drafter = Program(leader), Program(keeper)
        listed = {p["code"]: p for p in reader.get("policies").json()}
        assert listed["grading"]["in_force"] == 1 and listed["grading"]["outputs"]
        version = reader.get("policies/imports").json()["version"]
        draft = drafter.post("policy-drafts", {"policy": "imports", "text": version["text"]}).json()
        problem(drafter.post(f"policy-drafts/{draft['id']}/submit", {}), 422, "policy.unchanged")
        changed = version["text"].replace('note = "', 'note = "更严：', 1)
        path = f"policy-drafts/{draft['id']}"
        assert drafter.post(f"{path}/revise", {"text": changed}).json()["flaws"] == []
        assert drafter.post(f"{path}/submit", {}).json()["state"] == "submitted"
        problem(drafter.post(f"{path}/approve", {}), 403, "not_permitted")
        # A signature asks for the person himself, so a key is not enough.
        problem(reader.post(f"{path}/approve", {}), 403, "signature.authenticate")
        assert reader.get("policy-drafts", state="submitted").json()["total"] == 1
        assert reader.get(f"{path}/rehearsal").status_code == 200

    @pytest.mark.parametrize("text", ["a = " + "[" * 5000, "x" * 100_000, "= = =", "policy = 1", "[[rows]]\n" * 5000])
    def test_a_text_that_is_no_table_is_refused(self, keeper: Person, text: str) -> None:
        told = Program(keeper).post("policy-drafts", {"policy": "imports", "text": text})
        problem(told, 422, "policy.illegible")

    def test_a_policy_that_there_is_not_and_a_draft_of_others_are_not_found(self, program: Program) -> None:
        problem(program.get("policies/no-such"), 404, "not_found")
        problem(program.get("policy-drafts/1"), 404, "not_found")


class TestSmallTables:
    def test_departments_posts_regions_and_permissions_are_listed_with_their_codes(self, program: Program) -> None:
        departments = {row["code"]: row for row in program.get("house/departments").json()}
        assert departments["after_sales"]["parent"] == "sales"
        assert "gm" in {row["code"] for row in program.get("house/posts").json()}
        assert "CN-ZJ" in {row["code"] for row in program.get("house/regions").json()}
        assert {"permission": "parties.people", "roles": ["*.administrator", "office.department_manager"]} in (
            program.get("house/permissions").json()
        )

    def test_search_finds_what_the_actor_may_see_by_its_words(self, program: Program) -> None:
        products(2)
        told = program.get("search", kind="product", q="型材").json()
        assert (told["total"], told["items"][0]["title"]) == (2, "P001 型材 1")
        assert problem(program.get("search", kind="nothing", q="x"), 422, "bad_input")["field"] == "kind"

    def test_a_fault_class_is_added_and_renamed(self, program: Program) -> None:
        made = program.post("defect-classes", {"code": "X-9", "name_zh": "别的", "name_en": "Other"})
        assert made.status_code == 201
        changed = program.post("defect-classes/X-9/edit", {"name_en": "Something else"}).json()
        assert (changed["name_zh"], changed["name_en"]) == ("别的", "Something else")
        problem(program.post("defect-classes/NO/edit", {}), 404, "not_found")
