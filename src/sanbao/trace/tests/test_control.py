"""What stands in a lot's way: QC's word, holds that go with the material, permits that are debts, counter-entries."""

from datetime import date

import pytest

from sanbao.kernel import journal, obligations
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.testing import an_actor, nothing_recorded
from sanbao.trace import actions, bulk, queries
from sanbao.trace.marks import marks
from sanbao.trace.models import (
    HeldLot,
    Hold,
    LotLink,
    MaterialIssue,
    Permit,
    PermitState,
    Property,
    QualityStatus,
    Receipt,
    Shipment,
)
from sanbao.trace.rows import IssueRow, PackingRow, ReceiptRow, ShipmentRow, TravellerRow
from sanbao.trace.tests.factory import KG, lot, masters, small_factory

pytestmark = pytest.mark.django_db
VERBS = ("receive", "issue", "produce", "pack", "ship", "see", "hold", "move", "reverse", "apply_permit")
WORKS = an_actor(*(f"trace.{verb}" for verb in VERBS), person=1)
QC = an_actor(
    "trace.see", "trace.judge", "trace.hold", "trace.inspect", "trace.reverse", person=2, roles=["qc.inspector"]
)
VP = an_actor("trace.see", "trace.approve_permit", person=3, roles=["management.production_vp"], fresh=True)


def refused(act, *, nothing_else=True, **how):
    if nothing_else:
        with nothing_recorded(), pytest.raises(Refusal) as caught:
            act(**how)
    else:
        with pytest.raises(Refusal) as caught:
            act(**how)
    return caught.value


def received(m, code="J9", kg=100, **more):
    row = ReceiptRow(number=f"JC-{code}", lot=code, supplier_id=m.suppliers["G1"], quantity_milli=kg * KG, **more)
    actions.receive(row, by=WORKS)
    return lot(code)


def issue(code="J9", kg=10, number="LL9", into="RL9"):
    return actions.issue_material(IssueRow(number=number, lot=code, into=into, quantity_milli=kg * KG), by=WORKS)


@pytest.mark.clause("T-13")
def test_only_qc_says_that_a_lot_has_passed():
    m = masters()
    row = ReceiptRow(number="JC1", lot="J1", supplier_id=m.suppliers["G1"], quantity_milli=KG, status="passed")
    told = refused(actions.receive, row=row, by=WORKS)
    assert (told.code, told.clause, told.field) == ("trace.status_is_qcs", "T-13", "status")


@pytest.mark.clause("M-02")
def test_who_is_not_qc_gives_no_verdict():
    one = received(masters())
    told = refused(actions.judge, by=WORKS, lots=[one], status="passed", basis="HG1")
    assert (told.code, told.status) == ("not_permitted", 403)
    assert lot("J9").status == QualityStatus.PENDING


@pytest.mark.clause("U-13")
def test_a_verdict_names_what_it_rests_on():
    told = refused(actions.judge, by=QC, lots=[received(masters())], status="passed", basis=" ")
    assert (told.code, told.clause, told.field) == ("basis_missing", "U-13", "basis")


@pytest.mark.clause("T-07")
def test_material_that_has_not_passed_is_not_issued():
    received(masters())
    told = refused(issue)
    assert (told.code, told.clause, told.facts["lot"]) == ("lot.not_passed", "T-07", "J9")
    assert MaterialIssue.objects.count() == 0


@pytest.mark.clause("T-07")
def test_no_more_is_issued_than_is_left():
    one = received(masters(), kg=100)
    actions.judge(by=QC, lots=[one], status="passed", basis="HG9")
    issue(kg=70)
    told = refused(issue, kg=31, number="LL10")
    assert (told.code, told.clause, told.facts["left"]) == ("trace.not_enough", "T-07", "30 kg")
    issue(kg=30, number="LL10")
    assert queries.account(lot("J9")).left == 0


@pytest.mark.clause("W-06")
@pytest.mark.parametrize("status", ["pending", "failed", "undecided"])
def test_work_that_has_not_passed_goes_into_no_further_step(status):
    small_factory()
    actions.judge(by=QC, lots=[lot("ZB1")], status=status, basis="光谱")
    card = TravellerRow(code="SX9", billets=("ZB1",), quantity_milli=KG)
    told = refused(actions.start_traveller, row=card, by=WORKS)
    assert (told.code, told.clause) == ("lot.not_passed", "W-06") if status != "failed" else told.code == "lot.held"


