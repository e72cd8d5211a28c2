"""What the public pages say and allow: the hotline, how often one may ask, care and use by product line (T-15)."""

from __future__ import annotations

from sanbao.kernel.decision_tables import Amount, Choice, Shape, Text
from sanbao.kernel.policies import Policy
from sanbao.kernel.words import W

#: The row of the care table that serves every line without one of its own.
OTHER = "other"

PORTAL = Policy(
    "portal",
    title=W("公开页", "Public pages"),
    clause="T-15",
    shape=Shape(
        inputs=[],
        outputs=[
            Text("hotline", r"[\d+() -]{3,40}", ("服务热线", "Hotline"), optional=True),
            Text("hours_zh", title=("服务时间", "Hours, in Chinese"), optional=True),
            Text("hours_en", title=("英文服务时间", "Hours"), optional=True),
            Amount("odd_a_day", "", 2, 100000, ("一天查询多少次要提醒", "Look-ups a day that are odd")),
            Amount("odd_in_all", "", 2, 1000000, ("总共查询多少次要提醒", "Look-ups in all that are odd")),
            Amount("photos", "", 0, 12, ("最多几张照片", "Photographs at most")),
            Amount("photo_mb", "MB", 1, 25, ("每张最大", "Size of each at most")),
            Amount("reports_an_hour", "", 1, 1000, ("每个网址一小时最多报修", "Reports an hour from one address")),
            Amount("tracks_an_hour", "", 3, 1000, ("每个单号一小时最多查错", "Wrong tries an hour for one number")),
            Amount("looks_a_minute", "", 10, 10000, ("每个网址一分钟最多查询", "Look-ups a minute from one address")),
        ],
    ),
)

CARE = Policy(
    "care",
    title=W("使用与保存说明", "Care and use"),
    clause="T-15",
    shape=Shape(
        inputs=[Choice("line", [], ("产品线", "Product line"), open=True)],
        outputs=[
            Text("storage_zh", title=("保存", "Storage, in Chinese")),
            Text("storage_en", title=("英文保存", "Storage")),
            Text("use_zh", title=("使用", "Use, in Chinese")),
            Text("use_en", title=("英文使用", "Use")),
        ],
    ),
)
