"""Holds, verdicts, permits and counter-entries in the browser and through the API: the same act, the same refusal."""

import pytest
from django.test import Client

from sanbao.kernel.testing import an_actor
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace import actions
from sanbao.trace.models import Hold, Permit, QualityStatus, Reversal, Shipment, Verdict
from sanbao.trace.tests.factory import lot, small_factory
from tests.cast import HOUSE, Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspector():
    qc = {"department": Department.objects.get(code="qc"), "post": Post.objects.get(code="inspector")}
    person = hire(by=HOUSE, username="inspector", name="检验甲", **qc)
    Person.objects.filter(pk=person.pk).update(one_time_password=False)
    return Person.objects.get(pk=person.pk)


@pytest.fixture
def page(inspector, settings) -> Client:
    settings.DEMO = True  # no second factor to set up first
    client = Client()
    client.force_login(inspector, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_hold_is_placed_seen_partly_released_and_lifted_on_its_pages(page: Client):
    small_factory()
    assert page.post("/trace/holds/new", {"lots": "SX1\nbq4", "reason": "色差", "forward": "on"}).status_code == 303
    hold = Hold.objects.get()
    shown = page.get(f"/trace/holds/{hold.pk}")
    assert {"SX1", "BQ1", "BQ2", "BQ4"} <= {row.code for row in shown.context["list"].page}
    page.post(f"/trace/holds/{hold.pk}/do/release", {"lots": "BQ4", "basis": "复检合格"})
    page.post(f"/trace/holds/{hold.pk}/do/lift", {"basis": "复检合格 JY-7"})
    hold.refresh_from_db()
    assert (hold.state, hold.basis) == ("lifted", "复检合格 JY-7")


@pytest.mark.parametrize(
    ("typed", "code"), [("SX1 QQ77", "trace.unknown_code"), ("TH2", "trace.several"), ("  ", "required")]
)
def test_page_and_api_refuse_a_lot_that_is_not_plainly_named_alike(page: Client, inspector, typed: str, code: str):
    small_factory()
    told = Program(inspector).refused("holds", lots=typed, reason="色差")
    assert (told["code"], told["field"]) == (code, "lots")
    again = page.post("/trace/holds/new", {"lots": typed, "reason": "色差"})
    assert again.status_code == 422
    assert typed.strip() in again.content.decode()
    assert Hold.objects.count() == 0


def test_a_verdict_is_given_and_read_through_the_api(inspector):
    small_factory()
    qc = Program(inspector)
    given = qc.post("verdicts", lots="J2", status="failed", basis="膜厚不足")
    assert lot("J2").status == QualityStatus.FAILED
    assert qc.get(f"verdicts/{given['id']}")["status"] == "failed"
    [hold] = qc.get("holds")["items"]
    assert (hold["lots"], hold["about"]) == (7, f"verdict:{given['id']}")
    assert {row["code"] for row in qc.get(f"holds/{hold['id']}/lots")["items"]} >= {"PT1", "SX1", "BQ4"}


@pytest.mark.clause("T-05")
def test_everything_made_from_what_was_released_urgently_is_listed_at_once(page: Client, inspector):
    small_factory()
    qc = Program(inspector)
    actions.judge(by=HOUSE, lots=[lot("J2")], status="pending", basis="重新待检")
    asked = qc.post("permits", kind="urgent", lot="G2-77", reason="停产等料", basis="T-05")
    made = qc.get(f"permits/{asked['id']}/made")
    assert {node["code"] for node in made["nodes"]} == {"J2", "PT1", "SX1", "SX2", "BQ1", "BQ2", "BQ4"}
    shown = page.get(f"/trace/permits/{asked['id']}").content.decode()
    assert all(code in shown for code in ("PT1", "BQ4", "宁波东安源门窗厂"))
    vp = an_actor("trace.see", "trace.approve_permit", person=9, roles=["management.production_vp"], fresh=True)
    actions.approve_permit(Permit.objects.get(), by=vp)
    assert asked["number"] in page.get(f"/trace/lots/{lot('BQ1').pk}/").content.decode()  # the debt goes with the goods
    told = qc.refused("permits", kind="urgent", lot="SX1", reason="急", basis="T-05")
    assert (told["code"], told["clause"]) == ("permit.not_incoming", "T-05")


def test_a_record_is_struck_from_the_page_of_its_lot(page: Client):
    small_factory()
    sent = Shipment.objects.get(lot=lot("BQ1"))
    panel = page.get(f"/trace/lots/{lot('BQ1').pk}/").content.decode()
    assert f"record_kind=shipment&amp;record_id={sent.pk}" not in panel  # a clerk of QC may not strike what left
    told = page.post("/trace/reversals/new", {"record_kind": "shipment", "record_id": sent.pk, "reason": "发错"})
    assert told.status_code == 403  # QC strikes its own records, not the gate's
    assert Reversal.objects.count() == 0


def test_the_lists_say_what_is_open(page: Client):
    small_factory()
    actions.judge(by=HOUSE, lots=[lot("J3")], status="undecided", basis="复检")
    permit = actions.apply_permit(by=HOUSE, kind="concession", lot=lot("J3"), reason="客户同意", basis="合同 3.2")
    for address, number in [("permits", permit.number), ("verdicts", Verdict.objects.get().number)]:
        assert number in page.get(f"/trace/{address}/").content.decode()
    assert Permit.objects.get().approver == "management.technical_vp"
    assert page.get("/trace/").status_code == 200
