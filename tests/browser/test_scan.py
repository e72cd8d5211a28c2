"""Scanning in a real Chromium: a camera that sees a real QR code, a wedge that types, a network that goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.conf import settings as house
from django.core.cache import cache
from django.test import Client

from sanbao.kernel.actor import Actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace.tests.factory import small_factory
from sanbao.web.models import Scan
from tests.plugins.browser import FLAGS, barriers, chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
LINK = "https://id.factory.example/01/06901234567892/10/L-7/21/BQ1"
#: What the ear and the hand are told, and whether sound was made, written down where a test can read it.
SPY = """
    window.told = { tones: 0, buzzes: [] };
    navigator.vibrate = (pattern) => window.told.buzzes.push(pattern) > 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.told.tones += 1; return make.call(this); };
"""
WIDTH, HEIGHT = 640, 480


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


@pytest.fixture
def desk(enter: Callable[..., Any], page: Any, storekeeper: Person) -> Any:
    """The scan page at a desk, with a wedge and no camera."""
    page.add_init_script(SPY)
    return enter(storekeeper, "/scan/")


def log_in(page: Any, person: Person) -> None:
    """Somebody else takes the same device."""
    client = Client()
    client.force_login(person)
    key = client.cookies[house.SESSION_COOKIE_NAME].value
    home = page.context.cookies()[0]["domain"]
    page.context.add_cookies([{"name": house.SESSION_COOKIE_NAME, "value": key, "domain": home, "path": "/"}])
    page.goto("/scan/")


def answer(page: Any, outcome: str) -> Any:
    shown = page.locator(f"[data-scan-answer][data-outcome={outcome}]")
    shown.wait_for()
    return shown


def codes() -> list[str]:
    return list(Scan.objects.order_by("id").values_list("code", flat=True))


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


@pytest.mark.parametrize("suffix", ["Enter", "Tab"])
def test_a_wedge_ends_with_enter_or_tab_and_the_field_is_ready_for_the_next(desk: Any, suffix: str) -> None:
    for code in ("TH-2", "SX00003"):
        desk.keyboard.type(code)
        desk.keyboard.press(suffix)
        desk.locator("[data-scan-list] li", has_text=code).first.wait_for()
    assert codes() == ["TH-2", "SX00003"]
    assert desk.evaluate("document.activeElement.name") == "code"
    assert desk.input_value("[data-scan-code]") == ""


def test_a_wedge_sends_the_separator_of_gs1_elements_as_a_control_key(desk: Any) -> None:
    desk.focus("[data-scan-code]")
    desk.keyboard.type("]C110L-7")
    desk.keyboard.press("Control+]")
    desk.keyboard.type("21BQ1")
    desk.keyboard.press("Enter")
    assert "标签 BQ1" in answer(desk, "ok").inner_text()
    assert Scan.objects.get().text == "]C110L-7\x1d21BQ1"


def test_the_key_s_leads_to_the_scan_page_from_anywhere(desk: Any) -> None:
    desk.goto("/me/")
    desk.keyboard.press("s")
    desk.wait_for_url("**/scan/")
    assert desk.evaluate("document.activeElement.name") == "code"


def test_a_person_who_tabs_on_from_a_typed_code_sends_nothing(desk: Any) -> None:
    desk.focus("[data-scan-code]")
    desk.keyboard.type("BQ1", delay=120)
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.dataset.submit") == ""
    assert desk.input_value("[data-scan-code]") == "BQ1"
    assert codes() == []


def test_a_wedge_is_heard_wherever_the_focus_is_and_its_letters_are_no_keys(desk: Any) -> None:
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.type("NS00001")
    desk.keyboard.press("Enter")
    answer(desk, "unknown")
    assert desk.url.endswith("/scan/")
    assert codes() == ["NS00001"]


def test_the_same_pull_of_a_wedge_counts_once_and_the_same_code_typed_by_hand_counts_again(desk: Any) -> None:
    for _ in range(2):
        desk.keyboard.type("SX00003")
        desk.keyboard.press("Enter")
    answer(desk, "unknown")
    for _ in range(2):
        desk.fill("[data-scan-code]", "BQ1")
        desk.wait_for_timeout(400)
        desk.keyboard.press("Enter")
        answer(desk, "ok")
    desk.locator("[data-scan-list] li", has_text="BQ1").nth(1).wait_for()
    assert codes() == ["SX00003", "BQ1", "BQ1"]


def test_with_a_chinese_input_method_on_enter_commits_the_letters_of_a_person_and_sends_those_of_a_wedge(
    desk: Any,
) -> None:
    types = """([quick, word]) => {
        const field = document.querySelector("[data-scan-code]");
        const how = { key: "Process", keyCode: 229, isComposing: true, bubbles: true, cancelable: true };
        const key = (code) => field.dispatchEvent(new KeyboardEvent("keydown", { ...how, code }));
        const rest = (ms) => new Promise((done) => setTimeout(done, ms));
        return (async () => {
            field.focus();
            for (const letter of word) { key(`Key${letter}`); if (!quick) await rest(90); }
            key("Enter");
            field.value = word;
            field.dispatchEvent(new CompositionEvent("compositionend", { data: word, bubbles: true }));
            await rest(60);
        })();
    }"""
    desk.evaluate(types, [False, "BIAOQIAN"])
    assert (codes(), desk.input_value("[data-scan-code]")) == ([], "BIAOQIAN")
    desk.fill("[data-scan-code]", "")
    desk.evaluate(types, [True, "BQABCDE"])
    answer(desk, "unknown")
    assert codes() == ["BQABCDE"]


def test_an_unknown_code_is_told_by_text_sound_and_three_buzzes_and_offers_three_ways_on(desk: Any) -> None:
    desk.fill("[data-scan-code]", "690001")
    desk.keyboard.press("Enter")
    shown = answer(desk, "unknown")
    assert desk.locator("[data-scan-say]").inner_text().startswith("✗ 未知编号 690001")
    assert desk.evaluate("window.told") == {"tones": 2, "buzzes": [[120, 80, 120, 80, 120]]}
    assert [b.strip() for b in shown.locator(".btn").all_inner_texts()] == ["重扫", "手工查", "登记为未知标签"]
    assert barriers(desk) == []
    shown.get_by_role("link", name="登记为未知标签").click()
    assert desk.locator("dialog[open] [name=code]").input_value() == "690001"
    desk.keyboard.press("Escape")
    shown.get_by_role("button", name="重扫").click()
    assert shown.is_hidden() and desk.evaluate("document.activeElement.name") == "code"


def test_sound_can_be_switched_off_and_the_choice_is_remembered(desk: Any) -> None:
    desk.uncheck("[data-scan-sound]")
    desk.reload()
    assert not desk.is_checked("[data-scan-sound]")
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "ok")
    assert desk.evaluate("window.told") == {"tones": 0, "buzzes": [[70]]}


def test_scans_without_network_wait_with_their_count_and_exist_once_when_it_is_back(desk: Any) -> None:
    desk.context.set_offline(True)
    for code in ("BQ1", "BQ2", "BQ3"):
        desk.fill("[data-scan-code]", code)
        desk.keyboard.press("Enter")
        answer(desk, "kept")
        desk.locator("[data-scan-list] li[data-outcome=kept]", has_text=code).wait_for()
    assert desk.locator("[data-scan-waiting]").inner_text().split() == ["待同步", "3"]
    assert (codes(), desk.evaluate("window.told.buzzes")) == ([], [[25]] * 3)
    desk.context.set_offline(False)
    desk.locator("[data-scan-waiting]").wait_for(state="hidden")
    assert codes() == ["BQ1", "BQ2", "BQ3"]
    assert desk.locator("[data-scan-list] li[data-outcome=ok]").count() == 3
    assert desk.locator("[data-scan-list] li[data-outcome=kept]").count() == 0
    assert all(scan.scanned_at <= scan.at for scan in Scan.objects.all())


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_the_scan_exists_once(desk: Any) -> None:
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()
            return route.abort()
        return route.continue_()

    desk.route("**/scan/", lose)
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    assert codes() == ["BQ1"], "the house has it, the page does not know"
    desk.evaluate("dispatchEvent(new Event('online'))")
    answer(desk, "ok")
    assert codes() == ["BQ1"] and len(lost) == 1


def test_what_is_refused_after_the_network_is_back_stays_listed_with_its_reason(desk: Any) -> None:
    desk.context.set_offline(True)
    for code in ("9" * 450, "690001"):
        desk.fill("[data-scan-code]", code)
        desk.keyboard.press("Enter")
        answer(desk, "kept")
        desk.locator("[data-scan-list] li", has_text=code).wait_for()
    desk.context.set_offline(False)
    failed = desk.locator("[data-scan-failed] li")
    failed.nth(1).wait_for()
    assert "内容有 450 个字，不是编号。" in failed.nth(0).inner_text()
    assert "未知编号 690001" in failed.nth(1).inner_text()
    desk.reload()
    assert failed.count() == 2
    failed.nth(0).get_by_role("button", name="丢弃").click()
    failed.nth(1).wait_for(state="detached")
    failed.get_by_role("button", name="重试").click()
    desk.wait_for_timeout(500)
    assert failed.count() == 1 and codes() == ["690001", "690001"]


def test_what_waits_is_seen_and_sent_from_any_page_and_nobody_logs_out_over_it_unasked(desk: Any) -> None:
    desk.route("**/scan/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    desk.goto("/me/")
    held = desk.locator(".bar [data-scans-held]")
    held.wait_for()
    assert held.inner_text() == "1"
    leave = desk.locator(".who details.menu")
    leave.locator("summary").click()
    leave.get_by_role("button", name="退出").click()
    dialog = desk.locator("dialog[open]")
    assert "条扫码还没有同步到服务器" in dialog.inner_text()
    assert barriers(desk) == []
    dialog.get_by_role("button", name="先不退出").click()
    assert desk.url.endswith("/me/") and codes() == []
    desk.unroute("**/scan/")
    desk.reload()
    held.wait_for(state="hidden")
    assert codes() == ["BQ1"]


def test_another_persons_scans_are_neither_sent_as_mine_nor_lost(desk: Any, storekeeper: Person) -> None:
    desk.context.set_offline(True)
    desk.fill("[data-scan-code]", "BQ1")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    place = {"department": Department.objects.get(code="qc"), "post": Post.objects.get(code="inspector")}
    other = hire(by=Actor.clockwork("test"), username="other", name="王检", **place)
    Person.objects.filter(pk=other.pk).update(one_time_password=False)
    desk.close()
    desk.context.set_offline(False)
    second = desk.context.new_page()
    log_in(second, other)
    second.locator("[data-scan-others]").wait_for()
    assert second.locator("[data-scan-others] b").inner_text() == "1"
    assert codes() == []
    log_in(second, storekeeper)
    second.locator("[data-scan-list] li[data-outcome=ok]", has_text="BQ1").first.wait_for()
    assert second.locator("[data-scan-others]").is_hidden()
    assert list(Scan.objects.values_list("actor", "code")) == [(f"person:{storekeeper.pk}", "BQ1")]


def test_the_page_opens_without_network_and_sends_what_was_scanned_in_the_meantime(desk: Any) -> None:
    desk.evaluate("navigator.serviceWorker.ready.then(() => true)")
    desk.context.set_offline(True)
    desk.goto("/scan/")
    desk.get_by_text("没有网络。扫码先记在本机").wait_for()
    desk.keyboard.type("BQ0000001")
    desk.keyboard.press("Enter")
    answer(desk, "kept")
    assert desk.locator("[data-scan-waiting] b").inner_text() == "1"
    desk.context.set_offline(False)
    desk.locator(".rail").wait_for(state="attached")
    desk.locator("[data-scan-failed] li", has_text="BQ0000001").wait_for()
    assert codes() == ["BQ0000001"]
