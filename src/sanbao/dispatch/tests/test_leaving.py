"""Two people look, all labels leave in one act, the salesperson is told; or everything is free again (W-08)."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanbao.dispatch import actions, queries, verifying
from sanbao.dispatch.actions.drafting import LET_GO, Wanted
from sanbao.dispatch.models import Fate, Pick
from sanbao.dispatch.tests.conftest import HOUSE, KG, fresh, lot, weighed
from sanbao.dispatch.tests.refusing import refused
from sanbao.kernel import announcements, notices, obligations, signatures
from sanbao.parties import actions as parties
from sanbao.parties.models import Region
from sanbao.trace import actions as trace
from sanbao.trace import bulk
from sanbao.trace import queries as lots
from sanbao.trace.models import RecordKind, Shipment
from sanbao.trace.rows import PackingRow

pytestmark = pytest.mark.django_db


def test_a_list_leaves_whole_to_its_place_and_contact(ready, by, site, contact, customer):
    case = actions.ship(ready(), by=by.second)
    assert (case.state, case.storekeeper, case.checker) == ("shipped", by.keeper.ref, by.second.ref)
    sent = Shipment.objects.filter(number=case.number)
    assert {s.lot.code for s in sent} == {"P1", "P2", "P3"}
    assert {(s.customer, s.site, s.contact, s.vehicle, s.quantity_milli) for s in sent} == {
        (customer, site, contact, "浙A00001", 100 * KG)
    }
    assert set(Pick.objects.values_list("fate", "shipment")) == {(Fate.SHIPPED, s.pk) for s in sent}
    held = {h.name: h.sites for h in lots.trace_forward([lot("SX1")]).customers}
    assert held[customer.name] == {site.name}
    assert not obligations.open_on(case.subject)
    assert [*verifying.ordered(), *verifying.scanned(), *verifying.stopped()] == []


@pytest.mark.clause("W-08")
def test_the_second_man_is_another_than_the_first(ready, by):
    case = ready()
    with refused("gate.same_person", "W-08"):
        actions.ship(case, by=by.keeper)
    assert not Shipment.objects.filter(number=case.number).exists()


def test_both_sign_exactly_what_leaves(ready, by):
    case = actions.ship(ready(), by=by.second)
    signed = list(signatures.on(case.subject))
    content = queries.content(case, list(queries.on_list(case)))
    assert [(s.meaning, s.signer, s.stale(content)) for s in signed] == [
        ("check", by.keeper.ref, False),
        ("let go", by.second.ref, False),
    ]


@pytest.mark.clause("W-08")
def test_who_did_not_just_prove_who_he_is_signs_nothing(picked, by):
    case = weighed(picked(), by)
    with refused("signature.authenticate", "W-08"):
        actions.check_out(case, by=replace(by.keeper, fresh=False))
    assert fresh(case).state == "picking"


@pytest.mark.clause("W-08")
def test_an_incomplete_list_leaves_only_with_a_reason(picked, by):
    case = weighed(picked("P1", "P2"), by)
    with refused("gate.short", "W-08", n=1) as caught:
        actions.check_out(case, by=by.keeper)
    assert caught.value.field == "short_reason"
    case = actions.check_out(case, by=by.keeper, short_reason="余料明日补")
    assert (case.state, case.short_reason, case.labels, case.net_milli) == ("ready", "余料明日补", 2, 200 * KG)


@pytest.mark.clause("W-08")
def test_a_list_without_a_single_label_does_not_leave(picked, by):
    case = actions.undo(picked("P1"), by=by.keeper, code="P1")
    with refused("gate.empty", "W-08"):
        actions.check_out(case, by=by.keeper, short_reason="没有货")


@pytest.mark.clause("T-13")
def test_what_was_blocked_after_the_scan_keeps_everything_back(ready, by):
    case = ready()
    trace.hold(by=HOUSE, lots=[lot("P3")], reason="投诉")
    with refused("lot.held", "T-13", lot="P3"):
        actions.ship(case, by=by.second)
    assert not Shipment.objects.filter(number=case.number).exists()
    assert fresh(case).state == "ready"


@pytest.mark.clause("W-08")
def test_what_failed_after_the_scan_is_not_checked_out(picked, by):
    case = weighed(picked(), by)
    trace.judge(by=HOUSE, lots=[lot("P3")], status="undecided", basis="色差")
    with refused("lot.not_passed", "W-08", lot="P3"):
        actions.check_out(case, by=by.keeper)


@pytest.mark.clause("W-08")
def test_a_package_that_was_repacked_after_the_scan_is_scanned_again(released, by, product):
    bulk.write([PackingRow(label="PK1", product_id=product.pk, quantity_milli=0)], source="import:3")
    links = [(lot(code).pk, lot("PK1").pk, None) for code in ("P1", "P2")]
    trace.connect(RecordKind.TRANSFER, 7, links, by=HOUSE)
    case = weighed(actions.scan(released(), by=by.keeper, code="PK1"), by)
    trace.connect(RecordKind.TRANSFER, 8, [(lot("P4").pk, lot("PK1").pk, None)], by=HOUSE)
    with refused("gate.repacked", "W-08", lots="P4"):
        actions.check_out(case, by=by.keeper, short_reason="少一个")


@pytest.mark.clause("W-08")
def test_a_load_that_changed_after_the_signature_does_not_leave(ready, by):
    case = ready()
    Pick.objects.filter(lot=lot("P3")).update(quantity_milli=5)
    with refused("gate.changed", "W-08"):
        actions.ship(case, by=by.second)


def test_back_to_picking_takes_the_signature_off(ready, by):
    case = actions.reopen(ready(), by=by.second, reason="换一包")
    assert (case.state, case.storekeeper, case.digest, case.labels) == ("picking", "", "", 0)
    case = actions.undo(case, by=by.keeper, code="P3")
    case = weighed(actions.scan(case, by=by.keeper, code="P4"), by)
    case = actions.check_out(case, by=by.second)
    assert actions.ship(case, by=by.keeper).state == "shipped"
    [first, *_] = signatures.on(case.subject)
    assert first.stale(queries.content(case, list(queries.on_list(case))))


@pytest.mark.parametrize("stage", ["draft", "released", "picked", "ready"])
def test_a_cancelled_list_frees_everything(request, by, released, stage):
    case = request.getfixturevalue(stage)()
    case = actions.cancel(case, by=by.seller, reason="客户改期")
    assert (case.state, case.cancelled_because) == ("cancelled", "客户改期")
    assert not Pick.objects.filter(fate=Fate.PICKED).exists() and not obligations.open_on(case.subject)
    other = actions.scan(released(), by=by.keeper, code="P1")
    assert other.scanned.again is False
    assert list(verifying.scanned()) == []


@pytest.mark.clause("W-08")
def test_what_has_left_is_not_cancelled(ready, by):
    case = actions.ship(ready(), by=by.second)
    with refused("wrong_state", "W-08"):
        actions.cancel(case, by=by.head, reason="客户改期")


def test_the_salesperson_of_the_region_is_told_once(ready, by, people):
    parties.entrust(people["seller"], by=HOUSE, region=Region.objects.get(code="CN-ZJ"))
    case = actions.ship(ready(), by=by.second)
    announcements.deliver()
    [notice] = notices.of(by.seller).filter(subject=case.subject, about__endswith=":shipped")
    assert notice.words.zh == f"{case.number} 已出门：宁波东安源门窗厂，3 个标签，300 kg，车号 浙A00001"


def test_the_second_man_has_it_on_his_desk(ready, by):
    [duty] = obligations.open_on(ready().subject)
    assert (duty.code, duty.owed_by) == (LET_GO, "warehouse")


def test_a_failure_in_the_middle_leaves_nothing_half(ready, by, monkeypatch):
    case = ready()
    monkeypatch.setattr("sanbao.dispatch.actions.leaving.signatures.sign", failing)
    with pytest.raises(OSError):
        actions.ship(case, by=by.second)
    monkeypatch.undo()
    assert fresh(case).state == "ready"
    assert not Shipment.objects.filter(number=case.number).exists()
    assert set(Pick.objects.values_list("fate", flat=True)) == {Fate.PICKED}
    assert actions.ship(case, by=by.second).state == "shipped"


def failing(**_):
    raise OSError("the disk is full")


def test_a_long_list_leaves_in_as_many_queries_as_a_short_one(released, by, product):
    rows = [
        PackingRow(label=f"L{n:03}", travellers=("SX1",), product_id=product.pk, quantity_milli=KG, pieces=1)
        for n in range(80)
    ]
    bulk.write(rows, source="import:3")

    def queries_for(codes):
        case = released(Wanted(product, pieces=len(codes)))
        for code in codes:
            case = actions.scan(case, by=by.keeper, code=code)
        case = actions.check_out(weighed(case, by), by=by.keeper)
        with CaptureQueriesContext(connection) as asked:
            actions.ship(case, by=by.second)
        return len(asked)

    few = queries_for([f"L{n:03}" for n in range(3)])
    many = queries_for([f"L{n:03}" for n in range(3, 43)])
    assert many == few
