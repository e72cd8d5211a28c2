"""售前咨询: asked, answered by every department, and nothing promised before (U-02)."""

from __future__ import annotations

from typing import Any

import pytest

from sanbao.complaints import verifying
from sanbao.complaints.actions import consulting as actions
from sanbao.complaints.models import Consultation, Opinion
from sanbao.complaints.tests.refusing import refused
from sanbao.kernel import announcements, clocks, notices, obligations, times
from sanbao.kernel.handlers import late_duties
from sanbao.parties.models import Department, Person
from tests.cast import Program

pytestmark = pytest.mark.clause("U-02")


@pytest.fixture
def consult(by: Any, customer: Any) -> Any:
    def make(*codes: str, **facts: Any) -> Consultation:
        asked = Department.objects.filter(code__in=codes or ("production", "technology"))
        values = {
            "by": by.clerk,
            "paper": "inquiry",
            "wanted": "隔热条 24 mm，年 200 吨。十天交货行不行？",
            "customer": customer,
        }
        return actions.consult(**{**values, "departments": asked, **facts})

    return make


def fresh(case: Consultation) -> Consultation:
    return Consultation.objects.get(pk=case.pk)


def test_a_consultation_asks_departments_and_a_clock_runs(consult: Any, by: Any) -> None:
    case = consult()
    assert case.number.startswith("ZX-2026-") and case.state == "asked" and case.due_at > times.now()
    assert clocks.running(case.subject).get().kind == "consultation"
    for who in (by.technologist, by.foreman):
        assert "opine" in obligations.open_for(who).values_list("code", flat=True)
        assert Consultation.objects.visible_to(who).get() == case
    assert not Consultation.objects.visible_to(by.inspector).exists()


def test_the_last_answer_sends_it_back_to_its_owner(consult: Any, by: Any) -> None:
    case = consult()
    case = actions.answer_consultation(case, by=by.technologist, able="yes", answer="图纸可行")
    assert case.state == "asked"
    with refused("consultation.not_asked", "U-02"):
        actions.answer_consultation(fresh(case), by=by.technologist, able="yes", answer="再说一遍")
    case = actions.answer_consultation(fresh(case), by=by.foreman, able="conditions", answer="须 12 天")
    assert case.state == "answered" and not clocks.running(case.subject).exists()
    assert "reply" in obligations.open_for(by.clerk).values_list("code", flat=True)
    case = actions.conclude_consultation(fresh(case), by=by.clerk, reply="可以，12 天交货", basis="生产科答复")
    assert case.state == "closed" and not obligations.open_on(case.subject).exists()
    assert list(verifying.opinions()) == []
    Opinion.objects.filter(able="conditions").update(able="yes")
    assert [b.code for b in verifying.opinions()] == ["opinion_changed"]


def test_nothing_is_promised_while_a_department_has_not_answered(consult: Any, by: Any) -> None:
    case = consult()
    actions.answer_consultation(case, by=by.technologist, able="yes", answer="可行")
    with refused("consultation.answers_missing", "U-02"):
        actions.conclude_consultation(fresh(case), by=by.clerk, reply="可以", basis="技术部答复")
    case = actions.conclude_consultation(
        fresh(case), by=by.clerk, reply="客户撤回询价，谢谢", basis="客户来函", unanswered="客户撤回"
    )
    assert (case.state, case.unanswered) == ("closed", "客户撤回")


def test_further_departments_are_waited_for_too(consult: Any, by: Any) -> None:
    case = consult("technology")
    case = actions.answer_consultation(case, by=by.technologist, able="no", answer="做不到 24 mm")
    case = actions.ask_also(fresh(case), by=by.clerk, departments=[Department.objects.get(code="qc")])
    assert case.state == "asked" and clocks.running(case.subject).exists()
    with refused("consultation.asked_already", "U-02"):
        actions.ask_also(fresh(case), by=by.clerk, departments=[Department.objects.get(code="qc")])


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"customer": None}, "consultation.nobody"),
        ({"departments": []}, "consultation.nobody_asked"),
        ({"due_at": times.factory("2026-04-01 09:00")}, "consultation.due_past"),
    ],
)
def test_what_is_missing_is_refused(consult: Any, facts: dict[str, Any], code: str) -> None:
    with refused(code, "U-02"):
        consult(**facts)


def test_a_late_answer_goes_up_to_the_manager(consult: Any, by: Any) -> None:
    case = consult()
    times.pass_time(days=4)
    while clocks.tick() + late_duties() + announcements.deliver():
        pass
    assert any(case.number in str(n.words) for n in notices.unread(by.manager))


def test_page_and_program_do_the_same(consult: Any, people: Any, client: Any, customer: Any) -> None:
    clerk, technologist = Program(people["clerk"]), Program(people["technologist"])
    told = clerk.post(
        "consultations", paper="contract", customer=customer.code, wanted="合同草案第 7 条", departments=["technology"]
    )
    path = f"consultations/{told['id']}"
    refusal = clerk.refused(f"{path}/conclude-consultation", reply="行", basis="合同")
    assert (refusal["code"], refusal["clause"]) == ("consultation.answers_missing", "U-02")
    told = technologist.post(f"{path}/answer-consultation", able="yes", answer="可以")
    assert told["state"] == "answered" and told["opinions"][0]["able"] == "yes"
    Person.objects.filter(pk=people["clerk"].pk).update(one_time_password=False)
    client.force_login(people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    assert "合同草案第 7 条" in client.get("/complaints/consultations/").content.decode()
    page = client.get(f"/complaints/{path}").content.decode()
    assert "能满足" in page and "依据 U-02" in page
    assert client.get("/complaints/consultations/new").status_code == 200
    done = client.post(f"/complaints/{path}/do/conclude_consultation", {"reply": "可以", "basis": "技术部答复"})
    assert done.status_code == 303 and fresh(Consultation.objects.get(pk=told["id"])).state == "closed"
