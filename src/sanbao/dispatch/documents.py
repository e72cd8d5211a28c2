"""提货单, and once the goods have left 发货清单, on paper: what was ordered, each label with its weight, who signed."""

from __future__ import annotations

import io
from typing import Any

import segno

from sanbao.dispatch import queries, rules
from sanbao.dispatch.models import PickList, PickListState
from sanbao.kernel import documents, signatures
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

SHIPPED_WITH = W("随产品提供", "as shipped")


def pick_list_pdf(case: PickList, by: Actor) -> bytes:
    """The list as it stands: to pick by while it is open, the delivery note once it has left."""
    stand = queries.progress(case)
    scale = queries.scale(case, stand.picks)
    left = case.state == PickListState.SHIPPED
    facts = {
        "number": case.number,
        "qr": qr(case.number),
        "left": left,
        "state": PickListState.title_of(case.state),
        "customer": case.customer.name,
        "customer_code": case.customer.code,
        "place": _place(case),
        "contact": _contact(case),
        "order": case.order,
        "vehicle": case.vehicle,
        "planned": case.planned_on.isoformat() if case.planned_on else "",
        "left_at": f"{local(case.shipped_at):%Y-%m-%d %H:%M}" if case.shipped_at else "",
        "remark": case.remark,
        "short": case.short_reason,
        "lines": [_line(state) for state in stand.lines],
        "labels": [_label(number, pick, scale) for number, pick in enumerate(stand.picks, start=1)],
        "net": rules.kilograms(stand.net_milli),
        "weighed": _weighed(scale),
        "signed": _signed(case),
        "printed_by": _who(by.ref),
    }
    return documents.pdf("dispatch/typst/pick_list.typ", documents.controlled("pick_list"), facts, who=_who)


def qr(text: str) -> str:
    """A QR code as SVG: what the page at the gate scans from the paper."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _who(ref: str) -> W:
    return SHIPPED_WITH if ref.startswith("clockwork:policies") else parties.titled(ref)


def _place(case: PickList) -> str:
    return "　".join(part for part in (case.site.name, case.site.city, case.site.address) if part) if case.site else ""


def _contact(case: PickList) -> str:
    return "　".join(part for part in (case.contact.name, case.contact.phone) if part) if case.contact else ""


def _line(state: queries.LineState) -> dict[str, Any]:
    line = state.line
    product = line.product or (line.label.product if line.label else None)
    return {
        "position": line.position,
        "product": product.code if product else "",
        "name": product.name if product else "",
        "label": line.label.code if line.label else "",
        "pieces": line.pieces or "",
        "kg": rules.kilograms(line.quantity_milli) if line.quantity_milli else "",
        "labels": state.labels or "",
        "have": rules.kilograms(state.load.milli) if state.labels else "",
        "full": state.filled,
    }


def _label(number: int, pick: Any, scale: queries.Scale) -> dict[str, Any]:
    weighed = scale.labels.get(pick.lot_id)
    return {
        "position": number,
        "code": pick.lot.code,
        "package": pick.through.code if pick.through and pick.through_id != pick.lot_id else "",
        "line": pick.line.position,
        "pieces": pick.pieces or "",
        "kg": rules.kilograms(pick.quantity_milli),
        "weighed": rules.kilograms(weighed.net_milli) if weighed else "",
    }


def _weighed(scale: queries.Scale) -> dict[str, Any] | None:
    row = scale.vehicle
    if row is None:
        return None
    names = ("gross", "tare", "net", "expected", "allowed")
    acceptance = getattr(row, "acceptance", None)
    accepted = {"by": _who(acceptance.by), "reason": acceptance.reason} if acceptance else None
    return {name: rules.kilograms(getattr(row, f"{name}_milli")) for name in names} | {"accepted": accepted}


def _signed(case: PickList) -> dict[str, Any]:
    """The two signatures on exactly what is printed; one on something else is stale and is not shown."""
    content = queries.content(case, list(queries.on_list(case)))
    found = {}
    for signature in signatures.on(case.subject):
        if not signature.stale(content):
            found[signature.meaning] = {
                "by": _who(signature.signer),
                "at": f"{local(signature.signed_at):%Y-%m-%d %H:%M}",
            }
    return {"storekeeper": found.get("check"), "checker": found.get("let go")}
