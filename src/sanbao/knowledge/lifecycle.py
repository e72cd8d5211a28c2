"""The life of an article: written, approved by another person, in force until the next edition or withdrawn (W-09)."""

from __future__ import annotations

from collections.abc import Iterable

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.knowledge.models import Article, ArticleState

S = ArticleState


def _m(sources: Iterable[str], target: str, verb: str, zh: str, en: str, *, internal: bool = False) -> Move:
    title = W(zh, en)
    return Move(sources, target, permission=f"knowledge.{verb}", clause="W-09", title=title, internal=internal)


ARTICLE: Lifecycle[Article] = Lifecycle(
    "article",
    "knowledge.Article",
    title=W("知识条目", "Article"),
    states=ArticleState,
    tracked=("number", "edition", "topic", "reader", "title_zh", "title_en", "basis", "lines", "approved_by"),
    searched=lambda a: (a.number, a.title_zh, a.body_zh, a.title_en, a.body_en, *a.lines),
    moves={
        "draft": _m((), S.DRAFT, "write", "起草条目", "Write an article"),
        "edit": _m({S.DRAFT}, STAY, "write", "修改草稿", "Edit the draft"),
        "submit": _m({S.DRAFT}, S.SUBMITTED, "write", "提交批准", "Submit for approval"),
        "send_back": _m({S.SUBMITTED}, S.DRAFT, "approve", "退回修改", "Send back"),
        "approve": _m({S.SUBMITTED}, S.IN_FORCE, "approve", "批准生效", "Approve"),
        "revise": _m({S.IN_FORCE}, STAY, "write", "起草新版", "Write a new edition"),
        "supersede": _m({S.IN_FORCE}, S.SUPERSEDED, "approve", "换版", "Supersede", internal=True),
        "withdraw": _m({S.IN_FORCE}, S.WITHDRAWN, "approve", "撤下", "Withdraw"),
        "discard": _m({S.DRAFT}, S.WITHDRAWN, "write", "废弃草稿", "Discard the draft"),
    },
)
