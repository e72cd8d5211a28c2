"""``sanbao person``: let the first one in, and help in one who has locked himself out."""

from __future__ import annotations

import argparse

from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.parties import actions
from sanbao.parties.models import Department, Person, Post


def main(argv: list[str]) -> int:
    """``sanbao person LOGIN [--name] [--department] [--post]``: exit 0 and the one-time password, or 1.

    Whoever can run this on the server can read its database too; pages and the API need ``parties.people``.
    """
    parser = argparse.ArgumentParser(prog="sanbao person", description="登记人员或重置密码 · register or reset")
    parser.add_argument("username", help="log-in name; of somebody known, his password is reset")
    parser.add_argument("--name", default="", help="name to show (default: the log-in name)")
    parser.add_argument("--department", default="office", help="department code, default office")
    parser.add_argument("--post", default="administrator", help="post code, default administrator")
    args = parser.parse_args(argv)
    by = Actor.clockwork("cli")
    known = Person.objects.filter(username=args.username.strip().lower()).first()
    if known is not None:
        person = actions.reset_password(known, by=by)
    else:
        person = actions.hire(
            by=by,
            username=args.username,
            name=args.name or args.username,
            department=_named(Department, args.department),
            post=_named(Post, args.post),
        )
    print(
        W("登录名 {name}，一次性密码 {word}", "Log-in name {name}, one-time password {word}").format(
            name=person.username, word=person.handed_out
        )
    )
    return 0


def _named[M: (Department, Post)](model: type[M], code: str) -> M:
    found: M | None = model.objects.filter(code=code).first()
    if found is None:
        codes = ", ".join(model.objects.values_list("code", flat=True))
        sentence = W("没有代码“{given}”，可用：{codes}", "No code “{given}”; there are: {codes}")
        raise Refusal("unknown_code", sentence, "M-02", 422, facts={"given": code, "codes": codes})
    return found
