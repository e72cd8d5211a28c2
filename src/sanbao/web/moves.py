"""One page and one dialog for every declared move, made from its face (form and action).

A room adds them to its urls.py:

    urlpatterns = [path("", views.index, name="list"), path("<int:pk>", views.case, name="case"),
                   *moves.pages(COMPLAINT), path("new", moves.opening(COMPLAINT, "register"), name="new")]

and offers them on its page: ``{% include "web/parts/moves.html" with offers=offers case=case %}``,
where ``offers = COMPLAINT.offered(case, request.actor)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from sanbao.kernel import rows
from sanbao.kernel.codes import whole
from sanbao.kernel.faces import Face, act
from sanbao.kernel.lifecycle import Lifecycle, Subject
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W
from sanbao.web import answers


def pages(lifecycle: Lifecycle[Any]) -> list[URLPattern]:
    """``<id>/do/<move>`` for every move of this kind that has a face; ``?duty=…`` fills a field in beforehand."""

    @require_http_methods(["GET", "POST"])
    def do(request: HttpRequest, pk: int, move: str) -> HttpResponse:
        case = find(lifecycle, pk, request.actor)  # type: ignore[attr-defined]
        return perform(request, face_of(lifecycle, move), case, initial=request.GET.dict())

    return [path("<int:pk>/do/<slug:move>", do, name="do")]


def opening(lifecycle: Lifecycle[Any], name: str = "open", *, template: str = "web/move.html") -> answers.View:
    """The page that opens a new subject of this kind; ``?lots=…`` fills a field in beforehand."""

    @require_http_methods(["GET", "POST"])
    def new(request: HttpRequest) -> HttpResponse:
        return perform(request, face_of(lifecycle, name), None, template=template, initial=request.GET.dict())

    return new


def face_of(lifecycle: Lifecycle[Any], name: str) -> Face:
    face = lifecycle.faces.get(name)
    if face is None or lifecycle.moves[name].internal:
        raise Http404(f"{lifecycle.kind} has no move {name}")
    return face  # type: ignore[no-any-return]


def find(lifecycle: Lifecycle[Any], pk: int, by: Any, *, beside: tuple[str, ...] = ()) -> Subject:
    """The subject, if the actor may see it; otherwise the refusal that does not tell the two apart."""
    case = rows.seen(lifecycle.model._default_manager.visible_to(by), pk=pk)  # type: ignore[attr-defined]
    if case is None:
        raise Refusal(
            "not_found",
            W("找不到这条{kind}，或您无权查看。", "There is no such {kind}, or you may not see it."),
            clause="M-02",
            status=404,
            facts={"kind": lifecycle.title, "id": pk},
        )
    for way in beside:
        rows.along(case, way)
    return case  # type: ignore[no-any-return]


def perform(
    request: HttpRequest,
    face: Face,
    case: Any,
    *,
    template: str = "web/move.html",
    initial: dict[str, Any] | None = None,
    after: Callable[[HttpRequest, Any], HttpResponse] | None = None,
) -> HttpResponse:
    """Show the form of a move, or do it. ``after`` answers a success in another way than by its page."""
    by, posted = request.actor, request.method == "POST"  # type: ignore[attr-defined]
    move = face.lifecycle.moves[face.name]
    form = face.form(*((request.POST, request.FILES) if posted else ()), case=case, by=by, initial=initial)
    expected = request.POST.get("version", "")
    facts = {
        "form": form,
        "face": face,
        "move": move,
        "case": case,
        "title": face.title,
        "version": expected or (case.version if case is not None else ""),
        "back": case.get_absolute_url() if case is not None else "",
        "draft": f"{case.subject if case is not None else face.lifecycle.kind}:{face.name}",
    }
    if posted:
        answers.page(request, template, facts)
        result = act(face, case, request.POST, request.FILES, by=by, expect=whole(expected))
        subject = result if isinstance(result, Subject) else case
        if after:
            return after(request, subject)
        return answers.done(
            request, subject.get_absolute_url(), W("“{move}”已完成。", "“{move}” is done.", move=face.title)
        )
    by.need(move.permission, clause=move.clause)
    if case is not None:
        face.lifecycle.allow(case, face.name, by)
    return answers.page(request, "web/parts/dialog.html" if answers.dialog(request) else template, facts)()
