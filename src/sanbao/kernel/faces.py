"""One form and one action per use case; the page, the API, the buttons and OpenAPI are made from the pair.

A form reads and explains its fields in the user's language; the action decides. ``act`` is what page and
endpoint both call, so they cannot refuse differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from sanbao.kernel.actor import Actor
from sanbao.kernel.lifecycle import Lifecycle, Subject
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

YEARS = range(1900, 2200)
CHOOSE = W("— 请选择 —", "— choose —")


def within_reach(moment: date) -> None:
    """Validator of dates and moments: near the ends of the calendar no time zone and no clock can be reckoned."""
    if moment.year not in YEARS:
        sentence = W("年份须在 {first} 到 {last} 之间。", "The year must be from {first} to {last}.")
        raise forms.ValidationError(sentence.format(first=YEARS[0], last=YEARS[-1]), code="out_of_reach")  # type: ignore[arg-type]


class ActForm(forms.Form):
    """A form of one use case. Its ``cleaned_data`` are the action's keyword arguments."""

    #: One sentence above the fields, if the operator needs one.
    hint: W | None = None

    def __init__(self, *args: Any, case: Any = None, by: Actor | None = None, **kwargs: Any) -> None:
        self.case, self.by = case, by
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
                field.empty_label = CHOOSE  # type: ignore[assignment]  # shown by str(), like any lazy text
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(within_reach)
        self.prepare()

    def prepare(self) -> None:
        """Choices and initial values that depend on the case or on who asks."""


MoveForm = ActForm


@dataclass(frozen=True)
class Face:
    """A use case as every face shows it."""

    lifecycle: Lifecycle[Any]
    name: str
    action: Callable[..., Any]
    form: type[ActForm]

    @property
    def title(self) -> W:
        return self.lifecycle.moves[self.name].title


def face(lifecycle: Lifecycle[Any], name: str, action: Callable[..., Any]) -> Callable[[type[ActForm]], type[ActForm]]:
    """Bind a form and an action to a declared move (also to an opening move, whose sources are empty)."""
    if name not in lifecycle.moves:
        raise ValueError(f"{lifecycle.kind} declares no move {name!r}")

    def bind(form: type[ActForm]) -> type[ActForm]:
        lifecycle.faces[name] = Face(lifecycle, name, action, form)
        return form

    return bind


def read(form: forms.BaseForm) -> dict[str, Any]:
    """The form's values, or a refusal that names every field."""
    if form.is_valid():
        return dict(form.cleaned_data)
    raise Refusal.of_fields(
        [
            Refusal(
                error.code or "bad_input",
                error.message if isinstance(error.message, W) else W(text := " ".join(error.messages), text),
                clause=getattr(error, "clause", ""),
                status=422,
                field="" if name == "__all__" else name,
            )
            for name, errors in form.errors.as_data().items()
            for error in errors
        ]
    )


def act(
    face: Face,
    case: Subject | None,
    data: Mapping[str, Any],
    files: Any = None,
    *,
    by: Actor,
    expect: int | None = None,
) -> Any:
    """Read the form and do the act; the returned subject is as it stands now."""
    form = face.form(data, files, case=case, by=by)
    values = read(form)
    if case is None:
        return face.action(by=by, **values)
    return face.action(case, by=by, expect=expect, **values)
