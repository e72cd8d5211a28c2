"""Labels that are on no record (T-12): QC is told, and says what they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from sanbao.inspection import actions
from sanbao.inspection.models import Origin, UnknownLabel, UnknownState
from sanbao.kernel import attachments, journal, notices, obligations, times
from sanbao.kernel.actor import Actor
from sanbao.kernel.notices import Notice
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Person, Post
from sanbao.trace.tests.factory import small_factory

HOUSE = Actor.clockwork("test")
STOREKEEPER = an_actor("inspection.see", "inspection.report_unknown", roles=["warehouse.storekeeper"])
INSPECTOR = an_actor("inspection.see", "inspection.clear_unknown", person=2, roles=["qc.inspector"])
CLEARED = {"basis": "SB-T T-12", "finding": "与样标比对，纸张和油墨不同"}


@pytest.fixture(autouse=True)
def monday_morning(db: None) -> Iterator[None]:
    with times.frozen("2026-04-20 09:00"):
        yield


def reported(**facts: Any) -> UnknownLabel:
    return actions.report(by=STOREKEEPER, **{"code": "bq 0099", "place": "成品仓 A3", "holder": "杭州客户", **facts})


@pytest.mark.clause("T-12")
def test_quality_control_owes_an_answer_by_the_next_working_day_to_whoever_finds_an_unknown_label() -> None:
    label = reported()
    assert (label.number, label.key, label.state) == ("WZ-2026-000001", "BQ0099", UnknownState.OPEN)
    (duty,) = obligations.open_for(INSPECTOR)
    assert (duty.subject, duty.clause, duty.due_at) == (label.subject, "T-12", label.due_at)
    assert times.local(label.due_at).date().isoformat() == "2026-04-21"


def test_found_again_it_is_the_same_label_seen_once_more() -> None:
    first = reported()
    again = reported(code="ＢＱ００９９", place="二号门", holder="")
    assert again.pk == first.pk
    assert list(again.sightings.values_list("place", flat=True)) == ["成品仓 A3", "二号门"]
    assert obligations.open_for(INSPECTOR).count() == 1


@pytest.mark.clause("T-12")
def test_a_code_that_is_on_record_is_not_unknown() -> None:
    small_factory()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        reported(code="bq1")
    assert (caught.value.code, caught.value.clause, caught.value.field) == ("unknown_label.known", "T-12", "code")
    assert not UnknownLabel.objects.exists()


@pytest.mark.clause("T-12")
def test_only_quality_control_says_what_it_was() -> None:
    label = reported()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.clear_up(label, by=STOREKEEPER, origin=Origin.FOREIGN, **CLEARED)
    assert (caught.value.code, caught.value.clause, caught.value.status) == ("not_permitted", "T-12", 403)


@pytest.mark.clause("T-12")
@pytest.mark.parametrize("origin", [Origin.RECORDED, Origin.RELABELLED, Origin.MISREAD])
def test_what_is_ours_is_cleared_up_only_with_a_code_that_is_on_record(origin: Origin) -> None:
    label = reported()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.clear_up(label, by=INSPECTOR, origin=origin, true_code="BQ1" if origin != "recorded" else "", **CLEARED)
    assert (caught.value.code, caught.value.field) == ("unknown_label.not_on_record", "true_code")
    small_factory()
    done = actions.clear_up(label, by=INSPECTOR, origin=origin, true_code="BQ1", **CLEARED)
    assert (done.state, done.true_code) == (UnknownState.CLEARED, "BQ1")
    assert not obligations.open_for(INSPECTOR).exists()


def test_a_suspected_counterfeit_is_told_to_whom_the_policy_names(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "management.gm": {"person:8": notices.Addressee("person:8", "", "zh-hans")},
        "qc.department_manager": {"person:9": notices.Addressee("person:9", "", "en")},
    }
    monkeypatch.setattr(notices, "behind", lambda to: told.get(to, {}))
    label = actions.clear_up(reported(), by=INSPECTOR, origin=Origin.COUNTERFEIT, **CLEARED)
    assert set(Notice.objects.filter(subject=label.subject).values_list("recipient", "clause")) == {
        ("person:8", "T-12"), ("person:9", "T-12"),
    }  # fmt: skip


@pytest.mark.clause("U-13")
def test_what_was_found_out_names_its_basis() -> None:
    with pytest.raises(Refusal) as caught:
        actions.clear_up(reported(), by=INSPECTOR, origin=Origin.FOREIGN, basis="", finding="别厂的")
    assert (caught.value.code, caught.value.clause) == ("basis_missing", "U-13")


def test_after_it_was_cleared_up_the_same_code_found_anew_is_a_new_matter() -> None:
    first = actions.clear_up(reported(), by=INSPECTOR, origin=Origin.FOREIGN, **CLEARED)
    second = reported()
    assert (first.number, second.number) == ("WZ-2026-000001", "WZ-2026-000002")


def test_photographs_stay_with_the_label_and_words_of_people_enter_the_record_as_digests() -> None:
    photo = attachments.store(ContentFile(b"\x89PNG\r\n\x1a\n" + b"7" * 40, "label.png"), by=STOREKEEPER)
    label = reported(files=[photo], remark="客户说是门店自己贴的")
    assert [a.name for a in attachments.of(label.subject)] == ["label.png"]
    entry: Any = journal.entries_of(label.subject).get(action="unknown_label.report")
    assert "门店" not in entry.facts_text and len(entry.facts["private"]["remark"]) == 64
    assert entry.facts["set"]["code"] == [None, "bq 0099"]


class TestFaces:
    """What a storekeeper reports on a page and QC clears up through the API."""

    @pytest.fixture
    def people(self) -> dict[str, Client]:
        found = {}
        for name, department, post in (("stock", "warehouse", "storekeeper"), ("qc", "qc", "inspector")):
            place = {"department": Department.objects.get(code=department), "post": Post.objects.get(code=post)}
            person = hire(by=HOUSE, username=name, name=name, since=date(2020, 1, 1), **place)
            Person.objects.filter(pk=person.pk).update(one_time_password=False)
            found[name] = Client()
            found[name].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return found

    def test_page_and_api_do_the_same_and_refuse_alike(self, people: dict[str, Client]) -> None:
        reported = people["stock"].post("/inspection/unknown/report", {"code": "BQ0099", "place": "三号库"})
        label = UnknownLabel.objects.get()
        assert reported["Location"] == label.get_absolute_url()
        page = people["qc"].get(label.get_absolute_url()).content.decode()
        assert "三号库" in page and f"{label.get_absolute_url()}/do/clear_up" in page
        api, body = f"/api/v1/unknown-labels/{label.pk}/clear-up", {"origin": "recorded", **CLEARED}
        refused = people["qc"].post(api, body, content_type="application/json").json()
        plain = people["qc"].post(f"{label.get_absolute_url()}/do/clear_up", body)
        assert (refused["code"], refused["clause"]) == ("unknown_label.not_on_record", "T-12")
        assert plain.status_code == 422 and "unknown_label.not_on_record" in plain.content.decode()
        done = people["qc"].post(api, body | {"origin": "foreign"}, content_type="application/json").json()
        assert (done["state"], done["sightings"][0]["place"]) == ("cleared", "三号库")
        listed = people["stock"].get("/inspection/unknown/?tab=cleared").content.decode()
        assert label.number in listed and "非本厂标签" in listed
        assert people["stock"].get("/api/v1/unknown-labels?state=cleared").json()["total"] == 1

    def test_a_record_that_came_later_is_pointed_out(self, people: dict[str, Client]) -> None:
        label = reported(code="BQ1")
        assert "现在查得到记录" not in people["qc"].get(label.get_absolute_url()).content.decode()
        small_factory()
        assert "现在查得到记录" in people["qc"].get(label.get_absolute_url()).content.decode()
