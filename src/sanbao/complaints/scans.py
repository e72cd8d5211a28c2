"""The number of a feedback form leads to its case; from a lot's label a complaint is registered."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from sanbao.complaints.lifecycle import COMPLAINT
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.web import scans
from sanbao.web.subjects import rows


def find(code: str, by: Actor) -> list[scans.Match]:
    cases = rows(COMPLAINT, by).filter(feedback_form__number=code_key(code)).select_related("feedback_form")
    said = W("信息反馈表 {number}", "feedback form {number}")
    return [
        scans.of_subject(COMPLAINT, case, case.number, said.format(number=case.feedback_form.number)) for case in cases
    ]


def acts(match: scans.Match, by: Actor) -> list[scans.Act]:
    """What the user holds in his hand is what he complains about."""
    if not match.what.startswith("lot.") or not by.may("complaints.register"):
        return []
    address = f"{reverse('complaints:new')}?{urlencode({'code': match.code})}"
    return [scans.Act(W("登记投诉", "Register a complaint"), address, "message")]
