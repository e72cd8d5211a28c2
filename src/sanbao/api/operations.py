"""Operations made from faces: one form and one action serve the page and the API alike.

A room's ``api.py`` says ``router = moves(COMPLAINT, shown=show)``; this adds ``POST /`` for the move that
opens a subject and ``POST /{id}/{move}`` for every other face, each described in OpenAPI by its form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django import forms
from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from sanbao.api.auth import actor_of
from sanbao.api.problems import wrong
from sanbao.kernel.faces import ActForm, Face, act
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

Show = Callable[..., Any]


class Strict(Schema):
    """A body that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid")


def body_of(form: type[ActForm], name: str, *, versioned: bool) -> type[Schema]:
    """A form as a JSON body. The form itself checks the values, so both faces refuse with the same words."""
    fields: dict[str, Any] = {}
    required: list[str] = []
    for key, field in form.base_fields.items():
        if isinstance(field, forms.FileField):
            continue
        if field.required:
            required.append(key)
        words = " ".join(str(t) for t in (field.label, field.help_text) if t)
        fields[key] = (Annotated[Any, WithJsonSchema(json_type(field))], Field(None, description=words or None))
    if versioned:
        fields["version"] = (int | None, Field(None, description="The version you saw; refused when it has moved on."))
    model: type[Schema] = create_model(
        name,
        __base__=Schema,
        __config__=None,
        **fields,
    )
    model.model_config = ConfigDict(
        **{**model.model_config, "extra": "forbid", "json_schema_extra": {"required": required}}
    )
    model.model_rebuild(force=True)
    return model


def json_type(field: forms.Field) -> dict[str, Any]:
    """What a form field looks like in JSON."""
    match field:
        case forms.BooleanField():
            return {"type": "boolean"}
        case forms.ChoiceField() if _codes(field) == ["true", "false"]:
            return {"type": "boolean"}
        case forms.MultipleChoiceField() | forms.ModelMultipleChoiceField():
            return {"type": "array", "items": {"type": "string"}}
        case forms.ModelChoiceField():
            return {"type": "string" if field.to_field_name else "integer"}
        case forms.ChoiceField():
            codes = _codes(field)
            return {"type": "string", "enum": codes} if codes else {"type": "string"}
        case forms.DateTimeField():
            return {"type": "string", "format": "date-time"}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.DecimalField():
            return {"type": ["string", "number"]}
        case forms.IntegerField():
            return {"type": "integer"}
    return {"type": "string"}


def _codes(field: forms.ChoiceField) -> list[str]:
    return [code for code, _ in field.choices if isinstance(code, str) and code] if type(field.choices) is list else []


#: JSON type → what it may be when it comes; the form reads a number or a yes out of text by itself.
FITS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, str),
    "number": (int, float, str),
    "boolean": (bool, str),
    "array": (list,),
}
ITEM = (str, int)


def values(form: type[ActForm], body: Schema) -> tuple[dict[str, Any], int | None]:
    """What was sent, as the form reads it, and the expected version. Refuses a list or an object in place of a text."""
    sent = {k: v for k, v in body.model_dump(exclude_unset=True).items() if v is not None}
    expect = sent.pop("version", None)
    if faults := [fault for name, value in sent.items() if (fault := _misfit(name, value, form.base_fields[name]))]:
        raise Refusal.of_fields(faults)
    return sent, expect


def _misfit(name: str, value: Any, field: forms.Field) -> Refusal | None:
    kinds = json_type(field)["type"]
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = any(isinstance(value, FITS[kind]) for kind in kinds) and ("boolean" in kinds or not isinstance(value, bool))
    if isinstance(value, list):
        fits = fits and all(isinstance(item, ITEM) and not isinstance(item, bool) for item in value)
    return None if fits else wrong(kinds[-1], name)


def moves(lifecycle: Lifecycle[Any], *, shown: Show, tag: str, opening: str = "", answer: Any = None) -> Router:
    """A router with every face of a lifecycle. ``shown(subject, actor)`` is what is answered."""
    router = Router(tags=[tag])
    for name, face in lifecycle.faces.items():
        if name == opening:
            _opens(router, face, shown, "", answer)
        elif not face.lifecycle.moves[name].sources:
            _opens(router, face, shown, f"/{name.replace('_', '-')}", answer)
        elif not lifecycle.moves[name].internal:
            _moves(router, face, shown, answer)
    return router


def _describe(face: Face) -> dict[str, Any]:
    move = face.lifecycle.moves[face.name]
    title = f"{move.title.zh} · {move.title.en}"
    words = (face.action.__doc__ or "").strip()
    return {
        "operation_id": f"{face.lifecycle.kind}_{face.name}",
        "summary": title,
        "description": f"{words}\n\nClause {move.clause}. Permission `{move.permission}`.",
    }


def _opens(router: Router, face: Face, shown: Show, path: str, answer: Any) -> None:
    body = body_of(face.form, f"{face.lifecycle.kind}_{face.name}_body", versioned=False)

    def operation(request: HttpRequest, data: Any) -> Any:
        by = actor_of(request)
        by.need(face.lifecycle.moves[face.name].permission, clause=face.lifecycle.moves[face.name].clause)
        sent, _ = values(face.form, data)
        return 201, shown(act(face, None, sent, by=by), by)

    operation.__annotations__["data"] = Annotated[body, Body(...)]
    router.post(path, response={201: answer or dict[str, Any]}, **_describe(face))(operation)


def _moves(router: Router, face: Face, shown: Show, answer: Any) -> None:
    body = body_of(face.form, f"{face.lifecycle.kind}_{face.name}_body", versioned=True)

    def operation(request: HttpRequest, pk: int, data: Any) -> Any:
        by = actor_of(request)
        sent, expect = values(face.form, data)
        case = found(face.lifecycle, pk, by)
        done = act(face, case, sent, by=by, expect=expect)
        return shown(done if isinstance(done, face.lifecycle.model) else found(face.lifecycle, pk, by), by)

    operation.__annotations__["data"] = Annotated[body, Body(...)]
    path = f"/{{int:pk}}/{face.name.replace('_', '-')}"
    router.post(path, response=answer or dict[str, Any], **_describe(face))(operation)


def found(lifecycle: Lifecycle[Any], pk: int, by: Any) -> Any:
    """The subject, or 404 in the words of the house."""
    case = lifecycle.model._default_manager.visible_to(by).filter(pk=pk).first()  # type: ignore[attr-defined]
    if case is None:
        raise Refusal(
            "not_found",
            W("找不到这条{kind}，或您无权查看。", "There is no such {kind}, or you may not see it."),
            "M-02",
            404,
            facts={"kind": lifecycle.title, "id": pk},
        )
    return case
