"""Page and API do the same, refuse alike, and cost the same number of queries however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanbao.parties.models import Person
from sanbao.production import actions
from sanbao.production.models import Card, MarkingAudit, Step
from sanbao.production.tests.conftest import HOUSE, Shop
from sanbao.trace.models import Heat
from tests.cast import Program


@pytest.fixture
def enter(people: dict[str, Person]) -> Any:
    """A browser without script, logged in as somebody."""
    Person.objects.update(one_time_password=False)

    def as_(name: str) -> Client:
        client = Client()
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def program(people: dict[str, Person]) -> Any:
    return lambda name: Program(people[name])


STEP = {
    "operation": "age", "machine": "1 号炉", "shift": "甲", "operator": "operator", "done_on": "2026-04-20",
    "temperature_c": "185", "hours": "2.5",
}  # fmt: skip


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def after(client: Client, path: str, facts: dict[str, Any]) -> str:
    """The page to which an act leads."""
    answer = client.post(path, facts)
    assert answer.status_code == 303, answer.content.decode()
    return shown(client, answer["Location"])


@pytest.mark.clause("T-09")
def test_a_card_is_started_stepped_and_checked_on_pages(shop: Shop, enter: Any) -> None:
    operator = enter("operator")
    start = {
        "product": "YM60", "billets": "ZB1 320 kg\nzb2 20", "kg_out": "300", "scrap_kg": "40", "machine": "880T-2",
        "shift": "甲", "operator": "operator", "done_on": "2026-04-20", "basket": "K12",
    }  # fmt: skip
    assert operator.post("/production/new", start).status_code == 303
    card = Card.objects.get()
    step = card.steps.get()
    for name, check in (("leader", "check_lead"), ("inspector", "check_qc")):
        done = enter(name).post(f"/production/steps/{step.pk}/do/{check}", {"outcome": "good"})
        assert done.status_code == 303
    assert operator.post(f"/production/{card.pk}/do/record_step", STEP).status_code == 303
    page = shown(operator, f"/production/{card.pk}")
    assert "SJ-2026-00001" in page and "ZB1" in page and "缺班长检查" in page
    out_of_order = operator.post(f"/production/{card.pk}/do/record_step", STEP)
    assert (out_of_order.status_code, "T-09" in out_of_order.content.decode()) == (409, True)


@pytest.mark.clause("W-06", "T-09")
def test_a_program_does_and_is_refused_as_the_page(shop: Shop, program: Any) -> None:
    operator, leader, inspector = program("operator"), program("leader"), program("inspector")
    card = operator.post(
        "cards", product="YM60", billets="ZB1", kg_out="300", machine="880T-2", shift="甲", operator="operator",
        done_on="2026-04-20",
    )  # fmt: skip
    told = operator.refused(f"cards/{card['id']}/record-step", **STEP)
    assert (told["code"], told["clause"], told["facts"]["lacks"]) == ("card.check_missing", "W-06", "班长检查")
    [step] = leader.get("steps")["items"]
    leader.post(f"steps/{step['id']}/check-lead", outcome="good")
    inspector.post(f"steps/{step['id']}/check-qc", outcome="good")
    coat = {**STEP, "operation": "coat", "film_um": "68"}
    told = operator.refused(f"cards/{card['id']}/record-step", **coat)
    assert (told["code"], told["clause"]) == ("card.out_of_order", "T-09")
    card = operator.post(f"cards/{card['id']}/record-step", version=card["version"], **STEP)
    assert (card["waits_for"], card["left"], card["steps"][1]["load"]) == ("coat", 300, "SJ-2026-00001")
    assert card["lacks"]["code"] == "card.check_missing"
    assert operator.get("cards", code=card["number"].lower())["items"][0]["id"] == card["id"]


def test_many_cards_go_into_one_load_by_page_and_program(shop: Shop, enter: Any, program: Any) -> None:
    good, bad, other = shop.check(shop.start()), shop.start(), shop.check(shop.start())
    operator = enter("operator")
    page = after(operator, "/production/loads/new", {**STEP, "cards": f"{good.number}\n{bad.number}"})
    assert good.number in page and "还缺班长检查" in page and "W-06" in page
    told = program("operator").post("loads", cards=f"{other.number} {bad.number}", treatment="SJ-2026-00001", **STEP)
    assert [one["refusal"] and one["refusal"]["code"] for one in told["cards"]] == [None, "card.check_missing"]
    load = Step.objects.get(card=other, operation="age").treatment
    assert load is not None
    assert other.number in shown(operator, f"/production/loads/{load.pk}")
    assert program("operator").get("loads")["items"][0]["cards"] == 2


def test_a_round_over_selected_steps_says_first_what_it_will_do_and_then_what_became_of_each(
    shop: Shop, enter: Any, people: dict[str, Person]
) -> None:
    one = shop.last(shop.start())
    own = shop.last(shop.start(operator=people["leader"]))
    leader = enter("leader")
    before = leader.post("/production/checks/lead", {"pick": [one.pk, own.pk]}).content.decode()
    assert "这 2 道工序都记为合格" in before
    assert not Step.objects.exclude(lead_outcome="").exists()
    told = after(leader, "/production/checks/lead", {"pick": [one.pk, own.pk], "sure": "1"})
    assert "本人申请或填写的内容须由他人审批" in told
    assert list(Step.objects.exclude(lead_outcome="")) == [one]


def test_the_board_shows_what_stands_where_in_which_status(shop: Shop, enter: Any) -> None:
    aged, passed = shop.through(shop.check(shop.start()), "age"), shop.passed()
    page = shown(enter("gm"), "/production/board")
    columns = {part.split("</a>")[0].rsplit(">", 1)[-1]: part for part in page.split("<section")[1:]}
    assert aged.number in columns["喷涂"] and passed.number in columns["入库"] and "合格" in columns["入库"]


def test_a_scanned_card_leads_to_its_next_step(shop: Shop, enter: Any) -> None:
    card = shop.check(shop.start())
    operator = enter("operator")
    assert operator.post("/production/scan", {"code": card.number.lower()})["Location"] == (
        f"/production/{card.pk}/do/record_step"
    )
    form = shown(operator, f"/production/{card.pk}/do/record_step")
    assert '<option value="age" selected>' in form and 'value="甲"' in form
    assert 'name="temperature_c"' in form and 'name="film_um"' not in form
    assert operator.post("/production/scan", {"code": "SX1"})["Location"] == "/production/adopt?lot=SX1"
    unknown = operator.post("/production/scan", {"code": "SX-0"})
    assert (unknown.status_code, "没有随行卡“SX-0”" in unknown.content.decode()) == (404, True)
    assert 'value="SX-0"' in unknown.content.decode()


def test_the_machines_that_did_this_lately_are_offered(shop: Shop, enter: Any) -> None:
    shop.step(shop.check(shop.start()), "age")
    card = shop.check(shop.start())
    form = shown(enter("operator"), f"/production/{card.pk}/do/record_step")
    assert '<option value="1 号炉"></option>' in form
    assert '<option value="880T-2"></option>' not in form, "that is the press"


def test_imported_cards_are_listed_and_one_is_taken_up(shop: Shop, enter: Any) -> None:
    leader = enter("leader")
    assert "SX1" in shown(leader, "/production/imported")
    assert leader.post("/production/adopt", {"lot": "SX1"}).status_code == 303
    assert "SX1" in shown(leader, "/production/?tab=all") and ">SX1<" not in shown(leader, "/production/imported")


def test_baskets_are_split_merged_and_sent_back_on_pages(shop: Shop, enter: Any) -> None:
    operator = enter("operator")
    card = shop.worked(kg=300)
    assert operator.post(f"/production/{card.pk}/do/split", {"kg": "100", "basket": "K13"}).status_code == 303
    part = Card.objects.latest("pk")
    merged = operator.post("/production/merge", {"sources": f"{card.number} 50\n{part.number}"})
    assert merged.status_code == 303
    whole = Card.objects.latest("pk")
    page = shown(operator, f"/production/{whole.pk}")
    assert f"{card.number} 50 kg; {part.number} 100 kg" in page
    enter("inspector2").post(f"/production/{whole.pk}/do/inspect", {"conclusion": "failed", "film_um": "42"})
    answer = enter("technologist").post(
        f"/production/{whole.pk}/do/send_to_rework", {"operation": "coat", "reason": "膜厚不足"}
    )
    assert answer.status_code == 303
    assert "返工第 1 轮" in shown(operator, f"/production/{whole.pk}")


@pytest.mark.clause("T-11")
def test_a_marking_audit_is_walked_finished_and_put_right_on_pages_and_by_program(
    shop: Shop, enter: Any, program: Any
) -> None:
    card = shop.start()
    inspector = enter("inspector")
    inspector.post("/production/audits/new", {"place": "时效车间", "audited_on": "2026-04-20"})
    audit = MarkingAudit.objects.get()
    inspector.post(f"{audit.get_absolute_url()}/do/see", {"code": card.number, "found": "complete"})
    program("inspector").post(f"marking-audits/{audit.pk}/see", code="SX-0", found="wrong", remark="型号不符")
    inspector.post(f"{audit.get_absolute_url()}/do/finish")
    told = program("foreman").get(f"marking-audits/{audit.pk}")
    mark = told["marks"][1]["id"]
    foreman = enter("foreman")
    assert (
        foreman.post(f"{audit.get_absolute_url()}/do/correct", {"mark": mark, "correction": "换卡"}).status_code == 303
    )
    page = shown(foreman, "/production/audits/?tab=all")
    assert audit.number in page and "2026-04" in page and "50.0%" in page
    assert "换卡" in shown(foreman, audit.get_absolute_url())


def test_a_casting_is_recorded_on_its_page(shop: Shop, enter: Any) -> None:
    Heat.objects.filter(lot__key="RL2").update(voided="reversal:1")
    operator = enter("operator")
    facts = {
        "heat": "RL2", "kg": "5700", "machine": "1 号熔炉", "shift": "甲", "operator": "operator",
        "cast_on": "2026-04-20", "scrap_kg": "250",
    }  # fmt: skip
    assert operator.post("/production/castings/new", facts).status_code == 303
    heat = Heat.standing.get(lot__key="RL2")
    page = shown(operator, f"/production/heats/{heat.lot_id}")
    assert "ZB-2026-00001" in page and "50 kg · 0.8%" in page


PAGES = (
    "", "board", "scan", "imported", "new", "adopt", "merge", "checks", "told", "loads/", "loads/new", "heats/",
    "castings/new", "shifts", "audits/", "audits/new",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_shown_in_both_languages(shop: Shop, enter: Any, language: str) -> None:
    card = shop.check(shop.start())
    client = enter("foreman")
    client.cookies["django_language"] = language
    for page in [*PAGES, str(card.pk), f"{card.pk}/do/record_step", f"{card.pk}/do/split", f"{card.pk}/do/pour"]:
        shown(client, f"/production/{page}")
    assert shown(client, "/production/new").count("<script>") == 0


@pytest.mark.clause("M-02")
@pytest.mark.parametrize("page", ["", "board", "checks", "loads/", "heats/", "shifts", "audits/", "imported"])
def test_who_may_not_see_the_shops_is_refused(db: None, page: str) -> None:
    from sanbao.parties.actions import hire

    stranger = hire(by=HOUSE, username="stranger", name="外人")
    Person.objects.update(one_time_password=False)
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/production/{page}").status_code == 403


def test_lists_and_files_hold_all_rows_and_cost_the_same(
    shop: Shop, enter: Any, django_assert_max_num_queries: Any
) -> None:
    client = enter("foreman")
    for _ in range(2):
        shop.check(shop.start())
    counts = {}
    for page in ("", "board", "checks", "loads/", "shifts"):
        shown(client, f"/production/{page}")
        with django_assert_max_num_queries(60) as first:
            shown(client, f"/production/{page}")
        counts[page] = len(first.captured_queries)
    for _ in range(4):
        shop.step(shop.check(shop.start()), "age")
    for page, count in counts.items():
        with django_assert_max_num_queries(count + 1):
            shown(client, f"/production/{page}")
    export = client.get("/production/?export=csv")
    assert len(b"".join(export.streaming_content).decode().splitlines()) == 1 + Card.objects.count()


def test_a_cards_page_costs_the_same_however_much_hangs_on_it(
    shop: Shop, enter: Any, django_assert_max_num_queries: Any
) -> None:
    client = enter("foreman")
    card = shop.check(shop.start(kg=300))
    shown(client, f"/production/{card.pk}")
    with django_assert_max_num_queries(70) as first:
        shown(client, f"/production/{card.pk}")
    card = shop.through(card, "age")
    for _ in range(3):
        actions.split(shop.fresh(card), by=shop.by.operator, kg=10)  # type: ignore[arg-type]
    with django_assert_max_num_queries(len(first.captured_queries) + 3):
        shown(client, f"/production/{card.pk}")
