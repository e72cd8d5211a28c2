"""领料单: the list, one slip with its lines, the lots of a material in turn."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.catalog.models import Material
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.materials import cards, documents, stock
from sanbao.materials.forms.issuing import AddLineForm
from sanbao.materials.lifecycle import SLIP
from sanbao.materials.models import IssueSlip, Lying, SlipState
from sanbao.materials.views.parts import about, may, pdf, reader, state_pill
from sanbao.parties.models import Department
from sanbao.trace.models import Lot, LotKind, MaterialIssue, Receipt
from sanbao.web import moves
from sanbao.web.lists import Choice, Column, Days, Listing, Tab, Words
from sanbao.web.subjects import who
from sanbao.web.templatetags.parts import code, when


class SlipList(Listing):
    name = "issue-slips"
    order = "-number"
    filters = (
        Words(lambda rows, words: rows.filter(pk__in=search.matching("issue_slip", words))),
        Choice("department", W("领用部门", "Department"), lambda: [(d.code, d.title) for d in Department.objects.all()],
               field="department__code"),
        Days("opened", W("开单日期", "Opened"), field="opened_at__date"),
    )  # fmt: skip
    tabs = (
        Tab("open", W("待发料", "To be issued"), Q(state=SlipState.OPEN)),
        Tab("issued", W("已发料", "Issued"), Q(state=SlipState.ISSUED)),
        Tab("all", W("全部", "All"), Q()),
    )
    columns = (
        Column("number", W("编号", "No."), lambda s: code(s.number), sort="number", opens=True, narrow=True),
        Column("into", W("用于", "For"), lambda s: f"{LotKind.title_of(s.into_kind)} {s.into}", plain=lambda s: s.into),
        Column("department", W("领用部门", "Department"), lambda s: s.department.title,
               plain=lambda s: s.department.title),
        Column("n", W("行数", "Lines"), number=True),
        Column("state", W("状态", "State"), state_pill, plain=lambda s: SlipState.title_of(s.state), narrow=True),
        Column("opened", W("开单", "Opened"), lambda s: when(s.opened_at), sort="opened_at",
               plain=lambda s: s.opened_at, narrow=True),
        Column("issued_by", W("发料", "Issued by"), lambda s: who(s.issued_by) if s.issued_by else "",
               plain=lambda s: who(s.issued_by) if s.issued_by else ""),
    )  # fmt: skip


@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    rows = IssueSlip.objects.visible_to(by).select_related("department").annotate(n=Count("lines"))
    return SlipList(request, rows).respond("materials/slips.html", may=may(by))


@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """One slip: its lines, the form for the next one, and the lots of a material in turn."""
    by = reader(request)
    case: Any = moves.find(SLIP, pk, by)
    lines = list(case.lines.select_related("lot__material", "place").order_by("id"))
    receipts = {r.lot_id: r for r in Receipt.standing.filter(lot__in=[line.lot_id for line in lines])}
    records = [line.record_id for line in lines if line.record_id]
    struck = dict(MaterialIssue.objects.filter(pk__in=records).exclude(voided="").values_list("pk", "voided"))
    adds = case.state == SlipState.OPEN and by.may("materials.ask_issue")
    facts = about(case, by) | {
        "lines": [
            (
                line,
                _called(line, receipts),
                receipts.get(line.lot_id),
                cards.said(line.quantity_milli, line.lot.unit),
                cards.said(line.returned_milli, line.lot.unit) if line.returned_milli else "",
                line.record_id in struck,
            )
            for line in lines
        ],
        "kind": LotKind.title_of(case.into_kind),
        "form": AddLineForm(by=by, initial=request.GET.dict()) if adds else None,
        "version": case.version,
        "turn": turn_of(case, by, request.GET.get("material", "")) if adds else None,
    }  # fmt: skip
    facts["offers"] = [offer for offer in facts["offers"] if offer.name not in ("add", "remove")]
    return render(request, "materials/slip.html", facts)


def _called(line: Any, receipts: dict[int, Receipt]) -> str:
    receipt = receipts.get(line.lot_id)
    return line.lot.material.name if line.lot.material else receipt.material_name if receipt else ""


def turn_of(case: IssueSlip, by: Actor, asked: str) -> list[dict[str, Any]] | None:
    """The lots of a material that may go out, in the order in which they are due (T-07)."""
    material = Material.objects.visible_to(by).filter(code=code_key(asked)).first() if asked else None
    if material is None:
        return None
    taken = dict(case.lines.values_list("lot_id", "quantity_milli"))  # type: ignore[attr-defined]
    found = stock.offers(stock.of_material(material), customer=case.customer_id, taken=taken)
    lots = Lot.objects.in_bulk([offer.lot for offer in found])
    lying = {row.lot_id: row.place.code for row in Lying.objects.filter(lot__in=lots).select_related("place")}
    return [
        {"lot": lots[o.lot], "left": cards.said(o.left, lots[o.lot].unit), "place": lying.get(o.lot, "")}
        for o in found
        if o.left > 0
    ]


@require_safe
def slip_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    by = reader(request)
    case: Any = moves.find(SLIP, pk, by)
    return pdf(documents.slip_pdf(case, by), case.number)
