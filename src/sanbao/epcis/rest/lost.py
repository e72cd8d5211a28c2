"""Addresses that the interface does not have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sanbao.epcis.rest.door import endpoint
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


def _nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    raise Refusal(
        "not_found", W("没有这个地址。", "There is no such address."), "T-14", 404, facts={"path": rest[:200]}
    )


nowhere = endpoint(get=_nowhere, post=_nowhere, put=_nowhere, patch=_nowhere, delete=_nowhere)
