"""用户意见登记: the register of complaints as it was kept before, brought in as history (U-10)."""

from __future__ import annotations

from collections.abc import Sequence

from sanbao.complaints.actions.old_register import OldLine, take_old
from sanbao.complaints.models import Channel, Source
from sanbao.exchange.columns import Table, code, day, text
from sanbao.exchange.intake import Intake
from sanbao.exchange.kinds.base import Kind, Line, fields
from sanbao.exchange.outcomes import UNCHANGED, Note, Result, Verdict, taken
from sanbao.kernel.canonical import digest
from sanbao.kernel.words import W
from sanbao.parties import queries as parties

REGISTER = Table(
    "complaints",
    W("用户意见登记", "Register of opinions"),
    (
        text("serial", "序号", "serial", "编号", "登记号", "no", limit=60),
        day(
            "received_on",
            "日期",
            "date",
            "登记日期",
            "受理日期",
            "投诉日期",
            needed=True,
            missing="received_on_missing",
        ),
        text("user", "用户", "user", "客户", "客户名称", "用户名称", needed=True, limit=120),
        text("channel", "方式", "channel", "来源", "反映方式", "渠道"),
        text("content", "内容", "content", "意见内容", "投诉内容", "反映内容", needed=True, missing="content_missing"),
        code("label", "标签号", "label", "标签", "喷码", limit=80),
        text("class_word", "类别", "class", "意见类别", "问题类别"),
        text("handling", "处理", "handling", "处理意见", "处理结果", "处理措施"),
        text("status", "状态", "status", "是否结案", "结案"),
    ),
    key="serial",
    once=("serial", "received_on"),
)

_CHANNELS = {
    "电话": Channel.PHONE,
    "热线": Channel.HOTLINE,
    "来访": Channel.VISIT,
    "走访": Channel.VISIT,
    "业务员": Channel.VISIT,
    "信函": Channel.LETTER,
    "信": Channel.LETTER,
    "传真": Channel.FAX,
    "邮件": Channel.EMAIL,
    "电子邮件": Channel.EMAIL,
    "网页": Channel.WEB,
    "网站": Channel.WEB,
    "扫码": Channel.QR,
    "二维码": Channel.QR,
    "微信": Channel.MESSAGE,
    "qq": Channel.MESSAGE,
    "短信": Channel.MESSAGE,
}
_FROM_SALES = frozenset({"业务员", "走访"})
_CLOSED = frozenset({"结案", "已结案", "关闭", "已关闭", "完成", "已处理", "是", "closed", "done"})


def take(lines: Sequence[Line], intake: Intake) -> list[Verdict]:
    """Names are cut short or stand twice in old registers: nobody is guessed, the candidates are named."""
    if intake.rehearsal:
        intake.customers.stand_in()
    customers = parties.customers_by_name({values[2] for _, values in lines})
    lots = intake.lots(values[5] for _, values in lines if values[5])
    old, remarks = [], []
    for _, (serial, received_on, user, channel, content, label, class_word, handling, status) in lines:
        notes: list[Note] = []
        meant = customers.get(user, [])
        sure = len(meant) == 1 and meant[0].name_key == parties.name_key(user)
        if not sure:
            notes.append(("unresolved_customer", {"name": user, "maybe": "、".join(c.code for c in meant[:5]) or "—"}))
        if channel and channel.lower() not in _CHANNELS:
            notes.append(("unknown_channel", {"cell": channel}))
        if label and label not in lots:
            notes.append(("label_without_record", {"code": label}))
        old.append(
            OldLine(
                serial=serial or digest(f"{user}\n{content}")[:8],
                received_on=received_on,
                source=Source.SALES if channel in _FROM_SALES else Source.USER,
                channel=_CHANNELS.get(channel.lower(), Channel.LETTER),
                user=user,
                customer_id=meant[0].pk if sure else None,
                content=content,
                label=label,
                lot_id=lots[label].id if label in lots else None,
                class_word=class_word,
                handling=handling,
                closed=status.lower() in _CLOSED,
            )
        )
        remarks.append(notes)
    results = take_old(old, by=intake.by)
    intake.made += [result.id for result in results if result.new]
    return [_verdict(result.new, result.differs, notes) for result, notes in zip(results, remarks, strict=True)]


def _verdict(new: bool, differs: tuple[str, ...], notes: list[Note]) -> Verdict:
    if new:
        return taken(*notes)
    return (Result.REMARKED, (("differs", {"fields": fields(differs)}),)) if differs else UNCHANGED


KINDS = (Kind(REGISTER, take, permission="complaints.import"),)