@pytest.mark.clause("W-06")
def test_work_that_has_not_passed_is_not_packed():
    m = small_factory()
    actions.judge(by=QC, lots=[lot("SX2")], status="undecided", basis="复检")
    row = PackingRow(label="BQ9", travellers=("SX2",), product_id=m.products["LM50"], quantity_milli=KG)
    told = refused(actions.pack, row=row, by=WORKS)
    assert (told.code, told.clause, told.facts["lot"]) == ("lot.not_passed", "W-06", "SX2")


@pytest.mark.clause("W-08")
def test_what_has_not_passed_does_not_leave():
    m = small_factory()
    actions.judge(by=QC, lots=[lot("BQ4")], status="undecided", basis="复检")
    row = ShipmentRow(number="TH9", label="BQ4", customer_id=m.customers["K1"])
    told = refused(actions.ship, row=row, by=WORKS)
    assert (told.code, told.clause) == ("lot.not_passed", "W-08")


@pytest.mark.clause("W-08")
def test_a_label_leaves_once():
    m = small_factory()
    row = ShipmentRow(number="TH9", label="BQ1", customer_id=m.customers["K2"])
    told = refused(actions.ship, row=row, by=WORKS)
    assert (told.code, told.clause, told.facts["number"]) == ("trace.shipped_already", "W-08", "TH1")


@pytest.mark.clause("T-13")
def test_what_fails_after_it_went_on_is_held_with_everything_made_from_it():
    m = small_factory()
    verdict = actions.judge(by=QC, lots=[lot("J2")], status="failed", basis="膜厚不足")
    hold = Hold.objects.get()
    held = set(HeldLot.objects.filter(hold=hold).values_list("lot__code", flat=True))
    assert held == {"J2", "PT1", "SX1", "SX2", "BQ1", "BQ2", "BQ4"}
    assert (hold.lots, hold.placed_by, hold.about) == (7, "clockwork:trace", verdict.subject)
    told = refused(actions.ship, row=ShipmentRow(number="TH9", label="BQ4", customer_id=m.customers["K1"]), by=WORKS)
    assert (told.code, told.clause, told.facts["hold"]) == ("lot.held", "T-13", hold.number)


def test_a_hold_is_one_entry_with_count_and_digest():
    small_factory()
    before = journal.JournalEntry.objects.count()
    hold = actions.hold(by=WORKS, lots=[lot("ZB1")], reason="气泡")
    assert journal.JournalEntry.objects.count() == before + 1
    [entry] = journal.entries_of(hold.subject)
    assert entry.facts["set"]["lots"] == [None, 6]
    assert entry.facts["set"]["digest"][1] == hold.digest


@pytest.mark.clause("T-13")
def test_only_qc_lifts_a_hold_and_then_the_goods_pass():
    m = small_factory()
    hold = actions.hold(by=WORKS, lots=[lot("SX2")], reason="色差")
    told = refused(actions.lift, hold=hold, by=WORKS, basis="复检合格")
    assert (told.code, told.clause, told.status) == ("not_permitted", "T-13", 403)
    actions.lift(hold, by=QC, basis="复检合格")
    actions.ship(ShipmentRow(number="TH9", label="BQ4", customer_id=m.customers["K1"]), by=WORKS)


def test_what_is_made_from_a_held_lot_later_is_held_from_the_start():
    small_factory()
    hold = actions.hold(by=WORKS, lots=[lot("J1")], reason="成分")
    bulk.write([IssueRow(number="LL9", lot="J1", into="RL7", quantity_milli=KG)], source="import:2")
    bulk.write(
        [TravellerRow(code="SX7", billets=("ZB7",)), TravellerRow(code="SX8", billets=("ZB8",))], source="import:2"
    )
    assert marks([lot("RL7").pk])[lot("RL7").pk].holds == [hold]
    assert marks([lot("SX7").pk]) == {}
    # The missing link in the middle arrives last: what lies behind it is held too.
    bulk.put_links([(lot("ZB7").pk, lot("RL7").pk, 16, None)])
    assert set(marks([lot("SX7").pk, lot("ZB7").pk, lot("SX8").pk])) == {lot("SX7").pk, lot("ZB7").pk}


def test_a_released_lot_stays_free_and_passes_nothing_on():
    small_factory()
    hold = actions.hold(by=WORKS, lots=[lot("PT1")], reason="膜厚")
    actions.release(hold, by=QC, lots=[lot("SX2"), lot("BQ4")], basis="复检合格")
    bulk.write([PackingRow(label="BQ8", travellers=("SX2",), quantity_milli=KG)], source="import:2")
    ids = {code: lot(code).pk for code in ("SX1", "SX2", "BQ4", "BQ8")}
    assert set(marks(ids.values())) == {ids["SX1"]}


