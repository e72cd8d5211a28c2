"""A real Chromium for the tests marked `browser`; Debian's own, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "vendor" / "axe" / "4.14.1" / "axe.min.js"
FLAGS = [
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
]
#: A bare machine has no Chinese font; the one that prints our forms serves the browser as well.
FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def chromium() -> str | None:
    """The path of a Chromium or Chrome that the system has."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))


@pytest.fixture(scope="session")
def _chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    import manimgx_fonts_cjk
    from playwright.sync_api import sync_playwright

    # Playwright's event loop lives in this thread; Django would take our queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    fonts = Path(manimgx_fonts_cjk.__file__).parent
    config.write_text(FONTCONFIG.format(fonts=fonts, cache=folder / "cache"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS, env={**os.environ, "FONTCONFIG_FILE": str(config)}
        )
        yield browser
        browser.close()


@pytest.fixture
def page(_chromium, live_server) -> Iterator[object]:
    """A fresh Playwright page at this test's live server, in Chinese; a script error fails the test."""
    window = {"width": 1280, "height": 800}
    context = _chromium.new_context(base_url=live_server.url, locale="zh-CN", viewport=window)
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, f"script errors on the page: {errors}"


@pytest.fixture
def enter(page, live_server) -> Callable[..., object]:
    """``enter(person, "/complaints/")``: the page, opened by somebody who has logged in."""
    from django.conf import settings
    from django.test import Client

    def open_as(person: object, path: str = "/") -> object:
        # Whoever was here before is neither logged out nor still asking: the answer to a request of an ended session
        # takes the cookie away, and would take the new one.
        page.goto("about:blank")
        client = Client()
        client.force_login(person)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as


def barriers(page: object) -> list[str]:
    """What axe finds that keeps somebody out (WCAG 2.2 A and AA), one line each; the page's CSP stays in force.

    In the dark only colours are other than in the light, so that only they are looked at again.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    looked = [("light", ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]), ("dark", ["color-contrast"])]
    found = []
    for scheme, only in looked:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour on its way
        for violation in page.evaluate("only => axe.run({runOnly: only})", only)["violations"]:
            found += [
                f"{scheme}: {violation['id']} {' '.join(map(str, node['target']))}" for node in violation["nodes"]
            ]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found
