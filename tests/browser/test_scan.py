"""Scanning in a real Chromium with a wedge that types: what is told, and how (convention 36)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.web.models import Scan
from tests.browser.scanning import answer, codes, demonstration, desk, pull, storekeeper
from tests.plugins.browser import barriers

__all__ = ["demonstration", "desk", "storekeeper"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wedge_ends_with_enter_or_tab_and_the_field_is_ready_for_the_next(desk: Any) -> None:
    desk.keyboard.type("TH-2")
    desk.keyboard.press("Enter")
    desk.locator("[data-scan-list] li", has_text="TH-2").first.wait_for()
    pull(desk, "SX00003", suffix="Tab")
    desk.locator("[data-scan-list] li", has_text="SX00003").first.wait_for()
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
    pull(desk, "SX00003", "SX00003")
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
