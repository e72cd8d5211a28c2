"""Suppliers are told what their marking must hold, and acknowledge; a new rule makes that stale (T-01)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanbao.kernel import notices, numbering
from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Step
from sanbao.kernel.notices import Addressee
from sanbao.kernel.obligations import fulfil
from sanbao.kernel.refusals import in_force
from sanbao.kernel.times import now
from sanbao.kernel.words import W
from sanbao.materials import links, policies
from sanbao.materials.actions.telling import CLOCKWORK, need, owe
from sanbao.materials.lifecycle import MARKING_NOTICE
from sanbao.materials.models import MarkingNotice, MarkingState
from sanbao.parties.models import Contact, ContactState, Supplier

ACKNOWLEDGE, TELL_AGAIN = "marking.acknowledge", "marking.tell_again"


def send(*, by: Actor, supplier: Supplier, material_class: str) -> MarkingNotice:
    """Tell a supplier what the marking of a class of material must hold: by mail where his contacts have an address,
    and always by a link that can be handed on."""
    with MARKING_NOTICE.opening("send", by=by, supplier=supplier, material_class=material_class) as step:
        known = MarkingNotice.objects.filter(supplier=supplier, material_class=material_class).first()
        need(
            known is None, "marking.told_already",
            "{supplier} 已有“{material_class}”的告知 {number}，请在那里再次告知。",
            "{supplier} was told about “{material_class}” in {number}; tell him again there.", clause="T-01",
            field="supplier", supplier=supplier.name, material_class=material_class,
            number=known.number if known else "",
        )  # fmt: skip
        step.case.number = numbering.take("marking_notice")
        step.insert()
        _tell(step)
    return step.case


def send_again(notice: MarkingNotice, *, by: Actor, expect: int | None = None) -> MarkingNotice:
    """Tell him again, by the rule as it stands now; the link that he had leads nowhere from now on."""
    with MARKING_NOTICE.move("send_again", notice, by=by, expect=expect) as step:
        _tell(step)
    return step.case


def acknowledge(notice: MarkingNotice, *, by: Actor, name: str) -> MarkingNotice:
    """The supplier acknowledges on his link, with the name of whoever did (only its digest enters the record)."""
    with MARKING_NOTICE.move("acknowledge", notice, by=by) as step:
        _acknowledged(step, name, W("链接", "link").said_in("zh-hans"))
    return step.case


def record_acknowledgement(
    notice: MarkingNotice, *, by: Actor, name: str, how: str, expect: int | None = None
) -> MarkingNotice:
    """He acknowledged on paper, by fax or in a message; how, is written down."""
    with MARKING_NOTICE.move("record_acknowledgement", notice, by=by, expect=expect) as step:
        _acknowledged(step, name, how)
        step.record(how=how)
    return step.case


def outdate(*, by: Actor = CLOCKWORK) -> int:
    """Whoever was told something else than the newest rule says must be told again; how many that are."""
    if not in_force("T-01"):
        return 0
    newest, outdated = policies.newest(), 0
    for notice in MarkingNotice.objects.exclude(state=MarkingState.STALE).select_related("supplier").order_by("pk"):
        if policies.rule_digest(policies.told(notice.material_class, newest)) == notice.rule_digest:
            continue
        with MARKING_NOTICE.move("outdate", notice, by=by) as step:
            step.record(version=newest.version)
            fulfil(step.case.subject, ACKNOWLEDGE, by=by)
            sentence = W("重新告知 {supplier}“{of}”的标识要求", "Tell {supplier} anew what to mark on “{of}”")
            sentence = sentence.format(supplier=notice.supplier.name, of=notice.material_class)
            owe(step.case, TELL_AGAIN, "purchasing", sentence, by=by, clause="T-01")
        outdated += 1
    return outdated


def reached(notice: MarkingNotice) -> list[Contact]:
    """The supplier's contacts that have an address for mail."""
    people = Contact.objects.filter(supplier=notice.supplier_id, state=ContactState.IN_USE)
    return list(people.exclude(email="").order_by("pk"))


def _tell(step: Step[MarkingNotice]) -> None:
    case, by, version = step.case, step.by, policies.newest()
    case.rule = policies.told(case.material_class, version)
    case.rule_version, case.rule_digest = version.version, policies.rule_digest(case.rule)
    case.sent_at, case.sent_by, case.sendings = now(), by.ref, case.sendings + 1
    case.acknowledged_at, case.acknowledged_by, case.acknowledged_how = None, "", ""
    case.due_at = policies.due("acknowledged_within")
    case.link_nonce = links.new_nonce()
    case.link_hash = links.hashed(links.token_of(case))
    sentence = W(
        "贵司供给我厂的“{of}”，请按所附要求做标识，并打开链接确认。",
        "Please mark “{of}” that you supply to us as required, and open the link to acknowledge.",
        of=case.material_class,
    )
    people = {f"contact:{c.pk}": Addressee(f"contact:{c.pk}", c.email, "zh-hans") for c in reached(case)}
    about = f"marking:{case.pk}:{case.sendings}"
    notices.tell_these(people, about=about, subject=case.subject, sentence=sentence, clause="T-01")
    step.record(mailed=len(people))
    fulfil(case.subject, ACKNOWLEDGE, TELL_AGAIN, by=by)
    _remind(case, by, case.due_at)


def _remind(case: MarkingNotice, by: Actor, due: datetime) -> None:
    """T-01: that he acknowledges is purchasing's duty until he has."""
    if in_force("T-01"):
        sentence = W("取得 {supplier} 对“{of}”标识要求的确认", "Get {supplier} to acknowledge the marking of “{of}”")
        sentence = sentence.format(supplier=case.supplier.name, of=case.material_class)
        owe(case, ACKNOWLEDGE, "purchasing", sentence, by=by, clause="T-01", due=due)


def _acknowledged(step: Step[MarkingNotice], name: str, how: str) -> None:
    case: Any = step.case
    need(len(name.strip()) > 1, "marking.no_name", "请写确认人的姓名。", "Write the name of who acknowledges.",
         clause="T-01", field="name")  # fmt: skip
    case.acknowledged_at, case.acknowledged_by, case.acknowledged_how = now(), name.strip()[:80], how[:200]
    step.private(name=name.strip())
    fulfil(case.subject, ACKNOWLEDGE, by=step.by)
