"""A sample by its tag or the label that it bears, an instrument by its number, an unknown label by its code; and what
to do about a code that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from sanbao.inspection import queries
from sanbao.inspection.lifecycle import INSTRUMENT, SAMPLE, UNKNOWN_LABEL
from sanbao.inspection.models import UnknownState
from sanbao.kernel import search
from sanbao.kernel.actor import Actor
from sanbao.kernel.codes import code_key
from sanbao.kernel.words import W
from sanbao.web import scans
from sanbao.web.subjects import rows


def find(code: str, by: Actor) -> list[scans.Match]:
    key = code_key(code)
    unknown = rows(UNKNOWN_LABEL, by).filter(key=key, state=UnknownState.OPEN)
    labelled = rows(SAMPLE, by).filter(pk__in=search.matching("sample", code))
    said = W("标签 {label}", "label {label}")
    found = [
        scans.of_subject(SAMPLE, row, row.number, said.format(label=row.label), row.place)
        for row in labelled
        if key in (code_key(row.number), code_key(row.label))
    ]
    found += [
        scans.of_subject(INSTRUMENT, row, row.number, row.kind, row.place)
        for row in rows(INSTRUMENT, by).filter(number=key)
    ]
    warning = W("本厂没有这个标签的记录，正在查明。", "There is no record of this label; it is being cleared up.")
    return found + [replace(scans.of_subject(UNKNOWN_LABEL, row, row.number), warning=warning) for row in unknown]


def report_unknown(code: str, by: Actor) -> list[scans.Act]:
    if not by.may("inspection.report_unknown"):
        return []
    address = f"{reverse('inspection:report')}?{urlencode({'code': code})}"
    return [scans.Act(W("登记为未知标签", "Report as unknown label"), address, "flag", dialog=True)]


def acts(match: scans.Match, by: Actor) -> list[scans.Act]:
    """A lot for which there is a plan may be inspected from here."""
    if not match.what.startswith("lot.") or not by.may("inspection.inspect") or queries.plan_for(match.row) is None:
        return []
    address = f"{reverse('inspection:sheet_new')}?{urlencode({'lot': match.code})}"
    return [scans.Act(W("开检验单", "Open a sheet"), address, "inspection", dialog=True)]
