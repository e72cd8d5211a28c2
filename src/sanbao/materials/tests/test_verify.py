"""``sanbao verify`` finds what was changed behind the store's back (M-03)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from sanbao.kernel import verify
from sanbao.materials import actions
from sanbao.materials.models import CountEntry, CountLine, IncomingLot, IncomingStep, SlipLine, StockCount
from sanbao.materials.tests.conftest import Cast, Store, kg


@pytest.fixture
def busy(store: Store, by: Cast) -> StockCount:
    lot = store.passed(place=store.a1)
    store.issued(lot, kg(20), by.keeper)
    count = actions.counting.open_count(by=by.keeper, places=[store.a1])
    actions.counting.scan(count, by=by.keeper, code=lot.code, place=store.a1, quantity=kg(370))
    return actions.counting.submit(count, by=by.keeper)


def found() -> set[str]:
    return {breach.code for breach in verify.verify()}


def test_an_untouched_store_verifies(busy: StockCount, by: Cast) -> None:
    assert found() == set()
    actions.counting.approve(busy, by=by.boss)
    assert found() == set()


@pytest.mark.clause("M-03")
@pytest.mark.parametrize(
    ("model", "change", "code"),
    [
        (SlipLine, {"quantity_milli": 1}, "slip_line_changed"),
        (CountLine, {"found_milli": 400_000}, "stock_count_changed"),
        (IncomingLot, {"supplier_lot": "另一批"}, "row_changed"),
        (StockCount, {"submitted_by": "person:99"}, "row_changed"),
    ],
)
def test_what_was_changed_in_the_tables_is_found(busy: StockCount, model, change, code: str) -> None:
    model.objects.update(**change)
    assert code in found()


@pytest.mark.clause("M-03")
@pytest.mark.parametrize("model", [CountEntry, IncomingStep])
def test_what_was_scanned_and_what_was_brought_as_evidence_cannot_be_changed(busy: StockCount, model) -> None:
    for act in (lambda: model.objects.update(by="person:9"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
