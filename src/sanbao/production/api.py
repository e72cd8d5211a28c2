"""``/api/v1/cards``, ``/steps``, ``/loads``, ``/castings``, ``/marking-audits``: as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Query, Router

from sanbao.api.auth import actor_of
from sanbao.api.operations import body_of, found, moves, values
from sanbao.api.paging import paged
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.faces import read
from sanbao.production import actions, balances, queries
from sanbao.production.forms.steps import LoadForm
from sanbao.production.lifecycle import CARD, CASTING, MARKING_AUDIT, STEP
from sanbao.production.models import Card, Casting, MarkingAudit, Operation, Scope, Step
from sanbao.production.rules import Balance
from sanbao.production.views.lists import standing
from sanbao.trace.queries import account


def kg(milli: int | None) -> float | int | None:
    """Thousandths as a plain number; whole ones without a point."""
    if milli is None:
        return None
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def card_line(row: Card) -> dict[str, Any]:
    names = ("number", "state", "version", "order", "die", "alloy_temper", "pieces", "route", "round", "rework_to")
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names} | {
        "lot": row.lot_id,
        "product": row.lot.product.code if row.lot.product else None,
        "status": row.lot.status,
        "waits_for": queries.stands_at(row),
        "since": row.since,
        "customer": row.customer.code if row.customer else None,
        "basket": row.record.basket,
        "billets": row.record.billets.split(),
        "extruded_on": row.record.extruded_on,
        "aged_on": row.record.aged_on,
        "finished_on": row.record.finished_on,
    }  # fmt: skip


def card_out(row: Card, by: Actor) -> dict[str, Any]:
    row = Card.objects.select_related("lot__product", "record", "customer").get(pk=row.pk)
    steps = queries.standing_steps([row]).get(row.pk, [])
    transfers = list(queries.transfers_of(row.lot))
    lacks = queries.lack_of_checks(row, steps)
    balance = balances.of_card(row, steps, transfers)
    return card_line(row) | {
        "left": kg(account(row.lot).left),
        "unit": row.lot.unit,
        "steps": [step_line(step) for step in steps],
        "lacks": lacks.as_problem() if lacks else None,
        "transfers": [
            {"number": t.number, "what": t.what, "into": t.lot.code, "sources": t.sources,
             "quantity": kg(t.quantity_milli), "moved_at": t.moved_at}
            for t in transfers
        ],
        "balance": balance_out(balance) if balance else None,
    }  # fmt: skip


def step_line(step: Step) -> dict[str, Any]:
    names = ("operation", "round", "state", "version", "machine", "shift", "done_on", "measured", "remark")
    checks = ("lead_needed", "lead_outcome", "lead_by", "lead_at", "qc_needed", "qc_outcome", "qc_by", "qc_at")
    return {"id": step.pk} | {name: getattr(step, name) for name in (*names, *checks)} | {
        "operator": step.operator.username if step.operator else None,
        "recorded_by": step.recorded_by,
        "recorded_at": step.recorded_at,
        "load": step.treatment.code if step.treatment else None,
        "in": kg(step.in_milli),
        "out": kg(step.out_milli),
        "scrap": kg(step.scrap_milli),
    }  # fmt: skip


def step_out(row: Step, by: Actor) -> dict[str, Any]:
    row = Step.objects.select_related("card", "treatment", "operator").get(pk=row.pk)
    return step_line(row) | {"subject": row.subject, "card": row.card.number, "card_id": row.card_id}


WHOLE = ("record__lot", "record__billet", "operator")


def casting_out(row: Casting, by: Actor) -> dict[str, Any]:
    return casting_line(Casting.objects.select_related(*WHOLE).get(pk=row.pk))


def casting_line(row: Casting) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": row.subject,
        "number": row.number,
        "state": row.state,
        "heat": row.record.lot.code,
        "billet": row.record.billet.code,
        "quantity": kg(row.record.quantity_milli),
        "pieces": row.record.pieces,
        "scrap": kg(row.scrap_milli),
        "cast_on": row.record.cast_on,
        "machine": row.machine,
        "shift": row.shift,
        "operator": row.operator.username if row.operator else None,
        "voided": row.record.voided,
    }


def audit_line(row: MarkingAudit) -> dict[str, Any]:
    names = ("number", "state", "version", "place", "audited_on", "audited_by", "seen", "faulty", "due_at", "remark")
    return {"id": row.pk, "subject": row.subject} | {name: getattr(row, name) for name in names}


def audit_out(row: MarkingAudit, by: Actor) -> dict[str, Any]:
    marks = ("code", "found", "remark", "seen_at", "corrected_by", "corrected_at", "correction")
    listed = [{"id": mark.pk} | {name: getattr(mark, name) for name in marks} for mark in row.marks.all()]
    return audit_line(row) | {"marks": listed}


def balance_out(balance: Balance) -> dict[str, Any]:
    return {
        "in": kg(balance.went_in),
        "out": kg(balance.came_out),
        "scrapped": kg(balance.scrapped),
        "sampled": kg(balance.sampled),
        "unaccounted": kg(balance.unaccounted),
        "percent": round(float(balance.percent), 3),
        "outside": balance.outside,
    }


cards: Router = moves(CARD, shown=card_out, tag="production", opening="start")
steps: Router = moves(STEP, shown=step_out, tag="production")
castings: Router = moves(CASTING, shown=casting_out, tag="production", opening="cast")
audits: Router = moves(MARKING_AUDIT, shown=audit_out, tag="production", opening="begin")
loads = Router(tags=["production"])
shop = Router(tags=["production"])
routers = {
    "/cards": cards, "/steps": steps, "/castings": castings, "/marking-audits": audits, "/loads": loads,
    "/production": shop,
}  # fmt: skip


def _reader(request: HttpRequest) -> Actor:
    by = actor_of(request)
    by.need("production.see", clause="M-02")
    return by


@cards.get("", summary="随行卡 Cards, longest waiting first", operation_id="card_list")
def card_list(
    request: HttpRequest,
    q: str = "",
    state: str = Query("", description="in_work | rework | ended | struck"),
    waits_for: str = Query("", description=" | ".join(Operation)),
    code: str = Query("", description="The number on the card"),
) -> dict[str, Any]:
    by = _reader(request)
    rows = standing(Card.objects.visible_to(by)).select_related("lot__product", "record", "customer")
    if q:
        rows = rows.filter(pk__in=search.matching("card", q))
    wanted = {"state": state, "stands": waits_for, "lot__key": code_key(code)}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return paged(request, rows.order_by("since", "pk"), card_line)


@cards.get("/{int:pk}", summary="随行卡 One card with its steps, transfers and balance", operation_id="card_get")
def card_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return card_out(found(CARD, pk, by), by)


@steps.get("", summary="工序 Steps that wait for your check, oldest first", operation_id="step_list")
def step_list(request: HttpRequest) -> dict[str, Any]:
    by = _reader(request)
    rows = queries.to_check(by).select_related("card", "treatment", "operator").order_by("pk")
    return paged(request, rows, lambda row: step_line(row) | {"card": row.card.number, "card_id": row.card_id})


@steps.get("/{int:pk}", summary="工序 One step", operation_id="step_get")
def step_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return step_out(found(STEP, pk, by), by)


@castings.get("", summary="熔铸 Castings, newest first", operation_id="casting_list")
def casting_list(request: HttpRequest) -> dict[str, Any]:
    by = _reader(request)
    return paged(request, Casting.objects.visible_to(by).select_related(*WHOLE).order_by("-pk"), casting_line)


@castings.get("/{int:pk}", summary="熔铸 One casting", operation_id="casting_get")
def casting_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return casting_out(found(CASTING, pk, by), by)


@audits.get("", summary="标识检查 Marking audits, newest first", operation_id="marking_audit_list")
def audit_list(request: HttpRequest, state: str = "") -> dict[str, Any]:
    by = _reader(request)
    rows = MarkingAudit.objects.visible_to(by).order_by("-pk")
    return paged(request, rows.filter(state=state) if state else rows, audit_line)


@audits.get("/{int:pk}", summary="标识检查 One audit with its baskets", operation_id="marking_audit_get")
def audit_get(request: HttpRequest, pk: int) -> dict[str, Any]:
    by = actor_of(request)
    return audit_out(found(MARKING_AUDIT, pk, by), by)


LoadBody = body_of(LoadForm, "load_charge_body", versioned=False)


def charge(request: HttpRequest, data: Any) -> Any:
    """Record the same step on every card with one load; each card is answered by itself, the others go in without it.

    Clause T-09. Permission `production.record`."""
    by = actor_of(request)
    by.need("production.record", clause="T-09")
    sent, _ = values(LoadForm, data)
    told = read(LoadForm(sent, by=by))
    load = actions.charge(by=by, codes=told.pop("cards"), **told)
    return 201 if load.lot else 200, {
        "load": load.lot.code if load.lot else None,
        "cards": [
            {"code": one.code, "card": one.card.pk if one.card else None,
             "refusal": one.refusal.as_problem() if one.refusal else None}
            for one in load.cards
        ],
    }  # fmt: skip


charge.__annotations__["data"] = Annotated[LoadBody, Body(...)]
loads.post(
    "", response={200: dict[str, Any], 201: dict[str, Any]}, summary="装炉、入槽、上线 · Many cards into one load",
    operation_id="load_charge",
)(charge)  # fmt: skip


@loads.get("", summary="炉次槽批 Loads with their balance, newest first", operation_id="load_list")
def load_list(request: HttpRequest, code: str = "") -> dict[str, Any]:
    by = _reader(request)
    rows, rule = balances.loads(by).order_by("-pk"), balances.tolerance(Scope.LOAD)
    rows = rows.filter(key=code_key(code)) if code else rows
    return paged(
        request, rows, lambda lot: {"id": lot.pk, "code": lot.code, "kind": lot.kind, "made_on": lot.made_on,
                                    "cards": lot.cards, "balance": balance_out(balances.of_load(lot, rule))},
    )  # fmt: skip


@shop.get("/heats", summary="熔铸炉次 Heats: issued against cast", operation_id="production_heats")
def heat_list(request: HttpRequest, code: str = "") -> dict[str, Any]:
    by = _reader(request)
    rows, rule = balances.heats(by).order_by("-pk"), balances.tolerance(Scope.HEAT)
    rows = rows.filter(key=code_key(code)) if code else rows
    return paged(
        request, rows, lambda lot: {"id": lot.pk, "code": lot.code, "made_on": lot.made_on,
                                    "balance": balance_out(balances.of_heat(lot, rule))},
    )  # fmt: skip


@shop.get("/shifts", summary="班次平衡 What each team did by day and operation", operation_id="production_shifts")
def shift_list(request: HttpRequest, first: date, last: date) -> dict[str, Any]:
    work = balances.shifts(_reader(request), first, last)
    return {
        "items": [
            {"on": one.on, "shift": one.shift, "operation": one.operation, "cards": one.cards,
             "balance": balance_out(one.balance)}
            for one in work
        ]
    }  # fmt: skip
