"""The demonstration's post: a mail that nobody has filed yet, one in a case, a machine's, an advertisement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sanbao.complaints.models import Channel, Complaint
from sanbao.kernel import times
from sanbao.kernel.actor import Actor
from sanbao.mail import actions
from sanbao.mail.models import MailItem
from sanbao.parties import actions as parties
from sanbao.parties.models import Customer

OFFICE = "kf@factory.example"
PURCHASER = "purchasing@customer.example"
#: The smallest picture that there is.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff56c72f0d0000000049454e44ae426082"
)


def play(actors: dict[str, Actor], moment: Callable[[int, str], datetime], *, by: Actor) -> None:
    clerk = actors["after-sales-1"]
    customer = Customer.objects.order_by("code").first()
    assert customer is not None
    with times.frozen(moment(2, "09:10")):
        parties.register_contact(by=by, customer=customer, name="采购部经办人", duty="采购", email=PURCHASER)
        offer = _received(1, "展会优惠报价", "本公司供应各类包装材料，欢迎询价。", sender="offers@packing.example")
        actions.put_aside(offer, by=clerk, reason="供应商广告，与投诉无关")
        _received(2, "自动回复：放假通知", "我在休假，周一回复您。", sender=PURCHASER, Auto_Submitted="auto-replied")
    case = Complaint.objects.open().filter(channel=Channel.EMAIL, legacy=None, owner=clerk.person_id).first()
    if case is not None:
        with times.frozen(moment(1, "15:20")):
            asked = "您好，上次反映的问题处理到哪一步了？工地在等这批料，请给个准确时间。"
            actions.file(_received(3, "请问处理进展", asked, sender="site@builder.example"), by=clerk, case=case)
    with times.frozen(moment(1, "16:40")):
        said = (
            "你好：\n\n本周到货的平开窗料有三支端头划伤，照片见附件。另外第二包标签看不清，请告知批号。\n\n请尽快回复。"
        )
        _received(4, "型材端头划伤（附照片）", said, sender=PURCHASER, picture=True)


def _received(uid: int, title: str, text: str, *, sender: str, picture: bool = False, **headers: str) -> MailItem:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, OFFICE, title
    message["Date"], message["Message-ID"] = format_datetime(times.now()), f"<{uid}.demo@{sender.partition('@')[2]}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, charset="gb18030")
    if picture:
        message.add_attachment(DOT, maintype="image", subtype="png", filename="端头划伤.png")
    return actions.receive(message.as_bytes(), mailbox=f"{OFFICE}/INBOX", validity=1, uid=uid)
