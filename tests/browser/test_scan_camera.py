"""Scanning in a real Chromium whose camera is held before a real QR code (convention 36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.conf import settings as house

from sanbao.parties.models import Person
from tests.browser.scanning import SPY, answer, codes, demonstration, storekeeper
from tests.plugins.browser import FLAGS, chromium

__all__ = ["demonstration", "storekeeper"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
LINK = "https://id.factory.example/01/06901234567892/10/L-7/21/BQ1"
WIDTH, HEIGHT = 640, 480


def film(path: Path, text: str) -> Path:
    """What a camera sees that is held before a label: two frames of a QR code on grey, as raw video."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    side = (HEIGHT - 60) // len(rows)
    left, top = (WIDTH - side * len(rows)) // 2, (HEIGHT - side * len(rows)) // 2
    light = bytearray([190]) * (WIDTH * HEIGHT)
    for y, row in enumerate(rows):
        line = b"".join(bytes([16 if dark else 235]) * side for dark in row)
        for pixel in range(side):
            at = (top + y * side + pixel) * WIDTH + left
            light[at : at + len(line)] = line
    frame = b"FRAME\n" + bytes(light) + bytes([128]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return path


@pytest.fixture
def before(
    _chromium: Any, live_server: Any, client: Any, storekeeper: Person, tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """``before(text)``: the scan page on a phone whose camera is held before a QR code of that text."""
    opened: list[Any] = []
    errors: list[str] = []

    def look(text: str, *more: str) -> Any:
        seen = [f"--use-file-for-fake-video-capture={film(tmp_path / 'label.y4m', text)}"] if text else []
        browser = _chromium.browser_type.launch(executable_path=chromium(), args=[*FLAGS, *CAMERA, *seen, *more])
        opened.append(browser)
        phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", permissions=["camera"], **phone)
        context.set_default_timeout(20_000)
        client.force_login(storekeeper)
        key = client.cookies[house.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": house.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(SPY)
        page.goto("/scan/")
        return page

    yield look
    for browser in opened:
        browser.close()
    assert not errors, f"script errors on the page: {errors}"


@pytest.mark.parametrize("text", ["BQ1", LINK])
def test_the_camera_reads_a_label_through_our_own_decoder_and_names_it(before: Callable[..., Any], text: str) -> None:
    fetched: list[str] = []
    page = before(text)
    page.on("request", lambda request: fetched.append(request.url))
    page.click("[data-scan-camera]")
    shown = answer(page, "ok")
    assert "标签 BQ1" in shown.inner_text() and "合格" in shown.inner_text()
    assert page.locator("[data-scan-say]").inner_text().startswith("✓ 标签 BQ1 · LM50")
    page.wait_for_timeout(2500)
    assert codes() == ["BQ1"], "what stays before the camera is read once"
    assert page.locator("[data-scan-view]").is_visible(), "on a phone it goes on scanning"
    assert page.evaluate("window.told") == {"tones": 1, "buzzes": [[70]]}
    assert any(url.endswith("/zxing_reader.wasm") for url in fetched)
    assert [url for url in fetched if not url.startswith(page.url.split("/scan/")[0]) and "://" in url] == []


def test_the_viewfinder_closes_after_one_code_unless_it_goes_on(before: Callable[..., Any]) -> None:
    page = before("BQ1")
    page.uncheck("[data-scan-continuous]")
    page.click("[data-scan-camera]")
    answer(page, "ok")
    page.locator("[data-scan-view]").wait_for(state="hidden")
    assert page.locator("[data-scan-camera]").is_visible()
    page.reload()
    assert not page.is_checked("[data-scan-continuous]"), "the choice is remembered"


def test_a_browser_that_reads_codes_itself_needs_none_of_ours(before: Callable[..., Any]) -> None:
    fetched: list[str] = []
    page = before("BQ1")
    page.add_init_script(
        """window.BarcodeDetector = class {
            static getSupportedFormats() { return Promise.resolve(["qr_code", "code_128"]); }
            detect() {
                const box = (x, y) => ({ x, y, width: 10, height: 10 });
                const aside = { rawValue: "BQ3", boundingBox: box(0, 0) };
                return Promise.resolve([aside, { rawValue: "BQ2", boundingBox: box(315, 235) }]);
            }
        };"""
    )
    page.reload()
    page.on("request", lambda request: fetched.append(request.url))
    page.click("[data-scan-camera]")
    assert "BQ2" in answer(page, "ok").inner_text(), "of several the one in the middle"
    assert [url for url in fetched if "zxing" in url] == []


def test_where_a_device_has_two_cameras_one_changes_to_the_other(before: Callable[..., Any]) -> None:
    page = before("", "--use-fake-device-for-media-stream=device-count=2")
    page.click("[data-scan-camera]")
    flip = page.locator("[data-scan-flip]")
    flip.wait_for()
    device = "document.querySelector('[data-scan-view] video').srcObject.getVideoTracks()[0].getSettings().deviceId"
    first = page.evaluate(device)
    flip.click()
    page.wait_for_function(f"() => {device} !== {first!r}")
    assert page.locator("[data-scan-torch]").is_hidden(), "these have no torch"


def test_a_camera_that_is_refused_says_so_and_offers_a_photograph(before: Callable[..., Any]) -> None:
    page = before("BQ1")
    refuse = "async () => { throw new DOMException('no', 'NotAllowedError'); }"
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {refuse}; }}")
    page.click("[data-scan-camera]")
    page.get_by_text("没有允许使用摄像头").wait_for()
    assert page.locator("[data-scan-snap]").is_visible() and page.locator("[data-scan-camera]").is_visible()


def test_a_photograph_is_read_where_the_page_may_not_use_the_camera(before: Callable[..., Any], tmp_path: Path) -> None:
    page = before("BQ1")
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.reload()
    page.get_by_text("浏览器只在 HTTPS 下开放摄像头").wait_for()
    photo = tmp_path / "label.png"
    segno.make("BQ2", micro=False).save(photo, scale=8)
    with page.expect_file_chooser() as chosen:
        page.click("[data-scan-camera]")
    chosen.value.set_files(photo)
    assert "BQ2" in answer(page, "ok").inner_text()


def test_the_camera_fills_the_field_of_an_ordinary_form_and_sends_it(before: Callable[..., Any]) -> None:
    """At the packing bench the traveller is held before the camera; at a desk it is typed into the same field."""
    page = before("SX2")
    page.goto("/goods/pack")
    page.click("[data-scan-field] [data-scan-camera]")
    page.locator(".duties .no", has_text="SX2").wait_for()
    assert page.locator("[data-scan-field] [data-scan-view]").is_hidden()
