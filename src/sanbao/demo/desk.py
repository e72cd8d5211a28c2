"""The desk of the demonstration: a spot check located, a consultation half answered, one matter entered twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sanbao.complaints import actions
from sanbao.complaints.actions import consulting
from sanbao.complaints.models import Complaint, Source, State
from sanbao.kernel import times, worker
from sanbao.kernel.actor import Actor
from sanbao.parties.models import Department


def play(actors: Mapping[str, Actor], moment: Callable[[int, str], datetime]) -> None:
    clerk, technologist = actors["after-sales-1"], actors["technologist"]
    with times.frozen(moment(1, "10:05")):
        case = consulting.consult(
            by=clerk,
            paper="contract",
            inquirer="演示幕墙工程公司（新客户）",
            reference="演合草〔演示〕03",
            wanted="合同草案第 7 条：氟碳喷涂立柱 60 吨，色差 ΔE ≤ 1.0，30 天内分三批到工地。\n质保 15 年，是否接受？",
            departments=Department.objects.filter(code__in=("technology", "production", "qc")),
        )
        worker.run_once()
    with times.frozen(moment(1, "15:30")):
        consulting.answer_consultation(
            case,
            by=technologist,
            able="conditions",
            answer="ΔE ≤ 1.0 须同一批粉末；质保按合同附件的面漆条款，最多 10 年",
        )
        worker.run_once()
    # These cases have lived until this moment.
    checked = Complaint.objects.open().filter(source=Source.SPOT_CHECK).first()
    if checked is not None:
        actions.locate_holders(checked, by=clerk, codes=[checked.code])
    _twice(clerk)
    worker.run_once()


def _twice(clerk: Actor) -> None:
    """The user of an open case calls about it, and a second case is made before anybody looks."""
    lead = Complaint.objects.open().filter(state=State.ANSWERED, merged_into=None).first()
    if lead is not None:
        again = actions.register(
            by=clerk,
            source=lead.source,
            channel="message",
            customer=lead.customer,
            contact_name=lead.contact_name,
            contact_phone=lead.contact_phone,
            code=lead.code,
            title=f"再问：{lead.title}"[:40],
            description="上次反映的那批料，更换的什么时候到？",
        )
        actions.merge(again, by=clerk, into=lead, reason="同一用户同一件事")
