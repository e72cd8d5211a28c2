"""The scan page as a test opens it: a small factory, a storekeeper, and ears and hands that remember."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace.tests.factory import small_factory
from sanbao.web.models import Scan

#: What the ear and the hand are told, and whether sound was made, written down where a test can read it.
SPY = """
    window.told = { tones: 0, buzzes: [] };
    navigator.vibrate = (pattern) => window.told.buzzes.push(pattern) > 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.told.tones += 1; return make.call(this); };
"""


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True
    cache.clear()
    small_factory()


@pytest.fixture
def storekeeper() -> Person:
    place = {"department": Department.objects.get(code="warehouse"), "post": Post.objects.get(code="storekeeper")}
    person = hire(by=Actor.clockwork("test"), username="stock", name="赵仓", **place)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return person


@pytest.fixture
def desk(enter: Callable[..., Any], page: Any, storekeeper: Person) -> Any:
    """The scan page at a desk, with a wedge and no camera."""
    page.add_init_script(SPY)
    return enter(storekeeper, "/scan/")


def answer(page: Any, outcome: str) -> Any:
    shown = page.locator(f"[data-scan-answer][data-outcome={outcome}]")
    shown.wait_for()
    return shown


def codes() -> list[str]:
    return list(Scan.objects.order_by("id").values_list("code", flat=True))


def pull(page: Any, *codes: str, suffix: str = "Tab") -> None:
    """A wedge reads codes, at its own speed however busy the machine is: its keys come from inside the page."""
    page.evaluate(
        """([codes, suffix]) => {
            const field = document.querySelector("[data-scan-code]");
            const press = (key) => field.dispatchEvent(
                new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }));
            for (const code of codes) {
                field.focus();
                for (const letter of code) { press(letter); field.value += letter; }
                press(suffix);
            }
        }""",
        [list(codes), suffix],
    )
