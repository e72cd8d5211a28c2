"""What stands beside a return cannot be changed behind the record's back (M-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sanbao.returns import actions, verifying
from sanbao.returns.models import Counted, Credit, ReturnLine
from sanbao.returns.tests.conftest import credit_of, label, sent

pytestmark = pytest.mark.django_db


def breaches() -> list[str]:
    return [b.where for check in (verifying.applied, verifying.counted, verifying.balanced) for b in check()]


def test_a_changed_price_count_or_figure_is_found(credited: Any, by: Any, customer: Any) -> None:
    case = credited(label("L1", "200", "20.5"))
    actions.replace(credit_of(case), by=by.clerk, pick_list=sent(customer, "TH-A"), value=Decimal(100), source="FP-9")
    assert breaches() == []
    ReturnLine.objects.update(price=Decimal("99"))
    Counted.objects.update(quantity_milli=1)
    Credit.objects.update(returned=Decimal("9999"))
    assert sorted(w.partition(":")[0] for w in breaches()) == ["counted", "credit", "return"]
