"""Labels in the browser and through the API: the same act, the same refusal."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from sanbao.goods import actions
from sanbao.goods.models import Label, LabelPrint, LabelState, Relabel
from sanbao.kernel.testing import an_actor
from sanbao.parties.models import Person
from sanbao.trace.models import Lot
from tests.cast import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(people: dict[str, Person], settings: Any) -> Any:
    """``at("inspector")``: a browser at which that person has logged in."""
    settings.DEMO = True

    def enter(who: str) -> Client:
        client = Client()
        Person.objects.filter(pk=people[who].pk).update(one_time_password=False)
        person = Person.objects.get(pk=people[who].pk)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def program(people: dict[str, Person]) -> Any:
    return lambda who: Program(people[who])


PACKED = {"travellers": "SX9", "weight": "120", "pieces": "40", "place": "B07", "sorted_by_kind": "on"}


def test_a_package_is_scanned_packed_signed_and_printed_on_its_pages(at: Any, card: Lot) -> None:
    store, qc = at("storekeeper"), at("inspector")
    assert "SX9" in store.get("/goods/pack").content.decode()  # proposed beside the form
    assert store.post("/goods/pack/scan", {"code": "sx9"}).status_code == 303
    shown = store.get("/goods/pack")
    assert shown.context["form"].initial["travellers"] == "SX9"
    answer = store.post("/goods/pack", PACKED)
    label = Label.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/goods/{label.pk}")
    assert store.get("/goods/pack").context["basket"] == []
    assert qc.post(f"/goods/{label.pk}/do/sign", {"version": "1"}).status_code == 303
    asked = store.get(f"/goods/print?lots={label.code}")
    assert label.code in asked.content.decode()
    printed = store.post("/goods/print", {"lots": label.code, "size": "roll_60x40", "copies": "1"})
    run = LabelPrint.objects.get()
    assert printed["Location"] == f"/goods/prints/{run.pk}"
    pdf = store.get(f"/goods/prints/{run.pk}.pdf")
    assert pdf["Content-Type"] == "application/pdf" and len(PdfReader(io.BytesIO(pdf.content)).pages) == 1
    page = store.get(f"/goods/{label.pk}").content.decode()
    assert run.number in page and "<svg" in page and "质检签收" in page


@pytest.mark.clause("T-10")
@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"travellers": ""}, "label.no_travellers", "travellers"),
        ({"place": ""}, "label.no_place", "place"),
        ({"sorted_by_kind": ""}, "label.not_sorted", "sorted_by_kind"),
    ],
)
def test_page_and_api_refuse_alike_and_name_the_clause(
    at: Any, program: Any, card: Lot, given: dict[str, str], code: str, field: str
) -> None:
    told = program("storekeeper").refused("labels", **{**PACKED, "sorted_by_kind": True, **_for_api(given)})
    assert (told["code"], told["clause"], told["field"]) == (code, "T-10", field)
    page = at("storekeeper").post("/goods/pack", {k: v for k, v in {**PACKED, **given}.items() if v})
    assert page.status_code == 422 and "T-10" in page.content.decode()
    assert Label.objects.count() == 0


def _for_api(given: dict[str, str]) -> dict[str, Any]:
    return {key: (False if key == "sorted_by_kind" else value) for key, value in given.items()}


@pytest.mark.parametrize(("typed", "code"), [("SX404", "label.unknown_traveller"), ("BQ4", "label.not_a_traveller")])
def test_what_is_no_traveller_is_refused_by_form_scan_and_api(
    at: Any, program: Any, card: Lot, typed: str, code: str
) -> None:
    told = program("storekeeper").refused("labels", **{**PACKED, "sorted_by_kind": True, "travellers": typed})
    assert told["code"] == code
    assert at("storekeeper").post("/goods/pack/scan", {"code": typed}).status_code == 404


@pytest.mark.clause("W-06")
def test_a_traveller_that_has_not_passed_is_refused_while_it_is_scanned(at: Any, card: Lot) -> None:
    Lot.objects.filter(pk=card.pk).update(status="pending")
    answer = at("storekeeper").post("/goods/pack/scan", {"code": "SX9"})
    assert answer.status_code == 409 and "W-06" in answer.content.decode()


def test_the_whole_way_of_a_lost_label_through_the_api(program: Any, label: Label) -> None:
    store, qc = program("storekeeper"), program("inspector")
    told = store.post(f"labels/{label.pk}/report-lost", loss="lost", remark="搬运时掉落")
    assert (told["state"], told["loss"], bool(told["hold"])) == ("reported", "lost", True)
    told = qc.post(f"labels/{label.pk}/reinspect", conclusion="passed", basis="JY-7", weight="119", pieces=40)
    assert told["state"] == "reinspected"
    new = store.post(f"labels/{label.pk}/replace", place="B09")
    assert (new["state"], new["before"], new["weight"]) == ("in_force", [label.code], 119.0)
    old = store.get(f"labels/{label.pk}")
    assert (old["state"], old["after"], old["moves"]) == ("replaced", [new["code"]], {})
    assert [row["code"] for row in store.get("labels", q=label.token)["items"]] == [label.code]
    assert store.get("relabellings")["items"][0]["ended"] == [label.code]


def test_the_whole_way_of_a_lost_label_on_its_pages(at: Any, label: Label) -> None:
    store, qc = at("storekeeper"), at("inspector")
    assert store.get(f"/goods/{label.pk}/do/report_lost").status_code == 200
    store.post(f"/goods/{label.pk}/do/report_lost", {"loss": "illegible"})
    qc.post(f"/goods/{label.pk}/do/reinspect", {"conclusion": "passed", "basis": "JY-7", "pieces": "40"})
    answer = store.post(f"/goods/{label.pk}/do/replace", {})
    new = Label.objects.exclude(pk=label.pk).get()
    assert answer["Location"] == f"/goods/{new.pk}"
    old = store.get(f"/goods/{label.pk}").content.decode()
    assert "旧码已作废" in old and new.code in old and "标签报失" in old
    assert label.code in store.get(f"/goods/{new.pk}").content.decode()
    assert store.get(f"/goods/of/{label.spray_code}")["Location"] == f"/goods/{label.pk}"
    assert store.get(f"/goods/relabellings/{new.born_of_id}").status_code == 200


@pytest.mark.clause("T-12")
def test_printing_a_reported_label_is_refused_alike(at: Any, program: Any, label: Label, by: Any) -> None:
    actions.report_lost(label, by=by.storekeeper, loss="lost")
    told = program("storekeeper").refused("label-prints", lots=label.code, size="roll_60x40", copies=1, why="extra")
    assert (told["code"], told["clause"]) == ("label.reported", "T-12")
    page = at("storekeeper").post(
        "/goods/print", {"lots": label.code, "size": "roll_60x40", "copies": "1", "why": "extra"}
    )
    assert page.status_code == 409 and "T-12" in page.content.decode()


def test_labels_are_split_through_the_api_and_on_the_page(program: Any, at: Any, label: Label) -> None:
    told = program("storekeeper").post("relabellings", labels=label.code, parts="70 24\n50 16", reason="分送")
    assert (told["why"], len(told["made"])) == ("split", 2)
    two = " ".join(told["made"])
    answer = at("storekeeper").post("/goods/repack", {"labels": two, "parts": "120 kg × 40支"})
    assert answer["Location"] == f"/goods/relabellings/{Relabel.objects.get(why='merge').pk}"
    wrong = program("storekeeper").refused("relabellings", labels=told["made"][0], parts="abc")
    assert (wrong["code"], wrong["clause"]) == ("repack.unreadable", "T-12")


def test_labels_are_chosen_in_the_list_and_printed_or_signed_together(at: Any, pack: Any) -> None:
    labels = [pack(), pack()]
    store, qc = at("storekeeper"), at("inspector")
    picks = [str(label.pk) for label in labels]
    chosen = store.post("/goods/print/labels", {"pick": picks})
    assert store.get(chosen["Location"]).context["form"].initial["lots"] == " ".join(x.code for x in labels)
    before = qc.post("/goods/sign", {"pick": picks})
    assert "其中 2 张待签收" in before.content.decode() and Label.objects.filter(state=LabelState.PACKED).count() == 2
    after = qc.post("/goods/sign", {"pick": [*picks], "sure": "1"})
    assert "已签收 2 张，共 2 张" in after.content.decode()
    again = qc.post("/goods/sign", {"pick": picks, "sure": "1"}).content.decode()
    assert "已签收 0 张，共 2 张" in again and "T-10" in again
    assert store.post("/goods/sign", {"pick": picks}).status_code == 403


def test_imported_labels_are_listed_until_they_have_a_code(at: Any, program: Any, card: Lot) -> None:
    store = at("storekeeper")
    shown = store.get("/goods/imported")
    assert {row.code for row in shown.context["list"].page} == {"BQ1", "BQ2", "BQ3", "BQ4"}
    assert store.get("/goods/of/BQ4")["Location"] == "/goods/take-up?lot=BQ4"
    told = program("storekeeper").post("labels/take-up", lot="BQ4")
    assert (told["origin"], told["code"]) == ("taken_up", "BQ4")
    assert len(store.get("/goods/imported").context["list"].page) == 3
    assert store.get("/goods/of/BQ4").status_code == 303


def test_the_lists_and_papers_open(at: Any, label: Label, by: Any) -> None:
    actions.print_labels(by=by.storekeeper, lots=[label.lot], size="roll_60x40")
    store = at("storekeeper")
    for page in ("", "?tab=all&q=BQ", "prints", "relabellings", "repack", "print"):
        assert store.get(f"/goods/{page}").status_code == 200, page
    assert store.get("/goods/entry.pdf").content.startswith(b"%PDF")
    assert label.code in store.get("/goods/?q=" + label.token).content.decode()
    assert label.code in store.get("/goods/?export=csv").getvalue().decode("utf-8-sig")


def test_pages_take_a_constant_number_of_queries(
    at: Any, pack: Any, django_assert_num_queries: Any, label: Label, django_assert_max_num_queries: Any
) -> None:
    qc = at("inspector")
    qc.get("/goods/?tab=all")
    with django_assert_max_num_queries(30) as few:
        qc.get("/goods/?tab=all")
    for _ in range(5):
        pack(weight=Decimal(10))
    with django_assert_num_queries(len(few)):
        qc.get("/goods/?tab=all")


@pytest.mark.clause("M-02")
def test_who_may_not_trace_sees_no_label(at: Any, label: Label, people: dict[str, Person]) -> None:
    assert Label.objects.visible_to(an_actor("complaints.see")).count() == 0
    assert at("salesman").post("/goods/print/labels", {"pick": [label.pk]}).status_code == 303
    assert at("salesman").get("/goods/print").status_code == 403


def test_a_scanned_label_is_one_thing_with_what_can_be_done_to_it(at: Any, label: Label, by: Any) -> None:
    store = at("storekeeper")
    for code in (label.code, label.token, f"https://qr.example/q/{label.token}", label.spray_code):
        told = store.post("/scan/", {"code": code}, headers={"Accept": "application/json"}).json()
        assert told["outcome"] == "ok" and f"/goods/{label.pk}/do/report_lost" in told["html"], code
    assert (
        "/goods/of/BQ4" in store.post("/scan/", {"code": "BQ4"}, headers={"Accept": "application/json"}).json()["html"]
    )


@pytest.mark.clause("T-12")
def test_scanning_a_reported_label_warns(at: Any, label: Label, by: Any) -> None:
    actions.reinspect(
        actions.report_lost(label, by=by.storekeeper, loss="lost"), by=by.inspector, conclusion="passed", basis="JY-7"
    )
    told = at("storekeeper").post("/scan/", {"code": label.code}, headers={"Accept": "application/json"}).json()
    assert told["outcome"] == "warned" and "换发" in told["html"]
