"""A package that was divided under new labels is told with its kilograms, one event for each new label (T-14)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sanbao.epcis.tests.sending import asked
from sanbao.goods import actions as goods
from sanbao.goods.models import Label
from sanbao.goods.tests.conftest import KG, by, card, label, masters, monday_morning, pack, people  # noqa: F401


@pytest.mark.clause("T-14")
def test_what_came_under_new_labels_is_told_one_by_one(label: Label, by: SimpleNamespace) -> None:  # noqa: F811
    relabel = goods.repack(by=by.storekeeper, labels=[label], parts=[(70 * KG, 24), (50 * KG, 16)], reason="分送")
    told = [event for event in asked() if event["sanbao:record"] == f"relabel:{relabel.pk}"]
    each = {event["outputQuantityList"][0]["epcClass"]: event["inputQuantityList"][0] for event in told}
    new = {f"https://epcis.sanbao.example/lots/label/{made.code}" for made in relabel.made.all()}
    assert (set(each), len(new)) == (new, 2)
    assert sorted((line["epcClass"].rpartition("/")[2], line["quantity"]) for line in each.values()) == [
        (label.code, 50),
        (label.code, 70),
    ]
