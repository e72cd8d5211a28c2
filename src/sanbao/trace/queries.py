"""Questions to the traceability store. All of them take a constant number of queries and cut nothing."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from time import perf_counter
from typing import Any

from django.db.models import Q

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import in_force, refuse
from sanbao.kernel.scanned import Scanned
from sanbao.kernel.words import W
from sanbao.trace import concerns, scopes, sides, witnesses
from sanbao.trace.accounts import Account as Account
from sanbao.trace.accounts import account as account
from sanbao.trace.accounts import accounts as accounts
from sanbao.trace.chains import Chain, findings_of, stages_of
from sanbao.trace.engines import Engine
from sanbao.trace.engines.choosing import ChoosingEngine
from sanbao.trace.marks import Marks as Marks
from sanbao.trace.marks import marks as marks
from sanbao.trace.models import (
    Handle,
    Heat,
    InspectionReport,
    Lot,
    LotKind,
    LotLink,
    MaterialIssue,
    Packing,
    Receipt,
    Record,
    RecordKind,
    Shipment,
    Traveller,
    record_of,
)
from sanbao.trace.rules import Finding, Stage, Weight, propose
from sanbao.trace.saying import exact as exact
from sanbao.trace.scopes import Holding as Holding
from sanbao.trace.scopes import Scope as Scope
from sanbao.trace.sides import Side
from sanbao.trace.store import Asked
from sanbao.trace.store import among as among
from sanbao.trace.traces import Direction, Held, Link, Node, Records, Trace

engine: Engine = ChoosingEngine()


def find(code: str, *, actor: Actor) -> list[Lot]:
    """Lots by own code, label, spray code, supplier's lot, certificate, serial or the number of any paper.

    Nothing found: an empty list. Several: the caller lists them and asks, or traces them together.
    """
    key = code_key(code)[:64]
    if not key:
        return []
    # Two questions, because PostgreSQL reads the whole table for "own code, or in this subquery".
    by_handle = list(Handle.objects.filter(key=key).values_list("lot_id", flat=True))
    return list(Lot.objects.visible_to(actor).filter(Q(key=key) | Q(id__in=by_handle)).order_by("kind", "code"))


def meant(read: Scanned, *, actor: Actor) -> str:
    """Of what one symbol may mean, the code that a lot bears; what nobody knows is left to the caller to refuse."""
    if len(read.codes) == 1:
        return read.code
    return next((code for code in read.codes if find(code, actor=actor)), read.code)


def found(code: str, *, actor: Actor) -> list[Lot]:
    """As ``find``; refuses an unknown code (404, ``trace.unknown_code``)."""
    lots = find(code, actor=actor)
    if not lots:
        refuse(
            "trace.unknown_code",
            W("没有找到编号“{typed}”。", "No lot, label or paper has the number “{typed}”."),
            clause="T-14",
            status=404,
            typed=code.strip()[:80],
        )
    return lots


def trace_back(lots: Iterable[Lot | int]) -> Trace:
    """溯源: everything that went into these lots (T-14)."""
    return trace(lots, Direction.BACK)


def trace_forward(lots: Iterable[Lot | int]) -> Trace:
    """追踪: everything that was made from these lots, and who holds it (T-14)."""
    return trace(lots, Direction.FORWARD)


def trace(lots: Iterable[Lot | int], direction: Direction = Direction.BOTH) -> Trace:
    """Back, forward, or both ways from the starts; both never reaches a lot that merely shares an input."""
    began = perf_counter()
    start = [lot if isinstance(lot, int) else lot.pk for lot in lots]
    up = set(engine.back(start)) if direction != Direction.FORWARD else set()
    down = set(engine.forward(start)) if direction != Direction.BACK else set()
    links = _links(up, down)
    return _told(start, direction, up | down, links, up=up, down=down, began=began)


def trace_side(lots: Iterable[Lot | int]) -> Side:
    """旁溯: what else shared a furnace load, a bath, a press and shift, a heat, a basket or a package (T-14)."""
    began = perf_counter()
    found = sides.common([lot if isinstance(lot, int) else lot.pk for lot in lots], engine)
    down = set(engine.forward(sorted(found.seeds))) if found.seeds else set()
    every = down | found.cards | found.things | set(found.start)
    # What leads into the baskets from what they shared, and everything onward from the others.
    ends = found.cards | found.seeds | found.things | set(found.start)
    inward = [link for link in _links(ends, set()) if link.src in every]
    links = sorted({*inward, *_links(set(), down)}, key=lambda link: (link.src, link.dst, link.kind, link.record))
    answer = _told(found.start, Direction.SIDE, every, links, up=set(), down=down, began=began)
    return sides.gathered(found, answer)


def side_count(lots: Iterable[Lot | int]) -> int:
    """How many other lots a side trace of these would find; nothing of them is read but their number."""
    start = [lot if isinstance(lot, int) else lot.pk for lot in lots]
    seeds = sides.common(start, engine).seeds
    return len(set(engine.forward(sorted(seeds))) - set(start)) if seeds else 0


def _told(
    start: list[int],
    direction: Direction,
    lots: set[int],
    links: list[Link],
    *,
    up: set[int],
    down: set[int],
    began: float,
) -> Trace:
    """A found set with its names and records. The time is that of finding it."""
    milliseconds = (perf_counter() - began) * 1000
    nodes = _nodes(lots)
    return Trace(
        start=[lot for lot in start if lot in nodes],
        direction=direction,
        nodes=nodes,
        links=links,
        records=_records(nodes.values(), links),
        upstream=frozenset(up),
        downstream=frozenset(down),
        milliseconds=milliseconds,
        witnessed=_witnessed(nodes, links),
    )


def with_baskets(lots: Iterable[Lot]) -> list[Lot]:
    """The lots and, beside each label, the travellers that it was packed from: its sisters are meant too."""
    found = {lot.pk: lot for lot in lots}
    labels = [pk for pk, lot in found.items() if lot.kind == LotKind.LABEL]
    if labels:
        sources = LotLink.objects.filter(dst__in=among(labels)).values("src")
        found |= {lot.pk: lot for lot in Lot.objects.filter(pk__in=sources, kind=LotKind.TRAVELLER)}
    return list(found.values())


def common_sources(lots: Iterable[Lot | int]) -> dict[int, int]:
    """For every lot upstream of these: how many of them it went into. One query."""
    return engine.sources(lot if isinstance(lot, int) else lot.pk for lot in lots)


def holders_of(lots: Iterable[Lot | int]) -> list[Held]:
    """谁手里有货: every customer who holds labels made from these lots, with kilograms (C-10)."""
    return scope(lots).customers


def scope(lots: Iterable[Lot | int]) -> Scope:
    """召回范围: everything made from these lots, by customer and place, with kilograms and label codes (C-10, Q-06).

    Set-wise: a hundred thousand labels take a few tenths of a second.
    """
    start = [lot if isinstance(lot, int) else lot.pk for lot in lots]
    return scopes.scope(start, engine.forward(start))


def chain(lots: Iterable[Lot | int], *, complained: Iterable[int] = (), usual: str = "") -> Chain:
    """The ten-stage chain of C-16 and the responsibility that it proposes.

    ``complained`` are further lots with complaints of the same kind (default: what the complaints room reports);
    ``usual`` is the department that usually answers for this class of fault.
    """
    return conclude(trace_back(lots), complained=complained, usual=usual)


def conclude(answer: Trace, *, complained: Iterable[int] = (), usual: str = "") -> Chain:
    """As ``chain``, from a backward trace that is there already."""
    alike = set(complained) or concerns.alike(answer.start)
    findings = findings_of(answer) + _shared(answer, alike | set(answer.start))
    # What partners alone have told of goes through none of our ten stages: nothing of it is in order or amiss.
    foreign = bool(answer.nodes) and all(node.kind == LotKind.ITEM for node in answer.nodes.values())
    asked = in_force("C-16") and (findings or not foreign)
    proposal = propose(findings, usual=usual) if asked else None
    return Chain(answer, stages_of(answer, _papers(answer)), findings, proposal)


def _papers(answer: Trace) -> list[concerns.Paper]:
    """What upper rooms wrote down about the links of a trace: one question to each."""
    linked: dict[RecordKind, set[int]] = {}
    for link in answer.links:
        if link.kind in concerns.papers:
            linked.setdefault(link.kind, set()).add(link.record)
    found = [paper for kind, ids in linked.items() for paper in concerns.papers[kind](sorted(ids))]
    return sorted(found, key=lambda paper: (paper.kind, paper.id))


def _shared(answer: Trace, complained: set[int]) -> list[Finding]:
    """Lots of this trace from which all complained labels come, with how much else was made from each."""
    if len(complained) < 2:
        return []
    hits = {lot: n for lot, n in common_sources(complained).items() if n == len(complained) and lot in answer.nodes}
    widths = engine.widths(hits)
    found = []
    for lot, n in hits.items():
        node = answer.nodes[lot]
        receipts = answer.records.receipts.get(lot, [])
        found.append(
            Finding(
                Weight.SHARED,
                Stage.MATERIAL_LOT if node.kind == LotKind.RAW else Stage.QUALITY_RECORD,
                node.code,
                W("同类投诉的共同来源", "the common source of like complaints"),
                hits=n,
                complaints=len(complained),
                width=widths[lot],
                supplier=receipts[0].supplier__code if receipts else "",
            )
        )
    return found


def shipped(lots: Iterable[int]) -> bool:
    """Whether any of these lots has left the house."""
    return Shipment.standing.filter(lot__in=among(list(lots))).exists()


def _links(up: set[int], down: set[int]) -> list[Link]:
    """All links into a lot of the backward answer and out of a lot of the forward answer."""
    found = _INTO.of(up) if up else []
    if down:
        # Only a link between two starts, or round a loop, is found twice.
        found = list({*found, *_OUT.of(down)}) if up else _OUT.of(down)
    found.sort()
    return [Link(src, dst, *record_of(event), quantity) for src, dst, event, quantity in found]


_ENDS = ("src", "dst", "event", "quantity_milli")
_INTO: Asked[tuple[Any, ...]] = Asked(lambda ids: LotLink.objects.filter(dst__in=ids).values_list(*_ENDS), tuple)
_OUT: Asked[tuple[Any, ...]] = Asked(lambda ids: LotLink.objects.filter(src__in=ids).values_list(*_ENDS), tuple)


def _node(row: tuple[Any, ...]) -> Node:
    *facts, product, material = row
    return Node(*facts, product or "", material or "")


_NODES = Asked(
    lambda ids: Lot.objects.filter(id__in=ids).values_list(
        "id", "code", "kind", "quantity_milli", "unit", "status", "made_on", "product__code", "material__name"
    ),
    _node,
)


def _witnessed(nodes: dict[int, Node], links: list[Link]) -> frozenset[int]:
    """Asked only where an event from outside takes part."""
    foreign = any(link.kind == RecordKind.CAPTURE for link in links)
    if foreign or any(node.kind == LotKind.ITEM for node in nodes.values()):
        return witnesses.vouched(nodes)
    return frozenset()


def _nodes(lots: set[int]) -> dict[int, Node]:
    return {node.id: node for node in _NODES.of(sorted(lots))}


def _named(model: type[Record], *joined: str, by: str = "lot") -> Asked[Any]:
    """The standing records about lots, as named rows: nothing to lazy-load by accident."""
    columns = [*(field.attname for field in model._meta.concrete_fields), *joined]
    row = namedtuple(model.__name__, columns)  # type: ignore[misc]
    return Asked(
        lambda ids: model.standing.filter(**{f"{by}__in": ids}).order_by("id").values_list(*columns), row._make
    )


_RECEIPTS = _named(Receipt, "supplier__code", "supplier__name")
_ISSUES = _named(MaterialIssue, by="id")
_HEATS, _TRAVELLERS, _REPORTS, _PACKINGS = map(_named, (Heat, Traveller, InspectionReport, Packing))
_SHIPMENTS = _named(Shipment, "customer__code", "customer__name", "site__name")


def _records(nodes: Iterable[Node], links: list[Link]) -> Records:
    ids: dict[str, list[int]] = {kind: [] for kind in LotKind}
    for node in nodes:
        ids[node.kind].append(node.id)
    raw, heats, cards, labels = (ids[k] for k in (LotKind.RAW, LotKind.HEAT, LotKind.TRAVELLER, LotKind.LABEL))
    issued = sorted({link.record for link in links if link.kind == RecordKind.ISSUE})
    return Records(
        receipts=_by_lot(_RECEIPTS.of(raw)),
        issues={row.id: row for row in _ISSUES.of(issued)},
        heats=_by_lot(_HEATS.of(heats)),
        travellers={row.lot_id: row for row in _TRAVELLERS.of(cards)},
        reports=_by_lot(_REPORTS.of(cards)),
        packings={row.lot_id: row for row in _PACKINGS.of(labels)},
        shipments=_by_lot(_SHIPMENTS.of(labels)),
    )


def _by_lot(rows: list[Any]) -> dict[int, list[Any]]:
    listed: dict[int, list[Any]] = {}
    for row in rows:
        listed.setdefault(row.lot_id, []).append(row)
    return listed
