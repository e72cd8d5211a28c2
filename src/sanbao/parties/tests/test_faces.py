"""The pages and the API of people and partners: both over the same forms, and refusing alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sanbao.kernel.lifecycle import Lifecycle
from sanbao.parties import actions, queries
from sanbao.parties.models import Contact, Customer, Dealer, Person, Site
from sanbao.parties.tests.conftest import HOUSE, hired, region

pytestmark = pytest.mark.django_db

API = "/api/v1"


def sent(client: Any, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    client.handler.enforce_csrf_checks = False
    answer = client.post(f"{API}{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def clerk(administrator: Person, colleague: Person, entered: Any) -> Any:
    return entered(colleague)


@pytest.fixture
def manager(administrator: Person, entered: Any) -> Any:
    return entered(administrator)


PAGES = ("customers", "dealers", "suppliers", "sites", "contacts", "people")


@pytest.mark.parametrize("page", ["", *(f"{p}/" for p in PAGES), "organisation", *(f"{p}/new" for p in PAGES)])
def test_every_page_opens_in_both_languages(manager: Any, page: str) -> None:
    for language, words in (("zh-hans", "客户"), ("en", "Customers")):
        manager.cookies["django_language"] = language
        answer = manager.get(f"/parties/{page}")
        assert answer.status_code == 200
        if not page.endswith("new"):
            assert words in answer.content.decode()


def test_a_customer_is_opened_edited_and_shown_in_the_browser(clerk: Any, salesperson: Person) -> None:
    actions.register_dealer(by=HOUSE, code="D1", name="浙江总经销处")
    answer = clerk.post(
        "/parties/customers/new",
        {"name": "东门门窗厂", "category": "domestic", "region": "CN-ZJ", "dealer": "d1", "phones": "13900000001"},
    )
    row = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/parties/customers/{row.pk}")
    assert row.dealer.code == "D1"
    page = clerk.get(row.get_absolute_url()).content.decode()
    assert all(words in page for words in ("东门门窗厂", "浙江总经销处", salesperson.name, "13900000001"))
    form = {"name": "东门门窗有限公司", "category": "domestic", "region": "CN-ZJ", "dealer": "D1", "version": "1"}
    assert clerk.post(f"{row.get_absolute_url()}/do/edit", form).status_code == 303
    stale = clerk.post(f"{row.get_absolute_url()}/do/edit", {**form, "name": "另一个名字"})
    assert stale.status_code == 409 and "另一个名字" in stale.content.decode()
    row.refresh_from_db()
    assert row.name == "东门门窗有限公司"


def test_what_was_typed_wrongly_is_said_at_its_field_and_kept(clerk: Any) -> None:
    answer = clerk.post("/parties/customers/new", {"name": "", "category": "domestic", "dealer": "D99", "city": "宁波"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "D99" in page and "宁波" in page
    assert not Customer.objects.exists()


def test_a_site_and_its_contact_are_added_from_the_customers_page(clerk: Any) -> None:
    row = actions.register_customer(by=HOUSE, code="K1", name="东门门窗厂")
    assert "K1" in clerk.get(f"/parties/customers/{row.pk}/sites/new").content.decode()
    clerk.post(f"/parties/customers/{row.pk}/sites/new", {"customer": "K1", "name": "望江大厦", "kind": "building"})
    site = Site.objects.get()
    assert site.customer == row
    clerk.post(f"/parties/site/{site.pk}/contacts/new", {"site": site.pk, "name": "工长", "phone": "13900000002"})
    assert Contact.objects.get().owner == site
    assert clerk.get("/parties/nonsense/1/contacts/new").status_code == 404


def test_the_list_is_found_filtered_and_exported_by_its_address(clerk: Any) -> None:
    for n in range(30):
        place = "CN-ZJ" if n % 2 else "CN-GD"
        actions.register_customer(by=HOUSE, code=f"K{n:04}", name=f"第{n}号门窗厂", region=region(place))
    page = clerk.get("/parties/customers/?region=CN-ZJ&sort=-code").content.decode()
    assert "K0029" in page and "K0028" not in page
    assert "K0007" in clerk.get("/parties/customers/?q=第7号").content.decode()
    file = b"".join(clerk.get("/parties/customers/?region=CN-ZJ&export=csv").streaming_content).decode("utf-8-sig")
    assert len(file.splitlines()) == 16 and "K0001" in file


def test_the_list_takes_the_same_number_of_queries_for_any_number_of_rows(
    clerk: Any, django_assert_max_num_queries: Any
) -> None:
    dealer = actions.register_dealer(by=HOUSE, code="D1", name="浙江总经销处")
    for n in range(25):
        actions.register_customer(by=HOUSE, code=f"K{n:04}", name=f"第{n}号", region=region("CN-ZJ"), dealer=dealer)
    clerk.get("/parties/customers/")
    with django_assert_max_num_queries(16):
        clerk.get("/parties/customers/")


def test_a_new_person_is_hired_in_the_browser_and_his_password_is_shown_once(manager: Any) -> None:
    answer = manager.post(
        "/parties/people/new",
        {"username": "inspector", "name": "质检员甲", "language": "zh-hans", "department": "qc", "post": "inspector"},
    )
    person = Person.objects.get(username="inspector")
    page = answer.content.decode()
    shown = page.split('data-copy="')[1].split('"')[0]
    assert answer.status_code == 200 and person.check_password(shown)
    assert shown not in manager.get(person.get_absolute_url()).content.decode()
    assert queries.actor_of(person).plays("qc.inspector")
    again = manager.post(f"/parties/people/{person.pk}/do/reset_password", {"version": str(person.version)})
    person.refresh_from_db()
    assert not person.check_password(shown) and person.check_password(
        again.content.decode().split('data-copy="')[1].split('"')[0]
    )


@pytest.mark.clause("M-02")
def test_page_and_api_refuse_alike_who_may_not(clerk: Any, colleague: Person) -> None:
    page = clerk.post("/parties/people/new", {"username": "friend", "name": "朋友", "language": "en"})
    status, problem = sent(clerk, "/people", username="friend", name="朋友", language="en")
    assert page.status_code == status == 403
    assert (problem["code"], problem["clause"]) == ("not_permitted", "M-02")
    assert not Person.objects.filter(username="friend").exists()


def test_a_dealer_meets_only_his_own_tree_on_page_and_api(entered: Any) -> None:
    mine = actions.register_dealer(by=HOUSE, code="D1", name="浙江总经销处")
    other = actions.register_dealer(by=HOUSE, code="D2", name="江苏总经销处")
    for code, dealer in (("K1", mine), ("K2", other)):
        actions.register_customer(by=HOUSE, code=code, name=f"{code} 门窗厂", dealer=dealer)
    client = entered(hired("dealer", dealer=mine))
    page = client.get("/parties/customers/").content.decode()
    assert "K1 门窗厂" in page and "K2 门窗厂" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get("/parties/organisation").status_code == 403
    listed = client.get(f"{API}/customers").json()
    assert [row["code"] for row in listed["items"]] == ["K1"] and listed["total"] == 1
    hidden = client.get(f"{API}/dealers/{other.pk}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")


def test_the_api_opens_edits_and_retires_like_the_pages(clerk: Any) -> None:
    status, dealer = sent(clerk, "/dealers", code="D1", name="浙江总经销处", kind="general_agent")
    assert status == 201
    status, row = sent(clerk, "/customers", name="东门门窗厂", category="domestic", dealer="D1", region="CN-ZJ")
    assert (status, row["dealer"], row["region"]) == (201, "D1", "CN-ZJ") and row["code"]
    status, edited = sent(clerk, f"/customers/{row['id']}/edit", city="宁波", version=1)
    assert (status, edited["city"], edited["name"], edited["dealer"]) == (200, "宁波", "东门门窗厂", "D1")
    status, problem = sent(clerk, f"/customers/{row['id']}/edit", city="温州", version=1)
    assert (status, problem["code"]) == (409, "stale")
    status, retired = sent(clerk, f"/customers/{row['id']}/retire")
    assert (status, retired["state"]) == (200, "retired")
    status, problem = sent(clerk, "/customers", name="", category="domestic")
    assert (status, problem["field"]) == (422, "name")
    found = clerk.get(f"{API}/customers?q=门窗").json()
    assert found["total"] == 1
    assert Dealer.objects.get(pk=dealer["id"]).state == "in_use"


def test_the_api_deactivates_only_with_a_hand_over(manager: Any, salesperson: Person, colleague: Person) -> None:
    status, problem = sent(manager, f"/people/{salesperson.pk}/deactivate")
    assert (status, problem["code"], problem["field"]) == (409, "person.open_cases", "hand_over_to")
    assert problem["facts"]["cases"]
    status, row = sent(manager, f"/people/{salesperson.pk}/deactivate", hand_over_to=colleague.username)
    assert (status, row["state"]) == (200, "deactivated")


def test_every_move_of_people_and_partners_has_a_form() -> None:
    for kind in ("person", "customer", "dealer", "supplier", "site", "contact"):
        lifecycle = Lifecycle.registry[kind]
        missing = [name for name, move in lifecycle.moves.items() if not move.internal and name not in lifecycle.faces]
        assert not missing, f"{kind}: {missing}"
