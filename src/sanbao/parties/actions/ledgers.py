"""Master data out of a factory's spreadsheets: whole files at once, the same file again changes nothing.

Each row is a mapping of field name to text as the ledger has it; columns that a ledger does not have are
left out and change nothing. What cannot be resolved (an unknown region or dealer) is taken with a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.keeping import Taken, take
from sanbao.kernel.words import W
from sanbao.parties import queries
from sanbao.parties.actions.partners import CUSTOMER_PERSONAL, list_numbers, lock_tree, named, retie
from sanbao.parties.lifecycle import CUSTOMER, DEALER, SUPPLIER
from sanbao.parties.models import Category, Dealer, RegionKind

type Row = Mapping[str, str]

CATEGORIES = {
    "国内": Category.DOMESTIC,
    "内销": Category.DOMESTIC,
    "出口": Category.EXPORT,
    "外销": Category.EXPORT,
    "消费者": Category.CONSUMER,
    "个人": Category.CONSUMER,
    **{str(category): category for category in Category},
}
UNKNOWN_REGION = W("不认识的省份或国家“{value}”。", "Unknown province or country “{value}”.")
UNKNOWN_DEALER = W("不认识的经销商“{value}”。", "Unknown dealer “{value}”.")
UNKNOWN_PARENT = W("不认识的上级“{value}”，暂作独立网点。", "Unknown parent “{value}”; taken as a root.")


def take_customers(rows: Sequence[Row], *, by: Actor) -> list[Taken]:
    """Rows with code, name, category, region, city, address, phones, fax, email, dealer (its code)."""
    by.need("parties.edit")
    with transaction.atomic():
        regions = queries.regions_by_name(row.get("region", "") for row in rows)
        dealers = queries.dealers_by_code(row.get("dealer", "") for row in rows)
        values, remarks = [], []
        for row in rows:
            taken, said = _plain(row, {"region", "dealer", "category"}), []
            said += _resolve(taken, row, "region", regions, UNKNOWN_REGION)
            said += _resolve(taken, row, "dealer", dealers, UNKNOWN_DEALER)
            region = regions.get(row.get("region", ""))
            if category := CATEGORIES.get(row.get("category", "").strip()):
                taken["category"] = str(category)
            elif region and region.kind == RegionKind.COUNTRY:
                taken["category"] = str(Category.EXPORT)
            values.append(taken)
            remarks.append(said)
        results = take(CUSTOMER, values, by=by, personal=CUSTOMER_PERSONAL)
        list_numbers(list({r.row.pk: r.row for r in results if r.changed}.values()))
    return _remarked(results, remarks)


def take_suppliers(rows: Sequence[Row], *, by: Actor) -> list[Taken]:
    """Rows with code, name, supplies."""
    by.need("parties.edit")
    return take(SUPPLIER, [_plain(row, set()) for row in rows], by=by)


def take_dealers(rows: Sequence[Row], *, by: Actor) -> list[Taken]:
    """Rows with code, name, kind, region, city, address, hotline, parent (its code, in any order)."""
    by.need("parties.edit")
    with transaction.atomic():
        lock_tree()
        regions = queries.regions_by_name(row.get("region", "") for row in rows)
        values, remarks = [], []
        for row in rows:
            taken = _plain(row, {"region", "parent"})
            remarks.append(_resolve(taken, row, "region", regions, UNKNOWN_REGION))
            values.append(taken)
        results = take(DEALER, values, by=by)
        _place(rows, results, remarks, by)
        retie()
    return _remarked(results, remarks)


def _place(rows: Sequence[Row], results: list[Taken], remarks: list[list[W]], by: Actor) -> None:
    """Put the dealers under their parents, which may stand anywhere in the ledger."""
    known = {dealer.code: dealer for dealer in Dealer.objects.all()}
    parents = {dealer.pk: dealer.parent_id for dealer in known.values()}
    for n, row in enumerate(rows):
        if "parent" not in row:
            continue
        dealer, wanted = known[code_key(row["code"])], code_key(row["parent"])
        parent = known.get(wanted)
        if wanted and (parent is None or _stands_below(parent.pk, dealer.pk, parents)):
            remarks[n].append(UNKNOWN_PARENT.format(value=row["parent"]))
        elif parents[dealer.pk] != (parent_id := parent.pk if parent else None) and dealer.state == "in_use":
            parents[dealer.pk] = parent_id
            with DEALER.move("edit", dealer, by=by) as step:
                step.case.parent_id = parent_id
            results[n].row, results[n].changed = step.case, True


def _stands_below(node: int, other: int, parents: Mapping[int, int | None]) -> bool:
    at: int | None = node
    while at is not None and at != other:
        at = parents.get(at)
    return at == other


def _plain(row: Row, resolved: set[str]) -> dict[str, Any]:
    return named({name: text.strip() for name, text in row.items() if name not in resolved})


def _resolve(taken: dict[str, Any], row: Row, field: str, found: Mapping[str, Any], unknown: W) -> list[W]:
    """Put what a code or name stands for; an unknown one leaves the field as it is."""
    text = row.get(field)
    if text is None:
        return []
    if not text.strip():
        taken[f"{field}_id"] = None
    elif text in found:
        taken[f"{field}_id"] = found[text].pk
    else:
        return [unknown.format(value=text)]
    return []


def _remarked(results: list[Taken], remarks: Iterable[list[W]]) -> list[Taken]:
    for result, said in zip(results, remarks, strict=True):
        result.remarks += said
    return results
