"""Marking audits: baskets looked at in a shop, what was found, and put right (T-09, T-11)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanbao.kernel import attachments, obligations
from sanbao.kernel.verify import CHECKS
from sanbao.production import actions, verifying
from sanbao.production.models import AuditState, MarkingAudit, MarkSeen
from sanbao.production.tests.conftest import Shop
from sanbao.production.tests.test_steps import refused


@pytest.fixture
def audit(by: SimpleNamespace) -> MarkingAudit:
    return actions.begin_audit(by=by.inspector, place="时效车间")


@pytest.mark.clause("T-11", "T-09")
def test_what_is_not_in_order_is_a_duty_of_production_until_it_is_put_right(
    audit: MarkingAudit, by: SimpleNamespace, shop: Shop
) -> None:
    card = shop.start()
    actions.see_mark(audit, by=by.inspector, code=card.number, found="complete")
    actions.see_mark(audit, by=by.inspector, code="SX-2026-000002", found="illegible", remark="被油污盖住")
    audit = actions.see_mark(audit, by=by.inspector, found="missing", remark="3 号位左起第二框")
    assert (audit.seen, audit.faulty) == (3, 2)
    audit = actions.finish_audit(audit, by=by.inspector)
    [duty] = obligations.open_on(audit.subject)
    assert (audit.state, duty.owed_by, duty.clause, duty.due_at) == (
        AuditState.CORRECTING, "production", "T-11", audit.due_at,
    )  # fmt: skip
    for mark in audit.marks.exclude(found="complete"):
        audit = actions.correct_mark(audit, by=by.foreman, mark=mark, correction="换了新卡")
    assert audit.state == AuditState.CLOSED
    assert not obligations.open_on(audit.subject).exists()
    assert set(audit.marks.exclude(found="complete").values_list("corrected_by", flat=True)) == {by.foreman.ref}
    assert MarkSeen.objects.get(code=card.number).lot == card.lot


def test_production_audits_its_own_shops_too_and_nobody_else(by: SimpleNamespace) -> None:
    assert (
        actions.begin_audit(by=by.foreman, place="挤压车间", audited_on=date(2026, 4, 19)).audited_by == by.foreman.ref
    )
    assert refused(actions.begin_audit, by=by.storekeeper, place="挤压车间").code == "not_permitted"


def test_an_audit_in_which_all_is_in_order_is_closed(audit: MarkingAudit, by: SimpleNamespace) -> None:
    actions.see_mark(audit, by=by.inspector, code="SX1", found="complete")
    assert actions.finish_audit(audit, by=by.inspector).state == AuditState.CLOSED


@pytest.mark.clause("T-11")
def test_an_audit_names_the_baskets_that_it_saw(audit: MarkingAudit, by: SimpleNamespace) -> None:
    told = refused(actions.finish_audit, audit, by=by.inspector)
    assert (told.code, told.clause) == ("audit.nothing_seen", "T-11")
    assert refused(actions.see_mark, audit, by=by.inspector, found="missing").code == "audit.which_basket"
    assert refused(actions.see_mark, audit, by=by.inspector, found="complete", remark="门口").field == "code"
    actions.see_mark(audit, by=by.inspector, code="sx1", found="complete")
    assert refused(actions.see_mark, audit, by=by.inspector, code="SX1", found="wrong").code == "audit.seen_already"


def test_a_photograph_stays_with_the_audit(audit: MarkingAudit, by: SimpleNamespace) -> None:
    photo = attachments.store(SimpleUploadedFile("框.jpg", b"\xff\xd8\xff0000"), by=by.inspector)
    actions.see_mark(audit, by=by.inspector, code="SX1", found="wrong", remark="型号不符", files=[photo])
    assert attachments.of(audit.subject).count() == 1


def test_what_is_in_order_or_put_right_is_not_corrected_again(audit: MarkingAudit, by: SimpleNamespace) -> None:
    actions.see_mark(audit, by=by.inspector, code="SX1", found="complete")
    actions.see_mark(audit, by=by.inspector, code="SX2", found="wrong", remark="型号不符")
    audit = actions.finish_audit(audit, by=by.inspector)
    good = audit.marks.get(code="SX1")
    assert refused(actions.correct_mark, audit, by=by.operator, mark=good, correction="x").code == "audit.not_open"


def test_a_finding_that_was_changed_behind_the_records_back_is_found(audit: MarkingAudit, by: SimpleNamespace) -> None:
    actions.see_mark(audit, by=by.inspector, code="SX1", found="wrong", remark="型号不符")
    assert verifying.marks in CHECKS
    assert list(verifying.marks()) == []
    MarkSeen.objects.update(found="complete")
    breaches: list[Any] = list(verifying.marks())
    assert [breach.code for breach in breaches] == ["mark_seen_changed"]
