"""What a scanned code is in the trace: a lot by its own code or what stands on it, a paper by its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.refusals import Refusal, in_force
from sanbao.kernel.words import W
from sanbao.trace import concerns, marks, queries
from sanbao.trace.models import Handle, HandleKind, Lot, LotKind, QualityStatus, Shipment
from sanbao.trace.saying import exact
from sanbao.trace.templatetags.trace_parts import SHADES
from sanbao.web.scans import Act, Match

#: Numbers that stand on a piece of material. The others stand on papers, and one paper names many lots.
PIECES = frozenset({HandleKind.SPRAY, HandleKind.SUPPLIER_LOT, HandleKind.SERIAL})


def find(code: str, by: Actor) -> list[Match]:
    """Lots and papers of this code: four questions at most, however many lots they name."""
    key = code_key(code)[:64]
    lots = {lot.pk: lot for lot in queries.find(code, actor=by)}
    if not lots:
        return []
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, lot in Handle.objects.filter(key=key).values_list("kind", "lot_id"):
        if lot in lots:
            by_kind[kind].append(lot)
    own = [lot.pk for lot in lots.values() if lot.key == key]
    pieces = dict.fromkeys(own, "")
    papers = []
    for kind, named in by_kind.items():
        if kind in PIECES or len(named) == 1:
            pieces.update({lot: f"{HandleKind.title_of(kind)} {code.strip()}" for lot in named if lot not in pieces})
        else:
            papers.append(_paper(kind, code.strip(), len(named)))
    return [*_lots(pieces), *papers]


def _lots(pieces: dict[int, str]) -> list[Match]:
    rows = Lot.objects.filter(pk__in=pieces).select_related("product", "material").order_by("kind", "code")
    sent = Shipment.standing.filter(lot__in=pieces).select_related("customer").order_by("lot_id", "-shipped_on", "-id")
    holders: dict[int, Shipment] = {}
    for shipment in sent:
        holders.setdefault(shipment.lot_id, shipment)
    told = marks.marks(pieces)
    found = [_lot(row, pieces[row.pk], holders.get(row.pk), told.get(row.pk) or marks.Marks()) for row in rows]
    if len(found) == 1 and not found[0].warning:
        found = [replace(found[0], warning=_objection(found[0].row))]
    return found


def _objection(lot: Lot) -> W | str:
    """What an upper room would say at the gate: that this label is void, or reported as lost."""
    for keeper in concerns.gatekeepers:
        try:
            keeper([lot])
        except Refusal as refusal:
            return refusal.sentence.format(**refusal.facts)
    return ""


def _lot(lot: Lot, written: str, shipment: Shipment | None, told: marks.Marks) -> Match:
    facts: Iterable[Any] = (
        lot.product or lot.material or "",
        exact(lot.quantity_milli, lot.unit) if lot.quantity_milli is not None else "",
        f"{lot.made_on:%Y-%m-%d}" if lot.made_on else "",
        W("已发 {name}", "shipped to {name}", name=shipment.customer.name) if shipment else "",
        W("属于 {name}", "property of {name}", name=told.owner) if told.owner else "",
        written,
    )
    state = QualityStatus(lot.status).title if lot.status else ""
    tone = SHADES.get(QualityStatus(lot.status), "soon") if lot.status else ""
    return Match(
        f"lot.{lot.kind}",
        f"lot:{lot.pk}",
        LotKind.title_of(lot.kind),
        lot.code,
        tuple(fact for fact in facts if fact),
        state,
        tone,
        lot.get_absolute_url(),
        lot,
        _warning(lot, told),
    )


def _warning(lot: Lot, told: marks.Marks) -> W | str:
    """T-13: that material is held or has failed is always visible, also to a man in gloves."""
    if not in_force("T-13"):
        return ""
    if told.holds:
        said = W("冻结中，不得领用、发出：{why}", "On hold, neither to be used nor shipped: {why}")
        return said.format(why="；".join(f"{hold.number} {hold.reason}" for hold in told.holds))
    if lot.status == QualityStatus.FAILED:
        return W("不合格，不得领用、发出。", "Failed, neither to be used nor shipped.")
    return ""


def _paper(kind: str, number: str, lots: int) -> Match:
    """A pick list, a receipt, a report: one thing, whatever stands on it."""
    return Match(
        f"paper.{kind}",
        f"paper:{kind}:{number}",
        HandleKind.title_of(kind),
        number,
        (W("{n} 个批次", "{n} lots", n=lots),),
        href=reverse("trace:trace", args=[number]),
    )


def acts(match: Match, by: Actor) -> list[Act]:
    if not match.what.startswith(("lot.", "paper.")):
        return []
    found = [Act(W("查追溯", "Trace"), match.href, "trace")]
    if match.what.startswith("lot."):
        lots = urlencode({"lots": match.code})
        if by.may("trace.judge"):
            found.append(Act(W("质量判定", "Judge"), f"{reverse('trace:judge')}?{lots}", "shield-check", dialog=True))
        if by.may("trace.hold"):
            found.append(Act(W("冻结", "Hold"), f"{reverse('trace:hold_new')}?{lots}", "pause", dialog=True))
    return found
