"""What the trace page shows, put together from one trace both ways; no request, no query of its own but for cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sanbao.kernel.words import W
from sanbao.parties.models import Customer, Department, Supplier
from sanbao.trace import queries, telling
from sanbao.trace.balances import Balance
from sanbao.trace.chains import Chain, Entry
from sanbao.trace.drawing import Drawing
from sanbao.trace.models import Lot, LotKind
from sanbao.trace.pictures import LANES, Lane, hot_path, picture
from sanbao.trace.rules import Proposal, Weight
from sanbao.trace.telling import Told
from sanbao.trace.traces import Direction, Held, Trace

#: Customers named on the card; the rest stand in one line with their sum, and all of them in the export.
NAMED = 7


@dataclass(slots=True)
class Responsible:
    """The bar above the drawing: who, and why."""

    name: str
    proposal: Proposal


@dataclass(slots=True)
class Holders:
    """The card 谁手里有货: the largest by name, the others as a sum."""

    of: tuple[str, ...]
    named: list[Held]
    others: int
    others_milli: int
    total: int
    unit: str

    @property
    def asked(self) -> str:
        """The number under which the same list is exported; several lots share no single one."""
        return self.of[0] if len(self.of) == 1 else ""


@dataclass(slots=True)
class TracePage:
    """Everything on ``/trace/<code>``. ``told`` is what is shown, ``whole`` the trace both ways."""

    whole: Trace
    told: Told
    chain: Chain
    responsible: Responsible | None
    drawing: Drawing
    lanes: list[tuple[Lane, Any]]
    balances: list[Balance]
    holders: Holders
    opened: str
    counts: dict[str, int | None]

    @property
    def shown(self) -> Trace:
        return self.told.trace


def trace_page(
    lots: Iterable[Lot], direction: Direction, *, address: str, together: bool = False, opened: str = ""
) -> TracePage:
    """``address`` is the page's own, to which ``?view=…&open=…`` is added; ``together``: it traces several lots."""
    lots = list(lots)
    whole = queries.trace(lots)
    chain = queries.conclude(whole.part(Direction.BACK))
    side = direction == Direction.SIDE
    told = telling.shown(lots, whole, direction)
    hot = hot_path(told.trace, _suspect(chain))
    drawing = picture(
        told.trace, href=_addresses(address, direction, together), hot=hot, opened=opened, marks=told.marks
    )
    basis = told.trace if side else _basis(whole)
    return TracePage(
        whole=whole,
        told=told,
        chain=chain,
        responsible=responsible(chain),
        drawing=drawing,
        lanes=list(zip(LANES, drawing.columns, strict=True)),
        balances=[] if side else telling.balanced(whole, basis),
        holders=_holders(basis),
        opened=opened,
        counts=_counts(whole, told, lots),
    )


def _counts(whole: Trace, told: Told, lots: list[Lot]) -> dict[str, int | None]:
    """How many lots each way, the starts left out; sideways only where that is shown (the page asks later)."""
    start = set(whole.start)
    back, forward = len(whole.upstream - start), len(whole.downstream - start)
    aside: int | None = None
    if told.trace.direction == Direction.SIDE:
        aside = len({lot for group in told.groups for lot in group.lots} - start)
    return {"back": back, "forward": forward, "both": back + forward, "side": aside}


def counted_aside(lots: list[Lot]) -> bool:
    """Whether the lots beside these are few enough to be counted beforehand."""
    return all(lot.kind in (LotKind.LABEL, LotKind.TRAVELLER) for lot in lots)


def _suspect(chain: Chain) -> str:
    """The lot that the proposal accuses. A missing record is drawn as a gap; it makes no lot suspect."""
    finding = chain.proposal.finding if chain.proposal else None
    return finding.code if finding and finding.weight is not Weight.NOT_IN_ORDER else ""


def responsible(chain: Chain) -> Responsible | None:
    """The proposal with the name of the department or supplier that it means."""
    if chain.proposal is None:
        return None
    if chain.proposal.kind == "supplier":
        name = Supplier.objects.filter(code=chain.proposal.ref).values_list("name", flat=True).first()
        return Responsible(f"{name or ''} {chain.proposal.ref}".strip(), chain.proposal)
    department = Department.objects.filter(code=chain.proposal.ref).first()
    return Responsible(str(department.title) if department else chain.proposal.ref, chain.proposal)


def _basis(whole: Trace) -> Trace:
    """Whose balance and holders are shown: a label's own baskets (its sisters went elsewhere), else the start."""
    if all(node.kind == LotKind.LABEL for node in whole.starts):
        start = set(whole.start)
        cards = [link.src for link in whole.links if link.dst in start]
        if cards:
            return queries.trace_forward(sorted(set(cards)))
    return whole.part(Direction.FORWARD)


def _holders(basis: Trace) -> Holders:
    held = basis.customers
    rest = held[NAMED:] if len(held) > NAMED + 1 else []
    named = held[: len(held) - len(rest)]
    return Holders(
        of=tuple(node.code for node in basis.starts),
        named=named,
        others=len(rest),
        others_milli=sum(at.quantity_milli for at in rest),
        total=len(held),
        unit=held[0].unit if held else "kg",
    )


def _addresses(address: str, direction: Direction, together: bool) -> Any:
    """Where a box leads: a lot's or record's panel, a partner's page, or the same page with a lane unfolded."""

    def href(kind: str, key: Any) -> str:
        match kind:
            case "lot":
                return reverse("trace:lot", args=[key])
            case "fold":
                return f"{address}?view={direction.value}{'&all=1' if together else ''}&open={key}#picture"
            case "supplier":
                return Supplier(pk=key).get_absolute_url()
            case "customer":
                return Customer(pk=key).get_absolute_url()
            case _:
                return reverse("trace:record", args=[str(kind), key])

    return href


def entry_href(entry: Entry) -> str:
    """Where an entry of the chain opens."""
    if entry.record:
        return reverse("trace:record", args=entry.record)
    if entry.supplier:
        return Supplier(pk=entry.supplier).get_absolute_url()
    return reverse("trace:lot", args=[entry.lot]) if entry.lot else ""


def several(lots: list[Lot]) -> list[tuple[Lot, W | str]]:
    """Several matches, to be listed and asked."""
    return [(lot, LotKind.title_of(lot.kind)) for lot in lots]
