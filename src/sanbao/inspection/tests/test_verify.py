"""``sanbao verify`` finds what was changed behind the inspectors' backs (M-03)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from sanbao.inspection.models import Calibration, Characteristic, InspectionPlan, InspectionSheet, Instrument, Result
from sanbao.inspection.tests.conftest import inspected
from sanbao.kernel import triggers, verify
from sanbao.trace.models import Lot

Made = Callable[..., Lot]


def found() -> set[str]:
    return {breach.code for breach in verify.verify()}


@pytest.fixture
def sheet(a_lot: Made, plan: InspectionPlan, gauge: Instrument) -> InspectionSheet:
    return inspected(a_lot("L1"), units=3)


def test_an_untouched_inspection_verifies(sheet: InspectionSheet) -> None:
    assert found() == set()


@pytest.mark.clause("M-03")
@pytest.mark.parametrize(
    ("model", "change", "code"),
    [
        (Characteristic, {"high": 999}, "plan_changed"),
        (InspectionSheet, {"scheme": []}, "sheet_changed"),
        (InspectionSheet, {"found": []}, "sheet_changed"),
        (InspectionSheet, {"units": 9}, "row_changed"),
        (Instrument, {"due_on": "2099-01-01"}, "row_changed"),
    ],
)
def test_what_was_changed_in_the_tables_is_found(sheet: InspectionSheet, model, change, code: str) -> None:
    model.objects.update(**change)
    assert code in found()


@pytest.mark.clause("M-03")
def test_a_result_cannot_be_changed_and_is_missed_where_somebody_could(sheet: InspectionSheet) -> None:
    for model in (Result, Calibration):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
    with triggers.lifted():
        Result.objects.filter(piece=1).update(good=False)
    assert "sheet_changed" in found()
