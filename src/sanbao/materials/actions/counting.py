"""盘点: counted blind, against the book of that very moment, approved by somebody who did not count (W-07, R-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanbao.kernel import numbering, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest, text_of
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.quantities import Quantity
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.materials import counts, stock
from sanbao.materials.actions import placing
from sanbao.materials.actions.telling import need
from sanbao.materials.lifecycle import COUNT
from sanbao.materials.models import CountEntry, CountLine, CountScope, Finding, Lying, Place, StockCount
from sanbao.trace import actions as trace
from sanbao.trace import queries as lots
from sanbao.trace.models import Lot, LotKind, MovementKind

#: What a differing line is called on the stock card.
REASON = W("盘点 {number} {finding}", "stock-taking {number}: {finding}")


def open_count(*, by: Actor, places: Sequence[Place] = (), material_class: str = "", remark: str = "") -> StockCount:
    """Begin a count: of places, or of a class of material wherever it lies."""
    with COUNT.opening("open", by=by, material_class=material_class.strip(), remark=remark) as step:
        need(
            bool(places) != bool(material_class.strip()), "count.no_scope", "请选要盘的库位，或者填一个材料类别。",
            "Choose the places to count, or one class of material.", clause="W-07", field="places",
        )  # fmt: skip
        case = step.case
        case.number, case.opened_by, case.opened_at = numbering.take("stock_count"), by.ref, now()
        step.insert()
        CountScope.objects.bulk_create([CountScope(count=case, place=place) for place in places])
        step.record(places=[place.code for place in places])
    return case


def scan(
    count: StockCount,
    *,
    by: Actor,
    code: str,
    place: Place | None = None,
    quantity: Quantity | None = None,
    pieces: int | None = None,
    expect: int | None = None,
) -> StockCount:
    """Write down one lot as it lies there. A code that nobody knows is kept as such; nothing of the book is told."""
    with COUNT.move("scan", count, by=by, expect=expect) as step:
        case = step.case
        _in_scope(case, place)
        lot = _lot(code, by)
        if lot is not None and quantity is not None:
            placing.same_unit(lot, quantity)
        entry = CountEntry(
            count=case, code=code.strip()[:100], lot=lot, place=place, pieces=pieces, at=now(), by=by.ref,
            quantity_milli=quantity.milli if quantity else None,
        )  # fmt: skip
        if lot is not None:
            _of_the_class(case, lot)
            entry.left_milli, entry.book_milli = counts.book_now(case, lot)
        entry.save(force_insert=True)
        step.record(entry=entry.pk, lot=lot.code if lot else "", code=entry.code if lot is None else "",
                    place=place.code if place else "", milli=entry.quantity_milli, pieces=pieces,
                    left=entry.left_milli, book=entry.book_milli)  # fmt: skip
    return step.case


def submit(count: StockCount, *, by: Actor, expect: int | None = None) -> StockCount:
    """Hand the result in. What was received or issued between two scans of one lot must be counted again first."""
    with COUNT.move("submit", count, by=by, expect=expect) as step:
        case = step.case
        lines = counts.lines_of(case)
        need(lines, "count.empty", "没有要盘的，也没有扫到任何东西。", "There was nothing to count and nothing was "
             "scanned.", clause="W-07")  # fmt: skip
        moved = [line.code for line in lines if line.finding == Finding.MOVED]
        need(not moved, "count.moved_meanwhile", "{lots} 盘点中有收发，请在每个库位重新盘。",
             "{lots} moved while being counted; count them again at every place.", clause="W-07",
             lots="、".join(moved[:8]))  # fmt: skip
        CountLine.objects.filter(count=case).delete()
        CountLine.objects.bulk_create(lines)
        case.rounds += 1
        case.submitted_by, case.submitted_at = by.ref, now()
        case.digest = content_digest(lines)
        step.record(lines=len(lines), differing=sum(1 for line in lines if line.finding != Finding.SAME))
    return step.case


def recount(count: StockCount, *, by: Actor, reason: str, expect: int | None = None) -> StockCount:
    """Back to the counters, with the reason."""
    with COUNT.move("recount", count, by=by, expect=expect) as step:
        step.record(reason=reason)
        step.case.remark = reason[:300]
    return step.case


def approve(count: StockCount, *, by: Actor, expect: int | None = None) -> StockCount:
    """The manager, who did not count, books the differences and puts every lot where it was found (R-11)."""
    with COUNT.move("approve", count, by=by, expect=expect) as step:
        case = step.case
        counters = set(case.entries.values_list("by", flat=True)) | {case.opened_by, case.submitted_by}
        signatures.not_the_same(by, others=sorted(counters), code="count.own")
        lines = list(case.lines.select_related("lot").order_by("id"))
        _still_holds(lines)
        for line in lines:
            if line.lot is not None:
                _book(step, line)
        case.decided_by, case.decided_at = by.ref, now()
        content = {"count": case.number, "lines": case.digest}
        signatures.sign(subject=case.subject, meaning="approve", content=content, by=by, clause="W-07")
        step.record(movements=[line.movement_id for line in lines if line.movement_id])
    return step.case


def cancel(count: StockCount, *, by: Actor, reason: str, expect: int | None = None) -> StockCount:
    with COUNT.move("cancel", count, by=by, expect=expect) as step:
        step.record(reason=reason)
        step.case.remark = reason[:300]
    return step.case


def content_digest(lines: Sequence[CountLine]) -> str:
    """What is approved: every line as it stands."""
    rows = [
        [line.code, line.finding, line.book_milli, line.found_milli, line.left_milli, line.places] for line in lines
    ]
    return digest(text_of(rows))


def _lot(code: str, by: Actor) -> Lot | None:
    """The lot of a code; none for a code that nobody knows. Several are asked, because a count may not guess."""
    found = lots.find(code, actor=by)
    if len(found) > 1:
        refuse(
            "lot.several",
            W(
                "“{typed}”指 {n} 个批次，请扫本厂批号或标签。",
                "“{typed}” names {n} lots; scan our own code or a label.",
            ),
            clause="W-07",
            status=422,
            field="code",
            typed=code.strip()[:80],
            n=len(found),
            lots=[lot.code for lot in found],
        )
    return found[0] if found else None


def _in_scope(case: StockCount, place: Place | None) -> None:
    counted = dict(case.scope.values_list("place_id", "place__code"))
    need(
        not counted or (place is not None and place.pk in counted), "count.not_in_scope",
        "这次只盘库位 {places}，请选其中一个。", "Only the places {places} are counted; choose one of them.",
        clause="W-07", field="place", places="、".join(sorted(counted.values())),
    )  # fmt: skip


def _of_the_class(case: StockCount, lot: Lot) -> None:
    if not case.material_class:
        return
    of = lot.material.material_class.strip() if lot.kind == LotKind.RAW and lot.material else ""
    need(
        of == case.material_class, "count.other_class", "{lot} 不属于“{material_class}”，这次不盘它。",
        "{lot} is not of the class “{material_class}” and is not counted now.", clause="W-07", field="code",
        lot=lot.code, material_class=case.material_class,
    )  # fmt: skip


def _still_holds(lines: Sequence[CountLine]) -> None:
    """A lot that was missing and has been used since was not missing; and no book may fall below nothing."""
    left = stock.left_of([line.lot_id for line in lines if line.lot_id])
    wrong = [
        line.code
        for line in lines
        if line.lot_id
        and (now_left := left[line.lot_id]) is not None
        and (
            (line.finding == Finding.MISSING and now_left != line.left_milli) or now_left + counts.difference(line) < 0
        )
    ]
    need(not wrong, "count.moved_since", "{lots} 交盘点结果后又有收发，请退回复盘。",
         "{lots} moved after the result was handed in; send it back to be counted again.", clause="W-07",
         lots="、".join(wrong[:8]))  # fmt: skip


def _book(step: Step[StockCount], line: CountLine) -> None:
    case, by = step.case, step.by
    if difference := counts.difference(line):
        said = REASON.format(number=case.number, finding=Finding(line.finding).zh).said_in("zh-hans")
        moved = trace.move(
            by=by, lot=line.lot, what=MovementKind.COUNTED, quantity_milli=difference, reason=said,
            number=case.number, about=case.subject,
        )  # fmt: skip
        line.movement_id = moved.pk
        line.save(update_fields=["movement_id"])
    if line.finding == Finding.MISSING:
        Lying.objects.filter(lot=line.lot, place__in=case.scope.values("place")).delete()
    elif line.places and line.finding != Finding.SAME:
        _relocate(case, line, by)


def _relocate(case: StockCount, line: CountLine, by: Actor) -> None:
    """Put the lot where it was found: whole where it lies at one place, in parts where at several."""
    assert line.lot is not None
    found: list[Any] = line.places
    places = Place.objects.in_bulk([pk for pk, _, _ in found])
    counted = case.scope.values("place") if case.scope.exists() else Place.objects.values("pk")
    elsewhere = Lying.objects.filter(lot=line.lot).exclude(place__in=counted)
    whole = len(found) == 1 and (not elsewhere.exists() or line.found_milli == line.left_milli)
    if whole:
        [(pk, _, pieces)] = found
        placing.lay(line.lot, places[pk], by=by, pieces=pieces)
        return
    moved = counts.moved_in(line)
    for row in elsewhere.exclude(quantity_milli=None).order_by("since", "id"):
        part = min(row.quantity_milli or 0, moved)
        moved -= part
        elsewhere.filter(pk=row.pk).update(quantity_milli=(row.quantity_milli or 0) - part)
    elsewhere.filter(quantity_milli=0).delete()
    Lying.objects.filter(lot=line.lot, place__in=counted).delete()
    for pk, milli, pieces in found:
        facts = {"quantity_milli": milli, "pieces": pieces, "since": now(), "by": by.ref}
        Lying.objects.create(lot=line.lot, place=places[pk], **facts)
