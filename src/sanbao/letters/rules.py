"""Facts proposed from the words of a letter: who, what, when, what is demanded. Plain text in, plain values out.

Nothing is guessed beyond the words: each fact is a stretch of the text, and whoever accepts it sees where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

WRITER, COMPANY, PHONE, MODEL, CODE = "writer", "company", "phone", "model", "code"
FAULT, EVENT, DEMAND, RISK = "fault", "event", "demand", "risk"

_ZH = r"[\u4e00-\u9fff]"


@dataclass(frozen=True, slots=True)
class Read:
    """A fact and the stretch of the text that it was read from; ``on`` is the day of an event where one is told."""

    kind: str
    value: str
    start: int
    end: int
    on: date | None = None


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


_NO = r"(?: (?:no\.?|number))?"
_IS = r"\s*(?:为|是|is)?\s*[:：]?\s*"
_PERSON = r"(?P<v>[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,3})"
_FIRM_ZH = _any(
    "有限责任公司", "股份有限公司", "有限公司", "公司", "门窗厂", "铝材厂", "机械厂", "经营部", "装饰工程部", "商行"
)  # fmt: skip
_FIRM_EN = _any("GmbH", r"Ltd\.?", "Limited", r"Inc\.?", r"LLC", r"Co\.(?: Ltd\.?)?", r"S\.A\.", r"B\.V\.", "AG")
_SIGNED = _any("联系人", "写信人", "经办人", "投诉人", "负责人")
_CLOSING = _any("Yours (?:faithfully|sincerely|truly)", "(?:Kind|Best) regards", "Regards")
_CODED = _any(
    "喷码", "标签号?", "标签编号", "批号", "炉号", "出厂编号", "机号", "编号", "序列号", "S/N",
    *(name + _NO for name in ("serial", "label", "lot", "batch")),
)  # fmt: skip
#: Kind → patterns; the group ``v`` is the value.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (COMPANY, rf"(?P<v>{_ZH}{{2,24}}?{_FIRM_ZH})"),
    (COMPANY, rf"(?P<v>(?:[A-Z][\w&.'-]*[ ,]+){{1,5}}{_FIRM_EN})"),
    (WRITER, rf"{_SIGNED}\s*[:：]\s*(?P<v>{_ZH}{{2,4}})"),
    (WRITER, rf"(?:此致\s*)?敬礼[!！。]?\s*(?P<v>{_ZH}{{2,4}})(?=\s|$)"),
    (WRITER, rf"{_CLOSING}[,.]?\s+{_PERSON}"),
    (WRITER, rf"(?:Contact|Name)\s*:\s*{_PERSON}"),
    (PHONE, r"(?<![A-Za-z0-9_-])(?P<v>\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{2,4})(?![A-Za-z0-9_-])"),
    (PHONE, r"(?<![A-Za-z0-9_-])(?P<v>1[3-9]\d(?:[ -]?\d{4}){2})(?![A-Za-z0-9_-])"),
    (PHONE, r"(?<![A-Za-z0-9_-])(?P<v>\(?0\d{2,3}\)?[ -]?\d{7,8}(?:-\d{1,5})?)(?![A-Za-z0-9_-])"),
    (MODEL, rf"(?:规格型号|产品型号|型号|model{_NO}){_IS}(?P<v>[A-Za-z0-9][\w./-]{{2,40}})"),
    (CODE, rf"{_CODED}{_IS}(?P<v>(?=[\w/-]*\d)[A-Za-z0-9][\w/-]{{3,40}})"),
)
#: Kind → the words by which a sentence says it; the whole sentence is the fact.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        RISK,
        _any(
            "不再(?:订|采购|合作|使用|购买)", "取消(?:订单|合同|后续)", "暂停(?:订货|付款|合作|采购)", "更换供应商",
            "另找(?:厂家|供应商)", "扣(?:除)?货款", "拒付", "退出合作",
            r"cancel (?:the |our |all )?(?:\w+ )?orders?", "(?:an)?other supplier", "stop (?:buying|ordering|payment)",
            "withhold payment", "no further orders", "reconsider our",
        ),
    ),
    (
        DEMAND,
        _any(
            "要求", "请(?:贵|你|您)(?:公司|厂|方|们)?.{0,12}(?:派|换|退|赔|修|给|尽快|答复|处理|解决)",
            "望(?:贵|你)(?:公司|厂|方)", "希望(?:贵|你|能)", "必须(?:退|换|赔|修|派)", "赔偿",
            r"\b(?:we|I) (?:demand|request|require|ask|expect|insist)",
            "please (?:send|replace|refund|repair|credit|reply|arrange|compensate)",
        ),
    ),
    (
        FAULT,
        _any(
            "掉粉", "起泡", "脱落", "脱膜", "色差", "划伤", "划痕", "碰伤", "变形", "弯曲", "扭拧", "开裂",
            "裂纹", "断裂", "腐蚀", "发黑", "氧化膜", "尺寸(?:偏|超|不)", "壁厚(?:不足|偏)", "漏油", "不转", "异响",
            "损坏", "坏了", "故障", "生锈", "peel", "blister", "flak", "crack", "scratch", "dent", "corro",
            "bent", "twisted", "colou?r difference", "broken", "leak", "fail(?:ed|s|ure)", "defect", "damaged",
            "does not (?:run|start|work)",
        ),
    ),
)  # fmt: skip
_DAY_ZH = re.compile(r"(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]")
_DAY_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<n>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY_EN = (
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_NAME}(?:,? (?P<y>\d{{4}}))?", re.IGNORECASE),
    re.compile(rf"\b{_NAME} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>\d{{4}}))?", re.IGNORECASE),
)
#: Where a sentence ends: not at the dot of a number, an abbreviation or a model.
_END = re.compile(r"[。！？!?；;\n]|\.(?=\s|$)")
_ABBREVIATED = re.compile(r"\b(?:no|ltd|co|inc|mr|mrs|ms|dr|approx)\.$", re.IGNORECASE)
LONGEST = 300


def read(text: str, *, received: date) -> list[Read]:
    """Every fact that the words tell, in their order; the same fact of a kind once, at its first place."""
    found = [*_named(text), *_said(text), *_timeline(text, received)]
    seen: set[tuple[str, str]] = set()
    told = []
    for fact in sorted(found, key=lambda f: (f.start, f.end, f.kind)):
        key = (fact.kind, re.sub(r"[\s()-]", "", fact.value).upper() if fact.kind != EVENT else f"{fact.start}")
        if key not in seen:
            seen.add(key)
            told.append(fact)
    return told


def _named(text: str) -> Iterator[Read]:
    for kind, pattern in _PATTERNS:
        flags = re.IGNORECASE if kind in (MODEL, CODE) else 0
        for match in re.finditer(pattern, text, flags):
            start, end = match.span("v")
            value = match["v"].rstrip(".,-/ ") if kind != COMPANY else match["v"].strip(" ,")
            if kind == PHONE and not 7 <= sum(char.isdigit() for char in value) <= 15:
                continue
            shift = len(match["v"]) - len(match["v"].lstrip(" ,")) if kind == COMPANY else 0
            yield Read(kind, value[:LONGEST], start + shift, min(end, start + shift + len(value)))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence stands, without the blanks around it."""
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _ABBREVIATED.search(text, start, match.end()):
            continue
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if stripped := part.strip():
        begin = start + part.index(stripped)
        yield begin, begin + len(stripped)


def _said(text: str) -> Iterator[Read]:
    for start, end in sentences(text):
        sentence = text[start:end]
        for kind, pattern in _SENTENCES:
            if re.search(pattern, sentence, re.IGNORECASE):
                yield Read(kind, sentence[:LONGEST], start, end)


def _timeline(text: str, received: date) -> Iterator[Read]:
    """Each dated sentence is an event of that day; a day without a year is the last such day before the letter came."""
    for start, end in sentences(text):
        sentence = text[start:end]
        for pattern in (_DAY_ZH, _DAY_ISO, *_DAY_EN):
            for match in pattern.finditer(sentence):
                day = _day(match, received)
                if day is not None:
                    yield Read(EVENT, sentence[:LONGEST], start + match.start(), end, day)


def _day(match: re.Match[str], received: date) -> date | None:
    parts = match.groupdict()
    month = _MONTHS.index(parts["n"][:3].lower()) + 1 if parts.get("n") else int(parts["m"])
    year = int(parts["y"]) if parts.get("y") else received.year
    try:
        day = date(year, month, int(parts["d"]))
        return day if parts.get("y") or day <= received else day.replace(year=year - 1)
    except ValueError:  # no such day: the 30th of February is a slip of the pen and no event
        return None
