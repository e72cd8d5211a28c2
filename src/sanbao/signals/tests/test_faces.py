"""The pages, the API and the command: they show the same, and refuse as the actions do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanbao.kernel.testing import nothing_recorded
from sanbao.signals import actions, cli
from sanbao.signals.models import Signal
from tests.cast import Program

WORDS = {"reason": "三件同一喷涂批", "basis": "程序 C-09"}


def test_the_list_says_what_waits_and_until_when_the_stream_was_looked_at(proposed: Signal, page: Any) -> None:
    body = page("head_of_qc").get(reverse("signals:list")).content.decode()
    assert proposed.number in body and "3 起" in body and "看到 2026-04-23" in body


def test_a_signal_shows_its_figures_its_chart_and_links_to_its_cases(proposed: Signal, page: Any) -> None:
    body = page("gm").get(proposed.get_absolute_url()).content.decode()
    assert "30 天 3 起；2 个用户" in body and "<svg" in body and "LM80-03" in body
    for one in proposed.cases.select_related("complaint"):  # type: ignore[attr-defined]
        assert one.complaint.get_absolute_url() in body


def test_a_case_leads_to_the_signal_that_it_belongs_to(proposed: Signal, page: Any) -> None:
    case = proposed.cases.first().complaint  # type: ignore[union-attr]
    for who in ("gm", "clerk"):
        text = page(who).get(case.get_absolute_url()).content.decode()
        assert proposed.get_absolute_url() in text and str(proposed.words) in text


def test_whoever_may_not_see_a_case_is_told_how_many_are_hidden(proposed: Signal, page: Any) -> None:
    body = page("foreman").get(proposed.get_absolute_url()).content.decode()
    assert "另有 3 件您无权查看" in body


def test_whoever_has_nothing_to_do_with_signals_sees_none(proposed: Signal, page: Any) -> None:
    assert page("storekeeper").get(reverse("signals:list")).status_code == 403
    assert page("storekeeper").get(proposed.get_absolute_url()).status_code == 404


@pytest.mark.clause("C-09")
def test_page_and_api_refuse_a_verdict_without_reason_alike(
    proposed: Signal, page: Any, people: Any, head_of_qc: Any
) -> None:
    program = Program(head_of_qc)
    with nothing_recorded():
        problem = program.refused(f"signals/{proposed.pk}/confirm", reason="", basis="程序 C-09")
        answer = page("head_of_qc").post(
            f"{proposed.get_absolute_url()}/do/confirm", {"reason": "", "basis": "程序 C-09"}
        )
    assert (problem["code"], problem["clause"]) == ("signal.no_reason", "C-09")
    assert "请写明判定的理由" in answer.content.decode()


def test_a_signal_is_confirmed_in_the_browser_and_settled_by_a_program(
    proposed: Signal, page: Any, people: Any
) -> None:
    page("head_of_qc").post(f"{proposed.get_absolute_url()}/do/confirm", WORDS)
    told = Program(people["foreman"]).post(
        f"signals/{proposed.pk}/settle", analysis="同一粉末批固化不足", measures="停用该批粉末", basis="检验报告 JY-1"
    )
    assert (told["state"], told["measures"]) == ("settled", "停用该批粉末")


def test_the_api_lists_shows_and_replays(proposed: Signal, people: Any) -> None:
    program = Program(people["gm"])
    [line] = program.get("signals", state="proposed")["items"]
    assert (line["number"], line["told"]) == (proposed.number, proposed.told)
    assert len(program.get(f"signals/{proposed.pk}")["cases"]) == 3
    replayed = program.get("signals/replay", **{"from": "2026-04-01", "to": "2026-04-30"})
    assert [one["zh"] for one in replayed["signals"]] == [proposed.told["zh"]]


def test_the_replay_page_tells_the_past_and_refuses_a_period_that_is_none(proposed: Signal, page: Any) -> None:
    client: Client = page("gm")
    body = client.get(reverse("signals:replay"), {"from": "2026-04-01", "to": "2026-04-30"}).content.decode()
    assert proposed.told["zh"] in body
    assert client.get(reverse("signals:replay"), {"from": "2026-05-01", "to": "2026-04-30"}).status_code == 422


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(
    proposed: Signal, page: Any, complain: Any, look: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = page("gm")
    client.get(proposed.get_absolute_url())

    def asked() -> list[int]:
        counts = []
        for address in (reverse("signals:list"), proposed.get_absolute_url()):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    few = asked()
    for _ in range(5):
        complain()
    look()
    assert asked() == few


def test_the_command_looks_and_replays(complain: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        complain()
    assert cli.main(["--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["level"], told["count"]) == ("amber", 3)
    assert cli.main(["--replay", "2026-04-01", "2026-04-30", "--json"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    assert (replayed["amber"], replayed["red"], replayed["signals"][0]["zh"]) == (1, 0, told["told"]["zh"])
    assert cli.main(["--replay", "2026-04-01", "2026-04-30"]) == 0
    assert "只黄 amber only 1" in capsys.readouterr().out


def test_a_confirmed_signal_shows_its_verdict_and_its_measures(
    proposed: Signal, judge: Any, by: Any, page: Any
) -> None:
    actions.confirm(proposed, by=judge, **WORDS)
    actions.settle(proposed, by=by.foreman, analysis="固化不足", measures="停用该批粉末", basis="检验报告 JY-1")
    body = page("vp").get(proposed.get_absolute_url()).content.decode()
    assert "三件同一喷涂批" in body and "停用该批粉末" in body


def test_english_readers_read_english(proposed: Signal, page: Any, settings: Any) -> None:
    client: Client = page("gm")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    body = client.get(proposed.get_absolute_url()).content.decode()
    assert "3 in 30 days; 2 users; all from Product LM80-03." in body and "What they have in common" in body