@pytest.mark.clause("T-05")
def test_urgent_release_is_asked_approved_by_the_named_post_marked_and_settled_by_qc():
    one = received(masters(), certificate="")
    permit = actions.apply_permit(by=WORKS, kind="urgent", lot=one, reason="停产等料", basis="T-05")
    assert [d.owed_by for d in obligations.open_on(permit.subject)] == ["management.production_vp"]
    assert refused(issue).code == "lot.not_passed"
    wrong = an_actor("trace.see", "trace.approve_permit", person=4, roles=["management.gm"], fresh=True)
    told = refused(actions.approve_permit, permit=permit, by=wrong)
    assert (told.code, told.clause, told.status) == ("permit.not_approver", "T-05", 403)
    permit = actions.approve_permit(permit, by=VP)
    told = refused(issue)
    assert (told.code, told.clause) == ("permit.unmarked", "T-05")
    actions.mark_permit(permit, by=WORKS, marked="铝锭 J9 100 kg 紧急放行")
    issue()
    permit.refresh_from_db()
    assert (permit.state, permit.due_at is not None) == (PermitState.IN_FORCE, True)
    assert [d.owed_by for d in obligations.open_on(permit.subject)] == ["qc"]
    actions.judge(by=QC, lots=[one], status="failed", basis="成分不合")
    permit.refresh_from_db()
    assert permit.state == PermitState.ENDED
    assert obligations.duties_on(permit.subject) == []
    assert set(HeldLot.objects.values_list("lot__code", flat=True)) == {"J9", "RL9"}


@pytest.mark.clause("R-11")
def test_nobody_approves_his_own_urgent_release():
    vp = an_actor("trace.see", "trace.apply_permit", "trace.approve_permit", person=3, roles=VP.roles, fresh=True)
    permit = actions.apply_permit(by=vp, kind="urgent", lot=received(masters()), reason="等料", basis="T-05")
    told = refused(actions.approve_permit, permit=permit, by=vp)
    assert (told.code, told.clause, told.status) == ("permit.own", "R-11", 403)


@pytest.mark.clause("U-13")
def test_a_permit_names_what_it_rests_on():
    told = refused(actions.apply_permit, by=WORKS, kind="urgent", lot=received(masters()), reason="等料", basis="")
    assert (told.code, told.clause, told.field) == ("basis_missing", "U-13", "basis")
    assert Permit.objects.count() == 0


@pytest.mark.clause("T-05")
def test_urgent_release_is_for_incoming_material_only():
    small_factory()
    actions.judge(by=QC, lots=[lot("SX1")], status="undecided", basis="复检")
    told = refused(actions.apply_permit, by=WORKS, kind="urgent", lot=lot("SX1"), reason="急", basis="T-05")
    assert (told.code, told.clause, told.field) == ("permit.not_incoming", "T-05", "kind")


@pytest.mark.clause("T-08")
def test_what_a_customer_supplied_and_all_that_it_went_into_reaches_no_other_customer():
    m = small_factory()
    Property.objects.create(lot=lot("J1"), customer_id=m.customers["K1"])
    told = refused(actions.ship, row=ShipmentRow(number="TH9", label="BQ4", customer_id=m.customers["K2"]), by=WORKS)
    assert (told.code, told.clause, told.facts["owner"]) == ("lot.anothers_property", "T-08", "宁波东安源门窗厂")
    actions.ship(ShipmentRow(number="TH9", label="BQ4", customer_id=m.customers["K1"]), by=WORKS)


@pytest.mark.clause("T-08")
def test_what_a_customer_supplied_is_issued_for_him_by_name_or_not_at_all():
    m = masters()
    one = received(m)
    Property.objects.create(lot=one, customer_id=m.customers["K1"])
    actions.judge(by=QC, lots=[one], status="passed", basis="检验")
    row = IssueRow(number="LL9", lot="J9", into="RL9", quantity_milli=KG)
    told = refused(actions.issue_material, row=row, by=WORKS)
    assert (told.code, told.clause, told.facts["owner"]) == ("lot.owner_unnamed", "T-08", "宁波东安源门窗厂")
    actions.issue_material(row, by=WORKS, customer_id=m.customers["K1"])


