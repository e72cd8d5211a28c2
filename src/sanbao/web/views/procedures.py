"""The procedures that the house keeps: every clause, and the moves that carry them out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanbao.kernel import register
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.policies import permission_table
from sanbao.kernel.procedures import procedures
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import diagrams, subjects


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register of controlled documents (M-01), and every clause with the moves that cite it."""
    cited: dict[str, dict[W, list[str]]] = {}
    for lifecycle in Lifecycle.registry.values():
        for move in lifecycle.moves.values():
            cited.setdefault(move.clause, {}).setdefault(lifecycle.title, []).append(str(move.title))
    books = [(book, [(clause, cited.get(clause.id, {})) for clause in book.clauses]) for book in procedures()]
    lines = [(line, subjects.who(line.approved_by), line.in_force()) for line in register.register()]
    facts = {"books": books, "kinds": Lifecycle.registry.values(), "register": lines}
    return render(request, "web/procedures/index.html", facts)


@require_safe
def lifecycle(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind's states and moves, drawn from what is declared."""
    found = Lifecycle.registry.get(kind)
    if found is None:
        raise Refusal("not_found", W("没有这种流程。", "There is no such lifecycle."), status=404)
    allowed = permission_table()
    moves = [
        {
            "title": move.title,
            "name": name,
            "from": [found.states.title_of(s) for s in found.states if s in move.sources],
            "to": [found.states.title_of(s) for s in targets(move) if s != "="],
            "clause": move.clause,
            "roles": allowed.get(move.permission, ()),
            "permission": move.permission,
            "internal": move.internal,
        }
        for name, move in found.moves.items()
    ]
    facts = {"kind": found, "diagram": diagrams.draw(found), "moves": moves}
    return render(request, "web/procedures/lifecycle.html", facts)


def targets(move: object) -> tuple[str, ...]:
    target = move.target  # type: ignore[attr-defined]
    return target if isinstance(target, tuple) else (target,)
