"""Labels on paper, and 成品入库单; how they look stands in ``typst/`` (T-10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sanbao.goods import queries
from sanbao.goods.actions.printing import need_standing
from sanbao.goods.barcode import code128_svg, qr_svg
from sanbao.goods.models import Label, LabelPrint, LabelState
from sanbao.goods.policies import LABEL_SIZES, LABELS
from sanbao.goods.rules import fit, milli
from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import refuse
from sanbao.kernel.times import local, now, today
from sanbao.kernel.words import W
from sanbao.kernel.working_time import calendar
from sanbao.parties import queries as parties

#: Two lines of the smallest label, a Chinese character counting two.
NAME_WIDTH = 44
#: A longer code would be drawn finer than scanners read.
BARRED = 24
NUMBERS = (
    "page_width", "page_height", "columns", "rows", "width", "height", "left", "top", "gap_x", "gap_y",
)  # fmt: skip


def labels_pdf(run: LabelPrint, by: Actor) -> bytes:
    """The labels of a print, each as often as copies were asked for. Refuses ``print.closed`` once its time is over
    (whoever needs them again prints again, with a reason) and a label that has been reported or voided since."""
    by.need("goods.print", clause="T-10")
    _need_open(run)
    labels = list(queries.labels_in(run))
    for label in labels:
        need_standing(label)
    return sheet(labels, run.size, title=run.number, copies=run.copies)


def sheet(labels: Iterable[Label], size: str, *, title: str, copies: int = 1) -> bytes:
    """Labels laid out in one size as PDF."""
    measures = LABEL_SIZES.decide(on=today(), size=size)
    facts = {
        "title": title,
        "size": {**{name: _number(measures[name]) for name in NUMBERS}, "barcode": measures["barcode"]},
        "labels": [one for label in labels for one in [printed(label)] * copies],
    }
    return documents.plain_pdf("goods/typst/labels.typ", facts)


def printed(label: Label) -> dict[str, str]:
    """What stands on one label."""
    product = label.product
    return {
        "code": label.code,
        "spray": label.spray_code,
        "name": fit(product.name, NAME_WIDTH) if product else "",
        "model": product.code if product else "",
        "alloy": product.alloy_temper if product else "",
        "pieces": str(label.pieces) if label.pieces else "",
        "weight": label.weight,
        "produced": label.produced_on.isoformat() if label.produced_on else "",
        "token": " ".join(label.token[n : n + 5] for n in range(0, len(label.token), 5)),
        "qr": qr_svg(queries.address_of(label), border=4),
        "bars": code128_svg(label.code) if len(label.code) <= BARRED else "",
    }


def _number(value: Any) -> int | str:
    """Whole numbers as they are; what is not whole travels as text, because canonical JSON knows no fractions."""
    return int(value) if value == int(value) else str(value)


def _need_open(run: LabelPrint) -> None:
    span = LABELS.setting("print_open", on=local(run.printed_at).date())
    until = calendar().counting(span.working).due(run.printed_at, span)
    if now() > until:
        refuse(
            "print.closed",
            W(
                "{number} 的打印文件只在 {until} 前可以再打开；需要补打请另打一次并写明原因。",
                "The file of {number} could be opened until {until}; to print again, print anew with a reason.",
            ),
            clause="T-10",
            number=run.number,
            until=f"{local(until):%Y-%m-%d %H:%M}",
        )


def store_entry_pdf(labels: Iterable[Label], period: tuple[date, date], by: Actor, *, filtered: str = "") -> bytes:
    """成品入库单: what entered the store in a period, by whom packed and by whom signed for (T-10)."""
    rows = list(labels)
    signers: dict[str, W] = {}
    facts = {
        "first": period[0],
        "last": period[1],
        "filtered": filtered,
        "rows": [_line(n, label, signers) for n, label in enumerate(rows, 1)],
        "count": len(rows),
        "pieces": sum(label.pieces or 0 for label in rows),
        "weights": _weights(rows),
        "unsigned": sum(1 for label in rows if label.state == LabelState.PACKED),
        "printed_by": _who(by.ref, signers),
    }
    form = documents.controlled("store_entry")
    return documents.pdf("goods/typst/store_entry.typ", form, facts, who=lambda ref: _who(ref, signers))


def _weights(rows: list[Label]) -> str:
    by_unit: dict[str, int] = {}
    for label in rows:
        by_unit[label.unit] = by_unit.get(label.unit, 0) + (label.weight_milli or 0)
    return "　".join(milli(total, unit) for unit, total in sorted(by_unit.items()))


def _line(position: int, label: Label, signers: dict[str, W]) -> dict[str, Any]:
    return {
        "position": position,
        "code": label.code,
        "spray": label.spray_code,
        "product": label.product.code if label.product else "",
        "name": label.product.name if label.product else "",
        "pieces": label.pieces,
        "weight": label.weight,
        "place": label.place,
        "packed": f"{local(label.packed_at):%Y-%m-%d %H:%M}",
        "packed_by": _who(label.packed_by, signers),
        "signed_by": _who(label.signed_by, signers) if label.signed_by else "",
        "state": LabelState.title_of(label.state),
    }


def _who(ref: str, known: dict[str, W]) -> W:
    """A name, looked up once; what shipped with the product was approved with it."""
    if ref.startswith("clockwork:"):
        return W("系统", "System")
    if ref not in known:
        known[ref] = parties.titled(ref)
    return known[ref]
