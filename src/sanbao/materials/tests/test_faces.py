"""The page and the API of the store: one form, one action, one refusal with its clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from sanbao.kernel import announcements
from sanbao.materials import actions
from sanbao.materials.models import Delivery, IncomingLot, IssueSlip, StockCount
from sanbao.materials.tests.conftest import HOUSE, Store, kg
from sanbao.materials.tests.test_pages import person
from sanbao.trace import actions as trace
from sanbao.trace.models import MaterialIssue
from tests.cast import Program

pytestmark = pytest.mark.django_db
MARKED = ["supplier", "product", "model", "date_or_lot", "inspection_mark"]


class Both:
    """One person at a page and behind a program."""

    def __init__(self, department: str, post: str) -> None:
        one = person(f"{department}-{post}", department, post)
        self.page = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
        self.page.force_login(one)
        self.program = Program(one)

    def refused_alike(self, page: str, api: str, code: str, clause: str, /, **sent: Any) -> dict[str, Any]:
        """Both faces refuse with the same words and the same clause."""
        shown = self.page.post(page, sent)
        told = self.program.refused(api, **sent)
        assert (told["code"], told["clause"]) == (code, clause), told
        assert shown.status_code == told["status"], shown.content.decode()
        assert f'data-refusal="{code}"' in shown.content.decode()
        return told


@pytest.fixture
def keeper(store: Store, settings: Any) -> Both:
    settings.DEMO = True
    return Both("warehouse", "storekeeper")


@pytest.fixture
def buyer(store: Store, settings: Any) -> Both:
    settings.DEMO = True
    return Both("purchasing", "purchaser")


def test_a_program_registers_checks_and_takes_in_what_a_page_would(store: Store, keeper: Both) -> None:
    api = keeper.program
    made = api.post("deliveries", supplier="G1", paper="SH-1")
    lot = {"material": "FM-60", "supplier_lot": "G-1", "quantity": "400", "present": MARKED, "certificate": "HG-1"}
    told = api.post(f"deliveries/{made['id']}/enter", **lot)
    [waiting] = told["lots"]
    assert (waiting["state"], waiting["missing"], waiting["quantity"]) == ("complete", [], "400 kg")
    taken = api.post(f"incoming-lots/{waiting['id']}/accept", place="A1")
    assert (taken["state"], taken["lot"]) == ("accepted", "YL-2026-000001")
    [line] = api.get("stock-cards", in_stock=True)["items"]
    card = api.get(f"stock-cards/{line['id']}")
    assert (card["left"], card["incoming_lot"], card["lines"][0]["in"], card["places"][0]["place"]) == (
        "400 kg", "G-1", "400 kg", "A1",
    )  # fmt: skip
    view = {one["place"]: one["lots"] for one in api.get("places/view")["items"]}
    assert view["A1"] == 1
    pdf = api.client.get(f"/api/v1/stock-cards/{line['id']}/card.pdf")
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.clause("T-04")
def test_both_faces_refuse_what_lacks_marking(store: Store, keeper: Both) -> None:
    outside = store.entered(present=["supplier"])
    told = keeper.refused_alike(
        f"{outside.get_absolute_url()}/do/accept", f"incoming-lots/{outside.pk}/accept", "incoming.marking_incomplete",
        "T-04",
    )  # fmt: skip
    assert told["facts"]["missing"] == ["product", "model", "date_or_lot", "inspection_mark"]


@pytest.mark.clause("T-03")
def test_both_faces_refuse_important_material_without_its_report(store: Store, keeper: Both) -> None:
    outside = store.entered(material=store.ingot)
    keeper.refused_alike(
        f"{outside.get_absolute_url()}/do/accept", f"incoming-lots/{outside.pk}/accept", "incoming.report_missing",
        "T-03",
    )  # fmt: skip


@pytest.mark.clause("T-07")
def test_both_faces_refuse_a_younger_lot_without_a_reason(store: Store, keeper: Both) -> None:
    store.passed("2026-04-01")
    young, slip = store.passed("2026-04-09"), store.slip()
    told = keeper.refused_alike(
        f"{slip.get_absolute_url()}/do/add", f"issue-slips/{slip.pk}/add", "issue.not_first_in", "T-07",
        code=young.code, quantity="10",
    )  # fmt: skip
    assert told["field"] == "reason"


@pytest.mark.clause("T-08")
def test_both_faces_refuse_a_customers_material_for_nobody(store: Store, keeper: Both) -> None:
    theirs, slip = store.passed(owner=store.customer), store.slip()
    keeper.refused_alike(
        f"{slip.get_absolute_url()}/do/add", f"issue-slips/{slip.pk}/add", "lot.owner_unnamed", "T-08",
        code=theirs.code, quantity="10",
    )  # fmt: skip
    keeper.refused_alike(
        f"{store.a1.get_absolute_url()}/do/put", f"places/{store.a1.pk}/put", "place.not_the_owners", "T-08",
        code=theirs.code,
    )  # fmt: skip


@pytest.mark.clause("W-07")
def test_both_faces_refuse_a_full_place(store: Store, keeper: Both) -> None:
    store.received(place=store.a2)
    second = store.received(supplier_lot="G-2")
    keeper.refused_alike(
        f"{store.a2.get_absolute_url()}/do/put", f"places/{store.a2.pk}/put", "place.full", "W-07", code=second.code
    )


@pytest.mark.clause("T-05")
def test_urgent_release_through_the_api_lists_at_once_what_was_made(store: Store, buyer: Both, keeper: Both) -> None:
    outside = store.entered(present=["supplier"], certificate="")
    told = buyer.program.post(f"incoming-lots/{outside.pk}/ask-urgent", reason="今晚开炉", basis="电话")
    assert told["state"] == "urgent" and told["permit"] == "FX-2026-00001"
    case = IncomingLot.objects.get(pk=outside.pk)
    slip = store.slip()
    keeper.refused_alike(
        f"{slip.get_absolute_url()}/do/add", f"issue-slips/{slip.pk}/add", "lot.not_passed", "T-07",
        code=case.lot.code, quantity="10",
    )  # fmt: skip
    trace.approve_permit(case.permit, by=HOUSE)
    keeper.program.post(f"incoming-lots/{case.pk}/mark", marked="粉末涂料 PE-60 400 kg 紧急放行")
    keeper.program.post(f"issue-slips/{slip.pk}/add", code=case.lot.code, quantity=10)
    keeper.program.post(f"issue-slips/{slip.pk}/issue")
    told = buyer.program.get(f"incoming-lots/{case.pk}")
    assert [made["code"] for made in told["made"]] == ["PT-1"]


def test_a_count_through_the_api_is_blind_until_it_is_handed_in(store: Store, keeper: Both) -> None:
    lot = store.passed(place=store.a1, quantity=kg("417.5"))
    api = keeper.program
    made = api.post("stock-counts", places=["A1"])
    told = api.post(f"stock-counts/{made['id']}/scan", code=lot.code, place="A1", quantity="400")
    assert told["lines"] == [] and "417.5" not in str(told)
    assert [entry["quantity"] for entry in told["entries"]] == ["400 kg"]
    told = api.post(f"stock-counts/{made['id']}/submit")
    assert (told["lines"][0]["book"], told["lines"][0]["difference"]) == ("417.5 kg", "-17.5 kg")
    assert api.refused(f"stock-counts/{made['id']}/approve")["code"] == "not_permitted"
    assert StockCount.objects.get().state == "counted"


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("deliveries", {"supplier": "无"}, "supplier"),
        ("deliveries/{delivery}/enter", {"material": "FM-60", "quantity": "很多"}, "quantity"),
        ("deliveries/{delivery}/enter", {"material": "FM-60", "quantity": "9" * 40}, "quantity"),
        ("deliveries/{delivery}/enter", {"material": "FM-60", "quantity": "1", "present": ["nothing"]}, "present"),
        ("issue-slips", {"department": "无", "into": "PT-1", "into_kind": "coating"}, "department"),
        ("issue-slips", {"department": "production", "into": "PT-1", "into_kind": "raw"}, "into_kind"),
        ("places", {"code": "", "name": "x"}, "code"),
        ("stock-counts", {"places": ["无"]}, "places"),
        ("property-reports", {"code": "无", "what": "lost", "description": "x"}, "code"),
    ],
)
def test_bad_input_is_refused_with_its_field(
    store: Store, keeper: Both, path: str, sent: dict[str, Any], field: str
) -> None:
    delivery = store.delivery()
    told = keeper.program.refused(path.format(delivery=delivery.pk), **sent)
    assert told["status"] == 422 and field in {error["field"] for error in told["errors"]}, told
    assert not IncomingLot.objects.exists() and not IssueSlip.objects.exists()


def test_the_supplier_is_told_through_the_api_with_the_link_to_hand_on(store: Store, buyer: Both, keeper: Both) -> None:
    made = buyer.program.post("marking-notices", supplier="G1", material_class="粉末涂料")
    assert "/materials/a/" in made["link"]
    assert keeper.program.get(f"marking-notices/{made['id']}")["link"] is None


def test_every_list_is_found_by_its_words(store: Store, keeper: Both) -> None:
    lot = store.passed()
    store.issued(lot, kg(1))
    look: Callable[..., Any] = keeper.program.get
    announcements.deliver()
    assert look("deliveries", q="鹤顶")["total"] == 1 == Delivery.objects.count()
    assert look("incoming-lots", q="粉末")["total"] == 1
    assert look("issue-slips", q="PT-1")["total"] == 1
    assert look("stock-cards", q="G-1", in_stock=True)["total"] == 1
    assert look("places", q="原料库")["total"] == 2
    assert actions and MaterialIssue.objects.count() == 1
