"""Letters and reports of a recall on paper; how they look stands in ``typst/``."""

from __future__ import annotations

from typing import Any

from sanbao.kernel import documents
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.times import local, today
from sanbao.kernel.words import W
from sanbao.parties import queries as parties
from sanbao.recall import links, queries
from sanbao.recall.models import HolderState, Recall, RecallHolder, RecallState, ReportKind
from sanbao.recall.policies import decided
from sanbao.trace.queries import exact

SHIPPED = W("随产品提供", "Shipped with the product")
#: So many labels are printed on the letter; of more the letter says that their list is enclosed.
PRINTED = 600


def notice_pdf(holder: RecallHolder, by: Actor) -> bytes:
    """The letter to one holder: which goods and labels, what danger, what to do, whom to call."""
    recall = holder.recall
    labels = queries.labels_of(holder)
    facts = {
        "number": recall.number,
        "to": str(holder.customer),
        "place": str(holder.site or ""),
        "contact": " ".join(part for part in (holder.contact, holder.phone) if part),
        "address": holder.customer.address,
        "title": recall.title,
        "danger": recall.danger,
        "measure": recall.measure,
        "quantity": exact(holder.issued_milli, holder.unit),
        "count": str(len(labels)),
        "labels": labels if len(labels) <= PRINTED else [],
        "link": links.address_of(holder),
        "hotline": str(decided(today(), recall.statutory)["hotline"] or ""),
        "rehearsal": recall.rehearsal,
        "printed_by": _who(by.ref),
    }
    form = documents.controlled("recall_notice")
    return documents.pdf("recall/typst/notice.typ", form, facts, who=_who)


def _who(ref: str) -> W:
    return SHIPPED if ref.startswith("clockwork:policies") else parties.titled(ref)


def paper_pdf(recall: Recall, kind: str, by: Actor) -> bytes:
    """A report, filled in as far as the house knows. Refuses a kind that there is not."""
    rehearsed = kind == "rehearsal"
    if rehearsed != recall.rehearsal or not (rehearsed or kind in set(ReportKind)):
        raise Refusal(
            "recall.no_such_report",
            W("没有这种报告。", "There is no such report."),
            clause="Q-06",
            status=404,
            facts={"kind": kind},
        )
    form = documents.controlled("recall_rehearsal" if rehearsed else "recall_report")
    facts = _facts(recall, by) | {"kind": kind, "heading": form.title if rehearsed else ReportKind.title_of(kind)}
    return documents.pdf("recall/typst/report.typ", form, facts, who=_who)


def _facts(recall: Recall, by: Actor) -> dict[str, Any]:
    result = queries.result_of(recall)
    decider = _who(recall.decided_by) if recall.decided_by else ""
    return {
        "number": recall.number,
        "title": recall.title,
        "state": RecallState.title_of(recall.state),
        "statutory": "" if recall.statutory is None else _statutory(recall),
        "danger": recall.danger,
        "measure": recall.measure,
        "proposed": f"{local(recall.proposed_at):%Y-%m-%d %H:%M}",
        "decided": f"{local(recall.decided_at):%Y-%m-%d %H:%M}" if recall.decided_at else "",
        "decider": decider,
        "starts": [lot.code for lot in queries.starts_of(recall)],
        "range": f"{recall.first_label} – {recall.last_label}" if recall.first_label else "",
        "labels": str(recall.labels),
        "lots": str(recall.lots),
        "gaps": str(recall.gaps),
        "milliseconds": str(recall.milliseconds),
        "holders": str(result["holders"]),
        "reached": [[HolderState.title_of(code), str(n)] for code, n in result["reached"].items()],
        "sums": [_row(line) for line in queries.sums(recall)],
        "regions": [_row(line) for line in queries.by_region(recall)],
        "stored": [
            [place or W("库位不明", "place unknown"), exact(int(milli), str(unit)), str(n)]
            for place, unit, milli, n in recall.stored
        ],
        "reports": [
            [
                ReportKind.title_of(row.kind),
                f"{local(row.due_at):%Y-%m-%d}",
                f"{local(row.sent_at):%Y-%m-%d}" if row.sent_at else "",
                row.reference,
            ]
            for row in recall.reports.all()
        ],
        "summary": recall.summary,
        "result": {name: str(value) for name, value in recall.result.items() if name in RESULT},
        "printed_by": _who(by.ref),
    }


RESULT = ("percent", "target", "minutes", "within", "in_time", "passed")


def _statutory(recall: Recall) -> W:
    if recall.statutory:
        return W("法定召回：{basis}", "Statutory recall: {basis}", basis=recall.statutory_basis)
    return W("自愿召回", "Voluntary recall")


def _row(line: queries.Line) -> list[Any]:
    b = line.balance
    cells = (b.issued, b.returned, b.disposed, b.installed, b.held, b.out)
    return [line.title, str(line.holders), *(exact(one, line.unit) for one in cells), f"{line.effect} %"]
