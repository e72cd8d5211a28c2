"""Each label against the list: what is right passes, what is wrong is refused with its reason and counted (W-08)."""

from decimal import Decimal

import pytest

from sanbao.dispatch import actions, queries, verifying
from sanbao.dispatch.actions.drafting import Wanted
from sanbao.dispatch.models import Caught, Fate, Pick
from sanbao.dispatch.tests.conftest import HOUSE, KG, fresh, lot
from sanbao.dispatch.tests.refusing import refused, stopped
from sanbao.kernel import journal, verify
from sanbao.kernel.actor import Actor
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.trace import actions as trace
from sanbao.trace import bulk
from sanbao.trace.models import Property, RecordKind
from sanbao.trace.rows import PackingRow

pytestmark = pytest.mark.django_db


def test_right_labels_fill_the_line_and_the_list_is_complete(released, by):
    case = released()
    for n, code in enumerate(("P1", " p2 ", "Ｐ３"), start=1):
        case = actions.scan(case, by=by.keeper, code=code)
        assert (case.state, case.scanned.again) == ("picking", False)
        assert len(queries.progress(case).picks) == n
    stand = queries.progress(case)
    assert (stand.complete, stand.net_milli, stand.lines[0].load.pieces) == (True, 300 * KG, 60)


def test_a_label_is_found_by_its_spray_code_too(released, by):
    case = actions.scan(released(Wanted(label=lot("BQ4"))), by=by.keeper, code="20260421 0004")
    assert case.scanned.lot.code == "BQ4"


def test_a_label_scanned_twice_is_told_and_nothing_happens(picked, by):
    case = picked("P1")
    before = (fresh(case).version, JournalEntry.objects.count())
    case = actions.scan(case, by=by.second, code="P1")
    assert case.scanned.again and case.scanned.lot.code == "P1"
    assert (fresh(case).version, JournalEntry.objects.count()) == before
    assert not Caught.objects.exists()


@pytest.mark.clause("W-08")
def test_an_unknown_label_is_refused_and_counted(picked, by):
    case = picked("P1")
    with stopped("gate.unknown_label", "W-08", "unknown", typed="NIX-9"):
        actions.scan(case, by=by.keeper, code="NIX-9")
    assert Caught.objects.get().lot is None


@pytest.mark.clause("W-08")
def test_what_is_no_product_label_is_refused(picked, by):
    case = picked("P1")
    with stopped("gate.not_a_label", "W-08", "unknown"):
        actions.scan(case, by=by.keeper, code="SX1")


@pytest.mark.clause("W-08")
def test_a_wrong_product_is_refused(picked, by, other_product):
    case = picked("P1")
    with stopped("gate.not_on_list", "W-08", "wrong_product", lot="Q1", product="YM80"):
        actions.scan(case, by=by.keeper, code="Q1")
    row = Caught.objects.get()
    assert (row.lot.code, row.by, row.code) == ("Q1", by.keeper.ref, "Q1")
    [entry] = journal.entries_of(row.pick_list.subject).filter(action="pick_list.catch")
    assert (entry.facts["caught"], entry.clause) == (row.pk, "W-08")


@pytest.mark.clause("W-08")
def test_more_than_was_ordered_is_refused(picked, by):
    case = picked("P1", "P2", "P3")
    with stopped("gate.line_full", "W-08", "surplus", lot="P4"):
        actions.scan(case, by=by.keeper, code="P4")


@pytest.mark.clause("W-08")
def test_goods_of_another_list_are_refused(picked, released, by):
    first = picked("P1")
    second = released()
    with stopped("gate.other_list", "W-08", "other_list", lot="P1", other=first.number):
        actions.scan(second, by=by.second, code="P1")
    named = released(Wanted(label=lot("P5")))
    with stopped("gate.other_list", "W-08", "other_list", lot="P5", other=named.number):
        actions.scan(second, by=by.second, code="P5")
    actions.undo(first, by=by.keeper, code="P1")
    assert actions.scan(second, by=by.second, code="P1").scanned.again is False


@pytest.mark.clause("T-13")
def test_goods_on_hold_are_refused_with_the_hold(picked, by):
    case = picked("P1")
    hold = trace.hold(by=HOUSE, lots=[lot("SX1")], reason="涂层复检")
    with stopped("lot.held", "T-13", "held", lot="P2", hold=hold.number):
        actions.scan(case, by=by.keeper, code="P2")


