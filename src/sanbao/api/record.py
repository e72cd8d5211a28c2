"""The record: entries with their proof, seals, and the verification of a chain or of everything (M-03)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from ninja import Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.paging import paged
from sanbao.kernel import deposits, evidence, register
from sanbao.kernel.journal import JournalEntry
from sanbao.kernel.refusals import refuse
from sanbao.kernel.seals import Seal
from sanbao.kernel.verify import verify
from sanbao.kernel.words import W

READ = "journal.read"
#: As on the page: a request is not kept waiting for more; the command line has no such limit.
VERIFIED_AT_ONCE = 200_000
BREACHES = 100

router, documents = Router(tags=["journal"]), Router(tags=["register"])


def entry_out(entry: JournalEntry) -> dict[str, Any]:
    names = ("subject", "seq", "at", "actor", "origin", "action", "clause", "facts", "previous", "hash")
    return {"id": entry.pk, **{name: getattr(entry, name) for name in names}}


def seal_out(seal: Seal) -> dict[str, Any]:
    names = ("number", "sealed_at", "count", "root", "previous", "hash")
    return {**{name: getattr(seal, name) for name in names}, "entries": seal.runs()}


@router.get("", response=dict[str, Any], operation_id="journal", summary="流水 · The record")
def entries(request: HttpRequest, subject: str = "", actor: str = "", action: str = "", clause: str = "") -> Any:
    """Filter by subject, actor, action and clause; newest first. Needs ``journal.read``."""
    actor_of(request).need(READ, clause="M-03")
    wanted = {"subject": subject, "actor": actor, "action": action, "clause": clause}
    rows = JournalEntry.objects.filter(**{k: v for k, v in wanted.items() if v}).order_by("-id")
    return paged(request, rows, entry_out)


@router.get("/{int:pk}", response=dict[str, Any], operation_id="journal_entry", summary="流水 · One entry")
def entry(request: HttpRequest, pk: int) -> Any:
    """An entry with the hash that it must have; ``holds`` says whether it has it."""
    actor_of(request).need(READ, clause="M-03")
    row = JournalEntry.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return entry_out(row) | {"computed": row.computed_hash(), "holds": row.hash == row.computed_hash()}


@router.get("/seals", response=dict[str, Any], operation_id="seals", summary="封存 · Seals, newest first")
def seals(request: HttpRequest) -> Any:
    actor_of(request).need(READ, clause="M-03")
    return paged(request, Seal.objects.order_by("-number"), seal_out)


@router.get("/verify", response=dict[str, Any], operation_id="journal_verify", summary="核对 · Verify")
def check(
    request: HttpRequest,
    subject: str = Query("", description="One chain, e.g. complaint:12; empty: everything"),
    head: str = Query("", description="The hash of a seal that was deposited outside"),
) -> Any:
    """Recompute chains, rows, seals and files. ``holds`` is true when nothing is found wrong."""
    actor_of(request).need(READ, clause="M-03")
    found = JournalEntry.objects.filter(subject=subject) if subject else JournalEntry.objects.all()
    count = found.count()
    if count > VERIFIED_AT_ONCE:
        refuse(
            "verify_too_many",
            W("流水有 {count} 条，请用 sanbao verify 核对。", "There are {count} entries; use sanbao verify."),
            clause="M-03",
            count=count,
        )
    breaches = list(islice(verify(subject, head), BREACHES + 1))
    return {
        "entries": count,
        "holds": not breaches,
        "breaches": [breach.as_dict() for breach in breaches[:BREACHES]],
        "more": len(breaches) > BREACHES,
    }


@router.get("/deposits", response=list[dict[str, Any]], operation_id="deposits", summary="寄存 · Deposits of the seal")
def deposited(request: HttpRequest) -> Any:
    """The last thirty deposits of the newest seal outside the house, newest first."""
    actor_of(request).need(READ, clause="M-03")
    return [asdict(one) | {"outside": one.outside} for one in deposits.latest(30)]


@router.get("/evidence", operation_id="evidence", summary="证据包 · A bundle that proves itself")
def bundle(
    request: HttpRequest,
    subject: list[str] = Query([], description="e.g. complaint:12; may be repeated"),  # noqa: B008
    first: date | None = Query(None, description="With last: every subject of the period"),  # noqa: B008
    last: date | None = Query(None, description="The last day, included"),  # noqa: B008
) -> FileResponse:
    """A zip with entries, Merkle proofs, seals, attachments, policies and ``verify_evidence.py``. Clause M-03.

    For whoever may see the subject; another's subject and a period need ``journal.read``.
    """
    return evidence.served(subject, by=actor_of(request), first=first, last=last)


def controlled_out(line: register.Controlled, on: date | None) -> dict[str, Any]:
    names = ("kind", "key", "number", "version", "effective", "approved_by", "text_version")
    title = {"zh": line.title.zh, "en": line.title.en}
    return {**{name: getattr(line, name) for name in names}, "title": title, "in_force": line.in_force(on)}


@documents.get("", response=list[dict[str, Any]], operation_id="register", summary="受控文件登记册 · The register")
def controlled(request: HttpRequest, on: date | None = Query(None, description="As of this day")) -> Any:  # noqa: B008
    """Every procedure, form and policy: number, title, version, effective date, approver. Clause M-01."""
    return [controlled_out(line, on) for line in register.register(on)]


routers = {"/journal": router, "/register": documents}
