"""顾客财产: stored by customer, and its loss or damage told to him (T-08; ISO 9001 8.5.3)."""

from __future__ import annotations

import pytest

from sanbao.kernel import obligations
from sanbao.materials import actions
from sanbao.materials.models import PropertyState
from sanbao.materials.tests.conftest import HOUSE, Cast, Store, kg, refused
from sanbao.parties.models import Supplier
from sanbao.trace import queries
from sanbao.trace.models import Property

prop = actions.property


def test_what_a_customer_supplied_is_his_from_the_receipt_on(store: Store) -> None:
    lot = store.received(owner=store.customer)
    assert Property.objects.get(lot=lot).customer == store.customer
    assert lot.status == "pending", "QC passes it like any other"


def test_what_only_the_customer_supplied_stands_in_the_ledger_under_his_own_code(store: Store, by: Cast) -> None:
    delivery = store.delivery(by.keeper, supplier=None, owner=store.customer)
    for n in (1, 2):
        actions.receiving.accept(store.entered(by.keeper, delivery, supplier_lot=f"K-{n}"), by=by.keeper)
    assert Supplier.objects.get(code="GK-K1").name == "东安源门窗厂"


@pytest.mark.clause("T-08")
def test_a_loss_leaves_the_book_and_sales_owes_the_owner_the_news(store: Store, by: Cast) -> None:
    lot = store.received(owner=store.customer)
    told = refused(prop.report, by=by.keeper, code=lot.code, what="lost", description="少一袋")
    assert (told.code, told.clause, told.field) == ("property.how_much", "T-08", "quantity")
    case = prop.report(by=by.keeper, code=lot.code, what="lost", description="少一袋", quantity=kg(25))
    assert queries.account(lot).left == 375_000
    [duty] = obligations.open_on(case.subject)
    assert (duty.code, duty.owed_by, duty.clause) == ("property.tell", "sales", "T-08")
    assert refused(prop.tell, case, by=by.keeper, how="x").code == "not_permitted"
    prop.tell(case, by=by.sales, how="电话告知采购联系人", answer="请补一袋")
    assert case.pk and not obligations.open_on(case.subject).exists()
    case.refresh_from_db()
    assert (case.state, case.answer) == (PropertyState.TOLD, "请补一袋")


def test_damage_is_told_by_export_to_a_customer_abroad_and_leaves_the_book_alone(store: Store, by: Cast) -> None:
    lot = store.received(owner=store.abroad)
    case = prop.report(by=by.shop, code=lot.code, what="damaged", description="叉车碰伤")
    assert obligations.open_on(case.subject).get().owed_by == "export"
    assert queries.account(lot).left == 400_000


def test_what_is_the_factorys_own_is_no_customers_property(store: Store, by: Cast) -> None:
    lot = store.received()
    told = refused(prop.report, by=by.keeper, code=lot.code, what="damaged", description="x")
    assert (told.code, told.clause, told.field) == ("property.not_a_customers", "T-08", "code")


def test_more_than_there_is_cannot_be_lost(store: Store, by: Cast) -> None:
    lot = store.received(owner=store.customer)
    told = refused(prop.report, by=by.keeper, code=lot.code, what="lost", description="x", quantity=kg(401))
    assert (told.code, told.clause) == ("property.more_than_there_is", "T-08")
    assert HOUSE and not Property.objects.exclude(lot=lot).exists()