@pytest.mark.clause("W-08")
def test_goods_that_have_not_passed_are_refused(picked, by):
    case = picked("P1")
    trace.judge(by=HOUSE, lots=[lot("P2")], status="pending", basis="复检")
    with stopped("lot.not_passed", "W-08", "blocked", lot="P2"):
        actions.scan(case, by=by.keeper, code="P2")


@pytest.mark.clause("T-12")
def test_a_void_label_is_refused_and_the_new_one_passes(picked, by, product):
    case = picked("P1")
    bulk.write([PackingRow(label="N2", product_id=product.pk, quantity_milli=100 * KG, pieces=20)], source="import:3")
    trace.connect(RecordKind.RELABEL, 1, [(lot("P2").pk, lot("N2").pk, 100 * KG)], by=HOUSE)
    with stopped("lot.label_void", "T-12", "void", lot="P2", new="N2"):
        actions.scan(case, by=by.keeper, code="P2")
    assert actions.scan(case, by=by.keeper, code="N2").scanned.lots == 1


@pytest.mark.clause("T-08")
def test_goods_made_from_another_customers_material_are_refused(picked, by, factory):
    case = picked("BQ4", lines=(Wanted(label=lot("BQ4")), Wanted(lot("P1").product, pieces=40)))
    Property.objects.create(lot=lot("SX1"), customer_id=factory.customers["K2"])
    with stopped("lot.anothers_property", "T-08", "wrong_customer"):
        actions.scan(case, by=by.keeper, code="P1")


@pytest.mark.clause("W-08")
def test_goods_that_left_already_are_refused(picked, by):
    case = picked("P1", lines=(Wanted(lot("P1").product, quantity_milli=900 * KG),))
    with stopped("trace.shipped_already", "W-08", "gone", lot="BQ1", number="TH1"):
        actions.scan(case, by=by.keeper, code="BQ1")


@pytest.mark.clause("W-08")
def test_a_label_of_which_nothing_is_left_is_refused(picked, by):
    trace.move(by=HOUSE, lot=lot("P2"), what="scrapped", quantity_milli=100 * KG, reason="碰伤")
    case = picked("P1")
    with stopped("gate.nothing_left", "W-08", "gone", lot="P2"):
        actions.scan(case, by=by.keeper, code="P2")


def test_what_was_cut_off_as_a_sample_does_not_leave(released, by):
    trace.move(by=HOUSE, lot=lot("P2"), what="sampled", quantity_milli=2 * KG, reason="取样")
    case = actions.scan(released(), by=by.keeper, code="P2")
    assert queries.progress(case).net_milli == 98 * KG


@pytest.mark.clause("W-08")
def test_a_label_without_a_count_cannot_fill_a_line_of_pieces(released, by, other_product):
    case = released(Wanted(other_product, pieces=10))
    with stopped("gate.no_count", "W-08", "unknown", lot="Q1"):
        actions.scan(case, by=by.keeper, code="Q1")


def test_a_concession_lets_goods_pass_and_is_named_in_the_record(picked, by):
    case = picked("P1")
    trace.judge(by=HOUSE, lots=[lot("P2")], status="undecided", basis="色差")
    permit = trace.apply_permit(by=HOUSE, kind="concession", lot=lot("P2"), reason="客户同意", basis="让步单")
    trace.approve_permit(permit, by=Actor.clockwork("gm"))
    actions.scan(case, by=by.keeper, code="P2")
    entry = journal.entries_of(case.subject).filter(action="pick_list.scan").last()
    assert entry.facts["permits"] == [permit.number]


def test_a_wrong_label_in_the_wrong_state_is_refused_but_not_counted(draft, by):
    case = draft()
    with refused("wrong_state", "W-08"):
        actions.scan(case, by=by.keeper, code="P1")
    with refused("not_permitted", "W-08"):
        actions.scan(case, by=by.worker, code="P1")


def test_a_scan_is_undone_and_the_label_is_free_again(picked, by):
    case = picked("P1", "P2")
    case = actions.undo(case, by=by.second, code="P1")
    assert [pick.lot.code for pick in queries.on_list(case)] == ["P2"]
    row = Pick.objects.get(lot=lot("P1"))
    assert (row.fate, row.ended_by) == (Fate.UNDONE, by.second.ref)
    with refused("gate.not_picked", "W-08", typed="P1"):
        actions.undo(case, by=by.second, code="P1")


