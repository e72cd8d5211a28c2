"""The same POST with the same Idempotency-Key is done once and answered again (issue 2, item 6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from sanbao.api.handlers import KEPT, forget_answers
from sanbao.api.models import Answer
from sanbao.api.tests.conftest import Program, problem
from sanbao.catalog import actions
from sanbao.catalog.models import Product
from sanbao.kernel import journal, rows, times
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.outlasting import outlast
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.parties.models import Person
from sanbao.web.tests.conftest import HOUSE

THREADS = 8
NEW = {"code": "P1", "name": "断桥窗框"}


@pytest.mark.django_db
class TestOnce:
    def test_a_repetition_is_answered_alike_and_does_nothing(self, program: Program) -> None:
        first = program.post("products", NEW, key="a1")
        entries = JournalEntry.objects.count()
        again = program.post("products", NEW, key="a1")
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert again["Content-Type"] == first["Content-Type"]
        assert "Idempotency-Replayed" not in first and again["Idempotency-Replayed"] == "true"
        assert (Product.objects.count(), JournalEntry.objects.count()) == (1, entries)

    def test_another_request_under_the_same_key_is_refused(self, program: Program) -> None:
        program.post("products", NEW, key="a1")
        problem(program.post("products", NEW | {"name": "别的"}, key="a1"), 422, "idempotency_key_reused")
        problem(program.post("materials", NEW, key="a1"), 422, "idempotency_key_reused")
        assert Product.objects.get().name == NEW["name"]

    def test_what_was_refused_may_be_repeated_under_its_key(self, program: Program) -> None:
        problem(program.post("products", {"code": "P1"}, key="a1"), 422, "required")
        assert not Answer.objects.exists()
        assert program.post("products", NEW, key="a1").status_code == 201

    def test_the_keys_of_two_people_are_two_keys(self, program: Program, keeper: Person) -> None:
        program.post("products", NEW, key="a1")
        assert Program(keeper).post("products", NEW | {"code": "P2"}, key="a1").status_code == 201

    def test_reading_needs_no_key_and_ignores_one(self, program: Program) -> None:
        headers = {"Idempotency-Key": "a1"}
        assert program.client.get("/api/v1/products", headers=headers).json()["total"] == 0
        program.post("products", NEW)
        assert program.client.get("/api/v1/products", headers=headers).json()["total"] == 1

    def test_without_a_key_each_post_is_done(self, program: Program) -> None:
        assert program.post("products", NEW).status_code == 201
        problem(program.post("products", NEW), 422, "product.code_taken")

    def test_a_key_of_more_than_200_characters_is_refused(self, program: Program) -> None:
        problem(program.post("products", NEW, key="x" * 201), 422, "idempotency_key_long")

    def test_the_same_file_is_stored_once_and_another_one_under_its_key_refused(self, program: Program) -> None:
        def upload(content: bytes) -> Any:
            file = SimpleUploadedFile("a.txt", content, "text/plain")
            return program.client.post("/api/v1/attachments", {"file": file}, headers={"Idempotency-Key": "f1"})

        first, again = upload("原始信".encode()), upload("原始信".encode())
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        problem(upload("另封信".encode()), 422, "idempotency_key_reused")
        assert Attachment.objects.count() == 1

    def test_an_act_that_fails_halfway_leaves_neither_itself_nor_an_answer(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*args: Any, **kwargs: Any) -> None:
            raise OSError("the disk is full")

        entries = JournalEntry.objects.count()
        monkeypatch.setattr("sanbao.kernel.search.begin", fails)
        problem(program.post("products", NEW, key="a1"), 500, "server_error")
        assert not Product.objects.exists() and not Answer.objects.exists()
        assert JournalEntry.objects.count() == entries
        monkeypatch.undo()
        assert program.post("products", NEW, key="a1").status_code == 201

    def test_what_must_outlast_a_refusal_is_kept_once(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        written = []

        def attempt(*args: Any, **kwargs: Any) -> None:
            outlast(lambda: written.append(JournalEntry.objects.count()) or count_it())
            raise Refusal("test.refused", W("不行", "No"))

        def count_it() -> None:
            journal.append(subject="attempt:1", action="attempt.refused", by=HOUSE)

        monkeypatch.setattr("sanbao.kernel.search.begin", attempt)
        problem(program.post("products", NEW, key="a1"), 409, "test.refused")
        assert (len(written), journal.entries_of("attempt:1").count()) == (2, 1)

    def test_an_answer_that_cannot_be_kept_takes_the_act_back_with_it(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def dies(row: Any, *args: Any, **kwargs: Any) -> bool:
            if isinstance(row, Answer):
                raise KeyboardInterrupt
            return update(row, *args, **kwargs)

        update = rows.update
        monkeypatch.setattr(rows, "update", dies)
        with pytest.raises(KeyboardInterrupt):
            program.post("products", NEW, key="a1")
        assert not Product.objects.exists() and not Answer.objects.exists()

    def test_answers_are_forgotten_after_a_week(self, program: Program) -> None:
        program.post("products", NEW, key="a1")
        forget_answers()
        assert Answer.objects.exists()
        with times.frozen(times.now() + KEPT * 1.01):
            forget_answers()
        assert not Answer.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_send_the_same_at_once_one_is_done_and_all_hear_the_same(inspector: Person) -> None:
    program, together = Program(inspector), Barrier(THREADS)
    callers = [Program(inspector) for _ in range(THREADS)]

    def one(caller: Program) -> tuple[int, bytes]:
        try:
            together.wait()
            answer = caller.post("products", NEW, key="a1")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(one, callers))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert Product.objects.count() == 1
    assert JournalEntry.objects.filter(action="product.open").count() == 1
    assert program.post("products", NEW, key="a1").status_code == 201


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_are_refused_at_once_all_hear_why(inspector: Person) -> None:
    actions.register_product(by=HOUSE, **NEW)
    together = Barrier(THREADS)

    def one(caller: Program) -> str:
        try:
            together.wait()
            return str(caller.post("products", NEW, key="a1").json()["code"])
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        codes = list(pool.map(one, [Program(inspector) for _ in range(THREADS)]))
    assert set(codes) == {"product.code_taken"}
    assert not Answer.objects.exists()
