"""What is made without Django's helpers is what they would have made."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import html
from django.utils.safestring import SafeString
from django.utils.translation import override

from sanbao.kernel.addresses import page
from sanbao.kernel.words import W
from sanbao.web import markup
from sanbao.web.lists import Choice

VALUES = ["<b>", "a & b", "\"'", SafeString("<i>"), W("甲 <", "a <"), 7, None, 1.5, ["<"]]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_value_is_escaped_as_django_does_it(value: Any, language: str) -> None:
    with override(language):
        assert markup.escape(value) == html.conditional_escape(value)
        made = markup.format_html('<p title="{}">{x}</p>', value, x=value)
        assert made == html.format_html('<p title="{}">{x}</p>', value, x=value)
        assert isinstance(made, SafeString)


def test_the_address_of_a_numbered_page_is_the_one_of_its_name() -> None:
    for number in (1, 20_000, 2**53 - 1):
        assert page("complaints:case", number) == reverse("complaints:case", args=[number])
        assert page("recall:holder", number) == reverse("recall:holder", args=[number])
    with pytest.raises(NoReverseMatch):
        page("complaints:nowhere", 1)


def test_a_choice_is_written_escaped_in_the_language_of_the_reader_with_what_was_chosen() -> None:
    kinds = Choice("kind", W("种类", "Kind"), [("a", W("甲 <", "A <")), ("b", W("乙", "B"))])
    with override("zh-hans"):
        assert kinds.written("b") == '<option value="a">甲 &lt;</option><option value="b" selected>乙</option>'
    with override("en"):
        assert kinds.written("<x>") == '<option value="a">A &lt;</option><option value="b">B</option>'
