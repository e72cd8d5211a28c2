"""Suppliers are told what to mark and acknowledge on a link; a new rule makes that stale (T-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sanbao.kernel import announcements, notices, obligations, times
from sanbao.kernel.notices import Notice
from sanbao.kernel.policies import drafts
from sanbao.kernel.testing import an_actor
from sanbao.materials import actions, links
from sanbao.materials.models import MarkingNotice, MarkingState
from sanbao.materials.policies import MARKING
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, refused
from sanbao.parties import actions as parties

marking = actions.marking


@pytest.fixture
def notice(store: Store, by: Cast) -> MarkingNotice:
    return marking.send(by=by.buyer, supplier=store.supplier, material_class="粉末涂料")


def owed(notice: MarkingNotice) -> list[str]:
    return list(obligations.open_on(notice.subject).values_list("code", flat=True))


@pytest.mark.clause("T-01")
def test_a_supplier_is_told_the_rule_of_the_class_and_purchasing_owes_his_acknowledgement(
    notice: MarkingNotice, by: Cast
) -> None:
    assert notice.rule["important"] == {
        "contents": ["supplier", "product", "model", "date_or_lot", "inspection_mark"], "report": "maker",
    }  # fmt: skip
    [duty] = obligations.open_on(notice.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("marking.acknowledge", "purchasing", "T-01")
    assert timedelta(days=10) < duty.due_at - times.now() < timedelta(days=20)


def test_a_contact_with_an_address_gets_a_mail_that_leads_to_the_suppliers_own_page(
    store: Store, by: Cast, settings
) -> None:
    settings.SMTP_HOST = "127.0.0.1"
    contact = parties.register_contact(by=HOUSE, supplier=store.supplier, name="供方质检", email="qa@supplier.example")
    notice = marking.send(by=by.buyer, supplier=store.supplier, material_class="粉末涂料")
    mail = Notice.objects.get(recipient=f"contact:{contact.pk}")
    assert (mail.email, mail.sending) == ("qa@supplier.example", "queued")
    opens = notices._opens(mail)
    assert opens.endswith(f"/materials/a/{links.token_of(notice)}") and notice.get_absolute_url() not in opens
    assert links.token_of(notice) not in str(mail.sentence), "the token stands in no table"
    marking.send_again(notice, by=by.buyer)
    assert Notice.objects.filter(recipient=f"contact:{contact.pk}").count() == 2


def test_the_token_opens_its_notice_and_is_kept_only_as_a_hash(notice: MarkingNotice) -> None:
    token = links.token_of(notice)
    assert len(token) == 43 and links.found(token) == notice
    assert token not in [str(value) for value in MarkingNotice.objects.values_list()[0]]
    assert links.found(token[:-1]) is None and links.found("") is None


@pytest.mark.clause("T-01")
def test_the_supplier_acknowledges_by_name_once_and_may_do_nothing_else(notice: MarkingNotice, store: Store) -> None:
    supplier = links.holder(notice)
    assert refused(marking.acknowledge, notice, by=supplier, name=" ").code == "marking.no_name"
    done = marking.acknowledge(notice, by=supplier, name="钱工")
    assert (done.state, done.acknowledged_by, done.acknowledged_how) == (MarkingState.ACKNOWLEDGED, "钱工", "链接")
    assert owed(done) == []
    assert refused(marking.acknowledge, notice, by=supplier, name="钱工").code == "wrong_state"
    assert refused(marking.send_again, notice, by=supplier).code == "not_permitted"
    from sanbao.kernel import journal

    entry = journal.entries_of(notice.subject).get(action="marking_notice.acknowledge")
    assert entry.actor == f"supplier:{store.supplier.pk}" and "钱工" not in entry.facts_text


def test_a_link_of_one_supplier_opens_nothing_of_another(notice: MarkingNotice) -> None:
    other = parties.register_supplier(by=HOUSE, code="G2", name="白塔岗粉末涂料厂")
    second = marking.send(by=HOUSE, supplier=other, material_class="粉末涂料")
    assert refused(marking.acknowledge, second, by=links.holder(notice), name="钱工").status == 404


def test_telling_again_ends_the_old_link(notice: MarkingNotice, by: Cast) -> None:
    old = links.token_of(notice)
    again = marking.send_again(notice, by=by.buyer)
    assert links.found(old) is None and links.found(links.token_of(again)) == again
    assert (again.sendings, again.state) == (2, MarkingState.SENT)


def test_a_supplier_is_told_once_per_class(notice: MarkingNotice, store: Store, by: Cast) -> None:
    told = refused(marking.send, by=by.buyer, supplier=store.supplier, material_class="粉末涂料")
    assert (told.code, told.clause, told.facts["number"]) == ("marking.told_already", "T-01", notice.number)


def test_a_written_acknowledgement_is_recorded_with_how_it_came(notice: MarkingNotice, by: Cast) -> None:
    done = marking.record_acknowledgement(notice, by=by.buyer, name="钱工", how="盖章传真 2026-04-20")
    assert (done.state, done.acknowledged_how) == (MarkingState.ACKNOWLEDGED, "盖章传真 2026-04-20")


def adopt(text: str) -> None:
    """A second person approves a new table."""
    author = an_actor("policies.draft", "policies.see", person=11)
    approver = an_actor("policies.approve", "policies.see", person=12, fresh=True)
    draft = drafts.open_draft(by=author, policy=MARKING.code, text=text)
    drafts.submit(draft, by=author)
    drafts.approve(draft, by=approver)
    announcements.deliver()


@pytest.mark.clause("T-01")
def test_a_new_rule_makes_the_acknowledgement_of_its_class_stale_and_of_no_other(
    notice: MarkingNotice, store: Store, by: Cast
) -> None:
    marking.acknowledge(notice, by=links.holder(notice), name="钱工")
    ingots = marking.send(by=by.buyer, supplier=store.supplier, material_class="铝锭")
    shipped = MARKING.file.read_text("utf-8")
    adopt(shipped.replace('"yes", "supplier|product|model|', '"yes", "supplier|product|specification|model|'))
    notice.refresh_from_db(), ingots.refresh_from_db()
    assert (notice.state, ingots.state) == (MarkingState.STALE, MarkingState.SENT)
    assert owed(notice) == ["marking.tell_again"]
    again = marking.send_again(notice, by=by.buyer)
    assert "specification" in again.rule["important"]["contents"]
    assert (again.rule_version, again.acknowledged_at, owed(again)) == (2, None, ["marking.acknowledge"])


def test_an_acknowledgement_that_does_not_come_is_announced_late(notice: MarkingNotice) -> None:
    times.pass_time(days=30)
    obligations.announce_late(HOUSE)
    assert obligations.open_on(notice.subject).get().late_at is not None
