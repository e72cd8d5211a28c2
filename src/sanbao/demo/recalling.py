"""Recalls of the demonstration: a rehearsal that met its target, and one in progress over the thin coating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sanbao.demo.ledgers import BAD, Delivery
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.recall import actions
from sanbao.recall.models import EntryKind, Recall, RecallHolder, ReportKind, Way
from sanbao.trace import queries as trace
from sanbao.trace.models import Lot, LotKind

Moment = Callable[[int, str], datetime]


def play(actors: dict[str, Actor], deliveries: list[Delivery], moment: Moment) -> None:
    """A mock recall of an early billet lot; then the real one, two days old."""
    technologist, gm = actors["technologist"], replace(actors["gm"], fresh=True)
    with times.frozen(moment(12, "14:00")):
        billet = Lot.objects.get(key=next(d for d in deliveries if not d.mark).billet)
        mock = actions.rehearse(by=technologist, title="年度召回演练：铸棒批", lots=[billet])
    with times.frozen(moment(12, "14:38")):
        actions.finish(mock, by=technologist, remarks="名单一次列全；两家客户的电话已过期，已请业务员更正。")
    with times.frozen(moment(2, "09:10")):
        recall = actions.propose(
            by=technologist,
            title="80 系列推拉窗料（膜厚不足）",
            lots=_baskets(d for d in deliveries if d.mark == BAD),
            danger="喷涂膜厚低于标准下限，漆膜会提早粉化、成片剥落，高处使用有坠落伤人的危险。",
            measure="未安装的封存待退；已安装的拍照，由我厂派人检查。",
            statutory=False,
        )
    with times.frozen(moment(2, "10:30")):
        recall = actions.confirm(recall, by=gm)
    _answered(recall, actors, moment)


def _baskets(deliveries: object) -> list[Lot]:
    labels = Lot.objects.filter(key__in=[delivery.label for delivery in deliveries])  # type: ignore[attr-defined]
    return [lot for lot in trace.with_baskets(labels) if lot.kind == LotKind.TRAVELLER]


def _answered(recall: Recall, actors: dict[str, Actor], moment: Moment) -> None:
    """The largest holder has answered and sent goods back, another is told, a third is not reached, the rest wait."""
    seller, keeper, head = actors["sales-manager"], actors["storekeeper"], actors["qc-manager"]
    first, second, third = RecallHolder.objects.filter(recall=recall).select_related("recall")[:3]
    whole = Decimal(first.issued_milli) / 1000
    with times.frozen(moment(2, "11:20")):
        first = actions.notify(first, by=seller, way=Way.PHONE, words="库管接听，已让停用")
        second = actions.notify(second, by=seller, way=Way.VISIT, words="到店告知店主")
    with times.frozen(moment(2, "15:40")):
        third = actions.attempt(third, by=seller, way=Way.PHONE, words="两次无人接听")
    with times.frozen(moment(1, "09:30")):
        third = actions.attempt(third, by=seller, way=Way.PHONE, words="关机")
        installed = (whole / 4).quantize(Decimal(1))
        first = actions.acknowledge(first, by=seller, name="库管", held=whole - installed, installed=installed)
        actions.report(
            Recall.objects.get(pk=recall.pk),
            by=head,
            kind=ReportKind.REPORT,
            sent_on=times.today(),
            reference="内部报告 01",
        )
    with times.frozen(moment(0, "08:20")):
        quantity = (whole / 2).quantize(Decimal(1))
        actions.enter(first, by=keeper, kind=EntryKind.RETURNED, quantity=quantity, reference="退货单（演示）")
