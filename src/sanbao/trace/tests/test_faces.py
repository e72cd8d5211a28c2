"""Page, API and command line give the same answer, and refuse alike."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.cli import run
from sanbao.parties.models import Assignment, Department, Person, Post
from sanbao.trace.models import Lot
from sanbao.trace.tests.factory import small_factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def factory():
    return small_factory()


@pytest.fixture
def inspector(client):
    return logged_in(client, "qc", "inspector")


def logged_in(client, department, post):
    person = Person.objects.create(username="t", name="甲", state="employed", one_time_password=False)
    if department:
        department, post = Department.objects.get(code=department), Post.objects.get(code=post)
        Assignment.objects.create(person=person, department=department, post=post, since="2020-01-01")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.clause("T-14")
def test_page_api_and_command_line_find_the_same_lots(inspector, capsys):
    assert run("trace", ["BQ2", "--json", "--back"]) == 0
    told = json.loads(capsys.readouterr().out)
    answer = inspector.get("/api/v1/trace/BQ2?direction=back").json()
    assert {**told, "milliseconds": 0} == {**answer, "milliseconds": 0}
    codes = {node["code"] for node in told["nodes"]}
    assert codes == {"BQ2", "SX1", "SX2", "ZB1", "ZB2", "RL1", "RL2", "J1", "J2", "PT1", "SJ1"}
    drawn = page(inspector, "/trace/BQ2/?view=back")
    assert all(code in drawn for code in codes)
    assert "全部 11 个批次，未截断" in drawn
    assert told["links"][0].keys() == {"from", "to", "quantity", "unit", "record"}
    assert [(held["code"], held["quantity"]) for held in told["customers"]] == [("K2", 300)]


@pytest.mark.clause("T-14")
def test_an_unknown_code_is_one_sentence_everywhere(inspector):
    from sanbao.kernel.refusals import Refusal

    with pytest.raises(Refusal, match="没有找到编号“XX9”"):
        run("trace", ["XX9"])
    assert "没有找到编号“XX9”" in page(inspector, "/trace/XX9/", 404)
    searched = page(inspector, "/trace/?q=XX9", 404)
    assert "没有找到编号“XX9”" in searched
    assert 'value="XX9"' in searched  # what was typed is kept
    problem = inspector.get("/api/v1/trace/XX9")
    assert (problem.status_code, problem.json()["code"]) == (404, "trace.unknown_code")


@pytest.mark.clause("M-02")
@pytest.mark.parametrize("address", ["/trace/", "/trace/BQ1/", "/trace/BQ1/chain/", "/trace/lots/", "/api/v1/lots"])
def test_who_may_not_see_traces_is_refused_on_every_face(client, address):
    outsider = logged_in(client, "", "")
    assert outsider.get(address).status_code == 403


@pytest.mark.clause("C-16")
def test_the_chain_page_shows_ten_stages_gaps_in_red_and_who_is_proposed(inspector):
    shown = page(inspector, "/trace/BQ3/chain/")
    assert shown.count('<span class="step">') == 10
    assert "缺时效日期" in shown and "缺检验报告" in shown
    assert "建议责任：<b>质检科</b>" in shown


def test_a_number_on_several_lots_is_asked_and_they_can_be_traced_together(inspector):
    assert "对应 2 个批次" in page(inspector, "/trace/TH2/")
    assert "全部 16 个批次，未截断" in page(inspector, "/trace/TH2/?all=1")


def test_search_leads_to_the_trace_and_remembers_it(inspector):
    assert inspector.get("/trace/?q=20260421 0001")["Location"] == "/trace/20260421%200001/"
    assert inspector.get("/trace/20260421%200001/").status_code == 200
    assert "BQ1" in page(inspector, "/trace/")


def test_every_box_of_the_drawing_opens(inspector):
    drawn = page(inspector, "/trace/PT1/")
    addresses = set(re.findall(r'class="box[^"]*" href="([^"#]+)"', drawn))
    assert len(addresses) > 10
    for address in addresses:
        assert inspector.get(address.replace("&amp;", "&")).status_code in (200, 302)


def test_the_table_holds_every_lot_of_the_drawing(inspector):
    shown = page(inspector, "/trace/J2/?view=forward&as=table")
    assert all(code in shown for code in ("J2", "PT1", "SX1", "SX2", "BQ1", "BQ2", "BQ4"))
    assert "BQ1" not in page(inspector, "/trace/J2/?view=forward&as=table&kind=traveller").split("<tbody>")[1]


def test_an_export_holds_every_customer_and_no_formula(inspector):
    Lot.objects.filter(key="BQ1").update(code="=BQ1")
    export = inspector.get("/trace/ZB1/export.csv?view=forward&what=customers")
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeff客户代码")
    assert lines[2].split(",")[-1] == "'=BQ1"
    assert inspector.get("/trace/ZB1/export.pdf").status_code == 404


def test_the_page_takes_the_same_number_of_queries_for_a_label_and_for_a_large_lot(
    inspector, django_assert_max_num_queries
):
    page(inspector, "/trace/BQ1/")
    for code in ("BQ1", "J1", "PT1"):
        with django_assert_max_num_queries(60):
            page(inspector, f"/trace/{code}/")


def test_the_pages_keep_to_the_strict_content_policy(inspector):
    for address in ("/trace/", "/trace/BQ1/", "/trace/BQ1/chain/", "/trace/BQ1/?as=table", "/trace/lots/"):
        shown = page(inspector, address)
        assert " style=" not in shown and "<script>" not in shown


def test_lots_are_listed_and_found_by_any_number_through_the_api(inspector):
    assert inspector.get("/api/v1/lots?kind=label").json()["total"] == 4
    [found] = inspector.get("/api/v1/lots?q=G2-77").json()["items"]
    assert (found["code"], found["kind"], found["quantity"]) == ("J2", "raw", 800)
    assert inspector.get(f"/api/v1/lots/{found['id']}").json()["code"] == "J2"
    assert inspector.get("/api/v1/lots/999999").status_code == 404


def test_the_numbers_looked_at_last_are_offered_to_the_same_person_only_and_a_look_writes_nothing(inspector):
    with CaptureQueriesContext(connection) as asked:
        page(inspector, "/trace/BQ1/")
    assert not [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    page(inspector, "/trace/BQ2/")
    offered = re.findall(r'data-row="/trace/(\w+)/"', page(inspector, "/trace/"))
    assert offered == ["BQ2", "BQ1"]
    other = Person.objects.create(username="u", name="乙", state="employed", one_time_password=False)
    duty = {"department": Department.objects.get(code="qc"), "post": Post.objects.get(code="inspector")}
    Assignment.objects.create(person=other, since="2020-01-01", **duty)
    kept = inspector.cookies["sanbao_traced"].value
    inspector.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    inspector.cookies["sanbao_traced"] = kept
    assert "BQ1" not in page(inspector, "/trace/")
