"""《待处理品处理通知书》: what it says; how it looks stands in ``typst/notice.typ`` (Q-02)."""

from __future__ import annotations

from typing import Any

from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import factory, local
from sanbao.kernel.words import W
from sanbao.nonconformity.models import Disposition, DispositionState, Origin, Way
from sanbao.parties import queries as parties
from sanbao.parties.models import Department


def notice_pdf(disposition: Disposition, by: Actor) -> bytes:
    """The notice of one disposition. Refuses ``disposition.no_notice`` (404) before it is approved."""
    if disposition.number is None:
        raise Refusal(
            "disposition.no_notice",
            W("批准以后才开通知书。", "The notice issues once the disposition is approved."),
            "Q-02",
            404,
        )
    line, record = disposition.line, disposition.record
    to = Department.objects.filter(code=disposition.department).first()
    facts: dict[str, Any] = {
        "number": disposition.number,
        "record": record.number,
        "source": Origin.title_of(record.source),
        "about": record.about,
        "title": record.title,
        "description": record.description,
        "lot": line.name,
        "product": str(line.lot.product) if line.lot and line.lot.product else "",
        "received": str(line.quantity),
        "quantity": str(disposition.quantity),
        "kg": f"{disposition.kg:f}".rstrip("0").rstrip("."),
        "ways": [{"title": way.title, "on": way == disposition.way} for way in Way],
        "instruction": disposition.instruction,
        "basis": disposition.basis,
        "consent": disposition.consent,
        "department": to.title if to else disposition.department,
        "due": disposition.due_on,
        "gaps": [{"code": gap["code"], "title": W(gap["zh"], gap["en"])} for gap in line.gaps],
        "proposed": _signed(disposition.proposed_by, minute(disposition.proposed_at)),
        "approvals": [
            {"role": parties.titled(one["role"]), **_signed(one["by"], minute(factory(one["at"])) if one["at"] else "")}
            for one in disposition.approvals
        ],
        "executed": _signed(disposition.executed_by, minute(disposition.executed_at)),
        "result": disposition.result,
        "good": str(disposition.of(disposition.good_milli)) if disposition.executed_at else "",
        "scrapped": str(disposition.of(disposition.scrapped_milli)) if disposition.executed_at else "",
        "cost": f"{disposition.cost} {disposition.currency}" if disposition.executed_at else "",
        "reinspect": disposition.reinspect,
        "verified": _signed(disposition.verified_by, minute(disposition.verified_at)),
        "sheet": disposition.sheet,
        "verdict": disposition.verdict,
        "released": str(disposition.of(disposition.released_milli)) if disposition.state == "done" else "",
        "failed": str(disposition.of(disposition.failed_milli)) if disposition.verified_at else "",
        "state": DispositionState.title_of(disposition.state),
        "printed_by": who(by.ref),
    }
    return documents.pdf("nonconformity/typst/notice.typ", documents.controlled("handling_notice"), facts, who=who)


def _signed(ref: str, at: str) -> dict[str, Any]:
    return {"by": who(ref) if ref else "", "at": at}


def minute(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def who(ref: str) -> W:
    """The name behind ``person:3``; what shipped with the product was approved with it."""
    if ref.startswith("clockwork:policies"):
        return W("随产品提供", "as shipped")
    return W("系统", "System") if ref.startswith("clockwork:") else parties.titled(ref)
