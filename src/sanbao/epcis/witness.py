"""What captured events say of lots, for the trace (which stands below and asks through ``trace.witnesses``)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from sanbao.epcis import exporting
from sanbao.epcis.models import Event, Key, Thing
from sanbao.epcis.rules import OF_EVENT, OF_FILL
from sanbao.epcis.standard.words import BIZ_STEPS, DISPOSITIONS
from sanbao.kernel.words import W
from sanbao.trace.store import among
from sanbao.trace.traces import Trace
from sanbao.trace.witnesses import Testimony

_NAMES = ("epc", "parentID", "inputEPC", "outputEPC", "epcClass", "inputEPCClass", "outputEPCClass", "transformationID")


class EventWitness:
    """Registered in ``apps.ready``."""

    def about(self, lot: int) -> list[Testimony]:
        things = list(Thing.objects.filter(lot=lot).values_list("key", flat=True))
        if not things:
            return []
        keys = [key.split(OF_FILL)[0].removeprefix("transformation:") for key in things if OF_EVENT not in key]
        alone = [key.split(OF_EVENT)[1].removesuffix("+") for key in things if OF_EVENT in key]
        named = Key.objects.filter(name__in=_NAMES, value__in=keys).values("event_id")
        events = Event.objects.filter(Q(pk__in=named) | Q(event_id__in=alone), own="")
        return [testimony(event) for event in events.select_related("capture").order_by("event_time", "pk")]

    def event(self, pk: int) -> Testimony | None:
        found = Event.objects.filter(pk=pk).select_related("capture").first()
        return testimony(found) if found else None

    def vouched(self, lots: Collection[int]) -> set[int]:
        rows = Thing.objects.filter(lot__in=among(sorted(lots)), ours=False)
        return set(rows.values_list("lot_id", flat=True))

    def document(self, answer: Trace) -> bytes:
        return exporting.of_trace(answer)


def testimony(event: Event) -> Testimony:
    value = json.loads(event.text)
    capture = event.capture
    return Testimony(
        id=event.pk,
        title=str(said(event, value)),
        rows=tuple(_rows(event, value)),
        at=event.event_time,
        href=reverse("epcis:event", args=[event.pk]),
        told_by=W("取入 {n}", "capture {n}", n=capture.pk) if capture else W("本厂记录", "our own record"),
        told_at=capture.get_absolute_url() if capture and not capture.single else "",
    )


def said(event: Event, value: dict[str, Any]) -> W | str:
    """An event in two words: what type, which step."""
    step = value.get("bizStep", "")
    return f"{event.type} · {BIZ_STEPS.bare(step) or step}" if step else event.type


def _rows(event: Event, value: dict[str, Any]) -> Iterable[tuple[W | str, str]]:
    if event.voided:
        yield W("状态", "State"), str(W("已被声明有误，不再计入", "declared wrong; it does not count"))
    elif event.declaration:
        yield W("状态", "State"), str(W("声明先前的事件有误", "declares an earlier event wrong"))
    if event.action:
        yield W("动作", "Action"), event.action
    if disposition := value.get("disposition"):
        yield W("去向状态", "Disposition"), DISPOSITIONS.bare(disposition) or disposition
    for name, title in (("readPoint", W("读取点", "Read point")), ("bizLocation", W("所在地", "Location"))):
        if place := value.get(name):
            yield title, str(place.get("id", ""))
    for paper in value.get("bizTransactionList") or ():
        yield W("单据", "Paper"), f"{paper.get('type', '')} {paper['bizTransaction']}".strip()
