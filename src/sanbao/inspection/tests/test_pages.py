"""The pages open in both languages, ask a constant number of questions, and page and API refuse alike (Q-07, C-22)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanbao.api.actions import create_token
from sanbao.inspection import actions
from sanbao.inspection.models import (
    InspectionPlan,
    InspectionSheet,
    Instrument,
    Result,
    Sample,
    SamplingSeries,
    SheetState,
)
from sanbao.inspection.tests.conftest import HOUSE, PLAN, grid, inspected
from sanbao.kernel import signatures, times
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace.models import Lot

Made = Callable[..., Lot]
PASSWORD = "demo-Kv7!pass"
LISTS = ("", "sheets/", "plans/", "series/", "instruments/", "unknown/")


def person(department: str, post: str) -> Person:
    place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
    hired = hire(by=HOUSE, username=f"{department}-{post}", name="某人", **place)
    Person.objects.filter(pk=hired.pk).update(one_time_password=False)
    return Person.objects.get(pk=hired.pk)


@pytest.fixture
def entered(settings: Any) -> Callable[..., Client]:
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def enter(department: str = "qc", post: str = "inspector", language: str = "zh-hans") -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        client.cookies["django_language"] = language
        one = person(department, post)
        one.set_password(PASSWORD)
        Person.objects.filter(pk=one.pk).update(password=one.password)
        answer = client.post("/accounts/login/", {"login": one.username, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return enter


@pytest.fixture
def full(a_lot: Made, plan: InspectionPlan, gauge: Instrument) -> InspectionSheet:
    sample = actions.request(by=HOUSE, about="", wanted="三支料段")
    actions.receive(sample, by=HOUSE, label="Y-1", place="样品架 3-2", given_by="快递")
    actions.report(by=HOUSE, code="FREMD-1")
    inspected(a_lot("L1"), thin=4)
    return inspected(a_lot("L2"), thin=4)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(full: InspectionSheet, entered: Callable[..., Client], language: str) -> None:
    client = entered(language=language)
    one = [full, full.plan, *Instrument.objects.all(), *Sample.objects.all(), *SamplingSeries.objects.all()]
    addresses = [f"/inspection/{page}" for page in LISTS] + [row.get_absolute_url() for row in one]
    addresses += ["/inspection/sheets/new", "/inspection/plans/new"]
    addresses += ["/inspection/series/?tab=all", "/inspection/instruments/?tab=overdue", "/inspection/?tab=over"]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
    text = client.get(full.get_absolute_url()).content.decode()
    assert ("不接收" if language == "zh-hans" else "Not accepted") in text


def test_lists_ask_as_much_for_many_as_for_few(
    full: InspectionSheet, a_lot: Made, entered: Callable[..., Client]
) -> None:
    client = entered()

    def asked() -> list[int]:
        counts = []
        for page in LISTS:
            client.get(f"/inspection/{page}")
            with CaptureQueriesContext(connection) as caught:
                client.get(f"/inspection/{page}")
            counts.append(len(caught))
        return counts

    few = asked()
    for number in range(3):
        inspected(a_lot(f"M{number}"), units=2)
        actions.register_instrument(by=HOUSE, number=f"K-{number}", name="卡尺", kind="卡尺")
        actions.draft_plan(by=HOUSE, title="更多", characteristics=PLAN, material_class=f"类{number}")
    assert asked() == few


def test_an_inspector_fills_a_sheet_in_the_browser_and_concludes_it(
    a_lot: Made, plan: InspectionPlan, gauge: Instrument, entered: Callable[..., Client]
) -> None:
    client = entered()
    a_lot("L1")
    answer = client.post("/inspection/sheets/new", {"lot": "L1", "units": "2"})
    sheet = InspectionSheet.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, sheet.get_absolute_url())
    client.post(f"{sheet.get_absolute_url()}/do/enter", {"results": grid(sheet), "instruments": "MH-07"})
    assert Result.objects.count() == 6
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert 'data-low="40.0000"' in page and 'value="61.5"' in page
    client.post(f"{sheet.get_absolute_url()}/do/conclude", {"judge": "on"})
    done = InspectionSheet.objects.get()
    assert (done.state, done.inspector) == (SheetState.ACCEPTED, Person.objects.get(username="qc-inspector"))
    assert signatures.on(done.subject).get().signer == f"person:{done.inspector_id}"


@pytest.mark.clause("Q-07")
def test_page_and_program_refuse_an_overdue_instrument_alike(
    a_lot: Made, plan: InspectionPlan, gauge: Instrument, entered: Callable[..., Client]
) -> None:
    client = entered()
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=2)
    inspector = Person.objects.get(username="qc-inspector")
    Instrument.objects.update(due_on="2026-04-19")
    _, key = create_token(person=inspector, name="test", days=1, by=HOUSE)
    program = Client(headers={"Authorization": f"Bearer {key}"})
    body = {"results": "1\t50", "instruments": "MH-07"}
    by_program = program.post(f"/api/v1/inspection-sheets/{sheet.pk}/enter", body, content_type="application/json")
    told = by_program.json()
    assert (by_program.status_code, told["code"], told["clause"]) == (409, "instrument.overdue", "Q-07")
    by_page = client.post(f"{sheet.get_absolute_url()}/do/enter", body)
    assert by_page.status_code == 409 and told["title"] in by_page.content.decode()


def test_a_program_reads_sheets_plans_series_and_instruments(
    full: InspectionSheet, entered: Callable[..., Client]
) -> None:
    entered()
    _, key = create_token(person=Person.objects.get(username="qc-inspector"), name="test", days=1, by=HOUSE)
    program = Client(headers={"Authorization": f"Bearer {key}"})
    for kind in ("inspection-sheets", "inspection-plans", "sampling-series", "instruments", "samples"):
        listed = program.get(f"/api/v1/{kind}").json()
        assert listed["items"], kind
        one = program.get(f"/api/v1/{kind}/{listed['items'][0]['id']}")
        assert one.status_code == 200
    sheet = program.get(f"/api/v1/inspection-sheets/{full.pk}").json()
    assert (sheet["lot"], sheet["scheme"][0]["letter"], len(sheet["results"])) == ("L2", "J", 3 * 80)
    assert sheet["results"][0] == {
        "characteristic": "膜厚", "piece": 1, "value": "39.9", "good": False, "instrument": "MH-07",
    }  # fmt: skip


def test_the_report_and_the_tag_are_papers(full: InspectionSheet, entered: Callable[..., Client]) -> None:
    client = entered()
    for address in (f"{full.get_absolute_url()}/report.pdf", f"{Sample.objects.get().get_absolute_url()}/tag.pdf"):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert BytesIO(answer.content).read(5) == b"%PDF-"


def test_a_large_sample_is_filled_page_by_page(
    a_lot: Made, plan: InspectionPlan, gauge: Instrument, entered: Callable[..., Client]
) -> None:
    client = entered()
    sheet = actions.open_sheet(by=HOUSE, lot=a_lot("L1"), units=10_000)
    first = client.get(sheet.get_absolute_url()).content.decode()
    last = client.get(f"{sheet.get_absolute_url()}?from=151").content.decode()
    assert 'data-piece="50"' in first and 'data-piece="51"' not in first
    assert 'data-piece="151"' in last and 'data-piece="200"' in last


def test_a_scanned_lot_with_a_plan_leads_to_a_sheet(
    a_lot: Made, plan: InspectionPlan, entered: Callable[..., Client]
) -> None:
    client = entered()
    a_lot("L1")
    answer = client.post("/scan/", {"code": "L1"})
    assert "/inspection/sheets/new?lot=L1" in answer.content.decode()


def test_who_may_not_see_inspections_sees_none(full: InspectionSheet, settings: Any) -> None:
    settings.DEMO = True
    stranger = Client()
    stranger.force_login(person("office", "administrator"))
    assert stranger.get(full.get_absolute_url()).status_code in (403, 404)
    assert times.today().year == 2026
