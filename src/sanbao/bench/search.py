"""Search held against a scan: every two-character word and every code of many texts, found and not found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from random import Random
from statistics import median, quantiles
from time import perf_counter

from sanbao.bench.figures import Figure
from sanbao.kernel import search

KIND = "bench"
#: What users write of, so that words overlap as they do in letters.
PARTS = (
    "三支料划格后整片掉粉",
    "同一批料颜色深浅不一",
    "窗框料端头磕碰变形",
    "涂层起皮脱落",
    "壁厚不足实测偏薄",
    "安装时发现弯曲扭拧",
    "氧化膜有白斑",
    "隔热条开裂漏水",
    "捆包标签与实物不符",
    "少了六支要求补发",
    "送检报告硬度不够",
    "五金件异响关不严",
    "请尽快派人查看",
    "要求更换全部不合格料",
    "已电话联系业务员无人上门",
    "工地停工等待答复",
    "运输途中包装破损",
    "合同号不详",
)
RARE = "靛黛缃绛赭皂缁緇縹绾缟纁缇绀绯缥绢绸缎纱罗绫锦绣绒绉纶绦绳缆纤织络终绪续"
ZH = re.compile(r"[\u3400-\u9fff]+")


def measure(size: int = 20_000) -> Iterator[Figure]:
    """``size`` texts of a few sentences, each with a code of its own."""
    texts = dict(_texts(size))
    began = perf_counter()
    for first in range(1, size + 1, 500):
        block = {n: [texts[n]] for n in range(first, min(first + 500, size + 1))}
        search.write_many(KIND, block)
    yield Figure(f"{size:,} texts indexed", size / (perf_counter() - began), "texts/s")
    words, codes = _scanned(texts)
    for what, wanted in (("two-character words", words), ("codes", codes)):
        yield from _compared(what, wanted, texts)


def _texts(size: int) -> Iterator[tuple[int, str]]:
    dice = Random(20_000)
    for n in range(1, size + 1):
        said = "，".join(dice.sample(PARTS, dice.randint(2, 5)))
        odd = "".join(dice.choices(RARE, k=2)) if dice.random() < 0.3 else ""
        yield n, f"{said}{odd}。标签 BQ{n:07}，炉号 PT{dice.randint(1, 9)}-26{dice.randint(1000, 9999)}"


def _scanned(texts: dict[int, str]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """By one pass over all texts: which hold a word of two characters, and which a code."""
    words: dict[str, set[int]] = defaultdict(set)
    codes: dict[str, set[int]] = defaultdict(set)
    for n, text in texts.items():
        for run in ZH.findall(text):
            for at in range(len(run) - 1):
                words[run[at : at + 2]].add(n)
        for code in re.findall(r"[A-Z]{2}\d[\w-]*", text):
            codes[code].add(n)
    return words, codes


def _compared(what: str, wanted: dict[str, set[int]], texts: dict[int, str]) -> Iterator[Figure]:
    """Every word is asked; of codes every one too. The raw limit is a scan of all texts in memory."""
    held = missed = strange = 0
    times: list[float] = []
    for word, expected in wanted.items():
        began = perf_counter()
        found = set(search.matching(KIND, word))
        times.append((perf_counter() - began) * 1000)
        held, missed, strange = held + len(expected), missed + len(expected - found), strange + len(found - expected)
    some = Random(1).sample(sorted(wanted), 20)
    began = perf_counter()
    for word in some:
        [n for n, text in texts.items() if word in text]
    scan = (perf_counter() - began) * 1000 / len(some)
    yield Figure(f"recall of {len(wanted):,} {what}", (held - missed) / held, "of 1")
    yield Figure(f"precision of {len(wanted):,} {what}", (held - missed) / (held - missed + strange), "of 1")
    yield Figure(f"asking for one of the {what}, all of it: median", median(times), "ms", scan)
    yield Figure(f"asking for one of the {what}, all of it: p95", quantiles(times, n=20)[-1], "ms", scan)
