"""QC's word about lots, and the holds (T-06, T-13). Set-wise: one entry with count and digest, whatever the number."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel import numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.refusals import in_force, need_basis, refuse
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.trace import concerns, queries, store
from sanbao.trace.actions.permits import settle
from sanbao.trace.lifecycle import HOLD, VERDICT
from sanbao.trace.models import HeldLot, Hold, JudgedLot, Lot, QualityStatus, Verdict

#: What the house itself does, because a lot failed after it had gone on.
CLOCKWORK = Actor.clockwork("trace")


def judge(*, by: Actor, lots: Iterable[Lot | int], status: str, basis: str, remark: str = "") -> Verdict:
    """QC gives lots a status, with the basis (T-13). What failed and had already gone on is held with all that was
    made from it. Treatments (ageing loads, baths) have no status; refused ``verdict.no_status``. 合格 is refused while
    an upper room knows what is still missing (W-06)."""
    ids = _ids(lots)
    with store.writing(), VERDICT.opening("judge", by=by) as step:
        _need_status(status)
        rows = list(Lot.objects.filter(pk__in=store.among(ids)).order_by("pk").values_list("pk", "code", "status"))
        _need_lots(rows, "verdict.no_lots", "T-13")
        need_basis(basis)
        if status == QualityStatus.PASSED:
            _need_ready(ids)
        if treatments := [code for _, code, before in rows if before == ""]:
            refuse(
                "verdict.no_status",
                W("{code} 是处理炉次或槽次，不单独判定。", "{code} is a treatment; it is not judged by itself."),
                clause="T-13",
                status=422,
                field="lots",
                code=treatments[0],
            )
        case = step.case
        case.number, case.status, case.basis, case.remark = numbering.take("verdict"), status, basis, remark
        case.given_by, case.given_at = by.ref, now()
        case.lots, case.digest = len(rows), lots_digest(code for _, code, _ in rows)
        step.insert()
        store.insert(JudgedLot, [(pk, case.pk, before) for pk, _, before in rows])
        Lot.objects.filter(pk__in=store.among(ids)).update(status=status)
        step.record(codes=[code for _, code, _ in rows[:20]], basis=basis)
        settle(ids, verdict=case, by=by)
    if status == QualityStatus.FAILED and in_force("T-13"):
        _hold_what_went_on(case, ids)
    return case


def hold(*, by: Actor, lots: Iterable[Lot | int], reason: str, about: str = "", forward: bool = True) -> Hold:
    """Block lots at once, with everything made from them (``forward``), also what is linked later (T-13)."""
    ids = _ids(lots)
    with store.writing(), HOLD.opening("place", by=by) as step:
        held = sorted(set(queries.engine.forward(ids)) if forward else ids)
        rows = list(Lot.objects.filter(pk__in=store.among(held)).order_by("pk").values_list("pk", "code"))
        _need_lots(rows, "hold.no_lots", "T-13")
        case = step.case
        case.number, case.reason, case.about, case.forward = numbering.take("hold"), reason, about, forward
        case.placed_by, case.placed_at = by.ref, now()
        case.lots, case.digest = len(rows), lots_digest(code for _, code in rows)
        step.insert()
        store.insert(HeldLot, [(pk, case.pk, False) for pk, _ in rows])
        starts = set(ids)
        step.record(starts=[code for pk, code in rows if pk in starts][:20])
    return case


def release(hold: Hold, *, by: Actor, lots: Iterable[Lot | int], basis: str, expect: int | None = None) -> Hold:
    """QC lets some lots out of a hold, the rest stays (T-13)."""
    with store.writing(), HOLD.move("release", hold, by=by, expect=expect) as step:
        _need_free(step.case, by)
        need_basis(basis)
        ids = _ids(lots)
        rows = HeldLot.objects.filter(hold=step.case, lot_id__in=store.among(ids), released=False)
        codes = list(rows.order_by("lot_id").values_list("lot__code", flat=True))
        _need_lots(codes, "hold.no_lots", "T-13")
        rows.update(released=True)
        step.record(basis=basis, released=len(codes), codes=codes[:20], digest=lots_digest(codes))
    return step.case


def lift(hold: Hold, *, by: Actor, basis: str, expect: int | None = None) -> Hold:
    """QC lifts a hold, with the basis (T-13); a lot's status is another matter and stays as it is."""
    with HOLD.move("lift", hold, by=by, expect=expect) as step:
        _need_free(step.case, by)
        need_basis(basis)
        step.case.lifted_by, step.case.lifted_at, step.case.basis = by.ref, now(), basis
    return step.case


def _need_status(status: str) -> None:
    if status not in list(QualityStatus):
        refuse(
            "verdict.unknown_status",
            W("没有“{said}”这种质量状态。", "There is no quality status “{said}”."),
            clause="T-13",
            status=422,
            field="status",
            said=status,
        )


def _need_free(hold: Hold, by: Actor) -> None:
    refusal = concerns.kept_by(hold, by)
    if refusal is not None and in_force(refusal.clause):
        raise refusal


def _need_ready(ids: list[int]) -> None:
    refusal = concerns.unready(ids)
    if refusal is not None and in_force(refusal.clause):
        raise refusal


def lots_digest(codes: Iterable[str]) -> str:
    """SHA-256 over the codes, in order of their ids: what a set was, in 64 digits."""
    return digest("\n".join(codes))


def _hold_what_went_on(verdict: Verdict, ids: list[int]) -> None:
    """What was made from a failed lot, or has left, is blocked by the house itself."""
    if len(queries.engine.forward(ids)) > len(ids) or queries.shipped(ids):
        reason = W("{number} 判为不合格，已转出的一并冻结", "{number}: failed; what went on is held too")
        hold(
            by=CLOCKWORK,
            lots=ids,
            reason=reason.format(number=verdict.number).said_in("zh-hans"),
            about=verdict.subject,
        )


def _ids(lots: Iterable[Lot | int]) -> list[int]:
    return sorted({lot if isinstance(lot, int) else lot.pk for lot in lots})


def _need_lots(rows: list[object] | list[tuple[object, ...]], code: str, clause: str) -> None:
    if not rows:
        refuse(code, W("没有指明批次。", "No lot was named."), clause=clause, status=422, field="lots")
