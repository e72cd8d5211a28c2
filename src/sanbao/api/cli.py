"""``sanbao token create|list|revoke``: the keys to the API."""

from __future__ import annotations

import argparse

from sanbao.api.actions import LONGEST_DAYS, create_token, revoke_token
from sanbao.api.models import Token
from sanbao.kernel.actor import Actor
from sanbao.kernel.refusals import Refusal
from sanbao.parties.models import Person


def main(argv: list[str]) -> int:
    """Exit 0, or 1 with one sentence."""
    parser = argparse.ArgumentParser(prog="sanbao token", description="令牌 · API tokens")
    verbs = parser.add_subparsers(dest="verb", required=True)
    create = verbs.add_parser("create", help="a new token; the key is printed once")
    create.add_argument("person", help="log-in name of the person that the token acts as")
    create.add_argument("--name", default="cli", help="what it is for")
    create.add_argument("--days", type=int, default=90, help=f"valid for, at most {LONGEST_DAYS}")
    verbs.add_parser("list", help="tokens that are valid")
    revoke = verbs.add_parser("revoke", help="take a token back")
    revoke.add_argument("id", type=int)
    args = parser.parse_args(argv)
    by = Actor.clockwork("cli")
    try:
        return {"create": _create, "list": _list, "revoke": _revoke}[args.verb](args, by)
    except Refusal as refusal:
        print(refusal)
        return 1


def _create(args: argparse.Namespace, by: Actor) -> int:
    person = Person.objects.filter(username=args.person, is_active=True).first()
    if person is None:
        print(f"没有在用的登录名“{args.person}” · no active person logs in as “{args.person}”")
        return 1
    _, key = create_token(person=person, name=args.name, days=args.days, by=by)
    print(key)
    return 0


def _list(args: argparse.Namespace, by: Actor) -> int:
    for token in Token.objects.filter(revoked_at=None).select_related("person").order_by("pk"):
        print(f"{token.pk}\t{token.person.username}\t{token.name}\t{token.expires_at:%Y-%m-%d}")
    return 0


def _revoke(args: argparse.Namespace, by: Actor) -> int:
    token = Token.objects.filter(pk=args.id).first()
    if token is None:
        print(f"没有令牌 {args.id} · there is no token {args.id}")
        return 1
    revoke_token(token, by=by)
    return 0
