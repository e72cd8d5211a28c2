"""Claims in the browser and through the API."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.claims.models import Claim
from sanbao.complaints.tests.conftest import fresh
from tests.cast import Program, browser

pytestmark = pytest.mark.django_db


def test_the_case_page_shows_its_claims_and_where_to_file_one(file: Any, people: Any) -> None:
    claim = file()
    page = browser(people["clerk"]).get(claim.complaint.get_absolute_url()).content.decode()
    assert claim.number in page and f"/claims/file?complaint={claim.complaint.number}" in page
    assert "了结索赔" in page


def test_pages_open_list_claim_form_and_cost(settled: Any, people: Any) -> None:
    claim = settled()
    client = browser(people["clerk"])
    assert claim.number in client.get("/claims/?tab=settled").content.decode()
    assert "6000.00 CNY" in client.get(claim.get_absolute_url()).content.decode()
    assert claim.complaint.number in client.get(f"/claims/file?complaint={claim.complaint.number}").content.decode()
    assert "6000.00" in client.get("/claims/cost?by=product").content.decode()
    told = b"".join(client.get("/claims/cost?by=case&export=csv").streaming_content).decode("utf-8-sig")
    assert claim.complaint.number in told and "6000.00" in told
    assert client.get("/claims/cost?export=xlsx").status_code == 200


@pytest.mark.clause("W-02")
def test_a_program_files_and_is_refused_like_a_page(people: Any, register: Any) -> None:
    clerk, case = Program(people["clerk"]), register()
    told = clerk.refused("claims", complaint="TS-9999", loss="goods", claimed="1", currency="CNY", description="x")
    assert told["errors"][0]["field"] == "complaint"
    claim = clerk.post(
        "claims",
        complaint=case.number,
        loss="goods",
        claimed="1200.5",
        currency="cny",
        description="破损",
        basis="合同 9",
    )
    assert (claim["claimed"], claim["currency"], claim["state"]) == ("1200.50", "CNY", "filed")
    told = Program(people["inspector"]).refused(
        f"claims/{claim['id']}/assess", accepted="1200.50", assessment="认可", basis="报告"
    )
    assert (told["code"], told["clause"]) == ("claim.no_evidence", "W-02")
    assert Program(people["technologist"]).get("claims/cost", first="2026-01-01", last="2026-12-31") == {"items": []}
    assert clerk.get("claims", complaint=case.number)["items"][0]["number"] == claim["number"]
    assert fresh(case).claims.get() == Claim.objects.get()


def test_the_list_asks_as_often_for_many_claims_as_for_one(
    file: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        file()
    client = browser(people["clerk"])
    client.get("/claims/")
    with django_assert_max_num_queries(20):
        client.get("/claims/")
