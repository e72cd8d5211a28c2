"""Mail that came: kept once and word for word, in its case or in the tray; a machine moves nothing (C-03, U-09)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as house

from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Channel, Complaint, State
from sanbao.kernel import attachments, journal, obligations, times
from sanbao.kernel.attachments import Attachment
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import nothing_recorded
from sanbao.mail import actions, rules
from sanbao.mail.actions.incoming import SORT
from sanbao.mail.actions.telling import REPLY
from sanbao.mail.models import Arrival, MailItem, MailState, Why
from sanbao.mail.tests.letters import USER, a_mail

Receive = Callable[..., MailItem]
Register = Callable[..., Complaint]


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def opened_from(receive: Receive, by: SimpleNamespace, **headers: Any) -> tuple[MailItem, Complaint]:
    mail = receive(a_mail(**headers))
    case = actions.open_case(mail, by=by.clerk, source="user", description="掉粉", contact_email=USER)
    return MailItem.objects.get(pk=mail.pk), case


def duties(subject: str, code: str) -> list[Any]:
    return list(obligations.open_on(subject).filter(code=code))


# -- kept once, word for word --------------------------------------------------------------------------


@pytest.mark.clause("C-03")
def test_a_mail_of_a_stranger_waits_in_the_tray_for_those_who_sort_it(receive: Receive, by: SimpleNamespace) -> None:
    mail = receive(a_mail())
    assert (mail.state, mail.sender, mail.sender_name) == (MailState.UNMATCHED, USER, "门窗厂张工")
    (duty,) = duties(mail.subject, SORT)
    assert (duty.owed_by, duty.clause, times.local(duty.due_at).hour) == ("after_sales", "C-03", 14)
    assert duty in obligations.open_for(by.clerk) and duty not in obligations.open_for(by.inspector)


def test_the_original_is_kept_byte_for_byte_and_nobody_names_him_in_the_record(receive: Receive) -> None:
    content = a_mail(files=[("照片.jpg", b"\xff\xd8\xff1")])
    mail = receive(content)
    original, photo = attachments.of(mail.subject).order_by("-original")
    assert original.original and original.path.read_bytes() == content
    assert (photo.name, photo.media_type) == ("照片.jpg", "image/jpeg")
    said = "".join(e.facts_text for e in journal.entries_of(mail.subject))
    assert USER not in said and "掉粉" not in said


def test_the_same_mail_is_stored_once_however_often_it_is_fetched(receive: Receive) -> None:
    content = a_mail()
    first = receive(content, uid=7)
    assert receive(content, uid=7).pk == first.pk
    again = receive(b"Received: from elsewhere\r\n" + content, mailbox="export@imap/INBOX", uid=3)
    assert again.pk == first.pk
    assert (MailItem.objects.count(), Arrival.objects.count()) == (1, 2)
    assert attachments.of(first.subject).count() == 1


def test_a_file_beyond_the_limit_stays_in_the_original_and_the_page_says_so(receive: Receive) -> None:
    mail = receive(a_mail(files=[("film.bin", b"\x01" * (26 << 20)), ("empty.txt", b"")]))
    assert [a.name.endswith(".eml") for a in attachments.of(mail.subject)] == [True]
    assert len(mail.left) == 2 and "25 MB" in str(mail.left[0]) and "larger than 25 MB" in mail.left[0].said_in("en")


def test_a_mail_beyond_all_limits_is_named_and_stays_in_its_mailbox(db: None) -> None:
    head = a_mail().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    mail = actions.receive_too_large(head, 90 << 20, mailbox="kf@imap/INBOX", validity=1, uid=1)
    assert (mail.state, mail.title) == (MailState.UNMATCHED, "喷涂料掉粉")
    assert "90 MB" in str(mail.left[0])


# -- threading -----------------------------------------------------------------------------------------


@pytest.mark.clause("U-09")
def test_a_user_who_answers_his_own_mail_is_in_the_case_made_from_it_and_its_owner_owes_an_answer(
    receive: Receive, by: SimpleNamespace
) -> None:
    mail, case = opened_from(receive, by)
    more = receive(
        a_mail(
            "再补一张照片。",
            References=f"<{mail.message_id}>",
            Subject="另一个题目",
            files=[("p.jpg", b"\xff\xd8\xff9")],
        )
    )
    assert (more.state, more.case_id, more.opened) == (MailState.FILED, case.pk, False)
    assert not duties(more.subject, SORT)
    (duty,) = duties(case.subject, REPLY)
    assert (duty.owed_by, duty.clause) == (f"person:{case.owner_id}", "U-09")
    assert case.entries.filter(key__startswith=f"mail.{more.pk}.", text__contains="再补一张照片").count() == 1
    assert attachments.of(case.subject).filter(name="p.jpg").exists()


def test_the_nearest_mail_that_is_named_decides(receive: Receive, by: SimpleNamespace) -> None:
    (first, _), (second, case) = opened_from(receive, by), opened_from(receive, by)
    reply = receive(a_mail(References=f"<{first.message_id}> <{second.message_id}>"))
    assert reply.case_id == case.pk


def test_our_token_finds_the_case_when_a_provider_has_rewritten_every_message_id(
    receive: Receive, register: Register
) -> None:
    case = register()
    token = rules.token(case.number, house.SECRET_KEY)
    assert receive(a_mail(Subject=f"回复：处理结果 {token}")).case_id == case.pk


@pytest.mark.clause("C-03")
@pytest.mark.parametrize("shape", ["[投诉 {number}]", "[投诉 {number} · abcdefgh]", "{number}"])
def test_a_number_that_anybody_could_write_goes_to_the_tray_and_not_into_a_strangers_case(
    receive: Receive, register: Register, shape: str
) -> None:
    case = register()
    before = case.entries.count()
    mail = receive(a_mail(Subject=shape.format(number=case.number)))
    assert (mail.state, mail.case) == (MailState.UNMATCHED, None)
    assert (fresh(case).version, case.entries.count()) == (case.version, before)
    assert duties(mail.subject, SORT)


def test_what_belongs_to_a_case_entered_twice_goes_to_the_one_that_goes_on(
    receive: Receive, by: SimpleNamespace, register: Register
) -> None:
    mail, case = opened_from(receive, by)
    other = register()
    complaints.mark_duplicate(case, by=by.manager, of=other)
    assert receive(a_mail(In_Reply_To=f"<{mail.message_id}>")).case_id == other.pk


def test_what_belongs_to_a_merged_case_goes_to_the_one_that_leads(
    receive: Receive, by: SimpleNamespace, register: Register
) -> None:
    mail, case = opened_from(receive, by)
    lead = register()
    complaints.merge(case, by=by.clerk, into=lead, reason="同一事项")
    assert receive(a_mail(In_Reply_To=f"<{mail.message_id}>")).case_id == lead.pk


# -- machines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}])
def test_a_machine_neither_reopens_nor_answers_nor_alarms_anybody(
    receive: Receive, by: SimpleNamespace, header: dict[str, str]
) -> None:
    mail, case = opened_from(receive, by)
    complaints.cancel(case, by=by.manager, reason="用户撤回")
    ended = fresh(case)
    reply = receive(a_mail("我在休假", References=f"<{mail.message_id}>", **header))
    after = fresh(case)
    assert (reply.case_id, reply.state) == (case.pk, MailState.FILED)
    assert (after.state, after.owner_id, after.satisfaction) == (ended.state, ended.owner_id, ended.satisfaction)
    assert not duties(case.subject, REPLY)
    assert case.entries.get(key__startswith=f"mail.{reply.pk}.").audience == "system"


def test_a_machine_that_names_no_case_opens_none_and_waits_apart(receive: Receive) -> None:
    mail = receive(a_mail(Auto_Submitted="auto-generated"))
    assert (mail.state, mail.why, mail.case) == (MailState.AUTOMATIC, Why.AUTO_SUBMITTED, None)
    assert not duties(mail.subject, SORT) and not Complaint.objects.exists()


def test_what_we_sent_ourselves_is_known_when_it_comes_back(receive: Receive) -> None:
    assert receive(a_mail(From="KF@factory.example")).why == Why.OURSELVES


# -- after closing -------------------------------------------------------------------------------------


def closed(receive: Receive, by: SimpleNamespace, register: Register) -> tuple[MailItem, Complaint]:
    """A case that was explained, whose user was satisfied, with a mail in it."""
    case = register()
    mail = actions.file(receive(a_mail()), by=by.clerk, case=case)
    complaints.explain(case, by=by.clerk, text="已说明", basis="SB-C C-07")
    complaints.ask_satisfaction(case, by=by.clerk, outcome="satisfied")
    return mail, complaints.close(case, by=by.clerk, basis="SB-C W-03")


@pytest.mark.clause("W-03")
def test_a_user_who_writes_soon_after_closing_has_his_case_back_with_its_owner(
    receive: Receive, by: SimpleNamespace, register: Register
) -> None:
    mail, case = closed(receive, by, register)
    reply = receive(a_mail("又掉粉了", References=f"<{mail.message_id}>"))
    after = fresh(case)
    assert (after.state, after.owner_id, reply.case_id) == (State.REGISTERED, case.owner_id, case.pk)
    assert duties(case.subject, REPLY)


@pytest.mark.clause("W-03")
def test_one_who_writes_long_after_has_a_new_case_linked_to_the_old(
    receive: Receive, by: SimpleNamespace, register: Register
) -> None:
    mail, case = closed(receive, by, register)
    times.pass_time(days=60)
    reply = receive(a_mail("又掉粉了", References=f"<{mail.message_id}>"))
    new = Complaint.objects.get(pk=reply.case_id)
    assert new.pk != case.pk and fresh(case).state == State.CLOSED
    assert [link.target_id for link in new.links.all()] == [case.pk]


def test_where_the_policy_asks_the_owner_the_case_stays_closed_and_he_owes_an_answer(
    receive: Receive, by: SimpleNamespace, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, case = closed(receive, by, register)
    monkeypatch.setattr("sanbao.mail.actions.incoming.REOPEN", "never")
    receive(a_mail("谢谢", References=f"<{mail.message_id}>"))
    assert fresh(case).state == State.CLOSED and duties(case.subject, REPLY)


# -- the tray ------------------------------------------------------------------------------------------


@pytest.mark.clause("C-03")
def test_a_case_opened_from_a_mail_holds_it_as_its_original(receive: Receive, by: SimpleNamespace) -> None:
    content = a_mail(files=[("照片.jpg", b"\xff\xd8\xff1")])
    mail = receive(content)
    case = actions.open_case(mail, by=by.clerk, source="user", description="掉粉", contact_email=USER)
    kept = attachments.of(case.subject).filter(original=True)
    assert [a.path.read_bytes() for a in kept] == [content]
    assert attachments.of(case.subject).filter(name="照片.jpg").exists()
    assert (case.channel, case.received_at) == (Channel.EMAIL, mail.received_at)
    assert not duties(mail.subject, SORT)


@pytest.mark.clause("C-03")
def test_the_original_of_a_case_cannot_be_taken_out_of_it(receive: Receive, by: SimpleNamespace) -> None:
    mail, case = opened_from(receive, by)
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.take_back(mail, by=by.clerk, reason="弄错了")
    assert (caught.value.code, caught.value.clause) == ("mail.original", "C-03")
    complaints.cancel(case, by=by.manager, reason="登记有误")
    assert actions.take_back(mail, by=by.clerk, reason="弄错了").state == MailState.UNMATCHED


def test_filing_can_be_undone_and_done_again_and_the_case_tells_it_all(
    receive: Receive, by: SimpleNamespace, register: Register
) -> None:
    wrong, right = register(), register()
    mail = actions.file(receive(a_mail()), by=by.clerk, case=wrong)
    mail = actions.take_back(mail, by=by.clerk, reason="是另一件")
    assert duties(mail.subject, SORT) and not duties(wrong.subject, REPLY)
    mail = actions.file(mail, by=by.clerk, case=right)
    assert (mail.case_id, mail.state) == (right.pk, MailState.FILED)
    assert wrong.entries.filter(key__startswith=f"mail.{mail.pk}.").count() == 2
    assert not duties(mail.subject, SORT)
    actions.take_back(mail, by=by.clerk, reason="再看")
    assert actions.file(mail, by=by.clerk, case=wrong).case_id == wrong.pk


def test_what_is_put_aside_says_why_and_can_be_had_back(receive: Receive, by: SimpleNamespace) -> None:
    mail = actions.put_aside(receive(a_mail()), by=by.clerk, reason="广告")
    assert (mail.state, mail.reason, duties(mail.subject, SORT)) == (MailState.ASIDE, "广告", [])
    assert actions.take_back(mail, by=by.clerk, reason="不是广告").state == MailState.UNMATCHED


def test_who_has_nothing_to_do_with_the_post_sorts_none_of_it(receive: Receive, by: SimpleNamespace) -> None:
    mail = receive(a_mail())
    assert not MailItem.objects.visible_to(by.inspector).exists()
    with nothing_recorded(), pytest.raises(Refusal) as caught:
        actions.put_aside(mail, by=by.inspector, reason="?")
    assert caught.value.code == "not_found"
    assert Attachment.objects.filter(subject=mail.subject).count() == 1
