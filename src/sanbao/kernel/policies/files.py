"""The tables that ship with the product (``policies/*.toml``) and those that a factory exports: one form."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from django.db import transaction

from sanbao.kernel import journal, memo
from sanbao.kernel.actor import Actor
from sanbao.kernel.canonical import digest
from sanbao.kernel.decision_tables import overlapping
from sanbao.kernel.policies import text as toml
from sanbao.kernel.policies.base import EPOCH, MEMO, Policy, PolicyVersion
from sanbao.kernel.times import now, today
from sanbao.kernel.words import W

HOUSE = Actor.clockwork("policies")


def load_defaults() -> int:
    """Bring every declared policy into force from its shipped table; how many versions that took.

    A table that the factory never changed follows the shipped one. A table of the factory's own is kept; only rows
    that answer what none of its rows answers (a new permission, say) are taken over from the shipped table.
    """
    return sum(_load(policy) for policy in Policy.registry.values())


def _load(policy: Policy) -> int:
    shipped = policy.file.read_text("utf-8")
    with transaction.atomic():
        newest = PolicyVersion.objects.filter(policy=policy.code).order_by("-number").first()
        if newest is None:
            adopt(policy, shipped, number=1, effective_from=EPOCH, action="policy.loaded")
            return 1
        if newest.text == shipped:
            return 0
        if newest.approved_by == HOUSE.ref:
            text = shipped
        else:
            text = supplemented(policy, newest.text, shipped)
            if text == newest.text:
                return 0
        adopt(policy, text, number=newest.number + 1, effective_from=today(), action="policy.supplemented")
        return 1


def supplemented(policy: Policy, own: str, shipped: str) -> str:
    """A factory's text with those shipped rows that touch none of its own."""
    mine, theirs = (toml.read(text, policy.shape, policy.code) for text in (own, shipped))
    new = [row for row in theirs.rows if not any(overlapping(policy.shape, row, kept) for kept in mine.rows)]
    return policy.write(mine.note, [*mine.rows, *new]) if new else own


def adopt(policy: Policy, text: str, *, number: int, effective_from: date, action: str) -> PolicyVersion:
    """Put a shipped text in force, by clockwork; raises when it is not sound."""
    policy.parse(text)
    version = PolicyVersion.objects.create(
        policy=policy.code,
        number=number,
        effective_from=effective_from,
        text=text,
        digest=digest(text),
        drafted_by=HOUSE.ref,
        approved_by=HOUSE.ref,
        approved_at=now(),
    )
    memo.forget(MEMO)
    facts = {"number": number, "effective_from": effective_from, "digest": version.digest}
    journal.append(subject=policy.subject, action=action, by=HOUSE, clause="M-01", facts=facts)
    return version


def export(policy: Policy, *, on: date | None = None) -> str:
    """The text of the version in force, byte for byte as it was approved."""
    number = policy.on(on or today()).version
    return PolicyVersion.objects.values_list("text", flat=True).get(policy=policy.code, number=number)


def main(argv: list[str]) -> int:
    """``sanbao policies list | export CODE | check [FILE…]``: exit 1 when a table is unsound or unknown."""
    parser = argparse.ArgumentParser(prog="sanbao policies", description="规则表 · the tables that decide")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="生效的规则表 · what is in force")
    commands.add_parser("load", help="装入随附的规则表 · load the shipped tables")
    commands.add_parser("export", help="导出 TOML · the text in force").add_argument("policy")
    commands.add_parser("check", help="核对 TOML · prove files sound").add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.command == "export":
        return _export(arguments.policy)
    if arguments.command == "check":
        return _check(arguments.files or [policy.file for policy in Policy.registry.values()])
    if arguments.command == "load":
        print(W("装入 {n} 个版本", "{n} versions loaded").format(n=load_defaults()))
    for policy in sorted(Policy.registry.values(), key=lambda p: p.code):
        number = policy.on(today()).version
        print(f"{policy.code:<16} v{number:<4} {policy.title.said_in('zh')} · {policy.title.said_in('en')}")
    return 0


def _export(code: str) -> int:
    if code not in Policy.registry:
        print(W("没有规则表 {code}。", "There is no policy {code}.").format(code=code), file=sys.stderr)
        return 1
    sys.stdout.write(export(Policy.registry[code]))
    return 0


def _check(files: list[Path]) -> int:
    found = 0
    for file in files:
        policy = Policy.registry.get(file.stem)
        if policy is None:
            said = [W("没有规则表 {code}。", "There is no policy {code}.").format(code=file.stem)]
        else:
            said = [W(*flaw.said) for flaw in policy.flaws(file.read_text("utf-8"))]
        for sentence in said:
            print(f"{file}: {sentence}")
        found += len(said)
    return 1 if found else 0
