"""What a holder is told, in both languages: which goods, what danger, what to do, whom to call."""

from __future__ import annotations

from sanbao.kernel.policies import COMPANY
from sanbao.kernel.times import today
from sanbao.kernel.words import W
from sanbao.recall import links
from sanbao.recall.models import RecallHolder
from sanbao.trace.queries import exact

_ZH = """{name}：

我厂召回下列产品：{title}（召回编号 {number}）。
贵处：{labels} 个标签，共 {quantity}。

缺陷和危险：{danger}

请立即停止使用、销售和安装，并：{measure}

请打开下面的链接，确认收到，填写现存、已装和已退的数量；在那里也可以逐个核对标签：
{link}

{company}
"""
_EN = """{name}:

We recall the following goods: {title} (recall {number}).
With you: {labels} labels, {quantity} in all.

Defect and danger: {danger}

Stop using, selling and installing them at once, and: {measure}

Please open this link, acknowledge, and state what you hold, have installed and have sent back. Single labels can
be checked there:
{link}

{company}
"""


def mail(holder: RecallHolder) -> tuple[str, str]:
    """Subject and text of the letter by e-mail."""
    recall, company = holder.recall, COMPANY.decide(on=today())
    facts = {
        "name": str(holder.customer),
        "title": recall.title,
        "number": recall.number,
        "labels": holder.labels,
        "quantity": exact(holder.issued_milli, holder.unit),
        "danger": recall.danger,
        "measure": recall.measure,
        "link": links.address_of(holder),
    }
    zh = _ZH.format(**facts, company=company["name_zh"] or "")
    en = _EN.format(**facts, company=company["name_en"] or company["name_zh"] or "")
    again = W("再次提醒：", "Reminder: ") if holder.reminders else W("", "")
    subject = f"{again.said_in('zh-hans')}召回通知 Recall notice {recall.number} {recall.title}"
    return subject, f"{zh}\n----\n\n{en}"