def packed_together(product, *codes, weighed):
    """A package of these labels: with its own weight, or as a mere wrapping."""
    kg = 100 * KG if weighed else None
    own = 100 * KG * len(codes) if weighed else 0
    bulk.write([PackingRow(label="PK1", product_id=product.pk, quantity_milli=own)], source="import:3")
    links = [(lot(code).pk, lot("PK1").pk, kg) for code in codes]
    trace.connect(RecordKind.TRANSFER, 7, links, by=HOUSE)
    return lot("PK1")


def test_a_package_that_is_a_wrapping_stands_for_the_labels_in_it(released, by, product):
    packed_together(product, "P1", "P2", weighed=False)
    case = actions.scan(released(), by=by.keeper, code="PK1")
    assert [(p.lot.code, p.through.code) for p in queries.on_list(case)] == [("P1", "PK1"), ("P2", "PK1")]
    assert (case.scanned.lots, queries.progress(case).net_milli) == (2, 200 * KG)
    assert actions.scan(case, by=by.keeper, code="PK1").scanned.again
    assert actions.scan(case, by=by.keeper, code="P2").scanned.again
    actions.undo(case, by=by.keeper, code="PK1")
    assert not queries.on_list(case)


def test_a_package_that_was_weighed_leaves_with_its_own_weight(released, by, product):
    packed_together(product, "P1", "P2", weighed=True)
    case = actions.scan(released(), by=by.keeper, code="PK1")
    assert [(p.lot.code, p.quantity_milli) for p in queries.on_list(case)] == [("PK1", 200 * KG)]


@pytest.mark.clause("T-13")
def test_one_blocked_label_keeps_its_package_back(released, by, product):
    packed_together(product, "P1", "P2", weighed=False)
    trace.hold(by=HOUSE, lots=[lot("P2")], reason="复检", forward=False)
    case = released()
    with stopped("lot.held", "T-13", "held", lot="P2"):
        actions.scan(case, by=by.keeper, code="PK1")


def breaches():
    return [*verifying.ordered(), *verifying.scanned(), *verifying.stopped()]


def test_what_was_caught_and_scanned_can_neither_be_changed_nor_hidden(picked, by):
    case = picked("P1", "P2")
    with pytest.raises(Refusal):
        actions.scan(case, by=by.keeper, code="NIX")
    assert breaches() == []
    assert list(verify.chains(journal.entries_of(case.subject))) == []
    with pytest.raises(Exception, match="may not be changed"):
        Caught.objects.all().delete()


@pytest.mark.parametrize("change", [{"quantity_milli": 5}, {"fate": "undone"}, {"scanned_by": "person:99"}])
def test_verify_sees_a_scan_that_was_changed_by_hand(picked, change):
    picked("P1", "P2")
    Pick.objects.filter(lot=lot("P2")).update(**change)
    [breach] = breaches()
    assert breach.code == "pick_changed"


def test_verify_sees_a_line_that_was_changed_by_hand(picked):
    case = picked("P1")
    case.lines.update(quantity_milli=1)
    [breach] = breaches()
    assert (breach.where, breach.code) == (case.subject, "pick_list_changed")


@pytest.mark.clause("W-08")
def test_how_much_more_may_leave_is_the_factorys_to_say(picked, by):
    case = picked("P1", lines=(Wanted(lot("P1").product, quantity_milli=193 * KG),))
    assert actions.scan(case, by=by.keeper, code="P2").scanned.lots == 1  # 200 of 193 kg: within 5 %
    tight = picked("P3", lines=(Wanted(lot("P1").product, quantity_milli=190 * KG),))
    with stopped("gate.line_full", "W-08", "surplus"):
        actions.scan(tight, by=by.keeper, code="P4")
    assert Decimal(200) / 190 > Decimal("1.05")


@pytest.mark.clause("W-08")
def test_what_an_upper_rooms_keeper_refuses_is_counted_too(picked, by, monkeypatch):
    def keeper(passing):
        raise Refusal("goods.counted", W("正在盘点", "Being counted"), "W-07")

    case = picked("P1")
    monkeypatch.setattr("sanbao.trace.concerns.gatekeepers", [keeper])
    with stopped("goods.counted", "W-07", "blocked"):
        actions.scan(case, by=by.keeper, code="P2")
