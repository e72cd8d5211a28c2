"""A user reports what is wrong from the label's page, and follows it with number and code (T-15, C-02, C-03)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Channel, Complaint, Source, State
from sanbao.goods import actions as goods
from sanbao.goods.models import Label
from sanbao.kernel import attachments, journal, times
from sanbao.parties.actions import hire
from sanbao.parties.models import Customer, Department, Person, Post, Region
from sanbao.parties.queries import actor_of
from sanbao.portal import actions, limits
from sanbao.portal.models import Report
from sanbao.portal.queries import STAGES
from sanbao.portal.rules import check_code
from sanbao.portal.tests.conftest import HOUSE, SAID, filled

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def text(answer: Any) -> str:
    return str(answer.content.decode())


def photo(content: bytes = PNG, name: str = "现场.png") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.fixture
def case(user: Client, label: Label) -> Complaint:
    assert filled(user, f"/q/{label.token}/report", **SAID).status_code == 302
    return Complaint.objects.get()


# -- report ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("C-03")
def test_a_report_becomes_a_complaint_about_the_lot_with_photographs(user: Client, label: Label, clerk: Any) -> None:
    answer = filled(user, f"/q/{label.token}/report", **SAID, photos=[photo(), photo(PNG + b"2")])
    case = Complaint.objects.get()
    assert (case.source, case.channel, case.lot, case.code) == (Source.USER, Channel.QR, label.lot, "BQ1")
    assert (case.product, case.description, case.contact_name) == (label.product, SAID["what"], "赵先生")
    assert (case.contact_phone, case.contact_address) == ("0574-5555 0001", "宁波海曙某工地")
    assert case.customer is None and case.region == Region.objects.get(code="CN-ZJ")
    assert case.owner == clerk and case.owner_department.code in ("sales", "after_sales")
    assert [row.media_type for row in attachments.of(case.subject)] == ["image/png", "image/png"]
    entry = journal.entries_of(case.subject).get(action="complaint.register")
    assert (entry.actor, entry.origin) == ("customer:qr", "portal")
    assert "赵先生" not in entry.facts_text and "5555" not in entry.facts_text
    shown = text(user.get(answer["Location"]))
    code = check_code(case.salt)
    assert case.number in shown and f"{code[:4]}-{code[4:]}" in shown and SAID["what"] in shown


def test_the_goods_are_filled_in_and_cannot_be_changed(user: Client, label: Label) -> None:
    page = user.get(f"/q/{label.token}/report")
    assert "50系列幕墙立柱" in text(page) and "20260421 0001" in text(page)
    filled(user, f"/q/{label.token}/report", **SAID, code="BQ2", product="X", lot="2")
    assert Complaint.objects.get().code == "BQ1"


def test_the_clerk_sees_the_case_and_who_it_came_from(case: Complaint, clerk: Person, settings: Any) -> None:
    settings.DEMO = True
    Person.objects.filter(pk=clerk.pk).update(one_time_password=False)
    desk = Client()
    desk.force_login(Person.objects.get(pk=clerk.pk), "django.contrib.auth.backends.ModelBackend")
    page = text(desk.get(case.get_absolute_url()))
    assert "BQ1" in page and "扫码" in page
    assert "扫码用户" in text(desk.get(f"{case.get_absolute_url()}/history"))


@pytest.mark.clause("C-01")
def test_goods_that_were_exported_are_taken_up_by_the_export_department(user: Client, label: Label) -> None:
    Customer.objects.filter(code="K1").update(category="export")
    place = {"username": "exporter", "name": "出口甲"}
    hire(by=HOUSE, department=Department.objects.get(code="export"), post=Post.objects.get(code="clerk"), **place)
    filled(user, f"/q/{label.token}/report", **SAID)
    assert Complaint.objects.get().owner_department.code == "export"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": " "}, "required"),
        ({"name": ""}, "required"),
        ({"place": ""}, "required"),
        ({"reach": "微信"}, "请留能打通的电话"),
        ({"what": "x" * 2001}, "2000"),
        ({"website": "https://spam.example"}, "请不要填写这一栏"),
        ({"nonce": "made up"}, "页面放得太久了"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    user: Client, label: Label, given: dict[str, str], said: str
) -> None:
    answer = filled(user, f"/q/{label.token}/report", **{**SAID, **given})
    assert answer.status_code == 422
    assert said in text(answer) or (said == "required" and 'class="error"' in text(answer))
    kept = "宁波海曙某工地" if "place" not in given else "赵先生"
    assert kept in text(answer) and Complaint.objects.count() == 0


@pytest.mark.parametrize(
    ("photos", "said"),
    [
        ([photo(b"<svg onload=alert(1)>", "x.svg")], "不是照片"),
        ([photo(b"MZ\x90\0", "x.png")], "不是照片"),
        ([photo(PNG + b"0" * (11 << 20))], "超过 10 MB"),
        ([photo(PNG + bytes([n])) for n in range(6)], "最多 5 张"),
    ],
)
def test_only_photographs_and_not_too_many(user: Client, label: Label, photos: list[Any], said: str) -> None:
    for one in photos:
        one.seek(0)
    answer = filled(user, f"/q/{label.token}/report", **SAID, photos=photos)
    assert answer.status_code == 422 and said in text(answer)
    assert Complaint.objects.count() == 0 and attachments.Attachment.objects.count() == 0


def test_more_than_all_photographs_together_is_not_even_read(user: Client, label: Label) -> None:
    answer = user.post(f"/q/{label.token}/report", CONTENT_LENGTH=str(60 << 20), CONTENT_TYPE="multipart/form-data")
    assert answer.status_code == 413 and "照片太大" in text(answer)


def test_a_form_that_is_not_ours_is_not_taken_and_what_was_typed_stays(user: Client, label: Label) -> None:
    answer = user.post(f"/q/{label.token}/report", SAID)
    assert answer.status_code == 403 and SAID["what"] in text(answer) and "页面已过期" in text(answer)
    assert Complaint.objects.count() == 0
    given = {name: answer.context["form"].data[name] for name in ("nonce", "what", "name", "reach", "place")}
    again = user.post(f"/q/{label.token}/report", {**given, "csrfmiddlewaretoken": str(answer.context["csrf_token"])})
    assert again.status_code == 302 and Complaint.objects.count() == 1


def test_a_report_that_is_sent_twice_is_one_case(user: Client, label: Label) -> None:
    page = user.get(f"/q/{label.token}/report")
    given = {**SAID, "nonce": page.context["form"].initial["nonce"],
             "csrfmiddlewaretoken": str(page.context["csrf_token"])}  # fmt: skip
    first, second = (user.post(f"/q/{label.token}/report", given) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Complaint.objects.count() == 1 and Report.objects.get().label == label
    assert Complaint.objects.get().number in text(user.get(second["Location"]))


@pytest.mark.clause("T-15")
@pytest.mark.alike
def test_one_address_may_report_only_so_often(user: Client, label: Label) -> None:
    statuses = [filled(user, f"/q/{label.token}/report", **SAID).status_code for _ in range(21)]
    assert statuses == [302] * 20 + [429]
    assert Complaint.objects.count() == 20


def test_what_a_user_writes_is_shown_and_never_run(user: Client, label: Label) -> None:
    evil = '<script>alert(1)</script>{{ 7*7 }}{% debug %}"><img src=x onerror=1>'
    answer = filled(user, f"/q/{label.token}/report", **{**SAID, "what": evil, "name": evil[:79]})
    shown = text(user.get(answer["Location"]))
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown and "{{ 7*7 }}" in shown


def test_a_void_or_unknown_label_can_be_reported_without_telling_what_it_was(user: Client, stock: Label) -> None:
    goods.report_lost(stock, by=HOUSE, loss="lost")
    page = text(user.get(f"/q/{stock.token}/report"))
    assert "作废或正在核实" in page and "LM50" not in page
    filled(user, f"/q/{stock.token}/report", **SAID)
    assert Complaint.objects.get().lot == stock.lot
    filled(user, f"/q/{'0' * 20}/report", **SAID)
    filled(user, "/q/report", **SAID)
    assert list(Complaint.objects.order_by("id").values_list("code", flat=True)) == ["BQ4", "0" * 20, ""]


def test_the_language_of_the_form_is_switched_without_losing_what_was_typed(user: Client, label: Label) -> None:
    page = user.get(f"/q/{label.token}/report")
    token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    answer = user.post(f"/q/{label.token}/report", {**SAID, **token, "switch": "en"})
    assert answer.status_code == 200 and "What is wrong" in text(answer) and SAID["what"] in text(answer)


def test_a_receipt_opens_for_a_while_and_for_nobody_else(user: Client, case: Complaint, label: Label) -> None:
    answer = filled(user, f"/q/{label.token}/report", **SAID)
    signed = answer["Location"].rpartition("/")[2]
    assert user.get(f"/q/receipt/{signed[:-1]}x").status_code == 404
    assert user.get("/q/receipt/1").status_code == 404
    assert case.number not in text(user.get("/q/receipt/1"))


NASTY = [
    "",
    "\u200b",
    "x" * 20_000,
    "a\x00b",
    "\u202e𠀀=1+1",
    "%s{x}\n",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "😀" * 300,
]


@pytest.mark.parametrize("field", ["what", "name", "reach", "place", "website", "nonce"])
def test_nothing_typed_into_the_form_breaks_it(user: Client, label: Label, field: str) -> None:
    for value in NASTY:
        limits.forget()
        answer = filled(user, f"/q/{label.token}/report", **{**SAID, field: value})
        assert answer.status_code in (302, 422), (field, value[:20])


# -- track -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("T-15")
def test_a_case_is_followed_with_its_code_or_the_last_digits_of_the_telephone(user: Client, case: Complaint) -> None:
    for secret in (check_code(case.salt), check_code(case.salt).lower(), "0001"):
        page = filled(user, "/q/track", number=case.number, secret=secret)
        assert page.status_code == 200 and "已受理，正在核实" in text(page) and "2026-04-27" in text(page)
    spoken = filled(user, "/q/track?lang=en", number=case.number.lower(), secret="0001")
    assert "Registered; being looked into" in text(spoken)


def test_following_tells_neither_names_nor_notes_and_every_state_has_words(user: Client, case: Complaint) -> None:
    by = actor_of(Person.objects.get(username="clerk"))
    complaints.note(case, by=by, text="老客户，谨慎处理")
    complaints.promise(case, by=by, kind="visit", text="派售后甲去", due_at=times.factory("2026-04-29 10:00"))
    page = text(filled(user, "/q/track", number=case.number, secret="0001"))
    assert "答应上门" in page and "2026-04-29" in page
    for secret in ("谨慎", "售后甲", "经营部", "clerk", "person:", "C-0"):
        assert secret not in page, secret
    assert set(STAGES) == set(State)


def test_a_late_step_is_said_and_a_closed_case_too(user: Client, case: Complaint) -> None:
    times.pass_time(days=30)
    assert "已超期，我们正在催办" in text(filled(user, "/q/track", number=case.number, secret="0001"))
    complaints.cancel(case, by=HOUSE, reason="用户撤回")
    page = text(filled(user, "/q/track", number=case.number, secret="0001"))
    assert "已撤销" in page and "下一步" not in page


@pytest.mark.clause("T-15")
def test_a_wrong_number_and_a_wrong_code_are_answered_alike(user: Client, case: Complaint) -> None:
    wrong = filled(user, "/q/track", number=case.number, secret="9999")
    unknown = filled(user, "/q/track", number="TS-2026-999999", secret="0001")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    bare = [re.sub(r'value="[^"]*"', "", text(answer)) for answer in (wrong, unknown)]
    assert bare[0] == bare[1] and "没有查到" in bare[0]


@pytest.mark.clause("T-15")
def test_four_digits_cannot_be_guessed(user: Client, case: Complaint) -> None:
    statuses = [filled(user, "/q/track", number=case.number, secret=f"{n:04d}").status_code for n in range(100, 111)]
    assert statuses == [404] * 10 + [429]
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert filled(other, "/q/track", number=case.number, secret="0001").status_code == 429  # from nowhere


@pytest.mark.parametrize("field", ["number", "secret"])
def test_nothing_typed_to_follow_a_case_breaks_it(user: Client, case: Complaint, field: str) -> None:
    for value in NASTY:
        limits.forget()
        given = {"number": case.number, "secret": "9999", field: value}
        assert filled(user, "/q/track", **given).status_code in (404, 422), value[:20]
    assert user.post("/q/track", {"number": case.number, "secret": "0001"}).status_code == 403


def test_the_actor_of_the_public_pages_may_do_this_one_thing() -> None:
    assert actions.USER.permissions == {"complaints.register"}
    assert not actions.USER.roles and not actions.USER.all_powerful
    assert Complaint.objects.visible_to(actions.USER).count() == 0
