"""Scans, photographs and PDFs are read offline, beside the house, and what cannot be read is said (C-03)."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.complaints.tests.conftest import (  # noqa: F401
    by,
    customer,
    monday_morning,
    people,
    product,
    quick_passwords,
)
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import attachments, documents
from sanbao.letters import actions, handlers, ocr, reading
from sanbao.letters.models import FactKind, UserLetter, UserLetterState
from sanbao.letters.tests.test_rules import CHINESE
from tests.cast import Program, browser

installed = pytest.mark.skipif(not reading.available(), reason="the extra for reading scans is not installed")


def typeset(tmp_path: Path, kind: str) -> bytes:
    """The letter as a PDF with its text, or as a picture of it."""
    import typst

    source = tmp_path / "letter.typ"
    lines = "\n\n".join(CHINESE.splitlines())
    source.write_text(f'#set page(margin: 2.5cm)\n#set text(font: "Noto Sans CJK SC", size: 12pt)\n{lines}', "utf-8")
    made = typst.compile(str(source), font_paths=documents._fonts(), format=kind, ppi=150.0)  # type: ignore[call-overload]
    return made[0] if isinstance(made, list) else made  # type: ignore[no-any-return]


def entered(by: Any, name: str, content: bytes) -> UserLetter:  # noqa: F811
    scan = attachments.store(SimpleUploadedFile(name, content), by=by.clerk)
    return actions.read(by=by.clerk, channel="letter", files=[scan])


def worked(letter: UserLetter) -> UserLetter:
    """As the worker does it: begin, wait, take what was read."""
    assert handlers.read_scans() == 0
    current = handlers._reading
    assert current is not None
    current.process.wait()
    assert handlers.read_scans() == 1
    return UserLetter.objects.get(pk=letter.pk)


@pytest.fixture(autouse=True)
def nothing_being_read() -> None:
    handlers._reading = None


def test_a_full_line_goes_on_in_the_next_and_a_short_one_ends() -> None:
    lines = [
        ("贵公司售后部：", 0.2),
        ("三月十二日收到贵厂型材一批，喷码：", 0.95),
        ("P260308-07，有掉粉。", 0.9),
        ("此致", 0.1),
    ]
    assert ocr.joined(lines) == ["贵公司售后部：", "三月十二日收到贵厂型材一批，喷码：P260308-07，有掉粉。", "此致"]
    assert ocr.joined([("label no. BQ-1 and the", 0.99), ("coating", 0.1)]) == ["label no. BQ-1 and the coating"]


def test_the_words_of_a_pdf_are_its_own_where_it_has_them(tmp_path: Path) -> None:
    (tmp_path / "l.pdf").write_bytes(typeset(tmp_path, "pdf"))
    found = ocr.main([(str(tmp_path / "l.pdf"), "application/pdf")])
    assert (found["pages"], found["read"]) == (1, 1)
    assert "P260308-07" in found["text"] and "陈明远" in found["text"]
    assert "取消后续订单并扣除货款" in found["text"], "a sentence goes on over the end of a line"


def test_a_broken_pdf_has_a_page_without_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "l.pdf").write_bytes(b"%PDF-1.7 scan")
    assert ocr.main([(str(tmp_path / "l.pdf"), "application/pdf")]) == {"text": "", "pages": 1, "read": 1}
    assert "l.pdf" in capsys.readouterr().err


@installed
@pytest.mark.django_db
@pytest.mark.clause("C-03")
def test_a_pdf_is_read_by_the_worker_and_its_facts_are_proposed(by: Any, people: Any, tmp_path: Path) -> None:  # noqa: F811
    letter = entered(by, "来函.pdf", typeset(tmp_path, "pdf"))
    assert (letter.state, letter.text, letter.facts.count()) == (UserLetterState.READING, "", 0)
    page = browser(people["clerk"])
    assert "正在从原件识别文字" in page.get(letter.get_absolute_url()).content.decode()
    letter = worked(letter)
    assert (letter.state, letter.trouble) == (UserLetterState.READ, {})
    kinds = {fact.kind: fact.value for fact in letter.facts.all()}
    assert kinds[FactKind.CODE] == "P260308-07" and kinds[FactKind.MODEL] == "LM80-03"
    assert all(fact.words for fact in letter.facts.all())


@installed
@pytest.mark.slow
@pytest.mark.alike
@pytest.mark.django_db
@pytest.mark.clause("C-03")
def test_a_photograph_is_read_letter_by_letter(by: Any, tmp_path: Path) -> None:  # noqa: F811
    letter = worked(entered(by, "来函.png", typeset(tmp_path, "png")))
    assert letter.state == UserLetterState.READ, letter.trouble
    for words in ("P260308-07", "LM80-03", "清源市宏达门窗厂", "陈明远", "更换全部不合格料", "000-55550136"):
        assert words in letter.text, words
    assert {fact.kind for fact in letter.facts.all()} >= {
        FactKind.CODE, FactKind.MODEL, FactKind.COMPANY, FactKind.PHONE, FactKind.DEMAND, FactKind.FAULT
    }  # fmt: skip


@installed
@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_typed(by: Any, people: Any) -> None:  # noqa: F811
    letter = worked(entered(by, "fax.pdf", b"%PDF-1.7 scan"))
    assert (letter.state, letter.trouble) == (
        UserLetterState.READ,
        {"zh": str(reading.NOTHING), "en": reading.NOTHING.en},
    )
    assert str(reading.NOTHING) in browser(people["clerk"]).get(letter.get_absolute_url()).content.decode()
    letter = actions.correct_text(letter, by=by.clerk, text=CHINESE)
    assert letter.trouble == {} and letter.facts.filter(kind=FactKind.CODE).get().value == "P260308-07"


@installed
@pytest.mark.django_db
def test_a_reader_that_dies_leaves_the_letter_to_be_typed(by: Any, tmp_path: Path) -> None:  # noqa: F811
    letter = entered(by, "来函.pdf", typeset(tmp_path, "pdf"))
    assert handlers.read_scans() == 0
    assert handlers._reading is not None
    os.kill(handlers._reading.process.pid, signal.SIGKILL)
    handlers._reading.process.wait()
    assert handlers.read_scans() == 1
    letter = UserLetter.objects.get(pk=letter.pk)
    assert (letter.state, letter.trouble["zh"]) == (UserLetterState.READ, str(reading.FAILED))


@pytest.mark.django_db
def test_a_correction_proposes_anew_and_what_was_judged_is_judged_again(by: Any) -> None:  # noqa: F811
    letter = actions.read(by=by.clerk, channel="letter", text=CHINESE)
    actions.judge_facts(letter, by=by.clerk, accepted=list(letter.facts.all()))
    letter = actions.correct_text(letter, by=by.clerk, text=CHINESE.replace("P260308-07", "P260308-01"))
    assert letter.facts.filter(kind=FactKind.CODE).get().value == "P260308-01"
    assert not letter.facts.exclude(accepted=None).exists()


@pytest.mark.django_db
@pytest.mark.clause("C-03")
def test_without_words_a_legible_scan_and_the_reader_are_needed(
    by: Any, people: Any, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    with refused("user_letter.no_words", "C-03"):
        actions.read(by=by.clerk, channel="letter")
    monkeypatch.setattr(reading, "available", lambda: True)
    note = attachments.store(SimpleUploadedFile("note.txt", b"hello"), by=by.clerk)
    with refused("user_letter.no_scan", "C-03"):
        actions.read(by=by.clerk, channel="letter", files=[note])
    monkeypatch.setattr(reading, "available", lambda: False)
    scan = attachments.store(SimpleUploadedFile("fax.pdf", b"%PDF-1.7 scan"), by=by.clerk)
    with refused("user_letter.not_read", "C-03"):
        actions.read(by=by.clerk, channel="letter", files=[scan])
    told = Program(people["clerk"]).refused("user-letters", channel="letter")
    assert (told["code"], told["field"]) == ("user_letter.no_words", "text")


def test_the_reader_knows_no_framework() -> None:
    """It may be killed by what it reads; nothing of the house is loaded into it."""
    import subprocess
    import sys

    said = subprocess.run(
        [sys.executable, "-c", "import sanbao.letters.ocr, sys; print('django' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
    assert find_spec("pypdf") is not None
