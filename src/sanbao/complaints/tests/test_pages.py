"""The pages: intake, list, case, register, papers. They refuse as the actions do and keep what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanbao.complaints import actions, queries
from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import fresh
from sanbao.complaints.views.lists import CaseList
from sanbao.kernel import attachments
from sanbao.kernel.times import now
from sanbao.parties.models import Person


@pytest.fixture
def page(people: Any) -> Any:
    """``page("clerk")``: a browser in which that person is logged in."""

    def of(name: str) -> Client:
        Person.objects.filter(pk=people[name].pk).update(one_time_password=False)
        client = Client()
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of


def test_a_complaint_is_registered_with_name_one_contact_and_what_was_said(page: Any, people: Any) -> None:
    answer = page("clerk").post(
        reverse("complaints:new"),
        {
            "contact_name": "某先生",
            "contact_phone": "13900001111",
            "source": "user",
            "channel": "phone",
            "description": "窗框掉漆。要求换。",
            "read_back_by": "某先生",
            "demands": "换窗框\n道歉",
        },
    )
    case = Complaint.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, case.get_absolute_url())
    assert case.read_back_by == "某先生" and [d.text for d in case.demands.all()] == ["换窗框", "道歉"]


@pytest.mark.clause("C-06")
def test_a_refused_intake_names_field_and_clause_and_keeps_what_was_typed(page: Any) -> None:
    typed = {"contact_phone": "13900001111", "source": "user", "channel": "phone", "description": "窗框掉漆"}
    answer = page("clerk").post(reverse("complaints:new"), typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and not Complaint.objects.exists()
    assert "C-06" in text and "窗框掉漆" in text and 'value="13900001111"' in text


def test_a_phone_number_finds_the_user_and_his_open_cases(page: Any, register: Any, customer: Any) -> None:
    case = register(contact_phone="0574-55550001")
    answer = page("clerk").get(reverse("complaints:find"), {"find": "0574-55550001"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert customer.name in text and case.number in text and "追加到此单" in text
    chosen = page("clerk").get(reverse("complaints:who"), {"customer": customer.code}, headers={"HX-Request": "true"})
    assert f'name="customer" value="{customer.code}"' in chosen.content.decode()


def test_the_light_entry_takes_one_short_form(page: Any, customer: Any) -> None:
    answer = page("clerk").post(
        reverse("complaints:new_light"),
        {
            "customer": customer.code,
            "source": "user",
            "channel": "phone",
            "description": "露天放吗",
            "explanation": "不可以",
            "basis": "SB-C C-04",
            "satisfied": "on",
        },
    )
    assert answer.status_code == 303 and Complaint.objects.get().light


def test_every_tab_of_a_case_opens(page: Any, story: Any) -> None:
    case = story.answered()
    for name in ("case", "timeline", "samples", "chain", "history"):
        assert page("clerk").get(reverse(f"complaints:{name}", args=[case.pk])).status_code == 200, name


@pytest.mark.clause("M-01")
def test_the_case_page_says_which_version_of_the_procedure_it_stands_under(page: Any, story: Any) -> None:
    text = page("clerk").get(story.formed().get_absolute_url()).content.decode()
    assert '<span class="no">SB-C 1.0</span>' in text and "2026-01-01 起生效" in text


@pytest.mark.clause("M-03")
def test_the_history_of_a_case_leads_to_its_evidence(page: Any, register: Any) -> None:
    case = register()
    history = page("clerk").get(f"{case.get_absolute_url()}/history").content.decode()
    address = f"/journal/evidence?subject=complaint%3A{case.pk}"
    assert address in history
    assert page("clerk").get(address).headers["Content-Type"] == "application/zip"


def test_the_case_page_says_who_has_the_ball_and_until_when(page: Any, story: Any) -> None:
    text = page("clerk").get(story.inspected().get_absolute_url()).content.decode()
    assert "按检验结论和市场影响分级" in text and "技术部" in text and "依据 C-12" in text


def test_a_move_is_made_from_its_dialog(page: Any, register: Any) -> None:
    case = register()
    address = f"{case.get_absolute_url()}/do/note"
    dialog = page("clerk").get(address, headers={"HX-Request": "true", "HX-Target": "div#dialog-body"})
    assert "<html" not in dialog.content.decode()
    answer = page("clerk").post(address, {"text": "老客户", "version": case.version}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == case.get_absolute_url()
    assert fresh(case).entries.filter(kind="note", text="老客户").exists()


def test_every_move_has_a_form_that_opens_in_a_state_where_it_is_possible(page: Any, story: Any, by: Any) -> None:
    for case, who in ((story.formed(), "technologist"), (story.graded(), "technologist"), (story.answered(), "clerk")):
        for offer in COMPLAINT.offered(case, getattr(by, who)):
            answer = page(who).get(f"{case.get_absolute_url()}/do/{offer.name}")
            assert answer.status_code == (200 if offer.refusal is None else 409), offer.name


def test_a_stale_save_is_refused_and_says_what_changed(page: Any, register: Any, by: Any) -> None:
    case = register()
    actions.note(case, by=by.clerk2, text="先存了")
    address = f"{case.get_absolute_url()}/do/note"
    answer = page("clerk").post(address, {"text": "后存", "version": case.version}, headers={"HX-Request": "true"})
    assert answer.status_code == 409 and "别人已经保存过" in answer.content.decode()
    assert not fresh(case).entries.filter(text="后存").exists()


def test_a_link_to_a_duty_fills_it_in(page: Any, story: Any) -> None:
    case = story.graded()
    text = page("inspector").get(f"{case.get_absolute_url()}/do/settle_duty?duty=cause.found").content.decode()
    assert 'value="cause.found" selected' in text


def test_each_due_time_says_why_it_is_so(page: Any, register: Any) -> None:
    from sanbao.kernel import clocks

    case = register()
    clock = clocks.running(case.subject).first()
    text = page("clerk").get(reverse("complaints:why", args=[case.pk, clock.pk])).content.decode()
    assert "为什么是这个时间" in text and "第 1 版" in text


def test_a_case_one_may_not_see_is_not_found(page: Any, register: Any) -> None:
    assert page("technologist").get(register().get_absolute_url()).status_code == 404


@pytest.mark.clause("U-10")
def test_the_register_holds_every_row_of_a_period_and_prints(page: Any, register: Any, by: Any) -> None:
    cases = [register(description=f"第 {n} 件") for n in range(3)]
    answer = page("clerk").get(reverse("complaints:register"))
    assert all(c.number in answer.content.decode() for c in cases)
    printed = page("clerk").get(reverse("complaints:register_pdf"), {"received_from": "2026-04-01"})
    assert printed.content.startswith(b"%PDF-") and printed["Content-Type"] == "application/pdf"
    none = page("clerk").get(reverse("complaints:register"), {"received_to": "2026-04-01"})
    assert cases[0].number not in none.content.decode()


@pytest.mark.parametrize("tab", ["open", "late", "mine", "closed", "all"])
def test_the_work_list_filters_by_address(page: Any, register: Any, tab: str) -> None:
    case = register()
    text = page("clerk").get(reverse("complaints:list"), {"tab": tab, "q": "掉粉"}).content.decode()
    assert (case.number in text) is (tab in ("open", "mine", "all"))


def test_the_tabs_count_what_they_show(register: Any, story: Any, rf: Any, by: Any) -> None:
    register()
    story.formed()
    actions.cancel(register(), by=by.manager, reason="用户撤回")
    Complaint.objects.filter(pk=register().pk).update(next_due=now() - timedelta(days=1))
    request = rf.get("/complaints/", {"matter": "complaint"})
    for actor in (by.clerk, by.inspector):
        request.actor = actor
        listing = CaseList(request, queries.listed(actor))
        assert listing.counts == {tab.name: listing.filtered.filter(tab.where).count() for tab in listing.tabs}


@pytest.mark.parametrize("rows", [3, 60])
def test_a_list_of_any_length_takes_the_same_number_of_queries(
    page: Any, register: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    case = register()
    copies = []
    for n in range(rows):
        copy = Complaint.objects.get(pk=case.pk)
        copy.pk, copy.number = None, f"TS-2026-1{n:05}"
        copies.append(copy)
    Complaint.objects.bulk_create(copies)
    client = page("gm")
    client.get(reverse("complaints:list"))
    with django_assert_max_num_queries(22):
        answer = client.get(reverse("complaints:list"))
    assert answer.content.decode().count("data-row=") == min(rows + 1, 25)


def test_a_file_is_sent_with_the_note_and_an_empty_file_field_is_no_file(page: Any, register: Any) -> None:
    case = register()
    address = f"{case.get_absolute_url()}/do/note"
    photo = SimpleUploadedFile("照片.jpg", b"\xff\xd8\xff photo")
    for note, files in (("没有附件", ""), ("有照片", photo)):
        assert page("clerk").post(address, {"text": note, "files": files}).status_code == 303
    assert [a.name for a in attachments.of(case.subject)] == ["照片.jpg"]
    refused = page("clerk").post(address, {"text": "乱写", "files": "not-an-id"})
    assert refused.status_code == 422 and not fresh(case).entries.filter(text="乱写").exists()


def test_an_old_case_is_taken_on_by_giving_it_an_owner(page: Any, register: Any, by: Any, people: Any) -> None:
    case = register()
    Complaint.objects.filter(pk=case.pk).update(legacy="2025-10-04/1", owner=None, owner_department=None, next_party="")
    assert page("gm").get(case.get_absolute_url()).status_code == 200
    case = actions.hand_over(fresh(case), by=by.gm, owner=people["clerk"])
    assert case.owner == people["clerk"] and case.next_party


@pytest.mark.clause("C-03")
def test_a_photo_of_a_telephone_that_browsers_do_not_show_is_kept_and_said_so(page: Any, register: Any) -> None:
    case = register()
    photo = SimpleUploadedFile("IMG_0001.HEIC", b"\x00\x00\x00\x18ftypheic\x00 photo")
    told = page("clerk").post("/attachments/", {"file": photo}, headers={"Accept": "application/json"}).json()
    assert told["unseen"] is True
    page("clerk").post(f"{case.get_absolute_url()}/do/attach", {"files": told["id"]})
    text = page("clerk").get(case.get_absolute_url()).content.decode()
    assert "IMG_0001.HEIC" in text and "浏览器不能预览" in text
    kept = attachments.of(case.subject).get()
    assert kept.path.read_bytes().endswith(b" photo")
