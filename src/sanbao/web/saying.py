"""Moments and spans as people say them, in both languages; the exact value stands in the tooltip beside them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sanbao.kernel import times
from sanbao.kernel.words import W

#: Within this time a due moment is shown as "soon"; only the colour hangs on it, never a rule.
SOON = timedelta(hours=8)

#: Acts of the kernel that belong to no lifecycle.
ACTS = {
    "obligation.opened": W("产生待办", "Duty opened"),
    "obligation.discharged": W("待办了结", "Duty discharged"),
    "obligation.late": W("待办超时", "Duty overdue"),
    "clock.warned": W("时限将到", "Clock running out"),
    "clock.late": W("时限已超", "Clock late"),
    "clock.escalated": W("时限升级", "Clock escalated"),
    "clock.resumed": W("时限恢复", "Clock resumed"),
    "attachment.added": W("添加附件", "File attached"),
    "signature.made": W("签批", "Signed"),
    "policy.loaded": W("载入规则表", "Policy loaded"),
    "policy.supplemented": W("补充规则表", "Policy supplemented"),
    "policy.approved": W("批准规则表", "Policy approved"),
    "policy.drafted": W("起草规则表", "Policy drafted"),
    "seal.deposited": W("寄存封存值", "Seal deposited"),
    "webhook.added": W("登记网络回调", "Webhook added"),
    "webhook.removed": W("撤去网络回调", "Webhook removed"),
    "token.created": W("新建接口令牌", "API token created"),
    "token.revoked": W("作废接口令牌", "API token revoked"),
}


def moment(at: datetime) -> W:
    """``今天 09:12``, ``昨天 14:30``, ``4 月 18 日 09:12``, ``2025-12-01``, on the factory's clock."""
    local, today = times.local(at), times.today()
    clock = f"{local:%H:%M}"
    away = (local.date() - today).days
    near = {0: ("今天", "today"), -1: ("昨天", "yesterday"), 1: ("明天", "tomorrow")}.get(away)
    if near:
        return W(f"{near[0]} {clock}", f"{near[1]} {clock}")
    if local.year == today.year:
        return W(f"{local.month} 月 {local.day} 日 {clock}", f"{local.day} {local:%b} {clock}")
    return W(f"{local:%Y-%m-%d}", f"{local:%Y-%m-%d}")


def day(on: date) -> W:
    """``今天``, ``4 月 18 日``, ``2025-12-01``."""
    today = times.today()
    near = {0: ("今天", "today"), -1: ("昨天", "yesterday"), 1: ("明天", "tomorrow")}.get((on - today).days)
    if near:
        return W(*near)
    if on.year == today.year:
        return W(f"{on.month} 月 {on.day} 日", f"{on.day} {on:%b}")
    return W(f"{on:%Y-%m-%d}", f"{on:%Y-%m-%d}")


def span(length: timedelta) -> W:
    """The two largest units of a length of time: ``1 小时 40 分``, ``3 天``; never below one minute."""
    minutes = max(1, int(abs(length).total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        zh, en = f"{days} 天", f"{days} d"
        return W(f"{zh} {hours} 小时", f"{en} {hours} h") if hours and days < 3 else W(zh, en)
    if hours:
        zh, en = f"{hours} 小时", f"{hours} h"
        return W(f"{zh} {minutes} 分", f"{en} {minutes} min") if minutes else W(zh, en)
    return W(f"{minutes} 分", f"{minutes} min")


def size(count: int) -> str:
    """A file's size in bytes, for people."""
    for unit, limit in (("B", 1 << 10), ("KB", 1 << 20), ("MB", 1 << 30)):
        if count < limit:
            return f"{count} {unit}" if unit == "B" else f"{count / (limit >> 10):.1f} {unit}"
    return f"{count / (1 << 30):.1f} GB"


@dataclass(frozen=True)
class Due:
    """How a due moment is shown: kind (late, soon, fine, hold or plain), icon and words."""

    kind: str
    icon: str
    words: W


def due(at: datetime | None, *, stopped: datetime | None = None, paused: bool = False) -> Due:
    """Word, shape and colour for a due moment; ``stopped`` is when what was due was done."""
    if at is None:
        return Due("muted", "", W("无期限", "No due time"))
    if stopped:
        if stopped <= at:
            return Due("fine", "check", W("按时", "In time"))
        return Due("late", "alert-circle", W("迟 {span}", "{span} late", span=span(stopped - at)))
    if paused:
        return Due("hold", "pause", W("暂停", "Paused"))
    left = at - times.now()
    if left < timedelta(0):
        return Due("late", "alert-triangle", W("超时 {span}", "{span} overdue", span=span(left)))
    if left <= SOON:
        return Due("soon", "clock", W("{at} 前", "by {at}", at=moment(at)))
    return Due("plain", "", moment(at))
