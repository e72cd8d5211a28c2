"""Mail as it really comes, read (C-03): Chinese in every dress, broken, hostile; never opened, never lost."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanbao.mail.encoded import decoded, parameters
from sanbao.mail.html_text import reduced
from sanbao.mail.reading import MOST_FILES, read
from sanbao.mail.tests.letters import a_mail, raw

HEAD = ("From: a@b.example", "Date: Mon, 20 Apr 2026 08:30:00 +0800")


def test_what_calls_itself_gb2312_and_holds_more_is_read_as_gb18030() -> None:
    found = read(raw(*HEAD, "Content-Type: text/plain; charset=gb2312", "", "朱镕基、喆、𠮷".encode("gb18030")))
    assert found.text.strip() == "朱镕基、喆、𠮷"


@pytest.mark.parametrize("charset", ["", "us-ascii", "x-unknown", "utf-8", "base64", "undefined"])
def test_bytes_that_belie_their_charset_are_read_all_the_same(charset: str) -> None:
    for name in ("utf-8", "gb18030"):
        found = read(raw(*HEAD, f"Content-Type: text/plain; charset={charset}", "", "划格后掉粉".encode(name)))
        assert found.text.strip() == "划格后掉粉", (charset, name)


def test_an_encoded_word_may_be_cut_in_the_middle_of_a_character() -> None:
    whole = "附着力不合格".encode()
    parts = [base64.b64encode(part).decode() for part in (whole[:4], whole[4:])]
    assert decoded(f"=?utf-8?B?{parts[0]}?= =?utf-8?B?{parts[1]}?= end") == "附着力不合格 end"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*0*=utf-8''%E7%85%A7; filename*1*=%E7%89%87.jpg", "照片.jpg"),
        ("attachment; filename*=gb2312''%D5%D5%C6%AC.jpg", "照片.jpg"),
        ('attachment; filename="=?gbk?B?1dXGrC5qcGc=?="', "照片.jpg"),
        ('attachment; filename="a\\"b; c.txt"', 'a"b; c.txt'),
        ("attachment; filename=plain.txt; size=5", "plain.txt"),
    ],
)
def test_file_names_of_every_dress(header: str, name: str) -> None:
    assert decoded(parameters(header)["filename"]) == name


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_raw_chinese_file_name_is_read(charset: str) -> None:
    name = b'Content-Disposition: attachment; filename="' + "检验报告.pdf".encode(charset) + b'"'
    found = read(raw(*HEAD, "Content-Type: multipart/mixed; boundary=b", "", "--b", name, "", "%PDF", "--b--"))
    assert [file.name for file in found.files] == ["检验报告.pdf"]


def test_html_is_reduced_to_its_words_and_nothing_in_it_can_act() -> None:
    page = "<html><style>p{}</style><p>整批<b>拒收</b><script>alert(1)</script></p><img src=x onerror=y>"
    page += "<div>第二行&lt;script&gt;"
    assert reduced(page) == "整批拒收\n\n第二行<script>"
    assert reduced("<script>never closed <p>words</p>") == "never closed words"


def test_of_two_dresses_of_one_text_the_plain_one_is_read() -> None:
    parts = ("--b", "Content-Type: text/plain", "", "plain", "--b", "Content-Type: text/html", "", "<p>html", "--b--")
    found = read(raw(*HEAD, "Content-Type: multipart/alternative; boundary=b", "", *parts))
    assert (found.text.strip(), found.files) == ("plain", ())


def test_a_zip_bomb_a_calendar_and_a_tnef_stay_closed_files() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 30_000_000)
    found = read(
        a_mail(files=[("bomb.zip", bomb.getvalue()), ("winmail.dat", b"\x78\x9f\x3e\x22"), ("invite.ics", b"BEGIN:")])
    )
    assert [(f.name, len(f.content)) for f in found.files] == [
        ("bomb.zip", len(bomb.getvalue())), ("winmail.dat", 4), ("invite.ics", 6),
    ]  # fmt: skip


def test_a_mail_inside_a_mail_is_one_file() -> None:
    inner = a_mail("inner words")
    found = read(
        raw(
            *HEAD,
            "Content-Type: multipart/mixed; boundary=b",
            "",
            "--b",
            "Content-Type: message/rfc822",
            "",
            inner,
            "--b--",
        )
    )
    assert [(f.name, f.media_type) for f in found.files] == [("message.eml", "message/rfc822")]
    assert "inner" not in found.text


def test_parts_without_end_or_sense_do_not_lose_the_words() -> None:
    found = read(
        raw(*HEAD, "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "", "整批拒收")
    )
    assert "整批拒收" in found.text and found.broken
    assert "拒收" in read(raw(*HEAD, "Content-Type: multipart/mixed", "", "拒收")).text


def test_a_mail_nested_beyond_sense_is_kept_by_its_headers_and_marked() -> None:
    lines: list[str] = [*HEAD, "Subject: deep"]
    for depth in range(3000):
        lines += [f"Content-Type: multipart/mixed; boundary=b{depth}", "", f"--b{depth}"]
    found = read(raw(*lines, "Content-Type: text/plain", "", "x"))
    assert (found.subject, found.sender, found.broken) == ("deep", "a@b.example", True)


def test_more_files_than_anybody_looks_at_stay_in_the_original_and_are_counted() -> None:
    found = read(a_mail(files=[(f"{n}.bin", b"x") for n in range(MOST_FILES + 5)]))
    assert (len(found.files), found.left_in) == (MOST_FILES, 5)


def test_copies_of_one_mail_are_one_and_other_words_are_another() -> None:
    one = a_mail()
    through_another = b"Received: from x by y\r\nX-Spam: no\r\n" + one
    rewritten = one.replace(b"Message-ID: <", b"Message-ID: <rewritten-")
    assert len({read(one).digest, read(through_another).digest, read(rewritten).digest}) == 1
    assert read(a_mail()).digest != read(one).digest


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 +9999", "Fri, 31 Dec 9999 23:59:59 -2359"]
)
def test_a_date_that_means_nothing_is_none(date: str) -> None:
    assert read(raw("From: a@b.example", f"Date: {date}", "", "x")).sent_at is None


def test_no_nul_and_no_half_character_goes_on_into_the_house() -> None:
    found = read(raw(*HEAD, "Subject: a\x00b\udcff".encode("utf-8", "surrogateescape"), "", b"x\x00y\xff\xfe"))
    assert "\x00" not in found.subject + found.text
    (found.subject + found.text).encode()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(
    ["From", "To", "Subject", "Date", "References", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
), st.binary(max_size=80)), max_size=12), st.binary(max_size=200))  # fmt: skip
def test_whatever_bytes_come_they_are_read_into_clean_text(headers: list[tuple[str, bytes]], body: bytes) -> None:
    content = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body
    found = read(content)
    said = "".join(
        [found.subject, found.sender, found.sender_name, found.text, *found.to, *(f.name for f in found.files)]
    )
    said.encode()
    assert "\x00" not in said and len(found.digest) == 64


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_what_was_encoded_is_what_is_read(text: str) -> None:
    words = base64.b64encode(text.encode()).decode()
    assert decoded(f"=?UTF-8?B?{words}?=") == text
