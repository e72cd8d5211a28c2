"""Who may do what: every move × every role, and nothing that is nobody's (M-02).

docs/reference/permissions.md is what people read. This test holds it against what the house does with real
people in real posts: a move that is missing there, or a role that can suddenly do more, fails here first.
"""

import re

import pytest

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import permission_table
from sanbao.kernel.refusals import Refusal
from sanbao.parties.actions import hire
from sanbao.parties.models import Department, Post
from sanbao.parties.queries import actor_of
from tests.matrix import DOCUMENT, matrix, roles
from tests.snapshots import same_as

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M-02")]
ROW = re.compile(r"\(`(?P<move>\w+)`\) \| [^|]* \| `(?P<permission>[\w.]+)` \| (?P<roles>.*) \|$")


def written() -> dict[tuple[str, str], set[str]]:
    """(kind, move) → roles, as the document says."""
    found: dict[tuple[str, str], set[str]] = {}
    kind = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind = line.rsplit("`", 2)[1]
        elif row := ROW.search(line):
            found[kind, row["move"]] = set(re.findall(r"`([\w.]+)`", row["roles"]))
    return found


def test_every_permission_that_a_move_asks_for_is_in_the_policy() -> None:
    asked = {move.permission for lifecycle in Lifecycle.registry.values() for move in lifecycle.moves.values()}
    assert asked - set(permission_table()) == set()


def test_the_permissions_document_is_the_one_that_the_policy_makes() -> None:
    same_as(DOCUMENT, matrix())


@pytest.mark.parametrize("role", roles())
def test_a_person_in_a_post_can_do_what_the_document_gives_him_and_nothing_else(role: str) -> None:
    department, _, post = role.partition(".")
    person = hire(
        by=Actor.clockwork("test"),
        username="somebody",
        name="某人",
        department=Department.objects.get(code=department),
        post=Post.objects.get(code=post),
    )
    actor = actor_of(person)
    document = written()
    for kind, lifecycle in Lifecycle.registry.items():
        for name, move in lifecycle.moves.items():
            refused = ""
            try:
                actor.need(move.permission, clause=move.clause)
            except Refusal as refusal:
                refused = refusal.code
                assert refusal.status == 403
            assert (refused == "") == (role in document[kind, name]), f"{role}: {kind}.{name}"
