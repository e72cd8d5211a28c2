"""What we write: sealed, sent after commit, threaded; what does not arrive comes back to its owner (C-11, U-09)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from sanbao.complaints.models import Complaint, State
from sanbao.kernel import announcements, attachments, clocks, obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.mail import actions, posting
from sanbao.mail.actions.telling import FAILED, REPLY
from sanbao.mail.models import Letter, LetterState, MailItem, MailState
from sanbao.mail.tests.conftest import Post
from sanbao.mail.tests.letters import USER, a_mail, a_report

Receive = Callable[..., MailItem]
OTHER = "li@menchuang.example"


def sent() -> int:
    """The time to withdraw has passed; what is due goes out."""
    times.pass_time(seconds=30)
    return posting.send_due()


def stands(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def parsed(content: bytes) -> Any:
    return email.message_from_bytes(content, policy=email.policy.default)


def owed(letter: Letter) -> list[Any]:
    return list(obligations.open_on(letter.subject).filter(code=FAILED))


@pytest.fixture
def case(receive: Receive, by: SimpleNamespace, register: Callable[..., Complaint]) -> Complaint:
    """A case in which the user has written."""
    case = register()
    actions.file(receive(a_mail("什么时候换货？")), by=by.clerk, case=case)
    return Complaint.objects.get(pk=case.pk)


@pytest.fixture
def letter(case: Complaint, by: SimpleNamespace) -> Letter:
    return actions.write(by=by.clerk, case=case, to=[USER], kind="progress", text="样品已送检，周三答复。")


# -- going out -----------------------------------------------------------------------------------------


def test_a_letter_goes_out_as_it_was_sealed_in_the_thread_of_what_it_answers(
    post: Post, case: Complaint, letter: Letter
) -> None:
    assert posting.send_due() == 0, "it can still be withdrawn"
    assert sent() == 1
    ((to, content),) = post.taken
    assert to == [USER]
    kept = attachments.of(letter.subject).get(original=True).path.read_bytes()
    assert content.strip() == kept.strip()
    message, asked = parsed(content), MailItem.objects.get()
    assert message["In-Reply-To"] == f"<{asked.message_id}>" and f"<{asked.message_id}>" in message["References"]
    assert message["Message-ID"] == f"<{letter.message_id}>"
    assert message["Subject"].startswith("Re: 喷涂料掉粉 [投诉 TS-2026-")
    words = message.get_content()
    assert words.startswith("样品已送检，周三答复。") and "> 什么时候换货？" in words
    assert (stands(letter).state, sent()) == (LetterState.ACCEPTED, 0)


def test_the_answer_to_our_letter_is_in_the_case(receive: Receive, letter: Letter) -> None:
    assert receive(a_mail(In_Reply_To=f"<{letter.message_id}>", From=f"<{OTHER}>")).case_id == letter.case_id
    assert receive(a_mail(Subject=letter.title)).case_id == letter.case_id


@pytest.mark.clause("U-09")
def test_news_by_mail_ends_the_silence_and_the_duty_to_answer(case: Complaint, by: SimpleNamespace) -> None:
    assert obligations.open_on(case.subject).filter(code=REPLY).exists()
    before = clocks.running(case.subject).get(kind="silence")
    times.pass_time(days=1)
    actions.write(by=by.clerk, case=case, to=[USER], kind="progress", text="样品已送检。")
    announcements.deliver()
    assert not obligations.open_on(case.subject).filter(code=REPLY).exists()
    after = clocks.running(case.subject).get(kind="silence")
    assert after.pk != before.pk and after.due_at > before.due_at


@pytest.mark.clause("C-11")
def test_the_answer_of_a_case_is_recorded_with_its_basis_as_it_is_mailed(
    post: Post, story: SimpleNamespace, by: SimpleNamespace
) -> None:
    case = story.decided()
    said = {"by": by.clerk, "case": case, "to": [USER], "kind": "answer", "text": "下周一前更换。"}
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.write(**said)
    assert caught.value.code == "basis_missing" and not Letter.objects.exists()
    letter = actions.write(**said, basis="合同第 7 条")
    assert Complaint.objects.get(pk=case.pk).state == State.ANSWERED
    assert sent() == 1 and "下周一前更换。" in parsed(post.taken[0][1]).get_content()
    assert letter.kind == "answer"
    with pytest.raises(Refusal) as caught:
        actions.write(**{**said, "case": None}, basis="合同第 7 条")
    assert (caught.value.code, caught.value.clause) == ("mail.answer_without_case", "C-11")


def test_nobody_is_sent_what_somebody_else_wrote(post: Post, case: Complaint, by: SimpleNamespace) -> None:
    actions.write(by=by.clerk, case=case, to=["lab@inspection.example"], text="请安排复检。")
    sent()
    assert "什么时候换货" not in parsed(post.taken[0][1]).get_content()


def test_an_address_in_chinese_goes_out_as_servers_write_it(post: Post, case: Complaint, by: SimpleNamespace) -> None:
    actions.write(by=by.clerk, case=case, to=["kf@门窗.example"], text="x")
    sent()
    assert post.taken[0][0] == ["kf@" + "门窗".encode("idna").decode() + ".example"]
    with pytest.raises(Refusal) as caught:
        actions.write(by=by.clerk, case=case, to=["张@门窗.example"], text="x")
    assert caught.value.code == "mail.address"


def test_inner_notes_are_never_in_what_is_quoted(post: Post, case: Complaint, by: SimpleNamespace) -> None:
    from sanbao.complaints import actions as complaints

    complaints.note(case, by=by.clerk, text="客户脾气大")
    actions.write(by=by.clerk, case=case, to=[USER], kind="progress", text="已送检。")
    sent()
    assert "客户脾气大" not in parsed(post.taken[0][1]).get_content()


def test_a_line_break_in_a_subject_makes_no_header(post: Post, case: Complaint, by: SimpleNamespace) -> None:
    actions.write(by=by.clerk, case=case, to=[USER], subject="a\r\nBcc: thief@x.example", text="x")
    sent()
    message = parsed(post.taken[0][1])
    assert message["Bcc"] is None and post.taken[0][0] == [USER]


def test_files_go_along(post: Post, case: Complaint, by: SimpleNamespace) -> None:
    from django.core.files.base import ContentFile

    report = attachments.store(ContentFile(b"%PDF-1.7 x", "检验报告.pdf"), by=by.clerk)
    actions.write(by=by.clerk, case=case, to=[USER], text="附检验报告。", files=[report])
    sent()
    (part,) = parsed(post.taken[0][1]).iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("检验报告.pdf", b"%PDF-1.7 x")


# -- what may not go -----------------------------------------------------------------------------------


def test_nobody_is_written_to_without_end(case: Complaint, by: SimpleNamespace) -> None:
    for n in range(20):
        actions.write(by=by.clerk, case=case, to=[USER], text=f"第 {n} 封")
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.write(by=by.clerk, case=case, to=[USER], text="第 21 封")
    assert (caught.value.code, caught.value.facts["count"]) == ("mail.too_often", 20)
    times.pass_time(days=1)
    sent_yesterday = actions.write(by=by.clerk, case=case, to=[OTHER], text="另一个地址")
    assert sent_yesterday.state == LetterState.QUEUED


@pytest.mark.parametrize(
    ("to", "code"),
    [(["kf@factory.example"], "mail.own_address"), ([], "mail.nobody"), (["no address"], "mail.address")],
)
def test_the_house_writes_neither_to_itself_nor_to_nobody(
    case: Complaint, by: SimpleNamespace, to: list[str], code: str
) -> None:
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.write(by=by.clerk, case=case, to=to, text="x")
    assert caught.value.code == code


def test_without_a_mail_server_nothing_is_promised(case: Complaint, by: SimpleNamespace, settings: Any) -> None:
    settings.SMTP_HOST = ""
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.write(by=by.clerk, case=case, to=[USER], text="x")
    assert caught.value.code == "mail.no_server"


# -- what does not arrive ------------------------------------------------------------------------------


def test_a_server_that_is_away_is_tried_again_and_at_last_given_up_loudly(post: Post, letter: Letter) -> None:
    post.answer = "451 try again later"
    sent()
    assert (stands(letter).state, stands(letter).attempts) == (LetterState.QUEUED, 1)
    assert "451" in stands(letter).trouble
    for _ in range(8):
        times.pass_time(hours=2)
        posting.send_due()
    assert stands(letter).state == LetterState.FAILED and owed(letter)
    post.answer = "250 OK"
    actions.send_again(letter, by=_writer(letter))
    assert (sent(), stands(letter).state, owed(letter)) == (1, LetterState.ACCEPTED, [])


def _writer(letter: Letter) -> Any:
    from sanbao.parties.models import Person
    from sanbao.parties.queries import actor_of

    return actor_of(Person.objects.get(pk=letter.written_by.partition(":")[2]))


@pytest.mark.clause("U-09")
def test_an_address_that_does_not_exist_is_told_to_the_owner_at_once(
    post: Post, case: Complaint, letter: Letter
) -> None:
    post.unknown = {USER}
    sent()
    assert (stands(letter).state, stands(letter).pending) == (LetterState.FAILED, [USER])
    (duty,) = owed(letter)
    assert (duty.owed_by, duty.clause) == (f"person:{case.owner_id}", "U-09")
    assert case.entries.filter(key__startswith=f"letter.{letter.pk}.", text__contains="550").exists()


def test_what_reached_one_of_two_is_sent_again_to_the_other_only(
    post: Post, case: Complaint, by: SimpleNamespace
) -> None:
    post.unknown = {OTHER}
    letter = actions.write(by=by.clerk, case=case, to=[USER], cc=[OTHER], text="x")
    sent()
    assert ([to for to, _ in post.taken], stands(letter).pending) == ([[USER]], [OTHER])
    actions.send_again(letter, by=by.clerk, to=["wang@menchuang.example"])
    sent()
    assert [to for to, _ in post.taken] == [[USER], ["wang@menchuang.example"]]


@pytest.mark.clause("C-11")
def test_an_answer_that_comes_back_is_on_its_owners_desk_within_one_look(
    post: Post, receive: Receive, story: SimpleNamespace, by: SimpleNamespace
) -> None:
    case = story.decided()
    letter = actions.write(by=by.clerk, case=case, to=[USER], kind="answer", text="下周一前更换。", basis="合同第 7 条")
    sent()
    report = receive(a_report(letter.message_id))
    assert (report.state, report.bounce, report.case_id) == (MailState.FILED, True, case.pk)
    assert (stands(letter).state, stands(letter).pending) == (LetterState.BOUNCED, [USER])
    assert "550 5.1.1" in stands(letter).trouble
    (duty,) = owed(letter)
    assert (duty.owed_by, duty.clause) == (f"person:{case.owner_id}", "C-11")
    assert Complaint.objects.get(pk=case.pk).state == State.ANSWERED, "a report changes no state"
    actions.settle(letter, by=by.clerk, reason="已电话告知")
    assert (stands(letter).state, owed(letter)) == (LetterState.SETTLED, [])
    receive(a_report(letter.message_id, reason="again"))
    assert (stands(letter).state, owed(letter)) == (LetterState.SETTLED, [])


def test_a_report_that_keeps_to_no_standard_is_known_by_our_message_id(
    post: Post, receive: Receive, letter: Letter
) -> None:
    sent()
    words = f"<html><body>您的邮件未能送达<br>Message-ID: &lt;{letter.message_id}&gt;</body></html>"
    report = a_mail("x", From="postmaster@mx.example", Subject="系统退信")
    receive(report + b"\r\n" + words.replace("&lt;", "<").replace("&gt;", ">").encode())
    assert stands(letter).state == LetterState.BOUNCED


def test_news_that_a_letter_is_only_late_is_no_failure(post: Post, receive: Receive, letter: Letter) -> None:
    sent()
    receive(a_report(letter.message_id, action="delayed", reason="4.4.1 no answer yet"))
    assert (stands(letter).state, owed(letter)) == (LetterState.ACCEPTED, [])
    assert "no answer yet" in stands(letter).trouble


def test_an_absence_note_to_our_letter_is_no_bounce(post: Post, receive: Receive, letter: Letter) -> None:
    sent()
    note = receive(a_mail("我在休假", In_Reply_To=f"<{letter.message_id}>", Auto_Submitted="auto-replied"))
    assert (note.bounce, note.case_id, stands(letter).state) == (False, letter.case_id, LetterState.ACCEPTED)


@pytest.mark.clause("C-11")
def test_a_recorded_answer_that_was_withdrawn_before_it_went_is_owed_in_another_way(
    post: Post, story: SimpleNamespace, by: SimpleNamespace
) -> None:
    case = story.decided()
    letter = actions.write(by=by.clerk, case=case, to=[USER], kind="answer", text="更换。", basis="合同第 7 条")
    actions.withdraw(letter, by=by.clerk, reason="写错了")
    assert (sent(), post.taken, stands(letter).state) == (0, [], LetterState.WITHDRAWN)
    assert [duty.clause for duty in owed(letter)] == ["C-11"]


def test_of_two_workers_one_sends(post: Post, letter: Letter) -> None:
    times.pass_time(seconds=30)
    Letter.objects.filter(pk=letter.pk).update(claimed_until=times.now() + posting.CLAIM)
    assert posting.send_due() == 0 and post.taken == []
    times.pass_time(minutes=11)
    assert posting.send_due() == 1
