"""检验报告, and the tag of a sample; how they look stands in ``typst/`` (Q-07, C-22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import segno

from sanbao.inspection import queries
from sanbao.inspection.models import Characteristic, InspectionSheet, Result, Sample, SheetState, Weight
from sanbao.inspection.showing import groups, limits, number
from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.times import local
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

SHIPPED = W("随产品提供", "as shipped")


def report_pdf(sheet: InspectionSheet, by: Actor) -> bytes:
    """The report of one inspection: plan, limits, every value, instruments, conclusion, inspector."""
    lines, rows = list(sheet.plan.characteristics.all()), queries.latest(sheet)
    lot, sample = sheet.lot, sheet.sample
    product = lot.product if lot else None
    material = lot.material if lot else None
    facts = {
        "number": sheet.number,
        "plan": str(sheet.plan),
        "of": lot.code if lot else f"{sample.number} {sample.wanted}" if sample else "",
        "is_lot": lot is not None,
        "product": str(product or material or ""),
        "units": sheet.units,
        "part": sheet.rest_follows,
        "again": not sheet.original,
        "level": sheet.plan.level,
        "groups": groups(sheet, lines, rows),
        "lines": [_line(line, rows) for line in lines],
        "instruments": _instruments(rows),
        "state": SheetState.title_of(sheet.state),
        "accepted": sheet.state == SheetState.ACCEPTED,
        "conclusion": sheet.conclusion,
        "remark": sheet.remark,
        "verdict": sheet.verdict.number if sheet.verdict else "",
        "opened": minute(sheet.opened_at),
        "concluded": minute(sheet.concluded_at),
        "inspector": who(sheet.concluded_by) if sheet.concluded_by else "",
        "printed_by": who(by.ref),
    }
    form = documents.controlled("inspect_report")
    return documents.pdf("inspection/typst/report.typ", form, facts, who=who)


def _line(line: Characteristic, rows: Iterable[Result]) -> dict[str, Any]:
    own = [row for row in rows if row.characteristic_id == line.pk]
    bad = [row for row in own if not row.good]
    return {
        "name": line.name,
        "weight": Weight.title_of(line.weight),
        "limits": limits(line),
        "method": line.method,
        "measured": line.measured,
        "looked": len(own),
        "bad": len(bad),
        "bad_pieces": "、".join(str(row.piece) for row in bad),
        "values": [{"text": number(row.value), "bad": not row.good} for row in own if row.value is not None],
        "instruments": "、".join(sorted({row.instrument.number for row in own if row.instrument})),
    }


def _instruments(rows: Sequence[Result]) -> list[dict[str, Any]]:
    found = {row.instrument.pk: row.instrument for row in rows if row.instrument}
    return [
        {"number": tool.number, "name": tool.name, "certificate": tool.certificate, "due": tool.due_on or ""}
        for tool in sorted(found.values(), key=lambda tool: tool.number)
    ]


def tags_pdf(samples: Sequence[Sample]) -> bytes:
    """Tags of 70 × 40 mm, one to a page: the number as QR code and in clear, what it is and where it came from."""
    facts = {
        "title": samples[0].number if len(samples) == 1 else "",
        "tags": [
            {
                "number": sample.number,
                "wanted": sample.wanted,
                "label": sample.label,
                "lot": sample.lot.code if sample.lot else "",
                "received": f"{local(sample.received_at):%Y-%m-%d}" if sample.received_at else "",
                "kept": sample.kept_until.isoformat() if sample.kept_until else "",
                "qr": qr(sample.number),
            }
            for sample in samples
        ],
    }
    return documents.plain_pdf("inspection/typst/tag.typ", facts)


def qr(text: str) -> str:
    """The code as SVG, with the quiet zone that a reader needs."""
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=2, xmldecl=False, nl=False, omitsize=True)
    return target.getvalue().decode()


def minute(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def who(ref: str) -> W:
    """The name behind ``person:3``; what shipped with the product was approved with it."""
    if ref.startswith("clockwork:policies"):
        return SHIPPED
    return W("系统", "System") if ref.startswith("clockwork:") else parties.titled(ref)
