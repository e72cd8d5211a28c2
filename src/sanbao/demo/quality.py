"""Quality of the demonstration: goods disposed of by quantity, one 8D closed as effective, one under way, one asked of
a supplier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sanbao.catalog.models import DefectClass, Product
from sanbao.complaints import actions as complaints
from sanbao.complaints.models import Complaint, Settling
from sanbao.corrective import actions as corrective
from sanbao.corrective.models import CorrectiveAction
from sanbao.kernel import obligations, times, worker
from sanbao.kernel.actor import Actor
from sanbao.nonconformity import actions, queries
from sanbao.nonconformity.models import Disposition, Nonconformity
from sanbao.parties.models import Department, Person, Supplier

Moment = Callable[[int, str], datetime]
Cast = Mapping[str, Actor]
SIGNERS = {
    "qc.department_manager": "qc-manager",
    "management.technical_vp": "technical-vp",
    "management.production_vp": "production-vp",
    "management.gm": "gm",
}


def settle(case: Complaint, heads: Mapping[str, str], actors: Cast) -> None:
    """What a case still owes: its goods are disposed of; that no further action is needed, a second person approves."""
    for record in queries.about(case.subject).filter(state="contained"):
        dispose(record, actors)
    for owed in list(obligations.open_on(case.subject).filter(holds_closing=True)):
        how = Settling.DONE if owed.code == "recall.assess" else Settling.NOT_NEEDED
        complaints.settle_duty(
            case, by=actors[heads[owed.owed_by]], duty=owed.code, how=how, reason="同因的纠正措施已在实施，本件不另立",
            reference="演字处置单",
        )  # fmt: skip
        if how == Settling.NOT_NEEDED:
            waived = case.settlements.get(duty=owed.code, approved_at=None, rejected=False)  # type: ignore[attr-defined]
            complaints.approve_settlement(case, by=actors["technical-vp"], settlement=waived, agree=True)


def dispose(record: Nonconformity, actors: Cast) -> None:
    """A fifth is scrapped, the rest stripped, coated again and re-inspected."""
    lines = list(record.lines.all())  # type: ignore[attr-defined]
    for line in lines:
        fifth = (line.quantity.value / 5).quantize(Decimal("0.001"))
        _carry_out(record, line, "scrap", fifth, "剪碎回炉", actors)
        _carry_out(record, line, "rework", line.quantity.value - fifth, "按评审意见返工，逐支复测", actors)
    if lines:
        actions.close(
            Nonconformity.objects.get(pk=record.pk), by=actors["inspector-1"], conclusion="返工合格，余料回炉",
            basis="复检记录；GB/T 5237.4",
        )  # fmt: skip


def _carry_out(
    record: Nonconformity, line: object, way: str, quantity: Decimal, text: str, actors: Cast
) -> Disposition:
    row = _approved(record, line, way, quantity, text, actors)
    lost = quantity if way == "scrap" else Decimal(0)
    row = actions.execute(
        row, by=actors["production-manager"], good=quantity - lost, scrapped=lost, result=text,
        cost=(quantity * Decimal("2.4")).quantize(Decimal("0.01")),
    )  # fmt: skip
    if row.state == "executed":
        released = row.of(row.good_milli).value
        row = actions.verify(row, by=actors["inspector-1"], released=released, verdict="逐支复测，全部合格")
    return row


def _approved(record: Nonconformity, line: object, way: str, quantity: Decimal, text: str, actors: Cast) -> Disposition:
    actions.propose(
        Nonconformity.objects.get(pk=record.pk), by=actors["technologist"], line=line, way=way, quantity=quantity,
        instruction=text, basis="评审记录；GB/T 5237.4", department=Department.objects.get(code="production"),
        due_on=times.today() + timedelta(days=5),
    )  # fmt: skip
    row = Disposition.objects.filter(record=record).latest("pk")
    while row.unsigned:
        row = actions.approve(row, by=replace(actors[SIGNERS[row.unsigned[0]]], fresh=True))
    return row


def play(actors: Cast, moment: Moment) -> None:
    """``moment(days, hour)`` is so many working days ago."""
    _effective(actors, moment)
    _under_way(actors, moment)
    _asked(actors, moment)
    _half_disposed(actors, moment)


def _effective(actors: Cast, moment: Moment) -> None:
    """An 8D of last season: its causes, its measures, and the period after which it was found to have helped."""
    with times.frozen(moment(100, "09:00")):
        case = corrective.open_action(
            by=actors["qc-manager"],
            title="平开窗料角度超差",
            problem="连续四批平开窗料装配角度偏差 0.8°，两家用户组角后缝隙超 0.5 mm。",
            lead=_person("technologist"),
            metric="evidence",
            threshold="连续 10 批角度偏差不超过 0.3°",
            product=Product.objects.order_by("code").first(),
            defect=DefectClass.objects.get(code="Q2"),
            containment="在库 6 批逐支复测，合格 5 批放行，1 批隔离；在途 1 批通知用户先不组角。",
            team=[_person("production-manager"), _person("inspector-1")],
        )
        case = corrective.draw_bones(
            case, by=actors["technologist"], man="换班交接不清", machine="挤压出口导路磨损\n牵引机夹紧力不稳",
            material="铸棒加热不匀", method="模具修后只试一支\n没有规定导路更换周期", measurement="角度尺未按期校准",
        )  # fmt: skip
        case = _analyse(case, actors)
    _implement(case, actors, moment, 98)
    with times.frozen(moment(8, "15:00")):
        case = corrective.spread_out(
            CorrectiveAction.objects.get(pk=case.pk), by=actors["technologist"],
            spread="2 号、3 号挤压机同样执行；作业书 ZY-挤压-07 换 3 版，控制计划加导路点检。",
        )  # fmt: skip
        corrective.verify(
            case, by=actors["inspector-2"], effective=True, verdict="此后 14 批角度偏差最大 0.24°，没有同类投诉。",
            basis="检验单汇总、投诉登记",
        )  # fmt: skip


def _analyse(case: CorrectiveAction, actors: Cast) -> CorrectiveAction:
    case = corrective.find_cause(
        case, by=actors["technologist"],
        occurrence_whys="角度偏差 0.8°\n出口处型材被导路顶偏\n导路石墨板磨损 2 mm\n没有规定多久更换",
        occurrence_cause="导路石墨板没有更换周期",
        escape_whys="出厂检验没有发现\n每批只在头尾各测一支\n检验计划没有把角度列为主要项目",
        escape_cause="检验计划漏列角度",
        basis="挤压点检记录、检验计划", similar="推拉窗料同机生产，复测 3 批未见超差",
    )  # fmt: skip
    for text, owner, days in (
        ("导路石墨板每 150 吨更换，点检表加一栏", "production-manager", 7),
        ("检验计划把角度列为主要项目，每批五支", "qc-manager", 10),
    ):
        case = corrective.plan_measure(
            case, by=actors["technologist"], text=text, owner=_person(owner),
            due_on=times.today() + timedelta(days=days),
        )  # fmt: skip
    return corrective.approve_measures(case, by=replace(actors["technical-vp"], fresh=True))


def _implement(case: CorrectiveAction, actors: Cast, moment: Moment, days: int) -> None:
    with times.frozen(moment(days, "16:00")):
        for measure in case.measures.all():  # type: ignore[attr-defined]
            case = corrective.report_done(
                case, by=_act(actors, measure.owner), measure=measure, evidence="作业书已换版，首周记录附后",
            )  # fmt: skip


def _under_way(actors: Cast, moment: Moment) -> None:
    """Coating that does not stick: from the open cases, its cause known, its measures under way."""
    powder = Complaint.objects.open().filter(confirmed_class__code="Q3-P05").exclude(blame="").order_by("id").first()
    if powder is None:
        return
    with times.frozen(moment(2, "09:40")):
        case = corrective.open_action(
            by=actors["qc-manager"], origin=powder.subject, title="喷涂附着力不合格", lead=_person("technologist"),
            problem=f"{powder.number} 等：同一喷涂批划格 2 级，膜厚 42 µm，低于合同的 60 µm。", metric="rate",
            product=powder.product, defect=powder.confirmed_class, containment="同批在库、在途冻结；用户处停用并更换。",
            team=[_person("inspector-1"), _person("production-manager")],
        )  # fmt: skip
        corrective.find_cause(
            case, by=actors["technologist"],
            occurrence_whys="划格 2 级\n粉末受潮流平不好\n来料三批含水超标\n进货没有测含水",
            occurrence_cause="进货检验没有含水一项", escape_whys="出厂没有发现\n划格每班一次\n没有按粉末批加严",
            escape_cause="换粉末批不加严", basis="检验报告、来料记录",
        )  # fmt: skip
        worker.run_once()


def _asked(actors: Cast, moment: Moment) -> None:
    with times.frozen(moment(1, "10:30")):
        corrective.ask_supplier(
            by=actors["purchaser"], supplier=Supplier.objects.get(code="G05"), title="粉末含水超标",
            problem="贵司近三批聚酯粉末含水 0.9 %，高于约定的 0.5 %，喷涂后附着力不合格。请查明原因并答复纠正措施。",
            lead=_person("inspector-1"), metric="evidence", threshold="连续 5 批含水不超过 0.5 %",
            defect=DefectClass.objects.get(code="Q3-P05"),
        )  # fmt: skip


def _half_disposed(actors: Cast, moment: Moment) -> None:
    """A record of which a part waits for re-inspection, a part to be approved, and the rest is open."""
    record = Nonconformity.objects.filter(state="contained", lines__isnull=False).order_by("id").first()
    if record is None:
        return
    line = record.lines.first()  # type: ignore[attr-defined]
    third = (line.quantity.value / 3).quantize(Decimal("0.001"))
    with times.frozen(moment(1, "14:20")):
        row = _approved(record, line, "rework", third, "脱漆后重新喷涂", actors)
        actions.execute(
            row, by=actors["production-manager"], good=third, scrapped=Decimal(0), result="已重新喷涂，待复检",
            cost=Decimal("380"),
        )  # fmt: skip
        actions.propose(
            Nonconformity.objects.get(pk=record.pk), by=actors["technologist"], line=line, way="scrap", quantity=third,
            instruction="剪碎回炉", basis="评审记录", department=Department.objects.get(code="production"),
            due_on=times.today() + timedelta(days=5),
        )  # fmt: skip


def _person(username: str) -> Person:
    return Person.objects.get(username=username)


def _act(actors: Cast, person: Person) -> Actor:
    return actors[person.username]
