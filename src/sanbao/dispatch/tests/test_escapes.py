"""What got past the gate: reported, counted beside what was caught, and put right in the record (W-08)."""

from datetime import date

import pytest

from sanbao.dispatch import actions, queries, statistics
from sanbao.dispatch.models import Escape
from sanbao.dispatch.tests.conftest import KG, fresh, lot
from sanbao.dispatch.tests.refusing import refused
from sanbao.kernel import announcements, notices, obligations, times
from sanbao.kernel.refusals import Refusal
from sanbao.parties.models import Customer
from sanbao.trace import queries as lots
from sanbao.trace.models import Shipment

pytestmark = pytest.mark.django_db


def report(by, code="P1", **facts):
    given = {"label": lot(code), "mistake": "wrong_product", "found_at": "客户工地", "found_on": date(2026, 5, 11)}
    return actions.report(by=by, **{**given, **facts})


@pytest.fixture
def shipped(ready, by):
    return actions.ship(ready(), by=by.second)


def test_a_wrong_shipment_is_reported_with_list_label_customer_and_complaint(shipped, by, customer):
    case = report(by.seller, about="complaint:12", description="颜色不对")
    assert (case.number, case.state, case.mistake) == ("CF-2026-00001", "reported", "wrong_product")
    assert (case.pick_list, case.delivery, case.customer, case.about) == (
        shipped,
        shipped.number,
        customer,
        "complaint:12",
    )
    [duty] = obligations.open_on(case.subject)
    assert duty.owed_by == "warehouse.department_manager"
    announcements.deliver()
    assert notices.of(by.seller).filter(subject=case.subject).count() <= 1


def test_a_shipment_of_the_old_ledgers_can_be_reported_too(factory, by):
    case = report(by.seller, "BQ1")
    assert (case.delivery, case.pick_list, case.customer.code) == ("TH1", None, "K1")


@pytest.mark.clause("W-08")
def test_what_never_left_cannot_have_escaped(factory, by):
    with refused("escape.not_shipped", "W-08", label="BQ4"):
        report(by.seller, "BQ4")
    with refused("escape.not_shipped", "W-08", delivery="TH9"):
        report(by.seller, "BQ1", delivery="TH9")


@pytest.mark.clause("W-08")
def test_one_wrong_shipment_is_counted_once(shipped, by):
    first = report(by.seller)
    with refused("escape.stands", "W-08", number=first.number):
        report(by.keeper)


def test_a_swap_is_struck_and_the_shipment_that_really_took_place_is_written(shipped, by, customer):
    """The books said P1; it still stands in the store, and BQ4 is what the customer has."""
    wrong = Shipment.objects.get(lot=lot("P1"))
    case = actions.correct(report(by.seller), by=by.head, measure="装错，账改实", strike=True, went_label=lot("BQ4"))
    wrong.refresh_from_db()
    assert (case.state, case.reversal) == ("corrected", wrong.voided)
    right = Shipment.standing.get(pk=case.right_shipment)
    assert (right.lot.code, right.customer, right.site, right.number) == ("BQ4", customer, wrong.site, wrong.number)
    assert lots.account(lot("P1")).left == 100 * KG
    assert lots.account(lot("BQ4")).left == 0
    assert not obligations.open_on(case.subject)


def test_goods_that_went_to_another_customer_stand_with_him_afterwards(shipped, by):
    other = Customer.objects.get(code="K2")
    case = actions.correct(report(by.seller), by=by.head, measure="送错客户", strike=True, went_to=other)
    right = Shipment.standing.get(pk=case.right_shipment)
    assert (right.lot.code, right.customer, right.site, right.contact) == ("P1", other, None, None)


def test_where_the_books_are_right_only_the_replacement_is_named(shipped, by, released):
    replacement = released()
    case = actions.correct(report(by.seller), by=by.head, measure="补发正确型号", replacement=replacement)
    assert (case.reversal, case.right_shipment, case.replacement) == ("", None, replacement)
    assert Shipment.standing.filter(lot=lot("P1")).exists()


@pytest.mark.clause("W-08")
def test_what_really_left_is_only_written_once_the_record_is_struck(shipped, by):
    case = report(by.seller)
    with refused("escape.strike_first", "W-08"):
        actions.correct(case, by=by.head, measure="送错客户", went_to=Customer.objects.get(code="K2"))
    with refused("not_permitted", "W-08"):
        actions.correct(case, by=by.keeper, measure="改账")


@pytest.mark.clause("W-08")
def test_both_counts_stand_side_by_side_by_month_mistake_and_product(ready, released, by, other_product):
    case = ready()
    open_list = released()
    for code in ("NIX-1", "Q1", "Q1"):
        with pytest.raises(Refusal):
            actions.scan(open_list, by=by.keeper, code=code)
    case = actions.ship(case, by=by.second)
    times.pass_time(days=30)
    report(by.seller, "P1", found_on=times.today())
    report(by.seller, "P2", mistake="short", found_on=times.today())
    found = statistics.counts(date(2026, 4, 1), date(2026, 6, 30))
    assert [(t.title, t.caught, t.escaped, t.shipped) for t in found.months] == [
        ("2026-04", 0, 0, 0),
        ("2026-05", 3, 0, 3),
        ("2026-06", 0, 2, 0),
    ]
    assert {str(t.title): (t.caught, t.escaped) for t in found.mistakes} == {
        "标签不明": (1, 0),
        "产品不对": (2, 1),
        "少发": (0, 1),
    }
    assert {str(t.title): (t.caught, t.escaped) for t in found.products} == {
        "YM80": (2, 0),
        "没有型号": (1, 0),
        "LM50": (0, 2),
    }
    assert (found.total.caught, found.total.escaped, found.total.share) == (3, 2, 60.0)
    assert fresh(case).escapes.count() == 2 == Escape.objects.count()
    assert statistics.counts(date(2026, 7, 1), date(2026, 7, 31)).total.share is None


def test_days_are_the_factorys(released, by):
    case = released()
    with times.frozen("2026-05-31 23:30"), pytest.raises(Refusal):
        actions.scan(case, by=by.keeper, code="NIX")
    [may, june] = statistics.counts(date(2026, 5, 1), date(2026, 6, 30)).months
    assert (may.caught, june.caught) == (1, 0)
    assert statistics.counts(date(2026, 5, 31), date(2026, 5, 31)).total.caught == 1


def test_the_complaint_by_which_it_came_to_light_shows_it(shipped, by, customer):
    case = report(by.seller, about="complaint:12")
    assert list(queries.escapes_about("complaint:12", by=by.head)) == [case]
    assert not queries.escapes_about("complaint:1", by=by.head)
