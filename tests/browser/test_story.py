"""The whole story in the browser, in Chinese, as the people of the house would click it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sanbao.complaints.models import Complaint, Settlement
from sanbao.inspection.models import Sample
from sanbao.kernel import announcements, seals, verify
from tests.cast import people
from tests.test_story import a_bundle_at_a_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DEMO = True


class Desk:
    """One browser at which the people of the house take turns."""

    def __init__(self, page: Any, enter: Callable[..., Any]) -> None:
        self.page, self.enter = page, enter
        self.staff = people()
        for person in self.staff.values():
            type(person).objects.filter(pk=person.pk).update(one_time_password=False)

    def sit(self, who: str, path: str = "/") -> None:
        self.enter(self.staff[who], path)

    def fill(self, form: Any, fields: dict[str, str]) -> None:
        """Fill a form as a person does: type, choose, tick."""
        for name, value in fields.items():
            found = form.locator(f"[name={name}]")
            kind = found.first.get_attribute("type") or found.first.evaluate("e => e.tagName.toLowerCase()")
            if kind == "radio":
                form.locator(f"[name={name}][value='{value}']").check(force=True)
            elif kind == "checkbox":
                found.first.check(force=True)
            elif kind == "select":
                found.first.select_option(value)
            else:
                if not found.first.is_visible():
                    form.locator("details", has=form.locator(f"[name={name}]")).locator("summary").first.click()
                found.first.fill(value)

    def do(self, move: str, **fields: str) -> None:
        """Make a move from the page that is open: its button, its dialog, its fields, save."""
        link = self.page.locator(f"a[data-dialog][href*='/do/{move}']")
        if not link.first.is_visible():
            self.page.locator("details.menu", has=link).locator("summary").click()
        link.first.click()
        dialog = self.page.locator("dialog[open]")
        dialog.locator("form").wait_for()
        self.fill(dialog, fields)
        with self.page.expect_navigation():
            dialog.locator("[data-submit], button[type=submit], form button.btn-primary").last.click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(re.compile(text)).first.wait_for()


def test_a_complaint_is_played_from_the_first_call_to_the_satisfied_user(page: Any, enter: Callable[..., Any]) -> None:
    a_bundle_at_a_customer()
    desk = Desk(page, enter)
    case = receive_the_call(desk)
    investigate(desk, case)
    answer_and_close(desk, case)
    assert Complaint.objects.get().ending == "satisfied"
    seals.seal()
    assert [(b.where, b.code) for b in verify.verify()] == []


def receive_the_call(desk: Desk) -> str:
    """The clerk presses N, types the label, is shown the customer, writes down and reads back."""
    desk.sit("clerk")
    desk.page.keyboard.press("n")
    desk.page.wait_for_url("**/complaints/new")
    desk.page.locator("#find-who").press_sequentially("0574-55550001")
    desk.page.locator("#matches").get_by_text("东安源门窗厂").first.click()
    desk.page.locator("#intake [name=customer][value=K0001]").wait_for(state="attached")
    desk.fill(
        desk.page.locator("#intake"),
        {
            "channel": "phone",
            "description": "三支料划格后整片掉粉，剩余约 1.2 吨未上墙，要求尽快来人看样。",
            "code": "BQ0007312",
            "product": "LM80-03",
            "quality_related": "on",
            "read_back_by": "采购部联系人",
            "demands": "更换未上墙的料",
        },
    )
    desk.page.locator("#intake [data-submit]").click()
    desk.page.wait_for_url(re.compile(r"/complaints/\d+$"))
    desk.sees("TS-2026-|TS-20")
    case = desk.page.url.split("://", 1)[1].split("/", 1)[1]
    desk.do("explain", text="先停用未上墙的料，保留标签", basis="SB-C C-07", reaction="not_satisfied")
    desk.do("issue_form", remark="同批尚有库存")
    desk.sees("XF-20")
    return f"/{case}"


def investigate(desk: Desk, case: str) -> None:
    """The salesman gets a sample, QC concludes, technology grades and finds who answers for it."""
    desk.sit("salesman", case)
    desk.do("request_sample", wanted="三支 300 mm 料段", label="BQ0007312")
    sample = Sample.objects.get()
    desk.sit("inspector", sample.get_absolute_url())
    desk.do("receive", label="Y-001", place="样品架 3-2")
    announcements.deliver()
    desk.sit("inspector", f"/inspection/conclude?sample={sample.number}")
    desk.fill(
        desk.page.locator("main form"),
        {
            "sample": sample.number,
            "severity": "S3",
            "ours": "yes",
            "used_rightly": "yes",
            "basis": "GB/T 5237.5",
            "conclusion": "附着力 2 级，膜厚 42 µm",
            "opinion": "同批停发",
        },
    )
    with desk.page.expect_navigation():
        desk.page.locator("main form [data-submit]").click()
    announcements.deliver()
    desk.sit("technologist", case)
    desk.do("grade", spread="M1")
    desk.page.goto(f"{case}/chain")
    desk.sees("J26040218")
    desk.page.goto("/trace/BQ0007312/")
    desk.page.locator("svg text", has_text="丙山粉末").first.wait_for()
    desk.page.goto(case)
    desk.do("locate_responsibility", blame="supplier", supplier="G002", basis="粉末批 J26040218 只用于本喷涂批")
    desk.do("give_opinion", opinion="整批更换", confirmed_class="Q3", basis="合同第 7 条")


def answer_and_close(desk: Desk, case: str) -> None:
    """The clerk answers, hears the user, meets his demand and asks; what is still owed holds the closing up."""
    desk.sit("clerk", case)
    desk.do("judge_demand", reasonable="true", basis="合同第 7 条")
    desk.do("answer", text="下周一前全部更换", basis="合同第 7 条")
    desk.do("record_view", view="同意更换", attitude="accepts")
    desk.do("meet_demand", how="换货 1.2 吨已到")
    desk.do("ask_satisfaction", outcome="satisfied", words="处理得快")
    subject = Complaint.objects.get().subject
    from sanbao.kernel import obligations

    for duty in obligations.holding_up(subject):
        holder = {"qc": "inspector", "production": "foreman", "technology": "technologist"}.get(duty.owed_by, "clerk")
        desk.sit(holder, case)
        desk.do("settle_duty", duty=duty.code, how="not_needed", reason="个别搬运碰伤，原因清楚")
        desk.sit("gm", case)
        waived = Settlement.objects.get(approved_at=None, rejected=False)
        desk.do("approve_settlement", settlement=str(waived.pk), agree="true")
    desk.sit("clerk", case)
    desk.do("close", basis="SB-C C-11")
    desk.sees("已关闭|已结")