@pytest.mark.clause("T-06")
def test_no_more_goes_back_to_the_supplier_than_is_left():
    one = received(masters(), kg=100)
    told = refused(
        actions.move, by=WORKS, lot=one, what="sent_back", quantity_milli=101 * KG, reason="不合格", nothing_else=True
    )
    assert (told.code, told.clause, told.facts["left"]) == ("trace.not_enough", "T-06", "100 kg")
    actions.move(by=WORKS, lot=one, what="sent_back", quantity_milli=100 * KG, reason="不合格")
    assert (queries.account(one).sent_back, queries.account(one).left) == (100 * KG, 0)


@pytest.mark.clause("T-06")
def test_a_wrong_receipt_is_struck_stays_and_is_written_anew():
    m = masters()
    received(m, kg=100)
    record = Receipt.objects.get()
    told = refused(actions.reverse, by=WORKS, record_kind="receipt", record_id=record.pk, reason="")
    assert (told.code, told.clause, told.field) == ("reason_missing", "T-06", "reason")
    struck = actions.reverse(by=WORKS, record_kind="receipt", record_id=record.pk, reason="重量抄错")
    record.refresh_from_db()
    assert (record.voided, lot("J9").quantity_milli) == (struck.subject, 0)
    received(m, kg=90)
    assert (Receipt.objects.count(), Receipt.standing.count(), lot("J9").quantity_milli) == (2, 1, 90 * KG)
    told = refused(actions.reverse, by=WORKS, record_kind="receipt", record_id=record.pk, reason="再来一次")
    assert told.code == "reversal.stands"


@pytest.mark.clause("T-06")
def test_what_was_used_is_struck_only_after_its_use():
    one = received(masters(), kg=100)
    actions.judge(by=QC, lots=[one], status="passed", basis="HG9")
    issue(kg=40)
    receipt, slip = Receipt.objects.get(), MaterialIssue.objects.get()
    told = refused(actions.reverse, by=WORKS, record_kind="receipt", record_id=receipt.pk, reason="抄错了")
    assert (told.code, told.clause, told.facts["lot"]) == ("reversal.in_use", "T-06", "J9")
    actions.reverse(by=WORKS, record_kind="issue", record_id=slip.pk, reason="领错料")
    assert (LotLink.objects.count(), queries.account(lot("J9")).left) == (0, 100 * KG)
    actions.reverse(by=WORKS, record_kind="receipt", record_id=receipt.pk, reason="抄错了")


def test_a_struck_shipment_brings_the_label_back():
    m = small_factory()
    sent = Shipment.objects.get(lot=lot("BQ1"))
    actions.reverse(by=WORKS, record_kind="shipment", record_id=sent.pk, reason="发错车")
    assert queries.trace_forward([lot("BQ1")]).customers == []
    row = ShipmentRow(number="TH1", label="BQ1", customer_id=m.customers["K2"], shipped_on=date(2026, 4, 26))
    actions.ship(row, by=WORKS)
    assert [held.code for held in queries.trace_forward([lot("BQ1")]).customers] == ["K2"]


def test_the_account_of_a_lot_adds_up():
    m = small_factory()
    actions.move(by=WORKS, lot=lot("BQ1"), what="returned", quantity_milli=40 * KG, reason="退货")
    actions.move(by=WORKS, lot=lot("BQ1"), what="scrapped", quantity_milli=15 * KG, reason="碰伤")
    actions.move(by=WORKS, lot=lot("BQ1"), what="counted", quantity_milli=-5 * KG, reason="盘点")
    book = queries.account(lot("BQ1"))
    assert (book.made, book.shipped, book.returned, book.scrapped, book.unaccounted, book.left) == tuple(
        kg * KG for kg in (240, 240, 40, 15, 5, 20)
    )
    assert queries.accounts([lot("SX1").pk])[lot("SX1").pk].unweighed == 1
    assert m


def test_a_hold_over_three_thousand_labels_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    m = masters()
    bulk.write([TravellerRow(code="SX1", quantity_milli=10**9, status="passed")], source="import:1")
    for part in range(3):
        rows = [
            PackingRow(label=f"B{part}-{n}", travellers=("SX1",), product_id=m.products["LM50"], quantity_milli=KG)
            for n in range(1000)
        ]
        bulk.write(rows, source="import:1")
    with django_assert_max_num_queries(35):
        hold = actions.hold(by=WORKS, lots=[lot("SX1")], reason="气泡")
    assert (hold.lots, HeldLot.objects.count()) == (3001, 3001)
