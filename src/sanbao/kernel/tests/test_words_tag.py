"""A template's own words."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override


def shown(text: str, language: str = "en", **facts: object) -> str:
    with override(language):
        return Template(text).render(Context(facts))


def test_the_words_of_the_readers_language_stand_as_the_template_wrote_them() -> None:
    template = '{% w "受理 <b>" "Register <b>" %}'
    assert (shown(template, "zh-hans"), shown(template)) == ("受理 <b>", "Register <b>")
    assert (shown('{% w " 行" "" %}', "zh-hans"), shown('{% w " 行" "" %}')) == (" 行", "")


def test_facts_are_filled_in_and_escaped_and_the_whole_may_be_given_a_name() -> None:
    template = '{% w "第 {n} 页" "page {n}" n=page.number as title %}[{{ title }}|{{ title }}]'
    assert shown(template, page={"number": "<7>"}) == "[page &lt;7&gt;|page &lt;7&gt;]"
    assert shown('{% w "甲" "a" as title %}[{{ title }}]') == "[a]"


@pytest.mark.parametrize("tag", ['w "甲"', 'w "甲" other', 'w "甲" "a" 3', 'w "甲" "a" as'])
def test_words_that_are_not_said_in_both_languages_are_refused_when_the_template_is_read(tag: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% {tag} %}}")
