"""Whose case a mail names, and whether a machine wrote it: by headers and words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.mail import rules

SECRET = "s" * 40
NUMBER = "TS-2026-000012"


def test_our_token_names_its_case_in_a_subject_and_in_an_address() -> None:
    token = rules.token(NUMBER, SECRET)
    assert token == f"[投诉 {NUMBER} · {rules.sign(NUMBER, SECRET)}]"
    assert rules.numbers_named(f"答复：Re: 掉粉 {token}", [], SECRET) == [NUMBER]
    assert rules.numbers_named(f"RE: {rules.token(NUMBER, SECRET, english=True).upper()}", [], SECRET) == [NUMBER]
    assert rules.numbers_named("", [f"kf+{NUMBER.lower()}-{rules.sign(NUMBER, SECRET)}@x.example"], SECRET) == [NUMBER]


@pytest.mark.parametrize(
    "subject",
    [
        f"[投诉 {NUMBER}]",
        f"[投诉 {NUMBER} · aaaaaaaa]",
        f"[#{NUMBER}]",
        f"[投诉 TS-2026-000013 · {rules.sign(NUMBER, SECRET)}]",
    ],
)
def test_a_number_without_our_signature_names_nothing(subject: str) -> None:
    assert rules.numbers_named(subject, [], SECRET) == []


@given(st.from_regex(r"[A-Z]{2}-20\d\d-\d{6}", fullmatch=True), st.text(max_size=40))
def test_whatever_stands_around_it_a_token_is_read(number: str, around: str) -> None:
    assert number in rules.numbers_named(f"{around} {rules.token(number, SECRET)}", [], SECRET)
    assert rules.untokened(f"Re: 回复: 掉粉 {rules.token(number, SECRET)}") == "掉粉"


@pytest.mark.parametrize(
    ("headers", "sender", "why"),
    [
        ({"auto-submitted": ["auto-replied"]}, "a@b.example", "auto-submitted"),
        ({"auto-submitted": ["no"]}, "a@b.example", ""),
        ({"precedence": ["Bulk"]}, "a@b.example", "precedence"),
        ({"x-autoreply": ["yes"]}, "a@b.example", "x-autoreply"),
        ({"x-auto-response-suppress": ["All"]}, "a@b.example", "auto-response-suppress"),
        ({"list-id": ["<x.y>"]}, "a@b.example", "list-id"),
        ({"return-path": ["<>"]}, "a@b.example", "null-return-path"),
        ({"return-path": ["<a@b.example>"]}, "a@b.example", ""),
        ({"content-type": ["multipart/report; report-type=delivery-status"]}, "a@b.example", "report"),
        ({}, "noreply@b.example", "no-reply"),
        ({}, "no-reply+1@b.example", "no-reply"),
        ({}, "kf@factory.example", "ourselves"),
        ({}, "norbert@b.example", ""),
    ],
)
def test_a_machine_is_known_by_its_headers(headers: dict[str, list[str]], sender: str, why: str) -> None:
    assert rules.automatic(headers, sender, {"KF@factory.example"}) == why


@pytest.mark.parametrize(
    "quotation",
    [
        "------------------ 原始邮件 ------------------",
        "发件人: 三包客服",
        "On Mon, 20 Apr 2026, kf wrote:",
        "在 2026年4月20日，三包客服写道：",
    ],
)
def test_what_a_mail_repeats_is_not_new(quotation: str) -> None:
    assert rules.fresh(f"同意更换。\n\n{quotation}\n> 下周一前更换") == "同意更换。"


def test_a_mail_that_is_all_quotation_stays_whole() -> None:
    assert rules.fresh("> 下周一前更换") == "> 下周一前更换"


def test_the_mail_that_is_answered_stands_first() -> None:
    assert rules.message_ids(["<1@a> <2@a>", "<3@a>", "<2@a>"]) == ["2@a", "3@a", "1@a"]
