"""What a factory may set about its mail; the row ships in ``policies/mail.toml``."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Duration, OneOf, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.policies.house import ROLE
from sanbao.kernel.words import W

REOPEN, ASK = "reopen", "ask"

POST = Policy(
    "mail",
    title=W("电子邮件", "E-mail"),
    clause="C-03",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("sort_by", ROLE, ("未归件由谁处理", "Unmatched mail is sorted by")),
            Duration("sort_within", ("未归件处理期限", "Unmatched mail is sorted within")),
            Duration("reply_within", ("用户来信回复期限", "The user's mail is answered within")),
            OneOf(
                "after_closing",
                {
                    REOPEN: ("重新打开，过期另立新件", "Reopens the case; later opens a new one"),
                    ASK: ("由负责人决定", "The owner decides"),
                },
                ("关闭后用户来信", "The user writes after closing"),
            ),
            Amount("a_day", "", 1, 1000, ("一天最多给同一地址发几封", "Mails a day to one address at most")),
            Amount("undo_s", "s", 0, 600, ("发出前可撤回的秒数", "Seconds in which a letter may be withdrawn")),
            Amount("limit_mb", "MB", 1, 200, ("收取的邮件最大", "A mail is fetched up to")),
        ],
    ),
)
