"""The controlled forms on paper: complete, in Chinese, numbered, and nothing a person typed is run (C-20, U-10)."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from sanbao.complaints import actions, documents, queries
from sanbao.complaints.models import Complaint
from sanbao.complaints.tests.conftest import HOUSE, fresh
from sanbao.kernel import attachments, policies, times
from sanbao.kernel.documents import called, controlled
from sanbao.kernel.policies import FORMS
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor

LONG = "三支料的装饰面沿型材纵向出现细长划痕，用指甲可以刮起涂层，划格后整片掉粉；同批其余料尚未拆包。" * 30
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def pages(printed: bytes) -> list[str]:
    """The text of each page without white space, which a table breaks anywhere."""
    return [re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in PdfReader(io.BytesIO(printed)).pages]


def text(printed: bytes) -> str:
    return "".join(pages(printed))


def printed(case: Complaint, by: Any, revision: int | None = None) -> bytes:
    return documents.feedback_form_pdf(case.feedback_form, by, revision)


@pytest.mark.clause("C-20")
def test_the_feedback_form_prints_with_number_version_and_clauses_on_every_page(story: Any, by: Any) -> None:
    found = pages(printed(story.satisfied(description=LONG), by.clerk))
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        assert "表单编号Formno.SB-C-01版本Version1.0条款ClausesC-08C-19C-20" in page
        assert f"第{number}页共{len(found)}页Page{number}of{len(found)}" in page
    assert "信息反馈表" in found[0] and "又称用户投诉反馈表" in found[0] and "编号No.XF-2026-000001" in found[0]


def test_the_feedback_form_holds_every_field_that_the_procedure_names(story: Any, by: Any) -> None:
    case = story.satisfied(channel="phone", read_back_by="赵工", demands=["换货", "派人说明"], contract="HT-7")
    found = text(printed(case, by.clerk))
    for label in (
        "来源", "方式", "接到时间", "受理部门", "联系人", "合同", "投诉内容（原话）", "口头确认", "诉求",
        "品名型号规格",
        "批号喷码标签", "数量重量", "收货日期", "工程使用环境", "库存地点", "是否停止使用", "样品", "涉及产品质量",
        "是否较为普遍", "通知辖区销售员", "检验结论", "等级", "市场影响", "确认类别", "责任部门", "处理意见",
        "答复内容",
        "答复时间", "用户意见", "是否满意", "送达与签收", "附件", "修订记录", "填表", "审核", "批准",
    ):  # fmt: skip
        assert label in found, label
    for value in (
        "电话", "已复述并获口头确认", "确认人赵工", "1.换货", "2.派人说明", "HT-7", "LM80-03", "S-0001", "salesman甲",
        "附着力不合格", "S3严重不合格", "✓C", "不能使用，仅个别", "随行卡记录", "整批更换", "依据合同第7条",
        "下周一前更换", "同意更换", "满意",
    ):  # fmt: skip
        assert value in found, value


def test_a_form_that_has_just_been_issued_leaves_room_for_what_is_still_to_come(story: Any, by: Any) -> None:
    found = text(printed(story.formed(), by.clerk))
    assert "检验结论（质检科）" in found and "✓C" not in found
    assert "生产科Production：送2026-04-2009:00，未签收" in found


def test_a_long_story_is_printed_to_its_last_word(story: Any, by: Any) -> None:
    code = "X" * 80
    found = text(printed(story.formed(description=f"{LONG}完。", code=code), by.clerk))
    assert (found.count("三支料的装饰面"), found.count("同批其余料尚未拆包。完。")) == (30, 1)
    assert code in found


def test_markup_in_a_users_words_is_printed_and_not_run(story: Any, by: Any) -> None:
    evil = '#evil[] *x* _y_ $z$ <a> @b #panic("x") "]) #{1+1} \\ // = 标题'
    found = text(printed(story.formed(description=evil, contact_name='#image("x")'), by.clerk))
    assert re.sub(r"\s", "", evil) in found and '#image("x")' in found


@pytest.mark.clause("C-20")
def test_a_character_that_the_font_lacks_is_marked_and_said_and_the_form_still_prints(story: Any, by: Any) -> None:
    found = text(printed(story.formed(description="掉粉😀，用户姓𠮷，还有👨‍👩‍👧和\x07"), by.clerk))
    assert "掉粉〓，用户姓𠮷，还有〓〓〓和" in found
    assert "〓处原文的字符字库中没有" in found and "U+1F600" in found
    assert "SB-C-01" in found


def test_internal_notes_are_on_no_form(story: Any, by: Any) -> None:
    case = actions.note(story.formed(), by=by.clerk, text="老客户，谨慎处理")
    assert "谨慎处理" not in text(printed(case, by.clerk)) + text(documents.opinion_sheet_pdf(case, by.clerk))


@pytest.mark.clause("C-19")
def test_closing_files_the_form_with_what_became_of_the_case_and_every_revision_prints_as_it_was(
    story: Any, by: Any
) -> None:
    case = story.settled()
    actions.close(case, by=by.clerk, basis="用户满意")
    case = fresh(case)
    assert [r.reason for r in case.feedback_form.revisions.all()] == ["", "结案归档 Filed at closing"]
    assert "整批更换" in text(printed(case, by.clerk, 2)) and "整批更换" in text(printed(case, by.clerk))
    assert "整批更换" not in text(printed(case, by.clerk, 1))
    with pytest.raises(Refusal) as refused:
        printed(case, by.clerk, 3)
    assert (refused.value.code, refused.value.status) == ("complaint.no_form", 404)


def test_attachments_stand_on_the_form_with_their_digest(story: Any, by: Any, png: Any) -> None:
    stored = attachments.store(png, by=by.clerk)
    case = actions.attach(story.formed(), by=by.clerk, files=[stored])
    found = text(printed(case, by.clerk))
    assert "现场照片.png" in found and stored.sha256[:12] in found


@pytest.fixture
def png() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("现场照片.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png")


@pytest.mark.clause("C-20")
def test_the_register_prints_every_row_of_the_filter_under_a_repeated_head(register: Any, by: Any) -> None:
    cases = [register(description=f"第{n}件：{LONG[:60]}") for n in range(30)]
    light = actions.register_light(
        by=by.clerk, source="user", channel="phone", description="咨询保管方法", explanation="已说明", basis="保管说明",
        satisfied=True,
    )  # fmt: skip
    found = pages(documents.register_pdf(queries.register_of(by.gm, *APRIL), APRIL, by.gm, filtered="渠道：信函"))
    assert len(found) > 2
    assert all("用户联系" in page and "处理措施" in page and "SB-U-01" in page for page in found[:-1])
    everything = "".join(found)
    assert all(case.number in everything for case in [*cases, light])
    assert "共31件" in everything and "轻微登记light1" in everything and "渠道：信函" in everything
    assert "期间Period2026-04-01—2026-04-30" in found[0]


def test_the_register_takes_the_same_number_of_queries_whatever_its_length(
    register: Any, by: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        register(description=f"第 {n} 件")
    documents.register_pdf(queries.register_of(by.gm, *APRIL), APRIL, by.gm)
    with django_assert_max_num_queries(14):
        documents.register_pdf(queries.register_of(by.gm, *APRIL), APRIL, by.gm)


def test_an_empty_register_says_so(by: Any) -> None:
    found = text(documents.register_pdf(Complaint.objects.none(), APRIL, by.gm))
    assert "本期没有记录" in found


@pytest.mark.clause("C-20")
def test_one_case_prints_as_the_handling_sheet_on_one_page(story: Any, by: Any) -> None:
    case = story.satisfied(demands=["换货"])
    demand = case.demands.get()
    case = actions.judge_demand(case, by=by.clerk, demand=demand, reasonable=True, basis="合同第 7 条")
    (found,) = pages(documents.opinion_sheet_pdf(case, by.clerk))
    for said in ("用户建议或投诉处理表", "又称用户意见登记及处理表", "SB-U-01", case.number, "换货—合理",
                 "汇报总经理时间", "是否转纠正措施", "办理中", "总经理批示"):  # fmt: skip
        assert said in found, said


@pytest.mark.django_db
def test_two_names_mean_one_form_and_either_finds_it() -> None:
    for name in ("信息反馈表", "用户投诉反馈表", "SB-C-01", "feedback form"):
        assert (form := called(name)) and form.code == "feedback_form", name
    for name in ("用户意见登记及处理表", "用户建议或投诉处理表"):
        assert (form := called(name)) and form.code == "opinion_register", name
    assert called("不存在的表") is None


def test_a_new_version_of_a_form_prints_with_its_approver_from_its_day_on(story: Any, by: Any, people: Any) -> None:
    case = story.formed()
    author = an_actor("policies.draft", person=people["secretary"].pk)
    second = an_actor("policies.approve", person=people["gm"].pk, fresh=True)
    changed = (
        policies.export(FORMS)
        .replace('"SB-C-01", ', '"QR-8.7-03", ')
        .replace('"1.0", "2026-01-01"', '"A/1", "2026-04-20"', 1)
    )
    draft = policies.submit(policies.open_draft(by=author, policy="forms", text=changed), by=author)
    policies.approve(draft, by=second)
    found = text(printed(case, by.clerk))
    assert "QR-8.7-03版本VersionA/1" in found and "批准Approvedgm甲" in found and "生效Effective2026-04-20" in found
    assert controlled("feedback_form", date(2026, 4, 1)).number == "SB-C-01"


def test_what_is_printed_is_pdf_for_the_archive_and_says_who_printed_it_when(story: Any, by: Any) -> None:
    case = story.formed()
    times.pass_time(hours=2)
    made = printed(case, by.clerk)
    assert b"pdfaid" in made
    assert "打印Printed2026-04-2011:00clerk甲" in text(made)
    assert HOUSE.ref not in text(made)


@pytest.mark.clause("C-20")
def test_page_and_program_get_the_same_papers_and_the_same_refusal(
    story: Any, register: Any, people: Any, client: Any, settings: Any
) -> None:
    settings.DEMO = True
    case, formless = story.formed(), register()
    people["clerk"].__class__.objects.update(one_time_password=False)
    client.force_login(people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    for paper in ("form.pdf", "sheet.pdf"):
        page, api = client.get(f"/complaints/{case.pk}/{paper}"), client.get(f"/api/v1/complaints/{case.pk}/{paper}")
        assert text(page.content) == text(api.content) and "SB-" in text(api.content)
    period = {"first": "2026-04-01", "last": "2026-04-30"}
    assert case.number in text(client.get("/api/v1/complaints/register.pdf", period).content)
    for place in ("/complaints", "/api/v1/complaints"):
        assert client.get(f"{place}/{formless.pk}/form.pdf").status_code == 404
